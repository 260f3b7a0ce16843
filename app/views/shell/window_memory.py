"""How the window stood: written to the settings when it closes, taken back at the next start.

Settings are a file that people may damage; whatever cannot be read is left out.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter

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


def restore_frame(settings: QSettings, window: QMainWindow, centre: QSplitter) -> None:
    for key, restore in (("window/geometry", window.restoreGeometry),
                         ("window/docks", partial(window.restoreState, version=_VERSION)),
                         ("window/centre", centre.restoreState)):
        value = settings.value(key)
        if isinstance(value, QByteArray):
            restore(value)


def save_tabs(settings: QSettings, tabs: TabArea, books: str) -> None:
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
    settings.setValue(_key(books, "tabs"), json.dumps({"tabs": entries, "front": front}))


def _key(books: str, what: str) -> str:
    """Where what belongs to one database is kept; its address itself stays out of the file."""
    return f"books/{hashlib.sha256(books.encode()).hexdigest()[:12]}/{what}"


def save_tree(settings: QSettings, state: State, books: str) -> None:
    """What is expanded and chosen in the account tree of these books."""
    settings.setValue(_key(books, "tree"), json.dumps(state))


def saved_tree(settings: QSettings, books: str) -> State:
    """What `save_tree` kept; empty where there is nothing or nothing readable."""
    try:
        read = json.loads(str(settings.value(_key(books, "tree"), "")) or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def restore_tabs(settings: QSettings, tabs: TabArea, books: str) -> None:
    """Open what was open; kinds of screens that no longer exist are left out."""
    found, front = _read_tabs(str(settings.value(_key(books, "tabs"), "")))
    for target, state in found:
        if tabs.can_make(target):
            tabs.open(target, aside=True, state=state)
    if 0 <= front < len(found) and tabs.can_make(found[front][0]):
        tabs.open(found[front][0])


def _read_tabs(text: str) -> tuple[list[tuple[Target, State]], int]:
    try:
        read = json.loads(text) if text else {}
        found = [(Target(str(tab["kind"]), tab["ident"], str(tab["part"])), dict(tab["state"]))
                 for tab in read.get("tabs", [])]
        return found, int(read.get("front", 0))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], 0
