"""When scheduled work is due: time zones, both changes of the clocks, steps that were missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.due_times import (
    daily,
    due_since,
    first_missed,
    instant_at,
    is_due_again,
    is_too_old,
    last_due,
    next_again,
    next_due,
    parse_time,
    suspension_times,
    time_text,
)

BERLIN, SYDNEY, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Sydney"), ZoneInfo("UTC")
ZONES = ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Nicosia",
         "Pacific/Apia", "UTC"]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("zone", "day", "at", "instant"), [
    ("Europe/Berlin", "2025-06-10", "08:00", "2025-06-10 06:00"),
    ("Europe/Berlin", "2025-03-30", "02:30", "2025-03-30 01:00"),   # missing: when the hour is over, 03:00
    ("Europe/Berlin", "2025-03-30", "02:00", "2025-03-30 01:00"),
    ("Europe/Berlin", "2025-10-26", "02:30", "2025-10-26 00:30"),   # twice: the first time
    ("Australia/Sydney", "2025-10-05", "02:15", "2025-10-04 16:00"),
    ("Australia/Sydney", "2025-04-06", "02:15", "2025-04-05 15:15"),
    ("Australia/Lord_Howe", "2025-10-05", "02:10", "2025-10-04 15:30"),  # half an hour is missing
    ("Pacific/Kiritimati", "2025-06-10", "08:00", "2025-06-09 18:00"),   # fourteen hours ahead
    ("Etc/GMT+12", "2025-06-10", "08:00", "2025-06-10 20:00"),           # twelve behind
    ("Pacific/Apia", "2011-12-30", "08:00", "2011-12-30 10:00"),         # a day that Samoa left out
])
def test_a_time_of_a_day_is_one_instant(zone: str, day: str, at: str, instant: str) -> None:
    assert instant_at(date.fromisoformat(day), parse_time(at), ZoneInfo(zone)) == _utc(instant)


@pytest.mark.parametrize(("text", "ok"), [
    ("08:00", True), (" 8:05 ", True), ("23:59", True), ("24:00", False), ("8", False), ("08:60", False), ("", False),
    ("-1:00", False), ("08:0", False), ("٠٨:٠٠", False), ("008:00", False),
])
def test_times_are_read_strictly(text: str, *, ok: bool) -> None:
    if ok:
        assert parse_time(time_text(parse_time(text))) == parse_time(text)
    else:
        with pytest.raises(ValueError, match="write for instance"):
            parse_time(text)


@pytest.mark.parametrize(("times", "windows", "day", "due"), [
    ((), (), "2025-06-28", ["09:00"]),                                        # a Saturday, nothing set
    ((), ("Mon-Thu 09:00-16:00",), "2025-06-26", ["09:00"]),
    ((), ("Mon-Thu 10:00-16:00",), "2025-06-26", ["10:00"]),
    ((), ("Mon-Thu 10:00-16:00",), "2025-06-28", ["09:00"]),
    ((), ("Mon-Thu 09:00-12:00", "Mon,Sat 13:30-16:00"), "2025-06-30", ["09:00", "13:30"]),
    ((), ("Mon-Thu 10:00-12:00",), "2025-07-01", ["09:00"]),                  # a public holiday of the case
    ((time(7), time(15)), ("Mon-Thu 09:00-16:00",), "2025-06-28", ["07:00", "15:00"]),
])
def test_suspensions_are_due_at_set_times_else_when_a_window_opens(
    times: tuple[time, ...], windows: tuple[str, ...], day: str, due: list[str],
) -> None:
    times_on = suspension_times(times, windows, {date(2025, 7, 1)})
    assert [time_text(each) for each in times_on(date.fromisoformat(day))] == due


@pytest.mark.parametrize(("done", "now", "due"), [
    (None, "2025-06-10 08:59", None),                       # nothing was ever done, today's is still ahead
    (None, "2025-06-10 09:00", "2025-06-10 09:00"),
    (None, "2025-06-10 23:00", "2025-06-10 09:00"),
    ("2025-06-10 09:00", "2025-06-10 16:00", None),         # once per its time
    ("2025-06-10 08:00", "2025-06-10 16:00", "2025-06-10 09:00"),
    ("2025-06-09 09:30", "2025-06-10 08:00", None),
    ("2025-06-08 09:30", "2025-06-10 08:00", "2025-06-09 09:00"),   # missed yesterday: caught up
    ("2025-05-01 09:30", "2025-06-10 12:00", "2025-06-10 09:00"),   # one for all of them
    ("2025-06-11 09:30", "2025-06-10 12:00", "2025-06-10 09:00"),   # the clock was put back
    ("2025-06-11 09:30", "2025-06-10 08:00", None),
])
def test_a_step_is_due_once_per_its_time(done: str | None, now: str, due: str | None) -> None:
    found = due_since(daily(time(9)), done=None if done is None else _utc(done), now=_utc(now), zone=UTC_ZONE)
    assert found == (None if due is None else _utc(due))


@pytest.mark.parametrize(("done", "now", "due"), [
    (None, "2025-06-10 10:00", True),
    ("2025-06-10 10:00", "2025-06-10 10:59", False),
    ("2025-06-10 10:59", "2025-06-10 11:00", True),      # hours of the clock, not sixty minutes after the last
    ("2025-06-10 10:00", "2025-06-10 09:30", True),      # a clock that was put back
])
def test_restorations_are_due_every_so_many_minutes(done: str | None, now: str, *, due: bool) -> None:
    assert is_due_again(60, done=None if done is None else _utc(done), now=_utc(now), zone=UTC_ZONE) is due
    assert next_again(60, _utc(now), UTC_ZONE).minute == 0


@pytest.mark.parametrize(("zone", "every", "done", "now", "due", "following"), [
    ("Asia/Kolkata", 60, "2025-06-10 10:10", "2025-06-10 10:29", False, "2025-06-10 10:30"),    # 16:00 there
    ("Asia/Kolkata", 60, "2025-06-10 10:10", "2025-06-10 10:30", True, "2025-06-10 11:30"),
    ("Pacific/Chatham", 60, "2025-06-10 10:10", "2025-06-10 10:15", True, "2025-06-10 11:15"),  # UTC+12:45
    ("Australia/Sydney", 1440, "2025-06-10 13:59", "2025-06-10 14:00", True, "2025-06-11 14:00"),   # midnight there
    ("Europe/Vienna", 45, "2025-04-04 23:30", "2025-04-05 00:14", False, "2025-04-05 00:15"),
    ("Europe/Berlin", 60, "2025-03-30 00:30", "2025-03-30 01:00", True, "2025-03-30 02:00"),    # 03:00 after 01:30
    ("Europe/Berlin", 60, "2025-10-26 00:00", "2025-10-26 01:00", True, "2025-10-26 02:00"),    # 02:00 once more
    ("Europe/Berlin", 60, "2025-10-26 00:30", "2025-10-26 00:59", False, "2025-10-26 01:59"),   # 02:59, then 02:59
])
def test_minutes_are_counted_on_the_clocks_of_the_zone(zone: str, every: int, done: str, now: str, *, due: bool,
                                                       following: str) -> None:
    assert is_due_again(every, done=_utc(done), now=_utc(now), zone=ZoneInfo(zone)) is due
    assert next_again(every, _utc(now), ZoneInfo(zone)) == _utc(following)


@given(st.sampled_from(ZONES), st.integers(1, 10080), st.integers(0, 60 * 24 * 500))
def test_what_is_due_again_next_is_due_then(zone: str, every: int, minutes: int) -> None:
    now = _utc("2025-01-01 00:00") + timedelta(minutes=minutes)
    following = next_again(every, now, ZoneInfo(zone))
    assert now < following <= now + timedelta(minutes=every)
    assert is_due_again(every, done=now, now=following, zone=ZoneInfo(zone))


@pytest.mark.parametrize(("done_for", "since", "first"), [
    (None, "2025-06-08", "2025-06-08"),
    ("2025-06-08", "2025-06-01", "2025-06-09"),
    ("2025-06-08", "2025-06-10", "2025-06-10"),
    ("2025-06-10", "2025-06-01", "2025-06-10"),      # done already: looked at once more
    ("2025-06-12", "2025-06-01", "2025-06-10"),      # the clock was put back
])
def test_missed_days_are_caught_up(done_for: str | None, since: str, first: str) -> None:
    found = first_missed(None if done_for is None else date.fromisoformat(done_for), date(2025, 6, 10),
                         since=date.fromisoformat(since))
    assert found == date.fromisoformat(first)


@pytest.mark.parametrize(("days_ago", "old"), [(0, False), (3, False), (4, True)])
def test_beyond_three_days_a_step_is_only_proposed(days_ago: int, *, old: bool) -> None:
    today = date(2025, 6, 10)
    assert is_too_old(today - timedelta(days=days_ago), today) is old


@given(st.sampled_from(ZONES), st.integers(0, 366 * 2 * 24 * 60), st.integers(0, 24 * 60 - 1))
def test_each_day_has_its_step_once_and_in_order(name: str, minutes: int, at_minute: int) -> None:
    zone, at = ZoneInfo(name), time(*divmod(at_minute, 60))
    now = datetime(2024, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    last, following = last_due(daily(at), now, zone), next_due(daily(at), now, zone)
    assert last is not None
    assert following is not None
    assert last <= now < following
    assert timedelta(hours=22) <= following - last <= timedelta(hours=26)
    assert (following.astimezone(zone).date() - last.astimezone(zone).date()).days == 1
    shown = last.astimezone(zone).time()
    assert shown == at or (shown > at and instant_at(last.astimezone(zone).date(), at, zone) == last)
