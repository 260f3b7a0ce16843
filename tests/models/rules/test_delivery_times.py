"""When what was not taken is offered again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.delivery_times import GIVEN_UP_AFTER, LONGEST_WAIT, next_try, wait_after

FIRST = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("tries", "asked_s", "minutes"), [
    (1, None, 1), (2, None, 5), (3, None, 15), (4, None, 60), (5, None, 60), (40, None, 60),
    (1, 10, 1), (1, 600, 10), (4, 600, 60), (1, 10 ** 9, 360), (2, 0, 5)])
def test_how_long_is_waited(tries: int, asked_s: float | None, minutes: int) -> None:
    assert wait_after(tries, asked_s=asked_s) == timedelta(minutes=minutes)


def test_a_server_that_is_gone_for_a_day() -> None:
    tried, at = [], FIRST
    while True:
        tried.append(at)
        following = next_try(tries=len(tried), first_at=FIRST, now=at)
        if following is None:
            break
        at = following
    assert [(moment - FIRST) // timedelta(minutes=1) for moment in tried[:6]] == [0, 1, 6, 21, 81, 141]
    assert tried[-1] == FIRST + GIVEN_UP_AFTER
    assert len(tried) == 28


@given(tries=st.integers(1, 100), asked_s=st.one_of(st.none(), st.floats(0, 10 ** 12)),
       since=st.timedeltas(timedelta(0), timedelta(days=3)))
def test_time_goes_on(tries: int, asked_s: float | None, since: timedelta) -> None:
    now = FIRST + since
    following = next_try(tries=tries, first_at=FIRST, now=now, asked_s=asked_s)
    if following is None:
        assert since >= GIVEN_UP_AFTER
    else:
        assert now < following <= min(now + LONGEST_WAIT, FIRST + GIVEN_UP_AFTER)
