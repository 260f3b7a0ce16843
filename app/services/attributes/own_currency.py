"""Amounts that attributes state, in the currency of each account of a set (ARCHITECTURE.md, "Currencies").

The rates are those of the account's provider on a day of the account: limits go by its start date. The pure form is
`currencies.conversion`; a test holds both equal.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, literal, or_, select
from sqlalchemy.sql.selectable import FromClause

from app.models.currencies.rates import CurrencyRatePeriod, ProviderCurrency
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.values import CURRENCIES, Rounding
from app.services.database.exact_ratio import exact_ratio

_BOOKS: FromClause = Provider.__table__.alias("own_books")
_SOURCE: FromClause = CurrencyRatePeriod.__table__.alias("own_source_rate")
_TARGET: FromClause = CurrencyRatePeriod.__table__.alias("own_target_rate")
_USE: FromClause = ProviderCurrency.__table__.alias("own_use")
_ONE = literal(1, BigInteger)


def in_own_currency(
    value: ColumnElement[Any], currency: ColumnElement[Any], *, accounts: Any = Account,
    provider_id: ColumnElement[Any] | None = None, on: ColumnElement[Any] | None = None,
) -> ColumnElement[Any]:
    """An amount of 0 or more, stated in `currency`, in that of each account; NULL with it, and without a rate.

    `provider_id` is whose rates are taken, those of the account's provider where it is left out; `on` the day, the
    account's start date. Costs nothing where both currencies are the same: the rates are looked up for others alone.
    """
    provider = accounts.provider_id if provider_id is None else provider_id
    day = accounts.start_date if on is None else on
    books, source, target, use = _BOOKS.c, _SOURCE.c, _TARGET.c, _USE.c
    joined = (
        _BOOKS.outerjoin(_SOURCE, and_(source.provider_id == books.account_id, source.currency == currency,
                                       _holds(source, day)))
        .outerjoin(_TARGET, and_(target.provider_id == books.account_id, target.currency == accounts.currency,
                                 _holds(target, day)))
        .outerjoin(_USE, and_(use.provider_id == books.account_id, use.currency == accounts.currency)))
    converted = exact_ratio(
        value, (_minor_units(accounts.currency), func.coalesce(source.rate_over, _ONE),
                func.coalesce(target.rate_under, _ONE)),
        (_minor_units(currency), func.coalesce(source.rate_under, _ONE), func.coalesce(target.rate_over, _ONE)),
        func.coalesce(use.rounding, Rounding.HALF_UP.value))
    by_rates = (
        select(converted).select_from(joined)
        .where(books.account_id == provider,
               or_(currency == books.currency, source.id.is_not(None)),
               or_(accounts.currency == books.currency, target.id.is_not(None)))
        .correlate_except(_BOOKS, _SOURCE, _TARGET, _USE).scalar_subquery())
    return case((currency == accounts.currency, value), else_=by_rates)


def _holds(rate: Any, day: Any) -> ColumnElement[bool]:
    return and_(rate.from_date <= day, or_(rate.to_date.is_(None), rate.to_date >= day))


def _minor_units(currency: Any) -> ColumnElement[int]:
    """How many minor units make one of a currency."""
    units = {code: 10**places for code, places in CURRENCIES.items() if places != 2}
    return case(units, value=currency, else_=literal(100, BigInteger))
