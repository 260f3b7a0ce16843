"""Reading the reference rates of a central bank: XML that says, day by day, what one euro is worth in others.

    <Cube time="2024-05-20"><Cube currency="USD" rate="1.0861"/> …</Cube>

It is read strictly, because whatever is odd about figures of money is more likely an error than a variety.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final
from xml.etree import ElementTree

from app.models.rules.currency_conversion import RateError, parse_rate
from app.models.values import CURRENCIES, parse_day
from app.services.errors import InputRejected
from app.services.files.texts import shown
from app.services.wording import day_text

MOST_BYTES: Final = 1024 * 1024
BASE: Final = "EUR"
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceRates:
    """What a document says: by day what one euro is worth in other currencies."""

    days: Mapping[date, Mapping[str, Fraction]]
    left_out: tuple[str, ...]
    """Codes that are no currencies here."""

    def prices_in(self, books: str) -> Iterator[tuple[date, str, Fraction]]:
        """What one unit of each currency costs in that of the books, day by day.

        Raises InputRejected for a day on which the books' own currency is not quoted.
        """
        for day, quoted in sorted(self.days.items()):
            worth = {BASE: Fraction(1), **quoted}
            if books not in worth:
                raise InputRejected(f"The source quotes no {books} on {day_text(day)}, so nothing can be said in the "
                                    f"currency of these books. Fetch from one that quotes {books}.")
            yield from ((day, currency, worth[books] / each) for currency, each in sorted(worth.items())
                        if currency != books)


def read_reference_rates(body: bytes) -> ReferenceRates:
    """The rates of a document. Raises InputRejected for anything that is not plainly one."""
    days: dict[date, dict[str, Fraction]] = {}
    left_out: set[str] = set()
    for dated in _elements(_tree(_checked(body))):
        day = _day(dated.attrib["time"])
        if day in days:
            raise InputRejected(f"The document has {day_text(day)} twice.")
        days[day] = {}
        for each in dated:
            currency, rate = _quoted(each, day)
            if currency in days[day] or currency == BASE:
                raise InputRejected(f"The document quotes {currency} twice on {day_text(day)}.")
            if currency in CURRENCIES:
                days[day][currency] = rate
            else:
                left_out.add(currency)
    if not any(days.values()):
        raise InputRejected("The document holds no rates. One of reference rates has a day and, below it, currencies "
                            "with their rates.")
    return ReferenceRates(days=days, left_out=tuple(sorted(left_out)))


def _checked(body: bytes) -> bytes:
    """The text without its mark; anything but UTF-8 is refused, and so are definitions of its own."""
    text = body.removeprefix(codecs.BOM_UTF8).lstrip()
    said = _ENCODING.match(text)
    try:
        text.decode("utf-8", "strict")
    except UnicodeDecodeError:
        raise InputRejected("The document is not UTF-8, so its figures cannot be trusted.") from None
    if said is not None and said[1].lower() != b"utf-8":
        raise InputRejected(f"The document says it is {shown(said[1].decode('ascii', 'replace'))}; only UTF-8 is read.")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise InputRejected("The document defines names of its own, which one of rates has no need of.")
    return text


def _tree(text: bytes) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(text)  # noqa: S314  without definitions of its own nothing in it can grow
    except ElementTree.ParseError as error:
        line, column = error.position
        raise InputRejected(f"The document is no XML: line {line}, column {column + 1} cannot be read.") from None


def _elements(root: ElementTree.Element) -> Iterator[ElementTree.Element]:
    """The elements that hold the rates of a day, whatever names of a vocabulary stand before theirs."""
    return (each for each in root.iter() if each.tag.rpartition("}")[2] == "Cube" and "time" in each.attrib)


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise InputRejected(f"The document has a day that cannot be read: {error}.") from None


def _quoted(each: ElementTree.Element, day: date) -> tuple[str, Fraction]:
    currency, rate = each.attrib.get("currency", ""), each.attrib.get("rate", "")
    if not _CODE.fullmatch(currency):
        raise InputRejected(f'The document has a rate of "{shown(currency)}" on {day_text(day)}, which is no code of a '
                            "currency.")
    try:
        return currency, parse_rate(rate)
    except RateError:
        raise InputRejected(f'The document says that one euro is "{shown(rate)}" {currency} on {day_text(day)}, which '
                            "is no rate.") from None
