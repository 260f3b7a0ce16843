"""Printing invoices: choose, see count and sum, print in the background, look at what came of it.

The form and the progress of the batch stand in the same room, so nothing below them moves when the printing begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.services.printing.overview import Batch
from app.services.printing.queries import SelectedInvoice
from app.services.printing.selection import Selection
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import BusinessPlace, Screen, State, Target
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.printing import feature as act
from app.views.printing.batch_cards import BatchCards
from app.views.printing.batch_form import BatchForm
from app.views.printing.invoice_pane import InvoicePane
from app.views.printing.page_preview import PagePreview
from app.views.printing.paper import PaperPrinting
from app.views.printing.print_card import PrintCard
from app.views.printing.session import BatchSession, PrintState
from app.views.widgets.basics import Button
from app.views.widgets.layout import column, grows, holding, row, split, stacked
from app.views.widgets.page_header import PageHeader

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

    comfortable_width = 1200

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None, *, folder: Path | None = None,
                 open_folder: Callable[[Path], object] = show_folder) -> None:
        super().__init__(target, "Print invoices", Icon.PRINTING, parent)
        theme, runner = desk.theme, desk.runner
        self._theme = theme
        self._navigator = desk.navigator
        self._desk = desk
        self._had_focus = False
        self.session = BatchSession(runner, desk.bus, theme.formatter, folder=folder or default_folder(),
                                    open_folder=open_folder, parent=self)
        self.session.power_refusal = desk.powers.refusal
        desk.powers.changed.connect(self.session.setup_changed)
        self.session.state_changed.connect(self._note_focus)  # before the widgets below hide what has it
        self.paper = PaperPrinting(runner, theme.formatter, self)
        self._header = PageHeader(theme, "Print invoices")
        self._change = Button(theme, "Change batch", icon=Icon.FILTER, run=self.session.change)
        self._header.add_button(self._change)
        self.form = BatchForm(theme, self.session, self._today)
        self.card = PrintCard(theme, self.session)
        self._stack = stacked(self.form, self.card)
        self.cards = BatchCards(theme, self.session)
        self.pane = InvoicePane(theme, runner, self.session)
        self.preview = PagePreview(theme, runner)
        self._build()
        self._connect()
        self._on_state()

    def _today(self) -> date:
        """Today where the invoices are from, the latest of several; the workstation's while no provider is known."""
        place = self.session.business_place()
        return self._desk.today() if place is None else max(map(self._desk.date_in, place.time_zones))

    # --- building ---

    def _build(self) -> None:
        self._stack.setMaximumHeight(self.form.sizeHint().height() + 4)
        head = column(self._stack, self.cards, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 12), spacing=12)
        main = holding(column(self._header, head, grows(self.pane)))
        main.setMinimumWidth(360)
        self.preview.setMinimumWidth(self._theme.sizes.px(280))
        self._splitter = split(main, self.preview, shares=(3, 2), sizes=(760, 420), handle=1)
        row(self._splitter, on=self)

    def _connect(self) -> None:
        session, pane = self.session, self.pane
        session.setup_changed.connect(self._on_setup)
        session.state_changed.connect(self._on_state)
        pane.current_changed.connect(self._on_current)
        pane.selection_said.connect(self._on_selection)
        pane.account_asked.connect(self._open_account)
        pane.preview_asked.connect(self.preview.view.setFocus)
        pane.paper_asked.connect(self._on_paper)
        pane.all_asked.connect(self._choose_all)
        self.preview.left.connect(pane.focus_list)
        self.preview.paper.clicked.connect(self._on_paper)
        self.paper.changed.connect(self._show_paper)
        self.paper.said.connect(self.preview.say)
        self.press_with_ctrl_enter(self._press_main)

    # --- for the shell ---

    def focus_first(self) -> None:
        if self.session.state is PrintState.CHOOSING:
            self.form.provider.setFocus()
        else:
            self.pane.focus_list()

    def shown(self) -> None:
        if not self.session.is_loaded:
            self.session.load()
        self.paper.look()

    def business_place(self) -> BusinessPlace | None:
        return self.session.business_place()

    def bindings(self) -> Mapping[str, Binding]:
        session = self.session
        bindings = {
            "screen.refresh": Binding(self.read_again),
            "go.list": Binding(self.pane.filter.setFocus),
            act.OPEN: Binding(self.focus_first),
            act.PRINT: Binding(self._press_main, "waits until the batch at work has ended" if session.is_printing
                               else session.refusal() if session.state is PrintState.CHOOSING else ""),
            act.FOLDER: Binding(session.open_folder, "" if session.batch.folder else "needs a folder"),
        }
        if session.is_printing:
            bindings[act.STOP] = Binding(session.stop)
        elif session.state is PrintState.ENDED:
            bindings[act.CHANGE] = Binding(session.change)
        row = self.pane.current()
        if row is not None:
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
            "columns": bytes(self.pane.table.save_columns().toBase64().data()).decode(),
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
            self.pane.table.restore_columns(QByteArray.fromBase64(QByteArray(columns.encode())))
        if isinstance(widths, list) and len(widths) == 2:
            self._splitter.setSizes(widths)

    def read_again(self) -> None:
        """Count anew and read the list anew."""
        self.session.count_now()
        self.pane.read_again()

    # --- what the session says ---

    def _on_setup(self) -> None:
        self._header.set_subtitle(self.session.words())
        self.bindings_changed.emit()
        self.business_place_changed.emit()

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
            (self.card.again if self.card.offers_again else self.card.open_folder).setFocus()

    # --- what the person does ---

    def _press_main(self) -> None:
        """Ctrl+Enter: print, or what is left to do."""
        if self.session.state is PrintState.CHOOSING:
            self.form.print_button.click()
        elif self.card.offers_again:
            self.card.again.click()

    def _on_current(self, row: SelectedInvoice | None) -> None:
        self.preview.show_line(row)
        self._show_paper()
        self.bindings_changed.emit()

    def _on_selection(self, words: str) -> None:
        self.set_selection_text(words)
        self._show_paper()

    def _open_account(self, account_id: int, aside: bool = False) -> None:  # noqa: FBT001, FBT002  a slot
        self._navigator.go(Target("account", account_id), aside=aside)

    def _on_paper(self) -> None:
        if self.paper.is_busy:
            self.paper.stop()
        else:
            self.paper.ask(self.pane.selected(), self)

    # --- words ---

    def _show_paper(self) -> None:
        """The button says why it is off, how many it takes, or that it stops."""
        button, refusal = self.preview.paper, self.paper.refusal
        count = self.pane.table.selected_count()
        self.pane.can_print_on_paper = not refusal
        has_rows = count > 0
        button.setText("Stop printing" if self.paper.is_busy else "Print…")
        button.setEnabled(self.paper.is_busy or (not refusal and has_rows))
        invoices = self._theme.formatter.counted(count, "selected invoice", "selected invoices")
        button.setToolTip(refusal or (f"Print {invoices} on paper" if has_rows else "Select an invoice first."))
        button.setAccessibleDescription(button.toolTip())

    def _choose_all(self) -> None:
        self.form.put(Batch(Selection(), self.session.batch.folder), wants_merged=self.session.wants_merged)
        self.session.count_now()
        self.form.provider.setFocus()

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
