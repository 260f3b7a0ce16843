"""A menu at a place, for what can be done with the row or the room there."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget


class Entry(NamedTuple):
    """One line of a menu: its words, what it does, and whether it can be chosen now."""

    text: str
    run: Callable[[], object]
    is_enabled: bool = True


def pop_up(owner: QWidget, position: QPoint, *entries: Entry | None) -> QMenu:
    """Open a menu at a place on the screen; None is the line between two groups. It is gone once it is closed."""
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry.text, entry.run).setEnabled(entry.is_enabled)
    menu.popup(position)
    return menu
