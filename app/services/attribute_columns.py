"""The set-based form of the resolver, for lists, scans and whole books: COALESCE over the wide rows.

What a provider passes on is resolved beforehand, one row per provider, so that a statement over accounts never walks
the hierarchy. The other form is `attributes.effective_values`; property tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal, null, select, true
from sqlalchemy.orm import aliased

from app.models.account import Account
from app.models.attribute import (
    PROVIDER_DEFINITIONS,
    TABLE_OF_TIER,
    CreditRating,
    account_attributes,
    origin_column,
    profile_attributes,
    provider_attributes,
    provider_effective,
)
from app.models.attribute_catalogue import DEFINITIONS, AttributeDefinition
from app.models.values import PROVIDER_TYPES, Tier


@dataclass(frozen=True, slots=True)
class EffectiveColumns:
    """The set-based resolver: use `joined` as the statement's FROM, then value, tier and owner columns by key."""

    joined: FromClause
    values: dict[str, ColumnElement[Any]]
    tiers: dict[str, ColumnElement[Any]]
    owners: dict[str, ColumnElement[Any]]


_RATINGS = {tier: CreditRating.__table__.alias(f"{tier.value}_rating") for tier in (Tier.ACCOUNT, Tier.PROFILE)}
"""What the ratings of an account and of its profile are worth; joined where a credit limit is asked for.

Tables and not entities: a statement with an entity in it has every row taken apart in Python, which takes a whole book
as long as reading it.
"""


def effective_columns(keys: Iterable[str], accounts: Any = Account) -> EffectiveColumns:
    """Columns of the effective value, its tier and the id of its owner for every account of a set.

    `accounts` is `Account` or an alias of it. Money is in minor units of the owner's currency.
    """
    aa, pa, pe = account_attributes, profile_attributes, provider_effective
    joined = (
        _from(accounts)
        .outerjoin(aa, aa.c.owner_id == accounts.id)
        .outerjoin(pa, pa.c.owner_id == accounts.profile_id)
        .outerjoin(pe, pe.c.provider_id == accounts.provider_id)
    )
    wanted = list(keys)
    if "credit_limit" in wanted:
        for tier, rating in _RATINGS.items():
            joined = joined.outerjoin(rating, and_(rating.c.provider_id == accounts.provider_id,
                                                   rating.c.code == TABLE_OF_TIER[tier].c.credit_rating))
    values: dict[str, ColumnElement[Any]] = {}
    tiers: dict[str, ColumnElement[Any]] = {}
    owners: dict[str, ColumnElement[Any]] = {}
    for key in wanted:
        values[key], tiers[key], owners[key] = _effective_of(DEFINITIONS[key], accounts)
    return EffectiveColumns(joined, values, tiers, owners)


def _from(accounts: Any) -> Any:
    return accounts.__table__ if accounts is Account else accounts.__clause_element__()


def _effective_of(
    d: AttributeDefinition, accounts: Any
) -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    branches: list[tuple[Any, ColumnElement[Any], Any, Any]] = []
    lead = DEFINITIONS[d.bundle] if d.bundle else d
    for tier, owner_id in ((Tier.ACCOUNT, accounts.id), (Tier.PROFILE, accounts.profile_id)):
        if d.allowed_on(tier):
            table, by_rating = TABLE_OF_TIER[tier], _RATINGS[tier].c.limit_minor
            branches.append((_here(table, lead, by_rating).is_not(None), _here(table, d, by_rating),
                             literal(tier.value), owner_id))
    if d.allowed_on(Tier.PROVIDER):
        origin = provider_effective.c[origin_column(d)]
        tier_name = case((origin == accounts.provider_id, literal(Tier.PROVIDER.value)),
                         else_=literal(Tier.UPPER_PROVIDER.value))
        branches.append((origin.is_not(None), provider_effective.c[d.key], tier_name, origin))
    default = null() if d.default is None else literal(d.default)
    system_tier = null() if d.default is None else literal(Tier.SYSTEM.value)
    if d.is_bundle_member:
        # The first tier that sets the lead gives the member, also where it leaves the member out.
        value: ColumnElement[Any] = case(
            *[(cond, func.coalesce(value, default)) for cond, value, _, _ in branches], else_=default)
    else:
        # A tier has set an attribute exactly where its value is there, so the first value is the effective one; read
        # once a row and attribute instead of twice, which a whole book notices.
        value = func.coalesce(*[value for _, value, _, _ in branches], default)
    tier_column = case(*[(cond, tier) for cond, _, tier, _ in branches], else_=system_tier)
    owner_column = case(*[(cond, owner) for cond, _, _, owner in branches], else_=null())
    return value, tier_column, owner_column


# --------------------------------------------------------------------------- what providers pass on


def passed_on_by(provider_id: int | ColumnElement[int]) -> Select[Any]:
    """What a provider and all providers below it pass on, as the rows of `provider_effective` ought to be.

    One statement walks down the providers (some thousands at most) and keeps, per attribute, the nearest value and
    the provider it comes from. It begins with what is stored for the provider above; the operator begins the chain.
    """
    child = aliased(Account, name="child")
    own = provider_attributes
    seed_parent = provider_effective.alias("seed_parent")
    seed = (
        select(Account.id.label("provider_id"), *_inherit(own, seed_parent, Account.id))
        .select_from(Account)
        .outerjoin(own, own.c.owner_id == Account.id)
        .outerjoin(seed_parent, and_(seed_parent.c.provider_id == Account.provider_id,
                                     Account.provider_id != Account.id))
        .where(Account.id == provider_id)
        .cte("walk", recursive=True)
    )
    walk = seed.union_all(
        select(child.id, *_inherit(own, seed, child.id))
        .select_from(seed)
        .join(child, and_(child.provider_id == seed.c.provider_id, child.id != seed.c.provider_id,
                          child.type.in_(sorted(PROVIDER_TYPES))))
        .outerjoin(own, own.c.owner_id == child.id)
    )
    return select(*[walk.c[c.name] for c in provider_effective.c]).where(true())


def _inherit(own: Any, upper: Any, own_id: Any) -> list[ColumnElement[Any]]:
    """Own value, else the inherited one, and its origin, for every attribute that a provider may set."""
    columns: dict[str, ColumnElement[Any]] = {}
    origins: dict[str, ColumnElement[Any]] = {}
    # Correlated with both sides alone, however deep the statement around it is.
    by_rating = (
        select(CreditRating.limit_minor)
        .where(CreditRating.provider_id == own_id, CreditRating.code == own.c.credit_rating)
        .correlate_except(CreditRating).scalar_subquery()
    )
    for d in PROVIDER_DEFINITIONS:
        here = _here(own, d, by_rating)
        leads = _here(own, DEFINITIONS[d.bundle], by_rating).is_not(None) if d.bundle else here.is_not(None)
        columns[d.key] = case((leads, here), else_=upper.c[d.key]).label(d.key)
        name = origin_column(d)
        origins.setdefault(name, case((leads, own_id), else_=upper.c[name]).label(name))
    return [*columns.values(), *origins.values()]


def _here(table: Any, d: AttributeDefinition, by_rating: Any) -> ColumnElement[Any]:
    """What one owner says to an attribute; for the credit limit also through a rating set there."""
    column: ColumnElement[Any] = table.c[d.key]
    return func.coalesce(column, by_rating) if d.key == "credit_limit" else column
