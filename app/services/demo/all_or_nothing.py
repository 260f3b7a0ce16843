"""A demo is there as a whole, or what was there before is.

A new embedded file is filled under another name and gets its own when it is complete. A file or a server that was
there already holds the operator at most, so all its rows are kept in memory meanwhile and put back. Only a process
that is killed leaves something behind: a file with another name, or on a database that was there a demo that says
that it is incomplete.
"""

from __future__ import annotations

import os
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text
from sqlalchemy.orm import Session

from app.models.all_entities import metadata
from app.services.clock import Clock
from app.services.database.engine import parse_url
from app.services.database.opening import SchemaState, schema_state
from app.services.database.triggers import drop_guards, install_guards
from app.services.database.unit_of_work import Database
from app.services.database.upgrade import upgrade
from app.services.errors import RefusedByRule
from app.services.files.kinds import DATABASE
from app.services.files.writing import explained, unfinished
from app.services.hierarchy.operator import create_operator


class Target(ABC):
    """Where a demo is made. `url` is what is filled; `keep` or `undo` is called once, when we have it closed."""

    def __init__(self, url: str) -> None:
        self.url = url

    def remember(self, session: Session) -> None:  # noqa: B027  a new file has nothing to remember
        """Note what is there; called in the transaction that begins the demo, by whoever found nobody in the way."""

    def keep(self) -> None:  # noqa: B027  only a new file has something left to do
        """The demo is complete."""

    @abstractmethod
    def undo(self) -> None:
        """Make everything as it was before; nothing where it was not for us to begin."""


def target_of(url: str, *, clock: Clock, actor: str) -> Target:
    """Prepare a database for a demo: its schema is there afterwards.

    Raises RefusedByRule for a database of another version or of another program.
    """
    database = Database(parse_url(url), clock=clock, actor=actor)
    try:
        state = schema_state(database)
        embedded = Path(str(database.url.database)) if database.is_embedded else None
    finally:
        database.close()
    if state not in (SchemaState.MISSING, SchemaState.EMPTY, SchemaState.CURRENT):
        raise RefusedByRule(
            f"The demo needs an empty database, and {database.description} is one of another version or of another "
            "program. Nothing was changed. Choose another database."
        )
    if embedded is None:
        target: Target = _Server(url, was_empty=state is SchemaState.EMPTY)
    elif state is SchemaState.MISSING:
        target = _NewFile(embedded)
    else:
        target = _FileThere(url, embedded, was_empty=state is SchemaState.EMPTY)
    if state is not SchemaState.CURRENT:
        try:
            upgrade(target.url, seed=create_operator, clock=clock, actor=actor)
        except BaseException:
            target.undo()
            raise
    return target


class _NewFile(Target):
    """Filled under another name in the same folder; folders that are made for it go with it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._made_for_it = [folder for folder in path.parents if not folder.exists()]
        self._ends = ExitStack()
        try:
            with explained(path):
                path.parent.mkdir(parents=True, exist_ok=True)
            self._unfinished = self._ends.enter_context(unfinished(path, DATABASE))
        except BaseException:
            self._remove_folders()
            raise
        super().__init__(str(self._unfinished))

    def keep(self) -> None:
        with closing(sqlite3.connect(self._unfinished)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # all of it is in the one file that moves
        if self._path.exists():
            raise RefusedByRule(f"{self._path} was made by somebody else meanwhile. The demo was not kept: choose "
                                "another database.")
        self._ends.close()

    def undo(self) -> None:
        self._ends.__exit__(_Undone, _Undone(), None)
        self._remove_folders()

    def _remove_folders(self) -> None:
        for folder in self._made_for_it:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


class _Undone(Exception):  # no error: how the one writer is told that nothing is to be kept
    """The demo did not come about."""


class _FileThere(Target):
    """An embedded file that holds the operator at most, copied into memory and back."""

    def __init__(self, url: str, path: Path, *, was_empty: bool) -> None:
        super().__init__(url)
        self._path = path
        self._before = _memory_copy(path) if was_empty else None
        self._is_ours = False

    def remember(self, session: Session) -> None:
        del session  # a reader beside the writer sees what was committed last, which is what is to be kept
        self._before = self._before or _memory_copy(self._path)
        self._is_ours = True

    def keep(self) -> None:
        if self._before is not None:
            self._before.close()

    def undo(self) -> None:
        if self._before is None:
            return
        if self._is_ours and os.access(self._path, os.W_OK):  # else nothing was written, and nothing can be
            with closing(sqlite3.connect(self._path)) as connection:
                self._before.backup(connection)
        self._before.close()


class _Server(Target):
    """A database of a server that is empty or holds the operator: its rows and the places of its counters."""

    def __init__(self, url: str, *, was_empty: bool) -> None:
        super().__init__(url)
        self._was_empty = was_empty
        self._tables: list[Table] = []
        self._rows: dict[Table, list[dict[str, Any]]] = {}
        self._counters: Sequence[Any] = ()

    def remember(self, session: Session) -> None:
        self._tables = list(metadata.sorted_tables)
        if self._was_empty:
            return
        self._rows = {table: [dict(row) for row in session.execute(select(table)).mappings()]
                      for table in self._tables}
        self._counters = session.execute(text(
            "SELECT quote_ident(sequencename) AS name, last_value FROM pg_sequences "
            "WHERE schemaname = current_schema() AND last_value IS NOT NULL")).all()

    def undo(self) -> None:
        if not self._tables:
            return
        database = Database(parse_url(self.url))
        try:
            with database.write() as session:
                self._put_back(session.connection())
        finally:
            database.close()

    def _put_back(self, connection: Connection) -> None:
        drop_guards(connection)  # posted rows cannot be removed otherwise, by nobody
        names = ", ".join(f'"{table.name}"' for table in self._tables)
        if self._was_empty:
            connection.execute(text(f"DROP TABLE {names}, alembic_version CASCADE"))
            return
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        for table, rows in self._rows.items():
            if rows:
                connection.execute(insert(table), rows)
        for counter in self._counters:
            connection.execute(text("SELECT setval(:name, :value)"),
                               {"name": counter.name, "value": counter.last_value})
        install_guards(connection)


def _memory_copy(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with closing(sqlite3.connect(path)) as source:
        source.backup(copy)
    return copy
