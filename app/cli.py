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
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from app import __version__
from app.services.errors import BursarError, Cancelled, DatabaseProblem, InputRejected, LeaseHeld
from app.settings import database_url

DONE, INPUT_REFUSED, REFUSED, UNUSABLE, LEASED, STOPPED = 0, 1, 2, 3, 4, 130


def iso_date(text: str) -> date:
    """A date as 2025-07-02; argparse turns the ValueError into a usage message."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is not a date; write it as 2025-07-02') from None


def address(text: str) -> str:
    """A database address that says something: a script with an empty variable must not reach the person's own file."""
    if not text.strip():
        raise argparse.ArgumentTypeError("write a database URL or the path of a file")
    return text


def words(text: str) -> str:
    """A code, a name or another text in one line that every database can keep."""
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text):
        raise argparse.ArgumentTypeError("holds a character that is no text, such as a line break or a byte that is "
                                         "not UTF-8; write it in letters")
    return text


def keys(text: str) -> list[str]:
    """Keys with commas between them."""
    return [key.strip() for key in words(text).split(",") if key.strip()]


def whole_number(text: str) -> int:
    """A whole number, 0 or more."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number of 0 or more')
    return int(text)


def build_parser() -> argparse.ArgumentParser:
    """All verbs and options."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--database", type=address, metavar="URL", default=argparse.SUPPRESS,
                        help="database URL or path of an embedded file (default: BURSAR_DATABASE, else your own file)")
    common.add_argument("--as", dest="login", metavar="LOGIN", default=argparse.SUPPRESS,
                        help="who works, name@realm, where the database knows its staff (default: BURSAR_USER)")
    parser = argparse.ArgumentParser(prog="bursar", parents=[common],
                                     description="Back office of service providers. Without a verb the window opens.")
    parser.add_argument("--version", action="version", version=f"bursar {__version__}")
    parser.add_argument("--demo", action="store_true", help="open the window on the demo database, made when missing")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    _database_verbs(verbs, common)
    _import_verb(verbs, common)
    _rules_verbs(verbs, common)
    _scan_verb(verbs, common)
    _explain_verb(verbs, common)
    _invoices_verb(verbs, common)
    _demo_verbs(verbs, common)
    _staff_verbs(verbs, common)
    _status_verbs(verbs, common)
    _accounts_verbs(verbs, common)
    return parser


