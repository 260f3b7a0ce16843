"""How the window stood: written to the settings when it closes, taken back at the next start.

Settings are a file that people may damage; whatever cannot be read is left out.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.views.desk.memory import BooksMemory
from app.views.desk.screen import State, Target
from app.views.shell.tab_area import TabArea

_VERSION = 1
_FRAME = 48
"""Pixels that title bar and borders may take of a screen; how many is known only once a window is shown."""


def fit_to_screen(window: QMainWindow, available: QSize) -> None:
    """Fill a screen that has too little room for the window and its frame, so that no edge lies outside."""
    if window.size().boundedTo(available - QSize(0, _FRAME)) != window.size():
        window.resize(window.size().boundedTo(available - QSize(2 * _FRAME, 2 * _FRAME)))
        window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)


def save_frame(settings: QSettings, window: QMainWindow, centre: QSplitter) -> None:
    """Place and size of the window, its docks and the jobs."""
    settings.setValue("window/geometry", window.saveGeometry())
    settings.setValue("window/docks", window.saveState(_VERSION))
    settings.setValue("window/centre", centre.saveState())


def restore_frame(settings: QSettings, window: QMainWindow, centre: QSplitter, *, with_place: bool) -> None:
    """Bring back docks and jobs, and the place and size where the window has none of its own yet."""
    for key, restore in (("window/geometry", window.restoreGeometry),
                         ("window/docks", partial(window.restoreState, version=_VERSION)),
                         ("window/centre", centre.restoreState)):
        value = settings.value(key)
        if isinstance(value, QByteArray) and (with_place or key != "window/geometry"):
            restore(value)


def save_tabs(memory: BooksMemory, tabs: TabArea) -> None:
    """What is open of these books, in which state, and which tab is in front.

    Tabs name accounts by the ids of one database, so each database has an entry of its own.
    """
    current = tabs.current
    entries: list[dict[str, Any]] = []
    front = 0
    for place, (target, state) in enumerate(tabs.states()):
        entries.append({"kind": target.kind, "ident": target.ident, "part": target.part, "state": state})
        if current is not None and current.target.tab_key == target.tab_key:
            front = place
    memory.keep("tabs", {"tabs": entries, "front": front})


def restore_tabs(memory: BooksMemory, tabs: TabArea) -> None:
    """Open what was open; kinds of screens that no longer exist are left out."""
    found, front = _read_tabs(memory.kept("tabs"))
    for target, state in found:
        if tabs.can_make(target):
            tabs.open(target, aside=True, state=state)
    if 0 <= front < len(found) and tabs.can_make(found[front][0]):
        tabs.open(found[front][0])


def _read_tabs(read: dict[str, Any]) -> tuple[list[tuple[Target, State]], int]:
    try:
        found = [(Target(str(tab["kind"]), tab["ident"], str(tab["part"])), dict(tab["state"]))
                 for tab in read.get("tabs", [])]
        return found, int(read.get("front", 0))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], 0
