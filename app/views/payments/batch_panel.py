"""The batch so far: its payments, their sums, and the control total that was counted by hand."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from app.services.payments.batch import BatchRow, sums_of
from app.views.asking.fields import MoneyField
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.payments.columns import BATCH_COLUMNS
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label, without_arguments
from app.views.widgets.layout import column, grows, row

_WORDS = ListWords(name="Payments of this batch", reading="Reading the batch.",
                   unread="The batch could not be read.",
                   empty=Instead(head="No payment yet.", text="What you post stands here until you close the batch.",
                                 icon=Icon.PAYMENT))


class BatchPanel(QWidget):
    """See the module."""

    close_asked = Signal()
    account_asked = Signal(int)

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._currency = ""
        self.listing: RowListing[BatchRow] = RowListing(theme, runner, _WORDS, BATCH_COLUMNS)
        self.listing.say_empty()
        self.control = MoneyField(theme, "Control total", "EUR")
        self.control.setMaximumWidth(theme.sizes.px(140))
        self._sum = Label(theme, "", weight=600)
        self._compared = Label(theme, "", ink=tk.Ink.MUTED, wraps=True)
        self._close = Button(theme, "Close the batch…", self, icon=Icon.PRINTING, run=self.close_asked.emit)
        control_label = Label(theme, "Control tota&l", ink=tk.Ink.MUTED, buddy=self.control)
        side = (0, 0, tk.PAGE_MARGIN, 0)
        column(row(Label(theme, "This batch", size=tk.SECTION, weight=600), ..., self._sum, margins=side),
               row(control_label, self.control, ..., margins=side), row(grows(self._compared), margins=side),
               grows(self.listing), row(..., self._close, margins=(0, 8, tk.PAGE_MARGIN, 16)), on=self, spacing=8)
        self.control.value_changed.connect(without_arguments(self._compare))
        self.listing.table.opened.connect(self._on_opened)
        self.show_rows([])

    @property
    def rows(self) -> list[BatchRow]:
        return list(self._rows)

    @property
    def controls(self) -> dict[str, int]:
        """What was counted by hand, by currency; empty where nothing was."""
        return {self._currency: self.control.value} if self.control.value is not None and self._currency else {}

    def difference(self) -> str:
        """How far the sum is from the control total, in words; empty where they agree or nothing was counted."""
        if self.control.value is None or not self._currency:
            return ""
        off = sums_of(self._rows).get(self._currency, 0) - self.control.value
        amount = f"{self._theme.formatter.amount(abs(off), self._currency)}{NO_BREAK}{self._currency}"
        return "" if off == 0 else f"{amount} {'more than' if off > 0 else 'less than'} the control total"

    def show_rows(self, rows: list[BatchRow]) -> None:
        """Show the payments of the batch, the newest last."""
        self._rows = rows
        if rows and not self._currency:
            self._currency = rows[0].currency
            kept = self.control.text()
            self.control.set_currency(self._currency)
            self.control.setText(kept)
        if not rows:
            self._currency = ""
            self.control.clear()
        self.listing.show_rows(rows)
        formatter = self._theme.formatter
        sums = [f"{formatter.amount(minor, currency)}{NO_BREAK}{currency}"
                for currency, minor in sorted(sums_of(rows).items())]
        self._sum.setText(f"{formatter.counted(len(rows), 'payment', 'payments')}: {', '.join(sums)}" if rows else "")
        self._close.offer("" if rows else "Needs a payment")
        self._compare()

    def _compare(self) -> None:
        off = self.difference()
        agrees = self.control.value is not None and bool(self._rows) and not off
        self._compared.setText(f"The sum is {off}." if off else "The sum agrees with the control total." if agrees
                               else "")
        self._compared.set_ink(tk.Ink.GOOD if agrees else tk.Ink.MUTED)

    def _on_opened(self, index: QModelIndex) -> None:
        shown = self.listing.model.row_of(index)
        if shown is not None:
            self.account_asked.emit(shown.account_id)
