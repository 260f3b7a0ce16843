"""When messages may leave."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.quiet_hours import SendingHours, earliest_send, leaves_at, parse_weekdays

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = SendingHours(quiet_from=time(21), quiet_to=time(7, 30))
NOON = SendingHours(quiet_from=time(12), quiet_to=time(13))
OFFICE = SendingHours(quiet_from=time(18), quiet_to=time(9), working_days=frozenset(range(5)),
                      holidays=frozenset({date(2025, 6, 9)}))


def _local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(("hours", "ready", "leaves"), [
    (SendingHours(), "2025-06-10 03:00", "2025-06-10 03:00"),           # nothing is set
    (NIGHT, "2025-06-10 20:59", "2025-06-10 20:59"),
    (NIGHT, "2025-06-10 21:00", "2025-06-11 07:30"),
    (NIGHT, "2025-06-11 00:10", "2025-06-11 07:30"),
    (NIGHT, "2025-06-11 07:30", "2025-06-11 07:30"),
    (NOON, "2025-06-11 12:59", "2025-06-11 13:00"),
    (OFFICE, "2025-06-06 18:30", "2025-06-10 09:00"),                   # Friday night, and Monday is a holiday
    (OFFICE, "2025-06-09 10:00", "2025-06-10 09:00"),
    (SendingHours(quiet_from=time(9), quiet_to=time(9)), "2025-06-10 09:00", "2025-06-10 09:00"),
    (SendingHours(working_days=frozenset({6})), "2025-06-09 10:00", "2025-06-15 00:00"),
    (SendingHours(holidays=frozenset({date(2025, 6, 9)})), "2025-06-09 10:00", "2025-06-09 10:00"),  # all days work
    (SendingHours(quiet_from=time(1), quiet_to=time(2, 30)), "2025-03-30 01:10", "2025-03-30 03:00"),  # missing
])
def test_messages_wait_for_their_hour(hours: SendingHours, ready: str, leaves: str) -> None:
    assert earliest_send(_local(ready), hours, BERLIN) == _local(leaves)


@pytest.mark.parametrize(("hours", "ready", "fold", "leaves", "leaves_fold"), [
    (SendingHours(quiet_from=time(1), quiet_to=time(2, 30)), "2025-10-26 02:10", 0, "2025-10-26 02:30", 0),
    (SendingHours(quiet_from=time(1), quiet_to=time(2, 30)), "2025-10-26 02:10", 1, "2025-10-26 02:30", 1),
    # At 03:00 clocks show 02:00 again, which is not quiet.
    (SendingHours(quiet_from=time(2, 30), quiet_to=time(5)), "2025-10-26 02:40", 0, "2025-10-26 02:00", 1),
])
def test_hours_that_come_twice_are_quiet_twice(
    hours: SendingHours, ready: str, fold: int, leaves: str, leaves_fold: int,
) -> None:
    assert earliest_send(_local(ready, fold), hours, BERLIN) == _local(leaves, leaves_fold)


def test_the_time_to_undo_comes_before_the_quiet_hours() -> None:
    assert leaves_at(_local("2025-06-10 20:59"), NIGHT, BERLIN, undo_delay_seconds=30) == (
        _local("2025-06-10 20:59") + timedelta(seconds=30))
    assert leaves_at(_local("2025-06-10 20:59"), NIGHT, BERLIN, undo_delay_seconds=60) == _local("2025-06-11 07:30")


def test_a_year_without_an_hour_to_send_in_is_said() -> None:
    never = SendingHours(working_days=frozenset({0}),
                         holidays=frozenset(date(2025, 1, 6) + timedelta(days=7 * n) for n in range(100)))
    with pytest.raises(OverflowError):
        earliest_send(_local("2025-06-10 10:00"), never, BERLIN)


def test_days_are_read() -> None:
    assert parse_weekdays(["mon", " Fri "]) == {0, 4}
    with pytest.raises(ValueError, match='"tag" is not a day'):
        parse_weekdays(["mon", "tag"])


_TIMES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(*divmod(minute, 60)))


@given(st.sampled_from(["Europe/Berlin", "Pacific/Kiritimati", "Etc/GMT+12", "Australia/Lord_Howe"]),
       st.integers(0, 365 * 24 * 60), _TIMES, _TIMES, st.frozensets(st.integers(0, 6), min_size=1))
def test_a_message_leaves_at_the_first_minute_that_is_open(
    name: str, minutes: int, quiet_from: time, quiet_to: time, days: frozenset[int],
) -> None:
    zone = ZoneInfo(name)
    hours = SendingHours(quiet_from=quiet_from, quiet_to=quiet_to, working_days=days)
    ready = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = earliest_send(ready, hours, zone)

    def is_open(moment: datetime) -> bool:
        local = moment.astimezone(zone)
        return hours.works_on(local.date()) and not hours.is_quiet(local.time())

    assert found >= ready
    assert is_open(found)
    assert found == ready or not is_open(found - timedelta(minutes=1))
    walked = [ready + timedelta(minutes=m) for m in range(0, int((found - ready) / timedelta(minutes=1)), 17)]
    assert not any(map(is_open, walked))
