"""The one place where the program asks what time it is; rules are handed their dates.

Tests put a fixed clock in its place. Business dates are dates in a provider's time zone, instants are UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present instant."""

    def now(self) -> datetime:
        """The present instant, aware and in UTC."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is set; for tests, the demo and replays."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def today_in(clock: Clock, time_zone: str) -> date:
    """The business date of a provider whose zone is an IANA name."""
    return clock.now().astimezone(ZoneInfo(time_zone)).date()


def local_now() -> datetime:
    """The present moment in this workstation's zone, for what is only shown: "Finished 09:12"."""
    return SystemClock().now().astimezone()
