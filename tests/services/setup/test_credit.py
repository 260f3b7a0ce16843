"""Credit terms, ratings, classifications, KYC profiles and override rules in a set-up file."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.models.values import CreditEvent, Tier
from app.services.attributes.resolving import stored_values
from app.services.credit.labels import ClassificationDetails, classification_rows, kyc_profile_rows
from app.services.credit.overrides import OverrideDetails, override_rows
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.hierarchy.finding import find_provider
from app.services.setup.applying import apply_set_up
from app.services.setup.planning import plan_set_up
from app.services.setup.reading import SetUpText
from app.services.setup.stored import stored_set_up
from app.services.setup.text import text_of_set_up
from tests.factories.books import scratch

HEAD = """
[provider]
code = "GLEN"
realm = "@glen.example"
currency = "EUR"
"""
GLEN = HEAD + """
[credit_terms]
days = 14
proximity = 7
proximity_direction = "both"

[[rating]]
code = "B"
label = "Fair"
limit = "500.00"

[[classification]]
code = "VIP"
name = "Very important"
units = ["DESK"]

[[classification]]
code = "RES"
off = true

[[kyc_profile]]
code = "LOW"
name = "Low"

[[override_rule]]
name = "VIP services"
events = ["add_service", "activate_service"]
classifications = ["VIP"]
ratings = ["B", "AA"]
kyc_profiles = ["LOW"]
verified_only = true

[[override_rule]]
name = "Anybody"
events = ["add_expense"]
off = true

