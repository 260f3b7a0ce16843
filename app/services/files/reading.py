"""Reading a separated-values file into rows, with an answer for everything that files get wrong.

The header decides which mark separates the columns, unless the map says it. Rows are counted from 1 without the
header, as records: a field in quotation marks may run over several lines and is still one row. Lines without any
character are no rows. What is wrong with single rows is collected, so that one look shows all of it; what makes the
file as a whole unreadable raises InputRejected.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.services.errors import InputRejected, RowError
from app.services.files.looking import read_whole
from app.services.files.texts import CONTROL, NOT_UTF8, refusal_of_text, shown
from app.services.wording import counted

_NOT_LETTERS = re.compile(f"{CONTROL.pattern}|[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u206f]")
"""Controls, and marks that nobody sees: where a file holds none, its cells need not be looked at one by one."""
DELIMITERS = (",", ";", "\t", "|")
"""Marks that separate columns."""

_PATH_CHARACTERS = 400
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


@dataclass(slots=True)
class DataRow:
    """One row: its number and the cells that the map asks for, stripped of surrounding blanks."""

    number: int
    cells: dict[str, str]


@dataclass(slots=True)
class SourceTable:
    """A file as read: `count` data rows, of which `rows` can be looked into; `errors` says why others cannot."""

    count: int = 0
    blank: int = 0
    """Rows with separators and nothing between them, as spreadsheets leave at the end."""
    rows: list[DataRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)


class ColumnPlan(Protocol):
    """What reading asks of a map: its name, the columns it needs and where it says so, and perhaps the separator."""

    @property
    def name(self) -> str: ...

    @property
    def delimiter(self) -> str | None: ...

    @property
    def columns(self) -> tuple[str, ...]: ...

    def places_of_columns(self) -> Iterator[tuple[str, str]]:
        """Every column, and the place that speaks of it."""
        ...


def read_table(path: Path, mapping: ColumnPlan) -> SourceTable:
    """Read a file by a map.

    Raises InputRejected where there is no such file, where it is no text, and where its header lacks what the map
    names; wrong rows are in the table's `errors`.
    """
    name = shown(path.name)
    text = _decode(_bytes_of(path), name)
    lines = list(io.StringIO(text, newline=""))  # leaves the ends of lines inside fields as they are
    header, delimiter = _header(lines, name, mapping)
    return _TableReader(text, lines, delimiter, header, mapping.columns).read()


@dataclass(frozen=True, slots=True, kw_only=True)
class _AnyColumns:
    """Stands for a map that is not written yet."""

    delimiter: str | None
    name: str = "no map"
    columns: tuple[str, ...] = ()

    def places_of_columns(self) -> Iterator[tuple[str, str]]:
        return iter(())


def read_everything(path: Path) -> tuple[list[str], SourceTable]:
    """The columns of a file that no map speaks of yet, those without a name left out, and all its rows.

    The mark that separates most columns of the header is taken. Raises InputRejected as `read_table` does.
    """
    name = shown(path.name)
    text = _decode(_bytes_of(path), name)
    lines = list(io.StringIO(text, newline=""))
    headers = {mark: _first_record(lines, mark) or [] for mark in DELIMITERS}
    header, delimiter = _header(lines, name,
                                _AnyColumns(delimiter=max(DELIMITERS, key=lambda mark: len(headers[mark]))))
    columns = [column for column in header if column]
    return columns, _TableReader(text, lines, delimiter, header, columns).read()


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise _no_file(path, "is a folder. Name the file in it.")
        if path.exists() and not (path.is_file() or path.is_fifo()):
            raise _no_file(path, "is not a file. Name one.")
        return read_whole(path)
    except FileNotFoundError:
        raise _no_file(path, "is not there. Check its name and folder.") from None
    except PermissionError:
        raise _no_file(path, "may not be read by you. Ask for the right to read it, or take a copy.") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not a path"
        raise _no_file(path, f"cannot be read: {why}.") from None


def _no_file(path: Path, message: str) -> InputRejected:
    name = shown(str(path), _PATH_CHARACTERS)
    return InputRejected(f"{name} {message}", [RowError(row=0, field="file", value=name, message=f"{name} {message}")])


def _decode(data: bytes, name: str) -> str:
    """The text of a file; bytes that are not UTF-8 stay recognisable, to be reported with their row."""
    if data.startswith(_WIDE_MARKS):
        raise _unreadable(name, "is UTF-16 or UTF-32. Save it as UTF-8.")
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")


def _unreadable(name: str, message: str, fields: Sequence[RowError] = ()) -> InputRejected:
    """The refusal of a whole file; row 0 stands for its header."""
    rows = fields or (RowError(row=0, field="header", value=name, message=f"{name} {message}"),)
    return InputRejected(f"{name} {message}", rows)


# --------------------------------------------------------------------------- the header


def _header(lines: Sequence[str], name: str, mapping: ColumnPlan) -> tuple[list[str], str]:
    """The names of the columns, and the mark that separates them: the one that yields most of what the map names."""
    if not any(map(str.strip, lines)):
        raise _unreadable(name, "is empty. Its first line names the columns, for instance: "
                                f"{','.join(mapping.columns)}.")
    found: list[tuple[int, int, list[str], str]] = []
    for rank, delimiter in enumerate([mapping.delimiter] if mapping.delimiter else DELIMITERS):
        header = _first_record(lines, delimiter)
        if header is not None:
            hits = len(set(mapping.columns) & set(header))
            found.append((-hits, rank, header, delimiter))
    if not found:
        raise _unreadable(name, "has a header that cannot be read. A quotation mark in its first line is not closed.")
    _, _, header, delimiter = min(found, key=lambda each: each[:2])
    _check_header(header, name, mapping)
    return header, delimiter


def _first_record(lines: Sequence[str], delimiter: str) -> list[str] | None:
    record = next(_records(lines, delimiter), None)
    return [cell.strip() for cell in record] if isinstance(record, list) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Broken:
    """A line that begins a record which cannot be read, and why."""

    line: str
    why: str


def _records(lines: Sequence[str], delimiter: str) -> Iterator[list[str] | _Broken]:
    """The records of a file, lines without any character left out.

    Where a quotation mark spoils a record, its first line alone is given up and reading goes on with the next, so that
    one look at a file shows every such line.
    """
    begin, end = 0, len(lines)
    while begin < end:
        rest = (lines[number] for number in range(begin, end))
        reader = csv.reader(rest, delimiter=delimiter, strict=True, skipinitialspace=delimiter != "\t")
        first = begin
        try:
            for record in reader:
                if record:
                    yield record
                first = begin + reader.line_num
            begin = end
        except csv.Error as error:
            yield _Broken(line=lines[first].rstrip("\r\n"), why=_quote_words(str(error)))
            begin = first + 1


def _check_header(header: list[str], name: str, mapping: ColumnPlan) -> None:
    strange = [column for column in header if NOT_UTF8.search(column) or CONTROL.search(column)]
    if strange:
        raise _unreadable(name, f'has a header with characters that are no text: "{shown(strange[0])}". Save it as '
                                "UTF-8.")
    twice = [column for column, count in Counter(header).items() if column and count > 1]
    if twice:
        raise _unreadable(name, f'names the column "{shown(twice[0])}" {header.count(twice[0])} times. Give each '
                                "column a name of its own.")
    places: dict[str, str] = {}
    for column, place in mapping.places_of_columns():
        if column not in header:
            places.setdefault(column, place)
    if places:
        errors = [RowError(row=0, field=column, value="", message=_missing_column(column, place, header, mapping))
                  for column, place in places.items()]
        words = ["cannot be read by the map.", errors[0].message]
        if len(errors) > 1:
            words.append(f"{counted(len(errors) - 1, 'more is', 'more are')} missing.")
        raise _unreadable(name, " ".join(words), errors)


def _missing_column(column: str, place: str, header: list[str], mapping: ColumnPlan) -> str:
    close = difflib.get_close_matches(column.casefold(), [h.casefold() for h in header], n=1)
    there = [h for h in header if close and h.casefold() == close[0]]
    words = f'Did you mean "{shown(there[0])}"?' if there else f"Its columns: {shown(', '.join(filter(None, header)))}."
    return f'There is no column "{column}" ({mapping.name}, {place}). {words}'


# --------------------------------------------------------------------------- the rows


class _TableReader:
    def __init__(
        self, text: str, lines: Sequence[str], delimiter: str, header: list[str], wanted: Sequence[str]
    ) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._header = header
        self._wanted = [(column, header.index(column)) for column in wanted]
        self._suspicious = NOT_UTF8.search(text) is not None or "\0" in text
        self._controls = _NOT_LETTERS.search(re.sub(r"\r?\n", "", text)) is not None or '"' in text
        self._table = SourceTable()

    def read(self) -> SourceTable:
        records = _records(self._lines, self._delimiter)
        next(records)  # the header
        for number, record in enumerate(records, start=1):
            self._table.count = number
            if isinstance(record, _Broken):
                self._refuse(number, "row", record.line, record.why)
            else:
                self._take(number, record)
        return self._table

    def _refuse(self, number: int, column: str, value: str, message: str) -> None:
        self._table.errors.append(RowError(row=number, field=column, value=shown(value), message=message))

    def _take(self, number: int, record: list[str]) -> None:
        if not any(map(str.strip, record)):
            self._table.blank += 1
            return
        if len(record) != len(self._header):
            self._refuse(number, "row", self._delimiter.join(record),
                         f"The row has {counted(len(record), 'column')}, the header has {len(self._header)}. Put a "
                         f"text that holds {_WORD_OF[self._delimiter]} in quotation marks, and leave no column out.")
            return
        if self._suspicious and not self._is_text(number, record):
            return
        cells = {column: record[index].strip() for column, index in self._wanted}
        if self._controls and not self._is_plain(number, cells):
            return
        self._table.rows.append(DataRow(number, cells))

    def _is_text(self, number: int, record: list[str]) -> bool:
        """Whether every cell is text, also where the map does not look; says where not."""
        before = len(self._table.errors)
        for column, cell in zip(self._header, record, strict=True):
            wrong = NOT_UTF8.search(cell)
            if wrong is not None:
                byte = ord(wrong.group()) - 0xDC00
                self._refuse(number, column, cell, f"The text is not UTF-8 (byte 0x{byte:02X}). Save the "
                                                   "file as UTF-8.")
            elif "\0" in cell:
                self._refuse(number, column, cell, "The text holds a NUL character. Remove it.")
        return len(self._table.errors) == before

    def _is_plain(self, number: int, cells: dict[str, str]) -> bool:
        before = len(self._table.errors)
        for column, cell in cells.items():
            refusal = refusal_of_text(cell)
            if refusal:
                self._refuse(number, column, cell, f"The text {refusal}")
        return len(self._table.errors) == before


_WORD_OF = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "an upright stroke"}


def _quote_words(error: str) -> str:
    """What the reader's complaint means."""
    if "field limit" in error:
        return (f"One field is longer than {counted(csv.field_size_limit(), 'character')}. Most likely a "
                "quotation mark is not closed. Close it; a quotation mark inside a text is doubled.")
    if "end of data" in error:
        return "A quotation mark opens here and is never closed. Close it; a quotation mark inside a text is doubled."
    return ("A quotation mark stands inside a text, or one that opens here is not closed. Double it inside a text, and "
            "put the whole text in quotation marks.")
