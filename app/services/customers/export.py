"""A customer list as a file: the rows and columns that are shown, as separated values or as a workbook.

It is written whole or not at all (`files/writing.py`), row by row.
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
from typing import Any, BinaryIO, Final

from app.models.parties.powers import Power
from app.models.values import Money, places_of, plain_amount
from app.services.access.authorize import authorize
from app.services.customers.choice import Selected, selected_rows
from app.services.customers.columns import CellValue, ListColumn, columns_by_key
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.files.kinds import WORKBOOK, separated_values
from app.services.files.texts import CONTROL
from app.services.files.writing import writing
from app.services.jobs import JobContext
from app.services.providers.queries import provider_context
from app.services.wording import counted

Write = Callable[[Sequence[CellValue]], None]

FORMATS: Final = {".csv": "Separated values", ".xlsx": "Workbook"}
_MOST_IN_WORKBOOK: Final = 1_048_575
_FORMULA: Final = ("=", "+", "-", "@")
_TEXT_MARKS: Final = ("\t", "\r", "\n")
_BLANK: Final = "\ufeff" + "".join(
    letter for letter in map(chr, range(0x3001)) if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf"))


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    path: Path
    rows: int

    @property
    def sentence(self) -> str:
        return f"{counted(self.rows, 'row')} written to {self.path}."


def export_customers(
    database: Database, context: JobContext, *, selected: Selected, columns: Sequence[str], path: Path
) -> Exported:
    """Write customers to a file; its ending says how. `columns` are keys in the order shown.

    Raises InputRejected for another ending, an unknown column, a list too long for a workbook, and where the place
    cannot be written. Stopped or failed, nothing of it stays.
    """
    sheet = columns_by_key(columns)
    writer = _writer_for(path)
    with database.read() as session:
        authorize(session, Power.CUSTOMERS_EXPORT)
        currency = provider_context(session, selected.question.provider_id).currency
    kind = WORKBOOK if writer is _workbook else separated_values(_head_line(sheet, currency))
    rows = 0
    with writing(path, kind) as file, writer(file, sheet, currency) as write:
        for row in selected_rows(database, context, selected=selected):
            write([column.value(row) for column in sheet])
            rows += 1
    return Exported(path, rows)


def _writer_for(path: Path) -> Callable[[BinaryIO, Sequence[ListColumn], str], AbstractContextManager[Write]]:
    match path.suffix.lower():
        case ".csv":
            return _separated
        case ".xlsx":
            return _workbook
    raise InputRejected(f'"{path.name}" does not say what kind of file it is. Let the name end in .csv or .xlsx.')


# --------------------------------------------------------------------------- separated values


@contextmanager
def _separated(file: BinaryIO, sheet: Sequence[ListColumn], currency: str) -> Iterator[Write]:
    """RFC 4180 in UTF-8. Amounts are plain decimals in the currency of the head; others carry their code."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")

    def write(values: Sequence[CellValue]) -> None:
        writer.writerow([_plain(value, currency) for value in values])

    text.write(f"{_head_line(sheet, currency)}\r\n")
    yield write
    text.detach()  # all of it is in the file, which stays open


def _head_line(sheet: Sequence[ListColumn], currency: str) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([_head(column, currency) for column in sheet])
    return line.getvalue()


_MONEY_KEYS: Final = frozenset({"balance", "overdue", "payable", "credit"})


def _head(column: ListColumn, currency: str) -> str:
    return f"{column.title} ({currency})" if column.key in _MONEY_KEYS else column.title


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
def _workbook(file: BinaryIO, sheet: Sequence[ListColumn], currency: str) -> Iterator[Write]:
    """Figures, dates and amounts as such, each amount in the format of its currency; the head stays in view.

    Rows go straight to the disk, so memory does not grow with them.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    book = Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    page = _Page(book, sheet, currency)
    try:
        yield page.write
    finally:
        try:
            book.close()
        except XlsxFileError as error:
            raise OSError(str(error)) from error


class _Page:
    """The one sheet of a workbook."""

    def __init__(self, book: Any, sheet: Sequence[ListColumn], currency: str) -> None:
        self._book = book
        self._page = book.add_worksheet("Customers")
        self._formats: dict[str, Any] = {}
        self._next = 0
        head = book.add_format({"bold": True, "bottom": 1})
        right = book.add_format({"bold": True, "bottom": 1, "align": "right"})
        for place, column in enumerate(sheet):
            self._page.set_column(place, place, column.width)
            is_right = column.key in _MONEY_KEYS | {"services", "oldest"}
            self._page.write_string(0, place, _head(column, currency), right if is_right else head)
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
