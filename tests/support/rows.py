"""All rows of a PostgreSQL database, and its counters: read out once, written again as often as wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
_SEQUENCES = "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace ORDER BY 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What stands in a database."""

    tables: Sequence[str]
    by_table: Mapping[str, bytes]
    """The rows of each table that has some, as COPY writes them."""
    sequences: Mapping[str, tuple[int, bool]]


def read_rows(connection: psycopg.Connection) -> Rows:
    """Read all there is."""
    tables = [str(row[0]) for row in connection.execute(_TABLES)]
    rows = {}
    for table in tables:
        with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
            if found := b"".join(bytes(part) for part in copy):
                rows[table] = found
    sequences = {}
    for (sequence,) in connection.execute(_SEQUENCES).fetchall():
        row = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence))).fetchone()
        assert row is not None
        sequences[str(sequence)] = (int(row[0]), bool(row[1]))
    return Rows(tables=tables, by_table=rows, sequences=sequences)


def empty(connection: psycopg.Connection, tables: Sequence[str]) -> int:
    """Delete all rows in one question to the server, past guards and keys; returns how many there were.

    Guards and keys sleep until the transaction ends: the order of the tables does not matter, and posted rows may go.
    """
    connection.execute("SET LOCAL session_replication_role = replica")
    cursor = connection.execute(sql.SQL("; ").join(
        sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in tables))
    deleted = cursor.rowcount
    while cursor.nextset():
        deleted += cursor.rowcount
    return deleted


def write_rows(connection: psycopg.Connection, rows: Rows) -> None:
    """Write them into an emptied database, in the transaction that emptied it."""
    for table, lines in rows.by_table.items():
        with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
            copy.write(lines)
    connection.execute(sql.SQL("SELECT ") + sql.SQL(", ").join(
        sql.SQL("setval({}::regclass, {}, {})").format(sequence, last, is_called)
        for sequence, (last, is_called) in rows.sequences.items()))
