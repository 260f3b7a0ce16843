"""What an amount is in another currency at a provider on a day, and by which rates (ARCHITECTURE.md, "Currencies")."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.models.currencies.rates import CurrencyRatePeriod, ProviderCurrency
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.rules.currency_conversion import converted, rate_text
from app.models.values import Money, MoneyError, Rounding, grouped_amount
from app.services.errors import RefusedByRule
from app.services.wording import day_text


class NoRate(RefusedByRule):
    """There is no rate of a currency on a day, so nothing can be said in it."""

    def __init__(self, message: str, *, currency: str, on: date) -> None:
        super().__init__(message)
        self.currency = currency
        self.on = on


@dataclass(frozen=True, slots=True, kw_only=True)
class RateUsed:
    """One rate that an amount was converted by: what one unit of `currency` costs in that of the books."""

    currency: str
    books: str
    rate: Fraction
    period_id: int
    from_date: date
    to_date: date | None

    @property
    def text(self) -> str:
        """The rate in words: "1 USD = 0.92 EUR"."""
        return f"1 {self.currency} = {rate_text(self.rate)} {self.books}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """An amount in another currency, with what it came from and by which rates of which day."""

    amount_minor: int
    currency: str
    from_minor: int
    from_currency: str
    on: date
    """The day whose rates were taken."""
    rates: tuple[RateUsed, ...]
    """None where both currencies are the same; two where neither is that of the books."""

    @property
    def rate_words(self) -> str:
        """By which rates, and of which day: "at 1 USD = 0.92 EUR, of 3 Mar 2024"; empty where nothing was converted."""
        if not self.rates:
            return ""
        return f"at {' and '.join(rate.text for rate in self.rates)}, of {day_text(self.on)}"

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(self.amount_minor, self.currency)

    @property
    def stated(self) -> str:
        """The amount as it came: "460.00 EUR"."""
        return f"{grouped_amount(self.from_minor, self.from_currency)} {self.from_currency}"

    @property
    def words(self) -> str:
        """The amount as it is, and where it was converted, as it came and by which rates."""
        amount = f"{grouped_amount(self.amount_minor, self.currency)} {self.currency}"
        return f"{amount} ({self.stated} {self.rate_words})" if self.rates else amount


def convert(
    session: Session, *, provider_id: int, amount_minor: int, source: str, target: str, on: date
) -> Conversion:
    """An amount of one currency in another, by the rates of a provider on a day and rounded as the target is there.

    Raises NoRate naming the currency that has no rate on that day, MoneyError for a currency that is not known and for
    what is beyond an amount.
    """
    if source == target:
        return Conversion(amount_minor=amount_minor, currency=target, from_minor=amount_minor, from_currency=source,
                          on=on, rates=())
    books = books_of(session, provider_id)
    wanted = [currency for currency in (source, target) if currency != books]
    rates = rates_on(session, provider_id=provider_id, currencies=wanted, on=on)
    for currency in wanted:
        if currency not in rates:
            raise no_rate(session, provider_id=provider_id, currency=currency, books=books, on=on)
    minor = converted(amount_minor, source=source, target=target, source_rate=_rate(rates, source),
                      target_rate=_rate(rates, target),
                      rounding=rounding_of(session, provider_id=provider_id, currency=target))
    return Conversion(amount_minor=minor, currency=target, from_minor=amount_minor, from_currency=source, on=on,
                      rates=tuple(rates[currency] for currency in wanted))


def convert_if_known(
    session: Session, *, provider_id: int, amount_minor: int, source: str, target: str, on: date
) -> Conversion | None:
    """The same, and None where a rate is missing or the figure cannot be an amount."""
    try:
        return convert(session, provider_id=provider_id, amount_minor=amount_minor, source=source, target=target,
                       on=on)
    except (NoRate, MoneyError):
        return None


def limit_in_own_currency(session: Session, *, account: Account, limit: Money) -> Conversion | None:
    """A limit in the currency of the account it is for, by the rate of the account's start date; None without one.

    The set-based form is `attributes.own_currency`; a test holds both equal.
    """
    return convert_if_known(session, provider_id=account.provider_id, amount_minor=limit.minor, source=limit.currency,
                            target=account.currency, on=account.start_date)


def _rate(rates: Mapping[str, RateUsed], currency: str) -> Fraction:
    return rates[currency].rate if currency in rates else Fraction(1)


def rates_on(session: Session, *, provider_id: int, currencies: Collection[str], on: date) -> dict[str, RateUsed]:
    """The rates in force on a day, by currency; those without one are missing, and so is that of the books."""
    p, books = CurrencyRatePeriod, books_of(session, provider_id)
    rows = session.scalars(select(p).where(
        p.provider_id == provider_id, p.currency.in_(list(currencies)), p.from_date <= on,
        or_(p.to_date.is_(None), p.to_date >= on)))
    return {row.currency: RateUsed(currency=row.currency, books=books, rate=Fraction(row.rate_over, row.rate_under),
                                   period_id=row.id, from_date=row.from_date, to_date=row.to_date) for row in rows}


def books_of(session: Session, provider_id: int) -> str:
    """The currency in which a provider keeps its books: that of its defaults, its profiles and its ratings."""
    return session.scalars(select(Provider.currency).where(Provider.account_id == provider_id)).one()


def rounding_of(session: Session, *, provider_id: int, currency: str) -> Rounding:
    """How amounts are rounded that are converted into a currency at a provider; half up where nothing is said."""
    found = session.scalar(select(ProviderCurrency.rounding).where(
        ProviderCurrency.provider_id == provider_id, ProviderCurrency.currency == currency))
    return Rounding.HALF_UP if found is None else Rounding(found)


def no_rate(session: Session, *, provider_id: int, currency: str, books: str, on: date) -> NoRate:
    """The refusal for a currency without a rate on a day, with what would be right."""
    name = session.scalars(select(Account.name).where(Account.id == provider_id)).one()
    return NoRate(f"{name} has no rate of {currency} for {day_text(on)}. Enter what 1 {currency} costs in {books} on "
                  "that day, or fetch the rates.", currency=currency, on=on)
