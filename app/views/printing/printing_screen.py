"""Printing invoices: choose, see count and sum, print in the background, look at what came of it.

The form and the progress of the batch stand in the same room, so nothing below them moves when the printing begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QModelIndex, QPoint, QStandardPaths, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.models.values import Money
from app.services.invoicing.batch_queries import SelectedInvoice
from app.services.invoicing.screen_jobs import Batch, ItemState, ListQuestion
from app.services.invoicing.selection import Selection
from app.views import tokens as tk
from app.views.actions import Binding
from app.views.change_bus import ChangeBus
from app.views.icons import Icon
from app.views.item_models.paged_table_model import PagedTableModel, TableState
from app.views.job_runner import Runner
from app.views.printing import printing_actions as act
from app.views.printing.batch_cards import BatchCards
from app.views.printing.batch_form import BatchForm
from app.views.printing.batch_session import BatchSession, PrintState
from app.views.printing.invoice_list import InvoiceSource, invoice_columns
from app.views.printing.list_conditions import ListConditions
from app.views.printing.page_preview import PagePreview
from app.views.printing.paper import PaperPrinting
from app.views.printing.print_card import PrintCard
from app.views.printing.words import STATE_TITLES
from app.views.screen import Navigator, Screen, State, Target
from app.views.theme import Theme
from app.views.widgets.basics import Button, LinkButton
from app.views.widgets.count_switches import CountChoice, CountSwitches
from app.views.widgets.data_table import DataTable
from app.views.widgets.page_header import PageHeader
from app.views.widgets.search_field import SearchField
from app.views.widgets.stateful_area import StatefulArea

_NARROW: Final = 900
"""Below this width the preview gives way to the list."""
_LOW: Final = 520
"""Below this height count and sum are one line, so that the list keeps its rows."""
_FOLDER: Final = "Bursar invoices"


def default_folder() -> Path:
    """Where invoices go until somebody chooses: a folder among the person's documents."""
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / _FOLDER


