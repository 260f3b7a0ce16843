"""Base of the widgets that paint themselves: they follow the theme, and their focus is visible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.views.theme import Theme


class PaintedWidget(QWidget):
    """A widget whose size and colours come from the theme."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        theme.changed.connect(self.on_theme_changed)

    def on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    @contextmanager
    def painter(self) -> Iterator[QPainter]:
        """A painter for `paintEvent` that is always ended, also when drawing raises."""
        painter = QPainter(self)
        try:
            yield painter
        finally:
            painter.end()


class PaintedButton(QAbstractButton):
    """A button that paints itself; Enter presses it as Space does."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = theme
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self.on_theme_changed)

    def on_theme_changed(self) -> None:
        self.updateGeometry()
        self.update()

    @contextmanager
    def painter(self) -> Iterator[QPainter]:
        painter = QPainter(self)
        try:
            yield painter
        finally:
            painter.end()
