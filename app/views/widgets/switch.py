"""The switch *Set here*, and any other on-or-off that takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import painting
from app.views.theme import Theme
from app.views.widgets.painted import PaintedButton


class Switch(PaintedButton):
    """Checkable; Space turns it. Its accessible name says what it switches."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def sizeHint(self) -> QSize:
        width, height = painting.switch_size(self.theme)
        return QSize(width + 8, max(24, height + 8))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        with self.painter() as painter:
            painting.draw_switch(painter, self.theme, self.rect(), is_on=self.isChecked(),
                                 is_enabled=self.isEnabled())
            if self.hasFocus():
                painting.draw_focus_ring(painter, self.theme, self.rect(), radius=6)
