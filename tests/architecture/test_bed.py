"""The test bed keeps its promises; a guard that never bites would be missed by nobody."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from tests import conftest

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database
    from tests.support.pgtemp import TempPostgres
    from tests.support.reused_databases import ReusedDatabases


@pytest.fixture
def quiet_watch() -> Iterator[conftest.Watch]:
    watch = conftest.Watch()
    yield watch
    watch.close()


def _record(message: str) -> logging.LogRecord:
    return logging.LogRecord("app.test", logging.WARNING, __file__, 1, message, None, None)


def test_unexpected_warning_is_a_complaint(quiet_watch: conftest.Watch) -> None:
    quiet_watch.emit(_record("the lease was lost"))
    assert quiet_watch.complaints() == ["unexpected log app.test: the lease was lost"]
    quiet_watch.expect("lease")
    assert quiet_watch.complaints() == []


def test_expected_warning_that_never_comes_is_a_complaint(quiet_watch: conftest.Watch) -> None:
    quiet_watch.expect("lease")
    assert quiet_watch.complaints() == ["no log matched 'lease'"]


def test_expected_warning_passes(expect_log: Callable[[str], None]) -> None:
    expect_log("will be here")
    logging.getLogger("app.test").warning("it will be here")


def test_left_over_thread_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "_THREAD_GRACE_S", 0.05)
    before, end = set(threading.enumerate()), threading.Event()
    thread = threading.Thread(target=end.wait, name="forgotten")
    thread.start()
    try:
        assert conftest._left_over_threads(before) == [thread]
    finally:
        end.set()
        thread.join()
    assert conftest._left_over_threads(before) == []


def test_network_outside_is_closed() -> None:
    with socket.socket() as outward, pytest.raises(conftest.OutsideNetworkError):
        outward.connect(("192.0.2.1", 9))
    with pytest.raises(conftest.OutsideNetworkError):
        socket.getaddrinfo("example.org", 443)
    assert socket.getaddrinfo("localhost", 9)


def test_own_files_are_out_of_reach() -> None:
    import platformdirs

    folder = Path(platformdirs.user_data_dir("bursar"))
    assert conftest._HOME in folder.parents
    assert "BURSAR_DATABASE" not in os.environ


def test_event_loop_runs_qt_and_asyncio(qloop: asyncio.AbstractEventLoop) -> None:
    async def wait() -> str:
        await asyncio.sleep(0.01)
        return "done"

    assert qloop.run_until_complete(wait()) == "done"


def test_database_is_fresh_and_of_the_kind_asked_for(database: Database, backend: str) -> None:
    assert database.url.get_backend_name() == backend
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM account")).scalar_one() == 1


_CHANGES = {
    "rows": "DELETE FROM account_attributes",
    "more rows": "INSERT INTO audit_entry (action, detail, actor, recorded_at) VALUES ('noted', '', 'test', now())",
    "a table": "CREATE TABLE more (id integer)",
    "a column": "ALTER TABLE hold ADD more integer",
    "a trigger that is off": "ALTER TABLE account DISABLE TRIGGER ALL",
    "a function": "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "a setting": "ALTER DATABASE {database} SET jit = on",
}


@pytest.mark.parametrize("change", _CHANGES)
def test_a_used_database_is_as_new_or_not_used_again(pg_databases: ReusedDatabases, pg_server: TempPostgres,
                                                     change: str) -> None:
    name = pg_databases.take(new=True)
    with pg_server.connect(name) as connection:
        before = _content(connection)
        functions = [row[0] for row in connection.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1")]
        connection.execute(_CHANGES[change].format(function=functions[0], database=name).encode())
        connection.execute("SELECT nextval(oid::regclass) FROM pg_class WHERE relkind = 'S'")
    pg_databases.give_back(name)
    again = pg_databases.take()
    assert (again == name) == ("rows" in change)
    with pg_server.connect(again) as connection:
        assert _content(connection) == before
    pg_databases.give_back(again)


def _content(connection: psycopg.Connection) -> list[tuple[object, ...]]:
    """All rows, and how far every series of numbers is."""
    found = connection.execute(
        "SELECT relname, relkind::text FROM pg_class WHERE relkind IN ('r', 'S') "
        "AND relnamespace = 'public'::regnamespace ORDER BY 1").fetchall()
    return [
        (name, *row) for name, kind in found for row in connection.execute(
            sql.SQL("SELECT t::text FROM (SELECT {} FROM {}) AS t ORDER BY 1").format(
                sql.SQL("last_value, is_called" if kind == "S" else "*"), sql.Identifier(name)))
    ]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_one_kind_can_be_chosen(database_url: str) -> None:
    assert database_url.startswith("sqlite")


def test_empty_database_has_no_table(empty_database_url: str) -> None:
    from app.services.database.engine import parse_url
    from app.services.database.opening import SchemaState, schema_state
    from app.services.database.unit_of_work import Database

    opened = Database(parse_url(empty_database_url))
    try:
        assert schema_state(opened) in (SchemaState.EMPTY, SchemaState.MISSING)
    finally:
        opened.close()
