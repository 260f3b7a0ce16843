"""Mappings of events to profiles: providing them, switching their actions, copying and removing them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT, EventType, Period, suite_mappings
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping, EventTemplate
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.values import EventAction
from app.services.access.audit import traces_about, write_audit, zone_of
from app.services.access.authorize import require_provider
from app.services.access.beyond import members_of, require_all_of
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.events.templates import (
    FIELDS_OF,
    about,
    content_of,
    locked_mapping,
    require_mapping,
    says_something,
    set_template,
    starter_content,
    write_version,
)
from app.services.providers.business_day import business_day
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import counted

_SWITCH, _LOGGING = "enabled", "extended_logging"
LONGEST_PERIOD = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """What *Provision standard events* made."""

    made: tuple[str, ...]
    """Names of the mappings, with their periods."""
    changes: ChangeSet


def mapping_name(event: EventType, period_days: int) -> str:
    """How one mapping is called: "Invoice Overdue, 7 days after"."""
    words = {Period.AFTER_DUE: "after", Period.BEFORE_DUE: "before", Period.BEFORE_EXPIRY: "before"}
    if event.period is Period.NONE:
        return event.name
    if event.period is Period.BEFORE_DUE and not period_days:
        return f"{event.name}, on the day"
    return f"{event.name}, {counted(period_days, 'day')} {words[event.period]}"


# --------------------------------------------------------------------------- making


def provision_events(session: Session, *, provider_id: int, profile_id: int) -> Provided:
    """Give a profile every standard event it lacks, with starter texts and everything off."""
    profile = _locked_profile(session, provider_id, profile_id)
    there = {(m.event, m.period_days) for m in _mappings_of(session, profile.id)}
    singles = {event for event, _ in there if EVENT_TYPE_AT[event].one_a_profile}
    made = []
    for key, period in suite_mappings():
        event = EVENT_TYPE_AT[key]
        if (key, period) not in there and key not in singles:
            _make(session, profile, event, period, extended_logging=True)
            made.append(mapping_name(event, period))
        _fill_starters(session, profile, event, period)
    if made:
        write_audit(session, provider_id=provider_id, action="events_provisioned",
                    detail=f"{counted(len(made), 'event')} for the profile {profile.name}, all off.")
    return Provided(made=tuple(made), changes=ChangeSet.of(Changed.EVENTS) if made else ChangeSet.empty())


def create_mapping(
    session: Session, *, provider_id: int, profile_id: int, event: str, period_days: int = 0,
    extended_logging: bool = False, with_starters: bool = True,
) -> Created:
    """Give a profile one event, off. Refused where it has it, or where the period is none of the event's."""
    profile = _locked_profile(session, provider_id, profile_id)
    kind = event_type(event)
    require_period(kind, period_days)
    for mapping in _mappings_of(session, profile.id, event):
        if mapping.period_days == period_days or kind.one_a_profile:
            name = mapping_name(kind, mapping.period_days)
            raise RefusedByRule(f"The profile {profile.name} has {name} already.")
    mapping = _make(session, profile, kind, period_days, extended_logging=extended_logging)
    if with_starters:
        _fill_starters(session, profile, kind, period_days)
    write_audit(session, provider_id=provider_id, action="event_mapped", about=about(mapping.id),
                detail=f"{mapping_name(kind, period_days)} for the profile {profile.name}.")
    return Created(id=mapping.id, changes=ChangeSet.of(Changed.EVENTS))


def delete_mapping(session: Session, *, mapping_id: int) -> ChangeSet:
    """Take an event from a profile with its templates.

    Refused while an action is on. What was sent by it stays in the outbox.
    """
    mapping = locked_mapping(session, mapping_id)
    event = EVENT_TYPE_AT[mapping.event]
    is_any_on = session.scalar(select(Switch.action).where(
        Switch.mapping_id == mapping_id, Switch.enabled.is_(True)).limit(1)) is not None
    if is_any_on:
        raise RefusedByRule(f"{mapping_name(event, mapping.period_days)} is on. Switch its actions off first.")
    write_audit(session, provider_id=mapping.provider_id, action="event_unmapped", about=about(mapping_id),
                detail=f"{mapping_name(event, mapping.period_days)} taken from a profile.")
    session.delete(mapping)
    session.flush()
    return ChangeSet.of(Changed.EVENTS)


