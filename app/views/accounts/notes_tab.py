"""The notes of an account: newest first, the chosen one in full, and room to write another.

A note stands as it was written. What is typed stays until it is added, whatever else happens to the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.services.accounts.diary_jobs import add_note
from app.services.accounts.header import AccountHeader
from app.services.accounts.notes import NoteRow, note_count, note_page
from app.services.errors import BursarError
from app.views.accounts.page_tabs import PageTab
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column
from app.views.lists.models.keyset_source import KeysetSource
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.empty_state import WayOn

_FIELD_LINES: Final = 3
_FULL_LINES: Final = 5


class NotesTab(PageTab):
    """Shows one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._header: AccountHeader | None = None
        self._zone = ZoneInfo("UTC")
        columns = note_columns(lambda: self._zone)
        self._model: PagedTableModel[NoteRow] = PagedTableModel(columns, runner, theme.formatter, self)
        self._build()
        self._connect()
        self._on_typed()

    def show_account(self, header: AccountHeader) -> None:
        self._header = header
        self._zone = ZoneInfo(header.time_zone)
        self._on_typed()
        self._ask()

    def focus_first(self) -> None:
        (self._table if self._model.rowCount() else self._field).setFocus()

    def begin_note(self) -> None:
        """Put the keyboard where the next note is written."""
        self._field.setFocus()

    def unsaved_text(self) -> str:
        return "A note is not added yet." if self._field.toPlainText().strip() else ""

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._table = DataTable(theme, "Notes", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._area = StatefulArea(theme, self._table, self)
        self._full = QPlainTextEdit(self)
        self._full.setReadOnly(True)
        self._full.setTabChangesFocus(True)
        self._full.setAccessibleName("The chosen note in full")
        self._full.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._full.setFixedHeight(_FULL_LINES * theme.metrics().lineSpacing() + 12)
        full = QVBoxLayout()
        full.setContentsMargins(tk.PAGE_MARGIN - 4, 6, tk.PAGE_MARGIN, 10)
        full.addWidget(self._full)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_field())
        column.addWidget(HorizontalRule(theme))
        column.addWidget(self._area, 1)
        column.addWidget(HorizontalRule(theme))
        column.addLayout(full)
        for before, after in pairwise((self._field, self._add, self._table, self._full)):
            QWidget.setTabOrder(before, after)

    def _build_field(self) -> QHBoxLayout:
        theme = self._theme
        self._field = QPlainTextEdit(self)
        self._field.setTabChangesFocus(True)
        self._field.setAccessibleName("New note")
        self._field.setFixedHeight(_FIELD_LINES * theme.metrics().lineSpacing() + 14)
        self._field.installEventFilter(self)
        label = Label(theme, "New &note", self, ink=tk.Ink.MUTED)
        label.setBuddy(self._field)
        self._add = Button(theme, "Add note", self, icon=Icon.EDIT, kind="main")
        self._says = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._says.hide()
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._field)
        words.addWidget(self._says)
        row = QHBoxLayout()
        row.setContentsMargins(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 10)
        row.setSpacing(12)
        row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._add, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _connect(self) -> None:
        self._field.textChanged.connect(self._on_typed)
        self._add.clicked.connect(self._on_add)
        self._table.current_row_changed.connect(self._on_current)
        self._table.left_upwards.connect(self._field.setFocus)
        self._model.count_known.connect(self._on_count)
        self._model.modelReset.connect(self._on_reset)
        self._area.follow(self._model, say_empty=self._say_empty, say_failed=self._say_failed,
                          reading_text="Reading notes.")

    # --- reading ---

    def _ask(self) -> None:
        if self._header is not None:
            ident = self._header.id
            self._model.set_source(KeysetSource(page=partial(note_page, account_id=ident),
                                                number=partial(note_count, account_id=ident), ident=lambda row: row.id))

    def _on_count(self, count: int) -> None:
        self.counted.emit(count)
        self.summary_changed.emit(self._theme.formatter.counted(count, "note", "notes"))

    def _on_reset(self) -> None:
        if self._model.rowCount() and not self._table.currentIndex().isValid():
            self._table.go_to_row(0)

    def _on_current(self, row: NoteRow | None) -> None:
        self._full.setPlainText(row.text if row is not None else "")

    def _say_empty(self) -> None:
        self._full.clear()
        self._area.show_words("There are no notes yet.", "What was said and agreed stands here for colleagues.",
                              icon=Icon.EDIT)

    def _say_failed(self) -> None:
        self._area.show_words("The notes could not be read.", "Nothing was changed.", icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])

    # --- writing ---

    def _on_typed(self) -> None:
        refusal = self._header.rights.edit if self._header is not None else ""
        self._field.setReadOnly(bool(refusal))
        self._field.setPlaceholderText(refusal or "What was said or agreed")
        self._add.setEnabled(self._header is not None and not refusal and bool(self._field.toPlainText().strip()))
        self._add.setToolTip(refusal or "Add the note (Ctrl+Enter)")
        self._say("")

    def _on_add(self) -> None:
        if self._header is not None and self._add.isEnabled():
            self._add.setEnabled(False)
            job = partial(add_note, account_id=self._header.id, text=self._field.toPlainText())
            self._runner.write(job, succeeded=self._on_added, failed=self._on_refused)

    def _on_added(self, _changes: object) -> None:
        self._field.clear()
        self._field.setFocus()

    def _on_refused(self, error: BaseException) -> None:
        self._add.setEnabled(True)
        words = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._say(f"{words} What you typed is kept.")

    def _say(self, text: str) -> None:
        self._says.setText(text)
        self._says.setVisible(bool(text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl+Enter in the field adds the note; Enter begins a line."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._on_add()
                return True
        return super().eventFilter(watched, event)


def note_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[NoteRow], ...]:
    """`zone` gives the time zone of the account's provider when a row is painted."""

    def when(row: NoteRow, formatter: Formatter) -> str:
        return formatter.instant(row.recorded_at, zone())

    return (
        Column(key="when", title="When", text=when, width=170),
        Column(key="actor", title="By", text=lambda r, _: r.actor, width=190, is_second_rank=True,
               tooltip=lambda r, _: r.actor),
        Column(key="text", title="Note", text=lambda r, _: " ".join(r.text.split()), width=400, stretches=True,
               tooltip=lambda r, _: r.text, copied=lambda r, _: r.text),
    )
