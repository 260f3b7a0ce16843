"""Driving a customer list: its box, quick filters, rows, and the preview below them."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from app.services.customers.list import QuickFilter
from app.views.customers.filter_panel import FilterPanel
from app.views.customers.list_screen import CustomerListScreen
from app.views.customers.preview import CustomerPreview
from app.views.customers.selection import CustomerSelection
from app.views.lists.count_switches import CountSwitch
from app.views.lists.filter_bar import FilterBar
from app.views.lists.kept_table import KeptTable
from app.views.lists.models.columns import Cell
from app.views.lists.query_field import QueryField
from app.views.widgets.empty_state import EmptyState
from app.views.widgets.page_header import PageHeader
from tests.support.driver import Driver, TableDriver


class CustomerListDriver(Driver[CustomerListScreen]):
    """Hands and eyes on one customer list."""

    @property
    def title(self) -> str:
        return self.one(PageHeader).title

    @property
    def rows(self) -> TableDriver:
        """The table; it is there, and empty, while words stand in its place."""
        return TableDriver(self.root.findChild(KeptTable))

    @property
    def codes(self) -> list[str]:
        return self.rows.column("code")

    def cell(self, code: str, column: str) -> Cell:
        return self.rows.cell(self.codes.index(code), column)

    def go_to(self, code: str) -> None:
        """Put the keyboard on a customer."""
        self.rows.go_to(self.codes.index(code))

    @property
    def current(self) -> str:
        """The code of the customer under the keyboard."""
        return self.rows.text(self.rows.current, "code")

    @property
    def box(self) -> QueryField:
        return self.one(QueryField)

    @property
    def bar(self) -> FilterBar:
        return self.one(FilterBar)

    def ask(self, text: str) -> None:
        """Type a filter into the box, and let typing pause."""
        self.root.focus_first()
        self.type(text)
        if self.box.is_pausing:
            self.box.set_text_now(self.box.text())
        self.box.completer().popup().hide()

    def quick(self, key: str) -> CountSwitch:
        """A quick filter by its key, such as "overdue"."""
        return next(switch for switch in self.every(CountSwitch) if switch.choice.key == key)

    @property
    def counts(self) -> dict[str, int | None]:
        return {key.value: self.quick(key.value).count for key in QuickFilter}

    @property
    def found(self) -> str:
        """"1 of 6 accounts"."""
        return next(name for name in Driver(self.bar).names(QLabel) if name.endswith(("account", "accounts")))

    @property
    def empty(self) -> EmptyState:
        return self.one(EmptyState)

    @property
    def preview(self) -> Driver[CustomerPreview]:
        return self.within(CustomerPreview)

    @property
    def shows_preview(self) -> bool:
        return bool(self.every(CustomerPreview))

    @property
    def panel(self) -> FilterPanel:
        return self.one(FilterPanel)

    @property
    def shows_panel(self) -> bool:
        return bool(self.every(FilterPanel))

    @property
    def selection(self) -> CustomerSelection:
        """What the selected rows mean to services."""
        found = self.root.findChild(CustomerSelection)
        assert found is not None
        return found
