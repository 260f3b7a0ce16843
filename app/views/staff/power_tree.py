"""The view of the tree of powers."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHeaderView, QTreeView, QWidget

from app.services.staff.queries import powers_of_words
from app.views.look.theme import Theme
from app.views.look.tokens import Ink
from app.views.staff.power_tree_model import PowerTreeModel


class PowerTree(QTreeView):
    """Everything is open; Space turns the box of the current power."""

    def __init__(self, theme: Theme, model: PowerTreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._powers = model
        self.setAccessibleName("Powers")
        self.setUniformRowHeights(True)
        self.setAnimated(False)
        self.setModel(model)
        self.expandAll()
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.header().setStretchLastSection(True)
        theme.changed.connect(self._apply)
        self._apply()

    def chosen(self) -> Collection[str]:
        """The powers that are ticked."""
        return powers_of_words(self._powers.ticked())

    def _apply(self) -> None:
        palette = QPalette(self.palette())
        group, role = QPalette.ColorGroup, QPalette.ColorRole
        palette.setColor(group.Disabled, role.Text, self._theme.color(Ink.MUTED))
        self.setPalette(palette)
        self.setFont(self._theme.font())
