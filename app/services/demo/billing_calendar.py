"""Billing periods of one account: from an anchor, every so many months, backwards and forwards.

A period starting on day D is closed by the next one, and its invoice is posted `lag_days` after that start, because
late usage is waited for (ARCHITECTURE.md, "Invoices"): period 1 Mar to 31 May, next period from 1 Jun, posted on 3
Jun.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

USUAL_LAG_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """`anchor` is the first day of some period; its day of the month is 1 to 28."""

    anchor: date
    months: int
    lag_days: int = USUAL_LAG_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One invoiced period. `full_days` is its length where the account existed throughout."""

    first: date
    last: date
    full_days: int
    posted_on: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_whole(self) -> bool:
        return self.days == self.full_days


def add_months(day: date, months: int) -> date:
    """The same day of another month; for days 1 to 28, so that it always exists."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, day.day)


def pinned_cycle(posted_on: date, months: int) -> Cycle:
    """The cycle with an invoice posted on exactly this date; after the 28th the lag grows instead of the day."""
    starts = posted_on - timedelta(days=USUAL_LAG_DAYS)
    anchor = starts.replace(day=min(starts.day, 28))
    return Cycle(anchor=anchor, months=months, lag_days=(posted_on - anchor).days)


def periods(cycle: Cycle, *, exists_from: date, posted_from: date, posted_to: date) -> list[Period]:
    """Periods invoiced in a span of dates, oldest first; the first one begins with the account."""
    lag = timedelta(days=cycle.lag_days)
    earliest = max(posted_from - lag, exists_from + timedelta(days=1))
    apart = (cycle.anchor.year - earliest.year) * 12 + cycle.anchor.month - earliest.month
    begin = add_months(cycle.anchor, -(apart // cycle.months + 1) * cycle.months)
    found: list[Period] = []
    while begin + lag <= posted_to:
        if begin >= earliest:
            before = add_months(begin, -cycle.months)
            found.append(Period(first=max(before, exists_from), last=begin - timedelta(days=1),
                                full_days=(begin - before).days,
                                posted_on=begin + lag))
        begin = add_months(begin, cycle.months)
    return found
