"""When scheduled work of a provider is due (ARCHITECTURE.md, "Schedule").

Times of day are wall-clock times of the provider's zone; instants are UTC. A time that no clock shows on a day, because
clocks are put forward, is due when the missing hour is over; one that is shown twice is due once, the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models.rules.suspension_window import Window, parse_window

USUAL_REMINDERS_AT = time(8)
USUAL_SUSPEND_AT = (time(9),)
"""Where neither times nor windows are set."""
USUAL_RESTORE_EVERY_MINUTES = 60
_LONGEST_LOOK_DAYS = 400
"""Weekdays come again within a week; public holidays can keep a provider closed for longer, but never for a year."""

TimesOn = Callable[[date], Collection[time]]
"""The times of day at which something is due on a date; none on a day without."""


def parse_time(text: str) -> time:
    """Read "08:00"; raises ValueError saying what would be right."""
    hours, _, minutes = text.strip().partition(":")
    if not (hours.isascii() and minutes.isascii() and hours.isdigit() and minutes.isdigit()
            and len(hours) <= 2 and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(f'"{text}" is not a time of day; write for instance "08:00", at most "23:59"')
    return time(int(hours), int(minutes))


def time_text(moment: time) -> str:
    """A time of day as it is stored and written: "08:00"."""
    return f"{moment:%H:%M}"


def instant_at(day: date, moment: time, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks of a zone show a time on a day."""
    wall = datetime.combine(day, moment, zone)
    found = wall.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return found
    # No clock shows it: read with the offset of after the change it lies before the change, and the other way round.
    before, after = wall.replace(fold=1).astimezone(UTC), found
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=1) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def daily(*times: time) -> TimesOn:
    """The same times on every day."""
    return lambda _day: times


def suspension_times(
    times: Sequence[time], windows: Sequence[str], holidays: Container[date] = frozenset()
) -> TimesOn:
    """When suspensions are due: at the times that are set, else whenever a window opens, else at 09:00.

    On a day without a window, or a public holiday, nothing can be applied; what is found then stays a proposal, and a
    weekend is no pause in which nobody looked.
    """
    if times or not windows:
        return daily(*(times or USUAL_SUSPEND_AT))
    parsed = [parse_window(window) for window in windows]
    return lambda day: (day not in holidays and _openings(parsed, day)) or USUAL_SUSPEND_AT


def _openings(windows: Sequence[Window], day: date) -> list[time]:
    minutes = {window.opens_minute for window in windows if day.weekday() in window.weekdays}
    return [time(*divmod(minute, 60)) for minute in sorted(minutes)]


def last_due(times_on: TimesOn, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The last instant up to now, this one included, at which something was due; None where there is none in a year."""
    today = _day(now, zone)
    # Tomorrow too: a whole day can be missing, and its times are due when the next one begins.
    for back in range(-1, _LONGEST_LOOK_DAYS):
        found = [at for at in _instants(times_on, today - timedelta(days=back), zone) if at <= now]
        if found:
            return max(found)
    return None


def next_due(times_on: TimesOn, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant after now at which something is due; None where there is none within a year."""
    today = _day(now, zone)
    for ahead in range(-1, _LONGEST_LOOK_DAYS):
        found = [at for at in _instants(times_on, today + timedelta(days=ahead), zone) if at > now]
        if found:
            return min(found)
    return None


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _instants(times_on: TimesOn, day: date, zone: ZoneInfo) -> list[datetime]:
    return [instant_at(day, moment, zone) for moment in times_on(day)]


def due_since(times_on: TimesOn, *, done: datetime | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The step to be done now: the last one due, unless it was done; None where there is nothing to do.

    However many steps were missed, one does their work. Where nothing was ever done, or the clock was put back behind
    what was done, only a step of today counts.
    """
    if done is not None and done > now:
        done = None
    last = last_due(times_on, now, zone)
    if last is None or (done is not None and last <= done):
        return None
    if done is None and _day(last, zone) != _day(now, zone):
        return None
    return last


def is_due_again(every_minutes: int, *, done: datetime | None, now: datetime, zone: ZoneInfo) -> bool:
    """Whether work that is done every so many minutes is to be done now.

    Minutes are counted off on the clocks of the zone from one fixed midnight, not from when it was done: who is started
    once an hour, a second early or late, does it every time, and a full hour is one where half hours part the zones. An
    hour that clocks show twice is no reason to wait longer, nor is a clock that was put back.
    """
    return (done is None or now < done or now - done >= timedelta(minutes=every_minutes)
            or _slot(every_minutes, done, zone) != _slot(every_minutes, now, zone))


def next_again(every_minutes: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The first instant after now at which such work is due, when it was done now."""
    step = timedelta(minutes=every_minutes)
    wall = _MIDNIGHT + step * (_slot(every_minutes, now, zone) + 1)
    return min(instant_at(wall.date(), wall.time(), zone), now + step)


_MIDNIGHT = datetime.combine(date(2000, 1, 1), time())
"""As clocks show it, in whatever zone."""


def _slot(every_minutes: int, moment: datetime, zone: ZoneInfo) -> int:
    return (moment.astimezone(zone).replace(tzinfo=None) - _MIDNIGHT) // timedelta(minutes=every_minutes)


def first_missed(done_for: date | None, due: date, *, since: date) -> date:
    """The first day whose step is to be done now: the one after the last that was done, and `due` at the latest.

    `since` is the first day for which there was anything to do; nothing before it is caught up.
    """
    first = since if done_for is None else max(since, done_for + timedelta(days=1))
    return min(first, due)


CAUGHT_UP_DAYS = 3
"""A step that is older than this is proposed and not sent: much may have happened meanwhile."""


def is_too_old(day: date, today: date) -> bool:
    """Whether a missed step of a day is only proposed today."""
    return (today - day).days > CAUGHT_UP_DAYS
