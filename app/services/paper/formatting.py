"""Money, dates and rates as they stand on a printed page, in the language of the letterhead.

Babel knows the customs of each language. Its general formatters take some 30 µs a figure, so one `PageFormat` per
language and currency reads the marks once and figures are put together here; a test holds the two equal.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import get_currency_name

from app.models.values import places_of
from app.services.paper.fonts import missing_characters
from app.services.paper.words import ENGLISH, Words, words_for

NO_BREAK = "\u00a0"
MINUS = "−"
_ENGLISH = Locale("en")


class PageFormat:
    """Figures and dates of one language and currency. Obtain it through `page_format`, which keeps it."""

    def __init__(self, language: str, currency: str) -> None:
        self.currency = currency
        self.locale = _locale_of(language)
        self.words: Words = words_for(self.locale.language)
        self._borrowed_words = self.words is ENGLISH and self.locale.language != "en"
        self._places = places_of(currency)
        self._scale = 10**self._places
        symbols = self.locale.number_symbols["latn"]
        self._group: str = symbols["group"].replace("\u202f", NO_BREAK)
        self._decimal: str = symbols["decimal"]
        self._sizes: tuple[int, int] = self.locale.decimal_formats[None].grouping
        self.currency_name: str = get_currency_name(currency, count=2, locale=self.locale)

    @property
    def words_language(self) -> str:
        """Subtag of the language whose words stand beside these figures: English where there are none of its own."""
        return "en" if self._borrowed_words else self.locale.language

    def money(self, minor: int) -> str:
        """Amount without code, U+2212 as minus: -123450 AUD → "−1,234.50", in German "−1.234,50"."""
        whole, fraction = divmod(abs(minor), self._scale)
        text = self._grouped(whole)
        if self._places:
            text = f"{text}{self._decimal}{fraction:0{self._places}d}"
        return f"{MINUS}{text}" if minor < 0 else text

    def money_with_code(self, minor: int) -> str:
        """Amount and ISO code, kept on one line: "112.50 AUD"."""
        return f"{self.money(minor)}{NO_BREAK}{self.currency}"

    def rate(self, basis_points: int) -> str:
        """Tax rate without idle zeros: 1000 → "10 %", 1950 → "19.5 %"."""
        whole, rest = divmod(abs(basis_points), 100)
        fraction = f"{self._decimal}{f'{rest:02d}'.rstrip('0')}" if rest else ""
        return f"{MINUS if basis_points < 0 else ''}{whole}{fraction}{NO_BREAK}%"

    def short_date(self, day: date) -> str:
        """Short date with the month in words: "3 Jun 2025"."""
        return _date(day, "yMMMd", self.locale)

    def long_date(self, day: date) -> str:
        """Date with its weekday, for the day to pay by: "Tuesday 24 June 2025"."""
        return _long_date(day, self.locale)

    def period(self, first: date, last: date) -> str:
        """Range of days, the year once where both have it: "1 Mar to 31 May 2025"."""
        start = _date(first, "MMMd" if first.year == last.year else "yMMMd", self.locale)
        pattern = "{first} – {last}" if self._borrowed_words else self.words.period
        return pattern.format(first=start, last=self.short_date(last))

    def terms(self, days: int) -> str:
        """Days from issue to due in words: "21 days after issue"; nought days is "On receipt"."""
        if days <= 0:
            return self.words.terms_at_once
        forms = self.words.terms_days
        return forms.get(self._plural(days), forms["other"]).format(days=days)

    def _plural(self, count: int) -> str:
        """Plural category of the vocabulary's language, which is not always that of the dates."""
        return str((_ENGLISH if self._borrowed_words else self.locale).plural_form(count))

    def _grouped(self, whole: int) -> str:
        first, further = self._sizes
        if first == further == 3:
            return f"{whole:,}".replace(",", self._group)
        digits = str(whole)
        parts = [digits[-first:]]
        digits = digits[:-first]
        while digits:
            parts.append(digits[-further:])
            digits = digits[:-further]
        return self._group.join(reversed(parts))


@lru_cache(maxsize=64)
def page_format(language: str, currency: str) -> PageFormat:
    """The formats of a BCP 47 language tag and a currency; raises MoneyError for an unknown currency."""
    return PageFormat(language, currency)


@lru_cache(maxsize=64)
def _locale_of(language: str) -> Locale:
    """Locale of a tag: "en-AU"; its language alone where the region is unknown; English where nothing is.

    English too where the font cannot write the language's own months (Japanese, Arabic): figures that can be read
    are worth more than boxes.
    """
    subtags = language.replace("_", "-").split("-")
    for tag in ("-".join(subtags), subtags[0]):
        try:
            locale = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        sample = format_date(date(2025, 9, 30), "full", locale=locale)
        return _ENGLISH if missing_characters(sample) else locale
    return _ENGLISH


@lru_cache(maxsize=4096)
def _date(day: date, skeleton: str, locale: Locale) -> str:
    return str(format_skeleton(skeleton, day, locale=locale)).replace("\u202f", NO_BREAK)


@lru_cache(maxsize=1024)
def _long_date(day: date, locale: Locale) -> str:
    pattern: str = locale.date_formats["full"].pattern
    if locale.language == "en":  # "Tuesday 24 June 2025" needs no comma; American order keeps its own
        pattern = pattern.replace("EEEE, d", "EEEE d")
    return str(format_date(day, pattern, locale=locale)).replace("\u202f", NO_BREAK)
