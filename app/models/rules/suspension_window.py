"""Days and hours in which a run may apply suspensions, never restorations (ARCHITECTURE.md, "Suspension rules").

A window is written "Mon-Thu 09:00-16:00"; several windows add up, none means at any time. Hours are wall-clock hours
of the provider's zone: the opening belongs to the window, the closing does not. Where clocks are put forward, a window
that begins in the missing hour opens when that hour is over; where they are put back, hours that come twice count
twice. A day that is `closed`, a public holiday, has no window, also where there are no windows at all.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FULL_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FORM = re.compile(r"(?P<days>[A-Za-z,\-\s]+?)\s+(?P<from>[0-9]{1,2}:[0-9]{2})\s*-\s*(?P<to>[0-9]{1,2}:[0-9]{2})")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Weekdays (0 is Monday) and minutes of the day from, to."""

    weekdays: frozenset[int]
    opens_minute: int
    closes_minute: int

    def contains(self, moment: datetime) -> bool:
        minute = moment.hour * 60 + moment.minute
        return moment.weekday() in self.weekdays and self.opens_minute <= minute < self.closes_minute


def parse_window(text: str) -> Window:
    """Read "Mon-Thu 09:00-16:00" or "Sat,Sun 10:00-12:00"; raises ValueError saying what would be right."""
    match = _FORM.fullmatch(text.strip().replace("–", "-"))
    if match is None:
        raise ValueError(f'"{text}" is not a window; write for instance "Mon-Thu 09:00-16:00"')
    opens, closes = _minute(match["from"], text), _minute(match["to"], text)
    if opens >= closes:
        raise ValueError(f'"{text}" ends before it begins; write two windows for hours past midnight')
    return Window(weekdays=_weekdays(match["days"], text), opens_minute=opens, closes_minute=closes)


def _minute(text: str, whole: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    total = hours * 60 + minutes
    if minutes > 59 or total > _MINUTES_A_DAY:
        raise ValueError(f'"{whole}": {text} is not a time of day; write 00:00 to 24:00')
    return total


def _weekdays(text: str, whole: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        names = [name.strip().title() for name in part.split("-")]
        if len(names) > 2 or any(name not in DAYS + _FULL_DAYS for name in names):
            raise ValueError(f'"{whole}": write days as {", ".join(DAYS)}, a span as Mon-Thu')
        first, last = DAYS.index(names[0][:3]), DAYS.index(names[-1][:3])
        span = range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1))
        found.update(span)
    return frozenset(found)


def is_open(windows: Sequence[Window], moment: datetime, closed: Container[date] = ()) -> bool:
    """Whether suspensions may be applied at a local moment."""
    return moment.date() not in closed and (not windows or any(w.contains(moment) for w in windows))


def next_opening(
    windows: Sequence[Window], moment: datetime, zone: ZoneInfo, closed: Container[date] = ()
) -> datetime:
    """The first moment, this one included, at which a window is open; `moment` is local to `zone`.

    Raises OverflowError where the calendar ends before a window opens.
    """
    if is_open(windows, moment, closed):
        return moment

    def later_on(ahead: int) -> list[datetime]:
        starts = _starts_on(windows, moment.date() + timedelta(days=ahead), zone, closed)
        return [start for start in starts if _instant(start) > _instant(moment)]

    # Usually within a week; it takes two where the hour falls out as clocks are put forward.
    return next(min(found, key=_instant) for found in map(later_on, count()) if found)


def opening_on(
    windows: Sequence[Window], day: date, zone: ZoneInfo, closed: Container[date] = ()
) -> datetime | None:
    """When a window first opens on a date; None on a day without one, midnight where there are no windows."""
    if not windows and day not in closed:
        return datetime.combine(day, time(), zone)
    return min(_starts_on(windows, day, zone, closed), key=_instant, default=None)


def _instant(moment: datetime) -> datetime:
    """The moment in UTC: two moments of one zone would be compared by the hands of the clock."""
    return moment.astimezone(UTC)


_WHOLE_DAY = Window(weekdays=frozenset(range(7)), opens_minute=0, closes_minute=_MINUTES_A_DAY)


def _starts_on(
    windows: Sequence[Window], day: date, zone: ZoneInfo, closed: Container[date]
) -> Iterable[datetime]:
    """Every moment of a date at which a window may begin, as the zone's clocks show it."""
    if day in closed:
        return []
    moments = [clock_change(day, zone)]
    for window in windows or [_WHOLE_DAY]:
        if day.weekday() in window.weekdays:
            wall = datetime.combine(day, time(*divmod(window.opens_minute, 60)), zone)
            # Going through UTC turns a time that no clock shows that day into the one it shows instead.
            moments += [_instant(wall), _instant(wall.replace(fold=1))]
    local = [moment.astimezone(zone) for moment in moments if moment is not None]
    return [moment for moment in local if moment.date() == day and is_open(windows, moment)]


def clock_change(day: date, zone: ZoneInfo) -> datetime | None:
    """The instant on a date at which clocks are put forward or back, to the minute; None on other days."""
    before = _instant(datetime.combine(day, time(), zone)) - timedelta(minutes=1)
    after = before + timedelta(hours=26)  # a day of 25 hours and a minute on either side
    old = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == old:
        return None
    while after - before > timedelta(minutes=1):
        middle = before + timedelta(minutes=(after - before) // timedelta(minutes=1) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def apply_from(
    windows: Sequence[Window], as_of: date, now: datetime, zone: ZoneInfo, closed: Container[date] = ()
) -> datetime | None:
    """When a proposal of `as_of` may be applied, where that is not at once; None where a window is open.

    For today it counts from now; for another date the day as a whole: None where a window opens on it, else the next
    opening. Without windows and holidays always None.
    """
    local = now.astimezone(zone)
    if as_of == local.date():
        return None if is_open(windows, local, closed) else next_opening(windows, local, zone, closed)
    if opening_on(windows, as_of, zone, closed) is not None:
        return None
    return next_opening(windows, datetime.combine(as_of, time(), zone), zone, closed)
