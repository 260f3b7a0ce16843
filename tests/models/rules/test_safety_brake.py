"""When a run stops: tables of figures at the limits, and what holds for all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.safety_brake import BrakeFigures, BrakeLimits, BrakeReason, brakes, has_grown

USUAL = BrakeLimits()
MANY, PAUSE = BrakeReason.TOO_MANY, BrakeReason.LONG_PAUSE


def figures(judged: int, suspend: int, restore: int = 0, paused: int = 0) -> BrakeFigures:
    return BrakeFigures(judged=judged, to_suspend=suspend, to_restore=restore, paused_days=paused)


@pytest.mark.parametrize(("name", "found", "limits", "reason"), [
    ("20 of 20 are not more than 20 accounts", figures(20, 20), USUAL, None),
    ("21 of 400 are more than both", figures(400, 21), USUAL, MANY),
    ("21 of 420 are exactly 5 %", figures(420, 21), USUAL, None),
    ("21 of 419 are more", figures(419, 21), USUAL, MANY),
    ("restorations count as well", figures(400, 11, 10), USUAL, MANY),
    ("restorations alone too", figures(400, 0, 21), USUAL, MANY),
    ("three days are no long pause", figures(400, 1, paused=3), USUAL, None),
    ("four are", figures(400, 1, paused=4), USUAL, PAUSE),
    ("nobody to change, nothing to stop", figures(400, 0, paused=400), USUAL, None),
    ("too many is said first", figures(400, 21, paused=400), USUAL, MANY),
    ("no share: the number alone", figures(10_000, 21), BrakeLimits(share_percent=0), MANY),
    ("… up to it", figures(21, 20), BrakeLimits(share_percent=0), None),
    ("no number: the share alone", figures(10, 1), BrakeLimits(accounts=0), MANY),
    ("… up to it", figures(20, 1), BrakeLimits(accounts=0), None),
    ("neither", figures(100, 100, paused=3), BrakeLimits(share_percent=0, accounts=0), None),
    ("… but the pause", figures(100, 100, paused=4), BrakeLimits(share_percent=0, accounts=0), PAUSE),
    ("no pause", figures(400, 1, paused=999), BrakeLimits(pause_days=0), None),
    ("100 %: all may change", figures(400, 400), BrakeLimits(share_percent=100), None),
])
def test_at_the_limits(name: str, found: BrakeFigures, limits: BrakeLimits, reason: BrakeReason | None) -> None:
    assert brakes(found, limits) is reason, name


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 30), st.integers(0, 100),
       st.integers(0, 100), st.integers(0, 10))
def test_more_changes_never_release_it(
    judged: int, suspend: int, restore: int, paused: int, share: int, accounts: int, pause: int
) -> None:
    limits = BrakeLimits(share_percent=share, accounts=accounts, pause_days=pause)
    found = brakes(figures(judged, suspend, restore, paused), limits)
    if found is not None:
        assert brakes(figures(judged, suspend + 1, restore, paused), limits) is not None
        assert brakes(figures(judged, suspend, restore + 1, paused), limits) is not None
        assert brakes(figures(judged, suspend, restore, paused + 1), limits) is not None


@pytest.mark.parametrize(("now", "grown"), [
    (figures(9, 5, 2), False), (figures(9, 4, 0), False), (figures(9, 6, 0), True), (figures(9, 0, 3), True),
])
def test_what_was_approved_covers_as_much_and_no_more(now: BrakeFigures, grown: bool) -> None:
    assert has_grown(now, figures(9, 5, 2)) is grown