def map_for_new_provider(session: Session, *, provider_id: int, profile_id: int, events: Sequence[str]) -> None:
    """What the default profile of a new provider has from the start, off."""
    now = recorded_now(session)
    session.execute(insert(EventMapping), [
        {"provider_id": provider_id, "profile_id": profile_id, "event": event, "period_days": 0,
         "extended_logging": False, "follows_rules": False, "recorded_at": now} for event in events])


def copy_templates(
    session: Session, *, mapping_id: int, to_profile_ids: Sequence[int], actions: Sequence[EventAction],
    seen: frozenset[int],
) -> ChangeSet:
    """Write the words of some actions also to the same event of other profiles, which get it where they lack it.

    `seen` are those of the profiles whose words were shown as written over; another one that has words by now is
    refused, so that nobody's work is lost.
    """
    source = require_mapping(session, mapping_id, Power.EVENTS_EDIT)
    changes = ChangeSet.empty()
    for profile_id in to_profile_ids:
        profile = _locked_profile(session, source.provider_id, profile_id)
        found = next(iter(m for m in _mappings_of(session, profile.id, source.event)
                          if m.period_days == source.period_days), None)
        target = found or _make(session, profile, event_type(source.event), source.period_days,
                                extended_logging=source.extended_logging)
        for action in actions:
            words, there = _content(session, source.id, action), _content(session, target.id, action)
            if profile_id not in seen and says_something(action, there) and action.has_template and any(
                    there[name] for name in ("subject", "html", "text")):
                raise RefusedByRule(f"The profile {profile.name} has words of its own for {action.label} by now. "
                                    "Look at them first.")
            changes |= set_template(session, mapping_id=target.id, action=action, content=words, seen=there)
    return ChangeSet(kinds=changes.kinds)


def _locked_profile(session: Session, provider_id: int, profile_id: int) -> AccountProfile:
    require_provider(session, provider_id, Power.EVENTS_EDIT)
    lock_row(session, "account_profile", "id", profile_id)
    profile = session.get(AccountProfile, profile_id, populate_existing=True)
    if profile is None or profile.provider_id != provider_id:
        raise NotFound("There is no such profile at this provider.")
    require_all_of(session, members_of(session, profile_id))
    return profile


def _mappings_of(session: Session, profile_id: int, event: str | None = None) -> list[EventMapping]:
    query = select(EventMapping).where(EventMapping.profile_id == profile_id).order_by(EventMapping.id)
    return list(session.scalars(query if event is None else query.where(EventMapping.event == event)))


def _make(
    session: Session, profile: AccountProfile, event: EventType, period_days: int, *, extended_logging: bool
) -> EventMapping:
    mapping = EventMapping(provider_id=profile.provider_id, profile_id=profile.id, event=event.key,
                           period_days=period_days, extended_logging=extended_logging, follows_rules=False,
                           recorded_at=recorded_now(session))
    session.add(mapping)
    session.flush()
    return mapping


def _fill_starters(session: Session, profile: AccountProfile, event: EventType, period_days: int) -> None:
    """Starter texts for actions of a mapping that have none yet."""
    mapping = next((m for m in _mappings_of(session, profile.id, event.key) if m.period_days == period_days), None)
    if mapping is None:
        return
    have = set(session.scalars(select(EventTemplate.action).where(EventTemplate.mapping_id == mapping.id)))
    for action in event.actions:
        content = starter_content(event, action)
        if action.value not in have and any(content[name] for name in ("html", "text")):
            write_version(session, mapping, action, content)


def _content(session: Session, mapping_id: int, action: EventAction) -> dict[str, str]:
    switch = session.get(Switch, (mapping_id, action.value), populate_existing=True)
    return content_of(None if switch is None or switch.template_id is None
                      else session.get(EventTemplate, switch.template_id))


