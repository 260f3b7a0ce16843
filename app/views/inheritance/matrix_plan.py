"""All attributes of one account as a matrix: attributes down, tiers across, each cell what the resolver says of it.

Arithmetic alone, as in `plan`; lengths are px at 100 % text size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.models.values import Tier
from app.services.attributes.rows import AttributeRow, ChainRow
from app.views.inheritance.plan import LEFT, Box, Look, Move, groups_of, look_of

HEAD: Final = 46
ROW: Final = 24
_LABEL: Final = 216
_LEAST_CELL: Final = 104
_MARGIN: Final = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One owner of the chain, or several folded upper providers."""

    box: Box
    rows: tuple[ChainRow, ...]

    @property
    def row(self) -> ChainRow:
        return self.rows[0]

    @property
    def title(self) -> str:
        return self.row.tier_text if len(self.rows) == 1 else "Upper providers"

    @property
    def owner(self) -> str:
        return self.row.owner if len(self.rows) == 1 else f"{len(self.rows)} more, not set"


@dataclass(frozen=True, slots=True)
class Cell:
    """What one owner says to one attribute."""

    box: Box
    look: Look
    row: ChainRow


@dataclass(frozen=True, slots=True)
class Label:
    """Name of an attribute, or head of a section where it has none."""

    box: Box
    text: str
    attribute: AttributeRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixPlan:
    """Stops of the keyboard are the cells, numbered from left to right and from top to bottom."""

    width: float
    height: float
    columns: tuple[Column, ...]
    labels: tuple[Label, ...]
    attributes: tuple[AttributeRow, ...]
    """One for each line of cells."""
    cells: tuple[Cell, ...]

    @property
    def kept_width(self) -> float:
        """Width of the labels, which stay while the rest is scrolled."""
        return LEFT + _LABEL

    @property
    def kept_height(self) -> float:
        """Height of the heads, which stay as well."""
        return HEAD + 8

    @property
    def start(self) -> int:
        """The first winner."""
        return next((n for n, cell in enumerate(self.cells) if cell.look is Look.WINS), 0)

    def step(self, stop: int, move: Move) -> int:
        """The stop after a step; at the edges it stays."""
        across = len(self.columns)
        line, place = divmod(stop, across)
        match move:
            case Move.UP:
                line = max(line - 1, 0)
            case Move.DOWN:
                line = min(line + 1, len(self.attributes) - 1)
            case Move.LEFT:
                place = max(place - 1, 0)
            case Move.RIGHT:
                place = min(place + 1, across - 1)
            case Move.HOME:
                line = 0
            case Move.END:
                line = len(self.attributes) - 1
        return line * across + place

    def attribute(self, stop: int) -> AttributeRow:
        return self.attributes[stop // len(self.columns)]

    def stop_of(self, key: str) -> int | None:
        """The winning cell of an attribute, or its first one."""
        across = len(self.columns)
        line = next((n for n, row in enumerate(self.attributes) if row.key == key), None)
        if line is None:
            return None
        cells = self.cells[line * across:(line + 1) * across]
        return line * across + next((n for n, cell in enumerate(cells) if cell.look is Look.WINS), 0)

    def box(self, stop: int) -> Box:
        return self.cells[stop].box

    def spoken(self, stop: int) -> str:
        cell, column = self.cells[stop], self.columns[stop % len(self.columns)]
        note = cell.row.note if len(column.rows) == 1 else "Nothing to pass on"
        return f"{self.attribute(stop).label}. {column.title}, {column.owner}: {cell.row.value_text}. {note}"

    def stop_at(self, x: float, y: float) -> int | None:
        return next((n for n, cell in enumerate(self.cells) if cell.box.holds(x, y)), None)


def make_matrix(attributes: Sequence[AttributeRow], *, width: float) -> MatrixPlan:
    """Lay out some attributes of one account in a width, or wider where the cells would get too narrow.

    All attributes come from one answer, so their chains have the same owners.
    """
    ranges = _ranges(attributes)
    cell_width = max((width - _LABEL - 2 * LEFT) / max(len(ranges), 1), _LEAST_CELL)
    lefts = [LEFT + _LABEL + n * cell_width for n in range(len(ranges))]
    chain = attributes[0].chain if attributes else ()
    columns = tuple(Column(Box(x, _MARGIN, cell_width, HEAD), chain[a:b])
                    for x, (a, b) in zip(lefts, ranges, strict=True))
    labels: list[Label] = []
    cells: list[Cell] = []
    y: float = _MARGIN + HEAD
    section = ""
    for row in attributes:
        if row.section != section:
            section = row.section
            labels.append(Label(Box(LEFT, y, _LABEL, ROW + 4), section, None))
            y += ROW + 4
        labels.append(Label(Box(LEFT, y, _LABEL, ROW), row.label, row))
        for x, (first, _) in zip(lefts, ranges, strict=True):
            step = row.chain[first]
            cells.append(Cell(Box(x, y, cell_width, ROW), look_of(step), step))
        y += ROW
    right = LEFT + _LABEL + len(ranges) * cell_width + LEFT
    return MatrixPlan(width=right, height=y + _MARGIN, columns=columns, labels=tuple(labels),
                      attributes=tuple(attributes), cells=tuple(cells))


def _ranges(attributes: Sequence[AttributeRow]) -> list[tuple[int, int]]:
    """Columns: upper providers are folded only where they are silent to every attribute shown."""
    if not attributes:
        return []
    length = len(attributes[0].chain)
    folds = [set(groups_of(row.chain)) for row in attributes]
    shared = {n for n in range(1, length) if all(any(a < n < b for a, b in fold) for fold in folds)}
    found: list[tuple[int, int]] = []
    for n in range(length):
        if n in shared and attributes[0].chain[n].tier is Tier.UPPER_PROVIDER:
            found[-1] = (found[-1][0], n + 1)
        else:
            found.append((n, n + 1))
    return found
