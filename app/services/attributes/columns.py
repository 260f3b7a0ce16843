"""The set-based form of the resolver, for lists, scans and whole books: COALESCE over the wide rows.

What a provider passes on is resolved beforehand, one row per provider, so that a statement over accounts never walks
the hierarchy. The other form is `resolving.effective_values`; property tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    inspect,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from app.models.attributes.attribute import (
    PROVIDER_DEFINITIONS,
    CreditRating,
    account_attributes,
    origin_column,
    profile_attributes,
    provider_attributes,
    provider_effective,
)
from app.models.attributes.catalogue import DEFINITIONS, AttributeDefinition, AttributeValue
from app.models.parties.account import Account
from app.models.values import TermsMethod, Tier
from app.services.access.walks import serves


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveColumns:
    """The set-based resolver: use `joined` as the statement's FROM, then value, tier and owner columns by key."""

    joined: FromClause
    values: dict[str, ColumnElement[Any]]
    tiers: dict[str, ColumnElement[Any]]
    owners: dict[str, ColumnElement[Any]]


CREDIT_RATING: FromClause = CreditRating.__table__
_RATINGS = {tier: CREDIT_RATING.alias(f"{tier.value}_rating") for tier in (Tier.ACCOUNT, Tier.PROFILE)}
"""What the ratings of an account and of its profile are worth; joined where a credit limit is asked for.

Tables and not entities: a statement with an entity in it has every row taken apart in Python, which takes a whole book
as long as reading it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the resolver reads what the tiers above the account say: what is stored, or what a change would make."""

    profile: FromClause
    """Rows as in `profile_attributes`."""
    provider: FromClause
    """Rows as in `provider_effective`."""
    ratings: Mapping[Tier, FromClause]
    profile_id: int | None = None
    """The profile that every account of the set would have; None: its own."""
    provider_id: int | None = None
    """The provider that every account of the set would belong to; None: its own."""

    def provider_of(self, accounts: Any) -> ColumnElement[int]:
        """The provider of an account of the set."""
        column: ColumnElement[int] = accounts.provider_id
        return column if self.provider_id is None else literal(self.provider_id)


STORED = Source(profile=profile_attributes, provider=provider_effective, ratings=_RATINGS)


def effective_columns(
    keys: Iterable[str], accounts: Any = Account, *, source: Source = STORED, joined: FromClause | None = None
) -> EffectiveColumns:
    """Columns of the effective value, its tier and the id of its owner for every account of a set.

    `accounts` is `Account` or an alias of it. Money is in minor units of the owner's currency. To compare a change
    with what is stored, hand in its `source` and, as `joined`, the FROM of the columns it is compared with.
    """
    aa, pa, pe = account_attributes, source.profile, source.provider
    whose_profile = accounts.profile_id if source.profile_id is None else literal(source.profile_id)
    start = _from(accounts).outerjoin(aa, aa.c.owner_id == accounts.id) if joined is None else joined
    whose_provider = source.provider_of(accounts)
    tables = start.outerjoin(pa, pa.c.owner_id == whose_profile).outerjoin(pe, pe.c.provider_id == whose_provider)
    wanted = list(keys)
    if "credit_limit" in wanted:
        for tier, rating in source.ratings.items():
            code = (aa if tier is Tier.ACCOUNT else pa).c.credit_rating
            tables = tables.outerjoin(rating, and_(rating.c.provider_id == whose_provider, rating.c.code == code))
    values: dict[str, ColumnElement[Any]] = {}
    tiers: dict[str, ColumnElement[Any]] = {}
    owners: dict[str, ColumnElement[Any]] = {}
    for key in wanted:
        values[key], tiers[key], owners[key] = _effective_of(DEFINITIONS[key], accounts, source)
    return EffectiveColumns(joined=tables, values=values, tiers=tiers, owners=owners)


def _from(accounts: Any) -> Any:
    return inspect(accounts).selectable


