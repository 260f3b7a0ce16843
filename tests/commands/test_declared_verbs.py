"""Verbs are declared beside the code that runs them, and declaring them costs nobody's libraries."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator

from app.cli import build_parser
from tests.support.sources import ROOT

_HEAVY = {"sqlalchemy", "alembic", "psycopg", "PySide6", "reportlab", "httpx", "keyring", "xlsxwriter"}


def _commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Everything that can be asked for: verbs without actions, and the actions of the others."""
    inner = [each for action in parser._actions if isinstance(action, argparse._SubParsersAction)
             for each in action.choices.values()]
    for each in inner:
        yield from _commands(each)
    if not inner:
        yield parser


def test_every_module_that_declares_a_verb_is_listed() -> None:
    modules = {path.stem for path in (ROOT / "app" / "commands").glob("*.py") if "\ndef declare(" in path.read_text()}
    run_by = {parser.get_default("run").__module__.rpartition(".")[2] for parser in _commands(build_parser())}
    assert run_by == modules


def test_the_help_waits_for_no_library() -> None:
    """Whoever asks for the help, the version or one verb does not wait for what the others need."""
    code = "import sys; from app.cli import build_parser; build_parser().format_help(); print(*sys.modules, sep='\\n')"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert _HEAVY.isdisjoint({name.partition(".")[0] for name in found.stdout.split()})


_ARGUMENTS = {
    "db upgrade": "",
    "db check": "",
    "import": "kind file --map! --dry-run --json",
    "rules set": "--provider! --from! --min-overdue! --min-days! --restore-at! --name --resuspend-days --window "
                 "--exclude-group",
    "rules show": "--provider --json",
    "scan": "--provider --as-of --dry-run --all --json --explain",
    "explain": "account attribute? --json",
    "invoices print": "--provider --account --from --to --ids --out! --merge --json",
    "demo": "--accounts --seed --until",
    "tour": "--out",
    "staff init": "--login! --name",
    "status import": "file --dry-run --json",
    "accounts export": "--provider! --filter --columns --out! --json",
}
"""What scripts may rely on: an argument that goes, or becomes a must (!), breaks somebody's night."""


def test_arguments_are_a_contract() -> None:
    found = {parser.prog.removeprefix("bursar "): _arguments(parser) for parser in _commands(build_parser())}
    assert found == _ARGUMENTS


def test_every_verb_but_the_tour_takes_a_database_and_a_login() -> None:
    without = [parser.prog for parser in _commands(build_parser())
               if not {"--database", "--as"} <= set(parser._option_string_actions)]
    assert without == ["bursar tour"]


def _arguments(parser: argparse.ArgumentParser) -> str:
    """The arguments of a command in their order; `!` marks options that must be there, `?` positions that need not."""
    own = [a for a in parser._actions if not {"-h", "--database", "--as"} & set(a.option_strings)]
    return " ".join("".join(a.option_strings) + "!" * a.required if a.option_strings
                    else a.dest + "?" * (not a.required) for a in own)
