"""bursar db upgrade | check | figures | words | backup | restore"""

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
    actions.add("words", _words, help="build the index that finds words anywhere in codes, names and numbers")
    actions.add("figures", _figures, help="reckon anew what is kept of every account beside its ledger")
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
    from app.services.database.word_index import without_index
    from app.services.upkeep.check import check_database

    with closing(open_database(args.database)) as database, database.read() as session:
        findings = check_database(session)
        notes = without_index(session)
    for sentence in [*(finding.message for finding in findings), *notes]:
        say(sentence)
    wrong = counted(len(findings), "thing is wrong", "things are wrong")
    say(f"{wrong}; nothing was changed." if findings else "Nothing is wrong.")
    return 1 if findings else 0


def _words(args: argparse.Namespace) -> int:
    """Build the index for words, in parts, while people work."""
    from app.commands.entry import open_for
    from app.services.database.word_index import build_word_indexes, without_index
    from app.services.jobs import JobContext

    with closing(open_for(args)) as database:
        did = build_word_indexes(database, JobContext(), at_least=0)
        with database.read() as session:
            notes = without_index(session)
    for sentence in notes or ["The index for words is built." if did else "The index for words is there already."]:
        say(sentence)
    return 0


def _figures(args: argparse.Namespace) -> int:
    """Reckon the kept figures of all accounts anew, in parts, while people work."""
    from app.commands.entry import open_for
    from app.services.jobs import JobContext
    from app.services.upkeep.kept_figures import reckon_figures

    with closing(open_for(args)) as database:
        count = reckon_figures(database, JobContext())
    say(f"The figures of {counted(count, 'provider')} were reckoned anew.")
    return 0


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
