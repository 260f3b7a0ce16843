"""What is unsettled by age, in one line: swatch, words and figure for each age, from "not due" to over 90 days."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.formatting import NIL
from app.views.look.theme import Theme
from app.views.look.words import AGEING
from app.views.widgets.painted import PaintedWidget

_SWATCH = 10
_GAP = 24


class AgeingLine(PaintedWidget):
    """Five figures side by side; a screen reader hears them in one sentence."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._currency = ""
        self._minor: tuple[int, ...] = (0,) * len(AGEING)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_ageing(self, minor: Sequence[int], currency: str) -> None:
        """Unsettled amounts from "not due" to "over 90 days"."""
        self._minor, self._currency = tuple(minor), currency
        words = ", ".join(f"{title} {text}" for title, text in zip(AGEING, self._texts(), strict=True))
        self.setAccessibleName(f"Unsettled by age: {words}")
        self.setToolTip(f"Unsettled by days past due, in {currency}: {words}")
        self.update()

    def _texts(self) -> list[str]:
        formatter = self.theme.formatter
        return [formatter.amount(minor, self._currency) if minor else NIL for minor in self._minor]

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(200), self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(560), self.theme.sizes.px(24))

    def _shown(self) -> list[int]:
        """All ages, or where they do not fit only those that hold something; the name says them all."""
        texts = self._texts()
        room = sum(self._width(place, texts[place]) for place in range(len(texts)))
        return [place for place, minor in enumerate(self._minor) if minor or room <= self.width() + _GAP]

    def _width(self, place: int, text: str) -> int:
        label, figure = self.theme.metrics(tk.LABEL), self.theme.metrics(tk.LABEL, 600)
        return _SWATCH + 6 + label.horizontalAdvance(AGEING[place]) + 6 + figure.horizontalAdvance(text) + _GAP

    def paint(self, painter: QPainter) -> None:
        if not self._currency:
            return
        texts, left = self._texts(), 0
        for place in self._shown():
            self._paint_age(painter, left, place, texts[place])
            left += self._width(place, texts[place])

    def _paint_age(self, painter: QPainter, left: int, place: int, text: str) -> None:
        theme = self.theme
        painter.fillRect(left, (self.height() - _SWATCH) // 2, _SWATCH, _SWATCH, theme.tokens.age[place])
        left += _SWATCH + 6
        ink = tk.Ink.TEXT if text != NIL else tk.Ink.FAINT
        for words, weight, role in ((AGEING[place], 400, tk.Ink.MUTED), (text, 600, ink)):
            metrics = theme.metrics(tk.LABEL, weight)
            width = metrics.horizontalAdvance(words)
            painter.setPen(theme.color(role))
            painting.draw_text(painter, QRect(left, 0, width + 1, self.height()), words, theme.font(tk.LABEL, weight),
                               metrics)
            left += width + 6
