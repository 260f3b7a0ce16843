"""Credit limits of many accounts at once, each with the currency of the owner that states it, and keeping them.

What an account may owe is kept beside its figures (`models/ledger/figures.py`). Whoever changes the limit of accounts
keeps it in the same transaction; whoever changes what a profile, a provider or a rating passes on marks the providers
concerned, whose customers are looked through afterwards (`services/ledger/turning.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, and_, case, func, literal, null, select, update
from sqlalchemy.orm import Session, aliased

from app.models.attributes.attribute import account_attributes, origin_column
from app.models.attributes.catalogue import DEFINITIONS
from app.models.ledger.figures import NO_LIMIT, NO_RATE, KeptFigures, LimitsDue
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.values import Tier
from app.services.access.walks import below
from app.services.attributes.columns import STORED, EffectiveColumns, Source, effective_columns
from app.services.attributes.own_currency import in_own_currency
from app.services.database.aliases import shared_alias
from app.services.database.dialects import insert_for

_HOME, _ORIGIN = shared_alias(Provider, "home"), shared_alias(Provider, "origin")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditColumns:
    """The effective credit limit as columns: use `joined` as the statement's FROM."""

    joined: FromClause
    limit_minor: ColumnElement[Any]
    """NULL: no limit."""
    currency: ColumnElement[Any]
    """Currency of the limit; NULL with it."""
    own_minor: ColumnElement[Any]
    """The limit in the account's currency, by the rate of its start date; NULL without a limit and without a rate."""
    tier: ColumnElement[Any]
    owner_id: ColumnElement[Any]


def credit_columns(accounts: Any = Account) -> CreditColumns:
    """Effective limit, its currency, tier and owner for every account of a set (`Account` or an alias of it).

    A limit typed in on the account is in the account's currency; one of a rating or a profile in the currency of the
    account's provider; one passed on by a provider in that provider's.
    """
    found = effective_columns(["credit_limit"], accounts)
    joined, currency = with_currency(found, "credit_limit", accounts)
    limit, tier, owner = (part["credit_limit"] for part in (found.values, found.tiers, found.owners))
    return CreditColumns(joined=joined, limit_minor=limit, currency=currency, tier=tier, owner_id=owner,
                         own_minor=in_own_currency(limit, currency, accounts=accounts))


def with_currency(
    found: EffectiveColumns, key: str, accounts: Any = Account, *, source: Source = STORED
) -> tuple[FromClause, ColumnElement[Any]]:
    """The FROM and the currency of an effective value of money, that of the owner who states it; NULL with it.

    For values that are no money the currency means nothing.
    """
    stored = source is STORED
    home, origin = (_HOME, _ORIGIN) if stored else (aliased(Provider, name="home_then"),
                                                    aliased(Provider, name="origin_then"))
    value, tier, d = found.values[key], found.tiers[key], DEFINITIONS[key]
    whens: list[tuple[ColumnElement[bool], Any]] = [(value.is_(None), None)]
    if key in account_attributes.c:
        here = tier == Tier.ACCOUNT.value
        by_rating = key == "credit_limit"
        typed_in = and_(here, account_attributes.c[key].is_not(None)) if by_rating else here
        whens.append((typed_in, accounts.currency))
    whens.append((tier.in_([Tier.ACCOUNT.value, Tier.PROFILE.value]), home.currency))
    joined = found.joined.join(home, home.account_id == source.provider_of(accounts))
    if d.allowed_on(Tier.PROVIDER):
        passed_on_by = source.provider.c[origin_column(d)]
        joined = joined.outerjoin(origin, origin.account_id == passed_on_by)
        return joined, case(*whens, else_=origin.currency)
    return joined, case(*whens, else_=null())


# --------------------------------------------------------------------------- limits that are kept


LIMIT_KEYS = frozenset({"credit_limit", "credit_rating"})
"""The attributes that an effective limit comes from."""


def limit_of_account(credit: CreditColumns) -> ColumnElement[int]:
    """The effective limit as it is kept: in the account's currency, or what stands for none or no rate."""
    return case((credit.limit_minor.is_(None), literal(NO_LIMIT, BigInteger)),
                else_=func.coalesce(credit.own_minor, literal(NO_RATE, BigInteger)))


def keep_limits(session: Session, accounts: ColumnElement[bool]) -> None:
    """Keep the limits of the accounts that a condition on `Account` selects; the caller holds their rows."""
    credit = credit_columns()
    found = (select(Account.id.label("account_id"), limit_of_account(credit).label("limit_minor"))
             .select_from(credit.joined).where(accounts).subquery("found"))
    kept = KeptFigures
    session.execute(
        update(kept).where(kept.account_id == found.c.account_id, kept.limit_minor != found.c.limit_minor)
        .values(limit_minor=found.c.limit_minor, credit_rank=rank_of(found.c.limit_minor, kept.balance_minor))
        .execution_options(synchronize_session=False))


def rank_of(limit_minor: Any, balance_minor: Any) -> ColumnElement[int]:
    """The credit that a kept limit leaves beside a balance."""
    return case((limit_minor >= NO_RATE, limit_minor), else_=limit_minor - balance_minor)


def mark_limits(session: Session, *, provider_id: int) -> None:
    """Say that customers of a provider and of those below it may have other limits than are kept."""
    providers = below([provider_id])
    insert: Any = insert_for(session, LimitsDue).from_select(
        ["provider_id", "wanted", "done"],
        select(providers.c.id, literal(1, BigInteger), literal(0, BigInteger)).where(providers.c.id.is_not(None)))
    session.execute(insert.on_conflict_do_update(
        index_elements=[LimitsDue.provider_id], set_={"wanted": LimitsDue.wanted + 1}))
