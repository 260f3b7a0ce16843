"""When an invoice is due: the worked examples, and what may be typed or set instead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.due_date import (
    DueRule,
    DueTerms,
    Offset,
    Proximity,
    days_to_type,
    due_date,
    may_be_typed,
    own_terms_fit,
)
from app.models.values import ProximityDirection, TermUnit

DAYS, MONTHS = TermUnit.DAYS, TermUnit.MONTHS
BOTH, PLUS, MINUS = ProximityDirection.BOTH, ProximityDirection.PLUS, ProximityDirection.MINUS
IN_14 = DueRule(days=14)
THE_15TH, THE_31ST = DueRule(day_of_month=15, after_months=1), DueRule(day_of_month=31, after_months=1)
MAY_20 = date(2024, 5, 20)


def terms(usual: DueRule = IN_14, offset: int | None = None, unit: TermUnit = DAYS, own: DueRule | None = None,
          proximity: Proximity | None = None) -> DueTerms:
    return DueTerms(usual=usual, own=own, proximity=proximity,
                    offset=None if offset is None else Offset(number=offset, unit=unit))


@pytest.mark.parametrize(("of", "posted_on", "due_on"), [
    (terms(), MAY_20, date(2024, 6, 3)),
    (terms(offset=5), MAY_20, date(2024, 6, 8)),
    (terms(offset=-7), MAY_20, date(2024, 5, 27)),
    (terms(THE_15TH), MAY_20, date(2024, 6, 15)),
    (terms(THE_31ST), MAY_20, date(2024, 6, 30)),
    (terms(THE_31ST), date(2024, 1, 31), date(2024, 2, 29)),
    (terms(THE_31ST), date(2023, 12, 1), date(2024, 1, 31)),
    (terms(THE_15TH, 1, MONTHS), MAY_20, date(2024, 7, 15)),
    (terms(THE_31ST, -1, MONTHS), date(2024, 6, 1), date(2024, 6, 30)),
    (terms(DueRule(day_of_month=15)), date(2024, 5, 10), date(2024, 5, 15)),
    (terms(DueRule(day_of_month=15)), MAY_20, MAY_20),  # never before it is posted
    (terms(DueRule(days=5), -9), MAY_20, MAY_20),
    (terms(THE_15TH, 5, own=DueRule(days=30)), MAY_20, date(2024, 6, 19)),  # a rule of its own stands alone
    (terms(IN_14, own=THE_15TH), MAY_20, date(2024, 6, 15)),
])
def test_due(of: DueTerms, posted_on: date, due_on: date) -> None:
    assert due_date(of, posted_on) == due_on
    assert may_be_typed(of, posted_on, due_on)


@pytest.mark.parametrize(("of", "allowed", "refused"), [
    (terms(THE_15TH), [date(2024, 6, 15)], [date(2024, 5, 21), date(2024, 6, 14), date(2024, 6, 16)]),
    (terms(proximity=Proximity(number=7)), [date(2024, 5, 27), date(2024, 6, 10)],
     [date(2024, 5, 26), date(2024, 6, 11)]),
    (terms(offset=5, proximity=Proximity(number=7)), [date(2024, 5, 27), date(2024, 6, 10)],
     [date(2024, 5, 26), date(2024, 6, 11)]),  # around what is usual, not around what is its own
    (terms(own=DueRule(days=40), proximity=Proximity(number=7)), [date(2024, 6, 29), date(2024, 6, 10)],
     [date(2024, 6, 28), date(2024, 6, 30)]),
    (terms(proximity=Proximity(number=7, direction=PLUS)), [date(2024, 6, 3), date(2024, 6, 10)], [date(2024, 6, 2)]),
    (terms(proximity=Proximity(number=1, unit=MONTHS, direction=MINUS)), [date(2024, 5, 20), date(2024, 6, 3)],
     [date(2024, 5, 19), date(2024, 6, 4)]),
])
def test_a_due_date_that_is_typed(of: DueTerms, allowed: list[date], refused: list[date]) -> None:
    assert [day for day in allowed if not may_be_typed(of, MAY_20, day)] == []
    assert [day for day in refused if may_be_typed(of, MAY_20, day)] == []


@pytest.mark.parametrize(("proximity", "fitting", "beyond"), [
    (Proximity(number=7), [7, -7, 0], [8, -8]),
    (Proximity(number=7, direction=PLUS), [0, 7], [-1, 8]),
    (Proximity(number=7, direction=MINUS), [0, -7], [1, -8]),
    (Proximity(number=1, unit=MONTHS), [28, -28], [29, 31, -29]),  # February has no more
    (Proximity(number=0), [0], [1, -1]),
])
def test_own_terms_within_the_proximity(proximity: Proximity, fitting: list[int], beyond: list[int]) -> None:
    def fits(days: int, *, as_rule: bool) -> bool:
        if as_rule:
            return own_terms_fit(terms(DueRule(days=60), own=DueRule(days=60 + days), proximity=proximity))
        return own_terms_fit(terms(DueRule(days=60), days, proximity=proximity))

    for as_rule in (False, True):
        assert [days for days in fitting if not fits(days, as_rule=as_rule)] == []
        assert [days for days in beyond if fits(days, as_rule=as_rule)] == []
    assert own_terms_fit(terms(DueRule(days=60), 365))
    months = Proximity(number=1, unit=MONTHS)
    assert own_terms_fit(terms(THE_15TH, 1, MONTHS, proximity=months))
    assert not own_terms_fit(terms(THE_15TH, 2, MONTHS, proximity=months))
    # minus eight of five days is before the posting, and beyond a proximity of seven all the same
    assert not own_terms_fit(terms(DueRule(days=5), -8, proximity=Proximity(number=7)))


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), st.integers(0, 365), st.integers(1, 31),
       st.integers(0, 24), st.integers(-30, 30), st.integers(0, 40))
def test_what_the_terms_give_may_be_typed_and_is_never_before_the_posting(
    posted_on: date, days: int, day: int, months: int, offset: int, number: int
) -> None:
    for usual in (DueRule(days=days), DueRule(day_of_month=day, after_months=months)):
        for proximity in (None, Proximity(number=number), Proximity(number=number, unit=MONTHS, direction=PLUS)):
            of = terms(usual, offset, proximity=proximity)
            first, last = days_to_type(of, posted_on)
            assert posted_on <= first <= last
            assert due_date(of, posted_on) >= posted_on
            assert may_be_typed(of, posted_on, due_date(of, posted_on))
