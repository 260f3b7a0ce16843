"""Switching automation on in books of tests, since the day the book begins, and its safety brake."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.events.library import OF_NEW_PROVIDERS
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.parties.profile import AccountProfile
from app.models.schedule.automation import AutomationSettings
from app.models.values import EventAction
from app.services.database.unit_of_work import recorded_now

LONG_AGO = date(2000, 1, 1)


def switch_on(
    session: Session, *, provider_id: int, events: Sequence[str] = OF_NEW_PROVIDERS,
    action: EventAction = EventAction.LOG, since: date = LONG_AGO, period_days: int = 0,
) -> None:
    """Switch an action of some events on for every profile of a provider, with mappings where there are none.

    As if it had been done on that day; the commands of the program know today alone.
    """
    for profile_id in session.scalars(select(AccountProfile.id).where(AccountProfile.provider_id == provider_id)):
        for event in events:
            mapping = session.scalars(select(EventMapping).where(
                EventMapping.profile_id == profile_id, EventMapping.event == event,
                EventMapping.period_days == period_days)).one_or_none()
            if mapping is None:
                mapping = EventMapping(provider_id=provider_id, profile_id=profile_id, event=event,
                                       period_days=period_days, recorded_at=recorded_now(session))
                session.add(mapping)
                session.flush()
            switch = session.get(Switch, (mapping.id, action.value))
            if switch is None:
                session.add(Switch(mapping_id=mapping.id, action=action.value, enabled=True, enabled_on=since))
            else:
                switch.enabled, switch.enabled_on = True, since
    session.flush()


def switch_off(session: Session, *, provider_id: int, event: str) -> None:
    """Switch every action of an event off for every profile of a provider."""
    mappings = select(EventMapping.id).where(EventMapping.provider_id == provider_id, EventMapping.event == event)
    session.execute(update(Switch).where(Switch.mapping_id.in_(mappings)).values(enabled=False, enabled_on=None))


def set_brake(session: Session, *, provider_id: int, share: int = 0, accounts: int = 0, pause: int = 0) -> None:
    """Set the safety brake of a provider; without figures it is off, for books that skip days or change at large."""
    settings = session.get(AutomationSettings, provider_id) or AutomationSettings(provider_id=provider_id)
    settings.brake_share_percent, settings.brake_accounts, settings.brake_pause_days = share, accounts, pause
    session.add(settings)
    session.flush()
