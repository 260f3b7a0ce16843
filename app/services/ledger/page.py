"""The ledger of one account as a person reads it: newest first, with the running balance and what became of each row.

Everything is as of a date (ARCHITECTURE.md, "Dates"): later rows, allocations and dispute entries are left out, so the
page shows what one would have seen that evening.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import (
    Allocation,
    Dispute,
    DisputeEntry,
    FinancialTransaction,
    InvoiceDetail,
    InvoiceLine,
)
from app.models.parties.powers import Power
from app.models.values import DEBIT_KINDS, TransactionKind, TransactionState, grouped_amount
from app.services.access.authorize import account_of_document, may, require_account
from app.services.database.dialects import days_between
from app.services.ledger.reading import (
    AccountFigures,
    account_figures,
    amount_sum,
    disputed,
    planned,
    signed_amount,
    unallocated,
    unsettled,
)
from app.services.paging import Cursor, Order, Page, cut, page_of
from app.services.wording import counted, day_text

PAGE = 256


class LedgerState(StrEnum):
    """What became of a row."""

    OPEN = "open"
    """A debit that is not due yet, nothing settled."""
    PARTLY_SETTLED = "partly_settled"
    """A debit that is not due yet, with something settled."""
    LATE = "late"
    """Past due with something payable."""
    DISPUTED = "disputed"
    """Whatever is unsettled is in dispute, or partly in a payment plan."""
    PLANNED = "planned"
    """Whatever is unsettled is in a payment plan."""
    SETTLED = "settled"
    UNALLOCATED = "unallocated"
    """A credit of which nothing is allocated."""
    PARTLY_ALLOCATED = "partly_allocated"
    ALLOCATED = "allocated"
    CANCELLED = "cancelled"
    """Countered by a later row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One posted row. Amounts in minor units of `currency`, never negative but for the balance."""

    id: int
    kind: TransactionKind
    number: str
    description: str
    """As written, else the period of an invoice or the method of a payment."""
    settles: tuple[str, ...]
    """Numbers of what a credit settles."""
    posted_on: date
    issued_on: date
    due_on: date | None
    currency: str
    debit_minor: int | None
    credit_minor: int | None
    balance_minor: int
    """Balance of the account after this row, debit positive."""
    state: LedgerState
    open_minor: int
    """What is left to settle of a debit, to allocate of a credit."""
    disputed_minor: int
    planned_minor: int
    """What payment plans still cover of it."""
    payable_minor: int
    """Open less disputed and planned, never below 0; 0 for credits."""
    days_late: int
    """Days past due of an unsettled invoice; else 0."""
    posted_by: str
    imported: bool

    @property
    def is_draft(self) -> bool:
        """A ledger shows posted rows alone."""
        return False

    @property
    def is_cancelled(self) -> bool:
        return self.state is LedgerState.CANCELLED

    @property
    def state_text(self) -> str:
        """The state in words, with what is in dispute or in a plan besides: "22 days late, 95.00 in dispute"."""
        parts = [self.short_state_text]
        if self.disputed_minor and self.state is not LedgerState.DISPUTED:
            parts.append(_in_dispute(self))
        if self.planned_minor and self.state is not LedgerState.PLANNED:
            parts.append(_in_plan(self))
        return ", ".join(parts)

    @property
    def short_state_text(self) -> str:
        """The state alone: "22 days late", "Settled", "95.00 in dispute"."""
        return _state_text(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSummary:
    """What stands above and below the ledger, as of a date."""

    figures: AccountFigures
    transaction_count: int
    may_export: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """One dispute and what is left of it as of a date."""

    id: int
    invoice_id: int
    invoice_number: str
    reason: str
    currency: str
    raised_on: date
    raised_minor: int
    """What was put in dispute at first."""
    disputed_minor: int
    """What is in dispute now."""
    ended_on: date | None

    @property
    def is_open(self) -> bool:
        return self.disputed_minor > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLineRow:
    """One line of an invoice."""

    position: int
    heading: str
    description: str
    note: str
    quantity: str
    unit_price_minor: int | None
    net_minor: int
    tax_minor: int
    tax_rate_bp: int
    amount_minor: int


def _posted(account_id: int, as_of: date) -> tuple[Any, ...]:
    t = FinancialTransaction
    return t.account_id == account_id, t.state == TransactionState.POSTED.value, t.effective_on <= as_of


def ledger_page(
    session: Session, *, account_id: int, as_of: date, after: Cursor | None = None, limit: int = PAGE,
    kinds: Collection[TransactionKind] = (), text: str = "",
) -> Page[LedgerRow]:
    """One page, newest first; rows of one day in the order in which they were written.

    `kinds` leaves others out, and so does `text`: each word of it stands in number, reference, description or kind.
    """
    require_account(session, account_id, Power.LEDGER)
    t = FinancialTransaction
    # The balance runs over the whole account, whatever page is asked for.
    running = (
        select(t.id, _running_balance().label("balance")).where(*_posted(account_id, as_of)).subquery("running")
    )
    late_since = case((t.due_on < as_of, days_between(session, as_of, t.due_on.expression)), else_=0)
    statement = (
        select(
            t.id, t.kind, t.number, t.description, t.method, t.effective_on, t.issued_on, t.due_on, t.currency,
            t.amount_minor, t.posted_by, t.imported, InvoiceDetail.period_from, InvoiceDetail.period_to,
            running.c.balance, unsettled(as_of).label("unsettled"), disputed(as_of).label("disputed"),
            planned(as_of).label("planned"), unallocated(as_of).label("unallocated"), late_since.label("days_late"),
            _countered(as_of).label("is_cancelled"),
        )
        .join(running, running.c.id == t.id).outerjoin(InvoiceDetail, InvoiceDetail.transaction_id == t.id)
    )
    if kinds:
        statement = statement.where(t.kind.in_([kind.value for kind in kinds]))
    statement = statement.where(*_matching(text))
    order = Order((t.effective_on.expression, t.id.expression), descending=True)
    found = session.execute(cut(statement, order, after=after, limit=limit)).all()
    settles = _settled_numbers(session, [row.id for row in found if row.kind not in DEBIT_KINDS], as_of)
    rows = [_ledger_row(row, settles.get(row.id, ())) for row in found]
    return page_of(rows, [(row.effective_on, row.id) for row in found], limit=limit)


def ledger_count(session: Session, *, account_id: int, as_of: date, text: str = "") -> int:
    """How many rows a filtered ledger has."""
    require_account(session, account_id, Power.LEDGER)
    return session.scalar(select(func.count()).select_from(FinancialTransaction).where(
        *_posted(account_id, as_of), *_matching(text))) or 0


def _matching(text: str) -> list[ColumnElement[bool]]:
    """The rows in which each word stands somewhere."""
    t = FinancialTransaction
    return [
        or_(*[column.icontains(word, autoescape=True) for column in (t.number, t.reference, t.description, t.method)],
            t.kind.in_([kind.value for kind in TransactionKind if word.casefold() in kind.value.split("_")]))
        for word in text.split()]


def _countered(as_of: date) -> Any:
    """Whether a row is taken back by another, as of a date."""
    counter = aliased(FinancialTransaction)
    return exists(select(counter.id).where(
        counter.cancels_id == FinancialTransaction.id, counter.state == TransactionState.POSTED.value,
        counter.effective_on <= as_of))


def _running_balance() -> Any:
    """The balance after each row: a running sum in the order of the ledger."""
    t = FinancialTransaction
    return func.sum(signed_amount()).over(order_by=(t.effective_on, t.id))


def _settled_numbers(session: Session, credit_ids: Sequence[int], as_of: date) -> dict[int, tuple[str, ...]]:
    """Numbers of the debits that credits settle, oldest due first."""
    if not credit_ids:
        return {}
    t = FinancialTransaction
    rows = session.execute(
        select(Allocation.credit_id, t.number).join(t, t.id == Allocation.debit_id)
        .where(Allocation.credit_id.in_(credit_ids), Allocation.effective_on <= as_of)
        .group_by(Allocation.credit_id, t.id, t.number, t.due_on)
        .having(func.sum(Allocation.amount_minor) > 0).order_by(Allocation.credit_id, t.due_on, t.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for credit_id, number in rows:
        found[credit_id] = (*found.get(credit_id, ()), str(number))
    return found


def _ledger_row(row: Any, settles: tuple[str, ...]) -> LedgerRow:
    kind = TransactionKind(row.kind)
    is_debit = kind in DEBIT_KINDS
    open_minor = int(row.unsettled if is_debit else row.unallocated)
    in_dispute = min(int(row.disputed), open_minor) if is_debit else 0
    in_plan = min(int(row.planned), open_minor) if is_debit else 0
    payable = max(0, open_minor - in_dispute - in_plan) if is_debit else 0
    days_late = int(row.days_late) if is_debit and open_minor > 0 else 0
    state = _credit_state(row.amount_minor, open_minor)
    if is_debit:
        state = _debit_state(row.amount_minor, open_minor, payable, days_late)
        if state is LedgerState.DISPUTED and not in_dispute:
            state = LedgerState.PLANNED
    if row.is_cancelled:
        state = LedgerState.CANCELLED
    return LedgerRow(
        id=row.id, kind=kind, number=row.number or "", description=_description(row), settles=settles,
        posted_on=row.effective_on, issued_on=row.issued_on, due_on=row.due_on,
        currency=row.currency, debit_minor=row.amount_minor if is_debit else None,
        credit_minor=None if is_debit else row.amount_minor,
        balance_minor=int(row.balance), state=state, open_minor=open_minor, disputed_minor=in_dispute,
        planned_minor=in_plan, payable_minor=payable, days_late=days_late, posted_by=row.posted_by,
        imported=row.imported,
    )


def _debit_state(amount: int, open_minor: int, payable: int, days_late: int) -> LedgerState:
    if open_minor == 0:
        return LedgerState.SETTLED
    if payable == 0:
        return LedgerState.DISPUTED
    if days_late > 0:
        return LedgerState.LATE
    return LedgerState.OPEN if open_minor == amount else LedgerState.PARTLY_SETTLED


def _credit_state(amount: int, open_minor: int) -> LedgerState:
    if open_minor == 0:
        return LedgerState.ALLOCATED
    return LedgerState.UNALLOCATED if open_minor == amount else LedgerState.PARTLY_ALLOCATED


def _description(row: Any) -> str:
    if row.description:
        return str(row.description)
    if row.period_from is not None and row.period_to is not None:
        return f"{day_text(row.period_from)} to {day_text(row.period_to)}"
    return str(row.method)


def _state_text(row: LedgerRow) -> str:
    left = grouped_amount(row.open_minor, row.currency)
    texts = {
        LedgerState.OPEN: "Open",
        LedgerState.PARTLY_SETTLED: f"{left} left",
        LedgerState.LATE: f"{counted(row.days_late, 'day')} late",
        LedgerState.DISPUTED: _in_dispute(row),
        LedgerState.PLANNED: _in_plan(row),
        LedgerState.SETTLED: "Settled",
        LedgerState.UNALLOCATED: "Not allocated",
        LedgerState.PARTLY_ALLOCATED: f"{left} not allocated",
        LedgerState.ALLOCATED: "Allocated",
        LedgerState.CANCELLED: "Cancelled",
    }
    return texts[row.state]


def _in_dispute(row: LedgerRow) -> str:
    return f"{grouped_amount(row.disputed_minor, row.currency)} in dispute"


def _in_plan(row: LedgerRow) -> str:
    return f"{grouped_amount(row.planned_minor, row.currency)} in a plan"


def ledger_summary(session: Session, *, account_id: int, as_of: date) -> LedgerSummary:
    """Figures and counts of one account as of a date."""
    require_account(session, account_id, Power.LEDGER)
    count = session.scalar(select(func.count()).select_from(FinancialTransaction).where(*_posted(account_id, as_of)))
    return LedgerSummary(figures=account_figures(session, [account_id], as_of)[account_id],
                         transaction_count=count or 0, may_export=may(session, Power.CUSTOMERS_EXPORT))


def disputes_of(session: Session, *, account_id: int, as_of: date) -> list[DisputeRow]:
    """Disputes of an account raised by a date, open ones first, then the newest."""
    require_account(session, account_id, Power.LEDGER)
    t, entry = FinancialTransaction, DisputeEntry
    left = amount_sum(entry.delta_minor)
    raised = amount_sum(case((entry.kind == "raised", entry.delta_minor), else_=0))
    rows = session.execute(
        select(Dispute.id, Dispute.invoice_id, t.number, Dispute.reason, t.currency, Dispute.effective_on,
               raised.label("raised"), left.label("left"), func.max(entry.effective_on).label("last"))
        .join(t, t.id == Dispute.invoice_id).join(entry, entry.dispute_id == Dispute.id)
        .where(Dispute.account_id == account_id, entry.effective_on <= as_of)
        .group_by(Dispute.id, Dispute.invoice_id, t.number, Dispute.reason, t.currency, Dispute.effective_on)
        .order_by(case((left > 0, 0), else_=1), Dispute.effective_on.desc(), Dispute.id.desc())
    )
    return [
        DisputeRow(id=r.id, invoice_id=r.invoice_id, invoice_number=r.number or "", reason=r.reason,
                   currency=r.currency, raised_on=r.effective_on, raised_minor=r.raised, disputed_minor=r.left,
                   ended_on=r.last if r.left == 0 else None)
        for r in rows
    ]


def invoice_lines(session: Session, *, invoice_id: int) -> list[InvoiceLineRow]:
    """The lines of one invoice in their order."""
    require_account(session, account_of_document(session, invoice_id), Power.LEDGER)
    line = InvoiceLine
    rows: Any = session.execute(
        select(line.position, line.heading, line.description, line.note, line.quantity, line.unit_price_minor,
               line.net_minor, line.tax_minor, line.tax_rate_bp, line.amount_minor)
        .where(line.transaction_id == invoice_id).order_by(line.position)
    )
    return [InvoiceLineRow(**row._asdict()) for row in rows]
