"""bursar import accounts|services|invoices|payments FILE --map MAP.toml"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.declaring import Verbs
from app.commands.entry import open_for
from app.commands.output import emit_json, job_context, say
from app.commands.stopping import stoppable
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

    database = open_for(args)
    context, progress = job_context(f"Importing {args.kind}")
    try:
        with stoppable(context):
            report = import_file(database, context, kind=args.kind, path=args.file, mapping=args.mapping,
                                 dry_run=args.dry_run)
    except InputRejected as refusal:  # of the map; whoever reads JSON gets it as a row, like any other refusal
        errors = refusal.rows or (RowError(row=0, field="map", value=shown(str(args.mapping)), message=str(refusal)),)
        report = ImportReport(rows=0, added=0, skipped=0, errors=tuple(errors))
    finally:
        progress.end()
        database.close()
    if args.json:
        emit_json({
            "rows": report.rows, "added": report.added, "skipped": report.skipped,
            "errors": [{"row": e.row, "field": e.field, "value": e.value, "message": e.message}
                       for e in report.errors],
        })
    for e in report.errors:
        if e.row:  # what concerns the file as a whole is in the sentence
            say(f"Row {e.row}, {e.field}: {e.message}")
    say(report.sentence)
    return 1 if report.errors else 0
