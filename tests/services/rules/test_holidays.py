"""Public holidays of rule sets: nobody is suspended on one, and what a provider went by stays as it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.models.rules.suspension_window import apply_from, is_open, next_opening, opening_on, parse_window
from app.models.schedule.automation import StoredHoliday
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedField
from app.services.rules.holidays import NO_HOLIDAYS, HolidayCalendar, calendar_of, check_calendar, keep_calendar
from tests.support.scan_books import Book

SYDNEY = ZoneInfo("Australia/Sydney")
KINGS_BIRTHDAY = date(2025, 6, 9)
"""A Monday in New South Wales."""


@pytest.mark.parametrize(("text", "known"), [
    ("", ""), ("  ", ""), ("AU-NSW", "AU-NSW"), ("au-nsw", "AU-NSW"), (" NZ ", "NZ"), ("de-by", "DE-BY"), ("AU", "AU"),
])
def test_calendars_have_one_form(text: str, known: str) -> None:
    assert check_calendar(text) == known


@pytest.mark.parametrize(("text", "words"), [
    ("XX", 'The holidays of "XX" are not known; write a country, or a country and its region as AU-NSW. Known are: '),
    ("AU-XYZ", 'The holidays of the region "XYZ" are not known; write AU for the whole country: its regions are ACT, '),
    ("-NSW", 'The holidays of "-NSW" are not known'),
    ("Australia", 'The holidays of "Australia" are not known'),
])
def test_what_is_not_known_is_refused_with_what_is(text: str, words: str) -> None:
    with pytest.raises(RefusedField) as caught:
        check_calendar(text)
    assert caught.value.field == "holidays"
    assert words in str(caught.value)


@pytest.mark.parametrize(("windows", "now", "opening"), [
    ((), "2025-06-09 10:00", "2025-06-10 00:00"),
    ((), "2025-06-08 23:59", None),
    (("Mon-Thu 09:00-16:00",), "2025-06-09 10:00", "2025-06-10 09:00"),
    (("Mon-Thu 09:00-16:00",), "2025-06-06 10:00", "2025-06-10 09:00"),
    (("Mon 09:00-16:00",), "2025-06-09 10:00", "2025-06-16 09:00"),
])
def test_a_holiday_has_no_window(windows: tuple[str, ...], now: str, opening: str | None) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=SYDNEY)
    found = apply_from([parse_window(w) for w in windows], moment.date(), moment, SYDNEY, HolidayCalendar("AU-NSW"))
    assert found == (None if opening is None else datetime.fromisoformat(opening).replace(tzinfo=SYDNEY))


@given(st.sets(st.integers(0, 40), max_size=30), st.integers(0, 40 * 24 * 60), st.booleans())
def test_the_next_opening_is_open_and_nothing_before_it(closed: set[int], minute: int, windowed: bool) -> None:
    first = date(2025, 9, 20)  # clocks are put forward on 5 October
    holidays = {first + timedelta(days=n) for n in closed}
    windows = [parse_window("Mon-Fri 02:30-16:00")] if windowed else []
    moment = datetime(2025, 9, 20, tzinfo=SYDNEY) + timedelta(minutes=minute)
    found = next_opening(windows, moment, SYDNEY, holidays)
    assert is_open(windows, found, holidays)
    assert found >= moment
    before = moment.date()
    while before < found.date():
        opened = opening_on(windows, before, SYDNEY, holidays)
        assert opened is None or before == moment.date()
        before += timedelta(days=1)


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    book = Book(database, clock)
    book.at("2025-06-09 09:00")
    book.rules(holidays="AU-NSW")
    book.account("A1")
    book.invoice("A1", 6600, due="2025-05-20")
    return book


def test_on_a_holiday_nobody_is_suspended_and_restorations_go_on(book: Book) -> None:
    result = book.scan()["A1"]
    assert (result.applied, result.apply_from) == (False, datetime(2025, 6, 10, tzinfo=SYDNEY))
    book.at("2025-06-10 00:00")
    assert book.scan()["A1"].applied
    book.rules(windows=["Mon-Thu 09:00-16:00"], holidays="AU-NSW")
    book.pay("A1", 6600, on="2025-06-10")
    book.at("2025-12-25 12:00")
    assert book.scan()["A1"].applied, "restored on Christmas Day"


def test_what_was_reckoned_once_stays(book: Book) -> None:
    """A later release of the library may know other days; those of a year that was gone by do not change."""
    with book.database.write() as session:
        kept = session.scalars(select(StoredHoliday.day).where(StoredHoliday.day == KINGS_BIRTHDAY)).all()
        assert kept == [KINGS_BIRTHDAY]
        session.execute(delete(StoredHoliday).where(StoredHoliday.day == KINGS_BIRTHDAY))
    with book.database.write() as session:
        keep_calendar(session, book.provider_id, "AU-NSW", KINGS_BIRTHDAY)
        assert KINGS_BIRTHDAY not in calendar_of(session, book.provider_id, "AU-NSW")
        assert date(2025, 12, 25) in calendar_of(session, book.provider_id, "AU-NSW")
        assert date(2031, 12, 25) in calendar_of(session, book.provider_id, "AU-NSW"), "not stored, and reckoned"
        assert date(2025, 12, 25) not in NO_HOLIDAYS
    assert book.scan()["A1"].applied
