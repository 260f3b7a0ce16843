"""The ledger of an account as of a day: rows with their running balance, what is unsettled by age, and disputes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.models.values import TransactionKind
from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.ledger.page import DisputeRow, LedgerRow, LedgerSummary, disputes_of, ledger_summary
from app.views.accounts.page_tabs import PageTab
from app.views.asking.fields import DateField
from app.views.desk.actions import Binding
from app.views.ledger.ageing_line import AgeingLine
from app.views.ledger.columns import dispute_columns, ledger_columns
from app.views.ledger.dispute_dialogs import DisputeDialog, EndDisputeDialog
from app.views.ledger.source import ledger_source
from app.views.lists.data_table import DataTable
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, ElidedLabel, HorizontalRule, Label, LinkButton
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row
from app.views.widgets.menus import Entry, pop_up

_DISPUTES_SHOWN: Final = 3


class LedgerTab(PageTab):
    """Shows one account; `row_asked` says which row to show in full."""

    concerned_by = frozenset({Changed.LEDGER})

    row_asked = Signal(object)  # LedgerRow

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._header: AccountHeader | None = None
        self._as_of: date | None = None
        self._model: PagedTableModel[LedgerRow] = PagedTableModel(ledger_columns(), runner, theme.formatter, self)
        self._disputes: RowsTableModel[DisputeRow] = RowsTableModel(
            dispute_columns(), lambda row: row.id, theme.formatter, self)
        self._ask_summary = Question(runner, self, answered=self._on_summary, failed=self._on_failed)
        self._ask_disputes = Question(runner, self, answered=self._on_disputes, failed=self._on_failed)
        self._build()
        self._connect()
        self._on_current(None)

    # --- for the page ---

    def show_account(self, header: AccountHeader) -> None:
        """Show an account as of today, or the same one again as of the day that is chosen."""
        is_new = self._header is None or self._header.id != header.id
        was_today = self._header is not None and self._as_of == self._header.as_of
        self._header = header
        if is_new or (was_today and self._as_of != header.as_of):
            self._as_of = header.as_of
            self._day.set_value(header.as_of)
            self._to_today.setEnabled(False)
            self._ask_rows()
        else:
            self._model.refresh()
        self._ask_rest()

    @property
    def as_of(self) -> date | None:
        return self._as_of

    def current(self) -> LedgerRow | None:
        row = self._table.current_row()
        return row if isinstance(row, LedgerRow) else None

    def focus_first(self) -> None:
        self._table.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        row = self.current()
        refusal = "" if row is not None and _can_dispute(row) else "needs an invoice with something payable"
        found = {"ledger.as_of": Binding(self._focus_day), "ledger.dispute": Binding(self._dispute, refusal=refusal)}
        dispute = self._chosen_dispute()
        if dispute is not None:
            found["ledger.end_dispute"] = Binding(partial(self._end_dispute, dispute))
        return found

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._table = DataTable(theme, "Ledger", self)
        self._table.show_model(self._model)
        self._area = StatefulArea(theme, self._table, self)
        self._ageing = AgeingLine(theme, self)
        ageing = row(self._ageing, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8))
        column(self._build_tools(), ageing, grows(self._area), self._build_disputes(), on=self)

    def _build_tools(self) -> QHBoxLayout:
        theme = self._theme
        self._day = DateField(theme, "As of", self._today, self)
        self._day.setMaximumWidth(theme.sizes.px(150))
        self._day.setToolTip("The ledger as it stood on the evening of this day (Ctrl+D)")
        self._to_today = LinkButton(theme, "Today", self, run=self._on_today)
        self._to_today.setEnabled(False)
        self._reading = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._newer = LinkButton(theme, "", self, run=self._ask_rows)
        self._newer.hide()
        self._put = Button(theme, "Put in dispute…", self, icon=Icon.DISPUTE, run=self._dispute)
        label = Label(theme, "As &of", self, ink=tk.Ink.MUTED, buddy=self._day)
        return row(label, self._day, self._to_today, grows(self._reading), self._newer, self._put,
                   margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8), spacing=10)

    def _build_disputes(self) -> QWidget:
        """Disputes stand below the rows, and only where there are any."""
        theme = self._theme
        self._dispute_box = QWidget(self)
        self._dispute_box.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._end = Button(theme, "End dispute…", self._dispute_box, run=self._on_end)
        head = row(Label(theme, "Disputes", weight=600), ..., self._end, margins=(tk.PAGE_MARGIN, 6))
        self._dispute_table = DataTable(theme, "Disputes", self._dispute_box)
        self._dispute_table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._dispute_table.show_model(self._disputes)
        column(HorizontalRule(theme), head, self._dispute_table, on=self._dispute_box)
        self._dispute_box.hide()
        return self._dispute_box

    def _connect(self) -> None:
        self._day.value_changed.connect(self._on_day)
        self._day.returnPressed.connect(self._table.setFocus)
        self._day.reading_changed.connect(self._on_reading)
        table = self._table
        table.opened.connect(self._on_opened)
        table.current_row_changed.connect(self._on_current)
        table.menu_asked.connect(self._on_menu)
        table.left_upwards.connect(self._focus_day)
        self._model.newer_rows.connect(self._on_newer)
        self._model.modelReset.connect(self._on_reset)
        self._model.dataChanged.connect(self._on_rows_changed)
        self._dispute_table.opened.connect(self._on_end)
        self._dispute_table.current_row_changed.connect(self._on_current)
        self._area.follow(self._model, say_empty=self._say_empty, say_failed=self._say_failed,
                          reading_text="Reading the ledger.")

    # --- reading ---

    def _today(self) -> date:
        return self._header.as_of if self._header is not None else date.min

    def _ask_rows(self) -> None:
        if self._header is not None and self._as_of is not None:
            self._newer.hide()
            self._model.set_source(ledger_source(self._header.id, self._as_of))

    def _ask_rest(self) -> None:
        if self._header is not None and self._as_of is not None:
            self._ask_summary.ask(asking(ledger_summary, account_id=self._header.id, as_of=self._as_of))
            self._ask_disputes.ask(asking(disputes_of, account_id=self._header.id, as_of=self._as_of))

    def _on_day(self, day: date | None) -> None:
        if day is not None and day != self._as_of:
            self._as_of = day
            self._to_today.setEnabled(day != self._today())
            self._ask_rows()
            self._ask_rest()
            self.bindings_changed.emit()

    def _on_reading(self, words: str, refused: bool) -> None:  # noqa: FBT001  a slot
        """While a date is typed its reading stands beside it; afterwards the page says what it shows."""
        shown = words if refused else self._as_of_words()
        self._reading.set_text(shown, tk.Ink.BAD if refused else tk.Ink.MUTED)

    def _as_of_words(self) -> str:
        day, header = self._day.value, self._header
        if day is None or header is None:
            return ""
        if day == header.as_of:
            return ""
        return f"As it stood on the evening of {self._theme.formatter.day(day, weekday=True)}"

    def _on_today(self) -> None:
        self._day.set_value(self._today())
        self._table.setFocus()

    def _focus_day(self) -> None:
        self._day.setFocus()
        self._day.selectAll()

    def _on_summary(self, summary: LedgerSummary) -> None:
        figures = summary.figures
        self._ageing.show_ageing(figures.ageing_minor, figures.currency)
        rows = self._theme.formatter.counted(summary.transaction_count, "row", "rows")
        balance = self._theme.formatter.amount(figures.balance_minor, figures.currency)
        self.summary_changed.emit(f"{rows}, balance {balance}{NO_BREAK}{figures.currency}")

    def _on_disputes(self, disputes: list[DisputeRow]) -> None:
        self._disputes.set_rows(disputes)
        rows = min(len(disputes), _DISPUTES_SHOWN)
        self._dispute_table.setFixedHeight(self._theme.sizes.head + rows * self._theme.sizes.row + 2)
        self._dispute_box.setVisible(bool(disputes))  # with its height known, so that it never takes more room
        if disputes and not self._dispute_table.currentIndex().isValid():
            self._dispute_table.go_to_row(0)
        self._on_current(None)

    def _on_failed(self, error: BaseException) -> None:
        self._reading.set_text(f"Not all could be read. {error}", tk.Ink.BAD)

    def _say_empty(self) -> None:
        if self._header is None:
            return
        formatter = self._theme.formatter
        day = self._as_of or self._header.as_of
        is_today = day == self._header.as_of
        head = "Nothing is posted yet." if is_today else f"Nothing was posted by {formatter.day(day)}."
        self._area.show_words(head, "Invoices and payments stand here once they are posted.", icon=Icon.MONEY,
                              ways=[] if is_today else [WayOn("Show today", self._on_today)])

    def _say_failed(self) -> None:
        self._area.show_failure("The ledger could not be read.", "Nothing was changed.", self._ask_rows)

    def _on_newer(self, count: int) -> None:
        self._newer.setText(f"{self._theme.formatter.counted(count, 'newer row', 'newer rows')}, show")
        self._newer.setVisible(count > 0)

    def _on_reset(self) -> None:
        if self._model.rowCount() and not self._table.currentIndex().isValid():
            self._table.go_to_row(0)

    # --- rows and disputes ---

    def _on_rows_changed(self) -> None:
        """What may be done with the row under the keyboard follows the row, as when its dispute ended."""
        self._on_current(None)

    def _on_current(self, _row: object) -> None:
        row = self.current()
        self._put.setEnabled(row is not None and _can_dispute(row))
        self._put.setToolTip("" if self._put.isEnabled() else "Needs an invoice with something payable")
        self._end.setEnabled(self._chosen_dispute() is not None)
        self.bindings_changed.emit()

    def _on_opened(self, index: QModelIndex) -> None:
        row = self._model.row_of(index)
        if row is not None:
            self.row_asked.emit(row)

    def _on_menu(self, index: QModelIndex, position: QPoint) -> None:
        row = self._model.row_of(index)
        if row is None:
            return
        pop_up(self, position,
               Entry("Show it in full", partial(self.row_asked.emit, row)),
               *([Entry("Put in dispute…", self._dispute)] if _can_dispute(row) else []),
               None, Entry("Copy rows", self._table.copy_rows))

    def _dispute(self) -> None:
        row = self.current()
        if row is not None and _can_dispute(row):
            DisputeDialog(self._theme, self._runner, row, self._today(), self).open_and_forget()

    def _chosen_dispute(self) -> DisputeRow | None:
        row = self._dispute_table.current_row()
        return row if isinstance(row, DisputeRow) and row.is_open else None

    def _on_end(self, _what: object = None) -> None:
        dispute = self._chosen_dispute()
        if dispute is not None:
            self._end_dispute(dispute)

    def _end_dispute(self, dispute: DisputeRow) -> None:
        EndDisputeDialog(self._theme, self._runner, dispute, self._today(), self).open_and_forget()


def _can_dispute(row: LedgerRow) -> bool:
    return row.kind is TransactionKind.INVOICE and row.payable_minor > 0
