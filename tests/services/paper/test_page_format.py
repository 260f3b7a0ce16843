"""Figures, dates and words of the printed page."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.models.values import CURRENCIES, MoneyError, places_of, to_decimal
from app.services.paper import fonts
from app.services.paper.formatting import page_format
from app.services.paper.words import ENGLISH, WORDS

DAY = date(2025, 6, 24)


@pytest.mark.parametrize(
    ("language", "currency", "minor", "expected"),
    [
        ("en-AU", "AUD", 11250, "112.50"),
        ("en-AU", "AUD", -11000, "−110.00"),
        ("en-AU", "AUD", 5, "0.05"),
        ("en-AU", "JPY", 1234567, "1,234,567"),
        ("en-AU", "KWD", 1234567, "1,234.567"),
        ("de-DE", "EUR", 123456789, "1.234.567,89"),
        ("de-CH", "CHF", 123456789, "1’234’567.89"),
        ("fr-FR", "EUR", 123456789, "1\u00a0234\u00a0567,89"),
        ("ru", "RUB", -123456789, "−1\u00a0234\u00a0567,89"),
        ("el", "EUR", 123456, "1.234,56"),
        ("en-IN", "INR", 1234567890, "1,23,45,678.90"),
        ("ja", "JPY", 1234, "1,234"),
        ("not a language", "USD", 123456, "1,234.56"),
    ],
)
def test_money_follows_language_and_currency(language: str, currency: str, minor: int, expected: str) -> None:
    assert page_format(language, currency).money(minor) == expected


@given(
    minor=st.integers(-(10**15), 10**15),
    language=st.sampled_from(["en-AU", "de-DE", "de-CH", "el", "ru", "fr-FR", "en-IN", "sv", "it"]),
    currency=st.sampled_from(["AUD", "JPY", "KWD"]),
)
def test_money_agrees_with_babel(minor: int, language: str, currency: str) -> None:
    formats = page_format(language, currency)
    places = places_of(currency)
    grouping = "#,##,##0" if language == "en-IN" else "#,##0"
    pattern = f"{grouping}.{'0' * places}" if places else grouping
    expected = format_decimal(abs(to_decimal(minor, currency)), pattern, locale=formats.locale)
    sign = "−" if minor < 0 else ""
    assert formats.money(minor) == sign + expected.replace("\u202f", "\u00a0")


@given(minor=st.integers(-(10**15), 10**15), currency=st.sampled_from(sorted(CURRENCIES)))
def test_money_loses_nothing(minor: int, currency: str) -> None:
    text = page_format("en-AU", currency).money(minor)
    assert Decimal(text.replace(",", "").replace("−", "-")) == to_decimal(minor, currency)


def test_unknown_currency_is_refused() -> None:
    with pytest.raises(MoneyError, match="XXY"):
        page_format("en", "XXY")


@pytest.mark.parametrize(
    ("basis_points", "expected"), [(1000, "10 %"), (1950, "19.5 %"), (725, "7.25 %"), (0, "0 %"), (-500, "−5 %")]
)
def test_rates_have_no_idle_zeros(basis_points: int, expected: str) -> None:
    assert page_format("en-AU", "AUD").rate(basis_points).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("language", "short", "long", "period", "terms"),
    [
        ("en-GB", "24 Jun 2025", "Tuesday 24 June 2025", "1 Mar to 31 May 2025", "21 days after issue"),
        ("de-DE", "24. Juni 2025", "Dienstag, 24. Juni 2025", "1. März bis 31. Mai 2025",
         "21 Tage nach Rechnungsdatum"),
        ("el", "24 Ιουν 2025", "Τρίτη 24 Ιουνίου 2025", "1 Μαρ έως 31 Μαΐ 2025", "21 ημέρες από την έκδοση"),
        ("ru", "24 июн. 2025 г.", "вторник, 24 июня 2025 г.", "1 мар. – 31 мая 2025 г.", "21 день после выставления"),
        ("fr", "24 juin 2025", "mardi 24 juin 2025", "1 mars – 31 mai 2025", "21 days after issue"),
        ("ja", "Jun 24, 2025", "Tuesday, June 24, 2025", "Mar 1 to May 31, 2025", "21 days after issue"),
    ],
)  # fmt: skip
def test_dates_and_terms(language: str, short: str, long: str, period: str, terms: str) -> None:
    formats = page_format(language, "EUR")
    assert formats.short_date(DAY).replace("\u00a0", " ") == short
    assert formats.long_date(DAY).replace("\u00a0", " ") == long
    assert formats.period(date(2025, 3, 1), date(2025, 5, 31)).replace("\u00a0", " ") == period
    assert formats.terms(21) == terms


def test_period_over_two_years_names_both() -> None:
    assert page_format("en-GB", "EUR").period(date(2024, 12, 1), date(2025, 1, 31)) == "1 Dec 2024 to 31 Jan 2025"


@pytest.mark.parametrize(("days", "expected"), [(0, "On receipt"), (1, "1 day after issue"), (2, "2 days after issue")])
def test_terms_in_words(days: int, expected: str) -> None:
    assert page_format("en-AU", "AUD").terms(days) == expected


def test_every_language_has_every_word_with_the_same_gaps() -> None:
    for language, words in WORDS.items():
        for field in fields(words):
            own, english = getattr(words, field.name), getattr(ENGLISH, field.name)
            if field.name == "terms_days":
                assert "other" in own
                assert all("{days}" in form for form in own.values())
            elif field.name == "amounts_in":
                assert "{currency}" in own or "{code}" in own
            else:
                assert own, (language, field.name)
                assert own.count("{") == english.count("{"), (language, field.name)
            assert not fonts.missing_characters(str(own)), (language, field.name)
