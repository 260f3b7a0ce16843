"""The one place where the program asks this machine what time it is; instants are UTC.

Tests put a fixed clock in its place. Units of work read it, or the server's clock where there is a server; which day it
is at a provider is asked of `providers/business_day.py`, and rules are handed their dates.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


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


def local_now() -> datetime:
    """The present moment in this workstation's zone, for what is only shown: "Finished 09:12"."""
    return SystemClock().now().astimezone()
