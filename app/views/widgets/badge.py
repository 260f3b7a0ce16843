"""A badge: a filled pill for exceptional states and counts."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import painting
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Tone
from app.views.widgets.painted import PaintedWidget


class Badge(PaintedWidget):
    """Text in a pill of one tone, with an icon so that colour never speaks alone."""

    def __init__(self, theme: Theme, text: str = "", tone: Tone = Tone.NEUTRAL, icon: Icon | None = None,
                 parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._text, self._tone, self._icon = text, tone, icon
        self.set(text, tone, icon)

    @property
    def text(self) -> str:
        return self._text

    def set(self, text: str, tone: Tone, icon: Icon | None = None) -> None:
        self._text, self._tone, self._icon = text, tone, icon
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def sizeHint(self) -> QSize:
        return QSize(painting.badge_width(self.theme, self._text, self._icon), self.theme.sizes.badge)

    def paint(self, painter: QPainter) -> None:
        painting.draw_badge(painter, self.theme, self.rect(), self._text, tone=self._tone, icon=self._icon)
