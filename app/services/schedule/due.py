"""What scheduled work is due now, what is due next, and how far each provider is.

A step is done once per its time (ARCHITECTURE.md, "Schedule"). How far a provider is stands in `poller_state`, written
when a step is done, so that whoever is killed before leaves it to the next round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPES
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.rules.due_times import (
    TimesOn,
    daily,
    due_since,
    is_due_again,
    last_due,
    next_again,
    suspension_times,
)
from app.models.rules.due_times import next_due as next_due_at
from app.models.schedule.automation import PollerState
from app.services.access.authorize import authorize, visible
from app.services.database.dialects import insert_for
from app.services.database.unit_of_work import recorded_now
from app.services.providers.automation import AutomationValues, automation_by_provider
from app.services.providers.business_day import business_days
from app.services.providers.modules import Module, without_module
from app.services.rules.holidays import calendar_of
from app.services.rules.rule_sets import rules_in_force, scannable_providers

POLLED = tuple(event.key for event in EVENT_TYPES if event.is_polled and event.is_raised)
"""Events that reminders look for."""


class Poller(StrEnum):
    """Kinds of scheduled work, in the order in which a round does them."""

    REMINDERS = "reminders"
    RESTORATIONS = "restorations"
    SUSPENSIONS = "suspensions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When the work of one provider is due, and how far it is."""

    provider_id: int
    code: str
    name: str
    zone: ZoneInfo
    today: date
    """Its day at the instant at which the timetable was read."""
    values: AutomationValues
    pollers: frozenset[Poller]
    """Those that have anything to do here."""
    suspend_on: TimesOn
    done: Mapping[Poller, PollerState]

    def reminders_for(self, now: datetime) -> date | None:
        """The day whose reminders are due by now: today, or yesterday before the time of day."""
        last = last_due(daily(self.values.reminders_at), now, self.zone)
        return None if last is None else last.astimezone(self.zone).date()

    def due_at(self, poller: Poller, now: datetime) -> datetime | None:
        """Since when work of a kind waits to be done; None where it is done, paused, or nothing is to do."""
        if poller not in self.pollers or self.values.pause is not None:
            return None
        state = self.done.get(poller)
        done = None if state is None else state.done_at
        if poller is Poller.RESTORATIONS:
            every = self.values.restore_every_minutes
            return now if is_due_again(every, done=done, now=now, zone=self.zone) else None
        times = daily(self.values.reminders_at) if poller is Poller.REMINDERS else self.suspend_on
        return due_since(times, done=done, now=now, zone=self.zone)

    def next_at(self, poller: Poller, now: datetime) -> datetime | None:
        """When work of a kind is due after now."""
        if poller not in self.pollers or self.values.pause is not None:
            return None
        if poller is Poller.RESTORATIONS:
            return next_again(self.values.restore_every_minutes, now, self.zone)
        times = daily(self.values.reminders_at) if poller is Poller.REMINDERS else self.suspend_on
        return next_due_at(times, now, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollerRow:
    """How far one kind of work of one provider is, as screens show it."""

    provider_id: int
    code: str
    name: str
    time_zone: str
    poller: Poller
    done_at: datetime | None
    """None: it was never done."""
    detail: str
    """What the last one came to, in words."""
    due_at: datetime | None
    next_at: datetime | None
    """Both empty while scheduled work is paused."""
    pause: str
    """Who paused it and why; empty where it goes on."""


def timetables(session: Session, *, provider_id: int | None = None) -> list[Timetable]:
    """The timetables of all providers within reach that have scheduled work, or of one of them."""
    authorize(session, Power.EVENTS)
    rows = session.execute(
        select(Account.id, Account.code, Account.name, Provider.time_zone)
        .join(Provider, Provider.account_id == Account.id).where(visible(session)).order_by(Account.id)).all()
    rows = [row for row in rows if provider_id in (None, row.id)]
    values = automation_by_provider(session, [row.id for row in rows])
    reminded, scanned = _reminded(session), _scanned(session)
    done, days = _states(session), business_days(session, [row.id for row in rows])
    found = []
    for row in rows:
        rules = rules_in_force(session, provider_id=row.id, on=days[row.id]) if row.id in scanned else None
        pollers = {Poller.REMINDERS} if row.id in reminded else set()
        if rules is not None:
            pollers |= {Poller.RESTORATIONS, Poller.SUSPENSIONS}
        if pollers:
            windows, calendar = ((), "") if rules is None else (rules.windows, rules.holidays)
            found.append(Timetable(
                provider_id=row.id, code=row.code, name=row.name, zone=ZoneInfo(row.time_zone),
                today=days[row.id], values=values[row.id],
                pollers=frozenset(pollers), suspend_on=suspension_times(
                    values[row.id].suspend_at, windows, calendar_of(session, row.id, calendar)),
                done=done.get(row.id, {})))
    return found


def _reminded(session: Session) -> frozenset[int]:
    """Providers with a reminder that is on."""
    return frozenset(session.scalars(
        select(EventMapping.provider_id).join(Switch, Switch.mapping_id == EventMapping.id)
        .where(EventMapping.event.in_(POLLED), Switch.enabled.is_(True)).distinct()))


def _scanned(session: Session) -> frozenset[int]:
    """Providers whose customers may be suspended and restored."""
    off = without_module(session, Module.AUTOMATED_SUSPENSION)
    return frozenset(account.id for account in scannable_providers(session)) - off


def _states(session: Session) -> dict[int, dict[Poller, PollerState]]:
    found: dict[int, dict[Poller, PollerState]] = {}
    for state in session.scalars(select(PollerState).execution_options(populate_existing=True)):
        found.setdefault(state.provider_id, {})[Poller(state.poller)] = state
    return found


def next_due(session: Session, *, provider_id: int | None = None) -> datetime | None:
    """The first instant after now at which work is due; None where nothing is scheduled."""
    now = recorded_now(session)
    found = [table.next_at(poller, now) for table in timetables(session, provider_id=provider_id) for poller in Poller]
    return min((at for at in found if at is not None), default=None)


def poller_rows(session: Session, *, provider_id: int | None = None) -> list[PollerRow]:
    """How far the scheduled work of each provider is, and when it is due next."""
    now = recorded_now(session)
    rows = []
    for table in timetables(session, provider_id=provider_id):
        pause = table.values.pause
        for poller in Poller:
            if poller in table.pollers:
                state = table.done.get(poller)
                rows.append(PollerRow(
                    provider_id=table.provider_id, code=table.code, name=table.name, time_zone=table.zone.key,
                    poller=poller, done_at=None if state is None else state.done_at,
                    detail="" if state is None else state.detail, due_at=table.due_at(poller, now),
                    next_at=table.next_at(poller, now),
                    pause="" if pause is None else f"Paused by {pause.by}: {pause.reason}"))
    return rows


def mark_done(
    session: Session, *, provider_id: int, poller: Poller, at: datetime, done_for: date, detail: str = ""
) -> None:
    """Write down that the steps of a provider up to an instant are done."""
    values = {"done_at": at, "done_for": done_for, "detail": detail}
    statement = insert_for(session, PollerState).values(provider_id=provider_id, poller=poller.value, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["provider_id", "poller"], set_=values))
