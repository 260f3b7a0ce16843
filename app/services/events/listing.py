"""The events of profiles as they are shown: mappings with their actions, and what is missing before one can be on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT, EVENT_TYPES, EventType, Variable
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping, EventTemplate
from app.models.gateways.gateway import Gateway
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.values import EventAction, GatewayKind
from app.services.access.authorize import authorize, require_provider, visible
from app.services.events.mappings import mapping_name, switchable
from app.services.events.templates import FIELDS_OF, content_of, says_something
from app.services.providers.modules import Module, is_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One thing that is missing before an action does anything, as code and words."""

    code: str
    """template, subscription or gateway."""
    words: str
    blocks: bool
    """Whether the switch cannot go on without it; else it goes on, and messages wait or are suppressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRow:
    """One action of a mapping."""

    action: EventAction
    enabled: bool
    enabled_on: date | None
    version: int | None
    """Of the template that is used; None where nothing was written."""
    missing: tuple[Missing, ...]

    @property
    def can_be_on(self) -> bool:
        return not any(missing.blocks for missing in self.missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingRow:
    """One mapping with its actions."""

    id: int
    provider_id: int
    provider_code: str
    profile_id: int
    profile: str
    event: str
    name: str
    """With its period: "Invoice Overdue, 7 days after"."""
    kind: str
    number: int | None
    trigger: str
    period_days: int
    extended_logging: bool
    follows_rules: bool
    actions: tuple[ActionRow, ...]

    @property
    def is_on(self) -> bool:
        return any(action.enabled for action in self.actions)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileEvents:
    """A profile with its mappings, also where there are none: then its accounts are told nothing."""

    provider_id: int
    provider_code: str
    provider_name: str
    profile_id: int
    profile: str
    is_default: bool
    mappings: tuple[MappingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One type of the library."""

    key: str
    name: str
    kind: str
    number: int | None
    trigger: str
    period: str
    variables: tuple[Variable, ...]
    actions: tuple[EventAction, ...]


def event_library() -> list[EventRow]:
    """Every type of event there is."""
    return [EventRow(key=e.key, name=e.name, kind=e.kind.value, number=e.number, trigger=e.trigger,
                     period=e.period.value, variables=e.variables, actions=switchable(e)) for e in EVENT_TYPES]


def events_of_profiles(session: Session, *, provider_id: int | None = None) -> list[ProfileEvents]:
    """Every profile of one provider, or of all within reach, with its mappings in the order of the library."""
    authorize(session, Power.EVENTS)
    query = (
        select(AccountProfile.id, AccountProfile.name, Account.id.label("provider_id"), Account.code,
               Account.name.label("provider"), Provider.default_profile_id)
        .join(Account, Account.id == AccountProfile.provider_id)
        .join(Provider, Provider.account_id == AccountProfile.provider_id)
        .where(visible(session)).order_by(Account.code, AccountProfile.name)
    )
    if provider_id is not None:
        require_provider(session, provider_id, Power.EVENTS)
        query = query.where(AccountProfile.provider_id == provider_id)
    profiles = session.execute(query).all()
    found: dict[int, list[MappingRow]] = {}
    for row in _mapping_rows(session, EventMapping.profile_id.in_([p.id for p in profiles])):
        found.setdefault(row.profile_id, []).append(row)
    return [ProfileEvents(provider_id=p.provider_id, provider_code=p.code, provider_name=p.provider, profile_id=p.id,
                          profile=p.name, is_default=p.id == p.default_profile_id,
                          mappings=tuple(found.get(p.id, ()))) for p in profiles]


def provider_of_events(session: Session, *, profile_id: int | None = None, mapping_id: int | None = None) -> int | None:
    """Whose a profile or a mapping is; None where it is gone. Refused where that is out of reach."""
    authorize(session, Power.EVENTS)
    if mapping_id is not None:
        found = session.scalar(select(EventMapping.provider_id).where(EventMapping.id == mapping_id))
    else:
        found = session.scalar(select(AccountProfile.provider_id).where(AccountProfile.id == profile_id))
    if found is not None:
        require_provider(session, found, Power.EVENTS)
    return found


