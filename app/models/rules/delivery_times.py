"""When something that was not taken is offered again, and when that is given up.

Waits grow from one minute to an hour. Who is asked to wait longer does so, within a limit. A day after the first try
the last one is made; then it has failed, and a person decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
"""After the first try, the second and so on; the last for all that follow."""
LONGEST_WAIT = timedelta(hours=6)
"""No server makes us wait longer."""
GIVEN_UP_AFTER = timedelta(hours=24)
"""From the first try to the last."""
STALE_AFTER = timedelta(days=3)
"""What could not leave for so long, because there was no way out, is looked at by a person before it leaves."""


def wait_after(tries: int, *, asked_s: float | None = None) -> timedelta:
    """How long to wait after so many tries; `asked_s` are the seconds that the other side asks for."""
    usual = WAITS[min(tries, len(WAITS)) - 1]
    asked = timedelta(seconds=min(asked_s or 0.0, LONGEST_WAIT.total_seconds()))
    return max(usual, asked)


def next_try(*, tries: int, first_at: datetime, now: datetime, asked_s: float | None = None) -> datetime | None:
    """When it is tried again after so many tries, of which the first was at `first_at`; None where it is given up."""
    last_at = first_at + GIVEN_UP_AFTER
    return None if now >= last_at else min(now + wait_after(tries, asked_s=asked_s), last_at)
