"""What holds of any account with payment plans, whatever is paid, named or cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.ledger.plans import PaymentPlanSettlement
from app.models.values import PlanFrequency, PlanState
from app.services.database.unit_of_work import Database
from app.services.ledger.plan_reading import plannable, plans_of_account
from app.services.ledger.plans import CoveredPart, cancel_plan, create_plan
from app.services.ledger.reading import account_figures
from app.services.upkeep.check import check_database
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch

TODAY = TEST_NOW.date()


@dataclass(frozen=True)
class Story:
    """Days count from today, amounts are minor units."""

    invoices: list[tuple[int, int]]
    """Amount, and days until it is due."""
    before: list[tuple[int, int]]
    """Payments: amount, and days ago."""
    shares: list[int]
    """Per cent of each invoice that may be covered."""
    count: int
    after: list[tuple[int, int, bool]]
    """Payments: amount, days from today (before it: entered late), and whether they name an invoice."""
    is_cancelled: bool


@st.composite
def stories(draw: st.DrawFn) -> Story:
    amount = st.integers(10, 300)
    return Story(
        invoices=draw(st.lists(st.tuples(amount, st.integers(-40, 40)), min_size=1, max_size=4)),
        before=draw(st.lists(st.tuples(amount, st.integers(0, 30)), max_size=2)),
        shares=draw(st.lists(st.integers(0, 100), min_size=4, max_size=4)), count=draw(st.integers(1, 4)),
        after=draw(st.lists(st.tuples(amount, st.integers(-20, 90), st.booleans()), max_size=4)),
        is_cancelled=draw(st.booleans()))


def tell(session: Session, story: Story) -> int | None:
    """Live the story; the account, or None where nothing could be planned."""
    book = Book(session)
    account = book.account(book.provider("HT"), "A1")
    ids = [book.invoice(account, amount, TODAY - timedelta(days=50), TODAY + timedelta(days=due))
           for amount, due in story.invoices]
    for amount, ago in story.before:
        book.payment(account, amount, TODAY - timedelta(days=ago))
    book.allocate(account)
    offered = plannable(session, account_id=account, as_of=TODAY).invoices
    parts = [CoveredPart(invoice_id=row.id, covered_minor=row.payable_minor * share // 100)
             for row, share in zip(offered, story.shares, strict=False) if row.payable_minor * share >= 100]
    if sum(part.covered_minor for part in parts) < story.count:
        return None
    plan = create_plan(session, account_id=account, parts=parts, first_on=TODAY + timedelta(days=7),
                       frequency=PlanFrequency.WEEKLY, count=story.count).id
    for amount, days, is_named in sorted(story.after, key=lambda payment: payment[1]):
        book.payment(account, amount, TODAY + timedelta(days=days), targets=ids[:1] if is_named else ())
        book.allocate(account)
    state = plans_of_account(session, account_id=account, as_of=TODAY + timedelta(days=365))[0].state
    if story.is_cancelled and state is PlanState.IN_PROGRESS:
        cancel_plan(session, plan_id=plan, reason="test")
    return account


def rows_of_invoices(session: Session, account: int, as_of: date) -> tuple[int, int]:
    """What of the covered invoices was allocated by a day, for instalments and besides."""
    covered = {part.invoice_id for row in plans_of_account(session, account_id=account, as_of=as_of)
               for part in row.invoices}
    linked = set(session.scalars(select(PaymentPlanSettlement.allocation_id)))
    rows = list(session.execute(select(Allocation.id, Allocation.amount_minor).where(
        Allocation.debit_id.in_(covered), Allocation.effective_on <= as_of)))
    return (sum(minor for id_, minor in rows if id_ in linked), sum(minor for id_, minor in rows if id_ not in linked))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(story=stories(), days=st.lists(st.integers(0, 120), min_size=1, max_size=4))
def test_nothing_but_instalments_settles_what_a_plan_covers(database: Database, story: Story, days: list[int]) -> None:
    with scratch(database) as session:
        account = tell(session, story)
        if account is None:
            return
        assert check_database(session) == []
        for number in days:
            as_of = TODAY + timedelta(days=number)
            (plan,) = plans_of_account(session, account_id=account, as_of=as_of)
            figures = account_figures(session, [account], as_of)[account]
            for_plan, besides = rows_of_invoices(session, account, as_of)
            goes_on = plan.state is PlanState.IN_PROGRESS
            assert plan.paid_minor == for_plan == sum(part.settled_minor for part in plan.invoices)
            assert figures.planned_minor == (plan.left_minor if goes_on else 0)
            amounts = session.scalars(select(FinancialTransaction.amount_minor).where(
                FinancialTransaction.id.in_([part.invoice_id for part in plan.invoices]))).all()
            if goes_on:
                assert besides <= sum(amounts) - plan.covered_minor
            paid = [row.is_paid for row in plan.instalments]
            assert paid == sorted(paid, reverse=True), "one after the other"
            if figures.unallocated_minor and goes_on:
                assert plan.left_minor == 0, "credit waits only once the plan is paid as well"
