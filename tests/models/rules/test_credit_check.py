"""Whether something that uses funds goes through: limits, amounts of nothing, and rules that override."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.credit_check import CreditFacts, Override, decide_credit
from app.models.values import CreditEvent, KycState

ACTIVATE, PURCHASE = CreditEvent.ACTIVATE_SERVICE, CreditEvent.PURCHASE_ONE_TIME_SERVICE


@pytest.mark.parametrize(("limit", "balance", "amount", "allowed", "excess"), [
    (50_000, 32_000, 18_000, True, 0),  # exactly the limit
    (50_000, 32_000, 18_001, False, 1),
    (50_000, 50_000, 0, True, 0),
    (50_000, 50_001, 0, False, 1),
    (None, 10**12, 10**12, True, 0),
    (0, 0, 0, True, 0), (0, 0, 1, False, 1), (0, -500, 500, True, 0), (0, 1, 0, False, 1),
])
def test_limits(limit: int | None, balance: int, amount: int, allowed: bool, excess: int) -> None:
    facts = CreditFacts(limit_minor=limit, balance_minor=balance, amount_minor=amount, event=ACTIVATE)
    assert (decide_credit(facts, []).allowed, facts.excess_minor) == (allowed, excess)
    assert facts.projected_minor == balance + amount


def rule(name: str = "R", **more: object) -> Override:
    return Override(name=name, **{"events": frozenset({ACTIVATE}), **more})  # type: ignore[arg-type]  # test data


VIP, LOW = frozenset({"VIP", "GOLD"}), frozenset({"LOW"})


@pytest.mark.parametrize(("override", "unmet"), [
    (rule(), ()),
    (rule(classifications=VIP), ()),
    (rule(classifications=VIP, ratings=frozenset({"AAA", "AA"})), ("rating",)),
    (rule(classifications=frozenset({"GOLD"}), ratings=frozenset({"B"})), ("classification",)),
    (rule(classifications=VIP, ratings=frozenset({"B", "C"}), kyc_profiles=LOW), ()),
    (rule(kyc_profiles=frozenset({"HIGH"})), ("kyc_profile",)),
    (rule(verified_only=True), ("kyc_state",)),
    (rule(events=frozenset({PURCHASE})), ()),
])
def test_conditions_of_a_rule(override: Override, unmet: tuple[str, ...]) -> None:
    facts = CreditFacts(limit_minor=100, balance_minor=100, amount_minor=1, event=ACTIVATE, classification="VIP",
                        rating="B", kyc_profile="LOW")
    assert override.unmet(facts) == unmet
    goes = not unmet and ACTIVATE in override.events
    answer = decide_credit(facts, [rule("first", classifications=frozenset({"OTHER"})), override])
    assert (answer.allowed, answer.rule) == (goes, "R" if goes else None)


def test_a_verified_profile_meets_a_rule_that_asks_for_it() -> None:
    facts = CreditFacts(limit_minor=0, balance_minor=1, amount_minor=0, event=ACTIVATE, kyc_profile="LOW",
                        kyc_state=KycState.VERIFIED)
    assert decide_credit(facts, [rule(verified_only=True)]).rule == "R"
    nobody = CreditFacts(limit_minor=0, balance_minor=1, amount_minor=0, event=ACTIVATE, kyc_state=KycState.VERIFIED)
    assert not decide_credit(nobody, [rule(verified_only=True)]).allowed


def test_an_invoice_of_a_billing_run_is_never_refused() -> None:
    facts = CreditFacts(limit_minor=0, balance_minor=0, amount_minor=5, event=CreditEvent.BILLING_RUN_INVOICE)
    answer = decide_credit(facts, [])
    assert (answer.allowed, answer.rule, facts.excess_minor) == (True, None, 5)


@given(st.data())
def test_a_rule_lets_through_as_the_words_say(data: st.DataObject) -> None:
    """Against the rule spelled out: the event is listed, and each kind with values has the account's."""
    values = st.frozensets(st.sampled_from("abc"), max_size=2)
    own = st.one_of(st.none(), st.sampled_from("abc"))
    events = st.frozensets(st.sampled_from([ACTIVATE, PURCHASE]))
    overrides = [Override(name=str(n), events=data.draw(events), classifications=data.draw(values),
                          ratings=data.draw(values), kyc_profiles=data.draw(values))
                 for n in range(data.draw(st.integers(0, 3)))]
    mine = {kind: data.draw(own) for kind in ("classification", "rating", "kyc_profile")}
    facts = CreditFacts(limit_minor=10, balance_minor=10, amount_minor=1, event=ACTIVATE, **mine)
    fitting = [o.name for o in overrides if ACTIVATE in o.events and all(
        not wanted or mine[kind] in wanted for kind, wanted in zip(
            mine, (o.classifications, o.ratings, o.kyc_profiles), strict=True))]
    answer = decide_credit(facts, overrides)
    assert (answer.allowed, answer.rule) == (bool(fitting), fitting[0] if fitting else None)
    within = [CreditFacts(limit_minor=limit, balance_minor=10, amount_minor=amount, event=ACTIVATE)
              for limit, amount in product([11, None], [0, 1])]
    assert all(decide_credit(each, overrides).rule is None for each in within)