def mapping_row(session: Session, *, mapping_id: int) -> MappingRow | None:
    """One mapping; None where it is gone."""
    authorize(session, Power.EVENTS)
    rows = _mapping_rows(session, EventMapping.id == mapping_id)
    for row in rows:
        require_provider(session, row.provider_id, Power.EVENTS)
    return rows[0] if rows else None


_ORDER = {event.key: place for place, event in enumerate(EVENT_TYPES)}


def _mapping_rows(session: Session, *where: Any) -> list[MappingRow]:
    mappings = session.execute(
        select(EventMapping, AccountProfile.name.label("profile"), Account.code)
        .join(AccountProfile, AccountProfile.id == EventMapping.profile_id)
        .join(Account, Account.id == EventMapping.provider_id).where(*where)).all()
    ids = [m.EventMapping.id for m in mappings]
    switches = {(s.mapping_id, s.action): s for s in session.scalars(select(Switch).where(Switch.mapping_id.in_(ids)))}
    templates = {t.id: t for t in session.scalars(select(EventTemplate).where(EventTemplate.id.in_(
        [s.template_id for s in switches.values() if s.template_id is not None])))}
    around = {p: _Around.of(session, p) for p in {m.EventMapping.provider_id for m in mappings}}
    rows = []
    for mapping, profile, code in mappings:
        event = EVENT_TYPE_AT[mapping.event]
        actions = tuple(
            _action_row(event, action, switches.get((mapping.id, action.value)), templates, around[mapping.provider_id])
            for action in switchable(event))
        rows.append(MappingRow(
            id=mapping.id, provider_id=mapping.provider_id, provider_code=code, profile_id=mapping.profile_id,
            profile=profile, event=event.key, name=mapping_name(event, mapping.period_days), kind=event.kind.value,
            number=event.number, trigger=event.trigger, period_days=mapping.period_days,
            extended_logging=mapping.extended_logging, follows_rules=mapping.follows_rules, actions=actions))
    return sorted(rows, key=lambda r: (r.provider_code, r.profile, _ORDER[r.event], r.period_days))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Around:
    """What of a provider decides whether messages can leave."""

    gateways: frozenset[GatewayKind]
    has_sms: bool

    @classmethod
    def of(cls, session: Session, provider_id: int) -> _Around:
        kinds = session.scalars(select(Gateway.kind).where(Gateway.provider_id == provider_id))
        return cls(gateways=frozenset(map(GatewayKind, kinds)), has_sms=is_on(session, provider_id, Module.SMS_EVENTS))


def _action_row(
    event: EventType, action: EventAction, switch: Switch | None, templates: dict[int, EventTemplate], around: _Around
) -> ActionRow:
    template = None if switch is None or switch.template_id is None else templates[switch.template_id]
    return ActionRow(
        action=action, enabled=switch is not None and switch.enabled,
        enabled_on=None if switch is None else switch.enabled_on,
        version=None if template is None else template.version,
        missing=tuple(_missing(event, action, template, around)))


def _missing(
    event: EventType, action: EventAction, template: EventTemplate | None, around: _Around
) -> list[Missing]:
    found = []
    if not says_something(action, content_of(template)):
        found.append(Missing(code="template", blocks=True,
                             words=f"{event.name} has nothing to say by {action.label} yet: write its template."))
    if action is EventAction.SMS and not around.has_sms:
        found.append(Missing(code="subscription", blocks=False,
                             words="SMS events are not subscribed: the operator switches the module on."))
    if action is EventAction.MESSAGE and GatewayKind.SMTP not in around.gateways:
        found.append(Missing(code="gateway", blocks=False,
                             words="No mail server is set up: messages wait in the outbox."))
    if action is EventAction.SMS and GatewayKind.SMS not in around.gateways:
        found.append(Missing(code="gateway", blocks=False,
                             words="No SMS gateway is set up: messages wait in the outbox."))
    return found


ACTIONS = tuple(FIELDS_OF)
"""Every action with a switch, in the order in which they are shown."""
