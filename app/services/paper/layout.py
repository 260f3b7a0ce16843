"""Placing of an invoice on pages: pure, from a document to a plan that draws itself on any surface.

A design says how its own first page, columns, rows and sums look; breaking into pages, heads and feet of pages and the
payment slip are the same for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.models.values import InvoiceLayout
from app.services.invoicing.document import InvoiceDocument
from app.services.paper import layout_business, layout_standard, table
from app.services.paper import page_parts as parts
from app.services.paper.drawing import Surface
from app.services.paper.line_table import CarryWords, Columns, draw_table_page
from app.services.paper.sheet import Sheet, sheet_of

_FOLLOWING_HEAD_BASELINE_MM = 27.0


class Design(Protocol):
    """What makes one layout differ from another; bound to one sheet."""

    head_baseline_mm: float
    """Where the head of the table stands on the first page."""

    def columns(self) -> Columns:
        """Columns of the line table."""

    def rows(self, columns: Columns) -> list[table.Row]:
        """Rows of the line table in these columns."""

    def tail_mm(self) -> float:
        """Height of what follows the table."""

    def draw_first_head(self, surface: Surface) -> None:
        """Everything above the table of the first page."""

    def draw_tail(self, surface: Surface, top_mm: float) -> None:
        """Sums and help below the last row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePlan:
    """One document, measured and placed."""

    sheet: Sheet
    design: Design
    columns: Columns
    pages: tuple[table.TablePage, ...]
    slip_apart: bool
    """The slip does not fit under the sums and has a page of its own."""

    @property
    def page_count(self) -> int:
        return len(self.pages) + self.slip_apart

    def draw(self, surface: Surface) -> None:
        """Draw all pages, each begun with `new_page`."""
        for index, page in enumerate(self.pages):
            surface.new_page()
            self._draw_head(surface, is_first=index == 0)
            draw_table_page(surface, self.columns, page, self._carry(page))
            if page.carried_minor is None:
                self.design.draw_tail(surface, page.end_mm)
                if self.sheet.is_payable and not self.slip_apart:
                    parts.draw_slip(surface, self.sheet)
            parts.draw_foot(surface, self.sheet, index + 1, self.page_count)
        if self.slip_apart:
            surface.new_page()
            parts.draw_following_head(surface, self.sheet)
            parts.draw_slip(surface, self.sheet)
            parts.draw_foot(surface, self.sheet, self.page_count, self.page_count)

    def _draw_head(self, surface: Surface, *, is_first: bool) -> None:
        if is_first:
            self.design.draw_first_head(surface)
            self.columns.draw_head(surface, self.design.head_baseline_mm)
        else:
            parts.draw_following_head(surface, self.sheet)
            self.columns.draw_head(surface, _FOLLOWING_HEAD_BASELINE_MM)

    def _carry(self, page: table.TablePage) -> CarryWords:
        words, money = self.sheet.words, self.sheet.money
        brought = None if page.brought_minor is None else (words.brought_forward, money(page.brought_minor))
        carried = None if page.carried_minor is None else (words.carried_forward, money(page.carried_minor))
        return CarryWords(brought=brought, carried=carried)


def plan_invoice(document: InvoiceDocument) -> PagePlan:
    """Place a document in its own layout; raises MoneyError for an unknown currency."""
    sheet = sheet_of(document)
    design = _design_of(sheet)
    columns = design.columns()
    room = table.Room(
        first_top_mm=design.head_baseline_mm + columns.head_mm,
        next_top_mm=_FOLLOWING_HEAD_BASELINE_MM + columns.head_mm,
        bottom_mm=parts.BODY_BOTTOM_MM,
    )
    tail_mm = design.tail_mm()
    pages = table.paginate(design.rows(columns), room, tail_mm, sheet.words)
    fits = pages[-1].end_mm + tail_mm <= parts.SLIP_TOP_MM - 3
    return PagePlan(sheet=sheet, design=design, columns=columns, pages=tuple(pages),
                    slip_apart=sheet.is_payable and not fits)


def _design_of(sheet: Sheet) -> Design:
    if sheet.document.layout is InvoiceLayout.BUSINESS:
        return layout_business.BusinessDesign(sheet)
    return layout_standard.StandardDesign(sheet)
