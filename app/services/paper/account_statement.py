"""A statement of account on paper: letterhead and address as on an invoice, then every row with the balance after it.

Placing is pure (`plan_statement`), drawing needs nothing but the plan. Each page that is not the first begins with the
balance it brings forward; how old the open invoices are stands after the last row.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.services.invoicing.account_statement import AccountStatement, StatementRow
from app.services.invoicing.document import Letterhead
from app.services.paper import fonts
from app.services.paper import page_parts as parts
from app.services.paper.canvas import FileFacts, ReportlabSurface
from app.services.paper.drawing import Surface, TextStyle
from app.services.paper.fonts import BOLD, SEMIBOLD
from app.services.paper.formatting import PageFormat, page_format
from app.services.paper.images import PreparedImage, prepare_image
from app.services.paper.page_parts import LEFT_MM, RIGHT_MM, WIDTH_MM
from app.services.paper.sheet import printable_letterhead
from app.services.paper.statement_words import StatementWords, statement_words_for
from app.services.paper.text_fit import shrunk, wrap
from app.services.paper.words import Words

_TITLE = TextStyle(face=SEMIBOLD, size_pt=17.0, colour=parts.INK)
_TOTAL = TextStyle(face=BOLD, size_pt=10.1, colour=parts.TEXT)

_FIRST_TABLE_MM = 118.0
_NEXT_TABLE_MM = 27.0
_HEAD_MM = 6.6
_LINE_MM = 4.3
_ROW_MM = 2.2
"""What a row has besides its lines of text."""
_TAIL_MM = 38.0
_DOCUMENT_MM = 46.0
_BALANCE_MM, _CREDITED_MM, _CHARGED_MM = RIGHT_MM, RIGHT_MM - 27.0, RIGHT_MM - 54.0
"""Where the figures of the three columns end."""
_DOCUMENT_END_MM = _CHARGED_MM - 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One row, its text broken into lines."""

    date: str
    texts: tuple[str, ...]
    charged: str
    credited: str
    balance: str
    balance_minor: int

    @property
    def height_mm(self) -> float:
        return len(self.texts) * _LINE_MM + _ROW_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPlan:
    """A statement, placed on pages."""

    document: AccountStatement
    format: PageFormat
    text: StatementWords
    logo: PreparedImage | None
    pages: tuple[tuple[_Line, ...], ...]

    @property
    def letterhead(self) -> Letterhead:
        """Whose statement it is."""
        return self.document.letterhead

    @property
    def words(self) -> Words:
        """The words that all pages share."""
        return self.format.words

    def draw(self, surface: Surface) -> None:
        """Draw all pages, each begun with `new_page`."""
        brought = self.document.brought_forward_minor
        for index, lines in enumerate(self.pages):
            surface.new_page()
            is_last = index == len(self.pages) - 1
            top = self._draw_head(surface, is_first=index == 0)
            end = self._draw_table(surface, top, brought, lines)
            brought = lines[-1].balance_minor if lines else brought
            if is_last:
                self._draw_tail(surface, end)
            self._draw_foot(surface, index + 1)

    def _draw_head(self, surface: Surface, *, is_first: bool) -> float:
        if not is_first:
            name = self.letterhead.name
            surface.text(LEFT_MM, 15, name, shrunk(name, parts.BODY_STRONG, 78))
            right = f"{self.text.title}  ·  {self.document.bill_to_name}"
            surface.text_right(RIGHT_MM, 15, right, shrunk(right, parts.LABEL, 88))
            return _NEXT_TABLE_MM
        parts.draw_letterhead(surface, self)
        parts.draw_address(surface, self)
        document, days = self.document, self.format
        surface.text(LEFT_MM, 98.0, self.text.title, _TITLE)
        facts = [(self.words.account, document.account_code),
                 (self.text.period, days.period(document.since, document.until))]
        x = LEFT_MM
        for label, value in facts:
            style = shrunk(value, parts.VALUE, 80)
            surface.text(x, 105.0, label, parts.CAPTION)
            surface.text(x, 109.6, value, style)
            x += max(parts.CAPTION.width_mm(label), style.width_mm(value)) + 12.0
        return _FIRST_TABLE_MM

    def _draw_table(self, surface: Surface, top_mm: float, brought: int, lines: Sequence[_Line]) -> float:
        text = self.text
        for x, title in ((_CHARGED_MM, text.charged), (_CREDITED_MM, text.credited), (_BALANCE_MM, text.balance)):
            surface.text_right(x, top_mm, title, shrunk(title, parts.HEADING, 25))
        surface.text(LEFT_MM, top_mm, text.date, shrunk(text.date, parts.HEADING, _DOCUMENT_MM - LEFT_MM - 2))
        surface.text(_DOCUMENT_MM, top_mm, text.document, parts.HEADING)
        surface.line(LEFT_MM, top_mm + 2.2, RIGHT_MM, top_mm + 2.2, parts.THICK)
        y = top_mm + _HEAD_MM
        surface.text(_DOCUMENT_MM, y, text.brought_forward, parts.LABEL)
        _figure(surface, _BALANCE_MM, y, self.format.money(brought), parts.LABEL)
        y += _LINE_MM + _ROW_MM
        for line in lines:
            surface.line(LEFT_MM, y - _LINE_MM, RIGHT_MM, y - _LINE_MM, parts.THIN)
            surface.text(LEFT_MM, y, line.date, shrunk(line.date, parts.BODY, _DOCUMENT_MM - LEFT_MM - 2))
            for place, part in enumerate(line.texts):
                surface.text(_DOCUMENT_MM, y + place * _LINE_MM, part, parts.BODY if place == 0 else parts.CAPTION)
            for x, figure in ((_CHARGED_MM, line.charged), (_CREDITED_MM, line.credited),
                              (_BALANCE_MM, line.balance)):
                _figure(surface, x, y, figure, parts.BODY)
            y += line.height_mm
        if not self.document.rows:
            surface.text(_DOCUMENT_MM, y, text.nothing_happened, parts.LABEL)
            y += _LINE_MM + _ROW_MM
        return y

    def _draw_tail(self, surface: Surface, top_mm: float) -> None:
        document, text, money = self.document, self.text, self.format
        surface.line(LEFT_MM, top_mm - _LINE_MM, RIGHT_MM, top_mm - _LINE_MM, parts.THICK)
        y = top_mm + 1.6
        label = text.in_credit if document.closing_minor < 0 else text.closing
        surface.text(LEFT_MM, y, label.format(day=money.short_date(document.until)), _TOTAL)
        if document.rows:
            _figure(surface, _CHARGED_MM, y, money.money(document.charged_minor), parts.BODY_STRONG)
            _figure(surface, _CREDITED_MM, y, money.money(document.credited_minor), parts.BODY_STRONG)
        _figure(surface, _BALANCE_MM, y, money.money_with_code(abs(document.closing_minor)), _TOTAL)
        y += 11.0
        surface.text(LEFT_MM, y, text.ageing, parts.HEADING)
        width = WIDTH_MM / len(text.ages)
        for place, (age, amount) in enumerate(zip(text.ages, document.ageing_minor, strict=True)):
            right = LEFT_MM + (place + 1) * width
            surface.text_right(right - 2.0, y + 6.0, age, shrunk(age, parts.CAPTION, width - 4))
            _figure(surface, right - 2.0, y + 10.8, money.money(amount), parts.VALUE)
        surface.line(LEFT_MM, y + 13.4, RIGHT_MM, y + 13.4, parts.EDGE_PEN)
        if document.unallocated_minor:
            surface.text(LEFT_MM, y + 18.6, text.not_allocated, parts.LABEL)
            _figure(surface, RIGHT_MM - 2.0, y + 18.6, money.money(document.unallocated_minor), parts.VALUE)

    def _draw_foot(self, surface: Surface, page: int) -> None:
        right = self.text.page_of.format(code=self.document.account_code, page=page, pages=len(self.pages))
        parts.draw_foot_line(surface, self, right)


