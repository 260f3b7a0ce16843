"""Which days a period has, and on which days may be posted: worked examples."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.periods import PeriodDays, may_be_closed, may_be_posted, months_after, period_days
from app.models.values import PeriodFrequency

MONTHLY, YEARLY = PeriodFrequency.MONTHLY, PeriodFrequency.YEARLY


@pytest.mark.parametrize(("first_on", "frequency", "expected"), [
    ("2024-01-01", MONTHLY, [("2024-01-01", "2024-01-31"), ("2024-02-01", "2024-02-29"), ("2024-03-01", "2024-03-31")]),
    ("2023-12-15", MONTHLY, [("2023-12-15", "2024-01-14"), ("2024-01-15", "2024-02-14"), ("2024-02-15", "2024-03-14")]),
    ("2024-01-31", MONTHLY, [("2024-01-31", "2024-02-28"), ("2024-02-29", "2024-03-30"), ("2024-03-31", "2024-04-29")]),
    ("2025-01-30", MONTHLY, [("2025-01-30", "2025-02-27"), ("2025-02-28", "2025-03-29"), ("2025-03-30", "2025-04-29")]),
    ("2023-07-01", YEARLY, [("2023-07-01", "2024-06-30"), ("2024-07-01", "2025-06-30"), ("2025-07-01", "2026-06-30")]),
    ("2024-02-29", YEARLY, [("2024-02-29", "2025-02-27"), ("2025-02-28", "2026-02-27"), ("2026-02-28", "2027-02-27")]),
])
def test_periods_keep_the_day_of_the_first_as_far_as_a_month_has_it(
    first_on: str, frequency: PeriodFrequency, expected: list[tuple[str, str]]
) -> None:
    found = [period_days(date.fromisoformat(first_on), frequency, number) for number in (1, 2, 3)]
    assert [(days.starts_on.isoformat(), days.ends_on.isoformat()) for days in found] == expected


@given(first_on=st.dates(date(1990, 1, 1), date(2100, 1, 1)), frequency=st.sampled_from(PeriodFrequency),
       number=st.integers(1, 200))
def test_periods_lie_side_by_side(first_on: date, frequency: PeriodFrequency, number: int) -> None:
    here, following = (period_days(first_on, frequency, each) for each in (number, number + 1))
    assert here.starts_on <= here.ends_on
    assert following.starts_on == here.ends_on + timedelta(days=1)
    assert here.starts_on == months_after(first_on, (number - 1) * (1 if frequency is MONTHLY else 12))


@pytest.mark.parametrize(("on", "first_on", "last_closed_on", "allowed"), [
    ("2024-01-15", None, None, True),
    ("2023-12-31", "2024-01-01", None, False),
    ("2024-01-01", "2024-01-01", None, True),
    ("2024-02-15", "2024-01-01", None, True),  # behind the end of the open period: it falls into the next
    ("2024-01-31", "2024-01-01", "2024-01-31", False),
    ("2023-12-31", "2024-01-01", "2024-01-31", False),
    ("2024-02-01", "2024-01-01", "2024-01-31", True),
])
def test_nothing_is_posted_before_what_is_open(
    on: str, first_on: str | None, last_closed_on: str | None, allowed: bool
) -> None:
    days = [None if each is None else date.fromisoformat(each) for each in (first_on, last_closed_on)]
    assert may_be_posted(date.fromisoformat(on), first_on=days[0], last_closed_on=days[1]) is allowed


def test_a_period_is_closed_from_the_day_behind_it() -> None:
    january = PeriodDays(starts_on=date(2024, 1, 1), ends_on=date(2024, 1, 31))
    assert not may_be_closed(january, date(2024, 1, 31))
    assert may_be_closed(january, date(2024, 2, 1))
