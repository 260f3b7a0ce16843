"""The *Standard* layout, for homes: letterhead at the right as on a letter, one strip of facts, a plain list of what is
charged with the amount including tax, and the sums at its end.
"""

from __future__ import annotations

from app.services.paper import page_parts as parts
from app.services.paper import table
from app.services.paper.drawing import Pen, Surface, TextStyle
from app.services.paper.fonts import BOLD, REGULAR, SEMIBOLD
from app.services.paper.line_table import Cells, Columns, columns_for, draw_total
from app.services.paper.page_parts import LEFT_MM, RIGHT_MM, WIDTH_MM
from app.services.paper.sheet import Sheet
from app.services.paper.text_fit import shrunk, wrap

_TITLE = TextStyle(face=SEMIBOLD, size_pt=17.0, colour=parts.INK)
_NUMBER = TextStyle(face=REGULAR, size_pt=17.0, colour=parts.MUTED)
_DUE_LABEL = TextStyle(face=REGULAR, size_pt=9.4, colour=parts.MUTED)
_DUE = TextStyle(face=BOLD, size_pt=13.7, colour=parts.INK)
_TOTAL = TextStyle(face=BOLD, size_pt=9.4, colour=parts.TEXT)
_ACCENT = Pen(width_pt=2.0, colour=parts.INK)

_UNKNOWN = "–"
_RIGHT_HALF_MM = 112.0
_LEFT_HALF_MM = 80.0
_PITCH_MM = 5.2
_QUANTITY_MAX_MM = 40.0
_FACT_GAP_MM = 4.0


class StandardDesign:
    """The layout bound to one sheet."""

    head_baseline_mm = 133.5

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._cells: list[Cells] = [
            (tuple(wrap(line.quantity, parts.BODY, _QUANTITY_MAX_MM)), (sheet.money(line.total_minor),))
            for line in sheet.document.lines
        ]
        self._help = parts.help_lines(sheet, _LEFT_HALF_MM)

    def columns(self) -> Columns:
        words = self._sheet.words
        titles = [(words.quantity, 30.0), (words.amount_with_tax.format(tax=self._sheet.tax), 38.0)]
        return columns_for(words.description, titles, self._cells, parts.BODY)

    def rows(self, columns: Columns) -> list[table.Row]:
        """Lines in their order; what would be a group's heading stands in the note."""
        rows: list[table.Row] = []
        for line, figures in zip(self._sheet.document.lines, self._cells, strict=True):
            main = wrap(line.description, parts.BODY, columns.description_mm)
            note = "  ·  ".join(text for text in (line.heading, line.note) if text)
            notes = wrap(note, parts.CAPTION, columns.description_mm)
            rows.extend(table.line_rows("", main, notes, figures, line.total_minor))
        return rows

    def tail_mm(self) -> float:
        """Tax and help at the left, the account's movements at the right, whichever is higher."""
        left = self._taxes_mm() + (len(self._help) * 4.5 + 6.0 if self._help else 0.0)
        return max(left, 4 * _PITCH_MM) + 6.0

    def draw_first_head(self, surface: Surface) -> None:
        parts.draw_letterhead(surface, self._sheet)
        parts.draw_address(surface, self._sheet)
        _draw_title(surface, self._sheet)
        _draw_facts(surface, self._sheet)
        _draw_band(surface, self._sheet)

    def draw_tail(self, surface: Surface, top_mm: float) -> None:
        _draw_taxes(surface, self._sheet, top_mm + 5.6)
        parts.draw_help(surface, self._sheet, LEFT_MM, top_mm + 7.6 + self._taxes_mm(), self._help)
        _draw_movements(surface, self._sheet, top_mm + 5.6)

    def _taxes_mm(self) -> float:
        """Head and one line per rate; nothing where no tax is charged at any rate."""
        taxes = self._sheet.document.taxes
        return (len(taxes) + 1) * 4.4 if taxes else 0.0


def _draw_title(surface: Surface, sheet: Sheet) -> None:
    title, number = sheet.words.tax_invoice, sheet.document.number
    surface.text(LEFT_MM, 96.5, title, _TITLE)
    room = WIDTH_MM - _TITLE.width_mm(title) - 6
    surface.text_right(RIGHT_MM, 96.5, number, shrunk(number, _NUMBER, room))
    surface.line(LEFT_MM, 99.8, RIGHT_MM, 99.8, _ACCENT)


