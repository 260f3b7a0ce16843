"""The close of a day at one provider: money in and out, what automation did, what waits for a person, what comes next.

Money and what comes next are read as of the day, so the page of a past day says what it said that evening but for what
was entered later about it. What waits for a person is read as it is now: yesterday's stuck message may have left since.
Every line has a code by which a screen knows where its rows are. Amounts are minor units, by currency, never added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.brake import BrakeStop
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.suspension.scans import ScanRun, ScanRunProvider
from app.models.values import HoldKind, OutboxState, PlanState, TransactionKind, TransactionState
from app.services.access.authorize import require_provider, visible
from app.services.ledger.reading import amount_sum, open_invoices
from app.services.providers.business_day import business_day, zone_of

DAYS_AHEAD = 7

_STUCK = (OutboxState.HELD, OutboxState.FAILED, OutboxState.UNKNOWN)


class Section(StrEnum):
    """The four parts of the page, in their order."""

    MONEY = "money"
    AUTOMATION = "automation"
    WAITING = "waiting"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One figure of the page."""

    section: Section
    code: str
    """What it counts: a kind of transaction, "suspended", "held" …"""
    count: int
    sums: tuple[tuple[str, int], ...] = ()
    """Currency and amount, where it is about money."""
    on: date | None = None
    """Of what comes next: its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOfDay:
    """One page."""

    provider_id: int
    provider: str
    provider_code: str
    day: date
    today: date
    """The provider's."""
    lines: tuple[DayLine, ...]

    def of(self, section: Section) -> tuple[DayLine, ...]:
        """The lines of one part."""
        return tuple(line for line in self.lines if line.section is section)


def close_of_day(session: Session, *, provider_id: int, day: date | None = None) -> CloseOfDay:
    """The page of a day of one provider, else of its today; of the accounts that the person sees."""
    provider = require_provider(session, provider_id, Power.LEDGER)
    today = business_day(session, provider_id)
    day = day or today
    lines = [*_money(session, provider_id, day), *_automation(session, provider_id, day),
             *_waiting(session, provider_id), *_ahead(session, provider_id, day)]
    return CloseOfDay(provider_id=provider_id, provider=provider.name, provider_code=provider.code, day=day,
                      today=today, lines=tuple(lines))


def _money(session: Session, provider_id: int, day: date) -> Iterator[DayLine]:
    """What was posted on the day, by kind; every kind has its line."""
    t = FinancialTransaction
    rows = session.execute(
        select(t.kind, t.currency, func.count().label("rows"), amount_sum(t.amount_minor).label("minor"))
        .join(Account, Account.id == t.account_id)
        .where(t.provider_id == provider_id, t.effective_on == day, t.state == TransactionState.POSTED.value,
               visible(session)).group_by(t.kind, t.currency).order_by(t.currency)).all()
    for kind in TransactionKind:
        mine = [row for row in rows if row.kind == kind.value]
        yield DayLine(section=Section.MONEY, code=kind.value, count=sum(row.rows for row in mine),
                      sums=tuple((row.currency, int(row.minor)) for row in mine))


def _automation(session: Session, provider_id: int, day: date) -> Iterator[DayLine]:
    zone = zone_of(session, provider_id)
    begin = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)

    def holds(*which: ColumnElement[bool]) -> int:
        return session.scalar(
            select(func.count()).select_from(Hold).join(Account, Account.id == Hold.account_id)
            .where(Hold.provider_id == provider_id, Hold.kind == HoldKind.OVERDUE.value, *which,
                   visible(session))) or 0

    def messages(*which: ColumnElement[bool]) -> int:
        m = OutboxMessage
        return session.scalar(
            select(func.count()).select_from(m).join(Account, Account.id == m.account_id)
            .where(m.provider_id == provider_id, *which, visible(session))) or 0

    runs = session.scalar(
        select(func.count()).select_from(ScanRun).join(ScanRunProvider, ScanRunProvider.run_id == ScanRun.id)
        .where(ScanRunProvider.provider_id == provider_id, ScanRun.started_at >= begin, ScanRun.started_at < end)) or 0
    reminded = OutboxMessage.event.in_(("invoice_due", "invoice_overdue"))
    for code, count in (
            ("runs", runs), ("suspended", holds(Hold.effective_on == day)), ("restored", holds(Hold.lifted_on == day)),
            ("reminders", messages(reminded, OutboxMessage.effective_on == day)),
            ("sent", messages(OutboxMessage.sent_at >= begin, OutboxMessage.sent_at < end))):
        yield DayLine(section=Section.AUTOMATION, code=code, count=count)


