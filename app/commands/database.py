"""bursar db upgrade | check | backup | restore"""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from app.commands.declaring import Verbs
from app.commands.output import say
from app.services.wording import counted


def declare(verbs: Verbs) -> None:
    """Say which arguments the verb takes."""
    actions = verbs.group("db", help="create, bring up to date, check, back up and restore a database")
    actions.add("upgrade", _upgrade, help="create file, schema and operator account; safe to repeat")
    actions.add("check", _check, help="compare what is stored with what the rules derive")
    copy = actions.add("backup", _backup, help="copy a database while people work, and check the copy")
    copy.add_argument("file", type=Path)
    back = actions.add("restore", _restore, help="put a backup in place of a database that nobody has open")
    back.add_argument("file", type=Path)


def _upgrade(args: argparse.Namespace) -> int:
    """Create a database or bring it up to date."""
    from app.services.database.upgrade import upgrade
    from app.services.hierarchy.operator import create_operator

    done = upgrade(args.database, seed=create_operator)
    for sentence in done or ["The database is up to date already; nothing was changed."]:
        say(sentence)
    return 0


def _check(args: argparse.Namespace) -> int:
    """Compare what is stored with what the rules derive."""
    from app.services.database.opening import open_database
    from app.services.upkeep.check import check_database

    with closing(open_database(args.database)) as database, database.read() as session:
        findings = check_database(session)
    for finding in findings:
        say(finding.message)
    wrong = counted(len(findings), "thing is wrong", "things are wrong")
    say(f"{wrong}; nothing was changed." if findings else "Nothing is wrong.")
    return 1 if findings else 0


def _backup(args: argparse.Namespace) -> int:
    """Copy an embedded database while people work with it."""
    from app.services.database.opening import open_database
    from app.services.upkeep.backup import back_up

    with closing(open_database(args.database)) as database:
        say(back_up(database, path=args.file).sentence)
    return 0


def _restore(args: argparse.Namespace) -> int:
    """Put a backup in place of a database, and keep what was there."""
    from app.services.upkeep.backup import restore

    for sentence in restore(args.database, path=args.file).sentences:
        say(sentence)
    return 0
