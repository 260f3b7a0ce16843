"""Reading what stands after the colon: texts, choices, amounts, days and dates, one or several, bounds or ranges."""

from __future__ import annotations

import difflib
import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.models.values import MoneyError, fold, parse_amount
from app.services.customers.query.fields import NONE, Field, Kind, quoted
from app.services.customers.query.terms import Between, Holds, MisreadQueryError, Missing, OneOf, Test, Within

MOST_DAYS: Final = 100_000
_BOUND: Final = re.compile(r"(>=|<=|>|<|=)(.*)", re.DOTALL)
_COMMA_IN_AMOUNT: Final = re.compile(r"\d,\d")
_MONTH: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)
_STEP: Final = re.compile(r"[+-]\d{1,6}", re.ASCII)
_NAMED_DAYS: Final = {"today": 0, "yesterday": -1, "tomorrow": 1}


@dataclass(frozen=True, slots=True)
class Context:
    """What figures and relative dates are read by: the list's currency and its business date."""

    currency: str
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One value as typed, quotation marks taken off, and its place in the whole text."""

    text: str
    start: int
    end: int
    is_quoted: bool


class _NotThatError(ValueError):
    """A single value is wrong; the message says what would be right."""


def read_values(field: Field, typed: str, start: int, context: Context) -> tuple[Test, ...]:
    """The tests of one field, of which one must fit; `start` is where `typed` begins in the whole text."""
    if field.kind is Kind.MONEY and (found := _COMMA_IN_AMOUNT.search(typed)):
        both = typed[:found.start() + 1] + ";" + typed[found.end() - 1:]
        raise MisreadQueryError(
            f'"{typed}" could be one amount or two. Write a point before the cents and nothing between thousands, and '
            f"{field.name}:{both} for either.", start=start, end=start + len(typed))
    return tuple(_test(field, piece, context) for piece in _pieces(field, typed, start))


def _pieces(field: Field, typed: str, start: int) -> Iterator[Piece]:
    """The values between commas and semicolons that stand outside quotation marks."""
    begin, is_inside = 0, False
    for place, char in enumerate([*typed, ";"]):
        is_last = place == len(typed)
        if char == '"':
            is_inside = not is_inside
        if (char in ",;" and not is_inside) or is_last:
            raw = typed[begin:place]
            text = raw.replace('"', "").strip()
            if not fold(text):
                raise MisreadQueryError(f"A value is missing after {field.name}:{typed[:begin]}, for instance "
                                        f"{field.name}:{field.example}.", start=start + begin, end=start + place)
            yield Piece(text=text, start=start + begin, end=start + place, is_quoted='"' in raw)
            begin = place + 1


def _test(field: Field, piece: Piece, context: Context) -> Test:
    if field.none_means and not piece.is_quoted and fold(piece.text) == NONE:
        return Missing()
    match field.kind:
        case Kind.TEXT:
            return Holds(piece.text)
        case Kind.CHOICE:
            return OneOf(_choice(field, piece))
    try:
        if field.kind is Kind.DATE:
            return _days_between(piece.text, context.today)
        if field.kind is Kind.MONEY:
            return _within(piece.text, lambda text: parse_amount(text, context.currency))
        return _within(piece.text, _days)
    except (MoneyError, _NotThatError) as wrong:
        raise MisreadQueryError(f"{field.name}: {wrong}.", start=piece.start, end=piece.end,
                                better=f"{field.name}:{field.example}") from None


# --------------------------------------------------------------------------- choices


def _choice(field: Field, piece: Piece) -> str:
    """The choice a word or its beginning stands for."""
    typed = _plain(piece.text)
    words = {_plain(word): choice for choice in field.choices for word in choice.words}
    if typed in words:
        return words[typed].value
    meant = {choice.value: choice for word, choice in words.items() if word.startswith(typed)}
    if len(meant) == 1:
        return next(iter(meant))
    near = difflib.get_close_matches(typed, words, n=1)
    better = f"{field.name}:{quoted(words[near[0]].words[0].lower())}" if near and not meant else ""
    shown = ", ".join(choice.words[0].lower() for choice in (meant.values() or field.choices))
    says = f'"{piece.text}" could be more than one {field.name}' if meant else f'"{piece.text}" is no {field.name}'
    raise MisreadQueryError(f"{says}: {shown}.", start=piece.start, end=piece.end, better=better)


def _plain(text: str) -> str:
    return " ".join(fold(text).replace("_", " ").replace("-", " ").replace("–", " ").split())


# --------------------------------------------------------------------------- figures


def _within(text: str, read: Callable[[str], int]) -> Within:
    """Whole figures, so that "more than 5" is "6 or more" in the smallest unit."""
    bound = _BOUND.fullmatch(text)
    if bound is not None:
        figure = read(bound[2].strip())
        return {">": Within(low=figure + 1, high=None), ">=": Within(low=figure, high=None),
                "<": Within(low=None, high=figure - 1),
                "<=": Within(low=None, high=figure), "=": Within(low=figure, high=figure)}[bound[1]]
    if ".." not in text:
        figure = read(text)
        return Within(low=figure, high=figure)
    low, high = (read(side) if side else None for side in _sides(text))
    if low is not None and high is not None and low > high:
        raise _NotThatError(f'"{text}" runs backwards; write the smaller figure first')
    return Within(low=low, high=high)


def _sides(text: str) -> tuple[str, str]:
    low, _, high = (side.strip() for side in text.partition(".."))
    if not low and not high:
        raise _NotThatError(f'"{text}" has no bound; write one before or after the points')
    return low, high


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text[:7]) > MOST_DAYS or len(text) > 7:
        raise _NotThatError(f'"{text}" is no number of days; write for instance 30')
    return int(text)


# --------------------------------------------------------------------------- dates


def _days_between(text: str, today: date) -> Between:
    bound = _BOUND.fullmatch(text)
    if bound is not None:
        first, last = _period(bound[2].strip(), today)
        return {">": Between(low=_step(last, 1, text), high=None), ">=": Between(low=first, high=None),
                "<": Between(low=None, high=_step(first, -1, text)), "<=": Between(low=None, high=last),
                "=": Between(low=first, high=last)}[bound[1]]
    if ".." not in text:
        first, last = _period(text, today)
        return Between(low=first, high=last)
    low, high = _sides(text)
    first_day = _period(low, today)[0] if low else None
    last_day = _period(high, today)[1] if high else None
    if first_day is not None and last_day is not None and first_day > last_day:
        raise _NotThatError(f'"{text}" runs backwards; write the earlier date first')
    return Between(low=first_day, high=last_day)


def _period(text: str, today: date) -> tuple[date, date]:
    """First and last day of what a date, a month, a year or a step from today means."""
    if fold(text) in _NAMED_DAYS:
        day = _step(today, _NAMED_DAYS[fold(text)], text)
        return day, day
    if _STEP.fullmatch(text):
        day = _step(today, int(text), text)
        return day, day
    found = _MONTH.fullmatch(text)
    if found is None:
        raise _NotThatError(f'"{text}" is no date; write 2025-06-14, 2025-06, 2025, today, or -30 for thirty days ago')
    year, month, day_of = (int(part) if part else None for part in found.groups())
    try:
        first = date(year or 0, month or 1, day_of or 1)
        if day_of is not None:
            return first, first
        return first, date(first.year, month or 12, monthrange(first.year, month or 12)[1])
    except ValueError:
        raise _NotThatError(f'"{text}" is not in the calendar') from None


def _step(day: date, days: int, text: str) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise _NotThatError(f'"{text}" lies beyond the calendar') from None
