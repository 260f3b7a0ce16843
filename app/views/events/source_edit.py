"""Template text as it is written: variables tinted, faults underlined, names offered while one types."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from app.services.events.drafting import FieldFault, TextMark, VariableRow
from app.views.events.completing import Offers, written
from app.views.events.document_html import Marks
from app.views.look.theme import Theme


class SourceEdit(QPlainTextEdit):
    """`edited` says that a person changed something. With `is_line` it holds one line, as a subject does."""

    edited = Signal()

    def __init__(self, theme: Theme, name: str, marks: Marks, parent: QWidget | None = None, *, is_line: bool = False,
                 is_fixed_pitch: bool = False) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marks = marks
        self._is_line = is_line
        self._is_fixed_pitch = is_fixed_pitch
        self._is_filling = False
        self._found: tuple[Sequence[TextMark], Sequence[FieldFault]] = ((), ())
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        if is_line:
            self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.offers = Offers(self)
        self.offers.taken.connect(self._take)
        self.textChanged.connect(self._on_text)
        theme.changed.connect(self._apply)
        self._apply()

    def set_variables(self, variables: Sequence[VariableRow]) -> None:
        self.offers.set_variables(variables)

    def show_text(self, text: str) -> None:
        """Show a stored text."""
        self._is_filling = True
        self.setPlainText(text)
        self._is_filling = False

    def text(self) -> str:
        return self.toPlainText()

    def show_found(self, marks: Sequence[TextMark], faults: Sequence[FieldFault]) -> None:
        """Tint the variables and underline what is wrong."""
        self._found = (marks, faults)
        chosen = [self._tinted(mark.start, mark.end, self._form_of(mark)) for mark in marks]
        self.setExtraSelections([*chosen, *(self._tinted(fault.start, max(fault.end, fault.start + 1),
                                                         self._underlined()) for fault in faults)])
        self.setProperty("refused", bool(faults))
        self.setAccessibleDescription(" ".join(fault.words for fault in faults[:3]))
        self.setToolTip("\n".join(fault.words for fault in faults[:3]))

    def go_to(self, start: int, end: int) -> None:
        """Select a part, with the keyboard on it."""
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(min(end, len(self.toPlainText())), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus()

    def replace(self, start: int, end: int, text: str) -> None:
        """Put a text in the place of a part, as a step that can be undone."""
        cursor = self.textCursor()
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text)

    def insert_mark(self, words: str) -> None:
        """Put a variable where the cursor is."""
        self.textCursor().insertText(written(words))
        self.setFocus()

    # --- inside ---

    def _take(self, length: int, words: str) -> None:
        cursor = self.textCursor()
        behind = cursor.block().text()[cursor.positionInBlock():]
        cursor.movePosition(QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.MoveAnchor, length)
        more = length + (2 if behind.startswith("%%") else 0)
        cursor.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor, more)
        cursor.insertText(written(words))
        self.setTextCursor(cursor)

    def _on_text(self) -> None:
        if self._is_filling:
            return
        if self.hasFocus():
            cursor = self.textCursor()
            self.offers.look(cursor.block().text()[:cursor.positionInBlock()], self._marks)
        self.edited.emit()

    def _tinted(self, start: int, end: int, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        # PySide describes the members of this structure as methods
        setattr(made, "cursor", cursor)  # noqa: B010
        setattr(made, "format", form)  # noqa: B010
        return made

    def _form_of(self, mark: TextMark) -> QTextCharFormat:
        tokens, form = self._theme.tokens, QTextCharFormat()
        form.setBackground(tokens.accent_soft if mark.is_known else tokens.bad_soft)
        form.setForeground(tokens.on_accent_soft if mark.is_known else tokens.on_bad)
        return form

    def _underlined(self) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(self._theme.tokens.bad)
        return form

    def _apply(self) -> None:
        self.setFont(self._theme.fixed_font() if self._is_fixed_pitch else self._theme.font())
        self.document().setDocumentMargin(5 if self._is_line else 8)
        if self._is_line:
            self.setFixedHeight(self._theme.sizes.control)
        self.show_found(*self._found)

    # --- Qt ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """One line has no ends of lines; with Ctrl, Enter is the main button of the page."""
        if self.offers.wait_for(event):
            return
        is_enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if self._is_line and is_enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  Qt's names
        return self.offers.take_by_tab() or super().focusNextPrevChild(next)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        self.textCursor().insertText(" ".join(text.split()) if self._is_line else text)
