"""What a change would do before it is made: to effective values, to credit limits and to the next scan.

The same set-based resolver answers twice in one statement, once for what is stored and once for what the change would
make of it; nothing is written. Property tests make the change for real and hold the differences equal.

The next scan judges what is posted, and issued invoices keep their due dates; of all attributes it reads only *Leave
out of suspension*, which accounts alone may set. So no change of a profile or a provider moves a candidate, and the
candidates among the accounts are counted once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import account_attributes
from app.models.attributes.catalogue import DEFINITIONS, AttributeDefinition, AttributeValue
from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.figures import KeptFigures
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import AccountType, ScanOutcome, Tier
from app.models.values import AttributeKind as Kind
from app.services.access.authorize import require_provider, visible
from app.services.access.walks import below
from app.services.attributes.columns import Source, as_set_up, effective_columns
from app.services.attributes.limits import LIMIT_KEYS, with_currency
from app.services.attributes.own_currency import in_own_currency
from app.services.attributes.values import value_text
from app.services.database.dialects import among, fenced
from app.services.jobs import Checkpoint, Told, untold
from app.services.ledger.keeping import EPOCH, right_providers
from app.services.ledger.reading import balances_by_account
from app.services.providers.business_day import business_days
from app.services.rules.rule_sets import rules_in_force
from app.services.suspension.judgement import judged_groups, scope_for

_JUDGED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueChange:
    """One value that becomes another, and for how many accounts. Money in minor units of its currency."""

    old: AttributeValue
    old_currency: str | None
    new: AttributeValue
    new_currency: str | None
    old_text: str
    new_text: str
    accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeImpact:
    """What becomes of one attribute."""

    key: str
    label: str
    inherit: int
    """Accounts that take what the owner, or a tier above it, passes on."""
    keep: int
    """Accounts where a tier nearer than the owner sets it."""
    changes: tuple[ValueChange, ...]
    """The most frequent first; a value that stays is not among them."""

    @property
    def changed(self) -> int:
        return sum(change.accounts for change in self.changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change would do."""

    accounts: int
    """Accounts below the owner, or moved."""
    attributes: tuple[AttributeImpact, ...]
    exceeded_before: int | None = None
    """Accounts whose balance is above their credit limit, as of their provider's today; None while not counted."""
    exceeded_after: int | None = None
    candidates: int | None = None
    """End users that a scan of today would suspend, before as after: see the head of this module; None while not
    counted."""

    def of(self, key: str) -> AttributeImpact | None:
        """What becomes of one attribute; None where the change does not concern it."""
        return next((each for each in self.attributes if each.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change as the statements see it: the accounts concerned, and what the tiers above them would say."""

    which: ColumnElement[bool]
    after: Source
    keys: tuple[str, ...]
    keeps: Callable[[ColumnElement[Any], ColumnElement[Any]], ColumnElement[bool]]
    """From tier and owner of the present value: a nearer tier sets it."""


def impact_of_change(session: Session, change: Change, checkpoint: Checkpoint, told: Told = untold) -> Impact:
    """What a change that was asked for would do; `told` is handed an Impact whenever more of it is known."""
    alike = _alike(session, change)
    others = _with_own_values(session, change)
    found = Impact(accounts=sum(alike.values()) + len(others), attributes=())
    told(found)
    for key in change.keys:
        checkpoint()
        attribute = _attribute(session, change, DEFINITIONS[key], alike, others)
        found = replace(found, attributes=(*found.attributes, attribute))
        told(found)
    checkpoint()
    days = business_days(session, Provider.account_id.in_(select(Account.provider_id).where(change.which)))
    kept = right_providers(session, days)
    before, after = _exceeded(session, change, days, kept)
    found = replace(found, exceeded_before=before, exceeded_after=after)
    told(found)
    candidates = 0
    for provider_id, today in days.items():
        candidates += _candidates(session, change.which, provider_id, today, checkpoint, is_kept=provider_id in kept)
    return replace(found, candidates=candidates)


def end_users_changed(
    session: Session, *, provider_id: int, values: Mapping[str, AttributeValue],
    profiles: Mapping[int, Mapping[str, AttributeValue]], limits: Mapping[str, int | None], keys: Iterable[str],
    checkpoint: Checkpoint,
) -> dict[str, dict[tuple[Tier, int | None], int]]:
    """How many end users get another effective value, by attribute and by the tier and owner they would have it from.

    It is as if a provider had these `values`, its profiles theirs, and its credit ratings were worth these `limits`,
    all at once; None takes a value away. Counted are the end users below the provider that the person may see.
    """
    require_provider(session, provider_id, Power.PROVIDERS)
    providers = below([provider_id])
    which = and_(Account.provider_id.in_(select(providers.c.id)), Account.type == AccountType.END_USER.value,
                 visible(session))
    after = as_set_up(provider_id, values, profiles, limits)
    change = Change(which=which, after=after, keys=tuple(keys), keeps=own_value)
    found: dict[str, dict[tuple[Tier, int | None], int]] = {}
    for key in change.keys:
        checkpoint()
        twice = _twice(change, key)
        moves = [twice.old.is_distinct_from(twice.new)]
        if DEFINITIONS[key].kind is Kind.MONEY:
            moves.append(twice.old_currency.is_distinct_from(twice.new_currency))
        each = (select(twice.new_tier.label("tier"), twice.new_owner.label("owner"))
                .select_from(twice.joined).where(change.which, or_(*moves)).subquery("moved").c)
        rows = session.execute(select(each.tier, each.owner, func.count()).group_by(each.tier, each.owner))
        found[key] = {(Tier.SYSTEM if tier is None else Tier(tier), owner): int(count) for tier, owner, count in rows}
    return found


def own_value(tier: ColumnElement[Any], _owner: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether an account sets the value itself: what keeps it from a change of everything above."""
    return tier == Tier.ACCOUNT.value


# --------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Twice:
    """One attribute of the accounts concerned, as it is and as it would be."""

    joined: Any
    old: ColumnElement[Any]
    old_currency: ColumnElement[Any]
    new: ColumnElement[Any]
    new_currency: ColumnElement[Any]
    tier: ColumnElement[Any]
    owner: ColumnElement[Any]
    new_tier: ColumnElement[Any]
    new_owner: ColumnElement[Any]


def _twice(change: Change, key: str) -> _Twice:
    now = effective_columns([key])
    joined, old_currency = with_currency(now, key)
    then = effective_columns([key], source=change.after, joined=joined)
    joined, new_currency = with_currency(then, key, source=change.after)
    return _Twice(joined=joined, old=now.values[key], old_currency=old_currency, new=then.values[key],
                  new_currency=new_currency, tier=now.tiers[key], owner=now.owners[key], new_tier=then.tiers[key],
                  new_owner=then.owners[key])


def _alike(session: Session, change: Change) -> dict[int, int]:
    """One account of each profile that sets no attribute itself, and how many are like it: they all have what their
    profile and their provider say, so one answers for all of them.
    """
    own = account_attributes
    rows = session.execute(
        select(func.min(Account.id), func.count())
        .select_from(Account.__table__.outerjoin(own, own.c.owner_id == Account.id))
        .where(change.which, own.c.owner_id.is_(None)).group_by(Account.provider_id, Account.profile_id))
    return {account_id: int(count) for account_id, count in rows}


def _with_own_values(session: Session, change: Change) -> Sequence[int]:
    return session.scalars(
        select(Account.id).select_from(Account.__table__.join(
            account_attributes, account_attributes.c.owner_id == Account.id)).where(change.which)).all()


def _attribute(
    session: Session, change: Change, d: AttributeDefinition, alike: Mapping[int, int], others: Sequence[int]
) -> AttributeImpact:
    twice = _twice(change, d.key)
    columns = (twice.old, twice.old_currency, twice.new, twice.new_currency,
               func.coalesce(change.keeps(twice.tier, twice.owner), False))
    each = (select(*[column.label(f"part{number}") for number, column in enumerate(columns)])
            .select_from(twice.joined).where(among(session, Account.id, others)).subquery("each").c)
    found = Counter[tuple[Any, ...]]()
    for *values, count in session.execute(select(*each, func.count()).group_by(*each)):
        found[_as_counted(d, values)] += count
    for account_id, *values in session.execute(
            select(Account.id, *columns).select_from(twice.joined).where(among(session, Account.id, list(alike)))):
        found[_as_counted(d, values)] += alike[account_id]
    keep = sum(count for (*_, keeps), count in found.items() if keeps)
    moved = Counter[tuple[Any, ...]]()
    for (old, old_currency, new, new_currency, _), count in found.items():
        if (old, old_currency) != (new, new_currency):
            moved[old, old_currency, new, new_currency] += count
    changes = [_value_change(d, values, count) for values, count in moved.items()]
    changes.sort(key=lambda c: (-c.accounts, c.old_text, c.new_text))
    return AttributeImpact(key=d.key, label=d.label, inherit=found.total() - keep, keep=keep, changes=tuple(changes))


def _as_counted(d: AttributeDefinition, values: Sequence[Any]) -> tuple[Any, ...]:
    """Currencies mean something of money alone."""
    old, old_currency, new, new_currency, keeps = values
    if d.kind is not Kind.MONEY:
        old_currency = new_currency = None
    return old, old_currency, new, new_currency, bool(keeps)


def _value_change(d: AttributeDefinition, values: Sequence[Any], accounts: int) -> ValueChange:
    old, old_currency, new, new_currency = values
    return ValueChange(old=old, old_currency=old_currency, new=new, new_currency=new_currency,
                       old_text=value_text(d, old, old_currency), new_text=value_text(d, new, new_currency),
                       accounts=accounts)


# --------------------------------------------------------------------------- consequences


def _exceeded(
    session: Session, change: Change, days: Mapping[int, date], kept: frozenset[int]
) -> tuple[int, int]:
    """How many are above their limit before and after; a limit in another currency says nothing without a rate.

    No limit is below nothing, so of balances that are kept those above nothing alone are looked at. A change that
    touches no limit leaves whoever is above theirs where they are.
    """
    if LIMIT_KEYS.isdisjoint(change.keys) and right_providers(session, days, limits=True) == days.keys():
        above = session.scalar(
            select(func.count()).select_from(Account.__table__.join(
                KeptFigures.__table__, KeptFigures.account_id == Account.id))
            .where(KeptFigures.provider_id.in_(list(days)), KeptFigures.credit_rank < 0, change.which)) or 0
        return above, above
    twice = _twice(change, "credit_limit")
    limits = (in_own_currency(twice.old, twice.old_currency),
              in_own_currency(twice.new, twice.new_currency, provider_id=change.after.provider_of(Account)))
    groups = [(select(KeptFigures.account_id, KeptFigures.balance_minor.label("balance")).where(
        KeptFigures.provider_id.in_(kept), KeptFigures.balance_minor > 0), list(kept))] if kept else []
    for today in sorted({day for provider_id, day in days.items() if provider_id not in kept}):
        providers = [provider_id for provider_id, day in days.items() if day == today and provider_id not in kept]
        those = select(Account.id).where(change.which, Account.provider_id.in_(providers))
        groups.append((balances_by_account(FinancialTransaction.account_id.in_(those), today), providers))
    before = after = 0
    for statement, providers in groups:
        balances = fenced(statement, "balances")
        found = session.execute(
            select(*[func.count().filter(balances.c.balance > limit) for limit in limits])
            .select_from(twice.joined.join(balances, balances.c.account_id == Account.id))
            .where(change.which, Account.provider_id.in_(providers))).one()
        before, after = before + found[0], after + found[1]
    return before, after


def _candidates(
    session: Session, which: ColumnElement[bool], provider_id: int, today: date, checkpoint: Checkpoint, *,
    is_kept: bool,
) -> int:
    """How many of the accounts a scan would suspend; who has nothing old enough, by the figures that are kept, is not
    judged.
    """
    rules = rules_in_force(session, provider_id=provider_id, on=today)
    if rules is None:
        return 0
    owing = select(Account.id).where(
        which, Account.provider_id == provider_id, Account.type == AccountType.END_USER.value)
    if is_kept:
        owing = owing.where(Account.id.in_(select(KeptFigures.account_id).where(
            KeptFigures.provider_id == provider_id,
            KeptFigures.late_rank > rules.min_overdue_days - (today - EPOCH).days)))
    ids = session.scalars(owing.order_by(Account.id)).all()
    found = 0
    for start in range(0, len(ids), _JUDGED_AT_ONCE):
        checkpoint()
        scope = scope_for(session, provider_id=provider_id, rules=rules, as_of=today,
                          account_ids=tuple(ids[start:start + _JUDGED_AT_ONCE]))
        found += sum(group.accounts for group in judged_groups(session, scope)
                     if group.outcome is ScanOutcome.SUSPEND)
    return found
