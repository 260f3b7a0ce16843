"""Which period of a currency a new rate makes, and what becomes of those beside it (ARCHITECTURE.md, "Currencies").

Periods of one currency never overlap. One that says no last day holds until the next begins: it ends by itself on the
day before, whichever of the two was entered first, and goes on where the next is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePeriod:
    """A rate over some days."""

    from_date: date
    to_date: date | None
    """The last day; None while nothing follows."""
    until_next: bool
    """No last day was said, so the next period ends it."""
    rate: Fraction

    @classmethod
    def entered(cls, *, from_date: date, to_date: date | None, rate: Fraction) -> RatePeriod:
        """A period as somebody says it."""
        return cls(from_date=from_date, to_date=to_date, until_next=to_date is None, rate=rate)


class PeriodRefused(ValueError):
    """A new period does not fit; `other` is the one in its way."""

    def __init__(self, why: str, other: RatePeriod | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.other = other


BACKWARDS, SAME_DAY, OVERLAP, GAP = "backwards", "same_day", "overlap", "gap"


def with_period(there: Sequence[RatePeriod], new: RatePeriod) -> tuple[RatePeriod, ...]:
    """The periods of a currency, in order of their days, with one more.

    The same period again changes nothing. Raises PeriodRefused: `BACKWARDS` where it ends before it begins, `SAME_DAY`
    where another begins on its first day, `OVERLAP` where days are taken, `GAP` where it would end one that goes on,
    and leave the days after itself without a rate.
    """
    if new.to_date is not None and new.to_date < new.from_date:
        raise PeriodRefused(BACKWARDS)
    twin = next((p for p in there if p.from_date == new.from_date), None)
    if twin is not None:
        if twin.rate == new.rate and (new.until_next or new.to_date == twin.to_date):
            return tuple(there)
        raise PeriodRefused(SAME_DAY, twin)
    before = [p for p in there if p.from_date < new.from_date]
    after = [p for p in there if p.from_date > new.from_date]
    if before and (before[-1].to_date is None or before[-1].to_date >= new.from_date):
        last = before[-1]
        if not last.until_next:
            raise PeriodRefused(OVERLAP, last)
        if not new.until_next and new.to_date != last.to_date:
            raise PeriodRefused(GAP, last)
        before[-1] = replace(last, to_date=new.from_date - _DAY)
    if after and not new.until_next and new.to_date is not None and new.to_date >= after[0].from_date:
        raise PeriodRefused(OVERLAP, after[0])
    if after and new.until_next:
        new = replace(new, to_date=after[0].from_date - _DAY)
    return (*before, new, *after)


def without_period(there: Sequence[RatePeriod], from_date: date) -> tuple[RatePeriod, ...]:
    """The periods without the one that begins on a day; one before it that says no last day goes on."""
    kept = [p for p in there if p.from_date != from_date]
    before = [p for p in kept if p.from_date < from_date]
    after = [p for p in kept if p.from_date > from_date]
    if before and before[-1].until_next:
        before[-1] = replace(before[-1], to_date=after[0].from_date - _DAY if after else None)
    return (*before, *after)
