"""Advance warning: a reminder whose period follows the suspension rules (ARCHITECTURE.md, "Advance warning").

With y = 14 an invoice can first be suspended for on due + 15. The warning goes out so many days before that, by default
one, so on due + 14: its period is y + 1 less those days. A window can only make the suspension later. It follows the
version that is in force on the day of the suspension it warns of, and moves by itself when another one is: when rules
are entered, and before reminders are raised.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.mapping import EventMapping
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.services.access.audit import write_audit
from app.services.access.authorize import require_provider
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_row
from app.services.errors import RefusedByRule
from app.services.events.mappings import LONGEST_PERIOD, create_mapping, mapping_id_of
from app.services.providers.business_day import business_day
from app.services.rules.in_force import rule_set_in_force
from app.services.wording import counted

EVENT = "invoice_overdue"
DAYS_AHEAD = 1


def add_advance_warning(
    session: Session, *, provider_id: int, profile_ids: Sequence[int], days_ahead: int = DAYS_AHEAD
) -> ChangeSet:
    """Give profiles an Invoice Overdue event, off, that goes out so many days before the first suspension.

    A profile that has one of this period already keeps it with its texts and switches, and it follows the rules from
    now on. Refused without rules in force, and where they leave no day for a warning.
    """
    require_provider(session, provider_id, Power.EVENTS_EDIT)
    if days_ahead < 1:
        raise RefusedByRule("A warning goes out at least one day before the suspension.")
    period = _period(session, provider_id, days_ahead)
    if period is None:
        raise RefusedByRule("No rule set is in force, so there is no day of a suspension to warn of.")
    if not 1 <= period <= LONGEST_PERIOD:
        raise RefusedByRule(f"Accounts are suspended {counted(period + days_ahead, 'day')} after the due date; a "
                            f"warning {counted(days_ahead, 'day')} before would not come behind it.")
    changes = ChangeSet.empty()
    for profile_id in sorted(set(profile_ids)):
        mapping_id = mapping_id_of(session, provider_id=provider_id, profile_id=profile_id, event=EVENT,
                                   period_days=period)
        if mapping_id is None:
            made = create_mapping(session, provider_id=provider_id, profile_id=profile_id, event=EVENT,
                                  period_days=period)
            mapping_id, changes = made.id, changes | made.changes
        lock_row(session, "account_profile", "id", profile_id)
        mapping = session.get_one(EventMapping, mapping_id)
        if not mapping.follows_rules or mapping.warns_days_ahead != days_ahead:
            mapping.follows_rules, mapping.warns_days_ahead = True, days_ahead
            _audit(session, mapping, "event_follows_rules", f"goes out {counted(days_ahead, 'day')} before the first "
                                                            "suspension")
            changes |= ChangeSet.of(Changed.EVENTS)
    session.flush()
    return changes


def align_warnings(session: Session, *, provider_id: int) -> ChangeSet:
    """Move the warnings of a provider to the days of the rules; part of entering rules and of raising reminders.

    One whose place is taken by another reminder of its profile stays where it is until that one is gone.
    """
    m = EventMapping
    following = session.scalars(select(m).where(m.provider_id == provider_id, m.event == EVENT,
                                                m.follows_rules.is_(True)).order_by(m.profile_id, m.id)).all()
    moved = False
    for mapping in following:
        period = _period(session, provider_id, mapping.warns_days_ahead or DAYS_AHEAD)
        if period is None or period == mapping.period_days or not 1 <= period <= LONGEST_PERIOD:
            continue
        lock_row(session, "account_profile", "id", mapping.profile_id)
        if session.scalar(select(m.id).where(m.profile_id == mapping.profile_id, m.event == EVENT,
                                             m.period_days == period)) is not None:
            continue
        _audit(session, mapping, "event_moved",
               f"follows the suspension rules from {counted(mapping.period_days, 'day')} to {counted(period, 'day')}")
        mapping.period_days = period
        session.flush()
        moved = True
    return ChangeSet.of(Changed.EVENTS) if moved else ChangeSet.empty()


def _period(session: Session, provider_id: int, days_ahead: int) -> int | None:
    """Days after the due date on which a warning of today goes out; None without rules on the day it warns of."""
    suspended_on = business_day(session, provider_id) + timedelta(days=days_ahead)
    rules = rule_set_in_force(session, provider_id, suspended_on)
    return None if rules is None else rules.min_overdue_days + 1 - days_ahead


def _audit(session: Session, mapping: EventMapping, action: str, words: str) -> None:
    profile = session.get_one(AccountProfile, mapping.profile_id).name
    write_audit(session, provider_id=mapping.provider_id, action=action,
                detail=f"The warning before suspensions of the profile {profile} {words}.")
