"""Rows of a short form made in code: a name with its mnemonic, the field, and what is to be known about it below."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label

W = TypeVar("W", bound=QWidget)


class FieldRows:
    """Lays rows below each other on a widget that has no layout yet."""

    def __init__(self, theme: Theme, holder: QWidget) -> None:
        self._theme = theme
        self._holder = holder
        self._grid = QGridLayout(holder)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, field: W, hint: str = "") -> W:
        """One row; the label is the field's buddy and names it to screen readers."""
        row = self._grid.rowCount()
        label = Label(self._theme, name, self._holder, ink=tk.Ink.MUTED)
        label.setBuddy(field)
        field.setAccessibleName(field.accessibleName() or name.replace("&", ""))
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(field, row, 1)
        label.setMinimumHeight(min(field.sizeHint().height(), 2 * label.sizeHint().height()))
        if hint:
            self.say(hint)
        return field

    def say(self, text: str) -> Label:
        """A muted sentence below the last field."""
        label = Label(self._theme, text, self._holder, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        self._grid.addWidget(label, self._grid.rowCount(), 1)
        return label