def _effective_of(
    d: AttributeDefinition, accounts: Any, source: Source
) -> tuple[ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]:
    branches: list[tuple[Any, ColumnElement[Any], Any, Any]] = []
    lead = DEFINITIONS[d.bundle] if d.bundle else d
    for tier, table, owner_id in ((Tier.ACCOUNT, account_attributes, accounts.id),
                                  (Tier.PROFILE, source.profile, source.profile.c.owner_id)):
        if d.allowed_on(tier):
            by_rating = source.ratings[tier].c.limit_minor
            branches.append((_here(table, lead, by_rating).is_not(None), _here(table, d, by_rating),
                             literal(tier.value), owner_id))
    if d.allowed_on(Tier.PROVIDER):
        origin = source.provider.c[origin_column(d)]
        tier_name = case((origin == source.provider_of(accounts), literal(Tier.PROVIDER.value)),
                         else_=literal(Tier.UPPER_PROVIDER.value))
        branches.append((origin.is_not(None), source.provider.c[d.key], tier_name, origin))
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


def set_nearer(tier: ColumnElement[Any], owner: ColumnElement[Any], providers: Any) -> ColumnElement[bool]:
    """Whether a value comes from the account, its profile or one of some providers, given as a collection or query."""
    of_provider = and_(tier.in_([Tier.PROVIDER.value, Tier.UPPER_PROVIDER.value]), owner.in_(providers))
    return or_(tier.in_([Tier.ACCOUNT.value, Tier.PROFILE.value]), of_provider)


# --------------------------------------------------------------------------- what providers pass on


def passed_on_by(
    provider_id: int | ColumnElement[int], own: FromClause = provider_attributes, *, under: int | None = None,
    ratings: FromClause = CREDIT_RATING,
) -> Select[Any]:
    """What a provider and all providers below it pass on, as the rows of `provider_effective` ought to be.

    One statement walks down the providers (some thousands at most) and keeps, per attribute, the nearest value and
    the provider it comes from. It begins with what is stored for the provider above; the operator begins the chain.
    `own` is what each provider sets itself and `ratings` what ratings are worth, where that is not what is stored;
    `under` the provider above, where it is to be another.
    """
    child = aliased(Account, name="child")
    seed_parent = provider_effective.alias("seed_parent")
    seed = (
        select(Account.id.label("provider_id"), *_inherit(own, seed_parent, Account.id, ratings))
        .select_from(Account)
        .outerjoin(own, own.c.owner_id == Account.id)
        .outerjoin(seed_parent, and_(seed_parent.c.provider_id == (Account.provider_id if under is None else under),
                                     Account.provider_id != Account.id))
        .where(Account.id == provider_id)
        .cte("walk", recursive=True)
    )
    walk = seed.union_all(
        select(child.id, *_inherit(own, seed, child.id, ratings))
        .select_from(seed)
        .join(child, serves(seed.c.provider_id, child))
        .outerjoin(own, own.c.owner_id == child.id)
    )
    return select(*[walk.c[c.name] for c in provider_effective.c]).where(true())


def _inherit(own: Any, upper: Any, own_id: Any, ratings: FromClause) -> list[ColumnElement[Any]]:
    """Own value, else the inherited one, and its origin, for every attribute that a provider may set."""
    columns: dict[str, ColumnElement[Any]] = {}
    origins: dict[str, ColumnElement[Any]] = {}
    # Correlated with both sides alone, however deep the statement around it is.
    by_rating = (
        select(ratings.c.limit_minor).where(ratings.c.provider_id == own_id, ratings.c.code == own.c.credit_rating)
        .correlate_except(ratings).scalar_subquery()
    )
    for d in PROVIDER_DEFINITIONS:
        here = _here(own, d, by_rating)
        leads = _here(own, DEFINITIONS[d.bundle], by_rating).is_not(None) if d.bundle else here.is_not(None)
        columns[d.key] = case((leads, here), else_=upper.c[d.key]).label(d.key)
        name = origin_column(d)
        origins.setdefault(name, case((leads, own_id), else_=upper.c[name]).label(name))
    return [*columns.values(), *origins.values()]


def _here(table: Any, d: AttributeDefinition, by_rating: Any) -> ColumnElement[Any]:
    """What one owner says to an attribute; for the credit limit also through a rating set there.

    Whoever sets trading terms in days counts in days, unless it says how itself.
    """
    column: ColumnElement[Any] = table.c[d.key]
    if d.key == "trading_terms_method":
        return func.coalesce(column, case((table.c.trading_due_days.is_not(None), TermsMethod.DAYS_AFTER.value)))
    return func.coalesce(column, by_rating) if d.key == "credit_limit" else column


