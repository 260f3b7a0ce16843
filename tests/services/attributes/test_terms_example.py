"""The worked example: trading terms with their source, and the due dates they give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.models.values import AccountType, Enterprise, Tier
from app.services.attributes.explain import explain_account
from app.services.attributes.resolving import effective_values
from app.services.attributes.writing import set_attribute
from app.services.database.unit_of_work import Database
from app.services.hierarchy.finding import find_account
from tests.factories.books import Book, scratch

ISSUED = date(2025, 6, 3)


@dataclass
class Harbour:
    """The set-up of the worked example."""

    book: Book
    provider: int
    business: int
    residential: int


def harbour(session: Session, *, provider_terms: int | None = 10) -> Harbour:
    book = Book(session)
    pacific = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific Wholesale")
    provider = book.provider("HT", parent=pacific, name="Harbour Telecom", paper_invoice_fee=250,
                             period_length_months=3, invoice_delivery_method="email", auto_invoice_approval=True,
                             trading_due_days=provider_terms)
    business = book.profile(provider, "Business", trading_due_days=21, invoice_layout="business")
    residential = book.profile(provider, "Residential", trading_due_days=14)
    book.account(provider, "A1", name="Acme Pty Ltd", profile=business, invoice_delivery_method="email_and_post")
    book.account(provider, "A2", name="Jane Citizen", profile=residential, enterprise=Enterprise.INDIVIDUAL)
    book.account(provider, "A3", name="Bob Plain", enterprise=Enterprise.INDIVIDUAL, invoice_delivery_method="post")
    book.account(provider, "A4", name="Delta Ltd", profile=business, trading_due_days=7, paper_invoice_fee=0,
                 invoice_delivery_method="post")
    return Harbour(book, provider, business, residential)


def effective(session: Session, code: str, key: str) -> tuple[object, Tier | None]:

    (answer,) = effective_values(session, find_account(session, code), [key])
    source = answer.effective.source
    return answer.effective.value, source.tier if source else None


TERMS = [("A1", 21, Tier.PROFILE, date(2025, 6, 24)), ("A2", 14, Tier.PROFILE, date(2025, 6, 17)),
         ("A3", 10, Tier.PROVIDER, date(2025, 6, 13)), ("A4", 7, Tier.ACCOUNT, date(2025, 6, 10))]


@pytest.mark.parametrize(("code", "days", "source", "due"), TERMS)
def test_terms_and_their_source(database: Database, code: str, days: int, source: Tier, due: date) -> None:
    with scratch(database) as session:
        harbour(session)
        assert effective(session, code, "trading_due_days") == (days, source)
        assert ISSUED + timedelta(days=days) == due


def test_without_a_provider_default_the_system_gives_seven_days(database: Database) -> None:
    with scratch(database) as session:
        harbour(session, provider_terms=None)
        assert effective(session, "A3", "trading_due_days") == (7, Tier.SYSTEM)


@pytest.mark.parametrize(
    ("code", "key", "value", "source"),
    [
        ("A1", "invoice_layout", "business", Tier.PROFILE),
        ("A2", "invoice_layout", "standard", Tier.SYSTEM),
        ("A1", "invoice_delivery_method", "email_and_post", Tier.ACCOUNT),
        ("A2", "invoice_delivery_method", "email", Tier.PROVIDER),
        ("A3", "paper_invoice_fee", 250, Tier.PROVIDER),
        ("A4", "paper_invoice_fee", 0, Tier.ACCOUNT),
        ("A1", "period_length_months", 3, Tier.PROVIDER),
        ("A1", "account_billing_day", 1, Tier.SYSTEM),
    ],
)
def test_the_rest_of_the_set_up(database: Database, code: str, key: str, value: object, source: Tier) -> None:
    with scratch(database) as session:
        harbour(session)
        assert effective(session, code, key) == (value, source)


def test_removing_the_override_restores_inheritance_at_once(database: Database) -> None:
    with scratch(database) as session:
        h = harbour(session)
        set_attribute(session, tier=Tier.PROFILE, owner_id=h.business, key="trading_due_days", value=None,
                      seen={"trading_due_days": 21})
        assert effective(session, "A1", "trading_due_days") == (10, Tier.PROVIDER)
        assert effective(session, "A4", "trading_due_days") == (7, Tier.ACCOUNT)


def test_explained_in_words_and_as_a_document(database: Database) -> None:
    with scratch(database) as session:
        harbour(session)
        (answer,) = explain_account(session, find_account(session, "A1"), attribute="trading_due_days")
        assert answer.as_text() == (
            "Trading terms of Acme Pty Ltd: 21 days. Set on account profile Business by test on 16 Mar 2026. "
            "Overrules Harbour Telecom, 10 days, and the system default, 7 days. "
            "Not set on the account, on Pacific Wholesale and on Operator.")
        assert answer.as_json() == {
            "attribute": "trading_due_days", "value": 21, "source": "profile",
            "chain": [
                {"tier": "system", "owner": None, "value": 7},
                {"tier": "upper_provider", "owner": "operator", "value": None},
                {"tier": "upper_provider", "owner": "PW", "value": None},
                {"tier": "provider", "owner": "HT", "value": 10},
                {"tier": "profile", "owner": "Business", "value": 21},
                {"tier": "account", "owner": "A1", "value": None},
            ],
        }
