"""bursar demo and bursar tour"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.declaring import Verbs, iso_date, whole_number
from app.commands.output import say
from app.commands.stopping import long_job


def declare(verbs: Verbs) -> None:
    """Say which arguments the verbs take."""
    demo = verbs.add("demo", _demo, help="fill an empty database with demo data")
    demo.add_argument("--accounts", type=whole_number, default=2000, metavar="N")
    demo.add_argument("--seed", type=whole_number, default=1, metavar="S")
    demo.add_argument("--until", type=iso_date, metavar="DATE", help="the two years end here (default: today)")
    tour = verbs.add("tour", _tour, help="walk through every screen without a display", opens_database=False)
    tour.add_argument("--out", type=Path, default=Path("tour"), metavar="DIR")


def _demo(args: argparse.Namespace) -> int:
    """Fill an empty database with demo data."""
    from app.services.demo.making import create_demo

    with long_job("Making demo data") as context:
        report = create_demo(args.database, accounts=args.accounts, seed=args.seed, until=args.until, context=context)
    say(report.summary)
    return 0


def _tour(args: argparse.Namespace) -> int:
    """Open every screen without a display, scan, print a batch, and leave pictures and PDFs in a folder."""
    from app.tour import run_tour

    return run_tour(args.out)
