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
