"""Setting attributes and asking for their effective values: one resolver in two forms.

`effective_values` answers for one owner with the whole chain, through the pure rule; `effective_columns`, the
set-based form, is in `attribute_columns`. Property tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.models.attributes.attribute import (
    TABLE_OF_TIER,
    AttributeChange,
    CreditRating,
    account_attributes,
    provider_effective,
)
from app.models.attributes.catalogue import (
    DEFINITIONS,
    INHERITED,
    NOT_INHERITED,
    AttributeDefinition,
    AttributeValue,
    TierValues,
)
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.rules.attribute_inheritance import Effective, resolve
from app.models.values import AccountType, Tier
from app.services.access.authorize import authorize, require_account, require_provider
from app.services.attributes.columns import passed_on_by
from app.services.attributes.values import check_value, with_bundles
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import insert_for
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule

# --------------------------------------------------------------------------- provider rows


def rebuild_provider_effective(session: Session, *, provider_id: int) -> None:
    """Write anew what this provider and every provider below it pass on; part of every change of a provider."""
    insert_of_database: Any = type(insert_for(session, provider_effective))
    session.execute(_rebuilding(insert_of_database), {_REBUILT: provider_id})


_REBUILT = "rebuilt_provider_id"


@cache
def _rebuilding(insert_of_database: Any) -> Any:
    """The statement for any provider; putting it together takes ten times as long as running it."""
    columns = [c.name for c in provider_effective.c]
    rows = passed_on_by(bindparam(_REBUILT, type_=provider_effective.c.provider_id.type))
    statement = insert_of_database(provider_effective).from_select(columns, rows)
    return statement.on_conflict_do_update(
        index_elements=[provider_effective.c.provider_id],
        set_={name: statement.excluded[name] for name in columns if name != "provider_id"},
    )


# --------------------------------------------------------------------------- one owner


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
                                 values=_row(session, Tier.ACCOUNT, account.id), rating_limits=limits,
                                 rating_currency=currency))
        owners.append(TierValues(tier=Tier.PROFILE, owner_id=profile.id, owner=profile.name, currency=currency,
                                 values=_row(session, Tier.PROFILE, profile.id), rating_limits=limits))
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
                             values=_row(session, Tier.PROFILE, profile.id), rating_limits=limits)]
    return owners + _provider_tiers(session, provider_id, is_nearest=own.tier is Tier.ACCOUNT)


def chain_of_profile(session: Session, profile: AccountProfile) -> list[TierValues]:
    """Owners from a profile upwards: what a member gets that sets nothing itself."""
    currency = session.get_one(Provider, profile.provider_id).currency
    own = TierValues(tier=Tier.PROFILE, owner_id=profile.id, owner=profile.name, currency=currency,
                     values=_row(session, Tier.PROFILE, profile.id),
                     rating_limits=_rating_limits(session, profile.provider_id))
    return [own, *_provider_tiers(session, profile.provider_id)]


def _provider_tiers(session: Session, first_provider: int, *, is_nearest: bool = True) -> list[TierValues]:
    """What a provider and those above it set; the first is the nearest one unless something stands below it."""
    return [
        TierValues(tier=Tier.PROVIDER if is_nearest and position == 0 else Tier.UPPER_PROVIDER, owner_id=provider_id,
                   owner=code, currency=currency,
                   values=_row(session, Tier.PROVIDER, provider_id), rating_limits=_rating_limits(session, provider_id))
        for position, (provider_id, code, currency) in enumerate(_providers_up(session, first_provider))
    ]


def _providers_up(session: Session, provider_id: int) -> list[tuple[int, str, str]]:
    found: list[tuple[int, str, str]] = []
    current: int | None = provider_id
    while current is not None:
        account = session.get_one(Account, current)
        found.append((account.id, account.code, session.get_one(Provider, current).currency))
        current = None if account.provider_id == account.id else account.provider_id
    return found


def _row(session: Session, tier: Tier, owner_id: int) -> dict[str, AttributeValue]:
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
    definitions = INHERITED if keys is None else [_definition(key) for key in keys]
    answers = [(d, resolve(d, owners)) for d in definitions]
    provenance = _provenance(session, answers)
    return [EffectiveValue(definition=d, effective=e, set_by=provenance.get(d.key)) for d, e in answers]


def _definition(key: str) -> AttributeDefinition:
    definition = DEFINITIONS.get(key)
    if definition is None:
        close = ", ".join(sorted(k for k in DEFINITIONS if key[:4] in k)[:5])
        hint = f" Did you mean: {close}?" if close else ""
        raise NotFound(f'There is no attribute "{key}".{hint}')
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


# --------------------------------------------------------------------------- setting and clearing


def set_attribute(
    session: Session, *, tier: Tier, owner_id: int, key: str, value: AttributeValue
) -> ChangeSet:
    """Set one attribute of an account, a profile or a provider, or clear it with None.

    Writes the wide row and the change row in one go and, for providers, what they pass on. Setting the value that
    is there changes nothing. Raises RefusedByRule for a tier, type or range that the catalogue does not allow.
    """
    return set_attributes(session, tier=tier, owner_id=owner_id, values={key: value})


def set_attributes(
    session: Session, *, tier: Tier, owner_id: int, values: dict[str, AttributeValue]
) -> ChangeSet:
    """Set or clear several attributes of one owner at once; a bundle is cleared with its lead."""
    wanted = with_bundles(values)
    _authorize_setting(session, tier, owner_id, wanted)
    for key, value in wanted.items():
        check_value(_definition(key), tier, value)
    _check_operator_only(session, wanted, tier, owner_id)
    return write_values(session, tier=tier, owner_id=owner_id, values=wanted)


def write_values(
    session: Session, *, tier: Tier, owner_id: int, values: Mapping[str, AttributeValue]
) -> ChangeSet:
    """Write values that were asked for and checked: wide row, change rows and, for providers, what they pass on."""
    table = TABLE_OF_TIER[tier]
    provider_id = _provider_of_owner(session, tier, owner_id)
    old = _row(session, tier, owner_id)
    changed = {k: v for k, v in values.items() if old.get(k) != v or type(old.get(k)) is not type(v)}
    if not changed:
        return ChangeSet.empty()
    statement = insert_for(session, table).values(owner_id=owner_id, **changed)
    session.execute(statement.on_conflict_do_update(index_elements=[table.c.owner_id], set_=changed))
    now, actor = recorded_now(session), actor_of(session)
    session.add_all(
        AttributeChange(provider_id=provider_id, tier=tier.value, owner_id=owner_id, attribute=key,
                        old_value=_as_text(old.get(key)), new_value=_as_text(value), actor=actor, recorded_at=now)
        for key, value in changed.items()
    )
    session.flush()
    if tier is Tier.PROVIDER:
        rebuild_provider_effective(session, provider_id=owner_id)
    accounts = {owner_id} if tier is Tier.ACCOUNT else set()
    return ChangeSet.of(Changed.ATTRIBUTES, accounts=accounts)


def set_attributes_of_new_accounts(
    session: Session, *, provider_id: int, values: Mapping[int, Mapping[str, AttributeValue]]
) -> None:
    """Set attributes of accounts made in this very unit of work: two statements, whatever the number of accounts.

    The same checks and the same change rows as `set_attributes`; there is nothing older to compare with.
    """
    present = {account_id: {k: v for k, v in each.items() if v is not None} for account_id, each in values.items()}
    keys = sorted({key for each in present.values() for key in each})
    if not keys:
        return
    require_provider(session, provider_id, Power.CUSTOMERS_CREATE)
    if not TERMS.isdisjoint(keys):
        authorize(session, Power.CUSTOMERS_CREATE_TERMS)
    for each in present.values():
        for key, value in each.items():
            check_value(_definition(key), Tier.ACCOUNT, value)
    session.execute(insert(account_attributes), [
        {"owner_id": account_id, **{key: each.get(key) for key in keys}} for account_id, each in present.items() if each
    ])
    now, actor = recorded_now(session), actor_of(session)
    session.execute(insert(AttributeChange), [
        {"provider_id": provider_id, "tier": Tier.ACCOUNT.value, "owner_id": account_id, "attribute": key,
         "old_value": None, "new_value": _as_text(value), "actor": actor, "recorded_at": now}
        for account_id, each in present.items() for key, value in each.items()
    ])


def set_defaults_of_new_provider(
    session: Session, *, parent_id: int, provider_id: int, values: Mapping[str, AttributeValue]
) -> None:
    """Set what a provider made in this very unit of work passes on: whoever may create it may say so.

    The same checks and change rows as `set_attributes`, and what it passes on is kept anew.
    """
    require_provider(session, parent_id, Power.PROVIDERS_CREATE)
    provider = session.get_one(Account, provider_id)
    if provider.provider_id != parent_id or provider.recorded_at != recorded_now(session):
        raise RefusedByRule(f"{provider.name} is not new here; its defaults are changed on its own page.")
    present = {key: value for key, value in values.items() if value is not None}
    for key, value in present.items():
        check_value(_definition(key), Tier.PROVIDER, value)
    _check_operator_only(session, present, Tier.PROVIDER, provider_id)
    if present:
        session.execute(insert(TABLE_OF_TIER[Tier.PROVIDER]).values(owner_id=provider_id, **present))
        session.execute(insert(AttributeChange), [
            {"provider_id": provider_id, "tier": Tier.PROVIDER.value, "owner_id": provider_id, "attribute": key,
             "old_value": None, "new_value": _as_text(value), "actor": actor_of(session),
             "recorded_at": recorded_now(session)}
            for key, value in present.items()
        ])
    rebuild_provider_effective(session, provider_id=provider_id)


TERMS = frozenset({"trading_due_days", "trading_terms_method", "credit_limit", "credit_rating",
                    "unbilled_credit_limit"})
"""What a power of its own guards: terms and limits (emersion.md §3.4)."""


def _authorize_setting(session: Session, tier: Tier, owner_id: int, keys: Collection[str]) -> None:
    """Who may set these attributes on this owner; terms and limits need a power more."""
    if tier is Tier.ACCOUNT:
        plain, terms = Power.CUSTOMERS_EDIT, Power.CUSTOMERS_EDIT_TERMS
        require_account(session, owner_id, plain, edit=True)
    elif tier is Tier.PROFILE:
        plain, terms = Power.PROFILES_EDIT, Power.PROFILES_EDIT_TERMS
        require_provider(session, _provider_of_owner(session, tier, owner_id), plain)
    else:
        plain = terms = Power.PROVIDERS_DEFAULTS
        require_provider(session, owner_id, plain)
    if not TERMS.isdisjoint(keys):
        authorize(session, terms)


def _check_operator_only(session: Session, keys: Iterable[str], tier: Tier, owner_id: int) -> None:
    """Module switches belong to the operator; a provider inherits what the operator allows (emersion.md §3.3)."""
    reserved = [DEFINITIONS[key].label for key in keys if DEFINITIONS[key].operator_only]
    if reserved and tier is Tier.PROVIDER and session.get_one(Account, owner_id).type != AccountType.OPERATOR:
        raise RefusedByRule(f'"{reserved[0]}" is switched by the operator alone.')


def _provider_of_owner(session: Session, tier: Tier, owner_id: int) -> int:
    if tier is Tier.ACCOUNT:
        return session.get_one(Account, owner_id).provider_id
    if tier is Tier.PROFILE:
        return session.get_one(AccountProfile, owner_id).provider_id
    return owner_id


def _as_text(value: AttributeValue) -> str | None:
    if value is None:
        return None
    return value.isoformat() if isinstance(value, date) else str(value)