# --------------------------------------------------------------------------- finding


def event_type(key: str) -> EventType:
    """The event of a key. Raises NotFound naming all of them."""
    try:
        return EVENT_TYPE_AT[key]
    except KeyError:
        raise NotFound(f'There is no event "{key}". Write one of: {", ".join(EVENT_TYPE_AT)}.') from None


def require_period(event: EventType, period_days: int) -> None:
    """Raise RefusedByRule where a mapping of the event cannot have this period."""
    if event.period is Period.NONE and period_days:
        raise RefusedByRule(f"{event.name} has no period; leave it out.")
    if not 0 <= period_days <= LONGEST_PERIOD:
        raise RefusedByRule(f"A period lies between 0 and {counted(LONGEST_PERIOD, 'day')}; {period_days} does not.")


def mapping_id_of(
    session: Session, *, provider_id: int, profile_id: int, event: str, period_days: int | None
) -> int | None:
    """The mapping of an event for a profile; without a period the only one. None where there is none.

    Raises RefusedByRule where there are several and none is named.
    """
    require_provider(session, provider_id, Power.EVENTS)
    kind = event_type(event)
    rows = _mappings_of(session, profile_id, event)
    if period_days is not None:
        return next((row.id for row in rows if row.period_days == period_days), None)
    if len(rows) > 1:
        periods = ", ".join(str(row.period_days) for row in rows)
        raise RefusedByRule(f"{kind.name} is there with the periods {periods}; name one of them.")
    return rows[0].id if rows else None


def profile_id_of(session: Session, *, provider_id: int, name: str) -> int:
    """The profile of a provider with this name. Raises NotFound naming those there are."""
    require_provider(session, provider_id, Power.EVENTS)
    rows = session.execute(select(AccountProfile.id, AccountProfile.name).where(
        AccountProfile.provider_id == provider_id).order_by(AccountProfile.name)).all()
    found: int | None = next((row.id for row in rows if row.name == name), None)
    if found is None:
        names = ", ".join(row.name for row in rows)
        raise NotFound(f'There is no account profile "{name}" at this provider. There are: {names}.')
    return found


# --------------------------------------------------------------------------- switching


def switch_action(
    session: Session, *, mapping_id: int, action: EventAction, enabled: bool, seen: bool
) -> ChangeSet:
    """Switch one action of a mapping on or off; `seen` is how it was shown.

    On, it fires for trigger days from the provider's today on. Refused where the event has no such action, and where
    there is nothing to say yet. Switched as it is already, nothing changes.
    """
    mapping = locked_mapping(session, mapping_id)
    event = EVENT_TYPE_AT[mapping.event]
    name = mapping_name(event, mapping.period_days)
    if action not in event.actions:
        raise RefusedByRule(f"{event.name} has no action {action.label}.")
    switch = session.get(Switch, (mapping_id, action.value), populate_existing=True)
    now = switch is not None and switch.enabled
    changed = wanted_changes(
        seen={_SWITCH: seen}, now={_SWITCH: now}, wanted={_SWITCH: enabled}, is_explicit=True,
        speech=lambda: _speech(session, mapping, f"{action.label} of {name}", f"{action.value}.{_SWITCH}"))
    if not changed:
        return ChangeSet.empty()
    if enabled and not says_something(action, _content(session, mapping_id, action)):
        raise RefusedByRule(f"{name} has nothing to say by {action.label} yet. Write its template first.")
    values = {"enabled": enabled, "enabled_on": business_day(session, mapping.provider_id) if enabled else None}
    if switch is None:
        session.execute(insert(Switch).values(mapping_id=mapping_id, action=action.value, **values))
    else:
        session.execute(update(Switch).where(Switch.mapping_id == mapping_id, Switch.action == action.value)
                        .values(**values))
    word = "on" if enabled else "off"
    write_audit(session, provider_id=mapping.provider_id, action="event_switched", about=about(mapping_id),
                detail=f"{name}, {action.label}: switched {word}.", field=f"{action.value}.enabled",
                old="on" if now else "off", new=word)
    return ChangeSet.of(Changed.EVENTS).with_undo(Undo(
        of=f"{action.label} of {name}", done=f"{action.label} of {name} switched {word}.", command=switch_action,
        arguments={"mapping_id": mapping_id, "action": action, "enabled": now, "seen": enabled}))


