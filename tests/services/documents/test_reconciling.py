"""The books of one account looked through by hand: rows anew, differences named, what waits allocated, a note left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from app.models.values import TransactionKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document
from app.services.documents.reconciling import (
    BooksToReconcile,
    allocate_account_oldest,
    books_to_reconcile,
    mark_reconciled,
)
from app.services.errors import RefusedByRule, RefusedField
from app.services.ledger.disputes import raise_dispute
from tests.factories.books import scratch, switch_off_guards
from tests.services.documents.test_stories import Story

INVOICE, PAYMENT = TransactionKind.INVOICE, TransactionKind.PAYMENT
FIRST, SECOND, THIRD = date(2024, 1, 5), date(2024, 2, 10), date(2024, 3, 1)


@pytest.fixture
def story(database: Database, clock: FixedClock) -> Iterator[Story]:
    """Two invoices, one of them in dispute, a payment that was to go to the second alone, and one cancelled."""
    with scratch(database) as session:
        found = Story(session, clock)
        found.on(FIRST)
        first = found.post(INVOICE, 10_000)
        found.on(SECOND)
        second = found.post(INVOICE, 4_000)
        raise_dispute(session, invoice_id=first, amount_minor=2_500, on=SECOND)
        found.post(PAYMENT, 6_000, targets={second: None}, is_chosen=True)
        found.on(THIRD)
        cancel_document(session, document_id=found.post(INVOICE, 700))
        yield found


def books(story: Story, as_of: date | None = None) -> BooksToReconcile:
    return books_to_reconcile(story.session, account_id=story.account, as_of=as_of or story.day)


def test_every_row_comes_with_the_balance_after_it_and_every_figure_twice(story: Story) -> None:
    sheet = books(story)
    assert [(row.number, row.signed_minor, row.balance_minor, row.open_minor, row.disputed_minor)
            for row in sheet.rows] == [
        ("HT-00001", 10_000, 10_000, 10_000, 2_500), ("HT-00002", 4_000, 14_000, 0, 0),
        ("HT-R-00001", -6_000, 8_000, 2_000, 0), ("HT-00003", 700, 8_700, 0, 0),
        ("HT-IC-00001", -700, 8_000, 0, 0)]
    assert {f.name: (f.recomputed_minor, f.stored_minor) for f in sheet.figures} == {
        "balance": (8_000, 8_000), "outstanding": (10_000, 10_000), "disputed": (2_500, 2_500),
        "unallocated": (2_000, 2_000), "overdue_payable": (5_500, 5_500)}
    assert (sheet.differences, sheet.earlier) == ((), ())
    assert [(s.credit, s.debit, s.amount_minor) for s in sheet.suggestions] == [("HT-R-00001", "HT-00001", 2_000)]
    assert [row.balance_minor for row in books(story, date(2024, 2, 9)).rows] == [10_000]
    assert books(story, date(2024, 1, 4)).balance_minor == 0


# What was done to the rows behind the program's back, and what is said of it.
DAMAGE = {
    "UPDATE invoice_line SET amount_minor = 1, net_minor = 1, tax_minor = 0 WHERE amount_minor = 4000":
        "The lines of HT-00002 come to 0.01 EUR, and the invoice says 40.00 EUR.",
    "UPDATE allocation SET amount_minor = 4500 WHERE amount_minor = 4000":
        "45.00 EUR of HT-00002 are allocated; it has 40.00 EUR.",
    "UPDATE allocation SET effective_on = '2024-02-09' WHERE amount_minor = 4000":
        "HT-00002 is allocated on 9 Feb 2024, before it was posted on 10 Feb 2024.",
    "UPDATE financial_transaction SET currency = 'USD' WHERE number = 'HT-00002' AND kind = 'invoice'":
        "HT-00002 is in USD, and the account in EUR.",
    "UPDATE financial_transaction SET amount_minor = 600, net_minor = 600, tax_minor = 0 WHERE kind = "
    "'invoice_cancellation'":
        "HT-IC-00001 cancels no row of the same amount.",
    "UPDATE allocation SET amount_minor = 650 WHERE amount_minor = 700":
        "HT-IC-00001 cancels HT-00003, and does not settle it whole.",
    "UPDATE dispute_entry SET delta_minor = 12000":
        "120.00 EUR of HT-00001 are in dispute; it has 100.00 EUR.",
    "UPDATE account_figures SET payable_minor = payable_minor + 1 WHERE payable_minor > 0":
        'Overdue payable comes to 55.00 EUR, and lists show 55.01. "bursar db figures" reckons them anew.',
}


def test_what_somebody_did_to_the_rows_is_named(story: Story) -> None:
    switch_off_guards(story.session)
    for statement, words in DAMAGE.items():
        with story.session.begin_nested() as savepoint:
            story.session.execute(text(statement))
            assert words in [each.words for each in books(story).differences], statement
            savepoint.rollback()
    assert books(story).differences == ()


def test_the_oldest_are_allocated_where_that_is_what_was_shown(story: Story) -> None:
    shown = books(story).suggestions
    story.post(PAYMENT, 300, is_chosen=True)
    with pytest.raises(RefusedByRule, match=r"^By now 2 allocations would be made on A1, and not those that were "):
        allocate_account_oldest(story.session, account_id=story.account, seen=shown)
    allocate_account_oldest(story.session, account_id=story.account, seen=books(story).suggestions)
    sheet = books(story)
    assert [(row.number, row.open_minor) for row in sheet.rows if row.open_minor] == [("HT-00001", 7_700)]
    assert (sheet.suggestions, sheet.differences) == ((), ())
    with pytest.raises(RefusedByRule, match=r"^Nothing of A1 waits that could settle anything"):
        allocate_account_oldest(story.session, account_id=story.account, seen=())


def test_the_mark_keeps_the_balance_and_the_note(story: Story) -> None:
    def mark(note: str, *, as_of: date, seen: int) -> None:
        mark_reconciled(story.session, account_id=story.account, as_of=as_of, note=note, seen=seen)

    with pytest.raises(RefusedField, match=r"^Say in a note"):
        mark("  ", as_of=THIRD, seen=8_000)
    with pytest.raises(RefusedField, match=r"^2 Mar 2024 is still to come"):
        mark("Looked at", as_of=date(2024, 3, 2), seen=8_000)
    with pytest.raises(RefusedByRule, match=r"^The balance of A1 on 1 Mar 2024 is by now 80\.00 EUR, and no longer "):
        mark("Looked at", as_of=THIRD, seen=8_100)
    mark("Against the bank", as_of=SECOND, seen=8_000)
    mark("Against the bank,\nagain", as_of=THIRD, seen=8_000)
    assert [(e.effective_on, e.balance_minor, e.differences, e.note, e.recorded_by) for e in books(story).earlier] == [
        (THIRD, 8_000, 0, "Against the bank,\nagain", "test"), (SECOND, 8_000, 0, "Against the bank", "test")]
