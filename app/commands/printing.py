"""bursar invoices print"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.commands.declaring import Verbs, iso_date, words
from app.commands.entry import open_for
from app.commands.output import emit_json, say
from app.commands.stopping import long_job
from app.services.wording import counted


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("invoices", help="invoices on paper")
    batch = actions.add("print", _print, help="print a batch as PDF; repeating it writes what is missing")
    batch.add_argument("--provider", type=words, metavar="C")
    batch.add_argument("--account", type=words, metavar="C")
    batch.add_argument("--from", type=iso_date, metavar="D", dest="issued_from", help="issue date, inclusive")
    batch.add_argument("--to", type=iso_date, metavar="D", dest="issued_to", help="issue date, inclusive")
    batch.add_argument("--ids", type=Path, metavar="FILE", help="invoice numbers, one a line")
    batch.add_argument("--out", type=Path, required=True, metavar="DIR")
    batch.add_argument("--merge", type=Path, metavar="FILE.pdf", help="all of them in one file besides")
    batch.add_argument("--json", action="store_true")


def _print(args: argparse.Namespace) -> int:
    """Print a batch as PDF; repeating it writes only what is missing."""
    from app.services.printing.batch import print_batch
    from app.services.printing.selection import Selection, read_ids_file

    with closing(open_for(args)) as database:
        selection = Selection(
            provider=args.provider, account=args.account, issued_from=args.issued_from, issued_to=args.issued_to,
            numbers=None if args.ids is None else read_ids_file(args.ids),
        )
        with long_job("Printing") as context:
            report = print_batch(database, context, selection=selection, folder=args.out, merged_file=args.merge,
                                 inputs=() if args.ids is None else (args.ids,))
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
