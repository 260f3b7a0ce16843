"""Every step of the lifecycle and every placing and lifting of a hold, by whom, allowed or refused: all pairs.

The expected answers stand here as tables of their own, written out by hand and not taken from the code
(ARCHITECTURE.md, "Status changes").
"""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest

from app.models.rules.status_changes import (
    KIND_WORDS,
    By,
    Standing,
    lifecycle_refusal,
    lifting_refusal,
    needs_reason,
    placing_refusal,
    reason_text,
)
from app.models.values import HoldKind, Lifecycle, StatusReason

P, A, N, T = Lifecycle.PREACTIVE, Lifecycle.ACTIVE, Lifecycle.INACTIVE, Lifecycle.TERMINATED
STAFF = {By.AGENT, By.ABOVE, By.OPERATOR}
SUBSETS = [frozenset(c) for c in chain.from_iterable(combinations(HoldKind, n) for n in range(len(HoldKind) + 1))]

#        to:  P      A      N      T
STEPS = {P: ("no", "yes", "yes", "yes"),
         A: ("no", "no", "yes", "yes"),
         N: ("no", "yes", "no", "yes"),
         T: ("no", "no", "no", "no")}

#                                  who places it, and who lifts it
HANDS = {
    HoldKind.OVERDUE: {By.SCAN},
    HoldKind.MANUAL: STAFF,
    HoldKind.PARENT_PROVIDER: {By.ABOVE, By.OPERATOR},
    HoldKind.PARENT_GROUP: set(),
    HoldKind.BILLING_AND_ORDERING: STAFF,
    HoldKind.SYSTEM: {By.OPERATOR},
}


def expected_step(now: Lifecycle, to: Lifecycle, holds: frozenset[HoldKind], by: By) -> bool:
    if by in (By.ITSELF, By.SCAN) or STEPS[now][list(Lifecycle).index(to)] == "no":
        return False
    if HoldKind.SYSTEM in holds and (to is N or (to is T and by is not By.OPERATOR)):
        return False
    return not (HoldKind.PARENT_PROVIDER in holds and to in (N, T) and by is By.AGENT)


def test_every_step_of_the_lifecycle_under_every_set_of_holds() -> None:
    assert list(Lifecycle) == [P, A, N, T]
    for now, to, holds, by in product(Lifecycle, Lifecycle, SUBSETS, By):
        refusal = lifecycle_refusal(Standing(name="Acme", lifecycle=now, holds=holds, provider="Harbour"), to, by)
        assert (refusal is None) is expected_step(now, to, holds, by), (now, to, holds, by, refusal)
        assert refusal is None or refusal.endswith("."), refusal


def test_every_placing_and_lifting_under_every_lifecycle() -> None:
    for kind, now, holds, by in product(HoldKind, Lifecycle, SUBSETS, By):
        standing = Standing(name="Acme", lifecycle=now, holds=holds, provider="Harbour")
        placed, lifted = placing_refusal(standing, kind, by), lifting_refusal(standing, kind, by)
        may_place = by in HANDS[kind] and now is A and (kind is HoldKind.MANUAL or kind not in holds)
        may_lift = by in HANDS[kind] and now is not T and kind in holds
        assert (placed is None) is may_place, (kind, now, holds, by, placed)
        assert (lifted is None) is may_lift, (kind, now, holds, by, lifted)


@pytest.mark.parametrize(("refusal", "words"), [
    (lifecycle_refusal(Standing(name="Acme", lifecycle=T), A, By.ABOVE),
     "Acme is cancelled, and a cancelled account never becomes anything else. Create a new account."),
    (lifecycle_refusal(Standing(name="Acme", lifecycle=A), P, By.ABOVE),
     "Acme is active; it cannot become preactive again."),
    (lifecycle_refusal(Standing(name="Acme", lifecycle=A, holds=frozenset({HoldKind.SYSTEM})), N, By.OPERATOR),
     "Acme has a system hold. It has to be lifted first."),
    (lifecycle_refusal(Standing(name="Acme", lifecycle=A, holds=frozenset({HoldKind.PARENT_PROVIDER}),
                                provider="Harbour"), T, By.AGENT),
     "Acme has a restriction by the provider above. Only Harbour can do that."),
    (lifecycle_refusal(Standing(name="Harbour", lifecycle=A, provider="Pacific"), T, By.ITSELF),
     "Harbour cannot change its own status. Pacific can."),
    (placing_refusal(Standing(name="Acme", lifecycle=A), HoldKind.OVERDUE, By.OPERATOR),
     "An overdue hold is placed by the scan."),
    (lifting_refusal(Standing(name="Acme", lifecycle=A, holds=frozenset({HoldKind.OVERDUE})), HoldKind.OVERDUE,
                     By.OPERATOR),
     "An overdue hold is lifted by the scan. Staff restore the account by hand."),
    (lifting_refusal(Standing(name="Acme", lifecycle=A, holds=frozenset({HoldKind.SYSTEM})), HoldKind.SYSTEM, By.ABOVE),
     "A system hold is not lifted here. Only the operator can do that."),
    (placing_refusal(Standing(name="Acme", lifecycle=A), HoldKind.PARENT_GROUP, By.OPERATOR),
     "A hold of the group account comes and goes with the account that pays for Acme: reactivate that account, or take "
     "this one out of the group account."),
    (placing_refusal(Standing(name="Acme", lifecycle=N), HoldKind.MANUAL, By.ABOVE),
     "Acme is inactive; only an active account can be held."),
])
def test_refusals_say_what_would_be_right(refusal: str | None, words: str) -> None:
    assert refusal == words


def test_reasons() -> None:
    assert [to for to in Lifecycle if needs_reason(to)] == [T]
    assert reason_text(StatusReason.OTHER) == "Other"
    assert reason_text(StatusReason.DISPUTE, " invoice 7 ") == "Dispute: invoice 7"
    assert set(KIND_WORDS) == set(HoldKind)
