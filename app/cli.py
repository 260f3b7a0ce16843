"""The headless door: verbs, options and exit codes of `bursar` (they are contracts).

Exit codes: 0 done · 1 input refused, or some documents failed · 2 usage, or refused by a rule · 3 database unusable ·
4 another scan holds the lease. With --json one JSON document goes to standard output and everything else to standard
error.
"""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from app import __version__
from app.commands.declaring import Parser, Run, Verbs, common_options
from app.commands.window import open_window
from app.services.errors import BursarError, Cancelled, ConnectionLost, DatabaseProblem, InputRejected, LeaseHeld
from app.services.files.texts import harmless
from app.settings import database_url

_VERBS = ("database", "importing", "rules", "scanning", "explaining", "printing", "demo", "staff", "status", "account",
          "accounts", "setup", "attribute", "credit", "rates", "events", "template", "outbox", "watch",
          "group_accounts", "periods", "ledger")
"""Modules of `app.commands` that declare verbs, in the order of the help.

A module imports what carries its verbs out where it is carried out, so that no verb waits for the libraries of another.
"""

DONE, INPUT_REFUSED, REFUSED, UNUSABLE, LEASED, STOPPED = 0, 1, 2, 3, 4, 130


def build_parser(*, with_verbs: bool = True) -> argparse.ArgumentParser:
    """The program's own options, and every verb as its module declares it."""
    parser = Parser(prog="bursar", parents=[common_options()],
                                     description="Back office of service providers. Without a verb the window opens.")
    parser.add_argument("--version", action="version", version=f"bursar {__version__}")
    parser.add_argument("--demo", action="store_true", help="open the window on the demo database, made when missing")
    parser.set_defaults(run=open_window, verb=None)
    if not with_verbs:
        return parser
    verbs = Verbs(parser, dest="verb", metavar="VERB")
    for module in _VERBS:
        import_module(f"app.commands.{module}").declare(verbs)
    return parser


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """What a command line says, with the database it means; a mistake ends the program with how to say it.

    Where nothing but the window is asked for, no verb is declared: declaring all takes a tenth of a start.
    """
    parser = build_parser(with_verbs=not _asks_for_the_window(argv))
    args = parser.parse_args(argv)
    if args.demo and (args.verb or hasattr(args, "database")):
        parser.error("--demo opens the window on its own database; leave it out with a verb or another database")
    args.database = database_url(getattr(args, "database", None))
    return args


def _asks_for_the_window(argv: Sequence[str]) -> bool:
    """Whether this is one of the plain ways to open the window; all else is read with the verbs in mind."""
    match list(argv):
        case [] | ["--demo"]:
            return True
        case ["--database", database]:
            return bool(database.strip()) and not database.startswith("-")
        case _:
            return False


_EXIT_CODES: tuple[tuple[type[BursarError], int], ...] = (
    (InputRejected, INPUT_REFUSED), (DatabaseProblem, UNUSABLE), (LeaseHeld, LEASED), (Cancelled, STOPPED),
    (BursarError, REFUSED),
)


def run(argv: Sequence[str]) -> int:
    """Parse and run; every error that has a sentence ends as that sentence and its exit code.

    A refusal prints nothing on standard output: whoever reads JSON there gets one whole document or none.
    """
    _speak_any_language()
    args = parsed(argv)
    try:
        code = _answered(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        _say("Stopped.")
        code = STOPPED
    except BrokenPipeError:
        # Whoever read our output has left; what was committed is committed.
        _drop_output()
        code = DONE
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _say(f"There is no room to write: {error.filename or 'the answer is incomplete'}. Make room and try again.")
        _drop_output()
        code = INPUT_REFUSED
    return code


def _drop_output() -> None:
    """What is still to be written goes nowhere; the interpreter would try once more at its end, and complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answered(args: argparse.Namespace) -> int:
    try:
        run_command: Run = args.run
        return run_command(args)
    except BursarError as error:
        _say(_in_full(error))
        for row in error.rows if isinstance(error, InputRejected) else ():
            _say(f'  row {row.row}, {row.field}: "{row.value}": {row.message}')
        return next(code for kind, code in _EXIT_CODES if isinstance(error, kind))
    except Exception as error:
        sentence = _what_the_driver_means(error, args.database)
        if sentence is None:
            raise
        _say(sentence)
        return UNUSABLE


def _what_the_driver_means(error: Exception, database: str) -> str | None:
    """The sentence for a driver's complaint that reached us outside any unit of work; None where it is our fault."""
    from sqlalchemy.exc import DBAPIError

    from app.services.database.engine import parse_url
    from app.services.faults.drivers import explain_driver_error

    problem = explain_driver_error(error, parse_url(database)) if isinstance(error, DBAPIError) else None
    return None if problem is None else _in_full(problem)


def _in_full(error: BursarError) -> str:
    """The sentence of an error, and for a lost connection what whoever looks after the server needs."""
    return f"{error} {error.details}" if isinstance(error, ConnectionLost) and error.details else str(error)


def _speak_any_language() -> None:
    """Names may hold any letter; a terminal that cannot show one gets a substitute instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")


def _say(text: str) -> None:
    print(harmless(text), file=sys.stderr)
