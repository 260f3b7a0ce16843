"""The effective values of one owner, with the whole chain they came down and who set them.

They are the pure rule's answer; `effective_columns`, the set-based form, is in `columns`. Property tests hold both
equal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import TABLE_OF_TIER, AttributeChange, CreditRating
from app.models.attributes.catalogue import (
    DEFINITIONS,
    INHERITED,
    NOT_INHERITED,
    AttributeDefinition,
    AttributeValue,
    TierValues,
)
from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.attribute_inheritance import Effective, resolve
from app.models.values import Tier
from app.services.access.walks import above
from app.services.errors import NotFound, RefusedByRule
from app.services.saving import Trace

StoredValues = Mapping[str, AttributeValue]
"""What one owner sets itself, by attribute; None, or missing, where it sets nothing."""


@dataclass(frozen=True, slots=True)
class SetBy:
    """Who gave a value, and when; None where it came with the owner's creation or an import."""

    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveValue:
    """One attribute of one owner: the pure rule's answer with labels and provenance."""

    definition: AttributeDefinition
    effective: Effective
    set_by: SetBy | None

    @property
    def key(self) -> str:
        return self.definition.key


def chain_of(session: Session, account: Account, *, as_provider: bool = False) -> list[TierValues]:
    """Owners from the most specific upwards. `as_provider` begins with what a provider passes on to its customers."""
    owners: list[TierValues] = []
    first_provider = account.id if as_provider else account.provider_id
    if not as_provider:
        profile = session.get_one(AccountProfile, account.profile_id)
        limits = _rating_limits(session, account.provider_id)
        currency = session.get_one(Provider, account.provider_id).currency
        owners.append(TierValues(tier=Tier.ACCOUNT, owner_id=account.id, owner=account.code, currency=account.currency,
                                 values=stored_values(session, Tier.ACCOUNT, account.id), rating_limits=limits,
                                 rating_currency=currency))
        owners.append(TierValues(tier=Tier.PROFILE, owner_id=profile.id, owner=profile.name, currency=currency,
                                 values=stored_values(session, Tier.PROFILE, profile.id), rating_limits=limits))
    return owners + _provider_tiers(session, first_provider)


def chain_of_new(
    session: Session, own: TierValues, *, provider_id: int, profile_id: int | None = None
) -> list[TierValues]:
    """The chain of an owner that is not there yet: what it would set itself, then whom it would inherit from.

    `own` is of the tier account, with its profile, or of the tier provider, then everything above it is an upper one.
    """
    owners = [own]
    if own.tier is Tier.ACCOUNT:
        limits, currency = _rating_limits(session, provider_id), session.get_one(Provider, provider_id).currency
        profile = session.get_one(AccountProfile, profile_id)
        owners = [replace(own, rating_limits=limits, rating_currency=currency),
                  TierValues(tier=Tier.PROFILE, owner_id=profile.id, owner=profile.name, currency=currency,
                             values=stored_values(session, Tier.PROFILE, profile.id), rating_limits=limits)]
    return owners + _provider_tiers(session, provider_id, is_nearest=own.tier is Tier.ACCOUNT)


def chain_of_profile(session: Session, profile: AccountProfile) -> list[TierValues]:
    """Owners from a profile upwards: what a member gets that sets nothing itself."""
    currency = session.get_one(Provider, profile.provider_id).currency
    own = TierValues(tier=Tier.PROFILE, owner_id=profile.id, owner=profile.name, currency=currency,
                     values=stored_values(session, Tier.PROFILE, profile.id),
                     rating_limits=_rating_limits(session, profile.provider_id))
    return [own, *_provider_tiers(session, profile.provider_id)]


def _provider_tiers(session: Session, first_provider: int, *, is_nearest: bool = True) -> list[TierValues]:
    """What a provider and those above it set; the first is the nearest one unless something stands below it."""
    return [
        TierValues(tier=Tier.PROVIDER if is_nearest and position == 0 else Tier.UPPER_PROVIDER, owner_id=provider_id,
                   owner=code, currency=currency, values=stored_values(session, Tier.PROVIDER, provider_id),
                   rating_limits=_rating_limits(session, provider_id))
        for position, (provider_id, code, currency) in enumerate(_providers_up(session, first_provider))
    ]


def _providers_up(session: Session, provider_id: int) -> list[tuple[int, str, str]]:
    """Id, code and currency of a provider and of those above it, the nearest first."""
    up = above(provider_id)
    rows = session.execute(
        select(Account.id, Account.code, Provider.currency).join(up, up.c.id == Account.id)
        .join(Provider, Provider.account_id == Account.id).order_by(up.c.level))
    return [(row.id, row.code, row.currency) for row in rows]


