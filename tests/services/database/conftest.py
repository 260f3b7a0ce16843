"""What the tests of the database share: clients that are not ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database


class RawClient:
    """A plain session of the driver, committing every statement: another program, or a person with a shell."""

    def __init__(self, url: str, *, foreign_keys: bool = True) -> None:
        parsed = parse_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.connection: Any
        if self.is_sqlite:
            self.connection = sqlite3.connect(str(parsed.database), isolation_level=None)
            self.connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        else:
            self.connection = psycopg.connect(
                parsed.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True)

    def run(self, statement: str) -> list[Any]:
        cursor = self.connection.execute(statement)
        return list(cursor.fetchall()) if cursor.description else []

    def refusal(self, *statements: str) -> str:
        """What the database says to these statements in one transaction; empty where it takes them. Nothing stays."""
        self.run("BEGIN")
        try:
            for statement in statements:
                self.run(statement)
            self._check_what_the_commit_would()
        except (sqlite3.Error, psycopg.Error) as error:
            return str(error)
        else:
            return ""
        finally:
            with suppress(sqlite3.Error):
                self.run("ROLLBACK")

    def _check_what_the_commit_would(self) -> None:
        if not self.is_sqlite:
            self.run("SET CONSTRAINTS ALL IMMEDIATE")
        elif self.run("PRAGMA foreign_keys") == [(1,)] and (orphans := self.run("PRAGMA foreign_key_check")):
            raise sqlite3.IntegrityError(f"foreign keys: {orphans}")

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def raw_client(database_url: str) -> Iterator[Callable[..., RawClient]]:
    """Opens plain sessions on the database of the test."""
    clients: list[RawClient] = []

    def open_client(**options: Any) -> RawClient:
        clients.append(RawClient(database_url, **options))
        return clients[-1]

    yield open_client
    for client in clients:
        client.close()


@pytest.fixture
def reopened(database: Database) -> Iterator[Callable[[], Database]]:
    """Further connections to the database of the test, as another workstation has them."""
    opened: list[Database] = []

    def reopen() -> Database:
        opened.append(Database(database.url, clock=database.clock, actor="another"))
        return opened[-1]

    yield reopen
    for each in opened:
        each.close()
