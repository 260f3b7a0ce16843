"""`bursar explain`: documents and sentences for every kind of value and every place it may come from."""

from __future__ import annotations

import json
from datetime import date

import pytest

from app.models.attributes.catalogue import INHERITED
from app.models.values import AccountType, Tier
from app.services.attributes.explain import explain_account
from app.services.attributes.writing import set_attribute
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound, RefusedByRule
from app.services.hierarchy.finding import find_account
from tests.factories.books import Book, scratch


def test_all_attributes_in_the_order_of_the_catalogue(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        book.account(book.provider("HT"), "A1")
        answers = explain_account(session, find_account(session, "A1"))
        assert [answer.attribute for answer in answers] == [d.key for d in INHERITED]
        tiers = [step["tier"] for step in answers[0].as_json()["chain"]]
        assert tiers == ["system", "upper_provider", "provider", "profile", "account"]
        assert json.loads(json.dumps([answer.as_json() for answer in answers]))[0]["attribute"] == "trading_due_days"


def test_values_as_they_stand_in_a_document(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", currency="KWD", tax_rate=1_250, auto_invoice_approval=False, late_fee="enable",
                                 late_fee_label="")
        book.account(provider, "A1", credit_limit=0, paper_invoice_fee=2_500, trading_review_last=date(2025, 6, 1))
        found = {answer.attribute: answer.as_json()
                 for answer in explain_account(session, find_account(session, "HT/A1"))}
        values = {key: (found[key]["value"], found[key]["source"]) for key in (
            "credit_limit", "paper_invoice_fee", "tax_rate", "auto_invoice_approval", "trading_review_last",
            "late_fee_label", "late_fee_amount", "unbilled_credit_limit", "invoice_layout", "account_billing_day")}
        assert values == {
            "credit_limit": ("0.000", "account"),
            "paper_invoice_fee": ("2.500", "account"),
            "tax_rate": ("12.50", "provider"),
            "auto_invoice_approval": (False, "provider"),
            "trading_review_last": ("2025-06-01", "account"),
            "late_fee_label": ("", "provider"),
            "late_fee_amount": ("0.000", "provider"),
            "unbilled_credit_limit": (None, None),
            "invoice_layout": ("standard", "system"),
            "account_billing_day": (1, "system"),
        }


def test_a_rating_shows_what_it_is_worth_and_for_whom(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE, currency="EUR", credit_limit=100_000)
        provider = book.provider("HT", parent=upper, name="Harbour Telecom")
        set_credit_rating(session, provider_id=provider, code="A", limit_minor=800_000, seen=None)
        business = book.profile(provider, "Business", credit_rating="A")
        book.account(provider, "A4", name="Delta Ltd", profile=business)
        (answer,) = explain_account(session, find_account(session, "A4"), attribute="credit_limit")
        assert answer.text == (
            "Credit limit of Delta Ltd: 8,000.00 AUD (rating A). Set on account profile Business by test on "
            "16 Mar 2026. Overrules PW, 1,000.00 EUR. Not set on the account, on Harbour Telecom and on Operator.")
        assert [(s.tier, s.owner, s.value) for s in answer.chain] == [
            (Tier.SYSTEM, None, None), (Tier.UPPER_PROVIDER, "operator", None), (Tier.UPPER_PROVIDER, "PW", "1000.00"),
            (Tier.PROVIDER, "HT", None), (Tier.PROFILE, "Business", "8000.00"), (Tier.ACCOUNT, "A4", None)]


@pytest.mark.parametrize(
    ("attribute", "text"),
    [
        ("unbilled_credit_limit", "Unbilled credit limit of Acme: No limit. It is not set anywhere."),
        ("auto_allocate_payments",
         "Allocate payments automatically of Acme: Yes. It is the system default. Not set on HT and on Operator."),
        ("late_fee_amount",
         "Late payment fee: amount of Acme: 0.00 AUD. It is the system default. Without effect on the account, because "
         '"Late payment fee" is not set there. Not set on HT and on Operator.'),
    ],
)
def test_nothing_set_defaults_and_idle_members(database: Database, attribute: str, text: str) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1", name="Acme")
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="late_fee_amount", value=100, seen={})
        (answer,) = explain_account(session, find_account(session, "A1"), attribute=attribute)
        assert answer.as_text() == text


def test_unknown_codes_and_attributes(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        book.account(book.provider("HT"), "A1")
        with pytest.raises(NotFound, match='no account with the code "A9"'):
            explain_account(session, find_account(session, "A9"))
        with pytest.raises(NotFound, match=r"Did you mean: .*trading_due_days"):
            explain_account(session, find_account(session, "A1"), attribute="trading_days")
        with pytest.raises(RefusedByRule, match="not inherited"):
            explain_account(session, find_account(session, "A1"), attribute="cumulus_user_suffix")
