"""A sentence in a fixed number of lines: it breaks between words, and its place never changes with its length."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.figure_card import wrapped


class WrappedWords(ElidedLabel):
    """Takes the room of all its lines, also while they are empty; what does not fit is in its tooltip."""

    def __init__(self, theme: Theme, text: str = "", parent: QWidget | None = None, *, lines: int = 2,
                 ink: str = tk.Ink.TEXT) -> None:
        self._lines = lines
        super().__init__(theme, text, parent, ink=ink)

    def shown_lines(self) -> list[str]:
        """The lines as they are broken at the present width; the last may be longer than its place."""
        return wrapped(self.text, self.theme.metrics(tk.BODY), self.width(), self._lines)

    def sizeHint(self) -> QSize:
        one_line = super().sizeHint()
        return QSize(one_line.width(), one_line.height() * self._lines)

    def paint(self, painter: QPainter) -> None:
        metrics, height = self.theme.metrics(tk.BODY), self.theme.metrics(tk.BODY).height()
        lines = self.shown_lines()
        is_cut = any(metrics.horizontalAdvance(line) > self.width() for line in lines)
        self.setToolTip(self.text if is_cut else "")
        painter.setPen(self.theme.color(self._ink))
        for place, line in enumerate(lines):
            painting.draw_text(painter, QRect(0, place * height, self.width(), height), line,
                               self.theme.font(tk.BODY), metrics)
