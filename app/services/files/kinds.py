"""What a file is, told by what it holds and never by its name: so nothing is replaced by something of another kind."""

from __future__ import annotations

import csv
import io
import re
import tomllib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app.services.files.looking import SQLITE, read_beginning, read_whole

_BY_LOG, _BY_JOURNAL = b"\2\2", b"\1\1"
"""How a database is written, by two bytes of its head: those that are worked with by a log, copies by a journal."""
COPY_MARK: Final = 0x42757243
"""What copies made by this program have as their `application_id`, so that no other database is taken for one."""
_MARK_AT: Final = slice(68, 72)
BESIDE_A_DATABASE: Final = ("-wal", "-shm", "-journal")
"""Endings of what SQLite keeps beside its file."""
_LOOK_BYTES: Final = 64 * 1024
_MOST_TOML_BYTES: Final = 4_000_000
_LINES: Final = 50
_DELIMITERS: Final = ",;\t|"
_NO_TEXT: Final = re.compile("[\x00-\x08\x0e-\x1a]")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file that the program writes. `recognises` may raise OSError where a file cannot be read."""

    words: str
    """With its article: "a PDF document"."""
    recognises: Callable[[Path], bool]
    """Whether a file that is not empty is of this kind, so that another may take its place."""


def found_words(path: Path) -> str:
    """What a file is, in words for a refusal."""
    beginning = _beginning(path)
    if beginning.startswith(SQLITE):
        return "a database that is worked with" if beginning[18:20] == _BY_LOG else "a database"
    for kind in (PDF, PNG, WORKBOOK, SVG):
        if kind.recognises(path):
            return kind.words
    return "a file of another kind" if _text(path) is None else "another text"


def is_something_else(path: Path) -> bool:
    """Whether a file is plainly somebody's document, and no database that was damaged."""
    return path.stat().st_size > 0 and not is_database(path) and (_text(path) is not None or any(
        kind.recognises(path) for kind in (PDF, PNG, WORKBOOK)))


def is_database(path: Path) -> bool:
    """Whether a file begins as an embedded database does, whoever made it."""
    return _beginning(path).startswith(SQLITE)


def belongs_to_database(path: Path) -> Path | None:
    """The database that a file belongs to by its name (its log, index or journal), there or not; None for others."""
    for ending in BESIDE_A_DATABASE:
        if path.name.casefold().endswith(ending):
            whole = path.with_name(path.name[: -len(ending)] or ".")
            if whole.is_file() and (whole.stat().st_size == 0 or is_database(whole)):
                return whole
    return None


def separated_values(head: str) -> FileKind:
    """Rows of separated values; those of a single column are recognised by their first line, `head`, alone."""
    return FileKind(words="a file of separated values", recognises=lambda path: _has_columns(path, head))


def text_file(words: str, first_words: str) -> FileKind:
    """A plain text that is told by the words it begins with."""
    return FileKind(words=words, recognises=lambda path: (_text(path) or "").startswith(first_words))


def toml_file(words: str, is_ours: Callable[[Mapping[str, Any]], bool]) -> FileKind:
    """A TOML text whose top level passes for what is to be written, by `is_ours`."""
    return FileKind(words=words, recognises=lambda path: _is_toml(path, is_ours))


def _beginning(path: Path) -> bytes:
    return read_beginning(path, _LOOK_BYTES)


def _text(path: Path) -> str | None:
    """The beginning of a file as text; None where it is none."""
    beginning = _beginning(path)
    wide = beginning.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = beginning.decode("utf-16" if wide else "utf-8-sig", "replace")
    return None if _NO_TEXT.search(text) else text


def _is_workbook(path: Path) -> bool:
    if not _beginning(path).startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(path) as packed:
            return "xl/workbook.xml" in packed.namelist()
    except zipfile.BadZipFile:
        return False


def _is_copy_of_database(path: Path) -> bool:
    """A copy at rest, made by this program: nobody who works with a database leaves it like that."""
    beginning = _beginning(path)
    is_copy = beginning[18:20] == _BY_JOURNAL and int.from_bytes(beginning[_MARK_AT], "big") == COPY_MARK
    return beginning.startswith(SQLITE) and is_copy and not any(
        path.with_name(path.name + ending).exists() for ending in BESIDE_A_DATABASE)


def _has_columns(path: Path, head: str) -> bool:
    text = _text(path)
    if text is None or text.lstrip().startswith(("{", "[", "<", "%PDF")) or _is_toml(path, bool):
        return False
    lines = text.splitlines(keepends=True)
    return bool(lines) and (lines[0].rstrip("\r\n") == head or any(_is_table(lines, mark) for mark in _DELIMITERS))


def _is_table(lines: Sequence[str], mark: str) -> bool:
    """Whether the first lines have one number of columns, at least two; a single line may be a sentence."""
    rows = [row for row in csv.reader(io.StringIO("".join(lines[:_LINES]), newline=""), delimiter=mark) if row]
    if len(lines) > _LINES:
        rows = rows[:-1]  # it may be cut
    if len(rows) == 1 and any(cell.startswith(" ") for cell in rows[0]):
        return False
    return bool(rows) and len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows)


def _is_toml(path: Path, is_ours: Callable[[Mapping[str, Any]], bool]) -> bool:
    if path.stat().st_size > _MOST_TOML_BYTES:
        return False
    try:
        return is_ours(tomllib.loads(read_whole(path).decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return False


def _is_svg(path: Path) -> bool:
    text = (_text(path) or "").lstrip()
    return text.startswith("<") and "<svg" in text


PDF: Final = FileKind(words="a PDF document", recognises=lambda path: _beginning(path).startswith(b"%PDF-"))
PNG: Final = FileKind(words="a PNG picture", recognises=lambda path: _beginning(path).startswith(b"\x89PNG\r\n\x1a\n"))
SVG: Final = FileKind(words="an SVG picture", recognises=_is_svg)
WORKBOOK: Final = FileKind(words="a workbook", recognises=_is_workbook)
DUMP: Final = FileKind(words="a copy of a server's database",
                      recognises=lambda path: _beginning(path).startswith(b"PGDMP"))
DATABASE: Final = FileKind(words="a copy of a database", recognises=_is_copy_of_database)
