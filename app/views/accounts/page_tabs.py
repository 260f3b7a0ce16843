"""The tabs of the account page: each is made when it is first shown, and reads when it is time.

The key of a tab is the part of a target ("account 42, ledger") and what is remembered, so keys never change. A tab
reads its rows when it comes to the front for the first time, and again once something changed that concerns it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.views.accounts.parts import PARTS
from app.views.desk.actions import Binding
from app.views.desk.page_tab import PageTab
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.layout import walk_on_in
from app.views.widgets.tabs import SectionTabs

_KEYS: Final = [key for key, _ in PARTS]


class TabStack(QStackedWidget):
    """Shows one tab at a time below its bar, and has each made and read when it is time."""

    part_chosen = Signal(str)
    summary_shown = Signal(str)
    bindings_changed = Signal()
    # what the tab in front leads to, as `PageTab` names it
    open_asked = Signal(int)
    profile_asked = Signal(int)
    part_asked = Signal(str)
    attribute_asked = Signal(str)
    terms_asked = Signal()
    row_asked = Signal(object)

    def __init__(self, theme: Theme, make: Callable[[str], PageTab], parent: QWidget | None = None) -> None:
        """`make` makes the tab of a key; it is called once for each that is ever shown."""
        super().__init__(parent)
        self.bar = SectionTabs(theme, "Parts of the account", parent)
        self._make = make
        self._made: dict[str, PageTab] = {}
        self._fresh: set[str] = set()
        self._summaries: dict[str, str] = {}
        self._header: AccountHeader | None = None
        for _, title in PARTS:
            self.bar.add(title)
        self.bar.currentChanged.connect(self._on_current)

    @property
    def part(self) -> str:
        """Key of the tab in front."""
        return _KEYS[self.bar.currentIndex()]

    def is_made(self, key: str) -> bool:
        """Whether a tab was shown yet."""
        return key in self._made

    def show_part(self, key: str) -> None:
        """Bring a tab to the front; a key that no tab has changes nothing."""
        if key in _KEYS:
            self.show_place(_KEYS.index(key))

    def show_place(self, place: int) -> None:
        """Bring a tab to the front, unless its module is switched off."""
        if self.bar.isTabVisible(place):
            self.bar.setCurrentIndex(place)

    def focus_tab(self) -> None:
        self._in_front().focus_first()

    def tab_bindings(self) -> Mapping[str, Binding]:
        """What the tab in front adds to the actions of the page."""
        return self._made[self.part].bindings() if self.is_made(self.part) else {}

    def unsaved_text(self) -> str:
        return " ".join(filter(None, (tab.unsaved_text() for tab in self._made.values())))

    def outdate(self, kinds: Collection[Changed]) -> None:
        """Changes of these kinds happened: tabs that they concern read again, the one in front with the next header."""
        for key, tab in self._made.items():
            if Changed.DATABASE in kinds or not tab.concerned_by.isdisjoint(kinds):
                self._fresh.discard(key)

    def show_account(self, header: AccountHeader) -> None:
        """Have the tab in front read unless it shows all there is; the others follow when they come to the front."""
        if self._header is None or _frame_of(header) != _frame_of(self._header):
            self._fresh.clear()
        self._header = header
        self.bar.setTabVisible(_KEYS.index("groups"), header.rights.has_groups)
        self.bar.set_count(_KEYS.index("services"), header.services)
        self._read()

    def _in_front(self) -> PageTab:
        """The tab in front, which is made now if it was not shown before."""
        key = self.part
        tab = self._made.get(key)
        if tab is None:
            tab = self._made[key] = self._make(key)
            self.addWidget(tab)
            walk_on_in(self.bar, tab)
            self._connect(key, tab)
        self.setCurrentWidget(tab)
        return tab

    def _connect(self, key: str, tab: PageTab) -> None:
        tab.summary_changed.connect(partial(self._on_summary, key))
        tab.counted.connect(partial(self.bar.set_count, _KEYS.index(key)))
        tab.bindings_changed.connect(self.bindings_changed)
        tab.open_asked.connect(self.open_asked)
        tab.profile_asked.connect(self.profile_asked)
        tab.part_asked.connect(self.part_asked)
        tab.attribute_asked.connect(self.attribute_asked)
        tab.terms_asked.connect(self.terms_asked)
        tab.row_asked.connect(self.row_asked)

    def _read(self) -> None:
        """Nothing is made or read for a page whose head is not there yet: another part may still be asked for."""
        if self._header is None:
            return
        tab = self._in_front()
        if self.part not in self._fresh:
            self._fresh.add(self.part)
            tab.show_account(self._header)

    def _on_current(self, _place: int) -> None:
        if self.isVisible():
            self._in_front()
        self._read()
        self.part_chosen.emit(self.part)
        self.summary_shown.emit(self._summaries.get(self.part, ""))
        self.bindings_changed.emit()

    def _on_summary(self, key: str, text: str) -> None:
        self._summaries[key] = text
        if key == self.part:
            self.summary_shown.emit(text)


def make_tab(key: str, theme: Theme, runner: Runner) -> PageTab:
    """The tab of a key; what it is written in is imported now, so that nobody pays for tabs they never open."""
    return _MAKERS[key](theme, runner)


def _summary(theme: Theme, runner: Runner) -> PageTab:
    from app.views.accounts.tabs.summary import SummaryTab

    return SummaryTab(theme, runner)


def _ledger(theme: Theme, runner: Runner) -> PageTab:
    from app.views.ledger.tab import LedgerTab

    return LedgerTab(theme, runner)


def _services(theme: Theme, runner: Runner) -> PageTab:
    from app.views.accounts.tabs.services import ServicesTab

    return ServicesTab(theme, runner)


def _details(theme: Theme, runner: Runner) -> PageTab:
    from app.views.accounts.tabs.details import DetailsTab

    return DetailsTab(theme, runner)


def _contacts(theme: Theme, runner: Runner) -> PageTab:
    from app.views.accounts.tabs.contacts import ContactsTab

    return ContactsTab(theme, runner)


def _groups(theme: Theme, runner: Runner) -> PageTab:
    from app.views.accounts.tabs.groups import GroupsTab

    return GroupsTab(theme, runner)


def _history(theme: Theme, runner: Runner) -> PageTab:
    from app.views.accounts.tabs.history import HistoryTab

    return HistoryTab(theme, runner)


def _requests(theme: Theme, runner: Runner) -> PageTab:
    from app.views.requests.tab import RequestsTab

    return RequestsTab(theme, runner)


_MAKERS: Final[Mapping[str, Callable[[Theme, Runner], PageTab]]] = {
    "summary": _summary, "ledger": _ledger, "services": _services, "details": _details, "contacts": _contacts,
    "groups": _groups, "history": _history, "requests": _requests,
}
"""The tabs that need nothing of the page beside themselves."""


def _frame_of(header: AccountHeader) -> tuple[Any, ...]:
    """What every tab takes from the head: whose account it is, on which day, and what the person may do."""
    return header.id, header.name, header.as_of, header.rights
