"""A page source over rows in memory, for tests of models and lists that read by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from app.services.jobs import JobContext
from app.views.lists.models.pages import Order, PageRequest

R = TypeVar("R")


class ListSource(Generic[R]):
    """Pages of rows that are at hand."""

    def __init__(self, rows: Sequence[R], row_id: Callable[[R], int],
                 sort_values: Mapping[str, Callable[[R], Any]] | None = None) -> None:
        self._rows = list(rows)
        self._row_id = row_id
        self._sort_values = dict(sort_values or {})

    def count(self, database: Any, context: JobContext) -> int:
        return len(self._rows)

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[R]:
        rows = self._ordered(request.order)
        return rows[request.first_row:request.first_row + request.limit]

    def row_id(self, row: R) -> int:
        return self._row_id(row)

    def anchor_key(self, row: R, order: Order | None) -> Any:
        return (self._sort_values[order.key](row) if order is not None else None, self._row_id(row))

    def _ordered(self, order: Order | None) -> list[R]:
        if order is None:
            return self._rows
        value = self._sort_values[order.key]
        return sorted(self._rows, key=value, reverse=order.descending)
