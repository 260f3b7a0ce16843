"""How figures, dates and money read on screen, and how what people type is read back.

Grouping and decimal mark are the locale's; the minus is U+2212 (several locales give a hyphen), the currency code
stands behind the figure with a no-break space, and a date always has its month in letters, since 2/7 and 7/2 differ by
country. Nothing here knows what an amount means: that is decided in services.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QLocale

from app.models.values import Money, MoneyError, fold, parse_amount, places_of, to_decimal

MINUS: Final = "\u2212"
NO_BREAK: Final = "\u00a0"
NIL: Final = "\u2013"
"""Stands, faint, where there is no figure."""


class ReadingError(ValueError):
    """What was typed cannot be read; the message says what would be right."""


class Formatter:
    """Texts of one locale. Cheap to make, safe to share within a thread."""

    def __init__(self, locale: QLocale) -> None:
        self._locale = locale
        self._group = locale.groupSeparator().replace("\u202f", NO_BREAK)
        self._point = locale.decimalPoint()
        self._short_months = [fold(locale.standaloneMonthName(m, QLocale.FormatType.ShortFormat)).rstrip(".")
                              for m in range(1, 13)]
        self._months = [fold(locale.standaloneMonthName(m, QLocale.FormatType.LongFormat)) for m in range(1, 13)]
        self._day_first = _day_first(locale)

    @property
    def locale(self) -> QLocale:
        return self._locale

    # --- figures ---

    def number(self, value: int) -> str:
        """A whole number, grouped: 12,345."""
        return self._signed(self._grouped_whole(abs(value)), negative=value < 0)

    def decimal(self, value: Decimal, places: int) -> str:
        """A decimal with exactly these places; it must not have more, as nothing is rounded here."""
        if value != round(value, places):
            raise ValueError(f"{value} has more than {places} places")
        whole, _, rest = f"{abs(value):.{places}f}".partition(".")
        return self._signed(self._grouped_whole(int(whole)) + (self._point + rest if rest else ""), negative=value < 0)

    def amount(self, minor: int, currency: str) -> str:
        """Figure alone, for columns whose heading names the currency: 1,234.50."""
        return self.decimal(to_decimal(minor, currency), places_of(currency))

    def money(self, value: Money) -> str:
        """Figure and code: 1,234.50 AUD."""
        return f"{self.amount(value.minor, value.currency)}{NO_BREAK}{value.currency}"

    def percent(self, value: Decimal, places: int = 1) -> str:
        """A percentage already multiplied by 100: 11.8 %."""
        return f"{self.decimal(round(value, places), places)}{NO_BREAK}%"

    def counted(self, count: int, one: str, many: str) -> str:
        """Count and noun: "1 account", "2 accounts"."""
        return f"{self.number(count)} {one if count == 1 else many}"

    # --- dates and times ---

    def day(self, value: date, *, weekday: bool = False) -> str:
        """2 Jul 2025, or Wed 2 Jul 2025 where work depends on the weekday."""
        pattern = "ddd d MMM yyyy" if weekday else "d MMM yyyy"
        return self._locale.toString(QDate(value.year, value.month, value.day), pattern)

    def short_day(self, value: date) -> str:
        """Day and month, where the year is plain from what stands beside it: 2 Jul."""
        return self._locale.toString(QDate(value.year, value.month, value.day), "d MMM")

    def time(self, value: datetime, zone: ZoneInfo | None = None, *, seconds: bool = False) -> str:
        """Time of day, 24 h, in the zone given (the instant is UTC when it carries no zone)."""
        return self._local(value, zone).strftime("%H:%M:%S" if seconds else "%H:%M")

    def instant(self, value: datetime, zone: ZoneInfo | None = None) -> str:
        """Date and time: 2 Jul 2025 09:14."""
        local = self._local(value, zone)
        return f"{self.day(local.date())} {local:%H:%M}"

    def duration(self, seconds: float) -> str:
        """A rounded span for people: 0.6 s, 4 s, 20 s, 3 min, 2 h."""
        if seconds < 1:
            return f"{self.decimal(Decimal(str(round(max(seconds, 0.1), 1))), 1)}{NO_BREAK}s"
        if seconds < 10:
            return f"{round(seconds)}{NO_BREAK}s"
        if seconds < 90:
            return f"{_nearest(seconds, 10 if seconds >= 20 else 2)}{NO_BREAK}s"
        if seconds < 90 * 60:
            return f"{round(seconds / 60)}{NO_BREAK}min"
        return f"{round(seconds / 3600)}{NO_BREAK}h"

    # --- reading what was typed ---

    def read_day(self, text: str, today: date) -> date:
        """A date from `2/7`, `2 jul`, `2 jul 2025`, `2025-07-02`, `today`, `+14`; the year is that of `today`.

        Day and month in figures are read in the order of the locale. Raises ReadingError.
        """
        cleaned = fold(text).replace(",", " ").replace(MINUS, "-")
        if not cleaned:
            raise ReadingError("Type a date, for instance 2 Jul, today or +14.")
        found = _relative(cleaned, today) or self._absolute(cleaned, today)
        if found is None:
            raise ReadingError(f'"{text.strip()}" is not a date. Write for instance {self.short_day(today)}, '
                                f"today or +14.")
        return found

    def read_money(self, text: str, currency: str) -> int:
        """Minor units from a typed amount; takes both decimal marks, grouping, a minus of any kind and the code.

        A single mark with three figures behind it is grouping where the locale groups with that mark, and also where
        the currency has fewer than three places but the mark is the locale's grouping; else it is a decimal mark.
        Raises ReadingError with a sentence that says what would be right.
        """
        places = places_of(currency)
        cleaned = _bare_amount(text, currency)
        example = self.decimal(Decimal(1250).scaleb(-2), 2) if places else "12"
        if not re.fullmatch(r"[+-]?\d[\d.,'\u2019]*|[+-]?[.,]\d+", cleaned):
            raise ReadingError(_no_amount(text, example))
        plain = self._one_point(cleaned)
        if plain is None:
            raise ReadingError(_no_amount(text, example))
        decimals = len(plain.partition(".")[2])
        if decimals > places:
            raise ReadingError(f"{currency} has {_places(places)}; this has {decimals}. Write for instance {example}.")
        try:
            return parse_amount(plain.lstrip("+") if plain[0] != "-" else plain, currency)
        except MoneyError as error:
            raise ReadingError(f"{error}.") from None

    def read_number(self, text: str, *, low: int, high: int) -> int:
        """A whole number within a range. Raises ReadingError."""
        cleaned = re.sub(r"\s", "", text).replace(MINUS, "-")
        if self._group:
            cleaned = cleaned.replace(self._group, "")
        if not re.fullmatch(r"[+-]?\d{1,18}", cleaned):
            raise ReadingError(f"Write a whole number from {self.number(low)} to {self.number(high)}.")
        value = int(cleaned)
        if not low <= value <= high:
            raise ReadingError(f"{self.number(value)} is outside {self.number(low)} to {self.number(high)}.")
        return value

    # --- inside ---

    def _grouped_whole(self, value: int) -> str:
        """Grouped as the locale groups (India writes 12,34,567), in figures 0 to 9, without U+202F.

        Open Sans has no U+202F, the French grouping mark, so the ordinary no-break space stands in for it.
        """
        if self._locale.zeroDigit() != "0":
            return f"{value:,}".replace(",", self._group)
        return self._locale.toString(value).replace("\u202f", NO_BREAK)

    @staticmethod
    def _signed(plain: str, *, negative: bool) -> str:
        return f"{MINUS}{plain}" if negative else plain

    @staticmethod
    def _local(value: datetime, zone: ZoneInfo | None) -> datetime:
        aware = value if value.tzinfo is not None else value.replace(tzinfo=ZoneInfo("UTC"))
        return aware.astimezone(zone)

    def _absolute(self, text: str, today: date) -> date | None:
        iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
        if iso:
            return _date(*(int(part) for part in iso.groups()))
        figures = re.fullmatch(r"(\d{1,2})\s*[./ -]\s*(\d{1,2})(?:\s*[./ -]\s*(\d{2}|\d{4}))?\.?", text)
        if figures:
            first, second = int(figures[1]), int(figures[2])
            day, month = (first, second) if self._day_first else (second, first)
            return _date(_year(figures[3], today), month, day)
        words = (re.fullmatch(r"(?P<day>\d{1,2})\.?\s*(?P<month>[^\W\d]+)\.?\s*(?P<year>\d{4}|\d{2})?", text)
                 or re.fullmatch(r"(?P<month>[^\W\d]+)\.?\s*(?P<day>\d{1,2})\s*(?P<year>\d{4})?", text))
        month_number = self._month(words["month"]) if words else None
        if words is None or month_number is None:
            return None
        return _date(_year(words["year"], today), month_number, int(words["day"]))

    def _month(self, word: str) -> int | None:
        """Number of a month from the first three letters or more, in the locale's language or in English."""
        for names in (self._months, self._short_months, _ENGLISH_MONTHS):
            hits = [number for number, name in enumerate(names, 1) if name == word or
                    (len(word) >= 3 and name.startswith(word))]
            if len(hits) == 1:
                return hits[0]
        return None

    def _one_point(self, text: str) -> str | None:
        """The same figure with one point or none, or None where the marks contradict each other."""
        text = re.sub(r"['\u2019]", "", text)
        marks = [c for c in text if c in ".,"]
        if not marks:
            return text
        last = marks[-1]
        if len(set(marks)) == 1:
            whole, _, tail = text.rpartition(last)
            grouping = len(marks) > 1 or (last == self._group and len(tail) == 3)
            if grouping:
                return text.replace(last, "") if _grouped(text, last) else None
            return f"{whole or '0'}.{tail}" if whole not in {"+", "-"} else f"{whole}0.{tail}"
        whole, _, tail = text.rpartition(last)
        if last in whole:
            return None
        other = "," if last == "." else "."
        return f"{whole.replace(other, '')}.{tail}" if _grouped(whole, other) else None


