"""PostgreSQL databases that serve one test after the other.

Making a database takes the server a third of a second, and most tests write a handful of rows. So a database is
emptied and filled again with the rows of its template, its sequences are set back, and the next test finds it as if
it were new. One that is not as it was made (another schema, a trigger switched off, somebody still connected, very
many rows) is dropped instead.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import psycopg

from tests.support.pgtemp import BETWEEN_TESTS, TempPostgres
from tests.support.rows import Rows, empty, read_rows, write_rows

_MANY_ROWS = 20_000
_USES = 60
"""Nothing is vacuumed, so what was deleted stays in the files; after so many tests a new database is cheaper."""

# Whatever a test could change besides rows: tables, columns, indexes, triggers and whether they fire, constraints,
# functions, settings. Analysing a table is no change.
_SHAPE = """
SELECT (SELECT count(*)::text || ' ' || max(oid) || ' ' || sum(relnatts) FROM pg_class),
       (SELECT count(*)::text || ' ' || max(oid) || ' ' || string_agg(tgenabled::text, '' ORDER BY oid)
          FROM pg_trigger),
       (SELECT count(*)::text || ' ' || max(oid) FROM pg_constraint),
       (SELECT md5(string_agg(oid::text || prosrc, '' ORDER BY oid)) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace),
       (SELECT count(*)::text FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
         WHERE d.datname = current_database())
"""
_OTHERS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
   AND backend_type = 'client backend'
"""


@dataclass(frozen=True, slots=True)
class _Pristine:
    shape: tuple[object, ...]
    rows: Rows


class ReusedDatabases:
    """Copies of one template, lent to one test at a time."""

    def __init__(self, server: TempPostgres, template: str) -> None:
        self._server = server
        self._template = template
        self._free: list[str] = []
        self._uses: dict[str, int] = {}
        # Kept between tests: a new connection costs the server as much as emptying a database does.
        self._connections: dict[str, psycopg.Connection] = {}
        self._pristine: _Pristine | None = None

    def take(self, *, new: bool = False) -> str:
        """The name of a database that holds what the template holds; `new`: that served nobody before."""
        name = self._free.pop() if self._free and not new else self._create()
        self._uses[name] += 1
        return name

    def _create(self) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._server.create_database(name, template=self._template)
        self._uses[name] = 0
        if self._pristine is None:
            with self._server.connect(name) as connection:
                self._pristine = _Pristine(_shape(connection), read_rows(connection))
        return name

    def give_back(self, name: str) -> None:
        """Make the database ready for the next test, or drop it."""
        if self._uses[name] < _USES and self._restored(name):
            self._free.append(name)
        else:
            self._disconnect(name)
            self._server.drop_database(name)

    def close(self) -> None:
        """Let go of the server; nothing is dropped."""
        for name in [*self._connections]:
            self._disconnect(name)

    def _disconnect(self, name: str) -> None:
        if name in self._connections:
            self._connections.pop(name).close()

    def url(self, name: str) -> str:
        return self._server.url(name)

    def _restored(self, name: str) -> bool:
        if self._pristine is None:
            return False
        try:
            if name not in self._connections:
                self._connections[name] = self._server.connect(name, name=BETWEEN_TESTS)
            return _restore(self._connections[name], self._pristine)
        except psycopg.Error:  # gone, renamed, or read-only: a test's own doing
            return False


def _shape(connection: psycopg.Connection) -> tuple[object, ...]:
    found = connection.execute(_SHAPE).fetchone()
    assert found is not None
    return tuple(found)


def _restore(connection: psycopg.Connection, pristine: _Pristine) -> bool:
    others = connection.execute(_OTHERS).fetchone()
    if others is None or others[0] or _shape(connection) != pristine.shape:
        return False
    with connection.transaction():
        if empty(connection, pristine.rows.tables) > _MANY_ROWS:
            return False
        write_rows(connection, pristine.rows)
    return True
