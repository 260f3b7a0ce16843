"""`bursar group-account`: what must hold line by line, what is written, exit codes, and the set-up of families."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

Bursar = Callable[..., tuple[int, str, str]]


@pytest.fixture
def bursar(database: Database, capsys: pytest.CaptureFixture[str]) -> Bursar:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("CY", name="Fleet Cards", currency="EUR")
        for code, name in (("P-2000", "GreenBus"), ("M-2001", "Anna"), ("M-2002", "Ben")):
            book.account(provider, code, name=name)
    url = database.url.render_as_string(hide_password=False)

    def call(*words: object) -> tuple[int, str, str]:
        code = run(["--database", url, *[str(word) for word in words]])
        out, said = capsys.readouterr()
        return code, out, said

    return call


def told(answer: tuple[int, str, str], code: int = 0) -> Any:
    assert answer[0] == code, answer[2]
    return json.loads(answer[1])


def test_an_account_joins_shows_and_leaves(bursar: Bursar, tmp_path: Path) -> None:
    path = tmp_path / "cy.toml"
    tables = '\n[[product_family]]\ncode = "FUEL"\nname = "Fuel"\n\n[[product_type]]\ncode = "CARD"\n'
    path.write_text(f'[provider]\ncode = "CY"\n{tables}', encoding="utf-8")
    assert bursar("setup", "apply", path)[0] == 0
    assert bursar("setup", "export", "--provider", "CY", "--out", path)[0] == 0
    text = path.read_text(encoding="utf-8")
    assert text.count("[[product_family]]") == text.count("[[product_type]]") == 1
    assert told(bursar("setup", "apply", path, "--json"))["changes"] == []
    assert bursar("setup", "export", "--provider", "CY", "--out", tmp_path / "again.toml")[0] == 0
    assert (tmp_path / "again.toml").read_bytes() == path.read_bytes()

    add = ("group-account", "add", "P-2000", "CY/M-2001", "--scope", "partial", "--fund", "family:FUEL", "type:CARD")
    ahead = told(bursar(*add, "--dry-run", "--json"))
    assert (ahead["allowed"], ahead["done"], ahead["funded"]) == (True, False, ["type:CARD", "family:FUEL"])
    assert {(each["passed"], set(each) == {"code", "words", "passed"}) for each in ahead["checklist"]} == {
        (True, True)}
    assert [effect["code"] for effect in ahead["effects"]][:3] == ["becomes_parent", "funding", "cascade"]
    assert told(bursar("group-account", "show", "M-2001", "--json"))["role"] == "none", "nothing was written"
    assert told(bursar(*add, "--json"))["done"] is True
    shown = told(bursar("group-account", "show", "P-2000", "--json"))
    (member,) = shown["members"]
    assert (shown["role"], member["account"], member["scope"], member["funded"], member["held_by_parent"]) == (
        "parent", "M-2001", "partial", ["type:CARD", "family:FUEL"], False)
    shown = told(bursar("group-account", "show", "M-2001", "--json"))
    assert (shown["role"], shown["parent"]["account"], shown["scope"]) == ("member", "P-2000", "partial")
    assert bursar("group-account", "show", "P-2000")[1].splitlines()[0] == "GreenBus (P-2000), Active, pays for:"

    again = told(bursar(*add, "--json"), 2)
    failed = [each for each in again["checklist"] if not each["passed"]]
    assert (again["allowed"], [each["code"] for each in failed]) == (False, ["member_free"])
    code, out, said = bursar("group-account", "add", "M-2001", "M-2002", "--scope", "full", "--dry-run")
    assert code == 2
    assert "NOT MET Anna is itself a member of the group account of GreenBus; there is one level only.\n" in out
    assert said.endswith("Nothing was changed.\n")
    assert bursar("group-account", "add", "P-2000", "M-2002", "--scope", "partial", "--fund", "FUEL")[::2] == (
        2, '"FUEL" does not say what is paid. Write product:CODE, type:CODE or family:CODE.\n')

    ahead = told(bursar("group-account", "remove", "P-2000", "M-2001", "--dry-run", "--json"))
    assert [effect["code"] for effect in ahead["effects"]] == ["funding_ends", "stands_alone"]
    assert told(bursar("group-account", "remove", "P-2000", "M-2001", "--json"))["done"] is True
    code, out, said = bursar("group-account", "remove", "P-2000", "M-2001", "--json")
    assert (code, out, said) == (2, "", "Anna is no member of the group account of GreenBus. Nothing was changed.\n")
    shown = told(bursar("group-account", "show", "P-2000", "--json"))
    assert (shown["role"], shown["members"], [row["account"] for row in shown["earlier"]]) == ("none", [], ["M-2001"])
