"""Moving between tabs (back and forward, the next one, closing and bringing back) and between regions of the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.views.desk.actions import ActionRegistry
from app.views.desk.history import History
from app.views.desk.screen import Target
from app.views.shell.tabs.area import TabArea


class Movement(QObject):
    """Binds the actions that move, and keeps their refusals true."""

    def __init__(self, registry: ActionRegistry, tabs: TabArea, parent: QObject) -> None:
        super().__init__(parent)
        self._registry = registry
        self._tabs = tabs
        self._history = History()
        self._is_in_history = False
        tabs.tabs_changed.connect(self.update)
        tabs.part_changed.connect(self._on_part)

    def use(self, registry: ActionRegistry) -> None:
        """Bind the actions of another registry, and forget where one has been."""
        self._registry, self._history = registry, History()
        self.update()

    def visit(self, target: Target) -> None:
        """Remember where one is, unless back or forward led there."""
        if not self._is_in_history:
            self._history.visit(target)
        self.update()

    def update(self) -> None:
        """Say what can be done from here."""
        bind, current = self._registry.bind, self._tabs.current
        bind("go.back", self._back, refusal="" if self._history.can_go_back else "needs a page visited before")
        bind("go.forward", self._forward, refusal="" if self._history.can_go_forward else "needs a page to return to")
        several = "" if len(self._tabs.screens) > 1 else "needs a second tab"
        bind("go.next_tab", partial(self._tabs.step, 1), refusal=several)
        bind("go.previous_tab", partial(self._tabs.step, -1), refusal=several)
        may_close = current is not None and not self._tabs.is_pinned(current)
        bind("tab.close", self._close, refusal="" if may_close else "needs a tab that is not pinned")
        bind("tab.reopen", self._tabs.reopen, refusal="" if self._tabs.can_reopen else "needs a tab closed before")

    def _on_part(self) -> None:
        screen = self._tabs.current
        if screen is not None:
            self.visit(screen.target)

    def _move(self, target: Target | None) -> None:
        if target is not None and self._tabs.can_make(target):
            self._is_in_history = True
            try:
                self._tabs.open(target)
            finally:
                self._is_in_history = False
        self.update()

    def _back(self) -> None:
        self._move(self._history.back())

    def _forward(self) -> None:
        self._move(self._history.forward())

    def _close(self) -> None:
        screen = self._tabs.current
        if screen is not None:
            self._tabs.close_tab(screen)


Region = tuple[QWidget | None, Callable[[], object]]
"""A part of the window, None where the window lacks it, and what puts the keyboard into it."""


def step_region(window: QWidget, regions: Sequence[Region], direction: int) -> None:
    """Put the keyboard into the next (1) or previous (-1) region in sight; into the first where it is in none."""
    shown = [(part, focus) for part, focus in regions if part is not None and part.isVisibleTo(window)]
    at = window.focusWidget()
    here = next((place for place, (part, _) in enumerate(shown)
                 if at is not None and (at is part or part.isAncestorOf(at))), None)
    _, focus_it = shown[0 if here is None else (here + direction) % len(shown)]
    focus_it()
