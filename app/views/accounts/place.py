"""What the shell is given of the accounts: the tree for its left side, the makers of its tabs, and what ties them.

Screens know nothing of each other; this is where a click in the tree becomes a preview in the customer list, an
account that is opened is shown in the tree, and a list is walked from page to page.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QSettings, Signal

from app.models.values import PROVIDER_TYPES
from app.services.hierarchy.tree import TreeRow
from app.views.accounts.page import AccountPage
from app.views.customers.list_screen import CustomerListScreen
from app.views.desk.account_list import AccountListScreen, PlaceInList
from app.views.desk.actions import ActionRegistry
from app.views.desk.screen import Navigator, Place, Screen, ScreenFactory, Target
from app.views.hierarchy.tree_panel import AccountTreePanel
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Runner
from app.views.shell.tab_area import TabArea

CUSTOMERS: Final = "customers"
ACCOUNT: Final = "account"
PLACE: Final = Place(key="accounts", title="Accounts", icon=Icon.ACCOUNTS, target=Target(CUSTOMERS))


class AccountsPlace(QObject):
    """Makes the tree at once and screens when they are asked for; `follow` ties them to the tabs of a window."""

    members_moved = Signal(object)  # MoveResult

    def __init__(self, theme: Theme, *, runner: Runner, bus: ChangeBus, actions: ActionRegistry, navigator: Navigator,
                 settings: QSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._bus = bus
        self._actions = actions
        self._navigator = navigator
        self._settings = settings
        self._tabs: TabArea | None = None
        self._came_from: AccountListScreen | None = None
        self._waiting_step = 0
        self.tree = AccountTreePanel(theme, runner, bus, navigator)
        self.tree.selected.connect(self._on_selected)

    def factories(self) -> dict[str, ScreenFactory]:
        """Makers of the screens of this place, by the kind of their target."""
        return {CUSTOMERS: self._make_customers, ACCOUNT: self._make_account}

    def follow(self, tabs: TabArea) -> None:
        """Show in the tree what is in front, and in the list what is chosen in the tree."""
        self._tabs = tabs
        tabs.current_changed.connect(self._on_current)
        self._on_current(tabs.current)

    def listed_provider(self) -> int | None:
        """The provider whose customers the list shows."""
        listed = self._customers()
        part = listed.part() if listed is not None else ""
        return int(part) if part.isdigit() else None

    # --- making ---

    def _make_customers(self, target: Target) -> Screen:
        screen = CustomerListScreen(target, self._theme, runner=self._runner, bus=self._bus, actions=self._actions,
                                    navigator=self._navigator)
        screen.moved.connect(self.members_moved)
        return screen

    def _make_account(self, target: Target) -> Screen:
        page = AccountPage(target, self._theme, runner=self._runner, bus=self._bus, navigator=self._navigator,
                           settings=self._settings)
        page.step_asked.connect(self._step)
        return page

    # --- tying ---

    def _on_current(self, screen: Screen | None) -> None:
        self._waiting_step = 0
        if isinstance(screen, AccountListScreen):
            self._come_from(screen)
        if isinstance(screen, AccountPage) and screen.target.ident is not None:
            self.tree.reveal(screen.target.ident)
            if self._list() is None:  # as after a start with this page in front
                self._come_from(self._customers())
        self._show_place()

    def _on_selected(self, row: TreeRow) -> None:
        """One click in the tree previews: a provider by its customers, a customer below the list."""
        screen = self._tabs.current if self._tabs is not None else None
        if isinstance(screen, CustomerListScreen):
            if row.type in PROVIDER_TYPES:
                screen.show_provider(row.id)
            else:
                screen.preview_account(row.id)

    # --- working a list one by one ---

    def _customers(self) -> CustomerListScreen | None:
        screens = self._tabs.screens if self._tabs is not None else ()
        return next((screen for screen in screens if isinstance(screen, CustomerListScreen)), None)

    def _list(self) -> AccountListScreen | None:
        """The list one came from, while its tab is open."""
        screens = self._tabs.screens if self._tabs is not None else ()
        return self._came_from if self._came_from in screens else None

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

    def _page(self) -> AccountPage | None:
        screen = self._tabs.current if self._tabs is not None else None
        return screen if isinstance(screen, AccountPage) else None

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
        if self._tabs is None or page is None or listed is None or place is None:
            return
        found = listed.neighbour(page.target.ident or 0, step)
        if found is None:
            self._waiting_step = step if 1 <= place.number + step <= place.count else 0
            return
        self._tabs.open(Target(ACCOUNT, found, page.part()), beside=page)
        if not page.unsaved_text():
            self._tabs.close_tab(page)
