"""States of a service by hand: what follows what, as one table, and the sentences of the rest."""

from __future__ import annotations

from app.models.rules.service_steps import STEPS, step_refusal
from app.models.values import ServiceState

_TABLE = {
    # from:        preactive active restricted suspended deactivated cancelled
    "preactive":   "-        +      -          -         +           +",
    "active":      "-        -      -          +         +           +",
    "restricted":  "-        -      -          -         +           +",
    "suspended":   "-        +      -          -         +           +",
    "deactivated": "-        +      -          -         -           +",
    "cancelled":   "-        -      -          -         -           -",
}


def test_what_follows_each_state() -> None:
    for now, line in _TABLE.items():
        for to, sign in zip(ServiceState, line.split(), strict=True):
            refusal = step_refusal("Mobile N-1", ServiceState(now), to)
            assert (refusal == "") == (sign == "+"), (now, to)
            assert (to in STEPS[ServiceState(now)]) == (sign == "+")


def test_a_refusal_says_what_would_be_right() -> None:
    s = ServiceState
    assert step_refusal("Mobile N-1", s.ACTIVE, s.ACTIVE) == "Mobile N-1 is active already."
    assert step_refusal("Mobile N-1", s.CANCELLED, s.ACTIVE).endswith("Add another one.")
    assert step_refusal("Mobile N-1", s.RESTRICTED, s.ACTIVE).endswith("Until then it can only be stopped.")
    assert step_refusal("Mobile N-1", s.ACTIVE, s.PREACTIVE) == "Mobile N-1 is active; it cannot become preactive."
