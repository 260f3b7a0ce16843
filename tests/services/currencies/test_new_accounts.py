"""The currency of a new account: what it gets that names none, what may be named, and that it stays."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.values import AccountType, CurrencyState, Enterprise, Tier
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attributes
from app.services.currencies.changing import CurrencyUse, add_rate, set_currency
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedField
from app.services.hierarchy.accounts import NewAccount, create_accounts
from app.services.hierarchy.new_account import AccountRequest, check_new_account, create_new_account
from app.services.hierarchy.new_account_offers import creation_options
from app.services.providers.modules import Module, switch_module
from tests.factories.books import Book, scratch

START = date(2024, 3, 1)
EFFECTIVE = CurrencyUse(state=CurrencyState.EFFECTIVE)


class Office:
    """A provider in euros, and what its new accounts get."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.book = Book(session)
        self.provider = self.book.provider("HT", currency="EUR", name="Harbour")
        self._made = 0

    def switch(self, *modules: Module, on: bool = True) -> None:
        for module in modules:
            switch_module(self.session, provider_id=self.provider, module=module, on=on, seen=None if on else True)

    def rate(self, currency: str, rate: str = "0.92") -> None:
        add_rate(self.session, provider_id=self.provider, currency=currency, from_date=date(2024, 1, 1),
                 to_date=date(2024, 12, 31), rate=rate)

    def use(self, currency: str) -> None:
        set_currency(self.session, provider_id=self.provider, currency=currency, wanted=EFFECTIVE, seen=CurrencyUse())

    def settle_in(self, country: str | None) -> None:
        set_attributes(self.session, tier=Tier.PROVIDER, owner_id=self.provider, values={"country": country},
                       seen=stored_values(self.session, Tier.PROVIDER, self.provider))

    def account_in(self, currency: str) -> int:
        """The id of a new account."""
        (found,) = create_accounts(self.session, provider_id=self.provider, accounts=[
            NewAccount(code=f"IN-{currency}", name="A", start_date=START, currency=currency)])
        return found

    def gets(self, currency: str = "") -> str:
        """The currency of an account that asks for one, or the refusal."""
        self._made += 1
        request = AccountRequest(parent_id=self.provider, type=AccountType.END_USER, name="Acme", start_date=START,
                                 enterprise=Enterprise.ORGANISATION, code=f"A{self._made}", currency=currency)
        try:
            check_new_account(self.session, request=request)
        except RefusedField as refused:
            with pytest.raises(RefusedField) as again:
                create_accounts(self.session, provider_id=self.provider, accounts=[
                    NewAccount(code=f"B{self._made}", name="B", start_date=START, currency=currency)])
            return str(refused) if str(again.value) == str(refused) else f"{refused} But: {again.value}"
        created = create_new_account(self.session, request=request)
        return self.session.get_one(Account, created.id).currency


def test_what_a_new_account_is_kept_in(database: Database) -> None:
    with scratch(database) as session:
        office = Office(session)
        off = "Multiple currencies are switched off for Harbour, so its accounts are kept in EUR and not in USD."
        assert (office.gets(), office.gets("EUR"), office.gets("USD")) == ("EUR", "EUR", off)
        office.rate("USD")
        office.use("USD")
        assert office.gets("USD") == off
        office.switch(Module.MULTI_CURRENCY)
        assert (office.gets(), office.gets("USD")) == ("EUR", "USD")
        assert office.gets("GBP") == ("GBP is not effective at Harbour; an account may be kept in EUR or USD.")
        office.use("GBP")
        assert office.gets("GBP") == ("Harbour has no rate of GBP yet; an account may be kept in EUR or USD.")
        office.rate("JPY", "0.0061")
        assert office.gets("JPY").startswith("JPY is not effective at Harbour")
        assert office.gets("EURO").startswith('"EURO" is not an ISO 4217 currency code')


