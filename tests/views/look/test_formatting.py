"""Figures, money and dates as they stand on screen, and as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale

from app.models.values import Money
from app.views.look.formatting import Formatter, ReadingError

AU = Formatter(QLocale("en_AU"))
US = Formatter(QLocale("en_US"))
DE = Formatter(QLocale("de_DE"))
FR = Formatter(QLocale("fr_FR"))
IN = Formatter(QLocale("en_IN"))
SV = Formatter(QLocale("sv_SE"))
TODAY = date(2025, 7, 2)


@pytest.mark.parametrize(
    ("formatter", "minor", "currency", "shown"),
    [
        (AU, 123450, "AUD", "1,234.50\u00a0AUD"),
        (DE, 123450, "AUD", "1.234,50\u00a0AUD"),
        (FR, 123450, "EUR", "1\u00a0234,50\u00a0EUR"),
        (IN, 123456789, "INR", "12,34,567.89\u00a0INR"),
        (AU, -4510, "AUD", "\u221245.10\u00a0AUD"),
        (SV, -4510, "SEK", "\u221245,10\u00a0SEK"),
        (AU, 0, "AUD", "0.00\u00a0AUD"),
        (AU, 1234567, "JPY", "1,234,567\u00a0JPY"),
        (AU, 1250, "KWD", "1.250\u00a0KWD"),
        (AU, 10**15 - 1, "AUD", "9,999,999,999,999.99\u00a0AUD"),
    ],
)
def test_money_reads_as_the_locale_writes_it(formatter: Formatter, minor: int, currency: str, shown: str) -> None:
    assert formatter.money(Money(minor, currency)) == shown


def test_figures_percentages_and_counts() -> None:
    assert AU.number(1_000_000) == "1,000,000"
    assert AU.number(-12) == "\u221212"
    assert DE.percent(Decimal("11.82")) == "11,8\u00a0%"
    assert AU.counted(1, "account", "accounts") == "1 account"
    assert AU.counted(1204, "account", "accounts") == "1,204 accounts"


def test_a_decimal_is_never_rounded_on_the_way_to_the_screen() -> None:
    with pytest.raises(ValueError, match="more than 2 places"):
        AU.decimal(Decimal("1.005"), 2)


def test_days_have_their_month_in_letters() -> None:
    assert AU.day(TODAY).replace("July", "Jul") == "2 Jul 2025"
    assert US.day(TODAY) == "2 Jul 2025"
    assert US.day(TODAY, weekday=True) == "Wed 2 Jul 2025"


def test_an_instant_is_shown_in_the_zone_of_the_provider() -> None:
    instant = datetime(2025, 7, 1, 23, 14, 7, tzinfo=UTC)
    assert US.instant(instant, ZoneInfo("Australia/Sydney")) == "2 Jul 2025 09:14"
    assert US.time(instant, ZoneInfo("Australia/Sydney"), seconds=True) == "09:14:07"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.03, "0.1\u00a0s"), (0.64, "0.6\u00a0s"), (4.2, "4\u00a0s"), (13.4, "14\u00a0s"), (22, "20\u00a0s"),
     (185, "3\u00a0min"), (7300, "2\u00a0h")],
)
def test_spans_are_rounded_for_people(seconds: float, shown: str) -> None:
    assert US.duration(seconds) == shown


@pytest.mark.parametrize(
    ("formatter", "typed", "read"),
    [
        (AU, "2/7", date(2025, 7, 2)),
        (US, "2/7", date(2025, 2, 7)),
        (DE, "2.7.", date(2025, 7, 2)),
        (AU, "2/7/24", date(2024, 7, 2)),
        (AU, "2 jul", date(2025, 7, 2)),
        (AU, "2jul", date(2025, 7, 2)),
        (AU, "jul 2", date(2025, 7, 2)),
        (AU, "2 July 2024", date(2024, 7, 2)),
        (AU, "3 sept", date(2025, 9, 3)),
        (DE, "5. März 2025", date(2025, 3, 5)),
        (DE, "5 mar", date(2025, 3, 5)),
        (AU, "2025-07-02", date(2025, 7, 2)),
        (AU, "today", TODAY),
        (AU, " T ", TODAY),
        (AU, "=", TODAY),
        (AU, "+14", date(2025, 7, 16)),
        (AU, "-1", date(2025, 7, 1)),
        (AU, "\u22121", date(2025, 7, 1)),
        (AU, "yesterday", date(2025, 7, 1)),
        (AU, "29/2/24", date(2024, 2, 29)),
    ],
)
def test_days_are_read_as_people_type_them(formatter: Formatter, typed: str, read: date) -> None:
    assert formatter.read_day(typed, TODAY) == read


@pytest.mark.parametrize("typed", ["", "soon", "32/1", "29/2/25", "2 ju", "2/7/25/1", "+99999", "1234", "2 maj"])
def test_what_is_not_a_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ReadingError, match="today"):
        AU.read_day(typed, TODAY)


@pytest.mark.parametrize(
    ("formatter", "typed", "currency", "minor"),
    [
        (AU, "1234.50", "AUD", 123450),
        (AU, "1234,50", "AUD", 123450),
        (AU, "1,234.50", "AUD", 123450),
        (AU, "1.234,50", "AUD", 123450),
        (AU, "1,234", "AUD", 123400),
        (DE, "1.234", "EUR", 123400),
        (FR, "1\u202f234,5", "EUR", 123450),
        (AU, "1'234.50", "CHF", 123450),
        (IN, "12,34,567", "INR", 123456700),
        (AU, "12", "AUD", 1200),
        (AU, ".5", "AUD", 50),
        (AU, "-45.10", "AUD", -4510),
        (AU, "\u221245.10 AUD", "AUD", -4510),
        (AU, "aud 3", "AUD", 300),
        (AU, "1250", "JPY", 1250),
        (AU, "1.250", "KWD", 1250),
        (AU, "+7", "AUD", 700),
        (AU, "1,234,567", "JPY", 1234567),
    ],
)
def test_money_is_read_with_either_decimal_mark(formatter: Formatter, typed: str, currency: str, minor: int) -> None:
    assert formatter.read_money(typed, currency) == minor


@pytest.mark.parametrize(
    ("typed", "currency", "sentence"),
    [
        ("12.345", "AUD", "AUD has two decimal places; this has 3. Write for instance 12.50."),
        ("12.5", "JPY", "JPY has no decimal places; this has 1. Write for instance 12."),
        ("12,3O", "AUD", '"12,3O" is not an amount. Write for instance 12.50.'),
        ("1,2,3", "AUD", '"1,2,3" is not an amount. Write for instance 12.50.'),
        ("1,234.567,89", "AUD", '"1,234.567,89" is not an amount. Write for instance 12.50.'),
        ("", "AUD", "Type an amount, for instance 12.50."),
        ("\u0661\u0662", "AUD", "is not an amount"),
        ("99999999999999999", "AUD", "is beyond what one amount may be."),
    ],
)
def test_a_refused_amount_says_what_would_be_right(typed: str, currency: str, sentence: str) -> None:
    with pytest.raises(ReadingError) as refusal:
        AU.read_money(typed, currency)
    assert sentence in str(refusal.value)


def test_whole_numbers_are_held_to_their_range() -> None:
    assert AU.read_number("1,000", low=0, high=5000) == 1000
    with pytest.raises(ReadingError, match="400 is outside 0 to 365"):
        AU.read_number("400", low=0, high=365)
    with pytest.raises(ReadingError, match="whole number"):
        AU.read_number("7.5", low=0, high=365)
