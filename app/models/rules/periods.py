"""Which days an accounting period has, and on which days a document may be posted.

Period n of a provider begins n - 1 months or years after the first day, on the same day of the month, or on the last
day of a month that has no such day, and ends on the day before the next one begins. Monthly from 1 January 2024: 1 to
31 January, 1 to 29 February. Monthly from 31 January 2024: 31 January to 28 February, 29 February to 30 March, 31 March
to 29 April. Yearly from 1 July 2023: 1 July 2023 to 30 June 2024. Yearly from 29 February 2024: to 27 February 2025.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from app.models.values import PeriodFrequency

_MONTHS = {PeriodFrequency.MONTHLY: 1, PeriodFrequency.YEARLY: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodDays:
    """First and last day of a period, both part of it."""

    starts_on: date
    ends_on: date


def period_days(first_on: date, frequency: PeriodFrequency, number: int) -> PeriodDays:
    """The days of the period with a number; the first one has 1."""
    months = _MONTHS[frequency]
    return PeriodDays(starts_on=months_after(first_on, months * (number - 1)),
                      ends_on=months_after(first_on, months * number) - timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day."""
    counted = day.month - 1 + months
    year, month = day.year + counted // 12, counted % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def opens_on(first_on: date, last_closed_on: date | None) -> date:
    """The first day on which may be posted: behind all that is closed, and never before the first period."""
    return first_on if last_closed_on is None else last_closed_on + timedelta(days=1)


def may_be_posted(on: date, *, first_on: date | None, last_closed_on: date | None) -> bool:
    """Whether a document may be posted on a day; without periods on any.

    A day behind the open period is fine: what is dated after its end falls into the next one.
    """
    return first_on is None or on >= opens_on(first_on, last_closed_on)


def may_be_closed(days: PeriodDays, today: date) -> bool:
    """Whether an open period has run out, so that it can be closed."""
    return today > days.ends_on
