"""Days and hours in which a run may apply suspensions (emersion.md §12.2; never restorations, question B-5).

A window is written "Mon-Thu 09:00-16:00"; several windows add up, none means at any time. Hours are wall-clock hours
of the provider's zone: the opening belongs to the window, the closing does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FORM = re.compile(r"(?P<days>[A-Za-z,\-\s]+?)\s+(?P<from>\d{1,2}:\d{2})\s*-\s*(?P<to>\d{1,2}:\d{2})")
_MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
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
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'"{text}" is not a window; write for instance "Mon-Thu 09:00-16:00"')
    opens, closes = _minute(match["from"], text), _minute(match["to"], text)
    if opens >= closes:
        raise ValueError(f'"{text}" ends before it begins; write two windows for hours past midnight')
    return Window(_weekdays(match["days"], text), opens, closes)


def _minute(text: str, whole: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    total = hours * 60 + minutes
    if minutes > 59 or total > _MINUTES_A_DAY:
        raise ValueError(f'"{whole}": {text} is not a time of day; write 00:00 to 24:00')
    return total


def _weekdays(text: str, whole: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        names = [name.strip().title()[:3] for name in part.split("-")]
        if len(names) > 2 or any(name not in DAYS for name in names):
            raise ValueError(f'"{whole}": write days as {", ".join(DAYS)}, a span as Mon-Thu')
        first, last = DAYS.index(names[0]), DAYS.index(names[-1])
        span = range(first, last + 1) if first <= last else (*range(first, 7), *range(last + 1))
        found.update(span)
    return frozenset(found)


def is_open(windows: Sequence[Window], moment: datetime) -> bool:
    """Whether suspensions may be applied at a local moment."""
    return not windows or any(w.contains(moment) for w in windows)


def next_opening(windows: Sequence[Window], moment: datetime, zone: ZoneInfo) -> datetime:
    """The first moment, this one included, at which a window is open; `moment` is local to `zone`."""
    if is_open(windows, moment):
        return moment
    openings = []
    for ahead in range(8):
        day = moment.date() + timedelta(days=ahead)
        openings += [start for start in (_start_on(w, day, zone) for w in windows) if start is not None
                     and start >= moment]
    return min(openings)


def opening_on(windows: Sequence[Window], day: date, zone: ZoneInfo) -> datetime | None:
    """When a window first opens on a date; None on a day without one, midnight where there are no windows."""
    if not windows:
        return datetime.combine(day, time(), zone)
    starts = [start for start in (_start_on(w, day, zone) for w in windows) if start is not None]
    return min(starts, default=None)


def _start_on(window: Window, day: date, zone: ZoneInfo) -> datetime | None:
    if day.weekday() not in window.weekdays:
        return None
    hours, minutes = divmod(window.opens_minute, 60)
    return datetime.combine(day, time(hours, minutes), zone)


def apply_from(windows: Sequence[Window], as_of: date, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a proposal of `as_of` may be applied, where that is not at once; None where a window is open.

    For today it counts from now; for another date the day as a whole: None where a window opens on it, else the next
    opening. Without windows always None.
    """
    local = now.astimezone(zone)
    if not windows:
        return None
    if as_of == local.date():
        return None if is_open(windows, local) else next_opening(windows, local, zone)
    if opening_on(windows, as_of, zone) is not None:
        return None
    return next_opening(windows, datetime.combine(as_of, time(), zone), zone)
