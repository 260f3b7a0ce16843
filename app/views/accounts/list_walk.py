"""Working a list one by one: the next account of the list one came from, without going back to it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from app.views.desk.account_list import AccountListScreen, AccountScreen, PlaceInList
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, CUSTOMERS, Screen, Target


class ListWalk(QObject):
    """Belongs to a window: knows which list the page in front was opened from, and steps along it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._actions = desk.actions
        self._navigator = desk.navigator
        self._came_from: AccountListScreen | None = None
        self._waiting_step = 0
        self._navigator.current_changed.connect(self._on_current)
        self._on_current(self._navigator.current)

    def _on_current(self, screen: Screen | None) -> None:
        self._waiting_step = 0
        if isinstance(screen, AccountListScreen):
            self._come_from(screen)
        if isinstance(screen, AccountScreen) and self._list() is None:  # as after a start with this page in front
            self._come_from(self._customers())
        self._show_place()

    def _customers(self) -> AccountListScreen | None:
        return next((screen for screen in self._navigator.screens
                     if isinstance(screen, AccountListScreen) and screen.target.kind == CUSTOMERS), None)

    def _list(self) -> AccountListScreen | None:
        """The list one came from, while its tab is open."""
        return self._came_from if self._came_from in self._navigator.screens else None

    def _come_from(self, screen: AccountListScreen | None) -> None:
        before = self._list()
        if screen is before:
            return
        if before is not None:
            before.rows_changed.disconnect(self._on_rows)
        self._came_from = screen
        if screen is not None:
            screen.rows_changed.connect(self._on_rows)
            screen.begin()

    def _on_rows(self) -> None:
        """Rows of the list arrived: its places hold again, and a step that waited for them is taken."""
        step, self._waiting_step = self._waiting_step, 0
        if step:
            self._step(step)
        self._show_place()

    def _page(self) -> AccountScreen | None:
        screen = self._navigator.current
        return screen if isinstance(screen, AccountScreen) else None

    def _place(self) -> PlaceInList | None:
        page, listed = self._page(), self._list()
        if page is None or listed is None or page.target.ident is None:
            return None
        return listed.place_of(page.target.ident)

    def _show_place(self) -> None:
        """Say where the page in front stands in its list, and which steps there are."""
        page, place = self._page(), self._place()
        if page is not None:
            page.show_place(place)
        none = "" if place is not None else "needs an account opened from a list"
        after = none or ("" if place is not None and place.number < place.count else "is at the end of the list")
        before = none or ("" if place is not None and place.number > 1 else "is at the start of the list")
        self._actions.bind("account.next", partial(self._step, 1), refusal=after)
        self._actions.bind("account.previous", partial(self._step, -1), refusal=before)

    def _step(self, step: int) -> None:
        """The next account of the list, in the part of the page one is in; its page takes this one's place."""
        page, listed, place = self._page(), self._list(), self._place()
        if page is None or listed is None or place is None:
            return
        found = listed.neighbour(page.target.ident or 0, step)
        if found is None:
            self._waiting_step = step if 1 <= place.number + step <= place.count else 0
            return
        self._navigator.replace(page, Target(ACCOUNT, found, page.part()))
