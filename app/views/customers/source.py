"""Where the customer list reads from: queries of the services, as the paged model asks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.services.customers.choice import CustomerQuestion
from app.services.customers.list import CustomerRow, CustomerSort, customer_count, customer_page, customer_rows
from app.services.jobs import JobContext
from app.services.paging import Cursor
from app.views.lists.models.pages import Order, PageRequest


@dataclass(frozen=True)
class CustomerSource:
    """Pages of one list. The cursor behind each page is kept, so that reading on is a keyset away."""

    question: CustomerQuestion
    _cursors: dict[tuple[Order | None, int], Cursor] = field(default_factory=dict)

    def count(self, database: Any, context: JobContext) -> int:
        del context
        q = self.question
        with database.read() as session:
            return customer_count(session, provider_id=q.provider_id, as_of=q.as_of, filter_text=q.filter_text,
                                  quick=q.quick)

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[CustomerRow]:
        del context
        q, order = self.question, request.order
        anchor = request.anchor
        after = anchor.key if anchor is not None and request.skip == 0 else None
        with database.read() as session:
            page = customer_page(
                session, provider_id=q.provider_id, as_of=q.as_of, filter_text=q.filter_text, quick=q.quick,
                sort=CustomerSort(order.key) if order is not None else CustomerSort.CODE,
                descending=order is not None and order.descending,
                after=after, offset=0 if after is not None else request.first_row, limit=request.limit,
            )
        if page.last is not None:
            self._cursors[order, page.rows[-1].id] = page.last
        return page.rows

    def reread(self, database: Any, context: JobContext, row_ids: Sequence[int]) -> Sequence[CustomerRow]:
        del context
        with database.read() as session:
            return customer_rows(session, account_ids=row_ids, as_of=self.question.as_of)

    def row_id(self, row: CustomerRow) -> int:
        return row.id

    def anchor_key(self, row: CustomerRow, order: Order | None) -> Cursor | None:
        return self._cursors.get((order, row.id))
