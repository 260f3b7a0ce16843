"""Into which instalments an amount is split, and when they are due: worked examples."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.payment_plan import MOST_INSTALMENTS, due_on, instalments
from app.models.values import PlanFrequency

WEEKLY, FORTNIGHTLY, MONTHLY = PlanFrequency.WEEKLY, PlanFrequency.FORTNIGHTLY, PlanFrequency.MONTHLY


@pytest.mark.parametrize(("total", "first_on", "frequency", "count", "expected"), [
    (20_000, date(2025, 1, 31), MONTHLY, 3,
     [(date(2025, 1, 31), 6666), (date(2025, 2, 28), 6666), (date(2025, 3, 31), 6668)]),
    (19_500, date(2025, 7, 10), MONTHLY, 3,
     [(date(2025, 7, 10), 6500), (date(2025, 8, 10), 6500), (date(2025, 9, 10), 6500)]),
    (100, date(2023, 12, 31), MONTHLY, 3, [(date(2023, 12, 31), 33), (date(2024, 1, 31), 33), (date(2024, 2, 29), 34)]),
    (100, date(2025, 6, 30), WEEKLY, 2, [(date(2025, 6, 30), 50), (date(2025, 7, 7), 50)]),
    (101, date(2025, 6, 30), FORTNIGHTLY, 2, [(date(2025, 6, 30), 50), (date(2025, 7, 14), 51)]),
    (1, date(2025, 6, 30), WEEKLY, 1, [(date(2025, 6, 30), 1)]),
])
def test_the_rest_comes_with_the_last_and_short_months_have_their_last_day(
    total: int, first_on: date, frequency: PlanFrequency, count: int, expected: list[tuple[date, int]]
) -> None:
    rows = instalments(total, first_on=first_on, frequency=frequency, count=count)
    assert [(row.due_on, row.amount_minor) for row in rows] == expected
    assert [row.position for row in rows] == list(range(1, count + 1))


@pytest.mark.parametrize(("total", "count", "words"), [
    (100, 0, "between 1 and 60"), (100, 61, "between 1 and 60"), (2, 3, "more than nothing"),
])
def test_what_is_no_plan_is_refused(total: int, count: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        instalments(total, first_on=date(2025, 6, 30), frequency=WEEKLY, count=count)


@given(total=st.integers(1, 10**9), count=st.integers(1, MOST_INSTALMENTS), first_on=st.dates(date(2000, 1, 1)),
       frequency=st.sampled_from(PlanFrequency))
def test_instalments_add_up_and_follow_each_other(
    total: int, count: int, first_on: date, frequency: PlanFrequency
) -> None:
    if total < count or first_on.year > 9900:
        return
    rows = instalments(total, first_on=first_on, frequency=frequency, count=count)
    assert sum(row.amount_minor for row in rows) == total
    days = [row.due_on for row in rows]
    assert days == sorted(set(days))
    assert days[0] == first_on
    assert days == [due_on(first_on, frequency, position) for position in range(1, count + 1)]
