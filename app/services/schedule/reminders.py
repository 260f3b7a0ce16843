"""Reminders: Invoice Due and Invoice Overdue, raised once for each invoice and period (ARCHITECTURE.md, "Reminders").

Set-based, in chunks of invoices: a chunk takes the ledger alone for the fraction of a second it needs, so that a
payment posted meanwhile counts, and is committed by itself. Whoever is killed leaves the rest to the next round, which
finds what is raised already by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Insert,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT, Period
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.powers import Power
from app.models.rules.due_times import first_missed, instant_at, is_too_old
from app.models.values import OutboxState, TransactionKind, TransactionState
from app.services.access.authorize import require_unlimited
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among, end_when_silent, give_way, inserter_of, lock_ledger
from app.services.database.unit_of_work import Database, recorded_now
from app.services.events.raising import no_cause_yet, raising, this_moment
from app.services.jobs import JobContext, Progress
from app.services.ledger.plan_events import raise_missed_instalments
from app.services.ledger.reading import amount_sum, open_invoices, unallocated_by_account
from app.services.providers.business_day import business_day
from app.services.schedule.due import POLLED, Poller, Timetable, mark_done
from app.services.suspension.advance_warning import align_warnings
from app.services.suspension.lease import STALE_AFTER
from app.services.suspension.promises import end_promises
from app.services.wording import by_count, day_text

CHUNK = 2_000
_PATIENCE_S = 60.0
_MESSAGE: Any = OutboxMessage.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One period of one event on one trigger day."""

    event: str
    period_days: int
    day: date

    @property
    def due_on(self) -> date:
        """The due date of the invoices whose turn it is."""
        days = timedelta(days=self.period_days)
        return self.day - days if self.is_after else self.day + days

    @property
    def is_after(self) -> bool:
        """Whether it comes behind the due date."""
        return EVENT_TYPE_AT[self.event].period is Period.AFTER_DUE

    def counted_until(self, today: date) -> date:
        """Invoices due up to this day make the net due of an account."""
        return today - timedelta(days=1) if self.is_after else max(self.due_on, today - timedelta(days=1))


def raise_reminders(
    database: Database, context: JobContext, *, table: Timetable, now: datetime
) -> int:
    """Raise the reminders of a provider that are due by now; returns how many, however many ways each is sent.

    Missed days are caught up, judged by what is owing today; those more than three days old wait to be released.
    """
    due = table.reminders_for(now)
    if due is None:
        return 0
    with database.read() as session:
        require_unlimited(session, table.provider_id, Power.EVENTS_SEND)
    database.attempt(partial(align_warnings, provider_id=table.provider_id))
    with database.read() as session:
        turns = _turns(session, table, due)
    count = 0
    for place, turn in enumerate(turns):
        context.report(Progress(done=place, total=len(turns), note=table.name))
        after: int | None = 0
        while after is not None:
            context.raise_if_cancelled()
            raised, after = database.attempt(
                partial(_raise_chunk, table=table, turn=turn, today=table.today, after=after),
                patience_s=_PATIENCE_S)
            count += raised
    detail = by_count(count, "{count} reminder", "{count} reminders")
    if count or table.due_at(Poller.REMINDERS, now) is not None:
        database.attempt(partial(_finish, table=table, now=now, due=due, detail=detail))
    return count


def _finish(session: Session, *, table: Timetable, now: datetime, due: date, detail: str) -> ChangeSet:
    """Once a day as well: promises whose day is over, and instalments that were missed."""
    give_way(session)
    lock_ledger(session, table.provider_id, judging=True)
    end_promises(session, provider_id=table.provider_id, on=table.today)
    raise_missed_instalments(session, provider_id=table.provider_id, on=table.today)
    mark_done(session, provider_id=table.provider_id, poller=Poller.REMINDERS, at=now, done_for=due, detail=detail)
    return ChangeSet.of(Changed.SCHEDULE, Changed.OUTBOX)


def _turns(session: Session, table: Timetable, due: date) -> list[Turn]:
    """Whose turn it is: for each reminder that is on, the days since the last that was done, oldest first.

    The last day is looked at in every round: something may have become payable since, and nothing is raised twice.
    """
    rows = session.execute(
        select(EventMapping.event, EventMapping.period_days, func.min(Switch.enabled_on).label("since"))
        .join(Switch, Switch.mapping_id == EventMapping.id)
        .where(EventMapping.provider_id == table.provider_id, EventMapping.event.in_(POLLED), Switch.enabled.is_(True))
        .group_by(EventMapping.event, EventMapping.period_days)).all()
    found = [turn for row in rows if row.since is not None and row.since <= due
             for turn in _turns_of(session, table, row, due)]
    return sorted(found, key=lambda turn: (turn.day, turn.event, turn.period_days))


def _turns_of(session: Session, table: Timetable, row: Any, due: date) -> list[Turn]:
    """The days of one reminder on which it is the turn of any invoice of which something is payable."""
    state = table.done.get(Poller.REMINDERS)
    first = first_missed(None if state is None else state.done_for, due, since=row.since)
    begin, end = (Turn(event=row.event, period_days=row.period_days, day=day) for day in (first, due))
    t = FinancialTransaction
    found = open_invoices(session, and_(t.provider_id == table.provider_id,
                                        t.due_on.between(begin.due_on, end.due_on)), table.today, numbers=False)
    due_days = session.scalars(select(found.c.due_on).where(found.c.payable > 0).distinct())
    offset = end.day - end.due_on
    return [Turn(event=row.event, period_days=row.period_days, day=due_on + offset)
            for due_on in due_days]


