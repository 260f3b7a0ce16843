"""Columns of the line table and its drawing, for any number of right-aligned columns beside the description."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.paper import page_parts as parts
from app.services.paper import table
from app.services.paper.drawing import Surface, TextStyle
from app.services.paper.fonts import SEMIBOLD
from app.services.paper.page_parts import LEFT_MM, RIGHT_MM, WIDTH_MM
from app.services.paper.text_fit import shrunk, wrap

Cells = tuple[tuple[str, ...], ...]
"""Figures of one line by column, each with what stands under it in small type."""

GAP_MM = 3.0
_HEAD = TextStyle(face=SEMIBOLD, size_pt=7.9, colour=parts.MUTED)
_HEAD_TO_RULE_MM = 2.6
_HEAD_PITCH_MM = 3.6
_DESCRIPTION_MIN_MM = 50.0


@dataclass(frozen=True, slots=True)
class Column:
    """A right-aligned column: its title broken into lines, and where it ends."""

    title: tuple[str, ...]
    right_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The figures' columns and style, beside the title of the description and the room left to it."""

    description: str
    description_mm: float
    figures: tuple[Column, ...]
    style: TextStyle

    @property
    def head_mm(self) -> float:
        """From the baseline of a one-line head to the rule under the real one."""
        return _HEAD_TO_RULE_MM + (self._title_lines - 1) * _HEAD_PITCH_MM

    @property
    def _title_lines(self) -> int:
        return max(len(column.title) for column in self.figures)

    def draw_head(self, surface: Surface, baseline_mm: float) -> None:
        """Titles and the rule under them; titles of several lines grow downwards."""
        last = baseline_mm + (self._title_lines - 1) * _HEAD_PITCH_MM
        surface.text(LEFT_MM, last, self.description, shrunk(self.description, _HEAD, self.description_mm))
        for column in self.figures:
            for index, text in enumerate(reversed(column.title)):
                surface.text_right(column.right_mm, last - index * _HEAD_PITCH_MM, text, _HEAD)
        rule = baseline_mm + self.head_mm
        surface.line(LEFT_MM, rule, RIGHT_MM, rule, parts.THICK)


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryWords:
    """Sums that leave a page and enter the next, in words and figures."""

    brought: tuple[str, str] | None
    carried: tuple[str, str] | None


def columns_for(
    description: str, titles: Sequence[tuple[str, float]], cells: Sequence[Cells], style: TextStyle
) -> Columns:
    """Columns as wide as their least width, wider where figures or titles need it; a column without any is left out.

    Figures that would leave the description too little room are set smaller, all alike, so that columns stay columns.
    """
    needed = [
        _needed_width(title, [line[index] for line in cells], least_mm, style)
        for index, (title, least_mm) in enumerate(titles)
    ]
    factor = min(1.0, (WIDTH_MM - _DESCRIPTION_MIN_MM) / max(1.0, sum(needed)))
    columns = []
    right = RIGHT_MM
    for (title, _), width in reversed(list(zip(titles, needed, strict=True))):
        broken = tuple(wrap(title, _HEAD, width * factor - GAP_MM)) if width else ()
        columns.append(Column(broken, right))
        right -= width * factor
    return Columns(description=description, description_mm=right - LEFT_MM, figures=tuple(reversed(columns)),
                   style=style.scaled(factor))


def draw_table_page(surface: Surface, columns: Columns, page: table.TablePage, carry: CarryWords) -> None:
    """Rows of one page between what is brought and what is carried forward."""
    if carry.brought:
        _draw_carry(surface, page.top_mm - table.CARRY_MM, carry.brought)
        surface.line(LEFT_MM, page.top_mm, RIGHT_MM, page.top_mm, parts.THIN)
    y = page.top_mm
    before: table.RowKind | None = None
    for row in page.rows:
        if before not in {None, table.RowKind.HEADING} and row.kind is not table.RowKind.REST:
            surface.line(LEFT_MM, y, RIGHT_MM, y, parts.THIN)
        _draw_row(surface, columns, row, y)
        y += row.height_mm
        before = row.kind
    surface.line(LEFT_MM, page.end_mm + 0.4, RIGHT_MM, page.end_mm + 0.4, parts.THICK)
    if carry.carried:
        _draw_carry(surface, page.end_mm, carry.carried)


def draw_total(surface: Surface, left_mm: float, baseline_mm: float, texts: tuple[str, str], style: TextStyle) -> None:
    """One line of a sum: its label at `left_mm`, its value at the right margin."""
    label, value = texts
    value_style = shrunk(value, style, 45)
    surface.text_right(RIGHT_MM, baseline_mm, value, value_style)
    room = RIGHT_MM - left_mm - value_style.width_mm(value) - GAP_MM
    surface.text(left_mm, baseline_mm, label, shrunk(label, style, room))


def _needed_width(title: str, stacks: Sequence[Sequence[str]], least_mm: float, style: TextStyle) -> float:
    texts = {text for stack in stacks for text in stack}
    if not texts:
        return 0.0
    figures = max(style.width_mm(text) for text in texts)
    longest_word = max(_HEAD.width_mm(word) for word in title.split(" "))
    return max(least_mm, GAP_MM + figures, GAP_MM + longest_word)


def _draw_carry(surface: Surface, top_mm: float, texts: tuple[str, str]) -> None:
    draw_total(surface, LEFT_MM, top_mm + 5.0, texts, parts.BODY_STRONG)


def _draw_row(surface: Surface, columns: Columns, row: table.Row, top_mm: float) -> None:
    first = top_mm + table.first_baseline_mm(row)
    if row.kind is table.RowKind.HEADING:
        for index, text in enumerate(row.main):
            style = shrunk(text, parts.HEADING, WIDTH_MM)
            surface.text(LEFT_MM, first + index * table.NOTE_PITCH_MM, text, style)
        return
    for index, text in enumerate(row.main):
        surface.text(LEFT_MM, first + index * table.MAIN_PITCH_MM, text, parts.BODY)
    below = first + (max(0, len(row.main) - 1) * table.MAIN_PITCH_MM)
    for index, text in enumerate(row.notes, start=1 if row.main else 0):
        surface.text(LEFT_MM, below + index * table.NOTE_PITCH_MM, text, parts.CAPTION)
    for column, stack in zip(columns.figures, row.cells, strict=False):  # the rest of a long text has no figures
        for index, text in enumerate(stack):
            style = columns.style if index == 0 else parts.CAPTION
            surface.text_right(column.right_mm, first + index * table.NOTE_PITCH_MM, text, style)
