"""What looks like a field of the toolbar and opens the command box."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionRegistry
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedButton


class CommandField(PaintedButton):
    """See the module."""

    def __init__(self, theme: Theme, registry: ActionRegistry, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._action = registry.action("go.command")
        self._spec = registry.spec("go.command")
        self.setAccessibleName(self._spec.plain_text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._action.trigger)
        self._action.changed.connect(self._follow)
        theme.changed.connect(self._fit)
        self._fit()
        self._follow()

    def _fit(self) -> None:
        self.setMaximumWidth(self.theme.sizes.px(420))

    def _follow(self) -> None:
        self.setEnabled(self._action.isEnabled())
        self.setToolTip(self._action.toolTip())

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(260), self.theme.sizes.control)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(150), self.theme.sizes.control)

    def paint(self, painter: QPainter) -> None:
        theme, side = self.theme, self.theme.sizes.icon
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(theme.color("outline" if self.isEnabled() else "border"))
        painter.setBrush(theme.color("hover" if self.underMouse() and self.isEnabled() else "surface"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 4, 4)
        painting.draw_icon(painter, theme, QRect(8, 0, side, self.height()), Icon.SEARCH, role=tk.Ink.FAINT,
                           size=side)
        painter.setPen(theme.color(tk.Ink.MUTED if self.isEnabled() else tk.Ink.FAINT))
        key, metrics = self._spec.key, theme.metrics(tk.LABEL)
        room = metrics.horizontalAdvance(key) + 10
        painting.draw_text(painter, self.rect().adjusted(side + 16, 0, -room - 8, 0), "Find or do", theme.font(),
                           theme.metrics())
        painting.draw_text(painter, QRect(self.width() - room, 0, room, self.height()), key, theme.font(tk.LABEL),
                           metrics)
        if self.hasFocus():
            painting.draw_focus_ring(painter, theme, self.rect())
