"""Rows of a short form made in code: a name with its mnemonic, the field, and what is to be known about it below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label

W = TypeVar("W", bound=QWidget)


@dataclass(slots=True, eq=False)
class _Row:
    """Where a field stands, and what is said below it."""

    place: int
    name: Label
    hint: str = ""
    note: Label | None = None


class FieldRows:
    """Lays rows below each other on a widget that has no layout yet."""

    def __init__(self, theme: Theme, holder: QWidget) -> None:
        self._theme = theme
        self._holder = holder
        self._rows: dict[QWidget, _Row] = {}
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, field: W, hint: str = "", unit: str = "") -> W:
        """One row; the label is the field's buddy and names it to screen readers, the unit stands behind it."""
        if not self._rows:
            self._holder.setLayout(self._grid)
        place = 2 * len(self._rows)
        label = Label(self._theme, name, self._holder, ink=tk.Ink.MUTED, buddy=field)
        field.setAccessibleName(field.accessibleName() or name.replace("&", ""))
        self._grid.addWidget(label, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(field, place, 1)
        if unit:
            self._grid.addWidget(Label(self._theme, unit, self._holder, ink=tk.Ink.MUTED), place, 2)
        label.setMinimumHeight(min(field.sizeHint().height(), 2 * label.sizeHint().height()))
        self._rows[field] = _Row(place, label)
        if hint:
            self.say_below(field, hint)
        return field

    def say_below(self, field: QWidget, hint: str) -> None:
        """A muted sentence below a field, for as long as the field is not refused."""
        row = self._rows[field]
        row.hint = hint
        if field.property("refused") is not True:
            self._show(row, hint, tk.Ink.MUTED)

    def refuse(self, field: QWidget, why: str) -> None:
        """Say below a field why it is refused; "" takes that back, and the hint stands there again."""
        row = self._rows[field]
        if bool(why) != bool(field.property("refused")):
            field.setProperty("refused", bool(why))
            field.style().unpolish(field)
            field.style().polish(field)
        field.setAccessibleDescription(why or row.hint)
        self._show(row, why or row.hint, tk.Ink.BAD if why else tk.Ink.MUTED)

    def leave_out(self, field: QWidget) -> None:
        """Take a row away that is not asked for; its mnemonic is free for others."""
        row = self._rows[field]
        row.name.setText("")
        for widget in (row.name, field, row.note):
            if widget is not None:
                widget.hide()

    def rename(self, field: QWidget, name: str) -> None:
        """Call a field otherwise."""
        self._rows[field].name.setText(name)

    def _show(self, row: _Row, words: str, ink: str) -> None:
        if row.note is None:
            row.note = Label(self._theme, "", self._holder, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
            self._grid.addWidget(row.note, row.place + 1, 1)
        row.note.setText(words)
        row.note.set_ink(ink)
        row.note.setVisible(bool(words))