def set_extended_logging(session: Session, *, mapping_id: int, enabled: bool, seen: bool) -> ChangeSet:
    """Say whether each firing of a mapping writes a note to the account."""
    mapping = locked_mapping(session, mapping_id)
    name = mapping_name(EVENT_TYPE_AT[mapping.event], mapping.period_days)
    changed = wanted_changes(
        seen={_LOGGING: seen}, now={_LOGGING: mapping.extended_logging}, wanted={_LOGGING: enabled}, is_explicit=True,
        speech=lambda: _speech(session, mapping, f"extended logging of {name}", _LOGGING))
    if not changed:
        return ChangeSet.empty()
    mapping.extended_logging = enabled
    session.flush()
    word = "on" if enabled else "off"
    write_audit(session, provider_id=mapping.provider_id, action="event_logging", about=about(mapping_id),
                detail=f"{name}: extended logging {word}.", field=_LOGGING, old="off" if enabled else "on", new=word)
    return ChangeSet.of(Changed.EVENTS).with_undo(Undo(
        of=f"extended logging of {name}", done=f"Extended logging of {name} switched {word}.",
        command=set_extended_logging, arguments={"mapping_id": mapping_id, "enabled": not enabled, "seen": enabled}))


def _speech(session: Session, mapping: EventMapping, label: str, audited_as: str) -> Speech:
    """How a refusal speaks of one switch of a mapping."""
    def traces(fields: Collection[str]) -> dict[str, Trace]:
        found = traces_about(session, about(mapping.id), [audited_as])
        return {field: found[audited_as] for field in fields if audited_as in found}

    return Speech(zone=zone_of(session, mapping.provider_id), label=lambda _field: label,
                  text=lambda _field, value: "on" if value else "off", traces=traces)


def switchable(event: EventType) -> tuple[EventAction, ...]:
    """The actions of an event, in their order."""
    return tuple(action for action in FIELDS_OF if action in event.actions)


def switch_named_action(
    session: Session, *, provider_id: int, profile_id: int, event: str, period_days: int | None,
    action: EventAction, enabled: bool,
) -> str:
    """Switch an action of the event that is named, and say what was done; `seen` is what is stored now.

    Switched on, an event that the profile lacks is given to it with starter texts: whoever names it means it.
    """
    kind = event_type(event)
    mapping_id = mapping_id_of(session, provider_id=provider_id, profile_id=profile_id, event=event,
                               period_days=period_days)
    if mapping_id is None and not enabled:
        raise NotFound(f"The profile has no event {kind.name}{_with_period(kind, period_days)}.")
    if mapping_id is None:
        mapping_id = create_mapping(session, provider_id=provider_id, profile_id=profile_id, event=event,
                                    period_days=_meant_period(kind, period_days)).id
    switch = session.get(Switch, (mapping_id, action.value), populate_existing=True)
    changes = switch_action(session, mapping_id=mapping_id, action=action, enabled=enabled,
                            seen=switch is not None and switch.enabled)
    done = changes.undo.done if changes.undo is not None else "It is so already."
    return done if kind.is_raised or not enabled else f"{done} Nothing raises {kind.name} yet."


def _with_period(event: EventType, period_days: int | None) -> str:
    return "" if period_days is None or event.period is Period.NONE else f" with the period {period_days}"


def _meant_period(event: EventType, period_days: int | None) -> int:
    if period_days is None and len(event.usual_periods) > 1:
        usual = ", ".join(map(str, event.usual_periods))
        raise RefusedByRule(f"{event.name} needs a period, such as {usual}.")
    return event.usual_periods[0] if period_days is None else period_days
