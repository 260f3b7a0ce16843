"""bursar db upgrade | check"""

from __future__ import annotations

import argparse

from app.commands.output import say
from app.services.database.opening import open_database
from app.services.database.upgrade import upgrade
from app.services.hierarchy.operator import create_operator
from app.services.wording import counted


def run(args: argparse.Namespace) -> int:
    """Create or bring up to date, or compare what is stored with what the rules derive."""
    return _upgrade(args) if args.action == "upgrade" else _check(args)


def _upgrade(args: argparse.Namespace) -> int:
    done = upgrade(args.database, seed=create_operator)
    for sentence in done or ["The database is up to date already; nothing was changed."]:
        say(sentence)
    return 0


def _check(args: argparse.Namespace) -> int:
    from app.services.upkeep.check import check_database

    database = open_database(args.database)
    try:
        with database.read() as session:
            findings = check_database(session)
    finally:
        database.close()
    for finding in findings:
        say(finding.message)
    wrong = counted(len(findings), "thing is wrong", "things are wrong")
    say(f"{wrong}; nothing was changed." if findings else "Nothing is wrong.")
    return 1 if findings else 0
