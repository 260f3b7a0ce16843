"""bursar status import FILE [--dry-run] [--json]"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.commands.declaring import Verbs
from app.commands.entry import open_for
from app.commands.output import tell_of_file
from app.commands.stopping import long_job


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("status", help="statuses of many accounts")
    read = actions.add("import", _import, help="read ACCOUNT_ID, ACCOUNT_STATUS and ACCOUNT_STATUS_REASON from a file, "
                       "all or nothing")
    read.add_argument("file", type=Path)
    read.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
    read.add_argument("--json", action="store_true")


def _import(args: argparse.Namespace) -> int:
    """Change the statuses that a file names, all or nothing; every bad row is listed."""
    from app.services.status.from_file import import_statuses

    with closing(open_for(args)) as database, long_job("Changing statuses") as context:
        report = import_statuses(database, context, path=args.file, dry_run=args.dry_run, seen=None)
    accounts = [{"row": c.row, "account": c.code, "name": c.name, "old": c.old.value, "new": c.new.value}
                for c in report.accounts]
    return tell_of_file(report, as_json=args.json, rows=report.rows, changed=report.changed, skipped=report.skipped,
                        accounts=accounts)
