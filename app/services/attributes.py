"""Setting attributes and asking for their effective values: one resolver in two forms.

`effective_values` answers for one owner with the whole chain, through the pure rule. `effective_columns` is the
set-based form for lists, scans and whole books: COALESCE over the wide rows. Property tests hold both equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from app.models.account import Account
from app.models.attribute import (
    PROVIDER_DEFINITIONS,
    TABLE_OF_TIER,
    AttributeChange,
    CreditRating,
    account_attributes,
    origin_column,
    profile_attributes,
    provider_attributes,
    provider_effective,
)
from app.models.attribute_catalogue import (
    CATALOGUE,
    DEFINITIONS,
    INHERITED,
    NOT_INHERITED,
    AttributeDefinition,
    AttributeValue,
    Kind,
    TierValues,
)
from app.models.profile import AccountProfile
from app.models.provider import Provider
from app.models.rules.attribute_inheritance import Effective, resolve
from app.models.values import PROVIDER_TYPES, MoneyError, Tier, parse_amount, plain_amount
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import insert_for
from app.services.database.engine import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule

# --------------------------------------------------------------------------- provider rows


def rebuild_provider_effective(session: Session, *, provider_id: int) -> None:
    """Write anew what this provider and every provider below it pass on; part of every change of a provider.

    One statement walks down the providers (some thousands at most) and keeps, per attribute, the nearest value and
    the provider it comes from. A provider without an upper one (the operator) begins the chain.
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
    columns = [c.name for c in provider_effective.c]
    statement = insert_for(session, provider_effective).from_select(
        columns, select(*[walk.c[name] for name in columns]).where(true())
    )
    session.execute(statement.on_conflict_do_update(
        index_elements=[provider_effective.c.provider_id],
        set_={name: statement.excluded[name] for name in columns if name != "provider_id"},
    ))


def _inherit(own: Any, upper: Any, own_id: Any) -> list[ColumnElement[Any]]:
    """Own value, else the inherited one, and its origin, for every attribute that a provider may set."""
    columns: dict[str, ColumnElement[Any]] = {}
    origins: dict[str, ColumnElement[Any]] = {}
    for d in PROVIDER_DEFINITIONS:
        here = _here(own, d, own_id)
        leads = _here(own, DEFINITIONS[d.bundle], own_id).is_not(None) if d.bundle else here.is_not(None)
        columns[d.key] = case((leads, here), else_=upper.c[d.key]).label(d.key)
        name = origin_column(d)
        origins.setdefault(name, case((leads, own_id), else_=upper.c[name]).label(name))
    return [*columns.values(), *origins.values()]


def _here(table: Any, d: AttributeDefinition, rating_provider_id: Any) -> ColumnElement[Any]:
    """What one owner says to an attribute; for the credit limit also through a rating set there."""
    column: ColumnElement[Any] = table.c[d.key]
    if d.key != "credit_limit":
        return column
    by_rating = (
        select(CreditRating.limit_minor)
        .where(CreditRating.provider_id == rating_provider_id, CreditRating.code == table.c.credit_rating)
        .scalar_subquery()
    )
    return func.coalesce(column, by_rating)


# --------------------------------------------------------------------------- set-based form


@dataclass(frozen=True, slots=True)
class EffectiveColumns:
    """The set-based resolver: join `source` in the statement's FROM, then use value, tier and origin columns."""

    joined: FromClause
    values: dict[str, ColumnElement[Any]]
    tiers: dict[str, ColumnElement[Any]]
    owners: dict[str, ColumnElement[Any]]


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
    values: dict[str, ColumnElement[Any]] = {}
    tiers: dict[str, ColumnElement[Any]] = {}
    owners: dict[str, ColumnElement[Any]] = {}
    for key in keys:
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
            table = TABLE_OF_TIER[tier]
            branches.append((_here(table, lead, accounts.provider_id).is_not(None),
                             _here(table, d, accounts.provider_id), literal(tier.value), owner_id))
    if d.allowed_on(Tier.PROVIDER):
        origin = provider_effective.c[origin_column(d)]
        tier_name = case((origin == accounts.provider_id, literal(Tier.PROVIDER.value)),
                         else_=literal(Tier.UPPER_PROVIDER.value))
        branches.append((origin.is_not(None), provider_effective.c[d.key], tier_name, origin))
    default = null() if d.default is None else literal(d.default)
    system_tier = null() if d.default is None else literal(Tier.SYSTEM.value)
    if d.is_bundle_member:
        branches = [(cond, func.coalesce(value, default), tier, owner) for cond, value, tier, owner in branches]
    value = case(*[(cond, value) for cond, value, _, _ in branches], else_=default)
    tier_column = case(*[(cond, tier) for cond, _, tier, _ in branches], else_=system_tier)
    owner_column = case(*[(cond, owner) for cond, _, _, owner in branches], else_=null())
    return value, tier_column, owner_column


