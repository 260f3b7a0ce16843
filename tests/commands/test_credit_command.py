"""`bursar credit`: documents, exit codes and refusals."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.cli import run
from app.models.values import CreditEvent
from app.services.clock import FixedClock
from app.services.credit.overrides import OverrideDetails, create_override
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from tests.factories.books import Book

Answer = tuple[int, str, str]
Bursar = Callable[..., Answer]
TODAY = datetime.now(UTC).date()


@pytest.fixture
def bursar(database: Database, clock: FixedClock, capsys: pytest.CaptureFixture[str]) -> Bursar:
    clock.moment = datetime.now(UTC)
    with database.write() as session:
        book = Book(session)
        home = book.provider("HT", name="Harbour", currency="EUR", trading_due_days=14, trading_terms_proximity=7,
                             credit_rating="B")
        for code, worth in (("B", 50_000), ("AA", 90_000)):
            set_credit_rating(session, provider_id=home, code=code, limit_minor=worth, seen=None)
        create_override(session, provider_id=home, details=OverrideDetails(
            name="Good ones", events=frozenset({CreditEvent.ACTIVATE_SERVICE}), ratings=frozenset({"B"})))
        book.invoice(book.account(home, "A-1001", name="Anna"), 48_000, TODAY - timedelta(days=3), TODAY)
        book.invoice(book.account(home, "A-1002", name="Bob"), 50_001, TODAY - timedelta(days=3), TODAY)
        book.account(book.provider("SB", currency="JPY"), "J-1")
    url = database.url.render_as_string(hide_password=False)

    def call(*words: str) -> Answer:
        code = run(["--database", url, "credit", *words])
        out, said = capsys.readouterr()
        return code, out, said

    return call


def test_checks(bursar: Bursar) -> None:
    def checked(account: str, event: str, amount: str) -> tuple[int, dict[str, object]]:
        code, out, _ = bursar("check", account, "--event", event, "--amount", amount, "--json")
        return code, json.loads(out)

    code, found = checked("A-1001", "post_manual_invoice", "20.00")
    assert (code, found.pop("reasons")) == (0, ["A-1001 would owe 500.00 EUR and not pass its limit of 500.00 EUR."])
    assert found == {"allowed": True, "limit_minor": 50_000, "balance_minor": 48_000, "projected_minor": 50_000,
                     "excess_minor": 0, "currency": "EUR", "rule": None}
    code, found = checked("HT/A-1001", "post_manual_invoice", "20.01")
    assert (code, found["allowed"], found["excess_minor"], found["rule"]) == (2, False, 1, None)
    code, found = checked("A-1001", "activate_service", "20.01")
    assert (code, found["allowed"], found["excess_minor"], found["rule"]) == (0, True, 1, "Good ones")
    code, found = checked("A-1002", "reactivate_subscription", "0")
    assert (code, found["excess_minor"], found["projected_minor"]) == (2, 1, 50_001)
    code, found = checked("J-1", "add_expense", "1000")
    assert (code, found["limit_minor"], found["projected_minor"]) == (0, None, 1000)
    code, out, _ = bursar("check", "A-1001", "--event", "add_expense", "--amount", "30")
    assert code == 2
    assert out.startswith("Refused. A-1001 owes 480.00 EUR; with 30.00 EUR more it would owe 510.00 EUR, 10.00 EUR ")
    for words, said in ((("--event", "buy", "--amount", "1"), '"buy" is no event of credit control. It is one of '),
                        (("--event", "add_expense", "--amount", "1.001"), "--amount: "),
                        (("--event", "add_expense", "--amount=-1"), "0 or more")):
        code, out, err = bursar("check", "A-1001", *words)
        assert (code, out) == (2, "")
        assert said in err


def test_exceeded(bursar: Bursar) -> None:
    code, out, said = bursar("exceeded", "--provider", "HT", "--json")
    (row,) = json.loads(out)["accounts"]
    assert code == 0
    wanted = {
        "account": "A-1002", "name": "Bob", "provider": "HT", "profile": "Default Profile", "rating": "B",
        "limit_minor": 50_000, "balance_minor": 50_001, "head_room_minor": -1, "excess_minor": 1,
        "standing": "exceeded"}
    assert {key: row[key] for key in wanted} == wanted
    assert "activate_service" not in row["refused_events"]
    assert "add_service" in row["refused_events"]
    code, out, said = bursar("exceeded", "--near", "90")
    assert [line.partition("  ")[0] for line in out.splitlines()] == ["HT/A-1002", "HT/A-1001"]
    assert "480.00 EUR of 500.00 EUR, 20.00 EUR left" in out
    assert said == "2 accounts.\n"


def test_terms(bursar: Bursar) -> None:
    code, out, said = bursar("terms", "A-1001", "--limit", "10.50", "--period", "+5", "--json")
    found = json.loads(out)
    assert (code, said) == (0, "")
    assert (found["limit_minor"], found["own_limit_minor"], found["rating"], found["period"], found["period_unit"],
            found["standing"], found["due_on"]) == (
        1050, 1050, "B", 5, "days", "exceeded", (TODAY + timedelta(days=19)).isoformat())
    code, out, said = bursar("terms", "A-1001", "--rating", "AA")
    assert (code, said) == (0, "The limit of 10.50 EUR that was set on A-1001 is cleared, so that the limit of the "
                               "rating AA holds.\n")
    assert "A-1001 has a limit of 900.00 EUR (rating AA) and terms of 14 days after posting, 5 days more" in out
    for words, refusal in (((), "Nothing is to be changed"), (("--rating", "D"), '"D" is no credit rating'),
                           (("--period", "-8"), "outside the proximity"), (("--limit", "x"), "--limit: ")):
        code, out, said = bursar("terms", "A-1001", *words, "--json")
        assert (code, out) == (2, "")
        assert refusal in said
