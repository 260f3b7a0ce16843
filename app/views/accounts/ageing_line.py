"""What is unsettled by age, in one line: swatch, words and figure for each age, from "not due" to over 90 days."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import painting
from app.views import tokens as tk
from app.views.accounts.words import AGEING
from app.views.formatting import NIL
from app.views.theme import Theme
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
        self.setToolTip(f"Unsettled by days past due, in {currency}")
        self.update()

    def _texts(self) -> list[str]:
        formatter = self.theme.formatter
        return [formatter.amount(minor, self._currency) if minor else NIL for minor in self._minor]

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(200), self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(560), self.theme.sizes.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        if not self._currency:
            return
        theme, left = self.theme, 0
        label, figure = theme.metrics(tk.LABEL), theme.metrics(tk.LABEL, 600)
        with self.painter() as painter:
            for place, (title, text) in enumerate(zip(AGEING, self._texts(), strict=True)):
                top = (self.height() - _SWATCH) // 2
                painter.fillRect(left, top, _SWATCH, _SWATCH, theme.tokens.age[place])
                left += _SWATCH + 6
                for words, metrics, weight, ink in ((title, label, 400, tk.Ink.MUTED),
                                                    (text, figure, 600, tk.Ink.TEXT if text != NIL else tk.Ink.FAINT)):
                    painter.setPen(theme.color(ink))
                    width = metrics.horizontalAdvance(words)
                    painting.draw_text(painter, QRect(left, 0, width + 1, self.height()), words,
                                       theme.font(tk.LABEL, weight), metrics)
                    left += width + 6
                left += _GAP - 6
