"""Credit limits of many accounts at once, each with the currency of the owner that states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case
from sqlalchemy.orm import aliased

from app.models.account import Account
from app.models.attribute import account_attributes, origin_column, provider_effective
from app.models.attribute_catalogue import DEFINITIONS
from app.models.provider import Provider
from app.models.values import Tier
from app.services.attributes import effective_columns

_HOME, _ORIGIN = aliased(Provider, name="home"), aliased(Provider, name="origin")


@dataclass(frozen=True, slots=True)
class CreditColumns:
    """The effective credit limit as columns: use `joined` as the statement's FROM."""

    joined: FromClause
    limit_minor: ColumnElement[Any]
    """NULL: no limit."""
    currency: ColumnElement[Any]
    """Currency of the limit; NULL with it."""
    tier: ColumnElement[Any]
    owner_id: ColumnElement[Any]


def credit_columns(accounts: Any = Account) -> CreditColumns:
    """Effective limit, its currency, tier and owner for every account of a set (`Account` or an alias of it).

    A limit typed in on the account is in the account's currency; one of a rating or a profile in the currency of the
    account's provider; one passed on by a provider in that provider's.
    """
    found = effective_columns(["credit_limit"], accounts)
    limit, tier, owner = (part["credit_limit"] for part in (found.values, found.tiers, found.owners))
    typed_in = and_(tier == Tier.ACCOUNT.value, account_attributes.c.credit_limit.is_not(None))
    currency = case(
        (limit.is_(None), None),
        (typed_in, accounts.currency),
        (tier.in_([Tier.ACCOUNT.value, Tier.PROFILE.value]), _HOME.currency),
        else_=_ORIGIN.currency,
    )
    passed_on_by = provider_effective.c[origin_column(DEFINITIONS["credit_limit"])]
    joined = (
        found.joined.join(_HOME, _HOME.account_id == accounts.provider_id)
        .outerjoin(_ORIGIN, _ORIGIN.account_id == passed_on_by)
    )
    return CreditColumns(joined, limit, currency, tier, owner)
