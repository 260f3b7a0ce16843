"""Editing one value in its row: the typed field, its unit, the verb, and below them the reading or the refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from app.services.attributes.rows import AttributeRow
from app.views.asking.choices import ChoiceBox
from app.views.attributes.value_fields import Value, ValueField
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, ElidedLabel, Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.painted import PaintedWidget

_HINT = "Enter sets it, Esc leaves it as it was."


class AttributeEditor(PaintedWidget):
    """Stands over the value of a row. It says what to save and leaves saving to its owner."""

    saved = Signal(object, object)  # the AttributeRow as it was shown, value
    left = Signal(str)  # key: given up

    def __init__(self, theme: Theme, row: AttributeRow, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._row = row
        self._is_busy = False
        self._hint = _HINT
        self._field = ValueField(row, theme, today, self)
        self._field.put(row.own_value if row.own_value is not None else row.value)
        self._began_with = self._field.text()
        self._unit = Label(theme, self._field.unit, self, ink=tk.Ink.MUTED)
        self._unit.setVisible(bool(self._field.unit))
        verb = "Change" if row.own_value is not None else "Set here"
        self._verb = Button(theme, verb, self, kind="main", run=self.save)
        self._verb.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._field.widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._words = ElidedLabel(theme, _HINT, self, size=tk.LABEL, ink=tk.Ink.MUTED)
        self.setAutoFillBackground(False)
        self._build()
        self._field.edited.connect(self._on_edited)
        self._field.widget.installEventFilter(self)
        self.setAccessibleName(f"Edit {row.label}")

    @property
    def row(self) -> AttributeRow:
        """What it began with."""
        return self._row

    @property
    def key(self) -> str:
        return self._row.key

    @property
    def field(self) -> ValueField:
        return self._field

    @property
    def verb(self) -> str:
        """What the button says."""
        return self._verb.text()

    @property
    def words(self) -> str:
        """The reading, the refusal or the hint that is shown."""
        return self._words.text

    @property
    def draft(self) -> str:
        """What was typed and not saved; "" where nothing was changed."""
        text = self._field.text()
        return text if text != self._began_with else ""

    def put_draft(self, text: str) -> None:
        """Go on with what was typed before."""
        self._field.put_text(text)

    def begin(self) -> None:
        """Take the keyboard, with the value selected so that typing replaces it."""
        self._field.widget.setFocus()
        if isinstance(self._field.widget, QLineEdit):
            self._field.widget.selectAll()

    def show_effect(self, words: str, verb: str) -> None:
        """Say whom it reaches, and name the button by it."""
        self._hint = f"{words} {_HINT}"
        self._verb.setText(verb)
        if not self._field.refusal():
            self._words.set_text(self._hint, tk.Ink.MUTED)

    def place(self, rect: QRect, limits: QRect) -> None:
        """Stand over a rectangle of the table, inside its limits."""
        height = self.sizeHint().height()
        top = min(rect.y() - 5, limits.bottom() + 1 - height)
        self.setGeometry(rect.x(), max(limits.y(), top), rect.width(), height)

    def save(self) -> None:
        """Hand the value over, unless it is refused."""
        refusal = self._field.refusal()
        if refusal:
            self.refuse(refusal)
        elif not self._is_busy:
            self._is_busy = True
            self._verb.setEnabled(False)
            value: Value = self._field.value()
            self.saved.emit(self._row, value)

    def refuse(self, words: str) -> None:
        """Show why it was not taken; what was typed stays."""
        self._words.set_text(words, tk.Ink.BAD)
        self.resume()

    def resume(self) -> None:
        """Take the keyboard again after what was handed over was not made."""
        self._is_busy = False
        self._verb.setEnabled(True)
        self._field.widget.setFocus()

    # --- inside ---

    def _build(self) -> None:
        line = row(grows(self._field.widget), self._unit, self._verb)
        column(line, self._words, on=self, margins=(6, 4, 8, 6), spacing=4)

    def _on_edited(self) -> None:
        refusal = self._field.refusal() if self._field.text().strip() else ""
        self._words.set_text(refusal or self._hint, tk.Ink.BAD if refusal else tk.Ink.MUTED)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and Escape mean the edit; a choice box would swallow neither, and its list must stay its own."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and watched is self._field.widget:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self.save()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.left.emit(self._row.key)
                return True
            if event.key() == Qt.Key.Key_Space and isinstance(watched, ChoiceBox):
                watched.showPopup()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit(self._row.key)
        else:
            event.accept()  # what is typed here never reaches the table below

    def paint(self, painter: QPainter) -> None:
        painter.setPen(QPen(self.theme.tokens.outline, 1))
        painter.setBrush(self.theme.tokens.raised)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
