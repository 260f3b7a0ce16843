"""How the window stood: written to the settings when it closes, taken back at the next start.

Settings are a file that people may damage; whatever cannot be read is left out.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.views.screen import State, Target
from app.views.tab_area import TabArea

_VERSION = 1


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


def save_tabs(settings: QSettings, tabs: TabArea) -> None:
    """What is open, in which state, and which tab is in front."""
    current = tabs.current
    entries: list[dict[str, Any]] = []
    front = 0
    for place, (target, state) in enumerate(tabs.states()):
        entries.append({"kind": target.kind, "ident": target.ident, "part": target.part, "state": state})
        if current is not None and current.target.tab_key == target.tab_key:
            front = place
    settings.setValue("window/tabs", json.dumps({"tabs": entries, "front": front}))


def restore_tabs(settings: QSettings, tabs: TabArea) -> None:
    """Open what was open; kinds of screens that no longer exist are left out."""
    found, front = _read_tabs(str(settings.value("window/tabs", "")))
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
