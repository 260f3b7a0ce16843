"""The rows of a customer list, in a table whose columns a person arranges."""

from __future__ import annotations

from typing import Final

from app.services.customers.list import CustomerRow
from app.views.lists.data_table import DataTable
from app.views.lists.kept_table import KeptTable
from app.views.lists.listing import PageListing
from app.views.look.theme import Theme

_ROOMY: Final = {"code": 96, "profile": 140, "status": 178, "services": 76, "balance": 104, "overdue": 104,
                 "payable": 104, "oldest": 84, "credit": 116}


class CustomerRows(PageListing[CustomerRow]):
    """`kept` is the table."""

    @property
    def kept(self) -> KeptTable:
        assert isinstance(self.table, KeptTable)  # noqa: S101  it is made here
        return self.table

    def _made_table(self, theme: Theme, name: str) -> DataTable:
        return KeptTable(theme, name, _ROOMY)
