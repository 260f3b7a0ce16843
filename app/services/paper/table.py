"""The line table: rows of known height, spread over as many pages as they take.

A page that is not the last ends with what it carries forward, the next one begins with it. A heading never stands
alone at the foot of a page and is repeated where its group goes on; the totals never stand alone on a page of their own
while a row can go with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from app.services.paper.words import Words

FIRST_BASELINE_MM = 5.08
MAIN_PITCH_MM = 4.4
NOTE_PITCH_MM = 4.06
_BELOW_MM = 2.3
# Between two parts of one long text: together a line's pitch, and neither touches the rule of a page's edge.
_PART_BELOW_MM = 1.1
_PART_BASELINE_MM = MAIN_PITCH_MM - _PART_BELOW_MM
HEADING_MM = 5.33
CARRY_MM = 7.4
# A description of a thousand words is split into rows of so many lines, which pages can be broken between.
_LINES_PER_ROW = 14


class RowKind(Enum):
    """A group's heading, a document line, or the rest of a very long one."""

    HEADING = 1
    LINE = 2
    REST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row, its texts already broken into lines."""

    kind: RowKind
    heading: str
    main: tuple[str, ...]
    notes: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    """Per column the figure and what stands below it in small type."""
    amount_minor: int
    height_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """Rows of one page with the sums that enter and leave it; None where nothing is brought or carried."""

    rows: tuple[Row, ...]
    top_mm: float
    end_mm: float
    brought_minor: int | None
    carried_minor: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where rows may stand: below the table's head on the first and on further pages, down to `bottom_mm`."""

    first_top_mm: float
    next_top_mm: float
    bottom_mm: float


def heading_row(heading: str, lines: Sequence[str]) -> Row:
    """The row that names a group, its name broken into lines."""
    height = HEADING_MM + (len(lines) - 1) * NOTE_PITCH_MM
    return Row(kind=RowKind.HEADING, heading=heading, main=tuple(lines), notes=(), cells=(), amount_minor=0,
               height_mm=height)


def line_rows(
    heading: str,
    main: Sequence[str],
    notes: Sequence[str],
    cells: Sequence[Sequence[str]],
    amount_minor: int,
) -> Iterator[Row]:
    """The rows of one document line: one, unless its text is longer than a good part of a page."""
    marked = [(text, True) for text in main] + [(text, False) for text in notes]
    for start in range(0, max(1, len(marked)), _LINES_PER_ROW):
        part = marked[start : start + _LINES_PER_ROW]
        row = _first_part(heading, part, cells, amount_minor) if start == 0 else _further_part(heading, part)
        is_last = start + _LINES_PER_ROW >= len(marked)
        yield replace(row, height_mm=row.height_mm + (_BELOW_MM if is_last else _PART_BELOW_MM))


def paginate(rows: Sequence[Row], room: Room, tail_mm: float, words: Words) -> list[TablePage]:
    """Spread rows over pages so that what follows the table (`tail_mm` high) stands on the last page, under it."""
    pages: list[list[Row]] = [[]]
    y = room.first_top_mm
    units = list(_units(rows))
    for index, unit in enumerate(units):
        height = sum(row.height_mm for row in unit)
        last = index == len(units) - 1
        needed = height + (tail_mm if last else CARRY_MM)
        if pages[-1] and y + needed > room.bottom_mm:
            again = _continued(unit[0], words)
            pages.append(again)
            y = room.next_top_mm + CARRY_MM + sum(row.height_mm for row in again)
        pages[-1].extend(unit)
        y += height
    if pages[-1] and y + tail_mm > room.bottom_mm:
        pages.append([])  # the last line fills a page by itself
    return _with_sums(pages, room)


def _units(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that must stay together: a heading with the line after it."""
    unit: list[Row] = []
    for row in rows:
        unit.append(row)
        if row.kind is not RowKind.HEADING:
            yield unit
            unit = []
    if unit:
        yield unit


def _continued(first: Row, words: Words) -> list[Row]:
    """The heading once more, where a page begins within its group."""
    if first.kind is RowKind.HEADING or not first.heading:
        return []
    text = words.continued.format(heading=first.heading)
    return [heading_row(first.heading, [text])]


def _with_sums(pages: Sequence[Sequence[Row]], room: Room) -> list[TablePage]:
    result = []
    running = 0
    for index, rows in enumerate(pages):
        top = room.first_top_mm if index == 0 else room.next_top_mm + CARRY_MM
        brought = running if index else None
        running += sum(row.amount_minor for row in rows)
        end = top + sum(row.height_mm for row in rows)
        carried = running if index < len(pages) - 1 else None
        result.append(TablePage(rows=tuple(rows), top_mm=top, end_mm=end, brought_minor=brought, carried_minor=carried))
    return result


def _first_part(
    heading: str, part: Sequence[tuple[str, bool]], cells: Sequence[Sequence[str]], amount_minor: int
) -> Row:
    main, notes, text_mm = _split(part)
    cells_mm = max((len(stack) - 1 for stack in cells if stack), default=0) * NOTE_PITCH_MM
    height = FIRST_BASELINE_MM + max(text_mm, cells_mm)
    return Row(kind=RowKind.LINE, heading=heading, main=main, notes=notes, cells=tuple(map(tuple, cells)),
               amount_minor=amount_minor, height_mm=height)


def _further_part(heading: str, part: Sequence[tuple[str, bool]]) -> Row:
    main, notes, text_mm = _split(part)
    return Row(kind=RowKind.REST, heading=heading, main=main, notes=notes, cells=(), amount_minor=0,
               height_mm=_PART_BASELINE_MM + text_mm)


def _split(part: Sequence[tuple[str, bool]]) -> tuple[tuple[str, ...], tuple[str, ...], float]:
    """Main lines, notes, and the distance from the first baseline to the last."""
    main = tuple(text for text, is_main in part if is_main)
    notes = tuple(text for text, is_main in part if not is_main)
    below_main = len(notes) if main else max(0, len(notes) - 1)
    return main, notes, max(0, len(main) - 1) * MAIN_PITCH_MM + below_main * NOTE_PITCH_MM


def first_baseline_mm(row: Row) -> float:
    """From the top of a row to the baseline of its first text."""
    return {RowKind.HEADING: HEADING_MM, RowKind.LINE: FIRST_BASELINE_MM, RowKind.REST: _PART_BASELINE_MM}[row.kind]
