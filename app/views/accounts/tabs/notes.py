"""The notes of an account: newest first, the chosen one in full, and room to write another.

A note stands as it was written. What is typed stays until it is added, whatever else happens to the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.services.accounts.header import AccountHeader
from app.services.accounts.notes import NoteRow, note_count, note_page, write_note
from app.services.changes import Changed
from app.services.database.asking import doing
from app.views.accounts.tabs.reading import ListTab
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.lists.models.columns import Column, text_column
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.layout import at_top, column, grows, row, walk_in_order

_WORDS: Final = ListWords(
    name="Notes", reading="Reading notes.", unread="The notes could not be read.",
    empty=Instead(head="There are no notes yet.", text="What was said and agreed stands here for colleagues.",
                  icon=Icon.EDIT))


class NotesTab(ListTab[NoteRow]):
    """Shows one account."""

    concerned_by = frozenset({Changed.NOTES})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        self._zone = ZoneInfo("UTC")
        self._pages = PageListing(theme, runner, _WORDS, note_columns(lambda: self._zone),
                                  one_at_a_time=True)
        super().__init__(theme, self._pages, ("note", "notes"), parent)
        self._runner = runner
        self._field = _writing(theme, "New note", lines=3, room=14)
        self._field.installEventFilter(self)
        self._full = _writing(theme, "The chosen note in full", lines=5, room=12)
        self._full.setReadOnly(True)
        self._full.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._add = Button(theme, "Add note", icon=Icon.EDIT, kind="main", run=self._on_add)
        self._says = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._says.hide()
        column(
            row(at_top(Label(theme, "New &note", ink=tk.Ink.MUTED, buddy=self._field)),
                grows(column(self._field, self._says, spacing=4)), at_top(self._add),
                margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 10), spacing=12),
            HorizontalRule(theme), grows(self._pages), HorizontalRule(theme),
            column(self._full, margins=(tk.PAGE_MARGIN - 4, 6, tk.PAGE_MARGIN, 10)), on=self)
        table = self._pages.table
        walk_in_order(self._field, self._add, table, self._full)
        self._field.textChanged.connect(self._on_typed)
        table.current_row_changed.connect(self._on_current)
        table.left_upwards.connect(self._field.setFocus)
        self._pages.counted.connect(lambda count: None if count else self._full.clear())
        self._on_typed()

    def ask(self, header: AccountHeader) -> None:
        self._zone = ZoneInfo(header.time_zone)
        self._on_typed()
        self._pages.ask(partial(note_page, account_id=header.id), partial(note_count, account_id=header.id))

    def focus_first(self) -> None:
        (self._pages.table if self._pages.model.rowCount() else self._field).setFocus()

    def begin_note(self) -> None:
        """Put the keyboard where the next note is written."""
        self._field.setFocus()

    def unsaved_text(self) -> str:
        return "A note is not added yet." if self._field.toPlainText().strip() else ""

    def _on_current(self, row: NoteRow | None) -> None:
        self._full.setPlainText(row.text if row is not None else "")

    # --- writing ---

    def _on_typed(self) -> None:
        refusal = self.header.rights.edit if self.header is not None else ""
        self._field.setReadOnly(bool(refusal))
        self._field.setPlaceholderText(refusal or "What was said or agreed")
        self._add.offer(refusal, "Add the note (Ctrl+Enter)")
        if self.header is None or not self._field.toPlainText().strip():
            self._add.setEnabled(False)
        self._say("")

    def _on_add(self) -> None:
        if self.header is not None and self._add.isEnabled():
            self._add.setEnabled(False)
            text = self._field.toPlainText()
            job = doing(write_note, account_id=self.header.id, text=text)
            self._runner.write(job, succeeded=partial(self._on_added, text), failed=self._on_refused)

    def _on_added(self, text: str, _changes: object) -> None:
        """What was typed meanwhile stays."""
        if self._field.toPlainText() == text:
            self._field.clear()
            self._field.setFocus()

    def _on_refused(self, error: BaseException) -> None:
        self._add.setEnabled(True)
        self._say(f"{in_words(error)} What you typed is kept.")

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


def _writing(theme: Theme, name: str, *, lines: int, room: int) -> QPlainTextEdit:
    """Room for so many lines of text; the tabulator leaves it."""
    edit = QPlainTextEdit()
    edit.setTabChangesFocus(True)
    edit.setAccessibleName(name)
    edit.setFixedHeight(lines * theme.metrics().lineSpacing() + room)
    return edit


def note_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[NoteRow], ...]:
    """`zone` gives the time zone of the account's provider when a row is painted."""

    def when(row: NoteRow, formatter: Formatter) -> str:
        return formatter.instant(row.recorded_at, zone())

    return (
        Column(key="when", title="When", text=when, width=170),
        text_column("actor", "By", lambda r: r.actor, 190, is_second_rank=True),
        Column(key="text", title="Note", text=lambda r, _: " ".join(r.text.split()), width=400, stretches=True,
               tooltip=lambda r, _: r.text, copied=lambda r, _: r.text),
    )
