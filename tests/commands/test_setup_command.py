"""`bursar setup` and `bursar attribute`: documents, exit codes, and the demo's set-up there and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

Answer = tuple[int, str, str]
Bursar = Callable[..., Answer]
ON_FILE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def command_line(url: str, capsys: pytest.CaptureFixture[str]) -> Bursar:
    def call(*words: object) -> Answer:
        code = run(["--database", url, *[str(word) for word in words]])
        out, said = capsys.readouterr()
        return code, out, said

    return call


@pytest.fixture
def bursar(database: Database, capsys: pytest.CaptureFixture[str]) -> Bursar:
    """Three customers: A1 and A2 inherit 12 days from their provider, F1 has 30 from its profile."""
    with database.write() as session:
        book = Book(session)
        glen = book.provider("GLEN", trading_due_days=12)
        firms = book.profile(glen, "Firms", trading_due_days=30)
        book.account(glen, "A1")
        book.account(glen, "A2")
        book.account(glen, "F1", profile=firms)
    return command_line(database.url.render_as_string(hide_password=False), capsys)


def document(answer: Answer) -> Any:
    assert answer[0] == 0, answer[2]
    return json.loads(answer[1])


def exported(bursar: Bursar, path: Path, provider: str = "GLEN") -> str:
    code, out, said = bursar("setup", "export", "--provider", provider, "--out", path)
    assert (code, out) == (0, ""), said
    return path.read_text(encoding="utf-8")


def test_a_file_is_planned_and_applied_once(bursar: Bursar, tmp_path: Path) -> None:
    path = tmp_path / "glen.toml"
    text = exported(bursar, path)
    assert document(bursar("setup", "plan", path, "--json")) == {"changes": [], "unmentioned": []}
    path.write_text(text.replace("\ntrading_due_days = 12", "\ntrading_due_days = 14"), encoding="utf-8")
    entry = {"kind": "provider", "name": "GLEN", "key": "trading_due_days", "old": 12, "new": 14, "accounts": 2}
    wanted = {"changes": [entry], "unmentioned": []}
    assert document(bursar("setup", "plan", path, "--json")) == wanted
    code, out, _ = bursar("setup", "plan", path)
    assert code == 0
    assert out.splitlines() == ["glen.toml would make 1 change to GLEN. Nothing is written:",
                                "  Provider GLEN: trading_due_days 12 → 14, 2 customers"]
    assert document(bursar("setup", "plan", path, "--json")) == wanted, "a plan writes nothing"
    assert document(bursar("setup", "apply", path, "--json")) == wanted
    code, _, said = bursar("setup", "apply", path)
    assert (code, said) == (0, "GLEN is set up as glen.toml says. Nothing was changed.\n")
    assert exported(bursar, tmp_path / "again.toml") == path.read_text(encoding="utf-8")


@ON_FILE
def test_what_is_not_mentioned_is_said_in_words(bursar: Bursar, tmp_path: Path) -> None:
    path = tmp_path / "short.toml"
    path.write_text('[provider]\ncode = "GLEN"\n', encoding="utf-8")
    code, out, _ = bursar("setup", "plan", path)
    assert code == 0
    assert out.startswith("GLEN is set up as short.toml says. There is nothing to change.\nNot mentioned in the file")
    assert "  Provider GLEN: trading_due_days 12\n" in out
    assert "  Profile Firms\n" in out


@ON_FILE
@pytest.mark.parametrize("action", ["plan", "apply"])
def test_a_wrong_file_is_refused_with_every_problem(bursar: Bursar, tmp_path: Path, action: str) -> None:
    path = tmp_path / "glen.toml"
    path.write_text('[provider]\ncode = "GLEN"\nnme = "Glen"\n[provider.attributes]\ntrading_due_days = 400\n',
                    encoding="utf-8")
    code, out, said = bursar("setup", action, path, "--json")
    assert (code, out) == (1, "")
    assert said.splitlines() == [
        "glen.toml cannot be applied: 2 problems. Nothing was changed.",
        '  line 3, [provider], nme: there is no such key. Did you mean "name"?',
        "  line 5, [provider.attributes], trading_due_days: 400 is out of range; write one from 0 to 365."]


@ON_FILE
def test_a_file_or_provider_that_is_not_there_is_named(bursar: Bursar, tmp_path: Path) -> None:
    code, out, said = bursar("setup", "plan", tmp_path / "no.toml")
    assert (code, out) == (1, "")
    assert "no.toml cannot be read: No such file or directory. Check its path." in said
    code, out, said = bursar("setup", "export", "--provider", "NO", "--out", tmp_path / "no.toml")
    assert (code, out, said) == (2, "", 'There is no provider with the code "NO".\n')
    assert not (tmp_path / "no.toml").exists()


# --------------------------------------------------------------------------- single values


def test_a_single_value_says_whom_it_reaches(bursar: Bursar) -> None:
    words = ("attribute", "set", "trading_due_days", "14", "--provider", "GLEN")
    entry = {"kind": "provider", "name": "GLEN", "key": "trading_due_days", "old": 12, "new": 14, "accounts": 2}
    assert document(bursar(*words, "--dry-run", "--json")) == {"changes": [entry]}
    assert document(bursar(*words, "--json")) == {"changes": [entry]}
    assert document(bursar(*words, "--json")) == {"changes": []}
    code, out, said = bursar("attribute", "clear", "trading_due_days", "--provider", "GLEN")
    assert (code, out, said) == (0, "Provider GLEN: trading_due_days 14 → not set, 2 customers\n", "")


@pytest.mark.parametrize(("words", "entry"), [
    (("--provider", "GLEN", "--profile", "Firms"), {"kind": "profile", "name": "Firms", "old": 30, "accounts": 1}),
    (("--account", "F1"), {"kind": "account", "name": "F1", "old": None, "accounts": 1}),
    (("--account", "GLEN/A1"), {"kind": "account", "name": "A1", "old": None, "accounts": 0}),
])
def test_a_single_value_is_set_on_each_tier(bursar: Bursar, words: tuple[str, ...], entry: dict[str, Any]) -> None:
    """A1 has 12 days already, from its provider: they become its own, and nothing changes for it."""
    found = document(bursar("attribute", "set", "trading_due_days", "12", *words, "--json"))
    assert found == {"changes": [{**entry, "key": "trading_due_days", "new": 12}]}
    explained = document(bursar("explain", "F1", "trading_due_days", "--json"))
    assert explained[0]["value"] == (30 if entry["name"] == "A1" else 12)


@ON_FILE
def test_a_module_is_switched_where_it_is_a_value(bursar: Bursar) -> None:
    found = document(bursar("attribute", "set", "module_agents", "no", "--provider", "GLEN", "--json"))
    assert [(c["old"], c["new"], c["accounts"]) for c in found["changes"]] == [(None, False, 3)]
    found = document(bursar("attribute", "clear", "module_agents", "--provider", "GLEN", "--json"))
    assert [(c["old"], c["new"], c["accounts"]) for c in found["changes"]] == [(False, None, 3)]


@ON_FILE
def test_a_bundle_is_cleared_with_its_lead(bursar: Bursar) -> None:
    for key, value in (("late_fee", "enable"), ("late_fee_amount", "5.00")):
        assert bursar("attribute", "set", key, value, "--provider", "GLEN")[0] == 0
    found = document(bursar("attribute", "clear", "late_fee", "--provider", "GLEN", "--json"))
    assert [(c["key"], c["old"], c["new"], c["accounts"]) for c in found["changes"]] == [
        ("late_fee", "enable", None, 3), ("late_fee_amount", "5.00", None, 3)]


@ON_FILE
@pytest.mark.parametrize(("words", "expected"), [
    (("trading_due_days", "400", "--provider", "GLEN"), "lies between 0 and 365"),
    (("trading_due_days", "9" * 5000, "--provider", "GLEN"), "many digits is out of range; write one between 0 and"),
    (("late_fee_label", "x" * 81, "--provider", "GLEN"), "has 81 characters; at most 80 fit."),
    (("trading_review_last", "2026-W01-1", "--account", "A1"), "is not a date; write it as 2025-07-02"),
    (("trading_review_last", "20260105", "--account", "A1"), "is not a date; write it as 2025-07-02"),
    (("trading_due_dys", "4", "--provider", "GLEN"), 'There is no attribute "trading_due_dys"'),
    (("autopay", "yes", "--provider", "GLEN"), "cannot be set on this tier"),
    (("trading_due_days", "4", "--provider", "GLEN", "--profile", "No"), "It has: Default Profile, Firms."),
    (("trading_due_days", "4", "--account", "A1", "--profile", "Firms"), "Say which with --provider CODE"),
    (("trading_due_days", "4", "--account", "NO"), 'There is no account with the code "NO".'),
])
@pytest.mark.parametrize("dry", [True, False])
def test_a_single_value_that_will_not_do_is_refused(
    bursar: Bursar, words: tuple[str, ...], expected: str, dry: bool
) -> None:
    code, out, said = bursar("attribute", "set", *words, *(["--dry-run"] * dry), "--json")
    assert (code, out) == (2, ""), said
    assert expected in said


@ON_FILE
def test_an_owner_must_be_named_and_only_one(bursar: Bursar) -> None:
    for words in ((), ("--account", "A1", "--provider", "GLEN")):
        with pytest.raises(SystemExit) as end:
            bursar("attribute", "set", "trading_due_days", "4", *words)
        assert end.value.code == 2


# --------------------------------------------------------------------------- there and back


def test_the_set_up_of_the_demo_goes_there_and_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every provider, exported and applied to an empty database from the top down, is exported byte for byte."""
    demo, empty = f"sqlite:///{tmp_path / 'demo.db'}", f"sqlite:///{tmp_path / 'empty.db'}"
    assert run(["--database", demo, "demo", "--accounts", "24"]) == 0
    assert run(["--database", empty, "db", "upgrade"]) == 0
    there, back = command_line(demo, capsys), command_line(empty, capsys)
    for code in ("operator", "PW", "HT", "SB", "NE", "TM", "LC"):
        text = exported(there, tmp_path / f"{code}.toml", code)
        assert document(there("setup", "plan", tmp_path / f"{code}.toml", "--json")) == {
            "changes": [], "unmentioned": []}
        assert back("setup", "apply", tmp_path / f"{code}.toml")[0] == 0
        assert exported(back, tmp_path / f"{code}.again.toml", code) == text
    assert back("db", "check")[0] == 0
