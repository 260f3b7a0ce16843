"""Dates, figures and words as files write them: read exactly, or refused with what would be right."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.files.texts import (
    CANONICAL,
    BadText,
    DateFormat,
    Formats,
    NumberFormat,
    harmless,
    months_before,
    shown,
)


@pytest.mark.parametrize(("pattern", "text", "day"), [
    ("%Y-%m-%d", "2013-01-02", date(2013, 1, 2)),
    ("%m/%d/%Y", "1/2/2013", date(2013, 1, 2)),
    ("%m/%d/%Y", "01/02/2013", date(2013, 1, 2)),
    ("%d.%m.%Y", "31.12.1999", date(1999, 12, 31)),
    ("%Y%m%d", "20240229", date(2024, 2, 29)),
    ("%Y-%m-%dT%H:%M:%S", "2024-02-29T23:59:59", date(2024, 2, 29)),
    ("%d. %m. %Y", "1. 2. 2013", date(2013, 2, 1)),
])
def test_days_are_read_in_the_format_of_the_file(pattern: str, text: str, day: date) -> None:
    assert DateFormat.of(pattern).parse(text) == day


@pytest.mark.parametrize(("pattern", "text", "words"), [
    ("%m/%d/%Y", "2/30/2013", '"2/30/2013" is not a day of the calendar. That month ends on 2/28/2013.'),
    ("%m/%d/%Y", "13/2/2013", "has no such month. The order is month/day/year, for instance 1/31/2013."),
    ("%m/%d/%Y", "2013-01-02", "is not written as month/day/year. Write for instance 1/31/2013."),
    ("%Y%m%d", "2024131", "is not written as yearmonthday. Write for instance 20130131."),
    ("%Y-%m-%d", "0213-01-02", "lies in the year 213. Years go from 1900 to 2199."),
    ("%Y-%m-%d", "2013-01-00", "is not a day of the calendar"),
    ("%Y-%m-%d", "٢٠١٣-٠١-٠٢", "is not written as"),
    ("%Y-%m-%d", "2013-01-02 ", "is not written as"),
])
def test_other_texts_are_no_days(pattern: str, text: str, words: str) -> None:
    with pytest.raises(BadText) as refusal:
        DateFormat.of(pattern).parse(text)
    assert words in str(refusal.value)


@pytest.mark.parametrize("pattern", ["", "%Y-%m", "%y-%m-%d", "%Y-%m-%d-%d", "%B %d %Y", "%Y-%m-%d%", "plain", "%"])
def test_a_format_names_year_month_and_day_once(pattern: str) -> None:
    with pytest.raises(BadText):
        DateFormat.of(pattern)


@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
       pattern=st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%d%m%Y", "%%%d*%m+%Y"]))
def test_a_day_written_in_a_format_is_read_back(day: date, pattern: str) -> None:
    assert DateFormat.of(pattern).parse(DateFormat.of(pattern).format(day)) == day


@given(text=st.text(max_size=12), pattern=st.text("%YmdHMS-/. ", max_size=10))
def test_no_date_ever_ends_in_a_fault(text: str, pattern: str) -> None:
    with suppress(BadText):
        DateFormat.of(pattern).parse(text)


@pytest.mark.parametrize(("marks", "text", "figure"), [
    (".", "12.30", "12.30"), (".", "-5", "-5"), (".", "−5.5", "-5.5"), (".", "+7", "7"), (".", "007.10", "7.10"),
    (",", "12,30", "12.30"), (".,", "1,234,567.80", "1234567.80"), (".,", "1234567.80", "1234567.80"),
    (",.", "1.234,5", "1234.5"), (".'", "1'234.5", "1234.5"), (",\u00a0", "1\u00a0234,5", "1234.5"),
])
def test_figures_are_read_exactly(marks: str, text: str, figure: str) -> None:
    found = NumberFormat(mark=marks[0], grouping=marks[1:]).parse(text)
    assert found == Decimal(figure)
    assert format(found, "f").lstrip("-") == figure.lstrip("-"), "places count"


@pytest.mark.parametrize(("marks", "text", "words"), [
    (".", "12,3O", '"12,3O" holds the letter O. Write 12.30.'),
    (".", "12,30", "whose decimal mark is the point and which has no grouping. Write 12.30."),
    (",", "1.234,50", "whose decimal mark is the comma and which has no grouping. Write 1234,50."),
    (".,", "12,34.50", "Write"), (".,", "1,23", "Write 1.23."), (".", "1e5", "holds the letter e"),
    (".", "", "is not a figure"), (".", "-", "is not a figure"), (".", "1.2.3", "Write"),
    (".", "5-", "is not a figure"),
    (".", "٣", "is not a figure"), (".", "9" * 41, "is not a figure"), (".", "(5.00)", "Write"),
    (".", "$5.00", "Write"), (".", ".5", "Write"), (".", "5.", "Write"), (".", "NaN", "letter N"),
])
def test_other_texts_are_no_figures(marks: str, text: str, words: str) -> None:
    with pytest.raises(BadText) as refusal:
        NumberFormat(mark=marks[0], grouping=marks[1:]).parse(text)
    assert words in str(refusal.value)


@given(text=st.text(max_size=12), mark=st.sampled_from(".,"), grouping=st.sampled_from(["", " ", "'"]))
def test_no_figure_ever_ends_in_a_fault(text: str, mark: str, grouping: str) -> None:
    with suppress(BadText):
        assert NumberFormat(mark=mark, grouping=grouping).parse(text).is_finite()


def test_yes_and_no_are_the_words_of_the_map() -> None:
    formats = Formats(date=CANONICAL.date, number=CANONICAL.number, yes=("Ja", "J"), no=("Nein",))
    assert [formats.parse_boolean(word) for word in ("ja", "J", "NEIN")] == [True, True, False]
    with pytest.raises(BadText, match=r'"yes" is neither yes nor no\. Write Ja or Nein\.'):
        formats.parse_boolean("yes")


@pytest.mark.parametrize(("day", "months", "earlier"), [
    (date(2018, 1, 1), 0, date(2018, 1, 1)), (date(2018, 1, 1), 1, date(2017, 12, 1)),
    (date(2018, 1, 1), 72, date(2012, 1, 1)), (date(2024, 3, 31), 1, date(2024, 2, 29)),
    (date(2023, 3, 31), 1, date(2023, 2, 28)),
])
def test_months_back_stay_inside_their_month(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_months_back_end_at_the_first_year() -> None:
    with pytest.raises(BadText):
        months_before(date(2018, 1, 1), 1419)


def test_what_a_terminal_would_obey_is_shown_by_its_number() -> None:
    assert shown("a\x1b[31mb\u202e") == "a<U+001B>[31mb<U+202E>"
    assert shown("x" * 100) == "x" * 79 + "…"


@pytest.mark.parametrize(("text", "becomes"), [
    ("two\nlines\tand a tab", "two\nlines\tand a tab"), ("\x1b[2Jgone", "<U+001B>[2Jgone"),
    ("over\rwritten", "over<U+000D>written"), ("\u202eback", "<U+202E>back"), ("\x9b1m", "<U+009B>1m"),
    ("Zoë 数", "Zoë 数"),
])
def test_what_a_terminal_would_obey_is_named(text: str, becomes: str) -> None:
    assert harmless(text) == becomes
