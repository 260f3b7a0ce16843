"""bursar import accounts|services|invoices|payments FILE --map MAP.toml"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.commands.declaring import Verbs
from app.commands.entry import open_for
from app.commands.output import tell_of_file
from app.commands.stopping import long_job
from app.services.errors import InputRejected, RowError


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    verb = verbs.add("import", _import, help="read a file, all or nothing")
    verb.add_argument("kind", choices=("accounts", "services", "invoices", "payments"))
    verb.add_argument("file", type=Path)
    verb.add_argument("--map", type=Path, required=True, metavar="MAP.toml", dest="mapping")
    verb.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
    verb.add_argument("--json", action="store_true")


def _import(args: argparse.Namespace) -> int:
    """Read one file, all or nothing; every bad row is listed."""
    from app.services.files.texts import shown
    from app.services.imports.run import ImportReport, import_file

    with closing(open_for(args)) as database, long_job(f"Importing {args.kind}") as context:
        try:
            report = import_file(database, context, kind=args.kind, path=args.file, mapping=args.mapping,
                                 dry_run=args.dry_run)
        except InputRejected as refusal:  # of the map; whoever reads JSON gets it as a row, like any other refusal
            of_map = RowError(row=0, field="map", value=shown(str(args.mapping)), message=str(refusal))
            report = ImportReport(rows=0, added=0, skipped=0, errors=tuple(refusal.rows or (of_map,)))
    figures = {"rows": report.rows, "added": report.added, "skipped": report.skipped}
    if args.kind == "payments":
        figures["suspense"] = report.suspense
    return tell_of_file(report, as_json=args.json, **figures)
