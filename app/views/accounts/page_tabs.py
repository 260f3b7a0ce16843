"""The tabs of the account page: their names and order, and the one behaviour they share.

The key of a tab is the part of a target ("account 42, ledger") and what is remembered, so keys never change. A tab
reads its rows when it comes to the front for the first time, and again once something changed that concerns it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.views.desk.actions import Binding
from app.views.desk.page_tab import PageTab
from app.views.look.theme import Theme
from app.views.widgets.tabs import SectionTabs

_GROUPS: Final = "groups"
_ALWAYS_READ: Final = "services"
"""Its count stands behind its name from the start."""


class TabStack(QStackedWidget):
    """Shows one tab at a time below its bar, and has each read when it is time."""

    part_chosen = Signal(str)
    summary_shown = Signal(str)
    bindings_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = SectionTabs(theme, "Parts of the account", parent)
        self._tabs: dict[str, PageTab] = {}
        self._fresh: set[str] = set()
        self._summaries: dict[str, str] = {}
        self._header: AccountHeader | None = None
        self.bar.currentChanged.connect(self._on_current)

    def add(self, key: str, title: str, tab: PageTab) -> None:
        """Add a tab at the right; the first one is in front."""
        self._tabs[key] = tab
        self.addWidget(tab)
        place = self.bar.add(title)
        tab.summary_changed.connect(lambda text: self._on_summary(key, text))
        tab.bindings_changed.connect(self.bindings_changed)
        tab.counted.connect(lambda count: self.bar.set_count(place, count))

    @property
    def part(self) -> str:
        """Key of the tab in front."""
        return list(self._tabs)[self.bar.currentIndex()]

    def show_part(self, key: str) -> None:
        """Bring a tab to the front; a key that no tab has changes nothing."""
        if key in self._tabs:
            self.show_place(list(self._tabs).index(key))

    def show_place(self, place: int) -> None:
        """Bring a tab to the front, unless its module is switched off."""
        if self.bar.isTabVisible(place):
            self.bar.setCurrentIndex(place)

    def focus_tab(self) -> None:
        self._tabs[self.part].focus_first()

    def tab_bindings(self) -> Mapping[str, Binding]:
        """What the tab in front adds to the actions of the page."""
        return self._tabs[self.part].bindings()

    def unsaved_text(self) -> str:
        return " ".join(filter(None, (tab.unsaved_text() for tab in self._tabs.values())))

    def outdate(self, kinds: Collection[Changed]) -> None:
        """Changes of these kinds happened: tabs that they concern read again, the one in front with the next header."""
        for key, tab in self._tabs.items():
            if Changed.DATABASE in kinds or not tab.concerned_by.isdisjoint(kinds):
                self._fresh.discard(key)

    def show_account(self, header: AccountHeader) -> None:
        """Have the tab in front read unless it shows all there is; the others follow when they come to the front."""
        if self._header is None or _frame_of(header) != _frame_of(self._header):
            self._fresh.clear()
        self._header = header
        self.bar.setTabVisible(list(self._tabs).index(_GROUPS), header.rights.has_groups)
        self._read()

    def _read(self) -> None:
        if self._header is None:
            return
        for key, tab in self._tabs.items():
            if key not in self._fresh and key in {self.part, _ALWAYS_READ}:
                self._fresh.add(key)
                tab.show_account(self._header)

    def _on_current(self, place: int) -> None:
        if place >= self.count():
            return  # the bar speaks of its first tab before the tab is there
        self.setCurrentIndex(place)
        self._read()
        self.part_chosen.emit(self.part)
        self.summary_shown.emit(self._summaries.get(self.part, ""))
        self.bindings_changed.emit()

    def _on_summary(self, key: str, text: str) -> None:
        self._summaries[key] = text
        if key == self.part:
            self.summary_shown.emit(text)


def _frame_of(header: AccountHeader) -> tuple[Any, ...]:
    """What every tab takes from the head: whose account it is, on which day, and what the person may do."""
    return header.id, header.name, header.as_of, header.rights
