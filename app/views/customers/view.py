"""What a saved view of a customer list holds, and how it is written and read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from app.services.customers.list import CustomerSort, QuickFilter

PLACE = "customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """Filter, order and columns of a list."""

    filter_text: str = ""
    quick: str = QuickFilter.ALL.value
    sort: str = CustomerSort.CODE.value
    descending: bool = False
    layout: str = ""
    """As `KeptTable.layout_text` writes it; empty leaves the columns alone."""

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def read_view(text: str) -> CustomerView:
    """A view from its text; what a newer version wrote and this one does not know is left out."""
    try:
        read = json.loads(text)
    except ValueError:
        return CustomerView()
    found = read if isinstance(read, dict) else {}
    usual = CustomerView()
    quick, sort = str(found.get("quick", "")), str(found.get("sort", ""))
    return CustomerView(
        filter_text=str(found.get("filter_text", "")),
        quick=quick if quick in {q.value for q in QuickFilter} else usual.quick,
        sort=sort if sort in {s.value for s in CustomerSort} else usual.sort,
        descending=bool(found.get("descending", False)), layout=str(found.get("layout", "")),
    )
