"""Reminders: Invoice Due and Invoice Overdue, raised once for each invoice and period (ARCHITECTURE.md, "Reminders").

Set-based, in chunks of invoices: a chunk takes the ledger alone for the fraction of a second it needs, so that a
payment posted meanwhile counts, and is committed by itself. Whoever is killed leaves the rest to the next round, which
finds what is raised already by its key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Insert,
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
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.rules.due_times import first_missed, instant_at, is_too_old
from app.models.values import OutboxState
from app.services.access.authorize import authorize, require_unlimited, visible
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import among, end_when_silent, give_way, inserter_of, lock_ledger
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database, recorded_now
from app.services.events.raising import no_cause_yet, raising, this_moment
from app.services.jobs import JobContext, Progress
from app.services.ledger.allocating import allocate_what_came_due
from app.services.ledger.plan_events import raise_missed_instalments
from app.services.ledger.reading import amount_sum, open_invoices, unallocated_by_account
from app.services.providers.business_day import business_day
from app.services.scans.lease import STALE_AFTER
from app.services.schedule.due import POLLED, Poller, Timetable, mark_done
from app.services.suspension.promises import end_promises
from app.services.wording import by_count, day_text

CHUNK = 2_000
_PATIENCE_S = 60.0
_MESSAGE: Any = OutboxMessage.__table__
_WAITING = (OutboxState.QUEUED.value, OutboxState.HELD.value)


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
    refresh_statistics(database)
    with database.read() as session:
        require_unlimited(session, table.provider_id, Power.EVENTS_SEND)
        chunks = [(turn, ids[start:start + CHUNK]) for turn, ids in _turns(session, table, due)
                  for start in range(0, len(ids), CHUNK)]
    count = 0
    for place, (turn, ids) in enumerate(chunks):
        context.raise_if_cancelled()
        context.report(Progress(done=place, total=len(chunks), note=table.name))
        count += database.attempt(partial(_raise_chunk, table=table, turn=turn, ids=ids), patience_s=_PATIENCE_S)
    detail = by_count(count, "{count} reminder", "{count} reminders")
    if count or table.due_at(Poller.REMINDERS, now) is not None:
        database.attempt(partial(_finish, table=table, now=now, due=due, detail=detail))
    return count


def _finish(session: Session, *, table: Timetable, now: datetime, due: date, detail: str) -> ChangeSet:
    """Once a day as well: disputes that end, promises whose day is over, and instalments that were missed."""
    give_way(session)
    lock_ledger(session, table.provider_id, judging=True)
    allocate_what_came_due(session, provider_id=table.provider_id, on=table.today)
    end_promises(session, provider_id=table.provider_id, on=table.today)
    raise_missed_instalments(session, provider_id=table.provider_id, on=table.today)
    mark_done(session, provider_id=table.provider_id, poller=Poller.REMINDERS, at=now, done_for=due, detail=detail)
    return ChangeSet.of(Changed.SCHEDULE, Changed.OUTBOX)


def _turns(session: Session, table: Timetable, due: date) -> list[tuple[Turn, list[int]]]:
    """Whose turn it is: for each reminder that is on, the days since the last that was done, oldest first.

    The last day is looked at in every round: something may have become payable since, and nothing is raised twice.
    """
    rows = session.execute(
        select(EventMapping.event, EventMapping.period_days, func.min(Switch.enabled_on).label("since"))
        .join(Switch, Switch.mapping_id == EventMapping.id)
        .where(EventMapping.provider_id == table.provider_id, EventMapping.event.in_(POLLED), Switch.enabled.is_(True))
        .group_by(EventMapping.event, EventMapping.period_days)).all()
    found = [each for row in rows if row.since is not None and row.since <= due
             for each in _turns_of(session, table, row, due)]
    return sorted(found, key=lambda each: (each[0].day, each[0].event, each[0].period_days))


def _turns_of(session: Session, table: Timetable, row: Any, due: date) -> Iterator[tuple[Turn, list[int]]]:
    """The days of one reminder with the invoices whose turn it is: something of them is payable, and none was raised.

    Nothing is locked here; each chunk looks once more.
    """
    state = table.done.get(Poller.REMINDERS)
    first = first_missed(None if state is None else state.done_for, due, since=row.since)
    begin, end = (Turn(event=row.event, period_days=row.period_days, day=day) for day in (first, due))
    t = FinancialTransaction
    found = open_invoices(session, and_(t.provider_id == table.provider_id,
                                        t.due_on.between(begin.due_on, end.due_on)), table.today, numbers=False)
    payable = session.execute(
        select(found.c.id, found.c.due_on).where(found.c.payable > 0).order_by(found.c.id)).all()
    raised = _raised(session, table, begin, [each.id for each in payable])
    ids: dict[date, list[int]] = defaultdict(list)
    for each in payable:
        if each.id not in raised:
            ids[each.due_on].append(each.id)
    for due_on, those in ids.items():
        yield Turn(event=row.event, period_days=row.period_days, day=due_on + (end.day - end.due_on)), those


def _raised(session: Session, table: Timetable, turn: Turn, ids: Sequence[int]) -> frozenset[int]:
    """Those of some invoices that were reminded of already, looked up by their keys."""
    m = _MESSAGE.c
    keys = [f"{turn.event}/{turn.period_days}/{id_}/{action.value}"
            for id_ in ids for action in EVENT_TYPE_AT[turn.event].actions]
    return frozenset(session.scalars(select(m.invoice_id).where(
        m.provider_id == table.provider_id, among(session, m.message_key, keys)))) if keys else frozenset()


def _raise_chunk(session: Session, *, table: Timetable, turn: Turn, ids: Sequence[int]) -> int:
    """Raise the reminders of some invoices; returns of how many."""
    end_when_silent(session, STALE_AFTER)
    give_way(session)
    lock_ledger(session, table.provider_id, judging=True)
    t = FinancialTransaction
    wanted = _to_be_reminded(session, table, turn, ids)
    causes = select(
        t.provider_id, t.account_id, no_cause_yet().label("hold_id"), no_cause_yet().label("service_id"),
        t.id.label("invoice_id"), literal(turn.period_days).label("period_days"),
        _key_of(turn, t.id).label("cause_key"),
    ).where(among(session, t.id, wanted))
    notes, messages = raising(inserter_of(session), turn.event, causes, this_moment(session, turn.day))
    session.execute(notes)
    written = session.execute(cast("Insert", messages).returning(_MESSAGE.c.id, _MESSAGE.c.invoice_id)).all()
    if turn.day < table.today:
        _catch_up(session, [row.id for row in written], turn, table.today)
    return len({row.invoice_id for row in written})


def _key_of(turn: Turn, invoice_id: Any) -> ColumnElement[str]:
    """What makes a reminder one, whatever its day."""
    return literal(f"{turn.event}/{turn.period_days}/", String).concat(sql_cast(invoice_id, String))


def _to_be_reminded(session: Session, table: Timetable, turn: Turn, ids: Sequence[int]) -> list[int]:
    """Those of some invoices of which something is payable, in accounts whose credit does not cover what is due."""
    t, today = FinancialTransaction, table.today
    here = and_(among(session, t.id, ids), _known_in_time(session, table, turn))
    mine = open_invoices(session, here, today, numbers=False)
    rows = session.execute(select(mine.c.id, mine.c.account_id).where(mine.c.payable > 0)).all()
    covered = _covered_accounts(session, {row.account_id for row in rows}, today, turn.counted_until(today))
    return [row.id for row in rows if row.account_id not in covered]


def _known_in_time(session: Session, table: Timetable, turn: Turn) -> ColumnElement[bool]:
    """An invoice that came into the books after its turn is not caught up.

    An instant that lies ahead of now says nothing of when that was: the clock was put back.
    """
    t = FinancialTransaction
    posted = t.effective_on <= turn.day
    if turn.day >= table.today:
        return posted
    over = instant_at(turn.day + timedelta(days=1), time(), table.zone)
    return and_(posted, or_(t.recorded_at < over, t.recorded_at > recorded_now(session)))


def _covered_accounts(session: Session, account_ids: Collection[int], today: date, until: date) -> set[int]:
    """Those of some accounts whose unallocated credit covers everything payable that is due up to a day."""
    t = FinancialTransaction
    credit = unallocated_by_account(among(session, t.account_id, account_ids), today).subquery("credit")
    credits = dict(session.execute(
        select(credit.c.account_id, credit.c.unallocated).where(credit.c.unallocated > 0)).all())
    if not credits:
        return set()
    every = open_invoices(session, among(session, t.account_id, credits), today, numbers=False)
    owing: dict[int, int] = dict(session.execute(
        select(every.c.account_id, amount_sum(every.c.payable)).where(every.c.due_on <= until)
        .group_by(every.c.account_id)).all())
    return {account_id for account_id, amount in credits.items() if owing.get(account_id, 0) <= amount}


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


def with_waiting_reminders(session: Session, *, provider_id: int | None = None) -> list[tuple[int, str]]:
    """Providers within reach of whom a reminder waits to be sent, or one of them, with their codes."""
    authorize(session, Power.EVENTS)
    m, chosen = _MESSAGE.c, [] if provider_id is None else [Account.id == provider_id]
    waits = exists().where(m.provider_id == Account.id, m.event.in_(POLLED), m.state.in_(_WAITING))
    rows = session.execute(
        select(Account.id, Account.code).where(Account.id.in_(select(Provider.account_id)), visible(session), waits,
                                               *chosen).order_by(Account.id))
    return [(row.id, row.code) for row in rows]


def cancel_settled(session: Session, *, provider_id: int) -> ChangeSet:
    """Take back reminders that wait to be sent where nothing of their invoice is payable any more.

    They wait for quiet hours, a mail server, or somebody to release them: whoever paid meanwhile is not reminded. What
    a person sends again, and a message that speaks of several invoices, is left to people.
    """
    provider = require_unlimited(session, provider_id, Power.EVENTS_SEND)
    m, t = _MESSAGE.c, FinancialTransaction
    others = _MESSAGE.alias("others")
    waiting = and_(m.provider_id == provider_id, m.state.in_(_WAITING),
                   m.event.in_(POLLED), m.repeats_id.is_(None), ~exists().where(others.c.repeats_id == m.id))
    today = business_day(session, provider.id)
    still_open = open_invoices(session, t.id.in_(select(m.invoice_id).where(waiting)), today, numbers=False)
    done = session.execute(
        update(_MESSAGE).where(waiting, m.invoice_id.not_in(select(still_open.c.id).where(still_open.c.payable > 0)))
        .values(state=OutboxState.CANCELLED.value, state_reason="Nothing of its invoice is payable any more.")
        .returning(m.account_id)).all()
    return ChangeSet.of(Changed.OUTBOX, accounts={row.account_id for row in done}) if done else ChangeSet.empty()
