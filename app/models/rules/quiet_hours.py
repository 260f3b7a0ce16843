"""When messages may leave: quiet hours and working days of a provider, and the time in which sending can be undone.

Quiet hours are wall-clock hours of the provider's zone, from the first minute of `quiet_from` to before `quiet_to`;
where the second is not later they go past midnight. Days are working days by the clock at which a message would leave.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models.rules.due_times import instant_at
from app.models.rules.suspension_window import clock_change

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONGEST_LOOK_DAYS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingHours:
    """When messages of a provider may leave."""

    quiet_from: time | None = None
    quiet_to: time | None = None
    """Both or none; the same time twice is a whole day without quiet hours."""
    working_days: frozenset[int] = frozenset(range(7))
    """0 is Monday; never empty."""
    holidays: frozenset[date] = frozenset()
    """Public holidays are no working days, where only some days of the week are."""

    def works_on(self, day: date) -> bool:
        """Whether messages leave on a day at all."""
        return day.weekday() in self.working_days and (len(self.working_days) == 7 or day not in self.holidays)

    def is_quiet(self, moment: time) -> bool:
        """Whether nothing leaves at a time of day."""
        if self.quiet_from is None or self.quiet_to is None or self.quiet_from == self.quiet_to:
            return False
        if self.quiet_from < self.quiet_to:
            return self.quiet_from <= moment < self.quiet_to
        return moment >= self.quiet_from or moment < self.quiet_to


def parse_weekdays(texts: Collection[str]) -> frozenset[int]:
    """Read ["mon", "tue"]; raises ValueError saying what would be right."""
    found = [text.strip().lower() for text in texts]
    unknown = next((text for text, low in zip(texts, found, strict=True) if low not in WEEKDAYS), None)
    if unknown is not None:
        raise ValueError(f'"{unknown}" is not a day of the week; write {", ".join(WEEKDAYS)}')
    return frozenset(WEEKDAYS.index(text) for text in found)


def earliest_send(ready: datetime, hours: SendingHours, zone: ZoneInfo) -> datetime:
    """The first instant from `ready` on at which a message may leave.

    Raises OverflowError where a year has no hour for it.
    """
    local = ready.astimezone(zone)
    if _may_leave(local, hours):
        return ready
    for ahead in range(_LONGEST_LOOK_DAYS):
        day = local.date() + timedelta(days=ahead)
        found = [at for at in _beginnings(day, hours, zone) if at > ready and _may_leave(at.astimezone(zone), hours)]
        if found:
            return min(found)
    raise OverflowError("no hour of a whole year is left to send in")


def _beginnings(day: date, hours: SendingHours, zone: ZoneInfo) -> list[datetime]:
    """Every instant of a day at which sending may begin again: midnight, the end of quiet hours, a change of clocks."""
    times = [time()] if hours.quiet_to is None else [time(), hours.quiet_to]
    found = [instant_at(day, moment, zone) for moment in times]
    # Where clocks are put back, quiet hours may end twice.
    found += [datetime.combine(day, moment, zone).replace(fold=1).astimezone(UTC) for moment in times]
    change = clock_change(day, zone)
    return found if change is None else [*found, change]


def _may_leave(local: datetime, hours: SendingHours) -> bool:
    return hours.works_on(local.date()) and not hours.is_quiet(local.time())


def leaves_at(
    caused: datetime, hours: SendingHours, zone: ZoneInfo, *, undo_delay_seconds: int = 0
) -> datetime:
    """The instant at which a message leaves: not before its sending can no longer be undone, nor in quiet hours."""
    return earliest_send(caused + timedelta(seconds=undo_delay_seconds), hours, zone)
