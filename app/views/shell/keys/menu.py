"""Shift+F10, the menu of the focused thing, which Qt itself gives on Windows alone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

MENU_KEYS: Final = "Shift+F10"


def add_menu_key(window: QWidget) -> None:
    """Let Shift+F10 ask for a menu in this window as the menu key does."""
    QShortcut(QKeySequence(MENU_KEYS), window).activated.connect(_ask_for_menu)


def _ask_for_menu() -> None:
    focused = QApplication.focusWidget()
    if focused is not None:
        at = QRectF(focused.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)).center().toPoint()
        QApplication.sendEvent(focused, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at,
                                                          focused.mapToGlobal(at)))
