"""Where the value of a field comes from: a column, a template over columns, a constant, or months before a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from app.services.files.texts import BadText, DateFormat, months_before, shown

Cells: TypeAlias = Mapping[str, str]
"""One data row: column name → text, stripped of surrounding blanks."""

MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A text with columns of the row in braces: "{customerID}-PHONE". Doubled braces stand for themselves."""

    text: str
    parts: tuple[tuple[str, str | None], ...]
    """Literal text and the column that follows it."""
    columns: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Template:
        parts: list[tuple[str, str | None]] = []
        literal = ""
        for plain, doubled, column in re.findall(r"([^{}]+)|(\{\{|\}\})|\{([^{}]*)\}|[{}]", text):
            if column.strip():
                parts.append((literal, column.strip()))
                literal = ""
            elif plain or doubled:
                literal += plain or doubled[0]
            else:
                raise BadText(f'the template "{shown(text)}" has a brace without its partner or without a column '
                              "between. Write columns as {column}, and a brace itself twice.")
        return cls(text=text, parts=(*parts, (literal, None)),
                   columns=tuple(column for _, column in parts if column is not None))

    def text_of(self, cells: Cells) -> str:
        """The template filled from a row; nothing where all its columns are empty."""
        filled = [cells[column] for column in self.columns]
        if filled and not any(filled):
            return ""
        return "".join(literal + (cells[column] if column is not None else "")
                       for literal, column in self.parts).strip()

    def empty_columns(self, cells: Cells) -> list[str]:
        return [column for column in self.columns if not cells[column]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSource:
    """A column of the file."""

    column: str
    default: object = None
    """Value, already read, of a row whose cell is empty."""
    date: DateFormat | None = None
    """A format of its own, where the column differs from the rest of the file."""
    pick: Literal["earliest", "latest"] | None = None
    """Of all rows that share the key, take the earliest or latest day."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def text_of(self, cells: Cells) -> str:
        return cells[self.column]


@dataclass(frozen=True, slots=True)
class ConstantSource:
    """The same value for every row."""

    value: object

    @property
    def columns(self) -> tuple[str, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class MonthsBefore:
    """The day that lies as many months before a given one as a column says."""

    column: str
    before: date

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def text_of(self, cells: Cells) -> str:
        return cells[self.column]

    def day(self, text: str) -> date:
        """The day; raises BadText unless the text is a whole number of months."""
        if not re.fullmatch(r"\d{1,4}", text, re.ASCII) or int(text) > MOST_MONTHS:
            raise BadText(f'"{shown(text)}" is not a number of months. Write a whole number from 0 to {MOST_MONTHS}.')
        return months_before(self.before, int(text))


Source: TypeAlias = ColumnSource | Template | ConstantSource | MonthsBefore


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A test on one column that decides whether a row (or a service of it) counts at all."""

    column: str
    words: frozenset[str] | None = None
    """The cell is one of these; None: the cell is only looked at for being filled."""
    negated: bool = False

    def holds(self, cells: Cells) -> bool:
        cell = cells[self.column]
        answer = bool(cell) if self.words is None else cell in self.words
        return answer is not self.negated
