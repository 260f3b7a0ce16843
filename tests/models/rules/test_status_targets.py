"""From every standing to every status that may be named: what is planned makes that status, or is refused."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest

from app.models.rules.account_status import derive_status
from app.models.rules.status_changes import By, Standing, lifecycle_refusal
from app.models.rules.status_targets import Plan, leads_back, plan_back, plan_for, reason_named, status_named
from app.models.values import STATUS_TARGETS, AccountStatus, HoldKind, Lifecycle, StatusReason

SUBSETS = [frozenset(c) for c in chain.from_iterable(combinations(HoldKind, n) for n in range(len(HoldKind) + 1))]
A, S, H = Lifecycle.ACTIVE, AccountStatus, HoldKind


def after(now: Standing, plan: Plan) -> AccountStatus:
    holds = now.holds | ({plan.place} if plan.place else set())
    return derive_status(plan.lifecycle or now.lifecycle, holds - ({H.MANUAL} if plan.lifts_manual else set()))


def stands(now: Standing, plan: Plan) -> Standing:
    """How an account stands once a plan is carried out."""
    holds = now.holds | ({plan.place} if plan.place else frozenset())
    return Standing(name=now.name, lifecycle=plan.lifecycle or now.lifecycle,
                    holds=holds - ({H.MANUAL} if plan.lifts_manual else frozenset()))


def test_what_leads_back_leads_exactly_back() -> None:
    ways = set()
    for lifecycle, holds, target, by in product(Lifecycle, SUBSETS, STATUS_TARGETS, (By.AGENT, By.ABOVE, By.OPERATOR)):
        now = Standing(name="Acme", lifecycle=lifecycle, holds=holds)
        plan = plan_for(now, target, by)
        if isinstance(plan, Plan) and leads_back(plan, lifecycle):
            there = stands(now, plan)
            back = plan_back(there, plan, lifecycle, by)
            ways.add((plan.place, plan.lifts_manual, plan.lifecycle))
            if isinstance(back, Plan):
                assert stands(there, back) == now, (now, target, plan, back)
            else:
                assert plan.lifecycle is not None, (now, target, plan, back)
    assert {place for place, _, _ in ways} == {None, H.MANUAL}
    assert {to for _, _, to in ways} == {None, Lifecycle.ACTIVE, Lifecycle.INACTIVE}


@pytest.mark.parametrize(("plan", "before"), [
    (Plan(), A), (Plan(lifecycle=Lifecycle.TERMINATED), A), (Plan(lifecycle=A), Lifecycle.PREACTIVE),
    (Plan(place=H.BILLING_AND_ORDERING), A),
])
def test_what_is_for_good_does_not_lead_back(plan: Plan, before: Lifecycle) -> None:
    assert not leads_back(plan, before)


def test_a_plan_makes_exactly_the_status_asked_for() -> None:
    for lifecycle, holds, target, by in product(Lifecycle, SUBSETS, STATUS_TARGETS, (By.AGENT, By.ABOVE, By.OPERATOR)):
        now = Standing(name="Acme", lifecycle=lifecycle, holds=holds)
        plan = plan_for(now, target, by)
        if isinstance(plan, Plan):
            assert after(now, plan) is target, (now, target, plan)
            assert not plan.lifts_manual or target is S.ACTIVE, "only Active lifts, and only holds by staff"
            again = plan_for(Standing(name="Acme", lifecycle=plan.lifecycle or lifecycle,
                                      holds=(holds | ({plan.place} if plan.place else set()))
                                      - ({H.MANUAL} if plan.lifts_manual else set())), target, by)
            assert again == Plan(), "the same file again changes nothing"
        elif target is S.ACTIVE and lifecycle in (Lifecycle.ACTIVE, Lifecycle.INACTIVE, Lifecycle.PREACTIVE):
            assert holds - {H.MANUAL}, (now, plan, "refused only where another hold is open")
        elif target in (S.INACTIVE, S.CANCELLED):
            to = Lifecycle.INACTIVE if target is S.INACTIVE else Lifecycle.TERMINATED
            assert lifecycle_refusal(now, to, by) == plan


@pytest.mark.parametrize(("holds", "target", "plan"), [
    ({H.OVERDUE}, S.SUSPENDED, Plan(place=H.MANUAL)),
    ({H.MANUAL}, S.SUSPENDED, Plan()),
    ({H.MANUAL}, S.ACTIVE, Plan(lifts_manual=True)),
    (set(), S.RESTRICTED_BY_PARENT, Plan(place=H.PARENT_PROVIDER)),
    ({H.OVERDUE, H.MANUAL}, S.ACTIVE,
     "Acme has an overdue hold, so it would not become Active. Restore it by hand."),
    ({H.BILLING_AND_ORDERING}, S.SUSPENDED,
     "Acme has a billing and ordering hold, so it would not become Suspended. It has to be lifted first."),
])
def test_plans(holds: set[HoldKind], target: AccountStatus, plan: Plan | str) -> None:
    assert plan_for(Standing(name="Acme", lifecycle=A, holds=frozenset(holds)), target, By.ABOVE) == plan


def test_nobody_changes_their_own() -> None:
    for target, lifecycle in product(STATUS_TARGETS, Lifecycle):
        assert plan_for(Standing(name="HT", lifecycle=lifecycle, provider="PW"), target, By.ITSELF) == (
            "HT cannot change its own status. PW can.")


def test_names_are_read_whatever_their_case_and_dashes() -> None:
    assert status_named(" suspended \u2013 BILLING and ordering") is S.SUSPENDED_BILLING_AND_ORDERING
    assert all(status_named(name.upper()) is status for status, name in STATUS_TARGETS.items())
    assert str(status_named("Preactive")).startswith('"Preactive" cannot be chosen. Write one of: Active, Inactive,')
    assert str(status_named("hold")).startswith("Write one of: Active,")
    assert reason_named("credit LIMIT exceeded") is StatusReason.CREDIT_LIMIT
    assert reason_named("Debt Collection \u2013 Pending") is StatusReason.COLLECTION_PENDING
    assert str(reason_named("")).startswith("Write one of: Dispute,")
