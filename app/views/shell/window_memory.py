"""How the window stood: written to the settings when it closes, taken back at the next start.

Settings are a file that people may damage; whatever cannot be read is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.views.desk.memory import BooksMemory
from app.views.desk.screen import State, Target
from app.views.shell.tabs.area import TabArea

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


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedTab:
    """A tab as it was the last time."""

    target: Target
    state: State
    title: str


def save_tabs(memory: BooksMemory, tabs: TabArea) -> None:
    """What is open of these books, in which state, and which tab is in front.

    Tabs name accounts by the ids of one database, so each database has an entry of its own.
    """
    found = [RememberedTab(target=target, state=state, title=screen.title)
             for screen, (target, state) in zip(tabs.screens, tabs.states(), strict=True)]
    _keep(memory, found, next((place for place, screen in enumerate(tabs.screens) if screen is tabs.current), 0))


def restore_tabs(memory: BooksMemory, tabs: TabArea, *, without: Collection[tuple[str, int | None]] = ()) -> None:
    """Open what was open, and forget the tabs `without` which this goes; unknown kinds of screens are left out."""
    found, front = remembered_tabs(memory)
    if without:
        _keep(memory, [tab for tab in found if tab.target.tab_key not in without], 0)
        memory.flush()
    wanted = [tab for tab in found if tab.target.tab_key not in without and tabs.can_make(tab.target)]
    for tab in wanted:
        tabs.open(tab.target, aside=True, state=tab.state)
    if wanted:  # opening gives it the keyboard as well
        in_front = found[front] if 0 <= front < len(found) else wanted[0]
        tabs.open((in_front if in_front in wanted else wanted[0]).target)


def remembered_tabs(memory: BooksMemory) -> tuple[list[RememberedTab], int]:
    """The tabs of the last time from left to right, and which of them was in front."""
    read = memory.kept("tabs")
    try:
        found = [RememberedTab(target=Target(str(tab["kind"]), tab["ident"], str(tab["part"])),
                               state=dict(tab["state"]), title=str(tab.get("title", "")))
                 for tab in read.get("tabs", [])]
        return found, int(read.get("front", 0))
    except (ValueError, TypeError, KeyError, AttributeError):
        return [], 0


def _keep(memory: BooksMemory, found: Sequence[RememberedTab], front: int) -> None:
    entries = [{"kind": tab.target.kind, "ident": tab.target.ident, "part": tab.target.part, "state": tab.state,
                "title": tab.title} for tab in found]
    memory.keep("tabs", {"tabs": entries, "front": front})
