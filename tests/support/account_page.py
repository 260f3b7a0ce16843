"""Driving the page of one account: its head, its tabs by their names, and what stands beside them."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.services.attributes.rows import AttributeRow
from app.views.accounts.head import AccountHead
from app.views.accounts.page import AccountPage
from app.views.accounts.side_pane import SidePane
from app.views.attributes.editor import AttributeEditor
from app.views.inheritance.panel import InheritancePanel
from app.views.inheritance.wide import WideDiagram
from app.views.lists.models.columns import Cell
from app.views.status.hold_strips import HoldStrips
from app.views.widgets.badge import Badge
from app.views.widgets.banner import Banner
from app.views.widgets.empty_state import EmptyState
from app.views.widgets.figure_card import FigureCard
from tests.support.driver import Driver, TableDriver, TabsDriver, settle


class AccountPageDriver(Driver[AccountPage]):
    """Hands and eyes on one account page."""

    # --- head ---

    @property
    def head(self) -> Driver[AccountHead]:
        return self.within(AccountHead)

    @property
    def badges(self) -> list[str]:
        """The status, and of a slim head the count of holds."""
        return self.head.names(Badge)

    @property
    def strips(self) -> list[Banner]:
        """The holds that are said across the page."""
        settle()
        return [strip for holds in self.every(HoldStrips) for strip in Driver(holds).every(Banner)]

    def card(self, name: str) -> FigureCard:
        """"Balance", "Outstanding", "Payable" or "Credit left"."""
        found: FigureCard = self.head.find(name, FigureCard)
        return found

    @property
    def place_in_list(self) -> str:
        """"2 of 6"; "" where the account was not opened from a list."""
        if not self.head.has("Place in the list"):
            return ""
        return self.head.part("Place in the list").names(QLabel)[0]

    # --- tabs and what stands beside them ---

    @property
    def parts(self) -> TabsDriver:
        return self.tabs("Parts of the account")

    @property
    def side(self) -> str:
        """The title of what is shown beside the tab; "" while nothing is."""
        return "".join(pane.accessibleName() for pane in self.every(SidePane))

    @property
    def empty(self) -> EmptyState:
        """What the tab says instead of its rows."""
        return self.one(EmptyState)

    @property
    def chain(self) -> InheritancePanel:
        """The diagram that is shown."""
        return self.one(InheritancePanel)

    @property
    def is_wide(self) -> bool:
        """Whether the wide form of the diagram covers the page."""
        return bool(self.every(WideDiagram))

    # --- attributes ---

    @property
    def attributes(self) -> TableDriver:
        return self.table("Attributes")

    @property
    def keys(self) -> list[str]:
        """The attributes that are shown, by key."""
        return [line.row.key for line in self.attributes.model.rows if line.row is not None]

    @property
    def current(self) -> AttributeRow:
        """The attribute of the keyboard, as the service gave it."""
        row = self.attributes.model.rows[self.attributes.current].row
        assert row is not None, "the keyboard is on a heading"
        return row

    def line(self, key: str, column: str) -> Cell:
        """One cell of an attribute."""
        return self.attributes.cell(self.attributes.model.row_of_key(key), column)

    def go_to(self, key: str) -> None:
        """Put the keyboard on an attribute."""
        self.attributes.go_to(self.attributes.model.row_of_key(key))

    @property
    def editor(self) -> AttributeEditor:
        """The field that is open in its row."""
        return self.one(AttributeEditor)

    @property
    def is_editing(self) -> bool:
        settle()
        return bool(self.every(AttributeEditor))
