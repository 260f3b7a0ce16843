"""Verbs are declared beside the code that runs them, and declaring them costs nobody's libraries."""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.cli import build_parser, parsed, run
from app.commands.declaring import iso_date
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


_WINDOW = [[], ["--demo"], ["--database", "books.db"], ["--database", "demo"]]


@pytest.mark.parametrize("words", _WINDOW, ids=str)
def test_the_window_is_asked_for_as_if_verbs_were_declared(words: list[str]) -> None:
    said = vars(build_parser().parse_args(words))
    assert {**vars(parsed(words)), "database": ""} == {**said, "database": ""}
    assert parsed(words).database == said.get("database", parsed([]).database)


def test_no_verb_is_declared_where_the_window_is_asked_for() -> None:
    code = (f"import sys; from app.cli import parsed; [parsed(words) for words in {_WINDOW}]; "
            "print(*sys.modules, sep='\\n')")
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    ours = {name for name in found.stdout.split() if name.startswith("app.commands.")}
    assert ours == {"app.commands.declaring", "app.commands.output", "app.commands.window"}


@pytest.mark.parametrize("words", [["--database"], ["--database", " "], ["--database", "--demo"], ["--demo", "x"]],
                         ids=str)
def test_a_mistake_is_explained_with_the_verbs_there_are(
    words: list[str], capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as end:
        parsed(words)
    assert end.value.code == 2
    assert "VERB" in capsys.readouterr().err


_ARGUMENTS = {
    "db upgrade": "",
    "db check": "",
    "db words": "",
    "db figures": "",
    "db backup": "file",
    "db restore": "file",
    "import": "kind file --map! --dry-run --json",
    "rules set": "--provider! --from! --min-overdue! --min-days! --restore-at! --name --resuspend-days --window "
                 "--holidays --exclude-group",
    "credit check": "account --event! --amount! --json",
    "credit exceeded": "--provider --profile --rating --near --json",
    "credit terms": "account --rating --limit --period --json",
    "rates fetch": "--url --provider --json",
    "rates import": "file --dry-run --provider --json",
    "rates list": "--currency --provider --json",
    "rates remove": "currency --from! --provider",
    "rates use": "currency --off --rounding --provider",
    "rules show": "--provider --json",
    "periods set": "--provider! --frequency! --from!",
    "periods list": "--provider --account --json",
    "periods check": "--provider! --json",
    "periods close": "--provider! --post-drafts --json",
    "scan": "--provider --as-of --dry-run --approve --all --json --explain",
    "explain": "account attribute? --json",
    "invoices print": "--provider --account --from --to --ids --out! --merge --json",
    "demo": "--accounts --seed --until",
    "tour": "--out",
    "staff init": "--login! --name",
    "status import": "file --dry-run --json",
    **{f"account {action}": "account --reason --dry-run --json" for action in (
        "suspend", "reactivate", "terminate", "write-off", "clear-write-off")},
    "account set": "account field --dry-run --json",
    "accounts export": "--provider! --filter --columns --out! --json",
    "ledger show": "account --as-of --known-at --json",
    "ledger post": "--account! --kind! --amount! --date --due --type --category --text --method --for "
                   "--back-office-code --draft --json",
    "ledger post-draft": "ref --date --json",
    "ledger reject": "ref --reason! --json",
    "ledger cancel": "number --kind --reason --json",
    "ledger write-off": "account --date --reason --json",
    "ledger transfer": "number --to! --reason --json",
    "ledger dispute": "number --amount! --date --reason --json",
    "ledger settle-dispute": "number --for! --date --json",
    "setup export": "--provider! --out!",
    "setup plan": "file --json",
    "setup apply": "file --json",
    "events list": "--provider --json", "events provision": "--provider! --profile!",
    "events enable": "--provider! --profile! --event! --period --action!",
    "events disable": "--provider! --profile! --event! --period --action!",
    "outbox list": "--provider --account --state --since --json",
    "outbox resend": "id",
    "outbox hold": "id",
    "outbox release": "id",
    "outbox cancel": "id",
    "attribute set": "key value --account --provider --profile --dry-run --json",
    "group-account add": "parent member --scope! --fund --dry-run --json",
    "group-account remove": "parent member --dry-run --json",
    "group-account show": "account --json",
    "watch": "--once --provider --json",
    "attribute clear": "key --account --provider --profile --dry-run --json",
    "template render": "--provider! --profile! --event! --period --action! --account! --invoice --service --as-of "
                       "--json",
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


# --------------------------------------------------------------------------- nothing is no value


def _valued() -> Iterator[tuple[str, list[str]]]:
    """Every argument that takes a value, and the words of a command in which that value alone is missing."""
    for parser in _commands(build_parser()):
        verb = parser.prog.split()[1:]
        arguments = [action for action in parser._actions if action.nargs != 0]
        for asked in arguments:
            words = list(verb)
            for action in arguments:
                if action is asked or (action.required and action.option_strings):
                    words += [action.option_strings[0], _PLACE if action is asked else _usual(action)] \
                        if action.option_strings else []
            positions = [action for action in arguments if not action.option_strings]
            words += [_PLACE if action is asked else _usual(action) for action in positions
                      if action.required or asked in positions]
            yield f"{' '.join(verb)} {'/'.join(asked.option_strings) or asked.dest}", words


_PLACE = "<here>"


def _usual(action: argparse.Action) -> str:
    if action.choices:
        return next(iter(action.choices))
    return "2025-01-01" if action.type is iso_date else "20250101"  # a figure and a word


_VALUED = dict(_valued())


def test_the_walk_sees_every_argument() -> None:
    assert {"scan --explain", "scan --as", "scan --database", "explain account", "explain attribute", "import kind",
            "invoices print --ids", "rules set --window", "accounts export --columns", "tour --out"} <= _VALUED.keys()
    assert len(_VALUED) >= 60


@pytest.mark.parametrize("argument", _VALUED)
def test_nothing_is_no_value(
    argument: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script whose variable is empty asks for nothing; it gets neither everything nor a scan that commits."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BURSAR_DATABASE", str(tmp_path / "books.db"))
    name = argument.rsplit(maxsplit=1)[-1]
    blanks = (" ", "\t", "\u00a0", "\u200b", "\ufeff ")
    blank = blanks[list(_VALUED).index(argument) % len(blanks)]  # each in turn: all are taken off in one place
    ways = [[empty if word == _PLACE else word for word in _VALUED[argument]] for empty in ("", blank)]
    if name.startswith("--"):  # in one word as well
        ways.append([f"{name}=" if following == _PLACE else word
                     for word, following in pairwise([*_VALUED[argument], "."]) if word != _PLACE])
    for words in ways:
        with pytest.raises(SystemExit) as ended:
            run(words)
        captured = capsys.readouterr()
        assert ended.value.code == 2
        assert captured.out == ""
        assert name.casefold() in captured.err.splitlines()[-1].casefold()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [
    ["--database", "", "scan"], ["--as", "", "scan"], ["accounts", "export", "--provider", "A", "--out", "x.csv",
                                                       "--columns", " , ,"],
    *(["accounts", "export", "--provider", "A", "--out", "x.csv", "--columns", keys]
      for keys in ("code,,name", "code,", ",code", "code,code", "code, name, code ")),
    ["scan", "--explain", "A1", "--all"], ["scan", "--provider", "A", "--provider=B"],
    ["--demo", "scan"], ["--demo", "--database", "books.db"],
])
def test_words_that_say_nothing_or_contradict_each_other(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BURSAR_DATABASE", str(tmp_path / "own.db"))
    with pytest.raises(SystemExit) as ended:
        run(words)
    assert ended.value.code == 2
    assert next(word for word in words if word.startswith("--")) in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
