"""Effective values by the pure rule: tables of cases (ARCHITECTURE.md, "Inheritance" and "Credit limit")."""

from __future__ import annotations

import pytest

from app.models.attributes.catalogue import DEFINITIONS, AttributeValue, TierValues
from app.models.rules.attribute_inheritance import resolve
from app.models.values import Tier

TERMS = DEFINITIONS["trading_due_days"]
LIMIT = DEFINITIONS["credit_limit"]
LATE_FEE, LATE_FEE_AMOUNT = DEFINITIONS["late_fee"], DEFINITIONS["late_fee_amount"]


def owners(
    account: dict[str, AttributeValue] | None = None, profile: dict[str, AttributeValue] | None = None,
    provider: dict[str, AttributeValue] | None = None, upper: dict[str, AttributeValue] | None = None,
    ratings: dict[str, int | None] | None = None,
) -> list[TierValues]:
    """The chain of one account, most specific first."""
    tiers = ((Tier.ACCOUNT, "A1", account), (Tier.PROFILE, "Business", profile), (Tier.PROVIDER, "HT", provider),
             (Tier.UPPER_PROVIDER, "PW", upper))
    return [TierValues(tier=tier, owner_id=number, owner=name, currency="AUD", values=dict(values or {}),
                       rating_limits=dict(ratings or {}))
            for number, (tier, name, values) in enumerate(tiers, start=1)]


@pytest.mark.parametrize(
    ("account", "profile", "provider", "upper", "value", "source"),
    [
        (None, None, None, None, 7, Tier.SYSTEM),
        (None, None, None, 30, 30, Tier.UPPER_PROVIDER),
        (None, None, 10, 30, 10, Tier.PROVIDER),
        (None, 21, 10, 30, 21, Tier.PROFILE),
        (7, 21, 10, 30, 7, Tier.ACCOUNT),
        (0, 21, 10, 30, 0, Tier.ACCOUNT),
        (None, 0, 10, None, 0, Tier.PROFILE),
    ],
)
def test_the_first_tier_that_is_set_wins_and_zero_is_set(
    account: int | None, profile: int | None, provider: int | None, upper: int | None, value: int, source: Tier
) -> None:
    key = "trading_due_days"
    answer = resolve(TERMS, owners({key: account}, {key: profile}, {key: provider}, {key: upper}))
    assert answer.value == value
    assert answer.source is not None
    assert answer.source.tier is source
    assert [step.tier for step in answer.chain] == [
        Tier.SYSTEM, Tier.UPPER_PROVIDER, Tier.PROVIDER, Tier.PROFILE, Tier.ACCOUNT]


@pytest.mark.parametrize("nothing", [False, ""])
def test_false_and_empty_text_stop_the_search(nothing: AttributeValue) -> None:
    key = "auto_invoice_approval" if nothing is False else "late_fee_label"
    values = {key: nothing, "late_fee": "enable"}
    answer = resolve(DEFINITIONS[key], owners(account=values, provider={key: True, "late_fee": "enable"}))
    assert answer.value == nothing
    assert answer.source is not None
    assert answer.source.tier is Tier.ACCOUNT


def test_no_default_and_nothing_set_has_no_source() -> None:
    answer = resolve(LIMIT, owners())
    assert (answer.value, answer.winner, answer.source) == (None, None, None)


def test_a_limit_typed_in_beats_the_rating_of_its_own_tier_only() -> None:
    ratings: dict[str, int | None] = {"A": 8000, "C": None}
    both = resolve(LIMIT, owners(profile={"credit_limit": 500, "credit_rating": "A"}, ratings=ratings))
    assert (both.value, both.source and both.source.rating) == (500, None)
    nearer = resolve(LIMIT, owners(account={"credit_rating": "A"}, profile={"credit_limit": 500}, ratings=ratings))
    assert (nearer.value, nearer.source and nearer.source.rating) == (8000, "A")


def test_a_rating_without_a_limit_lets_the_search_go_on() -> None:
    answer = resolve(LIMIT, owners(account={"credit_rating": "C"}, provider={"credit_limit": 300},
                                   ratings={"C": None}))
    assert answer.value == 300
    assert answer.source is not None
    assert answer.source.tier is Tier.PROVIDER


def test_no_credit_is_a_limit_of_zero() -> None:
    answer = resolve(LIMIT, owners(account={"credit_rating": "C"}, provider={"credit_limit": 300}, ratings={"C": 0}))
    assert answer.value == 0


def test_a_rating_speaks_in_the_currency_of_its_provider() -> None:
    chain = [TierValues(tier=Tier.ACCOUNT, owner_id=1, owner="HT", currency="EUR", values={"credit_rating": "A"},
                        rating_limits={"A": 900}, rating_currency="AUD")]
    answer = resolve(LIMIT, chain)
    assert answer.source is not None
    assert answer.source.currency == "AUD"
    typed = [TierValues(tier=Tier.ACCOUNT, owner_id=1, owner="HT", currency="EUR", values={"credit_limit": 900},
                        rating_limits={}, rating_currency="AUD")]
    assert resolve(LIMIT, typed).chain[-1].currency == "EUR"


def test_a_bundle_comes_as_a_whole() -> None:
    chain = owners(account={"late_fee": "disable"}, provider={"late_fee": "enable", "late_fee_amount": 1500})
    assert resolve(LATE_FEE, chain).value == "disable"
    amount = resolve(LATE_FEE_AMOUNT, chain)
    assert amount.value == 0  # the account's bundle says nothing of an amount, so the built-in one holds
    assert amount.source is not None
    assert amount.source.tier is Tier.ACCOUNT


def test_a_member_without_its_lead_has_no_effect() -> None:
    chain = owners(account={"late_fee_amount": 100}, provider={"late_fee": "enable", "late_fee_amount": 1500})
    assert resolve(LATE_FEE_AMOUNT, chain).value == 1500


def test_a_tier_that_may_not_set_it_has_no_say() -> None:
    """Invoice layout belongs to profile and provider; a stray value on the account is not looked at."""
    layout = DEFINITIONS["invoice_layout"]
    answer = resolve(layout, owners(account={"invoice_layout": "business"}, provider={"invoice_layout": "standard"}))
    assert answer.value == "standard"
    assert [step.may_set for step in answer.chain] == [True, True, True, True, False]
