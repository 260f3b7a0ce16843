"""The *Business* layout: a dark band with what to pay, the account's movements across the page, and every line with its
quantity, price, net, tax and amount, grouped by service.
"""

from __future__ import annotations

from itertools import groupby

from app.services.invoicing.document import DocumentLine
from app.services.paper import page_parts as parts
from app.services.paper import table
from app.services.paper.drawing import Pen, Surface, TextStyle
from app.services.paper.fonts import BOLD, REGULAR, SEMIBOLD
from app.services.paper.line_table import Cells, Columns, columns_for, draw_total
from app.services.paper.page_parts import LEFT_MM, RIGHT_MM, WIDTH_MM
from app.services.paper.sheet import Sheet
from app.services.paper.text_fit import shrunk, shrunk_or_wrapped, wrap

_NAME = TextStyle(face=BOLD, size_pt=14.4, colour=parts.INK)
_TITLE = TextStyle(face=SEMIBOLD, size_pt=18.7, colour=parts.INK)
_BAND_LABEL = TextStyle(face=REGULAR, size_pt=8.6, colour=parts.WHITE)
_BAND_AMOUNT = TextStyle(face=BOLD, size_pt=17.0, colour=parts.WHITE)
_BAND_DATE = TextStyle(face=SEMIBOLD, size_pt=13.0, colour=parts.WHITE)
_FIGURE = TextStyle(face=SEMIBOLD, size_pt=10.8, colour=parts.TEXT)
_FIGURE_TOTAL = TextStyle(face=BOLD, size_pt=10.8, colour=parts.TEXT)
_BODY_TOTAL = TextStyle(face=BOLD, size_pt=9.4, colour=parts.TEXT)
_SEPARATOR = Pen(width_pt=0.7, colour=parts.EDGE)

_FACTS_LEFT_MM = 120.4
_BAND_TOP_MM = 90.2
_QUANTITY_MAX_MM = 30.0
_TOTALS_LEFT_MM = 108.7
_TOTALS_PITCH_MM = 5.84
_HELP_WIDTH_MM = 82.0


class BusinessDesign:
    """The layout bound to one sheet."""

    head_baseline_mm = 129.0

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        rates = {sheet.rate(line.tax_rate_bp, line.tax_minor) for line in sheet.document.lines}
        self._one_rate = rates.pop() if len(rates) == 1 else None
        """The rate of all lines, named in the head; where there are several, each stands under its tax."""
        self._cells: list[Cells] = [self._figures(line) for line in sheet.document.lines]
        self._help = parts.help_lines(sheet, _HELP_WIDTH_MM)

    def columns(self) -> Columns:
        words, tax = self._sheet.words, self._sheet.tax
        taxed = self._sheet.tax_title
        if self._one_rate is not None:
            taxed = f"{taxed} {self._one_rate}".rstrip()
        titles = [
            (words.quantity, 18.0),
            (words.each_without_tax.format(tax=tax), 25.9),
            (words.without_tax.format(tax=tax), 20.3),
            (taxed, 17.8),
            (words.amount, 22.9),
        ]
        return columns_for(words.description, titles, self._cells, parts.BODY)

    def rows(self, columns: Columns) -> list[table.Row]:
        """Lines under the heading of their group."""
        rows: list[table.Row] = []
        pairs = zip(self._sheet.document.lines, self._cells, strict=True)
        for heading, group in groupby(pairs, key=lambda pair: pair[0].heading):
            if heading:
                rows.append(table.heading_row(heading, wrap(heading, parts.HEADING, WIDTH_MM)))
            for line, figures in group:
                main = wrap(line.description, parts.BODY, columns.description_mm)
                notes = wrap(line.note, parts.CAPTION, columns.description_mm)
                rows.extend(table.line_rows(heading, main, notes, figures, line.total_minor))
        return rows

    def tail_mm(self) -> float:
        """Sums at the right, help at the left, whichever is higher."""
        sums = (len(self._sheet.document.taxes) + 2) * _TOTALS_PITCH_MM + 4.5
        return max(sums, len(self._help) * 4.5 + 8.0)

    def draw_first_head(self, surface: Surface) -> None:
        _draw_letterhead(surface, self._sheet)
        parts.draw_address(surface, self._sheet)
        _draw_facts(surface, self._sheet)
        _draw_band(surface, self._sheet)
        _draw_movements(surface, self._sheet)

    def draw_tail(self, surface: Surface, top_mm: float) -> None:
        sheet, baseline = self._sheet, top_mm + 5.5
        parts.draw_help(surface, sheet, LEFT_MM, baseline, self._help)
        for label, minor in _sums(sheet):
            draw_total(surface, _TOTALS_LEFT_MM, baseline, (label, sheet.money(minor)), parts.BODY)
            baseline += _TOTALS_PITCH_MM
        surface.line(_TOTALS_LEFT_MM, baseline - 3.9, RIGHT_MM, baseline - 3.9, parts.EDGE_PEN)
        label = sheet.words.invoice_with_tax.format(tax=sheet.tax)
        total = sheet.money(sheet.document.total_minor)
        draw_total(surface, _TOTALS_LEFT_MM, baseline + 0.6, (label, total), _BODY_TOTAL)
        surface.line(_TOTALS_LEFT_MM, baseline + 3.4, RIGHT_MM, baseline + 3.4, parts.THICK)

    def _figures(self, line: DocumentLine) -> Cells:
        money = self._sheet.money
        rate = () if self._one_rate is not None else (self._sheet.rate(line.tax_rate_bp, line.tax_minor),)
        return (
            tuple(wrap(line.quantity, parts.BODY, _QUANTITY_MAX_MM)),
            () if line.unit_price_minor is None else (money(line.unit_price_minor),),
            (money(line.net_minor),),
            (money(line.tax_minor), *rate),
            (money(line.total_minor),),
        )


