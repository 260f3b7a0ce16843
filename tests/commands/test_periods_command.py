"""`bursar periods`: what it says, its documents, and how refusals end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from app.cli import run
from app.services.database.unit_of_work import Database
from tests.factories.books import Book, switch_off_guards

Said = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def said(database: Database, capsys: pytest.CaptureFixture[str]) -> Said:
    """Run a command on a provider HT with one invoice of January 2024: exit code, output and what was complained of."""
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour", currency="EUR")
        book.invoice(book.account(provider, "A1", start=date(2023, 1, 1)), 16_000, date(2024, 1, 5), date(2024, 1, 19),
                     number="I1")
        book.provider("CC")
    url = database.url.render_as_string(hide_password=False)

    def command(*words: str) -> tuple[int, Any, str]:
        code = run(["--database", url, "periods", *words])
        out, err = capsys.readouterr()
        return code, json.loads(out) if "--json" in words and out else out, err

    return command


def test_periods_are_set_up_listed_checked_and_closed(said: Said) -> None:
    start = ("set", "--provider", "HT", "--frequency", "monthly", "--from", "2024-01-01")
    assert said(*start) == (0, "", "HT has monthly accounting periods from 2024-01-01 on; the first one is open.\n")
    assert said(*start)[2] == "HT has monthly accounting periods from 2024-01-01 on already. Nothing was changed.\n"
    code, out, words = said(*start[:-1], "2024-01-02")
    assert (code, out) == (2, "")
    assert "set them up. They are set up once." in words
    assert said("check", "--provider", "HT")[::2] == (
        0, "Nothing stands against closing the period 1 Jan 2024 to 31 Jan 2024.\n")
    code, closed, words = said("close", "--provider", "HT", "--json")
    assert code == 0
    assert words == ("The period 1 Jan 2024 to 31 Jan 2024 of HT is closed. 3 accounts began the period 1 Feb 2024 to "
                     "29 Feb 2024 with 160.00 EUR in all.\n")
    assert closed["provider"] == "HT"
    assert closed["closed"] | {"closed_at": "", "closed_by": ""} == {
        "number": 1, "from": "2024-01-01", "to": "2024-01-31", "state": "closed", "closed_at": "", "closed_by": ""}
    assert closed["closed"]["closed_by"].startswith("console")
    assert (closed["opened"]["from"], closed["opened"]["state"]) == ("2024-02-01", "open")
    assert closed["opening_balances"] == [{"currency": "EUR", "balance_minor": 16_000, "accounts": 3}]
    listed = said("list", "--account", "A1", "--json")[1]
    assert [(row["provider"], row["number"], row["state"], row["opening_balance_minor"], row["currency"])
            for row in listed] == [("HT", 1, "closed", 0, "EUR"), ("HT", 2, "open", 16_000, "EUR")]
    assert said("list", "--provider", "HT")[1].splitlines()[1] == "HT 2  2024-02-01 to 2024-02-29  open"
    assert len(said("list")[1].splitlines()) == 2
    assert said("list", "--provider", "CC")[::2] == (0, "There are no accounting periods.\n")
    assert said("close", "--provider", "CC")[::2] == (
        2, "This provider has no open accounting period. Set up its accounting periods first.\n")


def test_an_error_ends_as_a_refusal_that_names_it(said: Said, database: Database) -> None:
    said("set", "--provider", "HT", "--frequency", "monthly", "--from", "2024-01-01")
    with database.write() as session:
        switch_off_guards(session)
        session.execute(text("UPDATE invoice_line SET amount_minor = 1, net_minor = 1"))
    code, out, words = said("close", "--provider", "HT", "--json")
    assert (code, out) == (2, "")
    assert words == ("The period 1 Jan 2024 to 31 Jan 2024 cannot be closed. The lines of the invoice I1 do not add up "
                     "to it. Nothing was changed.\n")
    code, found, _ = said("check", "--provider", "HT", "--json")
    assert (code, found["errors"]) == (2, [{
        "code": "lines", "message": "The lines of the invoice I1 do not add up to it.", "rows": ["I1"], "count": 1}])
