"""What verbs declare themselves with: parsers, the options every verb takes, and how words of a command are read."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

from app.models.values import parse_day
from app.services.files.texts import harmless, is_seen, refusal_of_text

USER_VARIABLE = "BURSAR_USER"

Run = Callable[[argparse.Namespace], int]
"""Carries a command out and returns its exit code."""


def iso_date(text: str) -> date:
    """A date as 2025-07-02; argparse turns the error into a usage message."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def words(text: str) -> str:
    """A code, a name or another text in one line that every database can keep."""
    if refusal_of_text(text) and is_seen(text):  # one that says nothing is refused by the parser, whatever it is for
        raise argparse.ArgumentTypeError("holds a character that is no text, such as a line break or a byte that is "
                                         "not UTF-8; write it in letters")
    return text


def keys(text: str) -> list[str]:
    """Keys with one comma between them, at least one, and each once."""
    found = [key.strip() for key in words(text).split(",")]
    if not any(found):
        raise argparse.ArgumentTypeError(f'"{text}" names none')
    if not all(found):
        raise argparse.ArgumentTypeError(f'"{text}" has a comma with nothing before or after it')
    twice = next((key for place, key in enumerate(found) if key in found[:place]), None)
    if twice is not None:
        raise argparse.ArgumentTypeError(f'"{text}" names {twice} twice')
    return found


def whole_number(text: str) -> int:
    """A whole number, 0 or more."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f'"{text}" is not a whole number of 0 or more')
    return int(text)


class Parser(argparse.ArgumentParser):
    """A parser for which an empty value is a mistake, whatever takes it.

    A script whose variable is empty asks for nothing in particular; it must not be answered with everything, nor write
    to the person's own database.
    """

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse anew; what was given before does not count."""
        self._given: dict[str, list[str]] = {}
        return super().parse_known_args(args, namespace)

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        is_one = isinstance(action, argparse._StoreAction) and action.option_strings  # noqa: SLF001  no public name
        if is_one and self._given.setdefault(action.dest, arg_strings) != arg_strings:
            raise argparse.ArgumentError(action, "stands there twice with two values; only one can be meant")
        return super()._get_values(action, arg_strings)

    def error(self, message: str) -> NoReturn:
        """End with what is wrong; what was typed may hold what a terminal would obey."""
        super().error(harmless(message))

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        if action.nargs != argparse.PARSER and not is_seen(arg_string):  # of a verb it is all that follows
            what = "leave the option out where nothing is meant" if action.option_strings else "write what is meant"
            raise argparse.ArgumentError(action, f"an empty value says nothing; {what}")
        return super()._get_value(action, arg_string)


class Verbs:
    """The verbs of the program, or the actions of one verb: each is declared with the function that runs it."""

    def __init__(self, parser: argparse.ArgumentParser, *, metavar: str, dest: str, required: bool = False) -> None:
        self._parsers = parser.add_subparsers(dest=dest, metavar=metavar, required=required)

    def add(
        self, name: str, run: Run, *, help: str, opens_database: bool = True,  # noqa: A002  as argparse names it
    ) -> argparse.ArgumentParser:
        """Declare a verb or an action and what carries it out; the caller adds its arguments to the parser."""
        parser = self._parsers.add_parser(name, parents=[common_options()] if opens_database else [], help=help)
        parser.set_defaults(run=run)
        return parser

    def group(self, name: str, *, help: str) -> Verbs:  # noqa: A002  as argparse names it
        """Declare a verb that is nothing without one of its actions."""
        return Verbs(self._parsers.add_parser(name, help=help), dest="action", metavar="ACTION", required=True)


def common_options() -> argparse.ArgumentParser:
    """The options every verb takes, before it or after it."""
    common = Parser(add_help=False)
    common.add_argument("--database", metavar="URL", default=argparse.SUPPRESS,
                        help="database URL or path of an embedded file (default: BURSAR_DATABASE, else your own file)")
    common.add_argument("--as", dest="login", metavar="LOGIN", default=argparse.SUPPRESS,
                        help="who works, name@realm, where the database knows its staff (default: BURSAR_USER)")
    return common


def login_of(args: argparse.Namespace) -> str:
    """Who is to work: the login of `--as`, else that of BURSAR_USER; "" where neither says."""
    return getattr(args, "login", "") or os.environ.get(USER_VARIABLE, "").strip()
