"""A page source over any query of the services that pages by keyset and counts its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app.services.jobs import JobContext
from app.services.paging import Cursor, Page
from app.views.lists.models.pages import Order, PageRequest

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class KeysetSource(Generic[R]):
    """Rows of one query in its own order. `page` takes session, `after` and `limit`; `number` takes the session."""

    page: Callable[..., Page[R]]
    number: Callable[[Any], int]
    ident: Callable[[R], int]
    _cursors: dict[int, Cursor] = field(default_factory=dict)

    def count(self, database: Any, context: JobContext) -> int:
        del context
        with database.read() as session:
            return self.number(session)

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[R]:
        """A page by its place; what lies between it and the nearest known row is read and left out."""
        del context
        anchor = request.anchor.key if request.anchor is not None else None
        skip = request.skip if anchor is not None else request.first_row
        with database.read() as session:
            page = self.page(session, after=anchor, limit=skip + request.limit)
        if page.last is not None:
            self._cursors[self.ident(page.rows[-1])] = page.last
        return page.rows[skip:]

    def row_id(self, row: R) -> int:
        return self.ident(row)

    def anchor_key(self, row: R, order: Order | None) -> Cursor | None:
        del order
        return self._cursors.get(self.ident(row))
