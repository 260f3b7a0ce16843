"""Payment plans: what they cover is not payable, and their instalments alone settle it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from app.models.audit import AuditEntry
from app.models.events.outbox import OutboxMessage
from app.models.ledger.plans import PaymentPlan
from app.models.values import PlanFrequency, PlanState, Tier
from app.services.accounts.history_words import act_of
from app.services.attributes.writing import set_attribute
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.hierarchy.operator import operator_of
from app.services.ledger.page import LedgerRow, ledger_page
from app.services.ledger.plan_events import plan_of_cause
from app.services.ledger.plan_reading import PlanRow, plannable, plans_of_account
from app.services.ledger.plans import CoveredPart, cancel_plan, change_instalment_date, create_plan
from app.services.ledger.reading import AccountFigures, account_figures
from app.services.outbox.figures import Cause, read_figures
from app.services.outbox.parties import read_parties
from app.services.providers.modules import Module
from app.services.upkeep.check import check_database
from tests.support.filled_books import FilledBooks
from tests.support.scan_books import Book
from tests.support.scan_books import day as iso
from tests.support.switches import switch_on

EVENTS = ("payment_plan_created", "payment_plan_failed", "payment_plan_completed", "payment_plan_cancelled")


@pytest.fixture
def book(database: Database, clock: FixedClock, filled_books: FilledBooks) -> Book:
    """Roe owes 200.00, due on 17 Jun; a plan over 195.00 in three instalments from 10 Jul on may be made on 10 Jun."""
    book = Book(database, clock, filled_books)
    book.at("2025-06-10 09:00")
    book.rules()
    book.account("A7")
    book.invoice("A7", 20_000, due="2025-06-17", issued="2025-06-03")
    with database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=EVENTS)
    return book


def make_plan(
    book: Book, *minor: int, first_on: str = "2025-07-10", count: int = 3, invoices: Sequence[int] = (),
    frequency: PlanFrequency = PlanFrequency.MONTHLY, code: str = "A7",
) -> int:
    amounts = minor or (19_500,)
    with book.database.write() as session:
        return create_plan(
            session, account_id=book.accounts[code], first_on=iso(first_on), frequency=frequency, count=count,
            parts=[CoveredPart(invoice_id=invoice, covered_minor=amount) for invoice, amount in
                   zip(invoices or book.rows_of_invoices(code), amounts, strict=False)]).id


def figures(book: Book, as_of: str, code: str = "A7") -> AccountFigures:
    with book.database.read() as session:
        return account_figures(session, [book.accounts[code]], iso(as_of))[book.accounts[code]]


def plan(book: Book, as_of: str) -> PlanRow:
    with book.database.read() as session:
        return plans_of_account(session, account_id=book.accounts["A7"], as_of=iso(as_of))[0]


def ledger(book: Book, as_of: str) -> list[LedgerRow]:
    with book.database.read() as session:
        return list(ledger_page(session, account_id=book.accounts["A7"], as_of=iso(as_of)).rows)


def events(book: Book) -> list[tuple[str, date]]:
    return [(row.event, row.effective_on) for row in book.rows(OutboxMessage)]


def test_what_it_covers_is_not_payable_and_keeps_the_scan_away(book: Book) -> None:
    """A7: 195.00 of 200.00 leave 5.00 payable; by 2 Jul it would be suspended, but for the plan (X4)."""
    make_plan(book)
    before, after = figures(book, "2025-06-09"), figures(book, "2025-06-18")
    assert (before.planned_minor, after.planned_minor) == (0, 19_500)
    assert (after.outstanding_minor, after.overdue_payable_minor, after.balance_minor) == (20_000, 500, 20_000)
    book.at("2025-07-02 09:00")
    report = book.run()
    assert [(r.outcome.value, list(r.exclusions)) for r in report.accounts] == [("excluded", ["X4"])]
    assert book.words(report)["A7"][-1] == (
        "195.00 AUD in payment plans brings the amount owing down to 5.00 AUD, at or below 10.00 AUD.")
    row = next(r for r in ledger(book, "2025-07-02") if r.debit_minor)
    assert (row.payable_minor, row.planned_minor, row.state_text) == (500, 19_500, "15 days late, 195.00 in a plan")
    assert events(book) == [("payment_plan_created", date(2025, 6, 10))]


def test_instalments_settle_it_one_after_the_other_until_it_is_completed(book: Book) -> None:
    """70.00 pay the 5.00 outside the plan and the first instalment; the rest comes in two unequal payments."""
    make_plan(book)
    book.pay("A7", 7_000, on="2025-07-09")
    assert figures(book, "2025-07-09").planned_minor == 13_000
    assert [row.paid_minor for row in plan(book, "2025-07-09").instalments] == [6_500, 0, 0]
    book.pay("A7", 4_000, on="2025-08-01")
    book.pay("A7", 9_000, on="2025-09-01")
    done = plan(book, "2025-09-01")
    assert (done.state, done.ended_on, done.left_minor) == (PlanState.COMPLETED, date(2025, 9, 1), 0)
    assert figures(book, "2025-09-01").balance_minor == 0
    assert plan(book, "2025-08-31").state is PlanState.IN_PROGRESS
    assert [row.paid_minor for row in plan(book, "2025-08-31").instalments] == [6_500, 4_000, 0]
    assert figures(book, "2025-08-31").planned_minor == 9_000
    assert [event for event, _ in events(book)] == ["payment_plan_created", "payment_plan_completed"]
    acts = [act_of(action).words for action in book.rows(AuditEntry, AuditEntry.action, code="A7")]
    assert acts[-2:] == ["Payment plan made", "Payment plan completed"]
    with book.database.read() as session:
        assert check_database(session) == []


def test_a_cancelled_plan_is_payable_again_and_what_came_in_stays(book: Book) -> None:
    id_ = make_plan(book)
    book.pay("A7", 7_000, on="2025-06-20")
    book.at("2025-07-20 09:00")
    with book.database.write() as session:
        cancel_plan(session, plan_id=id_, reason="Cannot pay")
    assert (figures(book, "2025-07-19").overdue_payable_minor, figures(book, "2025-07-20").overdue_payable_minor) == (
        0, 13_000)
    ended = plan(book, "2025-07-20")
    assert (ended.state, ended.end_reason, plan(book, "2025-07-19").state) == (
        PlanState.CANCELLED, "Cannot pay", PlanState.IN_PROGRESS)
    book.pay("A7", 1_000, on="2025-07-20")
    assert figures(book, "2025-07-20").overdue_payable_minor == 12_000
    with book.database.write() as session, pytest.raises(RefusedByRule, match=r"has ended already: .* cancelled it"):
        cancel_plan(session, plan_id=id_, reason="Again")
    assert events(book)[-1][0] == "payment_plan_cancelled"
    assert book.scan()["A7"].outcome.value == "suspend"


def test_credit_that_waits_goes_to_what_a_cancelled_plan_covered(book: Book) -> None:
    """By hand nothing but what is named is settled, so credit waits; then the provider allocates by itself again."""
    id_ = make_plan(book, 20_000, count=1)
    payment = book.pay("A7", 5_000, on="2025-06-15", allocate=False)
    with book.database.write() as session:
        cancel_plan(session, plan_id=id_, reason="Paid at once")
    assert payment
    assert figures(book, "2025-06-15").outstanding_minor == 0
    assert figures(book, "2025-06-18").overdue_payable_minor == 15_000


def test_a_missed_instalment_is_told_once_and_the_plan_goes_on(book: Book) -> None:
    make_plan(book)
    for moment in ("2025-07-10 09:00", "2025-07-11 09:00", "2025-07-12 09:00"):
        book.at(moment)
        book.scan()
    assert events(book)[1:] == [("payment_plan_failed", date(2025, 7, 11))]
    assert (plan(book, "2025-07-10").missed, plan(book, "2025-07-11").missed) == (0, 1)
    assert plan(book, "2025-07-12").state is PlanState.IN_PROGRESS


def test_the_day_of_an_instalment_is_moved_between_its_neighbours(book: Book) -> None:
    id_ = make_plan(book)
    with book.database.write() as session:
        change_instalment_date(session, plan_id=id_, position=2, due_on=iso("2025-08-20"), seen=iso("2025-08-10"))
    assert [row.due_on.isoformat() for row in plan(book, "2025-07-01").instalments] == [
        "2025-07-10", "2025-08-20", "2025-09-10"]
    for position, to, words in ((2, "2025-07-10", "comes later"), (2, "2025-09-10", "comes sooner"),
                                (1, "2025-06-09", "or a later day")):
        seen = plan(book, "2025-07-01").instalments[position - 1].due_on
        with book.database.write() as session, pytest.raises(RefusedField, match=words):
            change_instalment_date(session, plan_id=id_, position=position, due_on=iso(to), seen=seen)
    book.pay("A7", 7_000, on="2025-06-20")
    book.at("2025-08-21 09:00")
    for position, words in ((1, "is paid; its day stays"), (2, "only days that lie ahead")):
        seen = plan(book, "2025-07-01").instalments[position - 1].due_on
        with book.database.write() as session, pytest.raises(RefusedByRule, match=words):
            change_instalment_date(session, plan_id=id_, position=position, due_on=iso("2025-08-25"), seen=seen)
    with book.database.write() as session, pytest.raises(NotFound):
        change_instalment_date(session, plan_id=id_, position=9, due_on=iso("2025-08-25"), seen=iso("2025-08-20"))


@pytest.mark.parametrize(("amount", "words"), [
    (0, "Between 0.01 and 200.00 AUD"), (20_001, "Between 0.01 and 200.00 AUD"),
])
def test_more_than_payable_cannot_be_covered(book: Book, amount: int, words: str) -> None:
    with pytest.raises(RefusedByRule, match=words):
        make_plan(book, amount)


def test_invoices_in_dispute_paid_or_planned_cannot_be_covered(book: Book) -> None:
    (invoice,) = book.rows_of_invoices("A7")
    dispute = book.dispute(invoice, 100, on="2025-06-05")
    with pytest.raises(RefusedByRule, match="is in dispute; it can be in a payment plan once"):
        make_plan(book)
    book.end_dispute(dispute, on="2025-06-10")
    make_plan(book, 100, count=1)
    with pytest.raises(RefusedByRule, match="is in a payment plan already"):
        make_plan(book, 100, count=1)
    book.pay("A7", 20_000, on="2025-06-10")
    with pytest.raises(RefusedByRule, match=r"Nothing of .* is payable"):
        make_plan(book, 100, count=1)
    book.account("B1")
    with pytest.raises(NotFound, match="has no such invoice"):
        make_plan(book, 100, count=1, code="B1", invoices=[invoice])
    with pytest.raises(RefusedByRule, match="at least one invoice"):
        make_plan(book, code="B1")


def test_what_a_plan_covers_cannot_be_put_in_dispute(book: Book) -> None:
    make_plan(book)
    (invoice,) = book.rows_of_invoices("A7")
    with pytest.raises(RefusedByRule, match=r"195\.00 AUD of .* are in a payment plan, so 5\.00 AUD can be in dispute"):
        book.dispute(invoice, 501, on="2025-06-10")
    book.dispute(invoice, 500, on="2025-06-10")
    assert figures(book, "2025-06-18").overdue_payable_minor == 0


def test_days_and_numbers_that_cannot_be_are_refused(book: Book) -> None:
    for first_on, count, field in (("2025-06-09", 3, "first_on"), ("2026-06-12", 3, "first_on"),
                                   ("2025-07-10", 0, "count"), ("2025-07-10", 61, "count")):
        with pytest.raises(RefusedField) as refused:
            make_plan(book, first_on=first_on, count=count)
        assert refused.value.field == field


def test_without_the_module_there_are_no_plans(book: Book) -> None:
    with book.database.write() as session:
        set_attribute(session, tier=Tier.PROVIDER, owner_id=operator_of(session).id, key=Module.PAYMENT_PLANS.value,
                      value=False, seen={})
    with pytest.raises(RefusedByRule, match="Payment plans are switched off for"):
        make_plan(book)
    with book.database.read() as session:
        assert not plannable(session, account_id=book.accounts["A7"], as_of=book.today()).is_on


def test_what_may_be_covered_is_offered(book: Book) -> None:
    other = book.invoice("A7", 3_000, due="2025-06-24", issued="2025-06-10")
    disputed = book.invoice("A7", 4_000, due="2025-06-25", issued="2025-06-10")
    book.dispute(disputed, 1, on="2025-06-10")
    make_plan(book)
    with book.database.read() as session:
        offered = plannable(session, account_id=book.accounts["A7"], as_of=book.today())
    assert [(row.id, row.payable_minor) for row in offered.invoices] == [(other, 3_000)]
    assert offered.is_on


def test_it_covers_several_invoices_and_settles_the_one_due_first(book: Book) -> None:
    book.invoice("A7", 3_000, due="2025-06-24", issued="2025-06-10")
    make_plan(book, 20_000, 3_000, count=2, frequency=PlanFrequency.WEEKLY)
    book.pay("A7", 21_000, on="2025-07-01")
    row = plan(book, "2025-07-01")
    assert [(part.covered_minor, part.settled_minor) for part in row.invoices] == [(20_000, 20_000), (3_000, 1_000)]
    assert [(i.amount_minor, i.paid_minor) for i in row.instalments] == [(11_500, 11_500), (11_500, 9_500)]
    assert len(book.rows(AuditEntry, AuditEntry.id, action="plan_created")) == len(book.rows(PaymentPlan)) == 1


def test_a_message_speaks_of_its_own_plan(book: Book) -> None:
    """Two plans at once: what is told of the older one names its amount and its next instalment."""
    first = make_plan(book)
    later = book.invoice("A7", 3_000, due="2025-06-24", issued="2025-06-10")
    make_plan(book, 3_000, count=1, invoices=[later], first_on="2025-07-20")
    book.pay("A7", 7_000, on="2025-06-20")
    with book.database.write() as session:
        cancel_plan(session, plan_id=first, reason="Cannot pay")
    (row,) = [row for row in book.rows(OutboxMessage) if row.event == "payment_plan_cancelled"]
    assert plan_of_cause(row.message_key) == first
    assert plan_of_cause("payment/7/log") is None
    with book.database.read() as session:
        found = []
        for plan_id in (first, None):
            cause = Cause(event=row.event, account_id=row.account_id, effective_on=row.effective_on, known_at=None,
                          plan_id=plan_id)
            (values,) = read_figures(session, [cause], read_parties(session, [row.account_id]),
                                     ["planAmount", "planInstalmentAmount", "planNextDate", "planInstalments"])
            found.append({name: value.text for name, value in values.items()})
    assert (found[0]["planAmount"], found[0]["planInstalments"]) == ("195.00", "3")
    assert found[0]["planInstalmentAmount"] == "65.00"
    assert (found[1]["planAmount"], found[1]["planInstalments"]) == ("30.00", "1")
