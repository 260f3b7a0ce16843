"""Whom a value of a provider or a profile reaches: the customers that would take it, and those that keep their own.

A customer keeps its own where the account, its profile or a provider in between sets the attribute. It is asked before
such a value is changed, so that the button can say how many accounts it touches, and shown beside the inheritance
diagram.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.values import CUSTOMER_TYPES, Tier
from app.services.access.authorize import require_provider, visible
from app.services.access.walks import below
from app.services.attributes.columns import effective_columns, set_nearer
from app.services.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Customers and agents below a provider, or the members of a profile."""

    inherit: int
    """They take what the owner, or a tier above it, passes on."""
    keep: int
    """The account, or a tier between it and the owner, sets a value of its own."""


def reach_of(session: Session, *, tier: Tier, owner_id: int, key: str) -> Reach:
    """Count who would follow a new value of a provider or a profile for one attribute."""
    if tier is Tier.PROFILE:
        return reach_of_profile(session, profile_id=owner_id, key=key)
    return reach_of_default(session, provider_id=owner_id, key=key)


def reach_of_default(session: Session, *, provider_id: int, key: str) -> Reach:
    """Count who would follow a new default of one provider for one attribute."""
    require_provider(session, provider_id, Power.PROVIDERS)
    providers = below([provider_id])
    found = effective_columns([key])
    in_between = select(providers.c.id).where(providers.c.id != provider_id)
    keeps = set_nearer(found.tiers[key], found.owners[key], in_between)
    total, kept = session.execute(
        select(func.count(), func.coalesce(func.sum(case((keeps, 1), else_=0)), 0)).select_from(found.joined)
        .where(Account.provider_id.in_(select(providers.c.id)), Account.type.in_(sorted(CUSTOMER_TYPES)),
               visible(session))
    ).one()
    return Reach(inherit=int(total) - int(kept), keep=int(kept))


def reach_of_profile(session: Session, *, profile_id: int, key: str) -> Reach:
    """Count the members of a profile that would follow a new value of it for one attribute.

    Raises NotAllowed without the power *Profiles* and NotFound for a profile of a provider out of reach; members out
    of a person's reach are not counted.
    """
    provider_id = session.scalar(select(AccountProfile.provider_id).where(AccountProfile.id == profile_id))
    if provider_id is None:
        raise NotFound("There is no such profile.")
    require_provider(session, provider_id, Power.PROFILES)
    found = effective_columns([key])
    keeps = found.tiers[key] == Tier.ACCOUNT.value
    total, kept = session.execute(
        select(func.count(), func.coalesce(func.sum(case((keeps, 1), else_=0)), 0)).select_from(found.joined)
        .where(Account.profile_id == profile_id, Account.type.in_(sorted(CUSTOMER_TYPES)), visible(session))
    ).one()
    return Reach(inherit=int(total) - int(kept), keep=int(kept))
