"""What a page source is asked and answers: rows by position, with anchors so that any page is a keyset away.

An anchor is the sort key of a row whose position is known. A source reads on from the nearest anchor before the page
("key greater than the anchor's, skip n"), so paging on costs the same at row 50 and at row 99,950, and a jump with the
scroll bar skips at most from the nearest page ever read.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

from app.services.jobs import JobContext

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Order:
    """Sort order by a column's `sort_key`; the source adds its own tie-breaker."""

    key: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Anchor:
    """The row before position `row` has this key; what follows begins at `row`."""

    row: int
    key: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """Rows `first_row` to `first_row + limit - 1` in this order."""

    first_row: int
    limit: int
    order: Order | None = None
    anchor: Anchor | None = None

    @property
    def skip(self) -> int:
        """Rows to pass over behind the anchor, or from the beginning without one."""
        return self.first_row - (self.anchor.row if self.anchor is not None else 0)


class PageSource(Protocol[R]):
    """One query, filter included. `count` and `fetch` run in a worker thread; the others on the window's thread."""

    def count(self, database: Any, context: JobContext) -> int: ...

    def fetch(self, database: Any, context: JobContext, request: PageRequest) -> Sequence[R]: ...

    def row_id(self, row: R) -> int: ...

    def anchor_key(self, row: R, order: Order | None) -> Any:
        """Key of a row in this order, tie-breaker included."""
        ...


@runtime_checkable
class RereadableSource(Protocol):
    """A source that can read known rows again by their ids, so that a refresh moves nothing."""

    def reread(self, database: Any, context: JobContext, row_ids: Sequence[int]) -> Sequence[Any]: ...


@dataclass(slots=True)
class Anchors:
    """Keys of the rows that end pages read so far."""

    _rows: list[int] = field(default_factory=list)
    _keys: dict[int, Any] = field(default_factory=dict)

    def add(self, row: int, key: Any) -> None:
        if row not in self._keys:
            insort(self._rows, row)
        self._keys[row] = key

    def before(self, row: int) -> Anchor | None:
        """The nearest anchor at or before a row."""
        place = bisect_right(self._rows, row)
        if place == 0:
            return None
        found = self._rows[place - 1]
        return Anchor(found, self._keys[found])

    def clear(self) -> None:
        self._rows.clear()
        self._keys.clear()