# --------------------------------------------------------------------------- one owner


@dataclass(frozen=True, slots=True)
class SetBy:
    """Who gave a value, and when; None where it came with the owner's creation or an import."""

    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
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
        owners.append(TierValues(Tier.ACCOUNT, account.id, account.code, account.currency,
                                 _row(session, Tier.ACCOUNT, account.id), limits))
        currency = session.get_one(Provider, account.provider_id).currency
        owners.append(TierValues(Tier.PROFILE, profile.id, profile.name, currency,
                                 _row(session, Tier.PROFILE, profile.id), limits))
    for position, (provider_id, code, currency) in enumerate(_providers_up(session, first_provider)):
        tier = Tier.PROVIDER if position == 0 else Tier.UPPER_PROVIDER
        owners.append(TierValues(tier, provider_id, code, currency, _row(session, Tier.PROVIDER, provider_id),
                                 _rating_limits(session, provider_id)))
    return owners


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
    definitions = INHERITED if keys is None else [_definition(key) for key in keys]
    owners = chain_of(session, account, as_provider=as_provider)
    answers = [(d, resolve(d, owners)) for d in definitions]
    provenance = _provenance(session, answers)
    return [EffectiveValue(d, e, provenance.get(d.key)) for d, e in answers]


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
    wanted: dict[tuple[str, int, str], list[str]] = {}
    for d, answer in answers:
        source = answer.source
        if source is None or source.owner_id is None:
            continue
        tier = Tier.PROVIDER if source.tier is Tier.UPPER_PROVIDER else source.tier
        attribute = "credit_rating" if source.rating else (d.bundle or d.key)
        wanted.setdefault((tier.value, source.owner_id, attribute), []).append(d.key)
    found: dict[str, SetBy] = {}
    for (tier_name, owner_id, attribute), keys in wanted.items():
        change = session.execute(
            select(AttributeChange.actor, AttributeChange.recorded_at)
            .where(AttributeChange.tier == tier_name, AttributeChange.owner_id == owner_id,
                   AttributeChange.attribute == attribute)
            .order_by(AttributeChange.id.desc()).limit(1)
        ).one_or_none()
        if change is not None:
            found.update(dict.fromkeys(keys, SetBy(change.actor, change.recorded_at)))
    return found


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
    wanted = _with_bundles(values)
    for key, value in wanted.items():
        check_value(_definition(key), tier, value)
    table = TABLE_OF_TIER[tier]
    provider_id = _provider_of_owner(session, tier, owner_id)
    old = _row(session, tier, owner_id)
    changed = {k: v for k, v in wanted.items() if old.get(k) != v or type(old.get(k)) is not type(v)}
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


def _with_bundles(values: dict[str, AttributeValue]) -> dict[str, AttributeValue]:
    """Clearing the lead of a bundle clears its members, so that nothing half-set stays behind."""
    wanted = dict(values)
    for key, value in values.items():
        if value is None and DEFINITIONS.get(key) is not None and DEFINITIONS[key].bundle == key:
            for member in CATALOGUE:
                if member.bundle == key:
                    wanted.setdefault(member.key, None)
    return wanted


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


_PYTHON_TYPES: dict[Kind, type] = {
    Kind.INTEGER: int, Kind.MONEY: int, Kind.RATE: int, Kind.BOOLEAN: bool, Kind.CHOICE: str, Kind.TEXT: str,
    Kind.DATE: date,
}


