"""Pages of a list in an order of few values, such as statuses: group by group, each read along its own index.

No index has the accounts of a provider by the name of their profile or by how bad their status is, and sorting a
million for a page takes seconds. The groups are few, so a page is what is left of one and the beginning of the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.services.paging import Cursor, KeyPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The accounts of one sort value: a statement of their ids, in no order."""

    value: KeyPart
    statement: Select[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page: after a place, before one, or from a row number on; one row more is read to see whether more come."""

    after: Cursor | None
    before: Cursor | None
    offset: int
    limit: int


def grouped_places(
    session: Session, groups: Sequence[Group], place: Place, *, descending: bool
) -> list[tuple[KeyPart, int]]:
    """Sort value and id of each row of a page; with `before` in reverse order, as `cut` gives them.

    `groups` stand in their ascending order, which is that of the database.
    """
    backwards = place.before is not None
    upwards = descending == backwards  # whether values and ids grow as the page goes on
    cursor = place.before if backwards else place.after
    ordered = list(groups) if upwards else list(reversed(groups))
    beyond: KeyPart | None = None
    if cursor is not None:
        ordered, beyond = _from_place(ordered, cursor)
    found: list[tuple[KeyPart, int]] = []
    skip = place.offset
    for group in ordered:
        statement = group.statement
        if beyond is not None:
            statement = statement.where(Account.id > beyond if upwards else Account.id < beyond)
            beyond = None
        if skip:
            there = session.scalar(select(func.count()).select_from(statement.subquery())) or 0
            if there <= skip:
                skip -= there
                continue
        order = Account.id.asc() if upwards else Account.id.desc()
        wanted = place.limit + 1 - len(found)
        ids = session.scalars(statement.order_by(order).offset(skip or None).limit(wanted))
        found += [(group.value, id_) for id_ in ids]
        skip = 0
        if len(found) > place.limit:
            break
    return found


def _from_place(ordered: list[Group], cursor: Cursor) -> tuple[list[Group], KeyPart | None]:
    """The groups from the one on in which a place lies, and its id there; a group that is gone has no rows left."""
    value, ident = cursor.values
    for number, group in enumerate(ordered):
        if group.value == value:
            return ordered[number:], ident
    return [], None
