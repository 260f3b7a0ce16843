"""Rate periods beside each other: what a new one makes of them, what is refused, and that they never overlap."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.rate_periods import (
    BACKWARDS,
    GAP,
    OVERLAP,
    SAME_DAY,
    PeriodRefused,
    RatePeriod,
    with_period,
    without_period,
)

R = Fraction("0.92")


def period(first: str, last: str | None = None, rate: Fraction = R) -> RatePeriod:
    return RatePeriod.entered(from_date=date.fromisoformat(first), rate=rate,
                              to_date=None if last is None else date.fromisoformat(last))


def days(periods: tuple[RatePeriod, ...]) -> list[tuple[str, str | None]]:
    return [(p.from_date.isoformat(), None if p.to_date is None else p.to_date.isoformat()) for p in periods]


YEAR = period("2024-01-01", "2024-12-31")
OPEN = period("2024-01-01")


@pytest.mark.parametrize(("there", "new", "wanted"), [
    ([], OPEN, [("2024-01-01", None)]),
    ([YEAR], YEAR, [("2024-01-01", "2024-12-31")]),
    ([YEAR], OPEN, [("2024-01-01", "2024-12-31")]),                 # on file, and nobody said when it ends
    ([YEAR], period("2025-01-01"), [("2024-01-01", "2024-12-31"), ("2025-01-01", None)]),
    ([YEAR], period("2023-01-01"), [("2023-01-01", "2023-12-31"), ("2024-01-01", "2024-12-31")]),
    ([OPEN], period("2024-06-01"), [("2024-01-01", "2024-05-31"), ("2024-06-01", None)]),
    ([YEAR], period("2024-06-01"), OVERLAP),
    ([YEAR], period("2024-12-31"), OVERLAP),
    ([YEAR], period("2023-06-01", "2024-01-01"), OVERLAP),
    ([YEAR], period("2023-06-01", "2025-06-01"), OVERLAP),
    ([YEAR], period("2024-01-01", "2024-06-30"), SAME_DAY),
    ([YEAR], period("2024-01-01", None, Fraction(1)), SAME_DAY),
    ([OPEN], period("2024-06-01", "2024-06-30"), GAP),
    ([], period("2024-06-01", "2024-05-31"), BACKWARDS),
    ([], period("2024-06-01", "2024-06-01"), [("2024-06-01", "2024-06-01")]),
])
def test_a_new_period(there: list[RatePeriod], new: RatePeriod, wanted: object) -> None:
    if isinstance(wanted, str):
        with pytest.raises(PeriodRefused) as refused:
            with_period(there, new)
        assert refused.value.why == wanted
        assert (refused.value.other is None) is (wanted == BACKWARDS)
    else:
        assert days(with_period(there, new)) == wanted


def test_periods_without_a_last_day_come_to_the_same_in_any_order() -> None:
    made = [period("2024-01-01"), period("2024-03-01", None, Fraction(1)), period("2024-06-01", None, Fraction(2))]
    found = set()
    for order in permutations(made):
        there: tuple[RatePeriod, ...] = ()
        for each in order:
            there = with_period(there, each)
        found.add(there)
    assert [days(each) for each in found] == [
        [("2024-01-01", "2024-02-29"), ("2024-03-01", "2024-05-31"), ("2024-06-01", None)]]
    (three,) = found
    assert days(without_period(three, date(2024, 3, 1))) == [("2024-01-01", "2024-05-31"), ("2024-06-01", None)]
    assert days(without_period(three, date(2024, 6, 1))) == [("2024-01-01", "2024-02-29"), ("2024-03-01", None)]


@given(st.lists(st.tuples(st.integers(0, 60), st.one_of(st.none(), st.integers(-2, 20)), st.booleans()), max_size=14))
def test_no_day_has_two_rates_and_none_that_was_said_loses_its_own(
    said: list[tuple[int, int | None, bool]]
) -> None:
    """Whatever is entered and taken away; a period with a last day keeps it."""
    start = date(2024, 1, 1)
    there: tuple[RatePeriod, ...] = ()
    for first, length, taken_away in said:
        begins = start + timedelta(days=first)
        if taken_away:
            there = without_period(there, begins)
            continue
        new = RatePeriod.entered(from_date=begins, rate=Fraction(first + 1),
                                 to_date=None if length is None else begins + timedelta(days=length))
        fixed = [p for p in there if not p.until_next]
        try:
            there = with_period(there, new)
        except PeriodRefused:
            continue
        assert all(p in there for p in fixed)
        assert any(p.from_date == begins for p in there)
    assert all(one.to_date is not None and one.to_date < other.from_date for one, other in pairwise(there))
    assert all(p.to_date is None or p.to_date >= p.from_date for p in there)
    for one, other in pairwise(there):
        if one.until_next:
            assert one.to_date == other.from_date - timedelta(days=1)
