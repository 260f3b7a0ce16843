"""A plain report on paper: a title, a few facts, one or more tables with their sums. For lists that people keep.

Columns are as wide as their share of the page, texts are broken or set smaller to fit, heads repeat on every page, and
every page says which of how many it is. Drawing needs nothing but the report.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.services.paper import fonts
from app.services.paper import page_parts as parts
from app.services.paper.canvas import FileFacts, ReportlabSurface
from app.services.paper.drawing import Surface, TextStyle
from app.services.paper.fonts import SEMIBOLD
from app.services.paper.page_parts import LEFT_MM, RIGHT_MM, WIDTH_MM
from app.services.paper.text_fit import shrunk, wrap

_TITLE = TextStyle(face=SEMIBOLD, size_pt=17.0, colour=parts.INK)
_SECTION = TextStyle(face=SEMIBOLD, size_pt=11.5, colour=parts.INK)
_CELL = parts.LABEL
_STRONG = parts.VALUE

_TOP_MM, _BOTTOM_MM = 22.0, 281.0
_LINE_MM = 4.0
_ROW_MM = 1.8
_HEAD_MM = 7.0
_GAP_MM = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportColumn:
    """One column: its heading, its share of the width, and whether figures stand in it."""

    title: str
    share: int = 1
    is_figure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """Rows below a heading; `sums` stand below a rule and are as long as a row."""

    heading: str = ""
    columns: Sequence[ReportColumn]
    rows: Sequence[Sequence[str]]
    sums: Sequence[Sequence[str]] = ()
    nothing: str = "Nothing."
    """What stands there without rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that is printed."""

    title: str
    facts: Sequence[tuple[str, str]]
    """Label and value, side by side below the title."""
    tables: Sequence[ReportTable]
    foot: str
    """Left of the page number: whose report, of when."""
    author: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """Something of known height: a heading, a row, a sum. A heading keeps the next piece on its page."""

    height_mm: float
    table: ReportTable
    cells: tuple[tuple[str, ...], ...] = ()
    heading: str = ""
    is_sum: bool = False
    is_heading: bool = False


def render_report(report: Report) -> bytes:
    """The PDF of a report; the same report always gives the same bytes."""
    buffer = io.BytesIO()
    surface = ReportlabSurface(buffer, FileFacts(title=report.title, author=report.author, language="en",
                                                 created=report.on))
    pages = list(_paged(report))
    for index, pieces in enumerate(pages):
        surface.new_page()
        y = _draw_title(surface, report) if index == 0 else _TOP_MM
        _draw_pieces(surface, pieces, y)
        foot = fonts.printable(report.foot)
        surface.text(LEFT_MM, 288.5, foot, shrunk(foot, parts.SMALL, WIDTH_MM - 30))
        surface.text_right(RIGHT_MM, 288.5, f"Page {index + 1} of {len(pages)}", parts.SMALL)
    surface.commit()
    surface.close()
    return buffer.getvalue()


def _draw_title(surface: Surface, report: Report) -> float:
    title = fonts.printable(report.title)
    surface.text(LEFT_MM, _TOP_MM, title, shrunk(title, _TITLE, WIDTH_MM))
    facts, end = _placed_facts(report)
    for x, y, label, value in facts:
        surface.text(x, y, label, parts.CAPTION)
        surface.text(x, y + 4.5, value, shrunk(value, parts.VALUE, WIDTH_MM))
    return end


def _placed_facts(report: Report) -> tuple[list[tuple[float, float, str, str]], float]:
    """Place, label and value of each fact, as many side by side as there is room; and where the tables begin."""
    x, y, placed = LEFT_MM, _TOP_MM + 7.0, []
    for label, value in report.facts:
        text = fonts.printable(value)
        width = max(parts.CAPTION.width_mm(label), parts.VALUE.width_mm(text))
        if x > LEFT_MM and x + width > RIGHT_MM:
            x, y = LEFT_MM, y + 10.5
        placed.append((x, y, label, text))
        x += width + 10.0
    return placed, y + 14.0 if placed else _TOP_MM + 10.0


def _paged(report: Report) -> Iterator[list[_Piece]]:
    page: list[_Piece] = []
    _, y = _placed_facts(report)
    pieces = [piece for table in report.tables for piece in _pieces(table)]
    for place, piece in enumerate(pieces):
        follows = pieces[place + 1].height_mm if piece.is_heading and place + 1 < len(pieces) else 0.0
        if page and y + piece.height_mm + follows > _BOTTOM_MM:
            yield page
            page, y = [], _TOP_MM
            if not piece.is_heading:
                page.append(_head(piece.table, again=True))
                y += page[0].height_mm
        page.append(piece)
        y += piece.height_mm
    yield page


def _pieces(table: ReportTable) -> Iterator[_Piece]:
    yield _head(table)
    if not table.rows:
        yield _Piece(height_mm=_LINE_MM + _ROW_MM + 3.0, table=table, cells=((table.nothing,),))
        return
    for place, row in enumerate(table.rows):
        yield _row(table, row, is_last=place == len(table.rows) - 1 and not table.sums)
    for place, row in enumerate(table.sums):
        yield _row(table, row, is_sum=True, is_last=place == len(table.sums) - 1)


def _head(table: ReportTable, *, again: bool = False) -> _Piece:
    heading = fonts.printable(table.heading)
    if again and heading:
        heading = f"{heading} (continued)"
    return _Piece(height_mm=_HEAD_MM + (7.0 if heading else 0.0), table=table, heading=heading, is_heading=True)


def _row(table: ReportTable, row: Sequence[str], *, is_sum: bool = False, is_last: bool = False) -> _Piece:
    style = _STRONG if is_sum else _CELL
    cells = tuple(
        (fonts.printable(text),) if column.is_figure
        else tuple(wrap(fonts.printable(text), style, width - _GAP_MM)) or ("",)
        for text, column, (_, width) in zip(row, table.columns, _places(table), strict=True))
    lines = max(len(cell) for cell in cells)
    height = lines * _LINE_MM + _ROW_MM + (5.0 if is_last else 0.0)
    return _Piece(height_mm=height, table=table, cells=cells, is_sum=is_sum)


def _places(table: ReportTable) -> list[tuple[float, float]]:
    """Left edge and width of each column."""
    total, x, places = sum(column.share for column in table.columns), LEFT_MM, []
    for column in table.columns:
        width = WIDTH_MM * column.share / total
        places.append((x, width))
        x += width
    return places


def _draw_pieces(surface: Surface, pieces: Sequence[_Piece], top_mm: float) -> None:
    y, is_first = top_mm, True
    for piece in pieces:
        if piece.is_heading:
            _draw_head(surface, piece, y)
        elif len(piece.cells) == 1 and len(piece.table.columns) > 1:
            surface.text(LEFT_MM, y, piece.cells[0][0], parts.LABEL)
        else:
            _draw_row(surface, piece, y, is_first=is_first)
        is_first = piece.is_heading
        y += piece.height_mm


def _draw_head(surface: Surface, piece: _Piece, y: float) -> None:
    if piece.heading:
        surface.text(LEFT_MM, y, piece.heading, shrunk(piece.heading, _SECTION, WIDTH_MM))
        y += 7.0
    for column, (x, width) in zip(piece.table.columns, _places(piece.table), strict=True):
        style = shrunk(column.title, parts.CAPTION_STRONG, width - _GAP_MM)
        if column.is_figure:
            surface.text_right(x + width, y, column.title, style)
        else:
            surface.text(x, y, column.title, style)
    surface.line(LEFT_MM, y + 2.0, RIGHT_MM, y + 2.0, parts.THICK)


def _draw_row(surface: Surface, piece: _Piece, y: float, *, is_first: bool) -> None:
    if not is_first:
        pen = parts.THICK if piece.is_sum else parts.THIN
        surface.line(LEFT_MM, y - _LINE_MM + 0.2, RIGHT_MM, y - _LINE_MM + 0.2, pen)
    style = _STRONG if piece.is_sum else _CELL
    for cell, column, (x, width) in zip(piece.cells, piece.table.columns, _places(piece.table), strict=True):
        for place, text in enumerate(cell):
            if column.is_figure:
                surface.text_right(x + width, y, text, shrunk(text, style, width - _GAP_MM))
            else:
                surface.text(x, y + place * _LINE_MM, text, shrunk(text, style, width - _GAP_MM))
