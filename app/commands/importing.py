"""bursar import accounts|services|invoices|payments FILE --map MAP.toml"""

from __future__ import annotations

import argparse

from app.commands.output import emit_json, job_context, say
from app.services.database.engine import open_database


def run(args: argparse.Namespace) -> int:
    """Read one file, all or nothing; every bad row is listed."""
    from app.services.data_import import import_file

    database = open_database(args.database)
    context, progress = job_context(f"Importing {args.kind}")
    try:
        report = import_file(database, kind=args.kind, path=args.file, mapping_path=args.mapping,
                             dry_run=args.dry_run, context=context)
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
        say(f"Row {e.row}, {e.field}: {e.message}")
    say(report.sentence)
    return 1 if report.errors else 0
