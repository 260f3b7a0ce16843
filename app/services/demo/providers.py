"""Writing the providers of the demo: settings, defaults, profiles, ratings, groups, agents and rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.attributes.attribute import CreditRating
from app.models.events.library import OF_NEW_PROVIDERS
from app.models.parties.profile import AccountProfile
from app.models.schedule.automation import AutomationSettings
from app.models.values import AccountType, Enterprise, EventAction, Tier
from app.services.attributes.writing import set_attributes
from app.services.demo.world import DEFAULT, DOWNSTREAM, OPERATOR_VALUES, PACIFIC, ProviderSpec, with_logo
from app.services.events.mappings import mapping_id_of, provision_events, switch_action
from app.services.groups.groups import create_group
from app.services.hierarchy.accounts import NewAccount, create_accounts, create_provider
from app.services.hierarchy.new_contacts import NewContact
from app.services.hierarchy.operator import operator_of
from app.services.profiles.profiles import insert_profile
from app.services.rules.rule_sets import set_rules
from app.settings import RESOURCES

_BRAKE_PERCENT = 20
_PROVIDER_AGE_DAYS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A provider that is there, with the ids that its customers refer to."""

    spec: ProviderSpec
    id: int
    profiles: dict[str, int]
    groups: dict[str, int]
    agents: dict[str, int]


def write_providers(session: Session, until: date) -> list[Place]:
    """Create Pacific Wholesale and the providers below it; returns the latter in the order of `DOWNSTREAM`."""
    begun = until - timedelta(days=_PROVIDER_AGE_DAYS)
    operator = operator_of(session)
    set_attributes(session, tier=Tier.PROVIDER, owner_id=operator.id, values=OPERATOR_VALUES, seen={})
    top = _write_provider(session, PACIFIC, operator.id, begun)
    return [_write_downstream(session, spec, top, begun, until) for spec in DOWNSTREAM]


def _write_provider(session: Session, spec: ProviderSpec, parent_id: int, begun: date) -> int:
    contact = NewContact(name=spec.settings.legal_name, email=spec.settings.email, phone=spec.settings.phone)
    provider = create_provider(
        session, parent_id=parent_id, code=spec.code, name=spec.name, type=spec.type, start_date=begun,
        settings=with_logo(spec.settings, _logo(spec.logo)), contact=contact,
    )
    # Before the defaults: setting those works out once what the provider passes on, a rating's limit included.
    session.add_all(CreditRating(provider_id=provider.id, code=code, limit_minor=limit)
                    for code, limit in spec.ratings.items())
    session.flush()
    if spec.values:
        set_attributes(session, tier=Tier.PROVIDER, owner_id=provider.id, values=spec.values, seen={})
    return provider.id


def _logo(name: str) -> bytes | None:
    """The picture of a letterhead; a program without its pictures still makes a demo."""
    path = RESOURCES / "logos" / name
    return path.read_bytes() if name and path.is_file() else None


def _write_downstream(session: Session, spec: ProviderSpec, top: int, begun: date, until: date) -> Place:
    provider_id = _write_provider(session, spec, top, begun)
    profiles = _write_profiles(session, spec, provider_id)
    groups = {g.code: create_group(session, provider_id=provider_id, code=g.code, name=g.name, kind=g.kind).id
              for g in spec.groups}
    for entered, rule in enumerate(spec.rules):
        set_rules(
            session, provider_id=provider_id, seen=entered, name=rule.name,
            effective_from=until - timedelta(days=rule.days_back), min_overdue_minor=rule.min_overdue_minor,
            min_overdue_days=rule.min_overdue_days, restore_at_minor=rule.restore_at_minor,
            resuspend_days=rule.resuspend_days, windows=rule.windows,
            excluded_group_ids=[groups[code] for code in rule.excluded_groups],
        )
    _switch_automation_on(session, provider_id, profiles)
    return Place(spec=spec, id=provider_id, profiles=profiles, groups=groups,
                 agents=_write_agents(session, spec, provider_id, begun))


def _switch_automation_on(session: Session, provider_id: int, profiles: Mapping[str, int]) -> None:
    """Automation acts on every profile and writes it to the log; nothing is sent. There is no safety brake yet."""
    for profile_id in profiles.values():
        provision_events(session, provider_id=provider_id, profile_id=profile_id)
        for event in OF_NEW_PROVIDERS:
            mapping_id = mapping_id_of(session, provider_id=provider_id, profile_id=profile_id, event=event,
                                       period_days=0)
            assert mapping_id is not None  # noqa: S101  the standard events have it
            switch_action(session, mapping_id=mapping_id, action=EventAction.LOG, enabled=True, seen=False)
    session.add(AutomationSettings(provider_id=provider_id, brake_share_percent=0, brake_accounts=0,
                                   brake_pause_days=0))
    session.flush()


def set_usual_brakes(session: Session) -> None:
    """Let the safety brake hold from now on, further than usual: these are bad books, and their history skips days."""
    session.execute(update(AutomationSettings).values(
        brake_share_percent=_BRAKE_PERCENT, brake_accounts=None, brake_pause_days=None))


def _write_profiles(session: Session, spec: ProviderSpec, provider_id: int) -> dict[str, int]:
    default_id = session.scalars(select(AccountProfile.id).where(AccountProfile.provider_id == provider_id)).one()
    profiles = {DEFAULT: default_id}
    for profile in spec.profiles:
        if profile.name != DEFAULT:
            profiles[profile.name] = insert_profile(session, provider_id=provider_id, name=profile.name,
                                                    description=profile.description)
        if profile.values:
            set_attributes(session, tier=Tier.PROFILE, owner_id=profiles[profile.name], values=profile.values, seen={})
    return profiles


def _write_agents(session: Session, spec: ProviderSpec, provider_id: int, begun: date) -> dict[str, int]:
    new = [
        NewAccount(code=f"AG{i}", name=name, start_date=begun, type=AccountType.AGENT,
                   enterprise=Enterprise.ORGANISATION,
                   contact=NewContact(name=name, email=f"hello@agent{i}.example"))
        for i, name in enumerate(spec.agents, start=1)
    ]
    ids = create_accounts(session, provider_id=provider_id, accounts=new) if new else []
    return dict(zip(spec.agents, ids, strict=True))
