"""Windows as a week: every text and every week goes there and back, and hours are turned one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.errors import RefusedByRule
from app.services.rules.week import (
    CLOSED,
    open_minutes,
    read_windows,
    turned,
    week_of,
    windows_of,
    written_windows,
)

WRITTEN = [
    (["Mon-Thu 09:00-16:00"], ("Mon-Thu 09:00-16:00",)),
    (["Mon,Tue 9:00-16:00"], ("Mon,Tue 09:00-16:00",)),
    (["Mon-Wed 09:00-12:00", "Mon-Wed 12:00-16:00"], ("Mon-Wed 09:00-16:00",)),
    (["Mon-Wed 09:00-13:00", "Tue 12:00-16:00"], ("Mon,Wed 09:00-13:00", "Tue 09:00-16:00")),
    (["Sat-Mon 10:00-12:00"], ("Mon,Sat,Sun 10:00-12:00",)),
    (["Mon-Sun 00:00-24:00"], ("Mon-Sun 00:00-24:00",)),
    (["Fri 09:30-11:15", "Mon 08:00-09:00"], ("Mon 08:00-09:00", "Fri 09:30-11:15")),
    ([], ()),
]


@pytest.mark.parametrize(("windows", "written"), WRITTEN)
def test_windows_are_written_as_few_as_add_up_to_the_week(windows: list[str], written: tuple[str, ...]) -> None:
    assert windows_of(week_of(windows)) == written


hours = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23), st.booleans()), max_size=60)


@given(hours)
def test_a_week_turned_hour_by_hour_goes_there_and_back(turns: list[tuple[int, int, bool]]) -> None:
    week, expected = CLOSED, set[tuple[int, int]]()
    for day, hour, is_open in turns:
        week = turned(week, day, hour, is_open=is_open)
        expected = expected | {(day, hour)} if is_open else expected - {(day, hour)}
    assert week_of(windows_of(week)) == week
    assert {(day, hour) for day in range(7) for hour in range(24) if open_minutes(week, day, hour) == 60} == expected


def test_an_hour_that_is_open_in_part_is_opened_and_shut_as_a_whole() -> None:
    week = week_of(["Mon 09:30-11:15"])
    assert [open_minutes(week, 0, hour) for hour in (8, 9, 10, 11, 12)] == [0, 30, 60, 15, 0]
    assert windows_of(turned(week, 0, 9, is_open=True)) == ("Mon 09:00-11:15",)
    assert windows_of(turned(week, 0, 10, is_open=False)) == ("Mon 09:30-10:00", "Mon 11:00-11:15")


def test_what_is_typed_is_read_with_semicolons_and_lines() -> None:
    typed = " Mon-Thu  09:00-16:00 ;\nFri 09:00-12:00; "
    assert read_windows(typed) == ("Mon-Thu 09:00-16:00", "Fri 09:00-12:00")
    assert written_windows(read_windows(typed)) == "Mon-Thu 09:00-16:00; Fri 09:00-12:00"
    assert read_windows("  ") == ()
    with pytest.raises(RefusedByRule, match="ends before it begins"):
        read_windows("Mon-Thu 09:00-16:00; Fri 12:00-09:00")
