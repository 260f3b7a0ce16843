"""Lines of icon, figure and words: what something comes to, each figure beside what it counts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import add_line, at_right, grid


class FigureLines(QWidget):
    """Lines of icon, figure and words; figures are right-aligned below each other."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = grid(on=self, across=10, shares={2: 1})
        self._lines: list[tuple[Label, Label]] = []

    def add(self, icon: Icon, ink: str) -> int:
        """A line without words yet; returns its number."""
        row = len(self._lines)
        figure = Label(self._theme, "–", size=tk.SECTION, weight=600)
        figure.setMinimumWidth(self._theme.sizes.px(30))
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = Label(self._theme, wraps=True)
        add_line(self._grid, IconSign(self._theme, icon, ink, size=16), at_right(figure), words)
        self._lines.append((figure, words))
        return row

    def set(self, row: int, figure: int | None, words: str) -> None:
        label, text = self._lines[row]
        label.setText("–" if figure is None else self._theme.formatter.number(figure))
        text.setText(words)
        text.setAccessibleName(words if figure is None else f"{figure} {words}")
