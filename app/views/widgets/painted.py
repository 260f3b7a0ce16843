"""Base of the widgets that paint themselves: they follow the theme, and their focus is visible."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.views.look.theme import Theme

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object


class Painted(_Widget):
    """What a widget or a button that paints itself has from the theme; stands before Qt's class among the bases."""

    theme: Theme

    def follow(self, theme: Theme) -> None:
        """Take sizes and colours from this theme, now and whenever it changes."""
        self.theme = theme
        theme.changed.connect(self.on_theme_changed)

    def on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    def paint(self, painter: QPainter) -> None:
        """Draw; the painter is ended by whoever called, also when drawing raises."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        painter = QPainter(self)
        try:
            self.paint(painter)
        finally:
            painter.end()


class PaintedWidget(Painted, QWidget):
    """A widget whose size and colours come from the theme."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.follow(theme)


class PaintedButton(Painted, QAbstractButton):
    """A button that paints itself; Enter presses it as Space does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.follow(theme)
