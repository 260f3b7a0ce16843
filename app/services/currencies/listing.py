"""The currencies of a provider as screens and the command line list them, with all their rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.currencies.rates import CurrencyRatePeriod, ProviderCurrency, RateSource
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.currency_conversion import rate_text
from app.models.values import CurrencyState, RateSourceKind, Rounding
from app.services.access.authorize import may, require_provider, visible
from app.services.currencies.conversion import books_of
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, is_on


@dataclass(frozen=True, slots=True, kw_only=True)
class RateRow:
    """One rate period."""

    id: int
    currency: str
    books: str
    from_date: date
    to_date: date | None
    """The last day; None while nothing follows."""
    until_next: bool
    """No last day was said: the next period ends it."""
    rate: Fraction
    source: str
    """The file or the server that said it; empty: typed by hand."""
    recorded_at: datetime
    recorded_by: str

    @property
    def rate_text(self) -> str:
        """What one unit costs in the currency of the books."""
        return rate_text(self.rate)

    @property
    def inverse_text(self) -> str:
        """What one unit of the currency of the books costs; reckoned, never typed."""
        return rate_text(1 / self.rate)

    def holds_on(self, day: date) -> bool:
        """Whether a day is one of its days."""
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyRow:
    """One currency of a provider."""

    currency: str
    is_books: bool
    """That of the books, which costs itself and is always effective."""
    state: CurrencyState
    rounding: Rounding
    accounts: int
    """How many accounts are kept in it."""
    rates: tuple[RateRow, ...]
    """The newest first."""
    now: RateRow | None
    """The one of today."""

    @property
    def is_usable(self) -> bool:
        """Whether an account may be kept in it: effective, and not without any rate."""
        return self.is_books or (self.state is CurrencyState.EFFECTIVE and bool(self.rates))


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """Where rates are fetched from, and what came of it last."""

    kind: RateSourceKind
    url: str
    fetched_at: datetime | None
    fetched_by: str
    result: str
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencySheet:
    """All currencies of one provider, that of its books first, the others by their codes."""

    provider_id: int
    code: str
    name: str
    books: str
    today: date
    several: bool
    """Whether accounts may be kept in others than that of the books."""
    by_country: bool
    """Whether a new account begins in the currency of the provider's country."""
    currencies: tuple[CurrencyRow, ...]
    source: SourceRow | None
    may_change: bool

    def of(self, currency: str) -> CurrencyRow | None:
        """One of them; None where it is not listed."""
        return next((row for row in self.currencies if row.currency == currency), None)


def currency_sheet(session: Session, *, provider_id: int) -> CurrencySheet:
    """The currencies of a provider with their rates."""
    provider = require_provider(session, provider_id, Power.PROVIDERS)
    books, today = books_of(session, provider_id), business_day(session, provider_id)
    rates: dict[str, list[RateRow]] = {}
    for row in session.scalars(select(CurrencyRatePeriod).where(CurrencyRatePeriod.provider_id == provider_id)
                               .order_by(CurrencyRatePeriod.from_date.desc())):
        rates.setdefault(row.currency, []).append(_rate_row(row, books))
    counts: dict[str, int] = dict(session.execute(
        select(Account.currency, func.count()).where(Account.provider_id == provider_id, Account.id != provider_id,
                                               visible(session))
        .group_by(Account.currency)).all())
    stored = {row.currency: row for row in session.scalars(
        select(ProviderCurrency).where(ProviderCurrency.provider_id == provider_id))}
    codes = sorted({books, *stored}, key=lambda code: (code != books, code))
    found = tuple(_currency_row(code, stored.get(code), rates.get(code, []), is_books=code == books,
                                accounts=counts.get(code, 0), today=today) for code in codes)
    return CurrencySheet(
        provider_id=provider_id, code=provider.code, name=provider.name, books=books, today=today,
        several=is_on(session, provider_id, Module.MULTI_CURRENCY),
        by_country=is_on(session, provider_id, Module.MULTI_COUNTRY), currencies=found,
        source=_source(session, provider_id), may_change=may(session, Power.PROVIDERS_CURRENCIES))


def _rate_row(row: CurrencyRatePeriod, books: str) -> RateRow:
    return RateRow(id=row.id, currency=row.currency, books=books, from_date=row.from_date, to_date=row.to_date,
                   until_next=row.until_next, rate=Fraction(row.rate_over, row.rate_under), source=row.source,
                   recorded_at=row.recorded_at, recorded_by=row.recorded_by)


def _currency_row(
    code: str, stored: ProviderCurrency | None, rates: list[RateRow], *, is_books: bool, accounts: int, today: date
) -> CurrencyRow:
    state = CurrencyState.EFFECTIVE if is_books or stored is None else CurrencyState(stored.state)
    return CurrencyRow(
        currency=code, is_books=is_books, state=state,
        rounding=Rounding.HALF_UP if stored is None else Rounding(stored.rounding), accounts=accounts,
        rates=tuple(rates), now=next((rate for rate in rates if rate.holds_on(today)), None))


def _source(session: Session, provider_id: int) -> SourceRow | None:
    row = session.get(RateSource, provider_id)
    if row is None:
        return None
    return SourceRow(kind=RateSourceKind(row.kind), url=row.url, fetched_at=row.fetched_at,
                     fetched_by=row.fetched_by or "", result=row.result, succeeded=row.succeeded)
