"""On which day an invoice is due, and which days may be typed instead (ARCHITECTURE.md, "Trading terms").

Everything counts from the day of posting, never from the day of issue. The usual rule is so many days after posting,
or a day of the month that lies so many months after it; a month without that day has its last one. An account may be
so many days or months off the usual day, or have a rule of its own. A proximity says how far from the usual day an
account, and a due date typed on one invoice, may lie; without one a typed day must be the one that the terms give.

Example: 14 days, posted on 20 May 2024, is 3 June; five days more are 8 June. The 15th of the month after is 15 June,
the 31st of the month after 30 June. No invoice is due before it is posted.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from app.models.values import ProximityDirection, TermUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRule:
    """So many days after posting; or, with `day_of_month`, that day so many months after it."""

    days: int = 0
    day_of_month: int | None = None
    after_months: int = 0

    def usual_on(self, posted_on: date) -> date:
        """The day that the rule alone gives."""
        if self.day_of_month is None:
            return posted_on + timedelta(days=self.days)
        return _in_month(posted_on, self.after_months, self.day_of_month)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """How far an account is off the usual day; below 0 it is due earlier."""

    number: int
    unit: TermUnit = TermUnit.DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Proximity:
    """How far from the usual day terms may lie, and to which side."""

    number: int
    unit: TermUnit = TermUnit.DAYS
    direction: ProximityDirection = ProximityDirection.BOTH

    def around(self, day: date) -> tuple[date, date]:
        """The first and the last day that are allowed."""
        shorter = 0 if self.direction is ProximityDirection.PLUS else -self.number
        longer = 0 if self.direction is ProximityDirection.MINUS else self.number
        return moved(day, shorter, self.unit), moved(day, longer, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTerms:
    """The terms of one account: the usual rule, what is its own, and how far that may go."""

    usual: DueRule
    own: DueRule | None = None
    """A rule set on the account itself; it stands for the usual one, and no offset is added to it."""
    offset: Offset | None = None
    proximity: Proximity | None = None


def due_date(terms: DueTerms, posted_on: date) -> date:
    """The day an invoice that is posted on a day is due."""
    return max(_reckoned(terms, posted_on), posted_on)


def days_to_type(terms: DueTerms, posted_on: date) -> tuple[date, date]:
    """The first and the last day that may be typed as the due date of an invoice posted on a day.

    They lie around the usual day, whatever the account's own terms are. Without a proximity both are the day that the
    terms give. That one is always right, also outside.
    """
    if terms.proximity is None:
        due = due_date(terms, posted_on)
        return due, due
    first, last = terms.proximity.around(terms.usual.usual_on(posted_on))
    return max(first, posted_on), max(last, posted_on)


def may_be_typed(terms: DueTerms, posted_on: date, due_on: date) -> bool:
    """Whether a due date may be typed on an invoice posted on a day."""
    first, last = days_to_type(terms, posted_on)
    return first <= due_on <= last or due_on == due_date(terms, posted_on)


def own_terms_fit(terms: DueTerms) -> bool:
    """Whether the account's own terms lie within the proximity, on whatever day of a year an invoice is posted.

    Months are not all as long: 30 days more are not within one month more of a day in February.
    """
    if terms.proximity is None:
        return True
    for day in _A_LEAP_YEAR:
        first, last = terms.proximity.around(terms.usual.usual_on(day))
        if not first <= _reckoned(terms, day) <= last:
            return False
    return True


_A_LEAP_YEAR = tuple(date(2024, 1, 1) + timedelta(days=day) for day in range(366))


def moved(day: date, number: int, unit: TermUnit) -> date:
    """A day so many days or months later, or with a minus earlier; a shorter month has its last day."""
    return day + timedelta(days=number) if unit is TermUnit.DAYS else _in_month(day, number, day.day)


def _reckoned(terms: DueTerms, posted_on: date) -> date:
    if terms.own is not None:
        return terms.own.usual_on(posted_on)
    usual = terms.usual.usual_on(posted_on)
    return usual if terms.offset is None else moved(usual, terms.offset.number, terms.offset.unit)


def _in_month(day: date, months_later: int, day_of_month: int) -> date:
    months = day.year * 12 + day.month - 1 + months_later
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day_of_month, monthrange(year, month + 1)[1]))