def plan_statement(statement: AccountStatement) -> StatementPlan:
    """Place a statement on pages; raises MoneyError for an unknown currency."""
    head = printable_letterhead(statement.letterhead)
    document = replace(statement, letterhead=head, account_code=fonts.printable(statement.account_code),
                       bill_to_name=fonts.printable(statement.bill_to_name),
                       bill_to_lines=tuple(filter(str.strip, map(fonts.printable, statement.bill_to_lines))))
    formats = page_format(head.language, statement.currency)
    text = statement_words_for(formats.words_language)
    return StatementPlan(document=document, format=formats, text=text,
                         logo=prepare_image(head.logo) if head.logo else None,
                         pages=tuple(_paged([_line(row, formats, text) for row in document.rows])))


def render_statement(statement: AccountStatement) -> bytes:
    """The PDF of a statement; the same statement always gives the same bytes."""
    plan = plan_statement(statement)
    head = plan.letterhead
    buffer = io.BytesIO()
    surface = ReportlabSurface(buffer, FileFacts(
        title=f"{plan.text.title} {plan.document.account_code}", author=head.legal_name or head.name,
        language=head.language or "en", created=statement.until))
    plan.draw(surface)
    surface.commit()
    surface.close()
    return buffer.getvalue()


def _line(row: StatementRow, formats: PageFormat, text: StatementWords) -> _Line:
    main = f"{text.kinds[row.kind]} {fonts.printable(row.number)}".strip()
    details = []
    if row.period_from and row.period_to:
        details.append(formats.period(row.period_from, row.period_to))
    elif row.text:
        details.append(fonts.printable(row.text))
    if row.due_on and row.signed_minor > 0:
        details.append(text.due.format(day=formats.short_date(row.due_on)))
    width = _DOCUMENT_END_MM - _DOCUMENT_MM
    texts = [*wrap(main, parts.BODY, width), *wrap("  ·  ".join(details), parts.CAPTION, width)]
    amount = formats.money(abs(row.signed_minor))
    return _Line(date=formats.short_date(row.on), texts=tuple(texts),
                 charged=amount if row.signed_minor >= 0 else "", credited=amount if row.signed_minor < 0 else "",
                 balance=formats.money(row.balance_minor), balance_minor=row.balance_minor)


def _paged(lines: Sequence[_Line]) -> Iterator[tuple[_Line, ...]]:
    """Lines of each page, as many as have room; the last page keeps room for what follows the table."""
    page: list[_Line] = []
    y = _FIRST_TABLE_MM + _HEAD_MM + _LINE_MM + _ROW_MM
    for place, line in enumerate(lines):
        needed = line.height_mm + (_TAIL_MM if place == len(lines) - 1 else 0.0)
        if page and y + needed > parts.BODY_BOTTOM_MM:
            yield tuple(page)
            page, y = [], _NEXT_TABLE_MM + _HEAD_MM + _LINE_MM + _ROW_MM
        page.append(line)
        y += line.height_mm
    yield tuple(page)


def _figure(surface: Surface, x_mm: float, y_mm: float, text: str, style: TextStyle) -> None:
    if text:
        surface.text_right(x_mm, y_mm, text, shrunk(text, style, 26.0))