# --------------------------------------------------------------------------- what a change would make of it


def profile_as_changed(profile_id: int, values: Mapping[str, AttributeValue]) -> Source:
    """As if every account asked for had this profile, and the profile these values besides its others."""
    changed = _row_as_changed(profile_attributes, profile_id, values).subquery("changed_profile")
    return Source(profile=changed, provider=provider_effective.alias("same_provider"), ratings=_other_ratings(),
                  profile_id=profile_id)


def providers_as_changed(provider_id: int, values: Mapping[str, AttributeValue]) -> Source:
    """As if this provider had these values besides its others; holds for its customers and those below it."""
    own = provider_attributes
    others = select(*own.c).where(own.c.owner_id != provider_id)
    rows = union_all(_row_as_changed(own, provider_id, values), others).subquery("changed_own")
    changed = passed_on_by(provider_id, rows).subquery("changed_provider")
    return Source(profile=profile_attributes.alias("same_profile"), provider=changed, ratings=_other_ratings())


def as_set_up(
    provider_id: int, values: Mapping[str, AttributeValue], profiles: Mapping[int, Mapping[str, AttributeValue]],
    limits: Mapping[str, int | None],
) -> Source:
    """As if this provider had these values besides its others, each of these profiles of it its own, and these ratings
    were worth these limits at it.
    """
    own, overrides = provider_attributes, profile_attributes
    providers = union_all(_row_as_changed(own, provider_id, values),
                          select(*own.c).where(own.c.owner_id != provider_id)).subquery("set_up_own")
    rows = union_all(*[_row_as_changed(overrides, profile_id, each) for profile_id, each in sorted(profiles.items())],
                     select(*overrides.c).where(overrides.c.owner_id.not_in(sorted(profiles))))
    ratings = _ratings_as_changed(provider_id, limits)
    return Source(profile=rows.subquery("set_up_profile"),
                  provider=passed_on_by(provider_id, providers, ratings=ratings).subquery("set_up_provider"),
                  ratings={tier: ratings.alias(f"{tier.value}_set_up_rating") for tier in _RATINGS})


def account_as_moved(provider_id: int, profile_id: int) -> Source:
    """As if every account asked for belonged to this provider and had this profile of it."""
    return Source(profile=profile_attributes.alias("other_profile"),
                  provider=provider_effective.alias("other_provider"),
                  ratings=_other_ratings(), profile_id=profile_id, provider_id=provider_id)


def provider_as_moved(provider_id: int, under: int) -> Source:
    """As if this provider stood below another; holds for whoever belongs to it or to a provider below it."""
    moved = passed_on_by(provider_id, under=under).subquery("moved_provider")
    return Source(profile=profile_attributes.alias("same_profile"), provider=moved, ratings=_other_ratings())


def _row_as_changed(table: Table, owner_id: int, values: Mapping[str, AttributeValue]) -> Select[Any]:
    """The wide row of one owner with some values replaced; it is there even where nothing is stored."""
    one = select(literal(owner_id, table.c.owner_id.type).label("owner_id")).subquery("owner")
    columns = [
        cast(literal(values[c.name], c.type) if values[c.name] is not None else null(), c.type).label(c.name)
        if c.name in values else c for c in table.c if c.name != "owner_id"]
    return select(one.c.owner_id, *columns).select_from(one.outerjoin(table, table.c.owner_id == one.c.owner_id))


def _ratings_as_changed(provider_id: int, limits: Mapping[str, int | None]) -> FromClause:
    """What ratings are worth, some of one provider replaced; those that are not there yet are by then."""
    columns = (CREDIT_RATING.c.provider_id, CREDIT_RATING.c.code, CREDIT_RATING.c.limit_minor)
    others = select(*columns).where(or_(columns[0] != provider_id, columns[1].not_in(sorted(limits))))
    changed = [select(*[cast(literal(value, c.type) if value is not None else null(), c.type).label(c.name)
                        for c, value in zip(columns, (provider_id, code, limit), strict=True)])
               for code, limit in sorted(limits.items())]
    return union_all(*changed, others).subquery("changed_ratings")


def _other_ratings() -> dict[Tier, FromClause]:
    return {tier: CREDIT_RATING.alias(f"{tier.value}_rating_then") for tier in _RATINGS}
