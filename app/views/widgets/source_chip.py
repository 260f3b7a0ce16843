"""The chip that says where an inherited value comes from; a link to its owner."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import painting
from app.views.look.theme import Theme
from app.views.look.tokens import TierMark
from app.views.widgets.painted import PaintedButton


class SourceChip(PaintedButton):
    """Owner's name behind a strip in the colour of its tier; elides in the middle; `clicked` opens the owner."""

    def __init__(self, theme: Theme, owner: str = "", mark: TierMark = TierMark.SYSTEM, tooltip: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._mark = mark
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set(owner, mark, tooltip)

    @property
    def mark(self) -> TierMark:
        return self._mark

    def set(self, owner: str, mark: TierMark, tooltip: str) -> None:
        """Owner, tier and the whole story: "Set on profile Business by R. Haddad, 1 Jun 2025, overrules 10 days"."""
        self._mark = mark
        self.setText(owner)
        self.setToolTip(tooltip or owner)
        self.setAccessibleName(f"Comes from {owner}")
        self.setAccessibleDescription(tooltip)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(64), self.sizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(painting.chip_width(self.theme, self.text()) + 4, max(24, self.theme.sizes.badge + 4))

    def paint(self, painter: QPainter) -> None:
        inner = self.rect().adjusted(2, 0, -2, 0)
        painting.draw_chip(painter, self.theme, inner, self.text(), self._mark, underlined=self.underMouse())
        if self.hasFocus():
            painting.draw_focus_ring(painter, self.theme, self.rect())
