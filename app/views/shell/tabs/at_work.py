"""Which tabs were at work when a program ended without a word: hung, crashed, or killed from outside.

Before a tab is made, and while it is in front, it stands in the settings as one that the program is busy with; a
program that closes its window takes the mark away. Whoever starts next finds the marks of programs that are gone and
leaves those tabs closed, since the same tab would hang the same window again (ARCHITECTURE.md, "Tabs at work"). A
heartbeat would know no more: a tab that hangs later is in front by then.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer

from app.views.desk.memory import BooksMemory
from app.views.desk.screen import Screen, State, Target
from app.views.running.runner import Runner
from app.views.shell import window_memory
from app.views.shell.tabs.area import TabArea

_MARKS: Final = "at_work"
_LOOK_EVERY_MS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """A tab that a program was busy with when it ended."""

    target: Target
    title: str
    state: State
    """How it was to come up, as far as that is known."""
    was_up: bool
    """It had been made and had read what it shows."""


class TabsAtWork(QObject):
    """Keeps the mark of this program, as a child of its window."""

    def __init__(self, memory: BooksMemory, tabs: TabArea, runner: Runner, parent: QObject) -> None:
        super().__init__(parent)
        self._memory, self._tabs, self._runner = memory, tabs, runner
        self._program = _this_program()
        self._coming: dict[tuple[str, int | None], Unfinished] = {}
        """Made, or being made, and not yet seen at rest."""
        self._titles = {tab.target.tab_key: tab.title for tab in window_memory.remembered_tabs(memory)[0]}
        self._is_over = False
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY_MS)
        self._look.timeout.connect(self._on_looked)
        tabs.making.connect(self._on_making)
        tabs.current_changed.connect(self._write)

    @property
    def is_at_rest(self) -> bool:
        """Every tab that was made is up."""
        return not self._coming

    def left_behind(self) -> list[Unfinished]:
        """The tabs that programs which are gone were busy with; they are told of once."""
        self._memory.flush()  # another program may have written since
        marks = self._memory.kept(_MARKS)
        gone = {program: mark for program, mark in marks.items() if not _is_running(program)}
        if gone:
            self._memory.keep(_MARKS, {program: mark for program, mark in marks.items() if program not in gone})
        found = {tab.target.tab_key: tab for mark in gone.values() for tab in _read(mark)}
        return list(found.values())

    def end(self) -> None:
        """The window closes as it should: nothing is at work any more."""
        self._is_over = True
        self._look.stop()
        self._memory.flush()  # or a mark that another window took away meanwhile came back, and told of a crash
        marks = self._memory.kept(_MARKS)
        marks.pop(self._program, None)
        self._memory.keep(_MARKS, marks)
        self._memory.flush()

    def _on_making(self, target: Target, state: State) -> None:
        title = self._titles.get(target.tab_key, "")
        self._coming[target.tab_key] = Unfinished(target=target, title=title, state=state, was_up=False)
        self._look.start()
        self._write()

    def _on_looked(self) -> None:
        """Events are answered again; what was made is up when nothing is being read any more."""
        if not self._runner.active:
            self._look.stop()
            self._coming.clear()
            window_memory.save_tabs(self._memory, self._tabs)
            self._write()

    def _write(self, _screen: Screen | None = None) -> None:
        """Say at once, and on the disk, what this program is busy with: the next moment may be its last."""
        if self._is_over:
            return
        at_work, current = dict(self._coming), self._tabs.current
        if current is not None:
            key = current.target.tab_key
            state = self._coming[key].state if key in self._coming else {}
            at_work[key] = Unfinished(target=current.target, title=current.title, state=state,
                                      was_up=key not in self._coming)
        self._memory.flush()  # as in `end`
        marks = self._memory.kept(_MARKS)
        marks[self._program] = [_plain(tab) for tab in at_work.values()]
        self._memory.keep(_MARKS, marks)
        self._memory.flush()


def _plain(tab: Unfinished) -> dict[str, Any]:
    return {"kind": tab.target.kind, "ident": tab.target.ident, "part": tab.target.part, "title": tab.title,
            "state": tab.state, "was_up": tab.was_up}


def _read(mark: Any) -> list[Unfinished]:
    """What a mark says; settings are a file that people may damage, and what cannot be read names no tab."""
    try:
        return [Unfinished(target=Target(str(tab["kind"]), tab["ident"], str(tab["part"])), title=str(tab["title"]),
                           state=dict(tab["state"]), was_up=bool(tab["was_up"])) for tab in mark]
    except (TypeError, KeyError, ValueError):
        return []


def _this_program() -> str:
    """Tells this run of the program from any other, also from one that later gets the same number."""
    return f"{os.getpid()}/{_started(os.getpid())}"


def _is_running(program: str) -> bool:
    pid, _, started = program.partition("/")
    return pid.isdigit() and _started(int(pid)) == started


def _started(pid: int) -> str:
    """When a process began, as text; empty where there is none of this number."""
    import psutil

    try:
        return str(round(psutil.Process(pid).create_time()))
    except psutil.Error:
        return ""
