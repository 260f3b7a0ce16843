"""What an amount of one currency is in another (ARCHITECTURE.md, "Currencies"): exact until the last step.

A rate is the price of one unit of a currency in the currency of the provider's books, whose own rate is 1. An amount
goes from one currency to another by way of those books and is rounded once, to the minor unit of the currency it
arrives in and by its method. With 1 USD = 0.92 EUR, 460.00 EUR are 500.00 USD.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction
from typing import Final

from app.models.values import MAX_MINOR, MoneyError, Rounding, grouped_amount, places_of

RATE_BELOW: Final = 10**15
"""Numerator and denominator of a rate stay below it, and so does what a person can type."""
MOST_PLACES: Final = 12
_SHOWN_DIGITS: Final = 12
_PLAIN = re.compile(r"\d{1,15}(\.\d{1,12})?")


class RateError(ValueError):
    """The text is no rate; the message says what would be right."""


def parse_rate(text: str) -> Fraction:
    """The rate of a decimal text such as "0.92": above 0, a point as its mark, at most 12 places."""
    cleaned = text.strip()
    if not cleaned.isascii() or not _PLAIN.fullmatch(cleaned):
        raise RateError(f'"{text}" is not a rate. Write a figure above 0 with a point and at most {MOST_PLACES} '
                        "places, for instance 0.92")
    rate = Fraction(cleaned)
    if rate <= 0:
        raise RateError(f'"{text}" is not above 0. A rate says what one unit costs, for instance 0.92')
    if not is_storable(rate):
        raise RateError(f'"{text}" has too many digits; 15 are kept. Write for instance 0.92')
    return rate


def is_storable(rate: Fraction) -> bool:
    """Whether a rate above 0 has room where rates are kept."""
    return rate > 0 and rate.numerator < RATE_BELOW and rate.denominator < RATE_BELOW


def rate_text(rate: Fraction) -> str:
    """A rate as decimal text: all its places where they end, else twelve digits of it."""
    rest = rate.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    exact = Context(prec=60 if rest == 1 else _SHOWN_DIGITS)
    figure = exact.divide(Decimal(rate.numerator), Decimal(rate.denominator))
    text = f"{figure:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def converted(
    amount_minor: int, *, source: str, target: str, source_rate: Fraction, target_rate: Fraction, rounding: Rounding
) -> int:
    """An amount in the minor unit of `source` as one of `target`; each rate is that of its currency.

    Raises MoneyError for a currency that is not known and for what is beyond an amount.
    """
    exact = amount_minor * source_rate / target_rate * Fraction(10) ** (places_of(target) - places_of(source))
    found = rounded(exact.numerator, exact.denominator, rounding)
    if abs(found) >= MAX_MINOR:
        raise MoneyError(f"{grouped_amount(amount_minor, source)} {source} are beyond what one amount in {target} may "
                         "be")
    return found


def ratio_of(  # noqa: PLR0917  SQLite hands them over in their order
    amount: int | None, one: int, two: int, three: int, under_one: int, under_two: int, under_three: int,
    rounding: str,
) -> int | None:
    """An amount times three factors over three divisors, as a statement of SQLite asks it.

    None for no amount, and where the figure is beyond one.
    """
    if amount is None:
        return None
    found = rounded(amount * one * two * three, under_one * under_two * under_three, Rounding(rounding))
    return found if abs(found) < MAX_MINOR else None


def rounded(over: int, under: int, rounding: Rounding) -> int:
    """A fraction with a positive denominator as a whole number; half up and up go away from zero, down towards it."""
    whole, rest = divmod(abs(over), under)
    if rounding is Rounding.UP:
        whole += rest > 0
    elif rounding is Rounding.HALF_UP:
        whole += 2 * rest >= under
    return -whole if over < 0 else whole
