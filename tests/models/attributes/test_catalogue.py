"""The catalogue holds every entry it should, and every attribute has somebody who reads it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from app.models.attributes.attribute import TABLE_OF_TIER, provider_effective
from app.models.attributes.catalogue import (
    CATALOGUE,
    DEFINITIONS,
    INHERITED,
    NOT_INHERITED,
    AttributeDefinition,
    members_of,
)
from app.models.values import AttributeKind as Kind
from app.models.values import Tier

P, F, A = Tier.PROVIDER, Tier.PROFILE, Tier.ACCOUNT

# Every entry: tiers and system default (money and rates in their small unit).
WANTED: dict[str, tuple[set[Tier], object]] = {
    "account_billing_day": ({P, A}, 1),
    "period_length_months": ({P, A}, 1),
    "trading_due_days": ({P, F, A}, 7),
    "trading_terms_method": ({P, F, A}, "days_after_issue"),
    "trading_terms_offset": ({A}, None),
    "trading_terms_proximity": ({P}, None),
    "credit_limit": ({P, F, A}, None),
    "credit_rating": ({P, F, A}, None),
    "unbilled_credit_limit": ({P, F, A}, None),
    "invoice_layout": ({P, F}, "standard"),
    "invoice_delivery_method": ({P, A}, "do_not_send"),
    "auto_invoice_approval": ({P, A}, False),
    "paper_invoice_fee": ({P, A}, 0),
    "cumulus_user_suffix": ({P}, None),
    "default_account_enterprise": ({P}, "individual"),
    "default_start_date_offset": ({P}, 0),
    "default_portal_username_field": ({P}, "account_code"),
    "align_packages_to_account": ({P, A}, False),
    "early_payment_discount": ({P, A}, "disable"),
    "late_fee": ({P, A}, "disable"),
    "late_fee_invoice_ages": ({P, A}, "disable"),
    "direct_debit_discount": ({P, F, A}, "disable"),
    "auto_allocate_payments": ({P}, True),
    "minimum_payment_amount": ({P}, None),
    "days_after_due_before_auto_payment": ({P}, None),
    "omit_from_auto_restrict": ({A}, False),
    "autopay": ({A}, False),
    "trading_review_last": ({A}, None),
    "trading_review_next": ({A}, None),
    "tax_rate": ({P, A}, 1000),
    "country": ({P}, None),
    "module_agents": ({P}, True),
    "module_sms_events": ({P}, False),
    "module_automated_suspension": ({P}, True),
    "module_account_groups": ({P}, True),
    "module_payment_plans": ({P}, True),
    "module_multiple_pending_invoices": ({P}, True),
    "module_multi_currency": ({P}, False),
    "module_multi_country": ({P}, False),
}

RANGES = {"account_billing_day": (1, 28), "period_length_months": (1, 36), "trading_due_days": (0, 365),
          "credit_limit": (0, None), "tax_rate": (0, 10_000), "paper_invoice_fee": (0, None)}


@pytest.mark.parametrize("key", WANTED)
def test_every_entry_is_there_with_its_tiers_and_default(key: str) -> None:
    tiers, default = WANTED[key]
    assert DEFINITIONS[key].tiers == tiers
    assert DEFINITIONS[key].default == default
    assert type(DEFINITIONS[key].default) is type(default)


def test_everything_else_belongs_to_a_bundle() -> None:
    extra = {d.key for d in CATALOGUE} - WANTED.keys()
    assert {DEFINITIONS[key].bundle for key in extra} <= WANTED.keys()
    assert None not in {DEFINITIONS[key].bundle for key in extra}


@pytest.mark.parametrize("key", RANGES)
def test_ranges(key: str) -> None:
    assert (DEFINITIONS[key].minimum, DEFINITIONS[key].maximum) == RANGES[key]


@pytest.mark.parametrize("definition", CATALOGUE, ids=lambda d: d.key)
def test_each_has_words_and_somebody_who_reads_it(definition: AttributeDefinition) -> None:
    assert definition.label
    assert definition.section
    assert definition.help.endswith(".")
    if definition.consumer.startswith("planned: "):
        return
    spec = find_spec(definition.consumer)
    assert spec is not None, f"{definition.consumer} does not exist"
    assert spec.origin is not None
    word = "realm" if definition.key == "cumulus_user_suffix" else definition.key
    assert word in Path(spec.origin).read_text(encoding="utf-8"), f"{definition.consumer} never reads {definition.key}"


@pytest.mark.parametrize("definition", CATALOGUE, ids=lambda d: d.key)
def test_defaults_lie_within_their_own_range(definition: AttributeDefinition) -> None:
    default = definition.default
    if definition.choices and default is not None:
        assert default in [stored for stored, _ in definition.choices]
    elif isinstance(default, int) and definition.kind is not Kind.BOOLEAN:
        assert definition.minimum is None or default >= definition.minimum
        assert definition.maximum is None or default <= definition.maximum


def test_a_bundle_stands_on_the_same_tiers_as_its_lead() -> None:
    """Else a tier could set the lead and not its members, or the other way round."""
    for definition in CATALOGUE:
        if definition.bundle is not None:
            assert definition.tiers == DEFINITIONS[definition.bundle].tiers, definition.key
            assert DEFINITIONS[definition.bundle] in members_of(definition.bundle)


def test_tables_hold_exactly_what_their_tier_allows() -> None:
    """An attribute cannot be stored on a tier that is not listed for it."""
    for tier, table in TABLE_OF_TIER.items():
        allowed = {d.key for d in INHERITED if d.allowed_on(tier)}
        assert {c.name for c in table.c} - {"owner_id"} == allowed
        assert all(c.nullable for c in table.c if c.name != "owner_id")
    passed_on = {c.name for c in provider_effective.c if not c.name.endswith("__from")} - {"provider_id"}
    assert passed_on == {d.key for d in INHERITED if d.allowed_on(Tier.PROVIDER)}


def test_only_the_realm_is_not_inherited() -> None:
    assert {"cumulus_user_suffix"} == NOT_INHERITED