def test_the_country_of_its_provider_says_what_it_begins_in(database: Database) -> None:
    with scratch(database) as session:
        office = Office(session)
        office.settle_in("US")
        office.switch(Module.MULTI_COUNTRY)
        assert office.gets() == "EUR", "only with several currencies"
        office.switch(Module.MULTI_CURRENCY)
        begins = "New accounts of Harbour begin in the currency of United States. "
        assert office.gets() == f"{begins}USD is not effective at Harbour; an account may be kept in EUR."
        office.use("USD")
        office.rate("USD")
        assert (office.gets(), office.gets("EUR")) == ("USD", "EUR")
        options = creation_options(session, parent_id=office.provider)
        assert (options.currency, options.currencies, options.first_currency) == ("EUR", ("EUR", "USD"), "USD")
        for country in ("DE", "AQ", None):
            office.settle_in(country)
            assert office.gets() == "EUR"
        office.settle_in("US")
        office.switch(Module.MULTI_COUNTRY, on=False)
        assert office.gets() == "EUR"


def test_a_provider_passes_its_country_on(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        above = book.provider("PW", kind=AccountType.WHOLESALE, currency="USD", country="US")
        below = book.provider("HT", parent=above, currency="EUR")
        for module in (Module.MULTI_CURRENCY, Module.MULTI_COUNTRY):
            switch_module(session, provider_id=book.operator, module=module, on=True, seen=None)
        add_rate(session, provider_id=below, currency="USD", from_date=START, rate="0.92")
        set_currency(session, provider_id=below, currency="USD", wanted=EFFECTIVE, seen=CurrencyUse())
        account = book.account(below, "A1", start=START)
        assert session.get_one(Account, account).currency == "USD"


@pytest.mark.parametrize(("statement", "says"), [
    ("UPDATE account SET currency = 'EUR' WHERE id = {usd}", "currency of an account is fixed"),
    ("UPDATE account SET currency = 'USD' WHERE id = {eur}", "currency of an account is fixed"),
    ("UPDATE provider SET currency = 'USD' WHERE account_id = {provider}", "currency of the books is fixed"),
    ("INSERT INTO account ({columns}) SELECT {columns_as} FROM account WHERE id = {eur}", "or in one that"),
    ("UPDATE provider_currency SET currency = 'EUR', state = 'not_effective' WHERE currency = 'GBP'",
     "always effective"),
    ("INSERT INTO provider_currency (provider_id, currency, state, rounding) VALUES ({provider}, 'EUR', "
     "'not_effective', 'half_up')", "always effective"),
    ("UPDATE provider_currency SET state = 'off'", "(?i)check|ck_provider_currency_state"),
    ("INSERT INTO currency_rate_period ({period}) SELECT {period_as} FROM currency_rate_period WHERE currency = 'USD'",
     "never overlap"),
    ("UPDATE currency_rate_period SET from_date = '2024-02-01'", "its last day alone"),
    ("UPDATE currency_rate_period SET rate_over = 24", "its last day alone"),
    ("UPDATE currency_rate_period SET to_date = NULL WHERE from_date = '2024-01-01'", "never overlap"),
    ("UPDATE currency_rate_period SET to_date = '2023-12-01' WHERE from_date = '2024-01-01'", "ck_|CHECK|its last"),
    ("INSERT INTO currency_rate_period ({period}) SELECT {period_eur} FROM currency_rate_period "
     "WHERE from_date = '2024-01-01'", "currency of the books has no rate"),
    ("DELETE FROM provider_currency WHERE currency = 'USD'", "(?i)foreign key"),
])
def test_no_client_gets_past_it(database: Database, statement: str, says: str) -> None:
    with scratch(database) as session:
        office = Office(session)
        office.switch(Module.MULTI_CURRENCY)
        office.use("USD")
        office.use("GBP")
        office.rate("USD")
        add_rate(session, provider_id=office.provider, currency="USD", from_date=date(2025, 1, 1), rate="0.95")
        usd = office.account_in("USD")
        eur = office.account_in("EUR")
        names = [c.name for c in Account.__table__.columns if c.name != "id"]
        period = ["provider_id", "currency", "from_date", "to_date", "until_next", "rate_over", "rate_under", "source",
                  "recorded_at", "recorded_by"]
        places = {
            "usd": usd, "eur": eur, "provider": office.provider, "columns": ", ".join(names),
            "columns_as": ", ".join({"currency": "'JPY'", "code": "'X'"}.get(name, name) for name in names),
            "period": ", ".join(period),
            "period_as": ", ".join({"from_date": "'2024-05-01'", "to_date": "NULL", "until_next": "true"}.get(n, n)
                                   for n in period),
            "period_eur": ", ".join({"currency": "'EUR'"}.get(n, n) for n in period)}
        with pytest.raises(DBAPIError, match=says):
            session.execute(text(statement.format(**places)))