def show_folder(folder: Path) -> None:
    """Open a folder in the file manager of the system."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


class PrintingScreen(Screen):
    """See the module."""

    comfortable_width = 1100

    def __init__(self, target: Target, theme: Theme, *, runner: Runner, bus: ChangeBus, navigator: Navigator,
                 today: Callable[[], date], folder: Path | None = None,
                 open_folder: Callable[[Path], object] = show_folder, parent: QWidget | None = None) -> None:
        super().__init__(target, "Print invoices", Icon.PRINTING, parent)
        self._theme = theme
        self._navigator = navigator
        self._listed: Batch | None = None
        self._had_focus = False
        self._state_shown = ItemState.ALL
        self.session = BatchSession(runner, bus, theme.formatter, folder=folder or default_folder(),
                                    open_folder=open_folder, parent=self)
        self.session.state_changed.connect(self._note_focus)  # before the widgets below hide what has it
        self.paper = PaperPrinting(runner, theme.formatter, self)
        self._header = PageHeader(theme, "Print invoices")
        self._change = Button(theme, "Change batch", icon=Icon.FILTER)
        self._header.add_button(self._change)
        self.form = BatchForm(theme, self.session, today)
        self.card = PrintCard(theme, self.session)
        self._stack = QStackedWidget(self)
        self.cards = BatchCards(theme, self.session)
        self.switches = CountSwitches(theme, [CountChoice(state.value, STATE_TITLES[state]) for state in ItemState])
        self.filter = SearchField(theme, "Invoice or account", icon=Icon.FILTER)
        self._newer = LinkButton(theme, "Read the list again")
        self.table = DataTable(theme, "Invoices to print")
        self.model: PagedTableModel[SelectedInvoice] = PagedTableModel(invoice_columns(), runner, theme.formatter,
                                                                       self)
        self.table.show_model(self.model)
        self.area = StatefulArea(theme, self.table)
        self.preview = PagePreview(theme, runner)
        self._list_failure: BaseException | None = None
        self._conditions = ListConditions(self.area, self.session, theme.formatter, choose_all=self._choose_all,
                                          show_all=self._show_all, retry=self.model.retry)
        self._build()
        self._connect()
        self._on_state()

    # --- building ---

    def _build(self) -> None:
        self._newer.hide()
        self._stack.addWidget(self.form)
        self._stack.addWidget(self.card)
        self._stack.setMaximumHeight(self.form.sizeHint().height() + 4)
        head = QVBoxLayout()
        head.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 10)
        head.setSpacing(12)
        head.addWidget(self._stack)
        head.addWidget(self.cards)
        head.addLayout(self._list_line())
        main = QWidget(self)
        main.setMinimumWidth(360)
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._header)
        column.addLayout(head)
        column.addWidget(self.area, 1)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(main)
        self._splitter.addWidget(self.preview)
        self.preview.setMinimumWidth(self._theme.sizes.px(280))
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        self._splitter.setSizes([760, 420])
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._splitter)
        self.area.follow(self.model, say_empty=self._say_empty, say_failed=self._say_failed,
                         reading_text="Reading the invoices.")

    def _list_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(8)
        self.filter.setMaximumWidth(self._theme.sizes.px(220))
        self.filter.setMinimumWidth(self._theme.sizes.px(120))
        line.addWidget(self.filter, 1)
        line.addWidget(self.switches)
        line.addWidget(self._newer)
        return line

    def _connect(self) -> None:
        session, table = self.session, self.table
        session.setup_changed.connect(self._on_setup)
        session.state_changed.connect(self._on_state)
        session.counts_changed.connect(self._on_counts)
        self._change.clicked.connect(session.change)
        self.switches.changed.connect(self._on_switch)
        self.filter.settled.connect(self._list)
        self.filter.left_downwards.connect(self.focus_list)
        self._newer.clicked.connect(self._list)
        self.model.newer_rows.connect(self._on_newer)
        self.model.state_changed.connect(self._on_table_state)
        self.model.failed.connect(self._on_list_failed)
        table.current_row_changed.connect(self._on_current)
        table.selection_changed.connect(self._say_selection)
        table.opened.connect(self._on_opened)
        table.opened_aside.connect(partial(self._on_opened, aside=True))
        table.link_clicked.connect(self._on_opened)
        table.space_pressed.connect(self._focus_preview)
        table.left_upwards.connect(self.filter.setFocus)
        table.menu_asked.connect(self._show_menu)
        self.preview.left.connect(self.focus_list)
        self.preview.paper.clicked.connect(self._on_paper)
        self.paper.changed.connect(self._show_paper)
        self.paper.said.connect(self.preview.say)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._press_main)

    # --- for the shell ---

    def focus_first(self) -> None:
        if self.session.state is PrintState.CHOOSING:
            self.form.provider.setFocus()
        else:
            self.focus_list()

    def shown(self) -> None:
        if not self.session.is_loaded:
            self.session.load()
        self.paper.look()

    def bindings(self) -> Mapping[str, Binding]:
        session = self.session
        bindings = {
            "screen.refresh": Binding(self.read_again),
            "go.list": Binding(self.filter.setFocus),
            act.OPEN: Binding(self.focus_first),
            act.PRINT: Binding(self._press_main, "waits until the batch at work has ended" if session.is_printing
                               else session.refusal() if session.state is PrintState.CHOOSING else ""),
            act.FOLDER: Binding(session.open_folder, "" if session.batch.folder else "needs a folder"),
        }
        if session.is_printing:
            bindings[act.STOP] = Binding(session.stop)
        elif session.state is PrintState.ENDED:
            bindings[act.CHANGE] = Binding(session.change)
        row = self.table.current_row()
        if isinstance(row, SelectedInvoice):
            bindings["account.open"] = Binding(partial(self._open_account, row.account_id))
            bindings[act.PAPER] = Binding(self._on_paper, self.paper.refusal)
        return bindings

    def save_state(self) -> State:
        selection = self.session.batch.selection
        return {
            "provider": selection.provider or "",
            "account": selection.account or "",
            "from": selection.issued_from.isoformat() if selection.issued_from else "",
            "to": selection.issued_to.isoformat() if selection.issued_to else "",
            "folder": str(self.session.batch.folder or ""),
            "merged": self.session.wants_merged,
            "columns": bytes(self.table.save_columns().toBase64().data()).decode(),
            "widths": self._splitter.sizes(),
        }

    def restore_state(self, state: State) -> None:
        folder = str(state.get("folder", ""))
        selection = Selection(
            provider=str(state.get("provider", "")) or None, account=str(state.get("account", "")) or None,
            issued_from=_day(state.get("from")), issued_to=_day(state.get("to")),
        )
        batch = Batch(selection, Path(folder) if folder else self.session.batch.folder)
        self.session.choose(batch, wants_merged=bool(state.get("merged", False)))
        self.form.put(batch, wants_merged=bool(state.get("merged", False)))
        columns, widths = state.get("columns"), state.get("widths")
        if isinstance(columns, str) and columns:
            self.table.restore_columns(QByteArray.fromBase64(QByteArray(columns.encode())))
        if isinstance(widths, list) and len(widths) == 2:
            self._splitter.setSizes(widths)

    def read_again(self) -> None:
        """Count anew and read the list anew."""
        self.session.count_now()
        self._list()

    def focus_list(self) -> None:
        if not self.table.currentIndex().isValid():
            self.table.go_to_row(0)
        self.table.setFocus()

    # --- what the session says ---

    def _on_setup(self) -> None:
        session = self.session
        if session.setup is not None and session.batch != self._listed:
            self._list()
        elif session.setup is not None:
            self.area.show_content() if self.model.rowCount() else self._say_empty()
        elif session.count_failure is not None:
            self.preview.show_line(None)
            self._listed = None
            self._conditions.say_not_counted(session.count_failure)
        self._header.set_subtitle(session.words())
        self.bindings_changed.emit()

    def _note_focus(self) -> None:
        """Whether the keyboard is in the form or on the card, just before they change."""
        focus = self.focusWidget()
        self._had_focus = focus is not None and (focus is self._change or self._stack.isAncestorOf(focus))

    def _on_state(self) -> None:
        is_choosing = self.session.state is PrintState.CHOOSING
        self._stack.setCurrentWidget(self.form if is_choosing else self.card)
        self._change.setVisible(not is_choosing)
        self._change.setEnabled(not self.session.is_printing)
        self._header.set_subtitle(self.session.words())
        if self._had_focus and self.isVisible():
            self._focus_stack(is_choosing=is_choosing)
        self.bindings_changed.emit()

    def _focus_stack(self, *, is_choosing: bool) -> None:
        """The keyboard stays where it was: on what takes the place of what had it."""
        if is_choosing:
            self.form.provider.setFocus()
        elif self.session.is_printing:
            self.card.stop.setFocus()
        else:
            (self.card.again if self.card.again.isVisibleTo(self.card) else self.card.open_folder).setFocus()

    def _on_counts(self) -> None:
        counts = self.session.counts
        for state in ItemState:
            self.switches.switch(state.value).set_count(counts.of(state) if counts is not None else None)
        if self.session.state is not PrintState.CHOOSING:
            self.model.refresh()

    def _list(self, _text: str = "") -> None:
        """Ask for the lines of the batch, state and words that were chosen."""
        self._newer.hide()
        self._listed = self.session.batch
        self.model.set_source(InvoiceSource(ListQuestion(self._listed, self._state_shown, self.filter.text())))

    def _on_table_state(self, state: TableState) -> None:
        if state is TableState.READY and not self.table.currentIndex().isValid():
            self.table.go_to_row(0)
        elif state is TableState.EMPTY:
            self.preview.show_line(None)
        self._say_selection()

    # --- what the person does ---

    def _press_main(self) -> None:
        """Ctrl+Enter: print, or what is left to do."""
        if self.session.state is PrintState.CHOOSING:
            self.form.print_button.click()
        elif self.card.again.isVisibleTo(self.card):
            self.card.again.click()

    def _on_newer(self, _count: int) -> None:
        """Lines came or went; they are shown when somebody asks."""
        self._newer.show()

    def _on_switch(self, on: frozenset[str]) -> None:
        self._state_shown = ItemState(next(iter(on), ItemState.ALL.value))
        self._list()

    def _on_current(self, row: SelectedInvoice | None) -> None:
        if row is not None:
            self.preview.show_line(row)
        self._show_paper()

    def _on_opened(self, index: QModelIndex, *, aside: bool = False) -> None:
        row = self.model.row_of(index)
        if row is not None:
            self._open_account(row.account_id, aside=aside)

    def _open_account(self, account_id: int, *, aside: bool = False) -> None:
        self._navigator.go(Target("account", account_id), aside=aside)

    def _focus_preview(self, _index: QModelIndex) -> None:
        self.preview.view.setFocus()

    def _on_paper(self) -> None:
        if self.paper.is_busy:
            self.paper.stop()
        else:
            self.paper.ask([row for row in self.table.selected_rows() if isinstance(row, SelectedInvoice)], self)

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        row = self.model.row_of(index)
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("&Open account", partial(self._open_account, row.account_id))
        menu.addAction("Print on pa&per…", self._on_paper).setEnabled(not self.paper.refusal)
        menu.addAction("&Copy rows", self.table.copy_rows)
        menu.popup(position)

    # --- words ---

    def _show_paper(self) -> None:
        """The button says why it is off, how many it takes, or that it stops."""
        button, refusal = self.preview.paper, self.paper.refusal
        count = self.table.selected_count()
        has_rows = count > 0
        button.setText("Stop printing" if self.paper.is_busy else "Print…")
        button.setEnabled(self.paper.is_busy or (not refusal and has_rows))
        invoices = self._theme.formatter.counted(count, "selected invoice", "selected invoices")
        button.setToolTip(refusal or (f"Print {invoices} on paper" if has_rows else "Select an invoice first."))
        button.setAccessibleDescription(button.toolTip())

    def _say_selection(self) -> None:
        selected, total = self.table.selected_count(), self.model.true_count or self.model.rowCount()
        self._show_paper()
        if not selected:
            self.set_selection_text("")
            return
        formatter = self._theme.formatter
        sums: dict[str, int] = {}
        for row in self.table.selected_rows() if selected <= 2000 else ():
            sums[row.currency] = sums.get(row.currency, 0) + row.amount_minor
        parts = [f"{formatter.number(selected)} of {formatter.number(total)} selected"]
        parts += [formatter.money(Money(minor, currency)) for currency, minor in sorted(sums.items())]
        self.set_selection_text(", ".join(parts))

    def _say_empty(self) -> None:
        self._conditions.say_empty(self._state_shown, self.filter.text())

    def _say_failed(self) -> None:
        self._conditions.say_failed(self._list_failure)

    def _on_list_failed(self, error: BaseException) -> None:
        self._list_failure = error
        if self.model.state is TableState.FAILED:
            self._say_failed()

    def _choose_all(self) -> None:
        self.form.put(Batch(Selection(), self.session.batch.folder), wants_merged=self.session.wants_merged)
        self.session.count_now()
        self.form.provider.setFocus()

    def _show_all(self) -> None:
        self.filter.clear()
        self.switches.switch(ItemState.ALL.value).setChecked(True)
        self._list()
        self.focus_list()

    # --- room ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        px = self._theme.sizes.px
        self.preview.setVisible(self.width() >= px(_NARROW))
        is_low = self.height() < px(_LOW)
        self.cards.setVisible(not is_low)
        self.form.say_figures(always=is_low)


def _day(text: object) -> date | None:
    """A date that was saved; None for anything else."""
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
