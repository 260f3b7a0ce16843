"""Credit limits of accounts that are kept in another currency than the limit is stated in."""

from __future__ import annotations

from datetime import date

from app.models.values import CreditEvent, CreditStanding, CurrencyState
from app.services.credit.checking import check_credit
from app.services.credit.exceeded import exceeded_accounts
from app.services.credit.limits import LimitQuestion
from app.services.credit.ratings import set_credit_rating
from app.services.credit.terms import credit_terms
from app.services.currencies.changing import CurrencyUse, add_rate, set_currency
from app.services.database.unit_of_work import Database
from app.services.hierarchy.accounts import NewAccount, create_account
from app.services.providers.modules import Module, switch_module
from tests.factories.books import Book, scratch

BUY = CreditEvent.PURCHASE_ONE_TIME_SERVICE


def test_a_limit_of_460_euros_is_one_of_500_dollars(database: Database) -> None:
    """1 USD = 0.92 EUR in 2024; an account that began before there was a rate has a limit that says nothing."""
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", credit_rating="A")
        set_credit_rating(session, provider_id=home, code="A", limit_minor=46_000, seen=None)
        switch_module(session, provider_id=home, module=Module.MULTI_CURRENCY, on=True, seen=None)
        add_rate(session, provider_id=home, currency="USD", from_date=date(2024, 1, 1), to_date=date(2024, 12, 31),
                 rate="0.92")
        set_currency(session, provider_id=home, currency="USD", seen=CurrencyUse(),
                     wanted=CurrencyUse(state=CurrencyState.EFFECTIVE))
        rated, early = (create_account(session, provider_id=home, new=NewAccount(
            code=code, name=code, start_date=start, currency="USD"))
            for code, start in (("U-1", date(2024, 3, 1)), ("U-2", date(2023, 3, 1))))
        for account in (rated, early):
            book.invoice(account, 49_000, date(2025, 1, 1), date(2025, 2, 1))
        day = date(2026, 3, 16)
        at, over = (check_credit(session, account_id=rated, event=BUY, amount_minor=amount, on=day)
                    for amount in (1_000, 1_001))
        assert (at.allowed, at.limit_minor, at.currency) == (True, 50_000, "USD")
        assert (over.allowed, over.excess_minor) == (False, 1)
        assert "0.01 USD above its limit of 500.00 USD (460.00 EUR at 1 USD = 0.92 EUR, of" in over.sentence
        nothing = check_credit(session, account_id=early, event=BUY, amount_minor=10**9, on=day)
        assert (nothing.allowed, nothing.limit_minor) == (True, None)
        assert nothing.sentence == ("The credit limit of U-2 is in EUR, of which there is no rate for its first day, "
                                    "so it says nothing.")
        assert (credit_terms(session, account_id=rated).limit_minor,
                credit_terms(session, account_id=early).standing) == (50_000, CreditStanding.NO_RATE)
        book.invoice(rated, 1_001, date(2025, 1, 1), date(2025, 2, 1))
        assert [(row.code, row.limit_minor, row.head_room_minor, row.currency)
                for row in exceeded_accounts(session, question=LimitQuestion(provider_id=home))] == [
            ("U-1", 50_000, -1, "USD")]