def _draw_facts(surface: Surface, sheet: Sheet) -> None:
    """All facts but the number, which is in the title: side by side, each as wide as it needs to be."""
    facts = parts.facts_of(sheet)[1:]
    widths = [max(parts.CAPTION.width_mm(label), parts.VALUE.width_mm(value)) for label, value in facts]
    gaps = _FACT_GAP_MM * (len(facts) - 1)
    factor = min(1.0, (WIDTH_MM - gaps) / sum(widths))
    gap = (WIDTH_MM - sum(widths) * factor) / max(1, len(facts) - 1)
    x = LEFT_MM
    for (label, value), width in zip(facts, widths, strict=True):
        surface.text(x, 105.4, label, parts.CAPTION.scaled(factor))
        surface.text(x, 110.2, value, parts.VALUE.scaled(factor))
        x += width * factor + min(gap, 14.0)


def _draw_band(surface: Surface, sheet: Sheet) -> None:
    """What to pay and until when in one line, in an outlined box."""
    due = parts.due_texts(sheet)
    left, right, baseline = LEFT_MM + 4.0, RIGHT_MM - 4.0, 122.0
    surface.box(LEFT_MM, 114.4, WIDTH_MM, 11.6, fill=parts.SOFT, pen=parts.EDGE_PEN, radius_mm=1.4)
    label_style = shrunk(due.label, _DUE_LABEL, 40)
    surface.text(left, baseline, due.label, label_style)
    left += label_style.width_mm(due.label) + 2.5
    amount_style = shrunk(due.amount, _DUE, 52)
    surface.text(left, baseline, due.amount, amount_style)
    left += amount_style.width_mm(due.amount) + 6.0
    date_style = shrunk(due.date, _DUE, min(60.0, right - left))
    surface.text_right(right, baseline, due.date, date_style)
    right -= date_style.width_mm(due.date) + 2.5
    surface.text_right(right, baseline, due.date_label, shrunk(due.date_label, _DUE_LABEL, max(10.0, right - left)))


def _draw_taxes(surface: Surface, sheet: Sheet, baseline_mm: float) -> None:
    """Rate, net and tax of each rate, as a small table at the left."""
    document, words = sheet.document, sheet.words
    if not document.taxes:
        return
    head = (words.tax_rate_head.format(tax=sheet.tax_title), words.without_tax.format(tax=sheet.tax), sheet.tax_title)
    rows = [head] + [
        (sheet.rate(line.rate_bp, line.tax_minor) or _UNKNOWN, sheet.money(line.net_minor), sheet.money(line.tax_minor))
        for line in document.taxes
    ]
    for index, (rate, net, tax) in enumerate(rows):
        baseline = baseline_mm + index * 4.4
        style = parts.CAPTION if index == 0 else parts.LABEL
        surface.text(LEFT_MM, baseline, rate, shrunk(rate, style, 24))
        surface.text_right(LEFT_MM + 52.0, baseline, net, shrunk(net, style, 25))
        surface.text_right(LEFT_MM + _LEFT_HALF_MM, baseline, tax, shrunk(tax, style, 25))


def _draw_movements(surface: Surface, sheet: Sheet, baseline_mm: float) -> None:
    """This invoice, what was open before, what was paid; the sum below a line."""
    *addends, (label, total) = parts.movements_of(sheet)
    for index, (name, minor) in enumerate(addends):
        baseline = baseline_mm + index * _PITCH_MM
        draw_total(surface, _RIGHT_HALF_MM, baseline, (name, sheet.money(minor)), parts.BODY)
    last = baseline_mm + len(addends) * _PITCH_MM + 1.2
    surface.line(_RIGHT_HALF_MM, last - 4.6, RIGHT_MM, last - 4.6, parts.EDGE_PEN)
    draw_total(surface, _RIGHT_HALF_MM, last, (label, sheet.money_with_code(total)), _TOTAL)
    surface.line(_RIGHT_HALF_MM, last + 2.2, RIGHT_MM, last + 2.2, parts.THICK)
