"""A list as a file: rows of separated values, or the one sheet of a workbook.

It is written whole or not at all (`files/writing.py`), row by row, so memory does not grow with the rows.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeAlias

from app.models.values import Money, places_of, plain_amount
from app.services.errors import InputRejected
from app.services.files.kinds import WORKBOOK, separated_values
from app.services.files.texts import CONTROL
from app.services.files.writing import writing
from app.services.wording import counted

CellValue: TypeAlias = Money | date | str | int
"""What may stand in a cell; a figure that is not there is an empty text."""
Write = Callable[[Sequence[CellValue]], None]

FORMATS: Final = {".csv": "Separated values", ".xlsx": "Workbook"}
_MOST_IN_WORKBOOK: Final = 1_048_575
_FORMULA: Final = ("=", "+", "-", "@")
_TEXT_MARKS: Final = ("\t", "\r", "\n")
_BLANK: Final = "\ufeff" + "".join(
    letter for letter in map(chr, range(0x3001)) if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """One column of a sheet: its heading, its width in characters, and whether figures stand in it."""

    title: str
    width: int
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    rows: int

    @property
    def sentence(self) -> str:
        return f"{counted(self.rows, 'row')} written to {self.path}."


def sheet_format(path: Path) -> str:
    """The ending that says how a list is written; raises InputRejected for another."""
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputRejected(f'"{path.name}" does not say what kind of file it is. Let the name end in .csv or .xlsx.')
    return ending


@contextmanager
def writing_sheet(path: Path, *, title: str, columns: Sequence[SheetColumn], currency: str) -> Iterator[Write]:
    """What writes rows to a file, whose ending says how. In separated values amounts of `currency` carry no code.

    Raises InputRejected for another ending, for more rows than a workbook holds, and where the place cannot be written.
    Stopped or failed, nothing of it stays.
    """
    is_workbook = sheet_format(path) == ".xlsx"
    kind = WORKBOOK if is_workbook else separated_values(_head_line(columns))
    with writing(path, kind) as file, _sheet_in(file, title, columns, currency, is_workbook=is_workbook) as write:
        yield write


def _sheet_in(
    file: BinaryIO, title: str, columns: Sequence[SheetColumn], currency: str, *, is_workbook: bool
) -> AbstractContextManager[Write]:
    return _workbook(file, title, columns) if is_workbook else _separated(file, columns, currency)


# --------------------------------------------------------------------------- separated values


@contextmanager
def _separated(file: BinaryIO, columns: Sequence[SheetColumn], currency: str) -> Iterator[Write]:
    """RFC 4180 in UTF-8. Amounts are plain decimals in the currency of the head; others carry their code."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")

    def write(values: Sequence[CellValue]) -> None:
        writer.writerow([_plain(value, currency) for value in values])

    text.write(f"{_head_line(columns)}\r\n")
    yield write
    text.detach()  # all of it is in the file, which stays open


def _head_line(columns: Sequence[SheetColumn]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([column.title for column in columns])
    return line.getvalue()


def _plain(value: CellValue, currency: str) -> str:
    if isinstance(value, Money):
        amount = plain_amount(value.minor, value.currency)
        return amount if value.currency == currency else f"{amount} {value.currency}"
    if isinstance(value, date):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else str(value)


def guarded(text: str) -> str:
    """A text that a spreadsheet cannot take for a formula, in one line, with nothing in it that a terminal obeys.

    One that begins like a formula gets an apostrophe before it, whatever blanks stand before and however wide its
    signs are; controls and ends of lines, which old rows may hold, are spelled out as <U+001B>.
    """
    begins = unicodedata.normalize("NFKC", text).lstrip(_BLANK)
    plain = CONTROL.sub(lambda m: m.group() if m.group() == "\t" else f"<U+{ord(m.group()):04X}>", text)
    return f"'{plain}" if text.startswith(_TEXT_MARKS) or begins.startswith(_FORMULA) else plain


# --------------------------------------------------------------------------- workbooks


@contextmanager
def _workbook(file: BinaryIO, title: str, columns: Sequence[SheetColumn]) -> Iterator[Write]:
    """Figures, dates and amounts as such, each amount in the format of its currency; the head stays in view."""
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = _Page(book, title, columns)
    try:
        yield page.write
    finally:
        try:
            book.close()
        except XlsxFileError as error:
            raise OSError(str(error)) from error


class _Page:
    """The one sheet of a workbook."""

    def __init__(self, book: Any, title: str, columns: Sequence[SheetColumn]) -> None:
        self._book = book
        self._page = book.add_worksheet(title)
        self._formats: dict[str, Any] = {}
        self._next = 0
        head = book.add_format({"bold": True, "bottom": 1})
        right = book.add_format({"bold": True, "bottom": 1, "align": "right"})
        for place, column in enumerate(columns):
            self._page.set_column(place, place, column.width)
            self._page.write_string(0, place, column.title, right if column.is_figure else head)
        self._page.freeze_panes(1, 0)

    def write(self, values: Sequence[CellValue]) -> None:
        self._next += 1
        if self._next > _MOST_IN_WORKBOOK:
            raise InputRejected(f"A workbook holds {counted(_MOST_IN_WORKBOOK, 'row')}, and these are more. Write them "
                                "as .csv, or filter the list.")
        for place, value in enumerate(values):
            self._put(place, value)

    def _put(self, place: int, value: CellValue) -> None:
        if isinstance(value, Money):
            # the amount stands in the file in decimal digits, exact up to sixteen of them
            self._page.write_number(self._next, place, value.amount, self._format(_money_format(value.currency)))
        elif isinstance(value, date):
            self._page.write_datetime(self._next, place, value, self._format("yyyy-mm-dd"))
        elif isinstance(value, str):
            self._page.write_string(self._next, place, value)
        else:
            self._page.write_number(self._next, place, value)

    def _format(self, number_format: str) -> Any:
        if number_format not in self._formats:
            self._formats[number_format] = self._book.add_format({"num_format": number_format})
        return self._formats[number_format]


def _money_format(currency: str) -> str:
    places = places_of(currency)
    return f'#,##0{"." + "0" * places if places else ""}\\ "{currency}"'
