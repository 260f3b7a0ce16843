"""Pages of a list by keyset: a page knows its first and last row's place, and the next one continues from there.

The place of a row is its sort value and its id, so ties are told apart and a page costs the same at row 99,950 as at
row 50. A list that is asked for a row number (the scroll bar was dragged) takes an offset once and goes on by keyset.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, literal, tuple_

R = TypeVar("R")
KeyPart = int | str | date
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place of one row in the order of its list: sort values first, the id last. Opaque to screens."""

    values: tuple[KeyPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[R]):
    """Some rows of a list, in its order."""

    rows: tuple[R, ...]
    first: Cursor | None
    """Where the page begins: hand it in as `before` for the page above. None on an empty page."""
    last: Cursor | None
    """Where the page ends: hand it in as `after` for the page below."""
    more: bool
    """Rows follow in the direction that was asked for."""


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: its key columns, the unique one last, all in one direction."""

    keys: tuple[ColumnElement[Any], ...]
    descending: bool = False

    def beyond(self, cursor: Cursor, *, backwards: bool = False) -> ColumnElement[bool]:
        """The rows that come after a place, or before it; both databases compare the keys as one row value."""
        here = tuple_(*self.keys)
        there = tuple_(*[literal(v, k.type) for v, k in zip(cursor.values, self.keys, strict=True)])
        return here < there if self.descending != backwards else here > there

    def by(self, *, backwards: bool = False) -> list[ColumnElement[Any]]:
        """The columns of an ORDER BY."""
        if self.descending != backwards:
            return [key.desc() for key in self.keys]
        return [key.asc() for key in self.keys]


def cut(
    statement: AnySelect, order: Order, *, after: Cursor | None = None, before: Cursor | None = None,
    offset: int = 0, limit: int,
) -> AnySelect:
    """One row more than a page, from a place on; with `before` in reverse order (`page_of` turns it round)."""
    backwards = before is not None
    place = before if backwards else after
    if place is not None:
        statement = statement.where(order.beyond(place, backwards=backwards))
    if offset:
        statement = statement.offset(offset)
    return statement.order_by(*order.by(backwards=backwards)).limit(limit + 1)


def page_of(
    rows: Iterable[R], places: Sequence[tuple[KeyPart, ...]], *, limit: int, backwards: bool = False
) -> Page[R]:
    """A page from the answer of a `cut` statement: the extra row only says that there are more."""
    kept, spots = list(rows)[:limit], list(places)[:limit]
    if backwards:
        kept.reverse()
        spots.reverse()
    return Page(
        rows=tuple(kept), first=Cursor(spots[0]) if spots else None, last=Cursor(spots[-1]) if spots else None,
        more=len(places) > limit
    )
