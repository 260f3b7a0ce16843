"""bursar demo and bursar tour"""

from __future__ import annotations

import argparse

from app.commands.output import job_context, say
from app.commands.stopping import stoppable


def run_demo(args: argparse.Namespace) -> int:
    """Fill an empty database with demo data."""
    from app.services.demo.making import create_demo

    context, progress = job_context("Making demo data")
    try:
        with stoppable(context):
            report = create_demo(args.database, accounts=args.accounts, seed=args.seed, until=args.until,
                                 context=context)
    finally:
        progress.end()
    say(report.summary)
    return 0


def run_tour(args: argparse.Namespace) -> int:
    """Open every screen without a display, scan, print a batch, and leave pictures and PDFs in a folder."""
    from app.tour import run_tour as walk

    return walk(args.out)