def check_value(definition: AttributeDefinition, tier: Tier, value: AttributeValue) -> None:
    """Raise RefusedByRule unless the value may be set there; None (clear) is always fine on an allowed tier."""
    if not definition.allowed_on(tier):
        allowed = ", ".join(sorted(t.value for t in definition.tiers))
        raise RefusedByRule(f'"{definition.label}" cannot be set on this tier ({tier.value}), but on: {allowed}.')
    if value is None:
        return
    if type(value) is not _PYTHON_TYPES[definition.kind]:
        raise RefusedByRule(f'"{definition.label}" takes a value of kind {definition.kind.value}.')
    if definition.choices and value not in [stored for stored, _ in definition.choices]:
        words = ", ".join(words for _, words in definition.choices)
        raise RefusedByRule(f'"{definition.label}" is one of: {words}.')
    size = len(value) if isinstance(value, str) else value
    if isinstance(size, int) and not _within(definition, size):
        raise RefusedByRule(f'"{definition.label}" lies {_range_text(definition)}.')


def _within(definition: AttributeDefinition, size: int) -> bool:
    if definition.choices:
        return True
    above = definition.minimum is None or size >= definition.minimum
    return above and (definition.maximum is None or size <= definition.maximum)


def _range_text(definition: AttributeDefinition) -> str:
    if definition.maximum is None:
        return f"at {definition.minimum} or more"
    return f"between {definition.minimum or 0} and {definition.maximum}"


def parse_value(definition: AttributeDefinition, text: str, currency: str) -> AttributeValue:
    """Read a value as typed or imported; raises RefusedByRule naming what would be right."""
    cleaned = text.strip()
    try:
        parsed: AttributeValue = _PARSERS[definition.kind](definition, cleaned, currency)
    except (ValueError, MoneyError) as error:
        raise RefusedByRule(f'"{definition.label}": {error}') from error
    return parsed


def _parse_integer(_definition: AttributeDefinition, text: str, _currency: str) -> int:
    if not text.lstrip("+-").isascii() or not text.lstrip("+-").isdigit():
        raise ValueError(f'"{text}" is not a whole number')
    return int(text)


def _parse_rate(_definition: AttributeDefinition, text: str, _currency: str) -> int:
    return parse_amount(text.removesuffix("%").strip(), "EUR")  # hundredths of a percent have two places as well


_YES, _NO = frozenset({"yes", "true", "1", "on"}), frozenset({"no", "false", "0", "off"})


def _parse_boolean(_definition: AttributeDefinition, text: str, _currency: str) -> bool:
    if text.casefold() in _YES | _NO:
        return text.casefold() in _YES
    raise ValueError(f'"{text}" is neither yes nor no')


def _parse_choice(definition: AttributeDefinition, text: str, _currency: str) -> str:
    for stored, words in definition.choices:
        if text.casefold() in (stored.casefold(), words.casefold()):
            return stored
    raise ValueError(f'"{text}" is not one of: {", ".join(words for _, words in definition.choices)}')


_PARSERS: dict[Kind, Any] = {
    Kind.INTEGER: _parse_integer,
    Kind.MONEY: lambda _d, text, currency: parse_amount(text, currency),
    Kind.RATE: _parse_rate,
    Kind.BOOLEAN: _parse_boolean,
    Kind.CHOICE: _parse_choice,
    Kind.TEXT: lambda _d, text, _c: text,
    Kind.DATE: lambda _d, text, _c: date.fromisoformat(text),
}


def value_text(definition: AttributeDefinition, value: AttributeValue, currency: str | None) -> str:
    """The value in words: "21 days", "2.50 AUD", "No limit", "Email and Post"."""
    if value is None:
        return definition.none_text
    if definition.kind is Kind.MONEY:
        # A system default carries no currency, because only 0 is ever built in.
        return "0" if currency is None else f"{plain_amount(int(value), currency)} {currency}"  # type: ignore[arg-type]
    if definition.kind is Kind.RATE:
        return f"{int(value) / 100:g} %"  # type: ignore[arg-type]
    if definition.kind is Kind.BOOLEAN:
        return "Yes" if value else "No"
    return dict(definition.choices).get(str(value), f"{value} {definition.unit}".strip())


def json_value(definition: AttributeDefinition, value: AttributeValue, currency: str | None) -> AttributeValue:
    """The value for a JSON document: money as decimal text, rates in percent as text, dates in ISO form."""
    if value is None:
        return None
    if definition.kind is Kind.MONEY:
        return plain_amount(int(value), currency or "EUR")  # type: ignore[arg-type]
    if definition.kind is Kind.RATE:
        return plain_amount(int(value), "EUR")  # type: ignore[arg-type]
    return value.isoformat() if isinstance(value, date) else value
