"""Rules in force that act for nobody: Auto Suspend is off for a profile that has members."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.values import AccountType
from app.services.access.authorize import authorize
from app.services.providers.business_day import business_days
from app.services.providers.modules import Module, without_module
from app.services.rules.in_force import rule_set_in_force
from app.services.rules.rule_sets import scannable_providers
from app.services.suspension.proposals import switches_of


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleRules:
    """One profile whose accounts the rules of their provider do not touch."""

    provider_id: int
    provider_name: str
    profile_id: int
    profile: str


def idle_rules(session: Session) -> tuple[IdleRules, ...]:
    """Profiles with end users, at providers whose rules are in force today, for which Auto Suspend is off."""
    authorize(session, Power.SUSPENSION)
    off = without_module(session, Module.AUTOMATED_SUSPENSION)
    providers = [provider for provider in scannable_providers(session) if provider.id not in off]
    days = business_days(session, [provider.id for provider in providers])
    found = []
    for provider in providers:
        if rule_set_in_force(session, provider.id, days[provider.id]) is None:
            continue
        acting = switches_of(session, provider.id).suspending
        found += [IdleRules(provider_id=provider.id, provider_name=provider.name, profile_id=profile_id, profile=name)
                  for profile_id, name in _profiles_with_members(session, provider.id) if profile_id not in acting]
    return tuple(found)


def _profiles_with_members(session: Session, provider_id: int) -> list[tuple[int, str]]:
    has_members = exists().where(Account.profile_id == AccountProfile.id, Account.provider_id == provider_id,
                                 Account.type == AccountType.END_USER.value)
    rows = session.execute(select(AccountProfile.id, AccountProfile.name).where(
        AccountProfile.provider_id == provider_id, has_members).order_by(AccountProfile.name))
    return [(id_, name) for id_, name in rows]