def _sums(sheet: Sheet) -> list[tuple[str, int]]:
    """Net and the tax of each rate; the total follows in its own style."""
    words, document, tax = sheet.words, sheet.document, sheet.tax
    rows = [(words.total_without_tax.format(tax=tax), document.net_minor)]
    for line in document.taxes:
        net, taxed = sheet.money(line.net_minor), f"{sheet.tax_title} {sheet.rate(line.rate_bp, line.tax_minor)}"
        rows.append((words.tax_on.format(taxed=taxed.rstrip(), net=net), line.tax_minor))
    return rows


def _draw_letterhead(surface: Surface, sheet: Sheet) -> None:
    head = sheet.letterhead
    taken = parts.draw_logo(surface, sheet, LEFT_MM, width_mm=32.0, height_mm=11.7)
    x = LEFT_MM + (taken + 3.1 if taken else 0.0)
    room = 124.0 - x
    lines, style = shrunk_or_wrapped(head.name, _NAME, room, least=0.7)
    baseline = 14.6 if len(lines) < 2 else 12.6
    for index, text in enumerate(lines):
        surface.text(x, baseline + index * 4.6, text, style)
    below = max(19.5, baseline + (len(lines) - 1) * 4.6 + 4.4)
    for index, text in enumerate(wrap(head.tagline, parts.CAPTION, room)):
        surface.text(x, below + index * 3.8, text, parts.CAPTION)
    _draw_contact(surface, sheet)


def _draw_contact(surface: Surface, sheet: Sheet) -> None:
    """The provider's names and addresses at the right, closer together where there are many."""
    head = sheet.letterhead
    texts = [(head.legal_name, parts.CAPTION_STRONG)]
    texts += [(text, parts.CAPTION) for text in parts.letterhead_lines(sheet)]
    placed = parts.fitted_lines(texts, 62.0)
    pitch = min(4.06, 29.0 / max(1, len(placed) - 1))
    for index, (text, style) in enumerate(placed):
        surface.text_right(RIGHT_MM, 12.4 + index * pitch, text, style.scaled(min(1.0, pitch / 3.2)))


def _draw_facts(surface: Surface, sheet: Sheet) -> None:
    title = sheet.words.tax_invoice
    width = RIGHT_MM - _FACTS_LEFT_MM
    surface.text(_FACTS_LEFT_MM, 48.4, title, shrunk(title, _TITLE, width))
    facts = parts.facts_of(sheet)
    if sheet.is_payable:  # the band and the slip say when
        facts = [(label, value) for label, value in facts if label != sheet.words.due]
    for index, (label, value) in enumerate(facts):
        baseline = 55.4 + index * 4.83
        label_style = shrunk(label, parts.LABEL, 34)
        surface.text(_FACTS_LEFT_MM, baseline, label, label_style)
        room = width - label_style.width_mm(label) - 3
        surface.text_right(RIGHT_MM, baseline, value, shrunk(value, parts.VALUE, room))


def _draw_band(surface: Surface, sheet: Sheet) -> None:
    due = parts.due_texts(sheet)
    surface.box(LEFT_MM, _BAND_TOP_MM, WIDTH_MM, 15.5, fill=parts.INK, radius_mm=1.4)
    inside, right = LEFT_MM + 5.1, RIGHT_MM - 5.1
    surface.text(inside, _BAND_TOP_MM + 5.5, due.label, _BAND_LABEL)
    surface.text(inside, _BAND_TOP_MM + 12.0, due.amount, shrunk(due.amount, _BAND_AMOUNT, 82))
    surface.text_right(right, _BAND_TOP_MM + 5.5, due.date_label, _BAND_LABEL)
    surface.text_right(right, _BAND_TOP_MM + 12.0, due.date, shrunk(due.date, _BAND_DATE, 72))


def _draw_movements(surface: Surface, sheet: Sheet) -> None:
    """Previous balance, payments, this invoice, total: left to right, as one adds them up."""
    step = WIDTH_MM / 4
    for index, (label, minor) in enumerate(parts.movements_of(sheet)):
        x = LEFT_MM + index * step + (3.5 if index else 0.0)
        room = step - 5.0
        value = sheet.money(minor)
        style = _FIGURE_TOTAL if index == 3 else _FIGURE
        surface.text(x, 113.0, label, shrunk(label, parts.CAPTION, room))
        surface.text(x, 118.6, value, shrunk(value, style, room))
        if index:
            surface.line(LEFT_MM + index * step, 110.2, LEFT_MM + index * step, 119.4, _SEPARATOR)
