"""Writing many rows of one entity at once.

An INSERT of an entity through the session begins a new statement wherever the next row leaves other columns empty
than the one before, so thousands of mixed rows become thousands of statements. Here the table itself takes them
together: SQLite in one prepared statement, PostgreSQL as a COPY, which spares it to read thousands of parameters.
Constraints and guards judge every row all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Column, Connection, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.base import Base
from app.services.database.announcing import note_table
from app.services.database.dialects import is_sqlite

if TYPE_CHECKING:
    import psycopg

Rows = Sequence[dict[str, Any]]
_FEW = 20
"""So few rows are written by an ordinary INSERT."""


def insert_rows(session: Session, entity: type[Base], rows: Rows) -> None:
    """Write rows that all give the same columns; None is written as NULL. No rows, no statement."""
    if not rows:
        return
    session.flush()
    table = _table(entity)
    if is_sqlite(session):
        session.execute(insert(table), rows)
    elif len(rows) == 1:
        session.execute(insert(table), rows[0])  # kept compiled, which a statement of several rows is not
    elif len(rows) <= _FEW:
        # One statement: several would go through a pipeline, which logs a warning of its own when one is refused.
        session.execute(insert(table).values(list(rows)))
    else:
        note_table(session, table.name)
        _copy(session.connection(), table, rows)


def insert_rows_with_ids(session: Session, entity: type[Base], rows: Rows) -> list[int]:
    """The same for an entity with the key `id`; returns the new keys in the order of the rows.

    The keys are taken first, because neither database says at once which row got which.
    """
    if not rows:
        return []
    ids = _next_ids(session, _table(entity), len(rows))
    insert_rows(session, entity, [{"id": id_, **row} for id_, row in zip(ids, rows, strict=True)])
    return ids


def _table(entity: type[Base]) -> Table:
    return cast("Table", entity.__table__)


def _next_ids(session: Session, table: Table, count: int) -> list[int]:
    """SQLite has one writer at a time, and that is us; on PostgreSQL the sequence gives every number once."""
    session.flush()
    if is_sqlite(session):
        first = (session.scalar(select(func.max(table.c.id))) or 0) + 1
        return list(range(first, first + count))
    return list(session.scalars(
        text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": table.name, "count": count},
    ))


def _copy(connection: Connection, table: Table, rows: Rows) -> None:
    """COPY the rows in; what the driver complains of comes out as the errors that statements raise."""
    import psycopg  # an embedded database never needs it

    columns = [table.c[name] for name in rows[0]]
    # What an INSERT fills in by itself; COPY knows nothing of the defaults that stand in our tables.
    fixed = {c.name: cast("Any", c.default).arg for c in table.columns
             if c.name not in rows[0] and c.default is not None and c.default.is_scalar}
    names = ", ".join(f'"{name}"' for name in (*rows[0], *fixed))
    statement = f'COPY "{table.name}" ({names}) FROM STDIN'
    converters = [_converter(c, connection) for c in columns]
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([convert(row[c.name]) for c, convert in zip(columns, converters, strict=True)]
                               + list(fixed.values()))
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


def _converter(column: Column[Any], connection: Connection) -> Callable[[Any], Any]:
    return column.type.bind_processor(connection.dialect) or (lambda value: value)
