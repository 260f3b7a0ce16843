"""The page source of every list that pages: over any query of the services that pages by keyset and counts its rows."""

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
    """Rows of one query. The cursor behind each page is kept, so that reading on is a keyset away."""

    page: Callable[..., Page[R]]
    """Takes the session, `after` and `limit`; see `skips` and `sorts`."""
    number: Callable[[Any], int]
    """Takes the session."""
    ident: Callable[[R], int]
    skips: bool = False
    """The query takes an `offset` as well; otherwise what is passed over is read and left out."""
    sorts: bool = False
    """The query takes an `order` as well; otherwise it has its own."""
    _cursors: dict[tuple[Order | None, int], Cursor] = field(default_factory=dict)

    def count(self, database: Any, context: JobContext) -> int:
        del context
        with database.read() as session:
            return self.number(session)

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[R]:
        """A page by its place, from the nearest known row before it."""
        del context
        ordered: dict[str, Any] = {"order": request.order} if self.sorts else {}
        after = request.anchor.key if request.anchor is not None else None
        skip = request.skip if after is not None else request.first_row
        with database.read() as session:
            if self.skips:
                page = self.page(session, after=after, offset=skip, limit=request.limit, **ordered)
                skip = 0
            else:
                page = self.page(session, after=after, limit=skip + request.limit, **ordered)
        if page.last is not None:
            self._cursors[self._key(request.order), self.ident(page.rows[-1])] = page.last
        return page.rows[skip:]

    def row_id(self, row: R) -> int:
        return self.ident(row)

    def anchor_key(self, row: R, order: Order | None) -> Cursor | None:
        return self._cursors.get((self._key(order), self.ident(row)))

    def _key(self, order: Order | None) -> Order | None:
        return order if self.sorts else None


@dataclass(frozen=True, kw_only=True)
class KnownRowsSource(KeysetSource[R]):
    """A source whose known rows can be read again by their ids, so that a refresh moves nothing."""

    again: Callable[[Any, Sequence[int]], Sequence[R]]

    def reread(self, database: Any, context: JobContext, row_ids: Sequence[int]) -> Sequence[R]:
        del context
        with database.read() as session:
            return self.again(session, row_ids)
