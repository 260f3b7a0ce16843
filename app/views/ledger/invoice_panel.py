"""One row of a ledger in full: the lines of an invoice, or what a payment settles."""

from __future__ import annotations

from decimal import Decimal

from PySide6.QtWidgets import QWidget

from app.services.database.asking import asking
from app.services.ledger.page import InvoiceLineRow, LedgerRow, invoice_lines
from app.views.ledger.columns import what_it_is
from app.views.lists.line_list import LineItem, LineList
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows

_BASIS_POINTS = 100


class InvoicePanel(QWidget):
    """Facts above, lines below, the total at their end."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: LedgerRow | None = None
        self._question = Question(runner, self, answered=self._on_lines, failed=self._on_failed)
        self._facts = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._facts.setContentsMargins(18, 0, 18, 12)
        self._list = LineList(theme, "Lines of the invoice", self)
        column(self._facts, grows(self._list), on=self, margins=(0, 4, 0, 0))

    @property
    def lines(self) -> LineList:
        return self._list

    def show_row(self, row: LedgerRow) -> None:
        """Show an invoice with its lines, or another row with what it settles."""
        self._row = row
        formatter = self._theme.formatter
        facts = [what_it_is(row, formatter), f"Posted {formatter.day(row.posted_on, weekday=True)} by {row.posted_by}",
                 f"{row.state_text}"]
        self._facts.setText(".\n".join(fact for fact in facts if fact) + ".")
        self._list.set_items([])
        if row.debit_minor is not None:
            self._question.ask(asking(invoice_lines, invoice_id=row.id))
        else:
            self._question.drop()
            self._list.set_items([LineItem(title=f"Settles {number}", can_open=False) for number in row.settles])

    def _on_lines(self, lines: list[InvoiceLineRow]) -> None:
        row, formatter = self._row, self._theme.formatter
        if row is None:
            return
        items = [_item_of(line, row.currency, formatter) for line in lines]
        total = formatter.amount(row.debit_minor or 0, row.currency)
        tax = sum(line.tax_minor for line in lines)
        items.append(LineItem(title="Total", second=f"with {formatter.amount(tax, row.currency)} tax" if tax else "",
                              right=f"{total}{NO_BREAK}{row.currency}", is_strong=True, can_open=False))
        self._list.set_items(items)

    def _on_failed(self, error: BaseException) -> None:
        self._facts.setText(f"The lines could not be read. {error}")


def _item_of(line: InvoiceLineRow, currency: str, formatter: Formatter) -> LineItem:
    parts = []
    if line.unit_price_minor is not None:
        parts.append(f"{line.quantity} × {formatter.amount(line.unit_price_minor, currency)}")
    elif line.quantity != "1":
        parts.append(line.quantity)
    if line.note:
        parts.append(line.note)
    if line.tax_rate_bp:
        rate = (Decimal(line.tax_rate_bp) / _BASIS_POINTS).normalize()
        parts.append(f"tax {rate:f}{NO_BREAK}%")
    amount = formatter.amount(line.amount_minor, currency)
    return LineItem(title=line.description, second=", ".join(parts), right=amount,
                    tooltip=f"{line.heading}: {line.description}" if line.heading else line.description,
                    can_open=False)
