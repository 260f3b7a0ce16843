"""Credit limits of many accounts at once, each with the currency of the owner that states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, null
from sqlalchemy.orm import aliased

from app.models.attributes.attribute import account_attributes, origin_column
from app.models.attributes.catalogue import DEFINITIONS
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.values import Tier
from app.services.attributes.columns import STORED, EffectiveColumns, Source, effective_columns
from app.services.attributes.own_currency import in_own_currency
from app.services.database.aliases import shared_alias

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
