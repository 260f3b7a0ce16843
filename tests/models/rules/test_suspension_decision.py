"""The rule of automatic suspension, with the figures of the worked example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.suspension_decision import (
    Decision,
    Exclusion,
    Facts,
    Rules,
    decide,
    exceeds,
    exclusion_names,
    exclusions,
)
from app.models.values import AccountStatus, ScanOutcome

RULES = Rules(id=1, version=1, name="Residential", effective_from=date(2025, 6, 1), currency="AUD",
              min_overdue_minor=5000, min_overdue_days=14, restore_at_minor=1000, resuspend_days=3,
              windows=("Mon-Thu 09:00-16:00",), excluded_groups=("VIP",))
SUSPEND, RESTORE, EXCLUDED, NONE = ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED, ScanOutcome.NONE


def owing(minor: int = 6600, days: int = 15, **more: Any) -> Facts:
    """An active account with one active service and one overdue invoice."""
    usual: dict[str, Any] = {
        "outstanding_minor": minor, "payable_minor": minor, "unallocated_minor": 0, "outstanding_days": days,
        "payable_days": days, "disputed_minor": 0, "service_count": 1, "active_service_count": 1,
        "status": AccountStatus.ACTIVE, "held_overdue": False,
    }
    return Facts(**(usual | more))


def held(minor: int, **more: Any) -> Facts:
    return owing(minor, status=AccountStatus.SUSPENDED, held_overdue=True, active_service_count=0, **more)


@pytest.mark.parametrize(("name", "facts", "outcome", "bits"), [
    ("A2 on 1 July: 14 days are not more than 14", owing(6600, 14), NONE, ""),
    ("A2 on 2 July", owing(6600, 15), SUSPEND, ""),
    ("A5 is a VIP", owing(9900, 15, in_excluded_group=True), EXCLUDED, "X2"),
    ("A6 owes a cent too little", owing(4999, 300), NONE, ""),
    ("exactly x is enough", owing(5000, 15), SUSPEND, ""),
    ("A7: a plan leaves 5.00", owing(20000, payable_minor=500, plan_covered_minor=19500), EXCLUDED, "X4"),
    ("A8: a dispute leaves 5.00", owing(10000, payable_minor=500, disputed_minor=9500), EXCLUDED, "X6"),
    ("a pending credit leaves 10.00", owing(6600, pending_credit_minor=5600), EXCLUDED, "X5"),
    ("it leaves 10.01: no exclusion, but no candidate", owing(6600, pending_credit_minor=5599), NONE, ""),
    ("a dispute leaves 10.01", owing(10000, payable_minor=1001, disputed_minor=8999), NONE, ""),
    ("a dispute leaves 49.99", owing(10000, payable_minor=4999, disputed_minor=5001), NONE, ""),
    ("a dispute leaves 50.00", owing(10000, payable_minor=5000, disputed_minor=5000), SUSPEND, ""),
    ("the old invoice is all in dispute, the payable one is 14 days late",
     owing(20000, 40, payable_minor=10000, payable_days=14, disputed_minor=10000), NONE, ""),
    ("plan, dispute and pending credit together",
     owing(10000, payable_minor=2000, disputed_minor=4000, plan_covered_minor=4000, pending_credit_minor=1000),
     EXCLUDED, "X4 X5 X6"),
    ("left out by its flag", owing(omitted=True), EXCLUDED, "X3"),
    ("an ombudsman case", owing(ombudsman_case=True), EXCLUDED, "X7"),
    ("a promise to pay stands", owing(promised_until=date(2025, 7, 10)), EXCLUDED, "X8"),
    ("no service is active", owing(service_count=2, active_service_count=0), EXCLUDED, "X1"),
    ("one of two is", owing(service_count=2), SUSPEND, ""),
    ("it never had one", owing(service_count=0, active_service_count=0), SUSPEND, ""),
    ("a hold of another kind", owing(status=AccountStatus.SUSPENDED), EXCLUDED, "X1"),
    ("a cancelled account", owing(status=AccountStatus.CANCELLED), EXCLUDED, "X1"),
    ("everything at once",
     owing(10000, payable_minor=500, disputed_minor=9500, status=AccountStatus.SUSPENDED, in_excluded_group=True,
           omitted=True, ombudsman_case=True), EXCLUDED, "X1 X2 X3 X6 X7"),
    ("an exclusion of somebody who owes too little is no news", owing(4999, omitted=True), NONE, ""),
    ("unallocated credit counts before everything", owing(6600, unallocated_minor=1601), NONE, ""),
    ("… to the cent", owing(6600, unallocated_minor=1600), SUSPEND, ""),
    ("credit larger than the debt", owing(6600, unallocated_minor=100_000, omitted=True), NONE, ""),
    ("restored by hand a moment ago", owing(restored_by_hand_recently=True), NONE, ""),
    ("… and left out besides", owing(restored_by_hand_recently=True, omitted=True), EXCLUDED, "X3"),
    ("nothing overdue", owing(0, 0), NONE, ""),
])
def test_accounts_that_are_not_held(name: str, facts: Facts, outcome: ScanOutcome, bits: str) -> None:
    decision = decide(facts, RULES)
    assert (decision.outcome, " ".join(exclusion_names(decision.exclusions))) == (outcome, bits), name


@pytest.mark.parametrize(("name", "facts", "outcome"), [
    ("A2 paid 55.99", held(1001), NONE),
    ("A2 paid another 0.01", held(1000), RESTORE),
    ("A2 paid 100.00", held(0, unallocated_minor=3400), RESTORE),
    ("a plan covers it (X4 while suspended)", held(20000, payable_minor=500, plan_covered_minor=19500), RESTORE),
    ("a dispute covers it (X6 while suspended)", held(10000, payable_minor=500, disputed_minor=9500), RESTORE),
    ("a pending credit covers it (X5 while suspended)", held(6600, pending_credit_minor=5600), RESTORE),
    ("in an excluded group since", held(6600, in_excluded_group=True), NONE),
    ("flagged since", held(6600, omitted=True), NONE),
    ("an ombudsman case since", held(6600, ombudsman_case=True), NONE),
    ("promised since", held(6600, promised_until=date(2025, 7, 10)), NONE),
    ("promised, and paid", held(1000, promised_until=date(2025, 7, 10)), RESTORE),
    ("owing little, and an ombudsman case", held(1000, ombudsman_case=True), RESTORE),
    ("age does not matter for staying", held(6600, days=1, outstanding_days=1), NONE),
    ("restored by hand before, suspended again, paid", held(1000, restored_by_hand_recently=True), RESTORE),
])
def test_accounts_that_are_held(name: str, facts: Facts, outcome: ScanOutcome) -> None:
    assert decide(facts, RULES) == Decision(outcome, Exclusion(0)), name


@pytest.mark.parametrize(("minor", "days", "met"), [
    (5000, 15, True), (4999, 15, False), (5000, 14, False), (5001, 16, True), (0, 0, False),
])
def test_at_least_x_and_more_than_y_days(minor: int, days: int, met: bool) -> None:
    assert exceeds(minor, days, RULES) is met


def test_with_y_0_suspension_begins_the_day_after_the_due_date() -> None:
    at_once = replace(RULES, min_overdue_days=0)
    assert decide(owing(days=0), at_once).outcome is NONE
    assert decide(owing(days=1), at_once).outcome is SUSPEND


def test_each_exclusion_is_reachable_alone() -> None:
    reached = {
        Exclusion.X1: owing(status=AccountStatus.INACTIVE),
        Exclusion.X2: owing(in_excluded_group=True),
        Exclusion.X3: owing(omitted=True),
        Exclusion.X4: owing(payable_minor=0, payable_days=0, plan_covered_minor=6600),
        Exclusion.X5: owing(pending_credit_minor=6600),
        Exclusion.X6: owing(payable_minor=0, payable_days=0, disputed_minor=6600),
        Exclusion.X7: owing(ombudsman_case=True),
        Exclusion.X8: owing(promised_until=date(2025, 7, 10)),
    }
    assert set(reached) == set(Exclusion)
    for exclusion, facts in reached.items():
        assert decide(facts, RULES) == Decision(EXCLUDED, exclusion)


def test_exclusions_are_named_in_order() -> None:
    assert exclusion_names(0) == []
    assert exclusion_names(Exclusion.X7 | Exclusion.X1 | Exclusion.X4) == ["X1", "X4", "X7"]


def _facts() -> st.SearchStrategy[Facts]:
    around = st.sampled_from([0, 1, 999, 1000, 1001, 4999, 5000, 5001, 9900])
    days = st.sampled_from([0, 1, 13, 14, 15, 200])
    return st.builds(
        Facts, outstanding_minor=around, payable_minor=around, unallocated_minor=around, outstanding_days=days,
        payable_days=days, disputed_minor=around, service_count=st.integers(0, 2), active_service_count=st.just(0),
        status=st.sampled_from(AccountStatus), held_overdue=st.booleans(), in_excluded_group=st.booleans(),
        omitted=st.booleans(), ombudsman_case=st.booleans(), restored_by_hand_recently=st.booleans(),
        plan_covered_minor=around, pending_credit_minor=around,
        promised_until=st.sampled_from([None, date(2025, 7, 10)]),
    )


@given(_facts())
def test_what_holds_for_every_account(facts: Facts) -> None:
    decision = decide(facts, RULES)
    assert bool(decision.exclusions) == (decision.outcome is EXCLUDED)
    if decision.outcome is SUSPEND:
        assert exceeds(facts.net_minor, facts.payable_days, RULES)
        assert not facts.held_overdue
        assert not exclusions(facts, RULES), "exclusions always win"
    if decision.outcome is RESTORE:
        assert facts.held_overdue
        assert facts.net_minor <= RULES.restore_at_minor
    if facts.held_overdue:
        assert decision.outcome in {RESTORE, NONE}
    # The thresholds lie apart: what would be suspended is never what would be restored.
    assert not (decision.outcome is SUSPEND and facts.net_minor <= RULES.restore_at_minor)
