"""Writing many rows of one entity with few statements.

An INSERT of an entity through the session begins a new statement wherever the next row leaves other columns empty
than the one before, so thousands of mixed rows become thousands of statements. The table itself takes them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.models.base import Base
from app.services.database.dialects import is_sqlite

Rows = Sequence[dict[str, Any]]


def insert_rows(session: Session, entity: type[Base], rows: Rows) -> None:
    """Write rows that all give the same columns; None is written as NULL. No rows, no statement."""
    if rows:
        session.flush()
        session.execute(insert(_table(entity)), rows)


def insert_rows_with_ids(session: Session, entity: type[Base], rows: Rows) -> list[int]:
    """The same for an entity with the key `id`; returns the new keys in the order of the rows.

    SQLite would be asked row by row to keep keys and rows in step. It has one writer at a time, and that is us, so
    there the keys are the next ones and we say them.
    """
    if not rows:
        return []
    session.flush()
    table = _table(entity)
    if not is_sqlite(session):
        return list(session.scalars(insert(table).returning(table.c.id, sort_by_parameter_order=True), rows))
    first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
    ids = list(range(first, first + len(rows)))
    session.execute(insert(table), [{**row, "id": id_} for id_, row in zip(ids, rows, strict=True)])
    return ids


def _table(entity: type[Base]) -> Table:
    return cast("Table", entity.__table__)
