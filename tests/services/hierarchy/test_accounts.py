"""Creating the hierarchy: what may stand where, codes, realms, and what every new account gets."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.values import AccountType, Enterprise
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.accounts import (
    NewAccount,
    ProviderSettings,
    create_account,
    create_accounts,
    create_provider,
)
from app.services.hierarchy.finding import find_account, find_provider
from tests.factories.books import START, Book, scratch

W, R, N = AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING


def test_a_provider_comes_with_default_profile_and_system_accounts(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", currency="JPY")
        below = session.execute(select(Account.code, Account.type, Account.currency)
                                .where(Account.provider_id == provider).order_by(Account.code)).all()
        assert [tuple(row) for row in below] == [("SUSPENSE", "system", "JPY"), ("WRITE-OFF", "system", "JPY")]
        assert book.profile_name(book.default_profile(provider)) == "Default Profile"


@pytest.mark.parametrize(
    ("parent", "child"), [(W, AccountType.END_USER), (W, AccountType.AGENT), (N, AccountType.AGENT)]
)
def test_customers_stand_only_where_the_matrix_allows(
    database: Database, parent: AccountType, child: AccountType
) -> None:
    with scratch(database) as session:
        book = Book(session)
        above = book.provider("PW", kind=W) if parent is N else book.operator
        provider = book.provider("X", parent=above, kind=parent)
        with pytest.raises(RefusedByRule, match="cannot stand below"):
            book.account(provider, "A1", kind=child)


def test_a_non_billing_provider_needs_a_wholesale_one_above(database: Database) -> None:
    with scratch(database) as session, pytest.raises(RefusedByRule, match="cannot stand below an operator"):
        Book(session).provider("NB", kind=N)


def test_a_person_is_a_customer_of_a_retail_provider(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1", enterprise=Enterprise.INDIVIDUAL)
        assert book.entity(account).enterprise == "individual"


def test_every_new_account_has_one_primary_and_one_billing_contact(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1")
        row = session.execute(
            select(Contact.name, Contact.incomplete, AccountContact.is_primary, AccountContact.is_billing)
            .join(AccountContact).where(AccountContact.account_id == account)).one()
        assert tuple(row) == ("A1", True, True, True)


@pytest.mark.parametrize("realm", ["harbour.example", "@harbour", "@", "@ a.example", "@.example"])
def test_a_malformed_realm_is_refused(database: Database, realm: str) -> None:
    with scratch(database) as session, pytest.raises(RefusedByRule, match="realm"):
        create_provider(session, parent_id=Book(session).operator, code="HT", name="HT", type=R, start_date=START,
                        settings=ProviderSettings(currency="AUD", realm=realm))


def test_realms_are_unique(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        book.provider("HT")
        with pytest.raises(RefusedByRule, match="belongs to another provider"):
            create_provider(session, parent_id=book.operator, code="XX", name="XX", type=R, start_date=START,
                            settings=ProviderSettings(currency="AUD", realm="@ht.example"))


def test_generated_codes_count_up_and_skip_what_was_typed(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        create_account(session, provider_id=provider, new=NewAccount(code="A-000002", name="typed",
                                                                     start_date=date(2025, 1, 1)))
        ids = create_accounts(session, provider_id=provider, accounts=[
            NewAccount(code="", name=f"customer {n}", start_date=date(2025, 1, 1)) for n in range(3)])
        assert [book.entity(i).code for i in ids] == ["A-000001", "A-000003", "A-000004"]


def test_an_account_is_found_by_code_or_by_provider_and_code(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        first, second = book.provider("HT"), book.provider("CC")
        here, there = book.account(first, "A1"), book.account(second, "A1")
        only = book.account(first, "A/2")
        assert find_account(session, "A/2").id == only
        assert find_account(session, "HT/A1").id == here
        assert find_account(session, "CC/A1").id == there
        south = book.account(book.provider("HT/S"), "B/1")
        assert find_account(session, "HT/S/B/1").id == south
        with pytest.raises(NotFound, match='no account with the code "HT/S/B"'):
            find_account(session, "HT/S/B")
        with pytest.raises(NotFound, match='no provider with the code "XX"'):
            find_account(session, "XX/A1")
        with pytest.raises(NotFound, match="Write one of: CC/A1, HT/A1"):
            find_account(session, "A1")
        with pytest.raises(NotFound, match='no account with the code "A9"'):
            find_account(session, "A9")
        with pytest.raises(NotFound, match='no provider with the code "A1"'):
            find_provider(session, "A1")


def test_folded_columns_follow_the_name(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.entity(book.account(book.provider("HT"), "Ą1", name="Łukasz  Weiß"))
        assert (account.name_key, account.search_text) == ("lukasz weiss", "a1 lukasz weiss")
        assert session.scalar(select(func.count()).where(Account.name_key == "")) == 0