def stored_values(session: Session, tier: Tier, owner_id: int) -> dict[str, AttributeValue]:
    """What one owner sets itself."""
    table = TABLE_OF_TIER[tier]
    row = session.execute(select(table).where(table.c.owner_id == owner_id)).mappings().one_or_none()
    return {} if row is None else {k: v for k, v in row.items() if k != "owner_id" and v is not None}


def _rating_limits(session: Session, provider_id: int) -> dict[str, int | None]:
    rows = session.execute(
        select(CreditRating.code, CreditRating.limit_minor).where(CreditRating.provider_id == provider_id)
    )
    return {row.code: row.limit_minor for row in rows}


def effective_values(
    session: Session, account: Account, keys: Sequence[str] | None = None, *, as_provider: bool = False
) -> list[EffectiveValue]:
    """Effective value, chain and provenance of some or all attributes of one account."""
    return effective_along(session, chain_of(session, account, as_provider=as_provider), keys)


def effective_along(
    session: Session, owners: Sequence[TierValues], keys: Sequence[str] | None = None
) -> list[EffectiveValue]:
    """The same along a chain that `chain_of` or `chain_of_new` gave."""
    definitions = INHERITED if keys is None else [definition_of(key) for key in keys]
    answers = [(d, resolve(d, owners)) for d in definitions]
    provenance = _provenance(session, answers)
    return [EffectiveValue(definition=d, effective=e, set_by=provenance.get(d.key)) for d, e in answers]


def definition_of(key: str) -> AttributeDefinition:
    """An attribute that may be inherited. Raises NotFound for a key that is none, RefusedByRule for one that is not."""
    definition = DEFINITIONS.get(key)
    if definition is None:
        close = ", ".join(sorted(k for k in DEFINITIONS if key[:4] in k)[:5])
        words = [f'There is no attribute "{key}".', *([f"Did you mean: {close}?"] if close else [])]
        raise NotFound(" ".join(words))
    if key in NOT_INHERITED:
        raise RefusedByRule(f'"{definition.label}" belongs to one provider and is not inherited.')
    return definition


def _provenance(session: Session, answers: Sequence[tuple[AttributeDefinition, Effective]]) -> dict[str, SetBy]:
    """Who gave the winning values, by attribute: the newest change row tells.

    A member of a bundle was given by whoever set it, else by whoever set the bundle's lead.
    """
    winners = {d.key: (d, e.source) for d, e in answers if e.source is not None and e.source.owner_id is not None}
    newest = _newest_changes(session, {(_stored_tier(s.tier), s.owner_id) for _, s in winners.values() if s.owner_id})
    found: dict[str, SetBy] = {}
    for key, (d, source) in winners.items():
        for attribute in ("credit_rating",) if source.rating else (key, d.bundle or key):
            change = newest.get((_stored_tier(source.tier), source.owner_id, attribute))
            if change is not None:
                found.setdefault(key, change)
    return found


def _stored_tier(tier: Tier) -> str:
    """An upper provider's values are stored like any provider's."""
    return (Tier.PROVIDER if tier is Tier.UPPER_PROVIDER else tier).value


def last_changes(session: Session, tier: Tier, owner_id: int, keys: Collection[str]) -> dict[str, Trace]:
    """Who set or cleared some attributes of one owner last, and when; nobody where a value came with a file."""
    newest = _newest_changes(session, {(tier.value, owner_id)})
    return {key: Trace(who=change.actor, at=change.recorded_at) for key in keys
            if (change := newest.get((tier.value, owner_id, key))) is not None}


def _newest_changes(
    session: Session, owners: Collection[tuple[str, int]]
) -> dict[tuple[str, int | None, str], SetBy]:
    """The newest change of every attribute of some owners."""
    if not owners:
        return {}
    change = AttributeChange
    of_owners = or_(*[and_(change.tier == tier, change.owner_id == owner_id) for tier, owner_id in sorted(owners)])
    newest = select(func.max(change.id)).where(of_owners).group_by(change.tier, change.owner_id, change.attribute)
    rows = session.execute(
        select(change.tier, change.owner_id, change.attribute, change.actor, change.recorded_at)
        .where(change.id.in_(newest))
    )
    return {(r.tier, r.owner_id, r.attribute): SetBy(r.actor, r.recorded_at) for r in rows}
