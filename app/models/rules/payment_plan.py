"""The schedule of a payment plan: into which instalments an amount is split, and on which days they are due.

Example: 200.00 in three instalments, monthly from 31 January 2025, are 66.66 on 31 January, 66.66 on 28 February and
66.68 on 31 March: what does not divide comes with the last one, and a month without that day has its last day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from app.models.values import PlanFrequency

MOST_INSTALMENTS = 60

_DAYS = {PlanFrequency.WEEKLY: 7, PlanFrequency.FORTNIGHTLY: 14}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One instalment; positions begin at 1. Amounts in minor units."""

    position: int
    due_on: date
    amount_minor: int


def instalments(total_minor: int, *, first_on: date, frequency: PlanFrequency, count: int) -> tuple[Instalment, ...]:
    """Split an amount into equal instalments, the rest with the last; their sum is the amount.

    Raises ValueError where there are none, too many, or where one would be nothing.
    """
    if not 1 <= count <= MOST_INSTALMENTS:
        raise ValueError(f"between 1 and {MOST_INSTALMENTS} instalments")
    each = total_minor // count
    if each < 1:
        raise ValueError("every instalment is more than nothing")
    return tuple(
        Instalment(position=position, due_on=due_on(first_on, frequency, position),
                   amount_minor=each if position < count else total_minor - each * (count - 1))
        for position in range(1, count + 1))


def due_on(first_on: date, frequency: PlanFrequency, position: int) -> date:
    """The day of an instalment; monthly ones keep the day of the first, as far as the month has it."""
    if frequency in _DAYS:
        return first_on + timedelta(days=_DAYS[frequency] * (position - 1))
    months = first_on.month - 1 + position - 1
    year, month = first_on.year + months // 12, months % 12 + 1
    return date(year, month, min(first_on.day, monthrange(year, month)[1]))
