"""In which currency a new account is kept (ARCHITECTURE.md, "Currencies"); after that it stays so for good."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import provider_effective
from app.models.countries import COUNTRIES
from app.models.currencies.rates import CurrencyRatePeriod, ProviderCurrency
from app.models.parties.account import Account
from app.models.values import CURRENCIES, CurrencyState
from app.services.currencies.conversion import books_of
from app.services.errors import RefusedField
from app.services.files.texts import shown
from app.services.providers.modules import Module, is_on
from app.services.wording import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccountCurrencies:
    """What a provider's new accounts may be kept in."""

    provider: str
    """Its name."""
    books: str
    several: bool
    """Whether others than that of the books may be chosen at all."""
    usable: tuple[str, ...]
    """All that may be chosen, that of the books first."""
    at_home: str
    """What an account gets that names none; it may be one that cannot be used yet."""
    country: str
    """The name of the country that says so; empty where it is the books."""
    listed: frozenset[str]
    """Currencies that are effective, with a rate or without."""

    def of(self, wanted: str) -> str:
        """The currency of an account that wants this one, or none in particular when empty.

        Raises RefusedField on `currency` for one that may not be chosen, with what would be right.
        """
        currency = wanted or self.at_home
        if currency in self.usable:
            return currency
        raise RefusedField("currency", self._refusal(currency, is_named=bool(wanted)))

    def _refusal(self, currency: str, *, is_named: bool) -> str:
        if currency not in CURRENCIES:
            return f'"{shown(currency)}" is not an ISO 4217 currency code; write one such as {self.books}.'
        if not self.several:
            return (f"Multiple currencies are switched off for {self.provider}, so its accounts are kept in "
                    f"{self.books} and not in {currency}.")
        words = (_NO_RATE if currency in self.listed else _NOT_EFFECTIVE).format(
            currency=currency, provider=self.provider, usable=listed(self.usable).replace(" and ", " or "))
        if is_named:
            return words
        return f"New accounts of {self.provider} begin in the currency of {self.country}. {words}"


_NO_RATE = "{provider} has no rate of {currency} yet; an account may be kept in {usable}."
_NOT_EFFECTIVE = "{currency} is not effective at {provider}; an account may be kept in {usable}."


def new_account_currencies(session: Session, *, provider_id: int) -> NewAccountCurrencies:
    """The currencies that new accounts of a provider may have, and the one they get that name none.

    Others than that of the books need the switch *Multiple currencies*, must be effective, and have a rate on file.
    With *Multiple countries* on as well, an account that names none gets that of the provider's country.
    """
    books = books_of(session, provider_id)
    several = is_on(session, provider_id, Module.MULTI_CURRENCY)
    c, p = ProviderCurrency, CurrencyRatePeriod
    has_rate = exists().where(p.provider_id == c.provider_id, p.currency == c.currency)
    effective = {row.currency: bool(row.has_rate) for row in session.execute(
        select(c.currency, has_rate.label("has_rate"))
        .where(c.provider_id == provider_id, c.state == CurrencyState.EFFECTIVE.value))} if several else {}
    others = sorted(code for code, rated in effective.items() if rated and code != books)
    by_country = several and is_on(session, provider_id, Module.MULTI_COUNTRY)
    country = COUNTRIES.get(_country_of(session, provider_id)) if by_country else None
    has_own = country is not None and country.currency not in ("", books)
    return NewAccountCurrencies(
        provider=session.scalars(select(Account.name).where(Account.id == provider_id)).one(), books=books,
        several=several, usable=(books, *others), listed=frozenset(effective),
        at_home=country.currency if country is not None and has_own else books,
        country=country.name if country is not None and has_own else "")


def _country_of(session: Session, provider_id: int) -> str:
    return session.scalar(select(provider_effective.c.country).where(
        provider_effective.c.provider_id == provider_id)) or ""
