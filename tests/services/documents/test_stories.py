"""Worked examples day by day: a cancelled invoice, a debt written off, an account suspended and cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.parties.account import Account
from app.models.values import AccountStatus, HoldKind, Lifecycle, TransactionKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document
from app.services.documents.disputing import Favour, settle_disputes
from app.services.documents.drafting import NewDocument, create_draft, draft_values, reject_draft
from app.services.documents.finding import find_document, find_reference
from app.services.documents.posting import post_document, post_draft
from app.services.documents.sheet import LedgerSheet, ledger_sheet
from app.services.documents.system_accounts import system_account
from app.services.documents.writing_off import clear_write_off, standing_write_off, write_off_account
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.accounts import SUSPENSE_CODE, WRITE_OFF_CODE
from app.services.ledger.allocating import allocate_what_came_due
from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.reading import account_figures
from app.services.status.changes import place_hold
from app.services.upkeep.check import check_database
from tests.factories.books import Book, scratch, status_shown


class Story:
    """A provider HT with a customer, on a day that goes on."""

    def __init__(self, session: Session, clock: FixedClock, **values: Any) -> None:
        self.session, self.clock = session, clock
        self.on(date(2024, 1, 1))
        self.book = Book(session)
        self.provider = self.book.provider("HT", currency="EUR")
        self.account = self.book.account(self.provider, "A1", trading_due_days=14, **values)

    def on(self, day: date) -> None:
        self.day = day
        self.clock.moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        self.session.info.pop("recorded_at", None)

    def document(self, kind: TransactionKind, amount: int, **more: Any) -> NewDocument:
        return NewDocument(**{"account_id": self.account, "kind": kind, "amount_minor": amount, "on": self.day, **more})

    def post(self, kind: TransactionKind, amount: int, **more: Any) -> int:
        return post_document(self.session, document=self.document(kind, amount, **more)).id

    def draft(self, kind: TransactionKind, amount: int, **more: Any) -> int:
        return create_draft(self.session, document=self.document(kind, amount, **more)).id

    def sheet(self, as_of: date | None = None) -> LedgerSheet:
        return ledger_sheet(self.session, account_id=self.account, as_of=as_of or self.day)

    def figures(self, as_of: date | None = None) -> tuple[int, int]:
        found = account_figures(self.session, [self.account], as_of or self.day)[self.account]
        return found.balance_minor, found.outstanding_minor

    def left(self) -> dict[str, int]:
        return {row.number: row.open_minor for row in self.sheet().rows if row.open_minor}


@pytest.fixture
def story(database: Database, clock: FixedClock) -> Iterator[Story]:
    with scratch(database) as session:
        yield Story(session, clock)


INVOICE, PAYMENT, CREDIT_NOTE, REFUND = (TransactionKind.INVOICE, TransactionKind.PAYMENT,
                                         TransactionKind.CREDIT_NOTE, TransactionKind.REFUND)


def test_a_cancelled_invoice_gives_its_credits_to_the_next_ones(story: Story) -> None:
    story.on(date(2024, 1, 5))
    first = story.post(INVOICE, 20_000)
    story.on(date(2024, 1, 12))
    story.post(PAYMENT, 5_000)
    assert [story.figures(date(2024, 1, day)) for day in (4, 5, 11, 12)] == [
        (0, 0), (20_000, 0), (20_000, 0), (15_000, 0)]
    story.on(date(2024, 1, 20))
    assert story.figures() == (15_000, 15_000)
    story.post(CREDIT_NOTE, 3_000, targets={first: None})
    assert story.figures() == (12_000, 12_000)
    story.on(date(2024, 1, 28))
    third = story.draft(INVOICE, 4_000)
    assert story.figures() == (12_000, 12_000), "a draft counts nowhere"
    story.on(date(2024, 2, 1))
    story.post(INVOICE, 7_500)
    assert story.figures() == (19_500, 12_000)
    story.on(date(2024, 2, 10))
    posted = post_draft(story.session, draft_id=third, seen=draft_values(story.session, draft_id=third))
    assert story.session.get_one(FinancialTransaction, third).due_on == date(2024, 2, 24)
    assert story.figures() == (23_500, 12_000)
    story.on(date(2024, 2, 12))
    counter = cancel_document(story.session, document_id=first)
    assert story.figures() == (3_500, 0)
    assert story.left() == {posted.number: 3_500}
    assert [story.figures(day) for day in (date(2024, 2, 11), date(2024, 2, 20), date(2024, 2, 24),
                                           date(2024, 2, 25))] == [
        (23_500, 12_000), (3_500, 0), (3_500, 0), (3_500, 3_500)]
    rows = {row.number: row for row in story.sheet().rows}
    assert rows["HT-00001"].state == "cancelled"
    assert (rows["HT-00001"].cancelled_by, rows[counter.number].cancels) == (counter.number, "HT-00001")
    assert {row.number: [(p.number, p.amount_minor) for p in row.parts] for row in rows.values() if row.signed_minor < 0
            } == {"HT-R-00001": [("HT-00002", 5_000)], "HT-IC-00001": [("HT-00001", 20_000)],
                  "HT-CN-00001": [("HT-00002", 2_500), ("HT-00003", 500)]}
    with pytest.raises(RefusedByRule, match=r"^HT-00001 is cancelled already, by HT-IC-00001 of 12 Feb 2024: test "):
        cancel_document(story.session, document_id=first)
    with pytest.raises(RefusedByRule, match=r"^HT-CN-00001 is a credit note, which is not cancelled\."):
        cancel_document(story.session, document_id=find_document(story.session, "HT-CN-00001", kinds=[CREDIT_NOTE]))
    assert story.sheet(date(2024, 1, 28)).rows[-1].state == "draft"
    assert check_database(story.session) == []


def test_a_debt_is_written_off_row_by_row(story: Story) -> None:
    story.book.session = story.session
    invoices = [story.book.invoice(story.account, amount, date(2024, 1, 1), due) for amount, due in (
        (30_000, date(2024, 1, 15)), (9_000, date(2024, 2, 15)), (6_000, date(2024, 6, 14)))]
    story.on(date(2024, 1, 10))
    story.post(PAYMENT, 12_000)
    story.on(date(2024, 6, 1))
    draft = story.draft(INVOICE, 2_500)
    raise_dispute(story.session, invoice_id=invoices[1], amount_minor=4_000, on=story.day)
    assert story.figures() == (33_000, 27_000)
    done = write_off_account(story.session, account_id=story.account, on=story.day, reason="Gone abroad")
    written = {row.number: row.amount_minor for row in story.sheet().rows if row.kind is TransactionKind.WRITE_OFF}
    assert written == {"HT-WO-00001": 18_000, "HT-WO-00002": 9_000, "HT-WO-00003": 6_000}
    assert (done.amount_minor, done.numbers) == (33_000, tuple(written))
    assert story.figures() == (0, 0)
    assert story.figures(date(2024, 5, 31)) == (33_000, 27_000)
    home = system_account(story.session, provider_id=story.provider, code=WRITE_OFF_CODE)
    assert account_figures(story.session, [home.id], story.day)[home.id].balance_minor == 33_000
    mark = standing_write_off(story.session, account_id=story.account)
    assert mark is not None
    assert (mark.effective_on, mark.amount_minor, mark.reason) == (story.day, 33_000, "Gone abroad")
    assert status_shown(story.session, story.account) is AccountStatus.ACTIVE
    refused = {
        "A1 owes nothing that could be written off.":
            lambda: write_off_account(story.session, account_id=story.account, on=story.day),
        "is written off; an invoice is not cancelled after that":
            lambda: cancel_document(story.session, document_id=invoices[0]),
        "WRITE-OFF is an account of the system itself": lambda: story.post(PAYMENT, 1, account_id=home.id),
    }
    for words, command in refused.items():
        with pytest.raises(RefusedByRule, match=words):
            command()
    reject_draft(story.session, draft_id=draft, reason="Nobody lives there")
    assert find_reference(story.session, story.session.get_one(FinancialTransaction, draft).reference or "") == draft
    with pytest.raises(RefusedByRule, match=r'was rejected by test: "Nobody lives there"\. Write another draft\.'):
        reject_draft(story.session, draft_id=draft, reason="Again")
    story.post(PAYMENT, 5_000)
    assert story.figures() == (-5_000, 0)
    with pytest.raises(RefusedByRule, match=r"is in credit by 50\.00 EUR .* and not to 60\.00 EUR"):
        story.post(REFUND, 6_000)
    story.post(REFUND, 5_000)
    assert (story.figures(), story.left()) == ((0, 0), {})
    with pytest.raises(RefusedByRule, match=r"has a balance of 0\.00 EUR .* nothing to refund"):
        story.post(REFUND, 1)
    clear_write_off(story.session, account_id=story.account, reason="Paid after all")
    assert standing_write_off(story.session, account_id=story.account) is None
    with pytest.raises(RefusedByRule, match="is not marked as written off"):
        clear_write_off(story.session, account_id=story.account)
    assert check_database(story.session) == []


def test_what_a_suspended_and_a_cancelled_account_takes(story: Story) -> None:
    place_hold(story.session, account_id=story.account, kind=HoldKind.MANUAL, reason="Dispute", on=story.day,
               seen=status_shown(story.session, story.account))
    story.post(INVOICE, 3_000)
    story.post(PAYMENT, 4_000)
    story.draft(CREDIT_NOTE, 500)
    payment = find_document(story.session, "HT-R-00001", kinds=[PAYMENT])
    story.session.get_one(Account, story.account).lifecycle = Lifecycle.TERMINATED
    story.session.flush()
    draft = find_reference(story.session, "HT-REF-00003")
    refused = [lambda: story.post(INVOICE, 1), lambda: story.post(PAYMENT, 1), lambda: story.post(REFUND, 1),
               lambda: story.draft(CREDIT_NOTE, 1), lambda: cancel_document(story.session, document_id=payment),
               lambda: write_off_account(story.session, account_id=story.account, on=story.day),
               lambda: post_draft(story.session, draft_id=draft, seen=draft_values(story.session, draft_id=draft))]
    for command in refused:
        with pytest.raises(RefusedByRule, match="A1 is cancelled; nothing is posted on it any more"):
            command()
    assert story.figures() == (-1_000, 0)


def test_a_dispute_that_ends_later_is_allocated_on_that_day(story: Story) -> None:
    """It is ended ahead, and the credit waits; who looks at the day to come sees it waiting still."""
    invoice = story.post(INVOICE, 10_000)
    dispute = raise_dispute(story.session, invoice_id=invoice, amount_minor=9_500, on=story.day).id
    story.on(date(2024, 1, 3))
    story.post(PAYMENT, 10_000)
    end_dispute(story.session, dispute_id=dispute, on=date(2024, 1, 10))
    rows = select(Allocation.amount_minor, Allocation.effective_on).where(Allocation.debit_id == invoice)
    assert story.session.execute(rows).all() == [(500, date(2024, 1, 3))]
    assert story.sheet().disputed_minor == 9_500
    story.on(date(2024, 1, 9))
    assert allocate_what_came_due(story.session, provider_id=story.provider, on=story.day) == set()
    story.on(date(2024, 1, 12))
    assert allocate_what_came_due(story.session, provider_id=story.provider, on=story.day) == {story.account}
    assert story.session.execute(rows).all() == [(500, date(2024, 1, 3)), (9_500, date(2024, 1, 10))]
    assert [story.sheet(date(2024, 1, day)).unallocated_minor for day in (9, 10)] == [9_500, 0]


def test_a_dispute_is_settled_for_either(story: Story) -> None:
    first, second = story.post(INVOICE, 10_000), story.post(INVOICE, 8_000)
    for invoice, amount in ((first, 4_000), (second, 3_000)):
        raise_dispute(story.session, invoice_id=invoice, amount_minor=amount, on=story.day)
    story.on(date(2024, 1, 8))
    credited = settle_disputes(story.session, invoice_id=first, favour=Favour.CUSTOMER)
    assert credited.credit_note is not None
    note = story.session.get_one(FinancialTransaction, credited.credit_note.id)
    assert (note.amount_minor, note.tax_minor * 11) == (4_000, 4_004), "with the tax of its invoice, 10 % inside"
    settle_disputes(story.session, invoice_id=second, favour=Favour.PROVIDER, on=date(2024, 1, 20))
    assert (story.left(), story.sheet().disputed_minor) == ({"HT-00001": 6_000, "HT-00002": 8_000}, 3_000)
    assert story.sheet(date(2024, 1, 20)).disputed_minor == 0
    with pytest.raises(RefusedByRule, match="Nothing of HT-00001 is in dispute on 8 Jan 2024"):
        settle_disputes(story.session, invoice_id=first, favour=Favour.PROVIDER)
    story.session.expire_all()
    cancel_document(story.session, document_id=second)
    assert story.sheet(date(2024, 2, 1)).disputed_minor == 0
    with pytest.raises(RefusedByRule, match="HT-00002 is cancelled by HT-IC-00001, so nothing of it is in dispute"):
        raise_dispute(story.session, invoice_id=second, amount_minor=1, on=story.day)
    assert check_database(story.session) == []


def test_what_no_document_can_be(story: Story) -> None:
    other = story.book.account(story.provider, "A2", start=date(2023, 6, 1))
    theirs = story.post(INVOICE, 100, account_id=other)
    story.post(INVOICE, 1_000)
    for words, command in {
        "An invoice is more than nothing": lambda: story.post(INVOICE, 0),
        "2 Jan 2024 is still to come": lambda: story.post(PAYMENT, 1, on=date(2024, 1, 2)),
        "A1 exists from 1 Jan 2024": lambda: story.post(PAYMENT, 1, on=date(2023, 12, 31)),
        "A payment has no due date": lambda: story.post(PAYMENT, 1, due_on=story.day),
        "A refund settles no invoice": lambda: story.post(REFUND, 1, targets={theirs: None}),
        "A1 has no such invoice": lambda: story.post(PAYMENT, 1, targets={theirs: None}),
        "is not what the terms give": lambda: story.post(INVOICE, 1, due_on=date(2024, 1, 16)),
        'There is no type "cash" of this kind of document': lambda: story.post(PAYMENT, 1, type="cash"),
        'The type Payment has no category "till"': lambda: story.post(PAYMENT, 1, category="till"),
        "The text has 401 characters": lambda: story.post(PAYMENT, 1, text="x" * 401),
        "A write-off is not written by hand": lambda: story.post(TransactionKind.WRITE_OFF, 1),
        "operator is the operator": lambda: story.post(PAYMENT, 1, account_id=story.book.operator),
    }.items():
        with pytest.raises(RefusedByRule, match=words):
            command()
    story.post(PAYMENT, 1, back_office_code="B-7")
    with pytest.raises(RefusedByRule, match='A payment has the back-office code "B-7" already'):
        story.post(PAYMENT, 1, back_office_code="B-7")
    story.post(CREDIT_NOTE, 1, back_office_code="B-7")
    future = story.draft(INVOICE, 5, on=date(2024, 2, 1))
    with pytest.raises(RefusedByRule, match="1 Feb 2024 is still to come"):
        post_draft(story.session, draft_id=future, seen=draft_values(story.session, draft_id=future),
                   on=date(2024, 2, 1))
    with pytest.raises(NotFound, match='There is no posted invoice with the number "HT-00009"'):
        find_document(story.session, "HT-00009", kinds=[INVOICE])


def test_numbers_pass_over_what_a_file_has_and_leave_none_out(story: Story) -> None:
    for number in ("HT-00002", "HT-00003", "HT-R-00001"):
        story.book.invoice(story.account, 100, story.day, story.day, number=number)
    for _ in range(3):
        story.post(INVOICE, 100)
    story.post(PAYMENT, 1_000)
    numbers = story.session.scalars(select(FinancialTransaction.number).where(
        FinancialTransaction.imported.is_(False)).order_by(FinancialTransaction.id)).all()
    assert numbers == ["HT-00001", "HT-00004", "HT-00005", "HT-R-00001"]
    with pytest.raises(NotFound, match=r'Several documents of HT have the number "HT-R-00001": invoice, payment\.'):
        find_document(story.session, "HT-R-00001", kinds=list(TransactionKind))
    second = story.book.provider("NT", currency="EUR")
    story.book.invoice(story.book.account(second, "A1"), 100, story.day, story.day, number="HT-00001")
    with pytest.raises(NotFound, match=r'number "HT-00001"\. Write one of: HT/HT-00001, NT/HT-00001\.'):
        find_document(story.session, "HT-00001", kinds=[INVOICE])
    assert find_document(story.session, "NT/HT-00001", kinds=[INVOICE])
    assert check_database(story.session) == []
    suspense = system_account(story.session, provider_id=story.book.operator, code=SUSPENSE_CODE)
    assert suspense.name == "Suspense", "the operator gets its own at the first need"