def _waiting(session: Session, provider_id: int) -> Iterator[DayLine]:
    m, t = OutboxMessage, FinancialTransaction
    stuck = dict(session.execute(
        select(m.state, func.count()).join(Account, Account.id == m.account_id)
        .where(m.provider_id == provider_id, m.state.in_([state.value for state in _STUCK]), visible(session))
        .group_by(m.state)).all())
    for state in _STUCK:
        yield DayLine(section=Section.WAITING, code=state.value, count=stuck.get(state.value, 0))
    drafts = session.execute(
        select(t.currency, func.count().label("rows"), amount_sum(t.amount_minor).label("minor"))
        .join(Account, Account.id == t.account_id)
        .where(t.provider_id == provider_id, t.state == TransactionState.DRAFT.value, visible(session))
        .group_by(t.currency).order_by(t.currency)).all()
    yield DayLine(section=Section.WAITING, code="drafts", count=sum(row.rows for row in drafts),
                  sums=tuple((row.currency, int(row.minor)) for row in drafts))
    stopped = session.scalar(select(func.count()).select_from(BrakeStop)
                             .where(BrakeStop.provider_id == provider_id, BrakeStop.state == "open")) or 0
    yield DayLine(section=Section.WAITING, code="stopped", count=stopped)


def _ahead(session: Session, provider_id: int, day: date) -> Iterator[DayLine]:
    """The next seven days: what falls past due, promises and disputes that end, instalments that are due."""
    last = day + timedelta(days=DAYS_AHEAD)
    for rows, code in ((_falling_due(session, provider_id, day, last), "past_due"),
                       (_promises(session, provider_id, day, last), "promise_ends"),
                       (_instalments(session, provider_id, day, last), "instalment")):
        for on in sorted({row.on for row in rows}):
            mine = [row for row in rows if row.on == on]
            yield DayLine(section=Section.AHEAD, code=code, on=on, count=sum(row.rows for row in mine),
                          sums=tuple((row.currency, int(row.minor)) for row in mine))


def _falling_due(session: Session, provider_id: int, day: date, last: date) -> list[Any]:
    """What is payable of invoices if nobody pays, by the first day on which it is past due, the one after due."""
    t = FinancialTransaction
    due = t.due_on.between(day, last - timedelta(days=1))
    i = open_invoices(session, (t.provider_id == provider_id) & due, day, numbers=False).c
    rows = session.execute(
        select(i.due_on, Account.currency, func.count().label("rows"), amount_sum(i.payable).label("minor"))
        .join(Account, Account.id == i.account_id).where(i.payable > 0, visible(session))
        .group_by(i.due_on, Account.currency).order_by(i.due_on, Account.currency)).all()
    return [_Day(on=row.due_on + timedelta(days=1), currency=row.currency, rows=row.rows, minor=row.minor)
            for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    on: date
    currency: str
    rows: int
    minor: int


def _promises(session: Session, provider_id: int, day: date, last: date) -> Sequence[Any]:
    p = PromiseToPay
    return session.execute(
        select(p.pay_by.label("on"), p.currency, func.count().label("rows"), amount_sum(p.amount_minor).label("minor"))
        .join(Account, Account.id == p.account_id)
        .where(p.provider_id == provider_id, p.state == "open", p.pay_by > day, p.pay_by <= last, visible(session))
        .group_by(p.pay_by, p.currency).order_by(p.pay_by, p.currency)).all()


def _instalments(session: Session, provider_id: int, day: date, last: date) -> Sequence[Any]:
    plan, part = PaymentPlan, PaymentPlanInstalment
    return session.execute(
        select(part.due_on.label("on"), plan.currency, func.count().label("rows"),
               amount_sum(part.amount_minor).label("minor"))
        .join(plan, plan.id == part.plan_id).join(Account, Account.id == plan.account_id)
        .where(plan.provider_id == provider_id, plan.state == PlanState.IN_PROGRESS.value, part.payment_id.is_(None),
               part.due_on > day, part.due_on <= last, visible(session))
        .group_by(part.due_on, plan.currency).order_by(part.due_on, plan.currency)).all()
