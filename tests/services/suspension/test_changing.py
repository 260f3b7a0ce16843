"""The next day on which an account is judged otherwise, against asking every single day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.models.values import ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.rules.rule_sets import rules_in_force
from app.services.suspension.changing import next_change
from app.services.suspension.explain import explain_scan
from app.services.suspension.judgement import judged_rows, scope_for
from app.services.suspension.report import find_targets
from tests.services.suspension.test_judgement import TODAY, Dice, RandomBook
from tests.support.scan_books import Book, day

HORIZON = 60
"""Days after the scan's; everything in the random books happens within them."""


@pytest.mark.parametrize("as_of", [TODAY, date(2025, 6, 10)])
@pytest.mark.parametrize("seed", range(5))
def test_it_is_the_first_day_that_differs(seed: int, as_of: date, database: Database, clock: FixedClock) -> None:
    clock.moment = datetime(2025, 7, 2, 3, tzinfo=UTC)
    dice = Dice(seed)
    book = RandomBook(database, clock, "P", dice)
    if dice.chance(0.5):
        book.rules(since="2025-07-20", x=1001, y=3, k=0)
    with database.read() as session:
        (target,), _ = find_targets(session, provider_id=book.provider_id, as_of=as_of)
        scope = scope_for(session, provider_id=book.provider_id, rules=target.rules, as_of=as_of, include_none=True)
        judged = {j.account_id: j for j in judged_rows(session, scope)}
        expected: dict[int, tuple[date, ScanOutcome]] = {}
        for ahead in range(1, HORIZON + 1):
            on = as_of + timedelta(days=ahead)
            rules = rules_in_force(session, provider_id=book.provider_id, on=on)
            assert rules is not None
            for j in judged_rows(session, scope_for(session, provider_id=book.provider_id, rules=rules, as_of=on,
                                                    include_none=True)):
                if j.account_id in judged and j.outcome is not judged[j.account_id].outcome:
                    expected.setdefault(j.account_id, (on, j.outcome))
        found = {id_: change for id_, j in judged.items() if (change := next_change(session, target, j)) is not None}
    last = as_of + timedelta(days=HORIZON)
    assert {id_: (c.on, c.outcome) for id_, c in found.items() if c.on <= last} == expected


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    book = Book(database, clock)
    book.at("2025-06-20 09:00")
    book.rules(wait=3)
    book.account("A1")
    return book


def told(book: Book, as_of: str | None = None) -> tuple[str, date | None]:
    with book.database.read() as session:
        found = explain_scan(session, account_id=book.accounts["A1"], as_of=day(as_of) if as_of else None)
    return found.changes_when, found.next_change


def test_the_worked_example_says_when(book: Book) -> None:
    book.invoice("A1", 6600, due="2025-06-17")
    assert told(book) == ("Would be suspended on 2 Jul 2025 if nobody pays.", day("2025-07-02"))
    assert told(book, "2025-07-01")[1] == day("2025-07-02")
    assert told(book, "2025-07-02") == ("Changes if 16.01 AUD or more is paid: then it is below 50.00 AUD.", None)


def test_two_invoices_that_are_enough_together_only(book: Book) -> None:
    """The amount is reached when the second falls due, by which time the first is old enough."""
    book.invoice("A1", 3000, due="2025-06-01")
    book.invoice("A1", 3000, due="2025-06-29")
    assert told(book)[1] == day("2025-06-30")


def test_the_end_of_a_dispute_is_known_ahead(book: Book) -> None:
    invoice = book.invoice("A1", 6600, due="2025-06-01")
    book.dispute(invoice, 6600, on="2025-06-10", until="2025-07-09")
    assert told(book) == ("Would be suspended on 9 Jul 2025 if nobody pays.", day("2025-07-09"))


def test_the_wait_after_a_restoration_by_hand_ends(book: Book) -> None:
    book.invoice("A1", 6600, due="2025-06-01")
    book.scan()
    book.restore_by_hand("A1")
    assert told(book)[1] == day("2025-06-23")
    book.at("2025-06-23 09:00")
    assert book.scan()["A1"].applied


def test_every_exclusion_is_told_true_or_false(book: Book) -> None:
    book.account("A2", omitted=True, ombudsman=True)
    book.invoice("A2", 6600, due="2025-06-01")
    book.pending_credit("A2", 6600, on="2025-06-01")
    with book.database.read() as session:
        found = explain_scan(session, account_id=book.accounts["A2"])
    assert {x.code: x.holds for x in found.exclusions} == {
        "X1": False, "X2": False, "X3": True, "X4": False, "X5": True, "X6": False, "X7": True, "X8": False}
    assert "yes X5: A pending credit brings what is owing, 0.00 AUD, down to 10.00 AUD or less: 66.00 AUD" in (
        found.as_text())
