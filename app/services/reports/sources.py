"""What the close of a day counts, one row for each thing counted: what a line adds up and what it opens are the same.

Every statement has the columns `account_id`, `what` (a number or a word, or empty), `on_day` (NULL where a line is not
told by days), `currency` and `minor` (NULL where it is not about money).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, String, cast, func, null, select
from sqlalchemy.orm import Session

from app.models.base import Minor
from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import DisputeEntry, FinancialTransaction
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.values import HoldKind, OutboxState, PlanState, TransactionKind, TransactionState
from app.services.ledger.reading import open_invoices
from app.services.providers.business_day import zone_of

DAYS_AHEAD = 7

_STUCK = (OutboxState.HELD, OutboxState.FAILED, OutboxState.UNKNOWN)
_NO_DAY, _NO_CURRENCY, _NO_AMOUNT = cast(null(), Date), cast(null(), String(3)), cast(null(), Minor)


class Section(StrEnum):
    """The four parts of the page, in their order."""

    MONEY = "money"
    AUTOMATION = "automation"
    WAITING = "waiting"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """One day of one provider, and the last day that the page looks ahead to."""

    provider_id: int
    day: date
    begin: datetime
    end: datetime

    @property
    def last(self) -> date:
        return self.day + timedelta(days=DAYS_AHEAD)


def days_of(session: Session, provider_id: int, day: date) -> Days:
    """The day with its instants in the provider's zone."""
    zone = zone_of(session, provider_id)
    return Days(provider_id=provider_id, day=day, begin=datetime.combine(day, time.min, zone),
                end=datetime.combine(day + timedelta(days=1), time.min, zone))


Statement = Callable[[Session, Days], Select[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What one line counts, or one line for each of several days."""

    section: Section
    code: str
    statement: Statement
    by_day: bool = False
    days_later: int = 0
    """How long after `on_day` it is told."""


def _row(
    account_id: Any, what: Any, *, on: Any = _NO_DAY, currency: Any = _NO_CURRENCY, minor: Any = _NO_AMOUNT,
) -> Select[Any]:
    return select(account_id.label("account_id"), func.coalesce(what, "").label("what"), on.label("on_day"),
                  currency.label("currency"), minor.label("minor"))


def _transactions(*which: ColumnElement[bool]) -> Select[Any]:
    t = FinancialTransaction
    return _row(t.account_id, func.coalesce(t.number, t.reference), currency=t.currency, minor=t.amount_minor).where(
        *which)


def _posted(kind: TransactionKind) -> Statement:
    t = FinancialTransaction
    return lambda _, d: _transactions(t.provider_id == d.provider_id, t.effective_on == d.day, t.kind == kind.value,
                                      t.state == TransactionState.POSTED.value)


def _drafts(_: Session, d: Days) -> Select[Any]:
    t = FinancialTransaction
    return _transactions(t.provider_id == d.provider_id, t.state == TransactionState.DRAFT.value)


def _held(on: Any) -> Statement:
    return lambda _, d: _row(Hold.account_id, Hold.reason).where(
        Hold.provider_id == d.provider_id, Hold.kind == HoldKind.OVERDUE.value, on == d.day)


def _messages(d: Days, *which: ColumnElement[bool]) -> Select[Any]:
    m = OutboxMessage
    return _row(m.account_id, m.recipient).where(m.provider_id == d.provider_id, *which)


def _reminders(_: Session, d: Days) -> Select[Any]:
    m = OutboxMessage
    return _messages(d, m.event.in_(("invoice_due", "invoice_overdue")), m.effective_on == d.day)


def _sent(_: Session, d: Days) -> Select[Any]:
    return _messages(d, OutboxMessage.sent_at >= d.begin, OutboxMessage.sent_at < d.end)


def _stuck(state: OutboxState) -> Statement:
    return lambda _, d: _messages(d, OutboxMessage.state == state.value)


def _falling_due(session: Session, d: Days) -> Select[Any]:
    """What is payable of invoices if nobody pays, by their due dates; the day after is the first past due."""
    t = FinancialTransaction
    due = t.due_on.between(d.day, d.last - timedelta(days=1))
    i = open_invoices(session, (t.provider_id == d.provider_id) & due, d.day).c
    return _row(i.account_id, i.number, on=i.due_on, currency=t.currency, minor=i.payable).join(
        t, t.id == i.id).where(i.payable > 0)


def _promises(_: Session, d: Days) -> Select[Any]:
    p = PromiseToPay
    return _row(p.account_id, "", on=p.pay_by, currency=p.currency, minor=p.amount_minor).where(
        p.provider_id == d.provider_id, p.state == "open", p.pay_by > d.day, p.pay_by <= d.last)


def _disputes(_: Session, d: Days) -> Select[Any]:
    """Disputes of which it is known that they end; their amounts can be collected from that day on."""
    e, t = DisputeEntry, FinancialTransaction
    return _row(e.account_id, t.number, on=e.effective_on, currency=t.currency, minor=-e.delta_minor).join(
        t, t.id == e.invoice_id).where(e.provider_id == d.provider_id, e.kind == "ended", e.effective_on > d.day,
                                       e.effective_on <= d.last)


def _instalments(_: Session, d: Days) -> Select[Any]:
    plan, part = PaymentPlan, PaymentPlanInstalment
    return _row(plan.account_id, "", on=part.due_on, currency=plan.currency, minor=part.amount_minor).join_from(
        part, plan, plan.id == part.plan_id).where(
            plan.provider_id == d.provider_id, plan.state == PlanState.IN_PROGRESS.value, part.payment_id.is_(None),
            part.due_on > d.day, part.due_on <= d.last)


SOURCES = (
    *[Source(section=Section.MONEY, code=kind.value, statement=_posted(kind)) for kind in TransactionKind],
    Source(section=Section.AUTOMATION, code="suspended", statement=_held(Hold.effective_on)),
    Source(section=Section.AUTOMATION, code="restored", statement=_held(Hold.lifted_on)),
    Source(section=Section.AUTOMATION, code="reminders", statement=_reminders),
    Source(section=Section.AUTOMATION, code="sent", statement=_sent),
    *[Source(section=Section.WAITING, code=state.value, statement=_stuck(state)) for state in _STUCK],
    Source(section=Section.WAITING, code="drafts", statement=_drafts),
    Source(section=Section.AHEAD, code="past_due", statement=_falling_due, by_day=True, days_later=1),
    Source(section=Section.AHEAD, code="promise_ends", statement=_promises, by_day=True),
    Source(section=Section.AHEAD, code="dispute_ends", statement=_disputes, by_day=True),
    Source(section=Section.AHEAD, code="instalment", statement=_instalments, by_day=True),
)
"""Every line whose rows are of accounts, in the order of the page."""
