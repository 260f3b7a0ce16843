"""The list of a batch: its lines, the switches and words that narrow it, and what stands there when it is empty."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPoint, Signal
from PySide6.QtWidgets import QWidget

from app.models.values import Money
from app.services.printing.overview import Batch, ItemState, ListQuestion
from app.services.printing.queries import SelectedInvoice
from app.views.lists.count_switches import CountChoice, CountSwitches
from app.views.lists.data_table import DataTable
from app.views.lists.models.paged_table_model import PagedTableModel, TableState
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.printing.invoice_list import invoice_columns, invoice_source
from app.views.printing.list_conditions import ListConditions
from app.views.printing.session import BatchSession, PrintState
from app.views.printing.words import STATE_TITLES
from app.views.running.runner import Runner
from app.views.widgets.basics import LinkButton
from app.views.widgets.layout import column, grows, row
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.search_field import SearchField

_MOST_SUMMED = 2000
"""Selected lines whose amounts are added up for the status bar."""


class InvoicePane(QWidget):
    """Follows the session; says which line is under the keyboard and what is selected."""

    current_changed = Signal(object)  # SelectedInvoice, or None where there are no lines
    selection_said = Signal(str)
    account_asked = Signal(int, bool)  # account id, whether in a tab behind
    preview_asked = Signal()
    paper_asked = Signal()
    all_asked = Signal()  # give up the choice and take every invoice

    def __init__(self, theme: Theme, runner: Runner, session: BatchSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._listed: Batch | None = None
        self._state_shown = ItemState.ALL
        self._failure: BaseException | None = None
        self.can_print_on_paper = False
        self.filter = SearchField(theme, "Invoice or account", icon=Icon.FILTER)
        self.switches = CountSwitches(theme, [CountChoice(key=state.value, text=STATE_TITLES[state])
                                              for state in ItemState])
        self._newer = LinkButton(theme, "Read the list again", run=self.read_again)
        self.table = DataTable(theme, "Invoices to print")
        self.model: PagedTableModel[SelectedInvoice] = PagedTableModel(invoice_columns(), runner, theme.formatter,
                                                                       self)
        self.table.show_model(self.model)
        self.area = StatefulArea(theme, self.table)
        self._conditions = ListConditions(self.area, session, theme.formatter, choose_all=self.all_asked.emit,
                                          show_all=self._show_all, retry=self.model.retry)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._newer.hide()
        self.filter.setMaximumWidth(self._theme.sizes.px(220))
        self.filter.setMinimumWidth(self._theme.sizes.px(120))
        line = row(grows(self.filter), self.switches, self._newer, margins=(tk.PAGE_MARGIN, 0))
        column(line, grows(self.area), on=self, spacing=10)
        self.area.follow(self.model, say_empty=self._say_empty, say_failed=self._say_failed,
                         reading_text="Reading the invoices.")

    def _connect(self) -> None:
        model, table, session = self.model, self.table, self._session
        session.setup_changed.connect(self._on_setup)
        session.counts_changed.connect(self._on_counts)
        self.switches.changed.connect(self._on_switch)
        self.filter.settled.connect(self.read_again)
        self.filter.left_downwards.connect(self.focus_list)
        model.newer_rows.connect(self._on_newer)
        model.state_changed.connect(self._on_table_state)
        model.failed.connect(self._on_failed)
        model.dataChanged.connect(self._on_rows_read)
        table.current_row_changed.connect(self._on_current_row)
        table.selection_changed.connect(self.say_selection)
        table.opened.connect(self._on_opened)
        table.opened_aside.connect(partial(self._on_opened, aside=True))
        table.link_clicked.connect(self._on_opened)
        table.space_pressed.connect(self.preview_asked)
        table.left_upwards.connect(self.filter.setFocus)
        table.menu_asked.connect(self._show_menu)

    # --- for the screen ---

    def focus_list(self) -> None:
        if not self.table.currentIndex().isValid():
            self.table.go_to_row(0)
        self.table.setFocus()

    def current(self) -> SelectedInvoice | None:
        row = self.table.current_row()
        return row if isinstance(row, SelectedInvoice) else None

    def selected(self) -> list[SelectedInvoice]:
        """Selected lines that are read."""
        return [row for row in self.table.selected_rows() if isinstance(row, SelectedInvoice)]

    def read_again(self, _text: str = "") -> None:
        """Ask for the lines of the batch, of the state and words chosen."""
        self._newer.hide()
        self._listed = self._session.batch
        self.model.set_source(invoice_source(ListQuestion(batch=self._listed, state=self._state_shown,
                                                         words=self.filter.text())))

    # --- what the session says ---

    def _on_setup(self) -> None:
        session = self._session
        if session.setup is not None and session.batch != self._listed:
            self.read_again()
        elif session.setup is not None:
            self._show_rows()
        elif session.count_failure is not None:
            self._listed = None
            self.current_changed.emit(None)
            self._conditions.say_not_counted(session.count_failure)

    def _show_rows(self) -> None:
        """The lines that are read, also while nobody can look for newer ones."""
        if self.model.rowCount():
            self.area.show_content()
        elif self.model.state is TableState.FAILED:
            self._say_failed()
        else:
            self._say_empty()

    def _on_counts(self) -> None:
        counts = self._session.counts
        for state in ItemState:
            self.switches.switch(state.value).set_count(counts.of(state) if counts is not None else None)
        if self._session.state is not PrintState.CHOOSING:
            self.model.refresh()

    # --- what the model says ---

    def _on_table_state(self, state: TableState) -> None:
        if state is TableState.READY and not self.table.currentIndex().isValid():
            self.table.go_to_row(0)
        elif state is TableState.EMPTY:
            self.current_changed.emit(None)
        self.say_selection()

    def _on_current_row(self, row: SelectedInvoice | None) -> None:
        """A line that is still being read leaves the former one in the preview."""
        if row is not None:
            self.current_changed.emit(row)

    def _on_rows_read(self, first: QModelIndex, last: QModelIndex, _roles: object = None) -> None:
        """The line under the keyboard was read, or has another state now."""
        if first.row() <= self.table.currentIndex().row() <= last.row():
            self._on_current_row(self.current())
            self.say_selection()

    def _on_newer(self, _count: int) -> None:
        """Lines came or went; they are shown when somebody asks."""
        self._newer.show()

    def _on_failed(self, error: BaseException) -> None:
        self._failure = error
        if self.model.state is TableState.FAILED:
            self._say_failed()

    def _say_empty(self) -> None:
        self._conditions.say_empty(self._state_shown, self.filter.text())

    def _say_failed(self) -> None:
        self._conditions.say_failed(self._failure)

    # --- what the person does ---

    def _on_switch(self, on: frozenset[str]) -> None:
        self._state_shown = ItemState(next(iter(on), ItemState.ALL.value))
        self.read_again()

    def _on_opened(self, index: QModelIndex, *, aside: bool = False) -> None:
        row = self.model.row_of(index)
        if row is not None:
            self.account_asked.emit(row.account_id, aside)

    def _show_all(self) -> None:
        self.filter.clear()
        self.switches.switch(ItemState.ALL.value).setChecked(True)
        self.read_again()
        self.focus_list()

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        row = self.model.row_of(index)
        if row is None:
            return
        pop_up(self, position,
               Entry("&Open account", partial(self.account_asked.emit, row.account_id, False)),  # noqa: FBT003  a signal
               Entry("Print on pa&per…", self.paper_asked.emit, self.can_print_on_paper),
               Entry("&Copy rows", self.table.copy_rows))

    def say_selection(self) -> None:
        """Say how many lines are selected, and their sum by currency where they are not too many."""
        selected, total = self.table.selected_count(), self.model.true_count or self.model.rowCount()
        if not selected:
            self.selection_said.emit("")
            return
        formatter = self._theme.formatter
        sums: dict[str, int] = {}
        for line in self.selected() if selected <= _MOST_SUMMED else ():
            sums[line.currency] = sums.get(line.currency, 0) + line.amount_minor
        parts = [f"{formatter.number(selected)} of {formatter.number(total)} selected"]
        parts += [formatter.money(Money(minor, currency)) for currency, minor in sorted(sums.items())]
        self.selection_said.emit(", ".join(parts))
