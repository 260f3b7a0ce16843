"""Windows: reading them, when they open, and from when a proposal may be applied."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.suspension_window import (
    DAYS,
    Window,
    apply_from,
    is_open,
    next_opening,
    opening_on,
    parse_window,
)

SYDNEY, ATHENS, UTC_ZONE = ZoneInfo("Australia/Sydney"), ZoneInfo("Europe/Athens"), ZoneInfo("UTC")
HARBOUR = (parse_window("Mon-Thu 09:00-16:00"),)
"""The window of the worked example."""


@pytest.mark.parametrize(("text", "weekdays", "opens", "closes"), [
    ("Mon-Thu 09:00-16:00", {0, 1, 2, 3}, 540, 960),
    ("  mon - thu   9:00 - 16:00 ", {0, 1, 2, 3}, 540, 960),
    ("Mon–Thu 09:00–16:00", {0, 1, 2, 3}, 540, 960),
    ("Sat,Sun 10:00-12:00", {5, 6}, 600, 720),
    ("Sat-Mon 00:00-24:00", {5, 6, 0}, 0, 1440),
    ("Mon,Wed-Fri 08:30-08:31", {0, 2, 3, 4}, 510, 511),
    ("Tuesday 00:00-23:59", {1}, 0, 1439),
])
def test_a_window_is_read(text: str, weekdays: set[int], opens: int, closes: int) -> None:
    assert parse_window(text) == Window(weekdays=frozenset(weekdays), opens_minute=opens, closes_minute=closes)


@pytest.mark.parametrize("text", [
    "", "Mon", "09:00-16:00", "Mon 09:00", "Mon-Thu", "Mon 9-16", "Monkey 09:00-16:00", "Mo 09:00-16:00",
    "Mon-Tue-Wed 09:00-16:00", "Mon,,Tue 09:00-16:00", "Mon 16:00-09:00", "Mon 09:00-09:00", "Mon 09:60-10:00",
    "Mon 24:00-24:00", "Mon 09:00-24:01", "Mon 25:00-26:00", "Mon 09:00-16:00 extra", "Mon 09:00-16:00\nTue 1:00-2:00",
    "Mon ٠٩:00-16:00", "Mon 22:00-06:00",
])
def test_a_malformed_window_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"window|ends before|time of day|write days"):
        parse_window(text)


@pytest.mark.parametrize(("moment", "open_"), [
    ("2025-06-30 08:59:59", False), ("2025-06-30 09:00:00", True), ("2025-06-30 15:59:59", True),
    ("2025-06-30 16:00:00", False), ("2025-07-03 12:00:00", True), ("2025-07-04 12:00:00", False),
    ("2025-06-28 12:00:00", False),
])
def test_the_opening_belongs_to_a_window_and_the_closing_does_not(moment: str, open_: bool) -> None:
    assert is_open(HARBOUR, datetime.fromisoformat(moment).replace(tzinfo=SYDNEY)) is open_


def test_without_windows_it_is_always_open() -> None:
    midnight = datetime(2025, 6, 28, tzinfo=SYDNEY)
    assert is_open((), midnight)
    assert next_opening((), midnight, SYDNEY) == midnight
    assert opening_on((), date(2025, 6, 28), SYDNEY) == midnight
    assert apply_from((), date(2025, 6, 28), midnight, SYDNEY) is None


@pytest.mark.parametrize(("windows", "moment", "opening"), [
    # A3 qualifies on Saturday 28 June and is suspended on Monday.
    (["Mon-Thu 09:00-16:00"], "2025-06-28T00:00+10:00", "2025-06-30T09:00+10:00"),
    # A1 may be suspended again from Sunday 13 July 10:00, hence on Monday.
    (["Mon-Thu 09:00-16:00"], "2025-07-13T10:00+10:00", "2025-07-14T09:00+10:00"),
    (["Mon-Thu 09:00-16:00"], "2025-07-03T16:00+10:00", "2025-07-07T09:00+10:00"),
    (["Mon 09:00-10:00"], "2025-06-30T10:00+10:00", "2025-07-07T09:00+10:00"),
    (["Sat 10:00-12:00", "Fri 15:00-16:00"], "2025-06-27T16:00+10:00", "2025-06-28T10:00+10:00"),
    # A window that begins later but holds already: nothing to wait for.
    (["Mon 08:00-12:00", "Mon 09:00-10:00"], "2025-06-30T09:30+10:00", "2025-06-30T09:30+10:00"),
])
def test_next_opening(windows: list[str], moment: str, opening: str) -> None:
    parsed = [parse_window(w) for w in windows]
    found = next_opening(parsed, datetime.fromisoformat(moment).astimezone(SYDNEY), SYDNEY)
    assert found == datetime.fromisoformat(opening)


# Sydney puts clocks forward on Sunday 5 October 2025 at 02:00 (+10 to +11) and back on Sunday 6 April 2025 at 03:00;
# Athens forward on Sunday 30 March 2025 at 03:00 (+2 to +3), back on Sunday 26 October 2025 at 04:00.
@pytest.mark.parametrize(("zone", "window", "moment", "opening"), [
    (SYDNEY, "Sun 09:00-16:00", "2025-10-04T20:00+10:00", "2025-10-05T09:00+11:00"),
    (SYDNEY, "Sun 09:00-16:00", "2025-04-05T20:00+11:00", "2025-04-06T09:00+10:00"),
    (ATHENS, "Sun 09:00-16:00", "2025-03-29T20:00+02:00", "2025-03-30T09:00+03:00"),
    (ATHENS, "Sun 09:00-16:00", "2025-10-25T20:00+03:00", "2025-10-26T09:00+02:00"),
    # begins in the hour that is left out: opens when that hour is over
    (SYDNEY, "Sun 02:30-04:00", "2025-10-05T01:00+10:00", "2025-10-05T03:00+11:00"),
    (ATHENS, "Sun 03:15-05:00", "2025-03-30T02:00+02:00", "2025-03-30T04:00+03:00"),
    # lies wholly inside it: a week later
    (SYDNEY, "Sun 02:10-02:40", "2025-10-05T01:00+10:00", "2025-10-12T02:10+11:00"),
    # a week ahead there is no such time, two weeks ahead there is
    (SYDNEY, "Sun 02:10-02:40", "2025-09-28T02:40+10:00", "2025-10-12T02:10+11:00"),
    # the hour that comes twice: open in both
    (SYDNEY, "Sun 02:30-02:45", "2025-04-06T02:00+11:00", "2025-04-06T02:30+11:00"),
    (SYDNEY, "Sun 02:30-02:45", "2025-04-06T02:50+11:00", "2025-04-06T02:30+10:00"),
    (ATHENS, "Sun 03:30-03:45", "2025-10-26T03:50+03:00", "2025-10-26T03:30+02:00"),
    # closed at 02:30, and open again when clocks go back to 02:00
    (SYDNEY, "Sun 01:00-02:30", "2025-04-06T02:40+11:00", "2025-04-06T02:00+10:00"),
    # clocks that change at midnight: the day begins at 01:00
    (ZoneInfo("Asia/Beirut"), "Sun 00:30-04:00", "2025-03-29T22:00+02:00", "2025-03-30T01:00+03:00"),
    # and one that goes from 24:00 back to 23:00
    (ZoneInfo("Asia/Beirut"), "Sat 23:10-23:20", "2025-10-25T23:30+03:00", "2025-10-25T23:10+02:00"),
])
def test_next_opening_where_clocks_change(zone: ZoneInfo, window: str, moment: str, opening: str) -> None:
    start = datetime.fromisoformat(moment).astimezone(zone)
    found = next_opening([parse_window(window)], start, zone)
    assert found.isoformat(timespec="minutes") == opening


def _windows() -> st.SearchStrategy[list[Window]]:
    minutes = st.integers(0, 1439)
    one = st.builds(
        lambda days, opens, length: Window(weekdays=frozenset(days), opens_minute=opens,
                                           closes_minute=min(1440, opens + length)),
        st.sets(st.integers(0, 6), min_size=1), minutes, st.integers(1, 600),
    )
    return st.lists(one, min_size=1, max_size=3)


def _moments() -> st.SearchStrategy[datetime]:
    """Minutes of a year and a half, half of them near the days on which clocks change."""
    anywhere = st.integers(0, 60 * 24 * 550).map(lambda m: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=m))
    changes = [datetime(2025, 4, 5, 16, tzinfo=UTC), datetime(2025, 10, 4, 16, tzinfo=UTC),
               datetime(2025, 3, 30, 1, tzinfo=UTC), datetime(2025, 10, 26, 1, tzinfo=UTC)]
    near = st.builds(lambda change, m: change + timedelta(minutes=m), st.sampled_from(changes),
                     st.integers(-60 * 36, 60 * 36))
    return st.one_of(anywhere, near)


@given(_windows(), _moments(), st.sampled_from(["Australia/Sydney", "Europe/Athens", "UTC", "Asia/Kathmandu",
                                                "Australia/Lord_Howe", "Asia/Beirut", "America/New_York"]))
def test_next_opening_is_open_and_the_minute_before_is_not(windows: list[Window], moment: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    start = moment.astimezone(zone)
    found = next_opening(windows, start, zone)
    assert is_open(windows, found)
    instant = found.astimezone(UTC)
    assert instant >= moment
    if instant > moment:
        assert not is_open(windows, start)
        assert not is_open(windows, (instant - timedelta(minutes=1)).astimezone(zone))
        # and nothing was open in between: every quarter of an hour is looked at
        steps = int((instant - moment) / timedelta(minutes=15))
        between = (moment + timedelta(minutes=15 * i) for i in range(steps))
        assert not any(is_open(windows, m.astimezone(zone)) for m in between)


@given(_windows(), st.dates(date(2025, 1, 1), date(2026, 6, 30)),
       st.sampled_from(["Australia/Sydney", "Europe/Athens", "Asia/Beirut"]))
def test_opening_on_is_the_first_open_minute_of_a_date(windows: list[Window], day: date, name: str) -> None:
    zone = ZoneInfo(name)
    begin = datetime.combine(day, time(), zone).astimezone(UTC)
    minutes = (begin + timedelta(minutes=m) for m in range(26 * 60))
    local = (m.astimezone(zone) for m in minutes)
    expected = next((m for m in local if m.date() == day and is_open(windows, m)), None)
    assert opening_on(windows, day, zone) == expected


@pytest.mark.parametrize(("as_of", "now", "expected"), [
    # today: from now on
    ("2025-06-25", "2025-06-25T09:00+10:00", None),
    ("2025-06-25", "2025-06-25T08:00+10:00", "2025-06-25T09:00+10:00"),
    ("2025-06-25", "2025-06-25T16:00+10:00", "2025-06-26T09:00+10:00"),
    ("2025-06-28", "2025-06-28T11:00+10:00", "2025-06-30T09:00+10:00"),
    # another date: the day as a whole
    ("2025-06-28", "2025-06-25T11:00+10:00", "2025-06-30T09:00+10:00"),
    ("2025-06-29", "2025-06-25T11:00+10:00", "2025-06-30T09:00+10:00"),
    ("2025-06-30", "2025-06-25T20:00+10:00", None),
    ("2025-06-20", "2025-06-25T20:00+10:00", "2025-06-23T09:00+10:00"),
])
def test_apply_from(as_of: str, now: str, expected: str | None) -> None:
    found = apply_from(HARBOUR, date.fromisoformat(as_of), datetime.fromisoformat(now), SYDNEY)
    assert found == (None if expected is None else datetime.fromisoformat(expected))


def test_today_is_the_date_in_the_zone_of_the_provider() -> None:
    # 23:30 UTC on Sunday is 09:30 on Monday in Sydney.
    now = datetime(2025, 6, 29, 23, 30, tzinfo=UTC)
    assert apply_from(HARBOUR, date(2025, 6, 30), now, SYDNEY) is None
    assert apply_from(HARBOUR, date(2025, 6, 29), now, UTC_ZONE) == datetime(2025, 6, 30, 9, tzinfo=UTC)


def test_days_are_written_from_monday() -> None:
    assert [parse_window(f"{day} 01:00-02:00").weekdays for day in DAYS] == [frozenset({i}) for i in range(7)]


def test_beyond_the_calendar_there_is_no_opening() -> None:
    with pytest.raises(OverflowError):
        next_opening(HARBOUR, datetime(9999, 12, 31, 23, tzinfo=UTC_ZONE), UTC_ZONE)
