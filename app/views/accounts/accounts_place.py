"""What the shell is given of the accounts: the tree for its left side, the makers of its tabs, and what ties them.

Screens know nothing of each other; this is where a click in the tree becomes a preview in the customer list, an
account that is opened is shown in the tree, and a list is walked from page to page.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QSettings

from app.models.values import PROVIDER_TYPES
from app.services.account_queries import TreeRow
from app.views.accounts.account_page import AccountPage
from app.views.accounts.account_tree_panel import AccountTreePanel
from app.views.accounts.customer_list_screen import CustomerListScreen
from app.views.actions import ActionRegistry
from app.views.change_bus import ChangeBus
from app.views.icons import Icon
from app.views.job_runner import Runner
from app.views.screen import Navigator, Place, Screen, ScreenFactory, Target
from app.views.tab_area import TabArea
from app.views.theme import Theme

CUSTOMERS: Final = "customers"
ACCOUNT: Final = "account"
PLACE: Final = Place(key="accounts", title="Accounts", icon=Icon.ACCOUNTS, target=Target(CUSTOMERS))


class AccountsPlace(QObject):
    """Makes the tree at once and screens when they are asked for; `follow` ties them to the tabs of a window."""

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

    # --- making ---

    def _make_customers(self, target: Target) -> Screen:
        return CustomerListScreen(target, self._theme, runner=self._runner, bus=self._bus, actions=self._actions,
                                  navigator=self._navigator)

    def _make_account(self, target: Target) -> Screen:
        return AccountPage(target, self._theme, runner=self._runner, bus=self._bus, navigator=self._navigator,
                           settings=self._settings)

    # --- tying ---

    def _on_current(self, screen: Screen | None) -> None:
        ident = screen.target.ident if isinstance(screen, AccountPage) else None
        if ident is not None:
            self.tree.reveal(ident)
        refusal = "" if ident is not None and self._list() is not None else "needs an account opened from a list"
        self._actions.bind("account.next", partial(self._step, 1), refusal=refusal)
        self._actions.bind("account.previous", partial(self._step, -1), refusal=refusal)

    def _on_selected(self, row: TreeRow) -> None:
        """One click in the tree previews: a provider by its customers, a customer below the list."""
        screen = self._tabs.current if self._tabs is not None else None
        if isinstance(screen, CustomerListScreen):
            if row.type in PROVIDER_TYPES:
                screen.show_provider(row.id)
            else:
                screen.preview_account(row.id)

    def _list(self) -> CustomerListScreen | None:
        screens = self._tabs.screens if self._tabs is not None else ()
        return next((screen for screen in screens if isinstance(screen, CustomerListScreen)), None)

    def _step(self, step: int) -> None:
        """The next account of the customer list, in the part of the page one is in; its page takes this one's place."""
        tabs, customers = self._tabs, self._list()
        current = tabs.current if tabs is not None else None
        if tabs is None or customers is None or not isinstance(current, AccountPage) or current.target.ident is None:
            return
        found = customers.neighbour(current.target.ident, step)
        if found is not None:
            self._navigator.go(Target(ACCOUNT, found, current.part()))
            if not current.unsaved_text():
                tabs.close_tab(current)
