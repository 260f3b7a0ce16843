"""bursar invoices print"""

from __future__ import annotations

import argparse

from app.commands.entry import open_for
from app.commands.output import emit_json, job_context, say
from app.commands.stopping import stoppable
from app.services.wording import counted


def run(args: argparse.Namespace) -> int:
    """Print a batch as PDF; repeating it writes only what is missing."""
    from app.services.printing.batch import print_batch
    from app.services.printing.selection import Selection, read_ids_file

    database = open_for(args)
    context, progress = job_context("Printing")
    try:
        selection = Selection(
            provider=args.provider, account=args.account, issued_from=args.issued_from, issued_to=args.issued_to,
            numbers=read_ids_file(args.ids) if args.ids else None,
        )
        with stoppable(context):
            report = print_batch(database, context, selection=selection, folder=args.out, merged_file=args.merge)
    finally:
        progress.end()
        database.close()
    if args.json:
        emit_json({
            "batch_id": report.batch_id, "printed": report.printed, "skipped": report.skipped,
            "failed": [{"number": f.number, "message": f.message} for f in report.failed],
            "warnings": list(report.warnings),
        })
    for warning in report.warnings:
        say(warning)
    for failure in report.failed:
        say(f"{failure.number}: {failure.message}")
    say(f"{counted(report.printed, 'invoice')} printed, {report.skipped} were there already, "
        f"{len(report.failed)} failed.")
    return 1 if report.failed else 0
