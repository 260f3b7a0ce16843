"""The windows of a rule set as a week: what is open on each weekday, read from what is typed and written again.

A rule set keeps its windows as texts, "Mon-Thu 09:00-16:00". On a screen they are a week of hours as well; both say the
same, so that whoever turns an hour sees the text change, and the other way round. Reads and writes no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from app.models.rules.suspension_window import DAYS, parse_window
from app.services.errors import RefusedByRule

Span = tuple[int, int]
"""Minutes of a day from, to: the first is open, the last is not."""
Week = tuple[tuple[Span, ...], ...]
"""What is open on each of the seven days from Monday, in order and without overlap."""

HOUR: Final = 60
_BETWEEN: Final = re.compile(r"[;\n]+")
CLOSED: Final[Week] = ((),) * 7
"""A week without any window; a rule set without windows suspends at any time."""


def read_windows(text: str) -> tuple[str, ...]:
    """The windows of a text that names them one behind the other: "Mon-Thu 09:00-16:00; Fri 09:00-12:00".

    Raises RefusedByRule that says what would be right.
    """
    windows = tuple(" ".join(part.split()) for part in _BETWEEN.split(text) if part.strip())
    week_of(windows)
    return windows


def written_windows(windows: Sequence[str]) -> str:
    """Windows in one line, as `read_windows` takes them."""
    return "; ".join(windows)


def week_of(windows: Sequence[str]) -> Week:
    """The week that these windows add up to; raises RefusedByRule for one that cannot be read."""
    spans: list[list[Span]] = [[] for _ in DAYS]
    for text in windows:
        try:
            window = parse_window(text)
        except ValueError as error:
            raise RefusedByRule(f"{error}.") from error
        for day in window.weekdays:
            spans[day].append((window.opens_minute, window.closes_minute))
    return tuple(_merged(day) for day in spans)


def windows_of(week: Week) -> tuple[str, ...]:
    """The fewest windows that add up to a week: one for each span of hours, with the days that have it."""
    days: dict[Span, list[int]] = {}
    for day, spans in enumerate(week):
        for span in spans:
            days.setdefault(span, []).append(day)
    ordered = sorted(days.items(), key=lambda item: (item[1], item[0]))
    return tuple(f"{_day_names(names)} {_clock(opens)}-{_clock(closes)}" for (opens, closes), names in ordered)


def turned(week: Week, day: int, hour: int, *, is_open: bool) -> Week:
    """The week with one hour of a day open or shut as a whole."""
    return tuple(_with(spans, hour * HOUR, is_open=is_open) if place == day else spans
                 for place, spans in enumerate(week))


def open_minutes(week: Week, day: int, hour: int) -> int:
    """How many minutes of an hour are open."""
    begins, ends = hour * HOUR, (hour + 1) * HOUR
    return sum(max(0, min(closes, ends) - max(opens, begins)) for opens, closes in week[day])


def _with(spans: tuple[Span, ...], begins: int, *, is_open: bool) -> tuple[Span, ...]:
    ends = begins + HOUR
    if is_open:
        return _merged([*spans, (begins, ends)])
    cut = [part for opens, closes in spans for part in ((opens, min(closes, begins)), (max(opens, ends), closes))]
    return _merged((opens, closes) for opens, closes in cut if opens < closes)


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for opens, closes in sorted(spans):
        if found and opens <= found[-1][1]:
            found[-1] = found[-1][0], max(closes, found[-1][1])
        else:
            found.append((opens, closes))
    return tuple(found)


def _day_names(days: Sequence[int]) -> str:
    """Days in the form of a window: three or more in a row as a span, "Mon-Thu"; others one by one, "Sat,Sun"."""
    rows: list[list[int]] = []
    for day in days:
        if rows and day == rows[-1][-1] + 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    return ",".join(f"{DAYS[each[0]]}-{DAYS[each[-1]]}" if len(each) > 2 else ",".join(DAYS[day] for day in each)
                    for each in rows)


def _clock(minute: int) -> str:
    return f"{minute // HOUR:02d}:{minute % HOUR:02d}"
