"""Reading dates, numbers and yes/no as people and programs write them.

A map states the formats of its file once; everything here is strict about them, because a date read with day and
month swapped or a figure with its marks swapped is worse than one refused. Whatever is refused says what would be
right, in the file's own format.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.services.errors import RefusedField
from app.services.wording import counted

FIRST_YEAR, LAST_YEAR = 1900, 2199
_LONGEST_FIGURE = 40
_SHOWN_CHARACTERS = 80
# Ends of lines, other controls, marks that turn the direction of writing, and the byte order mark.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
NOT_UTF8 = re.compile("[\udc80-\udcff]")
"""Bytes that were not UTF-8, as `errors="surrogateescape"` lets them through."""


_SEVERAL_LINES = re.compile(f"(?![\t\r\n])(?:{CONTROL.pattern}|[\ud800-\udfff])")
_ONE_LINE = re.compile(f"{CONTROL.pattern}|[\ud800-\udfff]")
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})


class BadText(ValueError):
    """A text that cannot be read; the message is a sentence or two for the operator."""


def shown(text: str, limit: int = _SHOWN_CHARACTERS) -> str:
    """A text fit to stand in a message: shortened, and nothing in it that a terminal would obey."""
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return NOT_UTF8.sub("\ufffd", CONTROL.sub(lambda m: f"<U+{ord(m.group()):04X}>", short))


def harmless(text: str) -> str:
    """A text of several lines, all of it, with nothing in it that a terminal would obey."""
    return CONTROL.sub(lambda m: m.group() if m.group() in "\n\t" else f"<U+{ord(m.group()):04X}>", text)


def is_seen(text: str) -> bool:
    """Whether a text is more than blanks, controls and marks that nobody sees."""
    return any(unicodedata.category(letter) not in _UNSEEN for letter in text)


def refusal_of_text(text: str, *, has_lines: bool = False) -> str:
    """Why a text may not be stored, as "holds a line break. Remove it."; empty where it may, and where it is empty.

    The rule is that of ARCHITECTURE.md, "Stored texts". Names, codes and whatever else stands in one line take
    letters and marks alone: what a terminal obeys, what turns the direction of writing, and what no database keeps
    is refused, and so is a text in which nothing can be seen.
    With `has_lines` it may hold ends of lines and tabs.
    """
    found = (_SEVERAL_LINES if has_lines else _ONE_LINE).search(text)
    if found is not None:
        letter = found.group()
        if letter in "\r\n":
            return "holds a line break. Remove it."
        if "\ud800" <= letter <= "\udfff":
            return "holds bytes that are not UTF-8. Write it in letters."
        return f"holds the control character {shown(letter)}. Remove it."
    if text.strip() and not is_seen(text):
        return "has nothing in it that can be seen. Write it in letters."
    return ""


def require_text(field: str, label: str, text: str, *, has_lines: bool = False) -> None:
    """Raise RefusedField for a text that may not be stored; `label` begins the sentence, for instance "The name"."""
    refusal = refusal_of_text(text, has_lines=has_lines)
    if refusal:
        raise RefusedField(field, f"{label} {refusal}")


_DIRECTIVES = {"Y": r"(?P<Y>\d{4})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})", "H": r"\d{1,2}",
               "M": r"\d{1,2}", "S": r"\d{1,2}", "%": "%"}
_DIRECTIVE_WORDS = {"%Y": "year", "%m": "month", "%d": "day", "%H": "hour", "%M": "minute", "%S": "second"}


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One way of writing days: %Y, %m and %d once each, day and month with or without a leading zero."""

    text: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> DateFormat:
        """Read a format; %H, %M and %S may follow and are not kept, because business dates have no time."""
        found: list[str] = []
        pattern = ""
        for literal, directive in re.findall(r"([^%]+)|%(.?)", text):
            if directive not in _DIRECTIVES and not literal:
                raise BadText(f'"{shown(text)}" holds %{directive}. Use %Y, %m and %d, and %H, %M, %S for a time.')
            pattern += re.escape(literal) if literal else _DIRECTIVES[directive]
            found += [] if literal else [directive]
        if sorted(d for d in found if d in "Ymd") != ["Y", "d", "m"]:
            raise BadText(f'"{shown(text)}" needs %Y, %m and %d once each, for instance %d.%m.%Y.')
        if re.search(r"%[mdHMS]%|%Y%", text):  # nothing between: only fixed widths tell where one part ends
            pattern = pattern.replace(r"\d{1,2}", r"\d{2}")
        return cls(text, re.compile(pattern, re.ASCII))

    def parse(self, text: str) -> date:
        """The day that a text names; raises BadText for anything else."""
        found = self.pattern.fullmatch(text)
        if found is None:
            raise BadText(f'"{shown(text)}" is not written as {self.words}. Write for instance {self.example}.')
        year, month, day = int(found["Y"]), int(found["m"]), int(found["d"])
        if not 1 <= month <= 12:
            raise BadText(f'"{shown(text)}" has no such month. The order is {self.words}, for instance '
                          f"{self.example}.")
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise BadText(f'"{shown(text)}" lies in the year {year}. Years go from {FIRST_YEAR} to {LAST_YEAR}.')
        last = monthrange(year, month)[1]
        if not 1 <= day <= last:
            raise BadText(f'"{shown(text)}" is not a day of the calendar. That month ends on '
                          f"{self.format(date(year, month, last))}.")
        return date(year, month, day)

    def format(self, day: date) -> str:
        """A day in this format, without leading zeros where the parts are set apart and the year is not first."""
        digits = "02" if r"\d{1,2}" not in self.pattern.pattern or self.text.startswith("%Y") else ""
        parts = {"%Y": f"{day.year:04}", "%m": f"{day.month:{digits}}", "%d": f"{day.day:{digits}}",
                 "%H": "00", "%M": "00", "%S": "00", "%%": "%"}
        return re.sub("%.", lambda m: parts[m.group()], self.text)

    @property
    def words(self) -> str:
        """The format in words: "month/day/year"."""
        return re.sub("%[YmdHMS]", lambda m: _DIRECTIVE_WORDS[m.group()], self.text).replace("%%", "%")

    @property
    def example(self) -> str:
        return self.format(date(2013, 1, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberFormat:
    """Decimal mark and grouping of a file's figures. Groups, where written at all, have three digits."""

    mark: str = "."
    grouping: str = ""

    def parse(self, text: str) -> Decimal:
        """The figure exactly, with as many places as were written; raises BadText for anything else."""
        plain = text.replace("−", "-")
        if len(plain) > _LONGEST_FIGURE or not (plain.isascii() or self.grouping):
            raise self._refusal(text)
        if self.grouping:
            plain = self._without_groups(plain)
        if not re.fullmatch(rf"[+-]?\d+({re.escape(self.mark)}\d+)?", plain, re.ASCII):
            raise self._refusal(text)
        return Decimal(plain.replace(self.mark, "."))

    def _without_groups(self, text: str) -> str:
        whole, mark, rest = text.partition(self.mark)
        group = re.escape(self.grouping)
        if re.fullmatch(rf"[+-]?\d{{1,3}}({group}\d{{3}})+", whole, re.ASCII):
            whole = whole.replace(self.grouping, "")
        return whole + mark + rest

    def _refusal(self, text: str) -> BadText:
        quoted = f'"{shown(text)}"'
        letter = re.search(r"[^\W\d_]", text)
        if letter is not None:
            why = f"holds the letter {letter.group()}."
        elif "," in text + self.mark and "." in text + self.mark:
            words = {".": "point", ",": "comma"}
            why = f"does not fit the map, whose decimal mark is the {words[self.mark]}{self._grouping_words}."
        else:
            why = "is not a figure."
        return BadText(f"{quoted} {why} Write {self._nearest(text)}.")

    @property
    def _grouping_words(self) -> str:
        return f' and whose grouping is "{self.grouping}"' if self.grouping else " and which has no grouping"

    def _nearest(self, text: str) -> str:
        """What was most likely meant, in this format; where that cannot be guessed, an example."""
        swapped = text.translate(str.maketrans("OolI", "0011"))
        found = re.fullmatch(r"([+-]?)([\d., '\u00a0]*?)(?:[.,](\d{1,2}))?", swapped.strip(), re.ASCII)
        whole = re.sub(r"\D", "", found[2]) if found else ""
        if found is None or not whole or len(whole) > 15:
            return f"for instance 12{self.mark}30"
        return f"{found[1]}{whole}{self.mark}{(found[3] or '').ljust(2, '0')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """How one file writes dates, figures and yes or no."""

    date: DateFormat
    number: NumberFormat
    yes: tuple[str, ...] = ("yes", "true", "1", "on", "y")
    no: tuple[str, ...] = ("no", "false", "0", "off", "n")

    def parse_boolean(self, text: str) -> bool:
        """Whether a text means yes; upper and lower case are alike."""
        folded = text.casefold()
        if folded in (word.casefold() for word in self.yes):
            return True
        if folded in (word.casefold() for word in self.no):
            return False
        raise BadText(f'"{shown(text)}" is neither yes nor no. Write {self.yes[0]} or {self.no[0]}.')


CANONICAL = Formats(date=DateFormat.of("%Y-%m-%d"), number=NumberFormat())
"""How a map itself writes values, and the formats of a file whose map says nothing else."""


def months_before(day: date, months: int) -> date:
    """The day some months earlier, at most the last of that month: 31 March less 1 month → 28 or 29 February."""
    years, month0 = divmod(day.year * 12 + day.month - 1 - months, 12)
    if years < FIRST_YEAR:
        raise BadText(f"{counted(months, 'month')} before {day.isoformat()} is before the year {FIRST_YEAR}.")
    return date(years, month0 + 1, min(day.day, monthrange(years, month0 + 1)[1]))