def _raise_chunk(
    session: Session, *, table: Timetable, turn: Turn, today: date, after: int
) -> tuple[int, int | None]:
    """Raise the reminders of some invoices; returns how many, and where the next chunk begins."""
    end_when_silent(session, STALE_AFTER)
    give_way(session)
    lock_ledger(session, table.provider_id, judging=True)
    t = FinancialTransaction
    here = _whose_turn(session, table, turn, today)
    ids = session.scalars(select(t.id).where(here, t.id > after).order_by(t.id).limit(CHUNK)).all()
    if not ids:
        return 0, None
    causes = _causes(session, table, turn, today, and_(here, t.id.between(ids[0], ids[-1])))
    notes, messages = raising(inserter_of(session), turn.event, causes, this_moment(session, turn.day))
    session.execute(notes)
    written = session.execute(cast("Insert", messages).returning(_MESSAGE.c.id, _MESSAGE.c.invoice_id)).all()
    if turn.day < today:
        _catch_up(session, [row.id for row in written], turn, today)
    return len({row.invoice_id for row in written}), ids[-1] if len(ids) == CHUNK else None


def _whose_turn(session: Session, table: Timetable, turn: Turn, today: date) -> ColumnElement[bool]:
    """The invoices whose turn it is, settled ones among them.

    One that came into the books after its turn is not caught up. An instant that lies ahead of now says nothing of
    when that was: the clock was put back.
    """
    t = FinancialTransaction
    whose = and_(t.provider_id == table.provider_id, t.kind == TransactionKind.INVOICE.value, t.due_on == turn.due_on,
                 t.state == TransactionState.POSTED.value, t.effective_on <= turn.day)
    if turn.day >= today:
        return whose
    over = instant_at(turn.day + timedelta(days=1), time(), table.zone)
    return and_(whose, or_(t.recorded_at < over, t.recorded_at > recorded_now(session)))


def _causes(
    session: Session, table: Timetable, turn: Turn, today: date, here: ColumnElement[bool]
) -> Select[Any]:
    """One row per invoice to be reminded of: something of it is payable, and credit does not cover what is due."""
    t = FinancialTransaction
    mine = open_invoices(session, here, today, numbers=False)
    payable = select(mine).where(mine.c.payable > 0).cte("payable")
    accounts = select(payable.c.account_id)
    credit = unallocated_by_account(t.account_id.in_(accounts), today).subquery("credit")
    in_credit = select(credit.c.account_id).where(credit.c.unallocated > 0)
    all_open = open_invoices(session, t.account_id.in_(in_credit), today, numbers=False)
    owing = (
        select(all_open.c.account_id, amount_sum(all_open.c.payable).label("payable"))
        .where(all_open.c.due_on <= turn.counted_until(today)).group_by(all_open.c.account_id).subquery("owing"))
    key = literal(f"{turn.event}/{turn.period_days}/", String).concat(sql_cast(payable.c.id, String))
    return (
        select(literal(table.provider_id).label("provider_id"), payable.c.account_id, no_cause_yet().label("hold_id"),
               no_cause_yet().label("service_id"), payable.c.id.label("invoice_id"),
               literal(turn.period_days).label("period_days"), key.label("cause_key"))
        .outerjoin(credit, credit.c.account_id == payable.c.account_id)
        .outerjoin(owing, owing.c.account_id == payable.c.account_id)
        .where(or_(func.coalesce(credit.c.unallocated, 0) <= 0,
                   func.coalesce(owing.c.payable, 0) > credit.c.unallocated))
    )


def _catch_up(session: Session, message_ids: Sequence[int], turn: Turn, today: date) -> None:
    """Missed reminders say what is owing on the day they are raised; those that are too old wait to be released."""
    if not message_ids:
        return
    m = _MESSAGE.c
    values: dict[str, Any] = {"effective_on": literal(today, Date)}
    if is_too_old(turn.day, today):
        waits = m.state == OutboxState.QUEUED.value
        values |= {"state": case((waits, OutboxState.HELD.value), else_=m.state),
                   "state_reason": case((waits, f"Missed since {day_text(turn.day)}; release to send."),
                                        else_=m.state_reason)}
    session.execute(update(_MESSAGE).where(among(session, m.id, message_ids)).values(values))


def cancel_settled(session: Session, *, provider_id: int) -> ChangeSet:
    """Take back reminders that wait to be sent where nothing of their invoice is payable any more.

    They wait for quiet hours, a mail server, or somebody to release them: whoever paid meanwhile is not reminded. What
    a person sends again, and a message that speaks of several invoices, is left to people.
    """
    provider = require_unlimited(session, provider_id, Power.EVENTS_SEND)
    m, t = _MESSAGE.c, FinancialTransaction
    others = _MESSAGE.alias("others")
    waiting = and_(m.provider_id == provider_id, m.state.in_([OutboxState.QUEUED.value, OutboxState.HELD.value]),
                   m.event.in_(POLLED), m.repeats_id.is_(None), ~exists().where(others.c.repeats_id == m.id))
    today = business_day(session, provider.id)
    still_open = open_invoices(session, t.id.in_(select(m.invoice_id).where(waiting)), today, numbers=False)
    done = session.execute(
        update(_MESSAGE).where(waiting, m.invoice_id.not_in(select(still_open.c.id).where(still_open.c.payable > 0)))
        .values(state=OutboxState.CANCELLED.value, state_reason="Nothing of its invoice is payable any more.")
        .returning(m.account_id)).all()
    return ChangeSet.of(Changed.OUTBOX, accounts={row.account_id for row in done}) if done else ChangeSet.empty()