_ENGLISH_MONTHS: Final = ["january", "february", "march", "april", "may", "june", "july", "august", "september",
                          "october", "november", "december"]
_RELATIVE_WORDS: Final = {"today": 0, "now": 0, "t": 0, "=": 0, "tomorrow": 1, "yesterday": -1}


def _relative(text: str, today: date) -> date | None:
    if text in _RELATIVE_WORDS:
        return today + timedelta(days=_RELATIVE_WORDS[text])
    step = re.fullmatch(r"([+-])\s*(\d{1,4})(?:\s*(?:d|day|days))?", text)
    if step is None:
        return None
    days = int(step[2])
    try:
        return today + timedelta(days=days if step[1] == "+" else -days)
    except OverflowError:
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str | None, today: date) -> int:
    if not text:
        return today.year
    return int(text) if len(text) == 4 else 2000 + int(text)


def _day_first(locale: QLocale) -> bool:
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat)
    day, month = pattern.find("d"), pattern.find("M")
    return day < month


def _bare_amount(text: str, currency: str) -> str:
    """The text without blanks, without the currency code, and with a plain minus."""
    bare = re.sub(r"\s", "", text).replace(MINUS, "-").replace(NIL, "-")
    if bare.upper().endswith(currency):
        bare = bare[: -len(currency)]
    elif bare.upper().startswith(currency):
        bare = bare[len(currency):]
    return bare


def _grouped(text: str, mark: str) -> bool:
    """Whether the marks stand where groups end: three figures in the last group, two or three in those before."""
    head, *groups = text.lstrip("+-").split(mark)
    if not groups:
        return bool(head)
    return 1 <= len(head) <= 3 and len(groups[-1]) == 3 and all(len(group) in {2, 3} for group in groups[:-1])


def _no_amount(text: str, example: str) -> str:
    return f'"{text.strip()}" is not an amount. Write for instance {example}.' if text.strip() else (
        f"Type an amount, for instance {example}.")


def _places(places: int) -> str:
    return {0: "no decimal places", 1: "one decimal place", 2: "two decimal places",
            3: "three decimal places"}.get(places, f"{places} decimal places")


def _nearest(value: float, step: int) -> int:
    return round(value / step) * step
