"""Promises to pay: while one stands nobody is suspended, and on the day after it is kept or broken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.models.audit import AuditEntry
from app.models.ledger.entries import FinancialTransaction
from app.models.suspension.promise import PromiseToPay
from app.models.values import AccountType, ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import RefusedByRule, RefusedField
from app.services.providers.automation import set_automation
from app.services.suspension.explain import explain_scan
from app.services.suspension.promises import PromiseSheet, enter_promise, promise_sheet, withdraw_promise
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book
from tests.support.scan_books import day as iso


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    """Acme owes 66.00 since 17 Jun; under x 50.00 and y 14 it is suspended from 2 Jul on."""
    book = Book(database, clock, filled_books)
    book.at("2025-07-02 08:00")
    book.rules()
    book.account("A1")
    book.invoice("A1", 6600, due="2025-06-17")
    return book


def promise(book: Book, minor: int = 6600, *, by: str = "2025-07-05", code: str = "A1") -> int:
    with book.database.write() as session:
        return enter_promise(session, account_id=book.accounts[code], amount_minor=minor, pay_by=iso(by)).id


def sheet(book: Book) -> PromiseSheet:
    with book.database.read() as session:
        return promise_sheet(session, account_id=book.accounts["A1"])


def states(book: Book) -> list[str]:
    return [str(state) for state in book.rows(PromiseToPay, PromiseToPay.state)]


def test_it_stands_to_its_last_day_and_is_broken_the_day_after_in_the_scan_that_suspends(book: Book) -> None:
    promise(book)
    assert book.words(book.run())["A1"][-1] == "A promise to pay stands until 5 Jul 2025."
    book.at("2025-07-05 23:00")
    assert (book.scan()["A1"].outcome, states(book)) == (ScanOutcome.EXCLUDED, ["open"])
    book.at("2025-07-06 09:00")
    assert (book.scan()["A1"].outcome, states(book)) == (ScanOutcome.SUSPEND, ["broken"])
    assert (sheet(book).broken, sheet(book).kept, sheet(book).stands) == (1, 0, None)
    with book.database.read() as session:
        told = {day: [reason.words for reason in explain_scan(session, account_id=book.accounts["A1"],
                                                              as_of=iso(f"2025-07-0{day}")).reasons] for day in (5, 6)}
    words = "1 promise to pay was broken."
    assert words in told[6]
    assert words not in told[5]
    (act,) = book.rows(AuditEntry, AuditEntry.detail, action="promise_broken", code="A1")
    assert act == "Promise to pay by 2025-07-05 broken"


def test_it_is_kept_when_payments_since_reach_its_amount(book: Book) -> None:
    """Three payments in time make it whole to the cent; what comes in before it or after its day does not count."""
    book.pay("A1", 100, on="2025-07-01")
    promise(book, 3000)
    for minor, on in ((1000, "2025-07-02"), (1500, "2025-07-04"), (500, "2025-07-05")):
        book.pay("A1", minor, on=on)
    assert sheet(book).rows[0].paid_minor == 3000
    book.at("2025-07-06 09:00")
    book.scan()
    assert states(book) == ["kept"]


@pytest.mark.parametrize("late", [("2025-07-01", 3000), ("2025-07-06", 3000), ("2025-07-05", 2999)])
def test_it_is_broken_where_they_do_not(book: Book, late: tuple[str, int]) -> None:
    promise(book, 3000)
    book.pay("A1", late[1], on=late[0])
    book.at("2025-07-06 09:00")
    book.scan()
    assert states(book) == ["broken"]


def test_a_cancelled_payment_does_not_count(book: Book) -> None:
    promise(book, 3000)
    payment = book.pay("A1", 3000, on="2025-07-03", allocate=False)
    with book.database.write() as session:
        session.add(FinancialTransaction(
            provider_id=book.provider_id, account_id=book.accounts["A1"], kind="payment_cancellation", state="posted",
            number="PC-1", currency="AUD", amount_minor=3000, net_minor=3000, tax_minor=0, issued_on=date(2025, 7, 4),
            effective_on=date(2025, 7, 4), recorded_at=recorded_now(session), posted_by="test", cancels_id=payment))
    book.at("2025-07-06 09:00")
    book.scan()
    assert states(book) == ["broken"]


def test_a_past_day_is_judged_by_what_stood_then(book: Book) -> None:
    """Standing on 4 Jul, whatever became of it since; withdrawn on the 9th, the second does not stand that day."""
    promise(book)
    book.at("2025-07-08 09:00")
    second = promise(book, by="2025-07-15")  # the first is over: it is ended here, and another may be entered
    assert states(book) == ["broken", "open"]
    book.at("2025-07-09 09:00")
    with book.database.write() as session:
        withdraw_promise(session, promise_id=second, reason="Entered for the wrong customer")
    outcomes = {as_of: book.preview(f"2025-07-{as_of:02}")["A1"].outcome.value for as_of in (4, 6, 8, 9)}
    assert outcomes == {4: "excluded", 6: "suspend", 8: "excluded", 9: "suspend"}
    assert states(book) == ["broken", "withdrawn"]


def test_a_held_account_is_restored_when_it_pays_and_is_not_excluded_meanwhile(book: Book) -> None:
    book.scan()
    promise(book)
    assert book.scan(include_none=True)["A1"].outcome is ScanOutcome.NONE
    book.pay("A1", 6600, on="2025-07-02")
    assert book.scan()["A1"].outcome is ScanOutcome.RESTORE


def test_one_stands_at_a_time_and_ends_once(book: Book) -> None:
    first = promise(book)
    with pytest.raises(RefusedByRule, match=r"has promised 66\.00 AUD by 5 Jul 2025 already; .* Withdraw that one"):
        promise(book)
    with book.database.write() as session:
        withdraw_promise(session, promise_id=first, reason="Mistake")
    with book.database.write() as session, pytest.raises(RefusedByRule, match=r"has ended already: .* withdrew it"):
        withdraw_promise(session, promise_id=first, reason="Mistake")
    promise(book)


@pytest.mark.parametrize(("minor", "days", "field"), [
    (0, 1, "amount_minor"), (-1, 1, "amount_minor"), (100, -1, "pay_by"), (100, 15, "pay_by"), (100, 14, ""),
    (100, 0, ""),
])
def test_amounts_and_days_that_cannot_be_are_refused(book: Book, minor: int, days: int, field: str) -> None:
    by = book.today() + timedelta(days=days)
    if not field:
        promise(book, minor, by=by.isoformat())
        return
    with pytest.raises(RefusedField) as refused:
        promise(book, minor, by=by.isoformat())
    assert refused.value.field == field


def test_the_provider_says_how_far_ahead(book: Book) -> None:
    settings: dict[str, Any] = {"promise_days": 30}
    with book.database.write() as session:
        set_automation(session, provider_id=book.provider_id, settings=settings, seen={})
    assert sheet(book).last_day == date(2025, 8, 1)
    promise(book, by="2025-08-01")


def test_end_users_alone_promise_and_withdrawing_wants_a_reason(book: Book) -> None:
    with book.database.write() as session, pytest.raises(RefusedByRule, match="is not an end user"):
        enter_promise(session, account_id=book.provider_id, amount_minor=1, pay_by=book.today())
    id_ = promise(book)
    with book.database.write() as session, pytest.raises(RefusedByRule, match="needs a reason"):
        withdraw_promise(session, promise_id=id_, reason=" ")
    assert AccountType.END_USER
