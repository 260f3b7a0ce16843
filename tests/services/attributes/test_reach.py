"""Whom a provider's default reaches."""

from __future__ import annotations

import pytest

from app.models.values import AccountType
from app.services.attributes.reach import Reach, reach_of_default, reach_of_profile
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from tests.factories.books import Book, scratch


def test_own_values_and_those_in_between_are_kept(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        top = book.provider("PW", kind=AccountType.WHOLESALE)
        free, sets = book.provider("HT", parent=top), book.provider("SB", parent=top, trading_due_days=5)
        business = book.profile(free, "Business", trading_due_days=21)
        book.account(free, "A1")
        book.account(free, "A2", profile=business)
        book.account(free, "A3", trading_due_days=3)
        book.account(free, "AG", kind=AccountType.AGENT)
        book.account(sets, "B1")
        book.account(sets, "B2", trading_due_days=4)
        assert reach_of_default(session, provider_id=top, key="trading_due_days") == Reach(inherit=2, keep=4)
        assert reach_of_default(session, provider_id=free, key="trading_due_days") == Reach(inherit=2, keep=2)
        assert reach_of_default(session, provider_id=sets, key="trading_due_days") == Reach(inherit=1, keep=1)
        assert reach_of_default(session, provider_id=top, key="tax_rate") == Reach(inherit=6, keep=0)


def test_a_follower_of_a_bundle_goes_with_its_lead(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        top = book.provider("PW", kind=AccountType.WHOLESALE)
        provider = book.provider("HT", parent=top)
        book.account(provider, "A1", late_fee="enable")
        book.account(provider, "A2")
        assert reach_of_default(session, provider_id=top, key="late_fee_label") == Reach(inherit=1, keep=1)


def test_a_provider_without_customers_reaches_nobody(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("HT")
        assert reach_of_default(session, provider_id=provider, key="trading_due_days") == Reach(inherit=0, keep=0)


def test_a_profile_reaches_its_members_but_for_those_with_a_value_of_their_own(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        business = book.profile(provider, "Business")
        book.account(provider, "A1", profile=business)
        book.account(provider, "A2", profile=business, trading_due_days=0)
        book.account(provider, "A3", profile=business, tax_rate=0)
        book.account(provider, "A4")
        assert reach_of_profile(session, profile_id=business, key="trading_due_days") == Reach(inherit=2, keep=1)
        assert reach_of_profile(session, profile_id=business, key="credit_limit") == Reach(inherit=3, keep=0)
        with pytest.raises(NotFound, match="no such profile"):
            reach_of_profile(session, profile_id=business + 1000, key="credit_limit")
