"""Fields that read what people type: a date, an amount, a whole number. They show their reading while one types.

A field never rewrites what was typed until it is left, and never loses it: a refused text stays, with the sentence
that says what would be right.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date, timedelta
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.views.look.formatting import ReadingError
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Ink

V = TypeVar("V")


class ReadField(QLineEdit, Generic[V]):
    """A line edit with a value. `reading_changed` says how the text is understood, or why it is refused."""

    value_changed = Signal(object)  # the value, or None while the text cannot be read or is empty
    reading_changed = Signal(str, bool)  # words, and whether the text is refused

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, icon: Icon | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._value: V | None = None
        self._refusal = ""
        self._icon = icon
        self.setAccessibleName(name)
        self._sign = QAction(self)
        if icon is not None:
            self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
            theme.changed.connect(self._apply)
            self._apply()
        self.textChanged.connect(self._on_text)

    @property
    def value(self) -> V | None:
        return self._value

    @property
    def refusal(self) -> str:
        """Why the text is refused; empty when it can be read or is empty."""
        return self._refusal

    def set_value(self, value: V | None) -> None:
        """Show a value as the program writes it."""
        self.setText("" if value is None else self.written(value))

    def read(self, text: str) -> V:
        """The value of a text; raises ReadingError."""
        raise NotImplementedError

    def written(self, value: V) -> str:
        """A value as the program writes it."""
        raise NotImplementedError

    def _apply(self) -> None:
        if self._icon is not None:
            self._sign.setIcon(self._theme.icons.icon(self._icon, Ink.FAINT, self._theme.sizes.icon))

    def _on_text(self, text: str) -> None:
        before = self._value
        try:
            self._value = self.read(text) if text.strip() else None
            self._refusal = ""
        except ReadingError as error:
            self._value, self._refusal = None, str(error)
        self._mark()
        words = self._refusal or (self.written(self._value) if self._value is not None else "")
        self.reading_changed.emit(words, bool(self._refusal))
        self.setAccessibleDescription(words)
        if self._value != before:
            self.value_changed.emit(self._value)

    def _mark(self) -> None:
        is_refused = bool(self._refusal)
        if self.property("refused") != is_refused:
            self.setProperty("refused", is_refused)
            self.style().unpolish(self)
            self.style().polish(self)
        self.setToolTip(self._refusal)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._value is not None:
            self.setText(self.written(self._value))


class DateField(ReadField[date]):
    """Takes `2/7`, `2 jul`, `today`, `+14`; T or = is today, Up and Down a day, PgUp and PgDn a month.

    A letter right after T shows that T began a word, "today" for one: then the word is taken as it is typed.
    """

    def __init__(self, theme: Theme, name: str, today: Callable[[], date], parent: QWidget | None = None) -> None:
        self._today = today
        self._begun = ""
        super().__init__(theme, name, parent, icon=Icon.CALENDAR)
        self.setMinimumWidth(theme.sizes.px(126))

    def read(self, text: str) -> date:
        return self._theme.formatter.read_day(text, self._today())

    def written(self, value: date) -> str:
        return self._theme.formatter.day(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        start = self.value or self._today()
        begun, self._begun = self._begun, ""
        if begun and event.text().isalpha() and self.selectedText() == self.text():
            self.setText(begun + event.text())
        elif key == Qt.Key.Key_Equal or (key == Qt.Key.Key_T and not self._is_being_typed()):
            self._step_to(self._today())
            self._begun = event.text() if key == Qt.Key.Key_T else ""
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._step_to(start + timedelta(days=1 if key == Qt.Key.Key_Up else -1))
        elif key in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self._step_to(_months_later(start, 1 if key == Qt.Key.Key_PageUp else -1))
        else:
            super().keyPressEvent(event)

    def _is_being_typed(self) -> bool:
        """The letter T may be part of a month, or of "tomorrow", only in a text that a person began."""
        is_written = self._value is not None and self.text() == self.written(self._value)
        return bool(self.text()) and self.selectedText() != self.text() and not is_written

    def _step_to(self, day: date) -> None:
        """Show a day that a key stood for; typing goes on from an empty field."""
        self.set_value(day)
        self.selectAll()


class MoneyField(ReadField[int]):
    """Minor units of one currency; takes both decimal marks and refuses too many places."""

    def __init__(self, theme: Theme, name: str, currency: str, parent: QWidget | None = None) -> None:
        self._currency = currency
        super().__init__(theme, name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    @property
    def currency(self) -> str:
        return self._currency

    def set_currency(self, currency: str) -> None:
        """Take amounts of another currency; the field begins empty."""
        if currency != self._currency:
            self._currency = currency
            self.clear()

    def read(self, text: str) -> int:
        return self._theme.formatter.read_money(text, self._currency)

    def written(self, value: int) -> str:
        return self._theme.formatter.amount(value, self._currency)


class NumberField(ReadField[int]):
    """A whole number within a range."""

    def __init__(self, theme: Theme, name: str, low: int, high: int, parent: QWidget | None = None) -> None:
        self._low, self._high = low, high
        super().__init__(theme, name, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def read(self, text: str) -> int:
        return self._theme.formatter.read_number(text, low=self._low, high=self._high)

    def written(self, value: int) -> str:
        return self._theme.formatter.number(value)


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day where there is none."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