_Verbs = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _database_verbs(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    group = verbs.add_parser("db", help="create, bring up to date and check a database")  # type: ignore[attr-defined]
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("upgrade", parents=[common], help="create file, schema and operator account; safe to repeat")
    actions.add_parser("check", parents=[common], help="compare what is stored with what the rules derive")


def _import_verb(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    p = verbs.add_parser("import", parents=[common], help="read a file, all or nothing")  # type: ignore[attr-defined]
    p.add_argument("kind", choices=("accounts", "services", "invoices", "payments"))
    p.add_argument("file", type=Path)
    p.add_argument("--map", type=Path, required=True, metavar="MAP.toml", dest="mapping")
    p.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
    p.add_argument("--json", action="store_true")


def _rules_verbs(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    group = verbs.add_parser("rules", help="automatic suspension rules of a provider")  # type: ignore[attr-defined]
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    p = actions.add_parser("set", parents=[common], help="enter a new version")
    p.add_argument("--provider", required=True, type=words, metavar="CODE")
    p.add_argument("--from", required=True, type=iso_date, metavar="DATE", dest="effective_from")
    p.add_argument("--min-overdue", required=True, metavar="A", help="suspend from this overdue payable amount on")
    p.add_argument("--min-days", required=True, type=whole_number, metavar="N", help="… when more days late than this")
    p.add_argument("--restore-at", required=True, metavar="A", help="restore at this amount or less")
    p.add_argument("--name", default="", type=words, metavar="T")
    p.add_argument("--resuspend-days", type=whole_number, default=0, metavar="N",
                   help="leave an account alone for so long after a restoration by hand")
    p.add_argument("--window", action="append", default=[], type=words, metavar='"Mon-Thu 09:00-16:00"', dest="windows",
                   help="when suspensions may be applied; repeat for more")
    p.add_argument("--exclude-group", action="append", default=[], type=words, metavar="CODE", dest="exclude_groups")
    show = actions.add_parser("show", parents=[common], help="list all versions")
    show.add_argument("--provider", type=words, metavar="CODE")
    show.add_argument("--json", action="store_true")


def _scan_verb(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    p = verbs.add_parser("scan", parents=[common], help="suspend and restore by the rules")  # type: ignore[attr-defined]
    p.add_argument("--provider", type=words, metavar="CODE")
    p.add_argument("--as-of", type=iso_date, metavar="DATE")
    p.add_argument("--dry-run", action="store_true", help="judge only, write nothing")
    p.add_argument("--all", action="store_true", dest="include_none",
                   help="list every end user, also where nothing happens")
    p.add_argument("--json", action="store_true")
    p.add_argument("--explain", type=words, metavar="ACCOUNT",
                   help="the whole reasoning for one account; writes nothing")


def _explain_verb(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    p = verbs.add_parser("explain", parents=[common],  # type: ignore[attr-defined]
                         help="effective values of an account and the chain they came down")
    p.add_argument("account", type=words, metavar="ACCOUNT", help="CODE, or PROVIDER/CODE")
    p.add_argument("attribute", nargs="?", type=words, metavar="ATTRIBUTE")
    p.add_argument("--json", action="store_true")


def _invoices_verb(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    group = verbs.add_parser("invoices", help="invoices on paper")  # type: ignore[attr-defined]
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    p = actions.add_parser("print", parents=[common], help="print a batch as PDF; repeating it writes what is missing")
    p.add_argument("--provider", type=words, metavar="C")
    p.add_argument("--account", type=words, metavar="C")
    p.add_argument("--from", type=iso_date, metavar="D", dest="issued_from", help="issue date, inclusive")
    p.add_argument("--to", type=iso_date, metavar="D", dest="issued_to", help="issue date, inclusive")
    p.add_argument("--ids", type=Path, metavar="FILE", help="invoice numbers, one a line")
    p.add_argument("--out", type=Path, required=True, metavar="DIR")
    p.add_argument("--merge", type=Path, metavar="FILE.pdf", help="all of them in one file besides")
    p.add_argument("--json", action="store_true")


def _demo_verbs(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    p = verbs.add_parser("demo", parents=[common], help="fill an empty database with demo data")  # type: ignore[attr-defined]
    p.add_argument("--accounts", type=whole_number, default=2000, metavar="N")
    p.add_argument("--seed", type=whole_number, default=1, metavar="S")
    p.add_argument("--until", type=iso_date, metavar="DATE", help="the two years end here (default: today)")
    p = verbs.add_parser("tour", help="walk through every screen without a display")  # type: ignore[attr-defined]
    p.add_argument("--out", type=Path, default=Path("tour"), metavar="DIR")


def _staff_verbs(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    group = verbs.add_parser("staff", help="who may sign in")  # type: ignore[attr-defined]
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    p = actions.add_parser("init", parents=[common],
                           help="begin sign-in: the operator's realm and an administrator with all powers")
    p.add_argument("--login", dest="new_login", required=True, metavar="NAME@REALM")
    p.add_argument("--name", default="", metavar="NAME", help="as colleagues read it (default: from the login)")


def _status_verbs(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    group = verbs.add_parser("status", help="statuses of many accounts")  # type: ignore[attr-defined]
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    p = actions.add_parser("import", parents=[common], help="read ACCOUNT_ID, ACCOUNT_STATUS and "
                           "ACCOUNT_STATUS_REASON from a file, all or nothing")
    p.add_argument("file", type=Path)
    p.add_argument("--dry-run", action="store_true", help="check every row, write nothing")
    p.add_argument("--json", action="store_true")


def _accounts_verbs(verbs: _Verbs, common: argparse.ArgumentParser) -> None:  # type: ignore[valid-type]
    group = verbs.add_parser("accounts", help="customer lists")  # type: ignore[attr-defined]
    actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
    p = actions.add_parser("export", parents=[common], help="write the customers of a provider to a file")
    p.add_argument("--provider", type=words, required=True, metavar="CODE")
    p.add_argument("--filter", type=words, default="", metavar="TEXT", help="as in the box over the list")
    p.add_argument("--columns", type=keys, metavar="KEYS", help="for instance code,name,email (default: as shown)")
    p.add_argument("--out", type=Path, required=True, metavar="FILE", help="a name ending in .csv or .xlsx")
    p.add_argument("--json", action="store_true")


_EXIT_CODES: tuple[tuple[type[BursarError], int], ...] = (
    (InputRejected, INPUT_REFUSED), (DatabaseProblem, UNUSABLE), (LeaseHeld, LEASED), (Cancelled, STOPPED),
    (BursarError, REFUSED),
)


def run(argv: Sequence[str]) -> int:
    """Parse and run; every error that has a sentence ends as that sentence and its exit code.

    A refusal prints nothing on standard output: whoever reads JSON there gets one whole document or none.
    """
    _speak_any_language()
    args = build_parser().parse_args(argv)
    args.database = database_url(getattr(args, "database", None))
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
        return _dispatch(args)
    except BursarError as error:
        _say(str(error))
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
    from app.services.database.faults import explain_driver_error

    problem = explain_driver_error(error, parse_url(database)) if isinstance(error, DBAPIError) else None
    return None if problem is None else str(problem)


def _speak_any_language() -> None:
    """Names may hold any letter; a terminal that cannot show one gets a substitute instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace" if stream is sys.stdout else "backslashreplace")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _dispatch(args: argparse.Namespace) -> int:
    # a verb waits for its own libraries alone
    module, function = _VERBS[args.verb]
    handler: Callable[[argparse.Namespace], int] = getattr(import_module(f"app.commands.{module}"), function)
    return handler(args)


_VERBS: dict[str | None, tuple[str, str]] = {
    None: ("window", "open_window"), "db": ("database", "run"), "import": ("importing", "run"),
    "rules": ("rules", "run"), "scan": ("scanning", "run"), "explain": ("explaining", "run"),
    "invoices": ("printing", "run"), "demo": ("demo", "run_demo"), "tour": ("demo", "run_tour"),
    "staff": ("staff", "run"),
    "status": ("status", "run"), "accounts": ("accounts", "run"),
}
"""Module and function of each verb; without one the window opens."""
