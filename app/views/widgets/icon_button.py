"""A square button with an icon alone; its name and its key are in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme


class IconButton(QToolButton):
    """24 px or larger, read aloud by its name."""

    def __init__(self, theme: Theme, icon: Icon, name: str, keys: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon = icon
        self.setAccessibleName(name)
        self.setToolTip(f"{name} ({keys})" if keys else name)
        theme.changed.connect(self._apply)
        self._apply()

    def _apply(self) -> None:
        sizes = self._theme.sizes
        side = max(24, sizes.px(26))
        self.setFixedSize(side, side)
        self.setIcon(self._theme.icons.icon(self._icon, tk.Ink.TEXT, sizes.icon))
        self.setIconSize(QSize(sizes.icon, sizes.icon))
