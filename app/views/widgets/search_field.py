"""A field that filters or jumps: an icon, a clear button, and a signal when typing has paused."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Ink

_PAUSE_MS: Final = 150


class SearchField(QLineEdit):
    """`settled` says the text once typing pauses; Down leaves the field for the list; Esc clears it first."""

    settled = Signal(str)
    left_downwards = Signal()

    def __init__(self, theme: Theme, hint: str, parent: QWidget | None = None, *, icon: Icon = Icon.SEARCH) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self._sign = QAction(self)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction("Clear", self)
        self._clear.setToolTip("Clear (Esc)")
        self._clear.triggered.connect(self.clear_now)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._on_pause)
        self.textChanged.connect(self._on_text)
        theme.changed.connect(self._apply)
        self._apply()

    @property
    def is_pausing(self) -> bool:
        """Something was typed that `settled` has not said yet."""
        return self._pause.isActive()

    def clear_now(self) -> None:
        """Empty the field and say so without waiting."""
        self.clear()
        self._on_pause()
        self.setFocus()

    def set_text_now(self, text: str) -> None:
        """Put a text in and say it without waiting."""
        self.setText(text)
        self._on_pause()

    def _apply(self) -> None:
        size = self._theme.sizes.icon
        self._sign.setIcon(self._theme.icons.icon(self._icon, Ink.FAINT, size))
        self._clear.setIcon(self._theme.icons.icon(Icon.CLOSE, Ink.MUTED, size))

    def _on_text(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._pause.start()

    def _on_pause(self) -> None:
        self._pause.stop()
        self.settled.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.text():
            self.clear_now()
        elif key == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._pause.isActive():
            self._on_pause()
            super().keyPressEvent(event)
        else:
            super().keyPressEvent(event)