[[org_unit]]
code = "DESK"
"""


def apply(session: Session, text: str) -> list[tuple[str, str, str | None]]:
    """Apply a file; returns the changes it made."""
    plan = plan_set_up(session, source=SetUpText(name="glen.toml", text=text))
    apply_set_up(session, seen=plan)
    return [(change.kind, change.name, change.key) for change in plan.changes]


def exported(session: Session) -> str:
    return text_of_set_up(stored_set_up(session, provider_id=find_provider(session, "GLEN").id))


def terms(session: Session) -> dict[str, Any]:
    stored = stored_values(session, Tier.PROVIDER, find_provider(session, "GLEN").id)
    return {key.removeprefix("trading_"): value for key, value in stored.items() if key.startswith("trading_")}


def test_there_and_back_byte_for_byte(database: Database) -> None:
    with scratch(database) as session:
        apply(session, GLEN)
        text = exported(session)
        assert apply(session, text) == []
        assert apply(session, GLEN) == []
        assert exported(session) == text
        found = tomllib.loads(text)
        assert found["credit_terms"] == {"proximity": 7, "proximity_direction": "both"}
        assert found["provider"]["attributes"]["trading_due_days"] == 14
        assert found["rating"] == [{"code": "B", "limit": "500.00", "label": "Fair"}]
        assert [entry["code"] for entry in found["classification"]] == ["RES", "VIP"]
        assert found["kyc_profile"] == [{"code": "LOW", "name": "Low"}]
        assert [entry["name"] for entry in found["override_rule"]] == ["Anybody", "VIP services"]
        glen = find_provider(session, "GLEN").id
        assert {row.code: row.details for row in classification_rows(session, provider_id=glen)} == {
            "VIP": ClassificationDetails(name="Very important", units=frozenset({"DESK"})),
            "RES": ClassificationDetails(name="RES", enabled=False)}
        assert [(row.code, row.name) for row in kyc_profile_rows(session, provider_id=glen)] == [("LOW", "Low")]
        assert [row.details for row in override_rows(session, provider_id=glen)] == [
            OverrideDetails(name="Anybody", events=frozenset({CreditEvent.ADD_EXPENSE}), enabled=False),
            OverrideDetails(name="VIP services", classifications=frozenset({"VIP"}), ratings=frozenset({"AA", "B"}),
                            events=frozenset({CreditEvent.ADD_SERVICE, CreditEvent.ACTIVATE_SERVICE}),
                            kyc_profiles=frozenset({"LOW"}), verified_only=True)]


def test_terms_by_days_and_by_a_day_of_a_month_take_turns(database: Database) -> None:
    with scratch(database) as session:
        apply(session, HEAD + "[credit_terms]\ndays = 14\nproximity = 1\nproximity_unit = 'months'\n")
        assert terms(session) == {"due_days": 14, "terms_proximity": 1, "terms_proximity_unit": "months"}
        by_day = HEAD + "[credit_terms]\nday_of_month = 31\nafter_months = 2\n"
        assert apply(session, by_day) == [("provider", "GLEN", "day_of_month"), ("provider", "GLEN", "after_months"),
                                          ("provider", "GLEN", "trading_terms_method")]
        assert terms(session) == {"due_days": 14, "terms_method": "day_of_month", "terms_day": 31, "terms_months": 2,
                                  "terms_proximity": 1, "terms_proximity_unit": "months"}
        text = exported(session)
        assert "days" not in tomllib.loads(text)["credit_terms"]
        assert apply(session, text) == []
        assert apply(session, HEAD + "[credit_terms]\ndays = 30\n") == [
            ("provider", "GLEN", "trading_due_days"), ("provider", "GLEN", "trading_terms_method")]
        assert terms(session)["terms_method"] == "days_after_issue"
        text = exported(session)
        assert tomllib.loads(text)["provider"]["attributes"]["trading_due_days"] == 30
        assert apply(session, text) == []
        # As attributes are called elsewhere, and ratings were called in files of before.
        assert apply(session, HEAD + "[provider.attributes]\ntrading_terms_proximity = 5\n") == [
            ("provider", "GLEN", "proximity")]
        assert apply(session, HEAD + "[[credit_rating]]\ncode = 'C'\nlimit = '5'\n") == [("credit_rating", "C", None)]


@pytest.mark.parametrize(("text", "words"), [
    ("[credit_terms]\ndays = 14\n[provider.attributes]\ntrading_due_days = 21\n",
     r"\[credit_terms\], days: says 14, and trading_due_days .* 21. Write one of them"),
    ("[credit_terms]\ndays = 14\nday_of_month = 15\n", "by days or by a day of the month"),
    ("[credit_terms]\nday_of_month = 15\n[provider.attributes]\ntrading_due_days = 14\n", "days and trading_due_days"),
    ("[credit_terms]\nday_of_month = 32\n", "write one from 1 to 31"),
    ("[credit_terms]\nproximity = 7\nproximity_unit = 'weeks'\n", 'takes one of "days", "months"'),
    ("[credit_terms]\nproximity = 7\nproximity_direction = 'up'\n", 'takes one of "plus", "minus", "both"'),
    ("[credit_terms]\nproximity_unit = 'days'\n", "proximity_unit: goes with proximity"),
    ("[credit_terms]\nafter_months = 1\n", "after_months: goes with day_of_month"),
    ("[[rating]]\ncode = 'D'\n", 'takes one of "AAA"'),
    ("[[override_rule]]\nname = 'X'\n", "events is missing"),
    ("[[override_rule]]\nname = 'X'\nevents = ['buy']\n", '"buy" is none of these: activate_subscription'),
    ("[[override_rule]]\nname = 'X'\nevents = ['add_service']\nclassifications = ['NO']\n",
     'there is no classification "NO", neither here nor in the file'),
    ("[[override_rule]]\nname = 'X'\nevents = ['add_service']\nratings = ['D']\n", '"D" is none of these'),
    ("[[override_rule]]\nname = 'X'\nevents = ['add_service']\nkyc_profiles = ['NO']\n", 'no kyc_profile "NO"'),
    ("[[classification]]\ncode = 'A'\nunits = ['NO']\n", 'no org_unit "NO"'),
    ("[[kyc_profile]]\nname = 'Low'\n", "has no code"),
])
def test_what_is_refused(database: Database, text: str, words: str) -> None:
    with scratch(database) as session, pytest.raises(InputRejected, match=words):
        apply(session, HEAD + text)
