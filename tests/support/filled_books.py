"""Databases that are filled once for each process of the suite, and put back as they were for every test after that.

Filling a book through the commands takes a quarter of a second, copying its file a few milliseconds and writing its
rows into a server's database a few more. A test gets what it would have got: the same rows, recorded at the same
instant, in a database of its own.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, Self, TypeVar

from sqlalchemy.orm import Session

from app.services.database.unit_of_work import Database
from tests.factories.books import scratch
from tests.support.rows import Rows, empty, read_rows, write_rows

P = ParamSpec("P")
T = TypeVar("T")


class Book(Protocol):
    """Something that is made in a unit of work and goes on in another one."""

    session: Session

    def __init__(self, session: Session) -> None: ...

    def taken_up(self, session: Session) -> Self:
        """The same, on rows that stand there already."""


B = TypeVar("B", bound=Book)


@dataclass(frozen=True, slots=True)
class _Filled:
    rows: Rows | Path
    answer: Any


class FilledBooks:
    """Copies of databases by what filled them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._filled: dict[Any, _Filled] = {}

    def put(self, database: Database, fill: Callable[Concatenate[Database, P], T], *arguments: P.args,
            **named: P.kwargs) -> T:
        """Have an open database hold what `fill` writes; returns what `fill` returned.

        Before, it is untouched, or holds what another `fill` wrote, the same one every time.
        """
        key = (database.is_embedded, fill, arguments, tuple(sorted(named.items())), database.clock.now(),
               database.actor)
        if key in self._filled:
            self._put_back(database, self._filled[key].rows)
        else:
            answer = fill(database, *arguments, **named)
            self._filled[key] = _Filled(self._kept(database), copy.deepcopy(answer))
        found: T = copy.deepcopy(self._filled[key].answer)
        return found

    @contextmanager
    def opened(self, database: Database, kind: type[B]) -> Iterator[B]:
        """A book of this kind in a unit of work that leaves nothing behind; it is made at the first asking."""
        made = self.put(database, _made, kind)
        with scratch(database) as session:
            yield made.taken_up(session)

    def _kept(self, database: Database) -> Rows | Path:
        if not database.is_embedded:
            with database.engine.connect() as connection:
                return read_rows(connection.connection.driver_connection)
        path = self._folder / f"{len(self._filled)}.db"
        shutil.copyfile(_closed(database), path)
        return path

    @staticmethod
    def _put_back(database: Database, rows: Rows | Path) -> None:
        if isinstance(rows, Path):
            shutil.copyfile(rows, _closed(database))
            return
        with database.engine.begin() as connection:
            driver = connection.connection.driver_connection
            empty(driver, rows.tables)
            write_rows(driver, rows)


def _made(database: Database, kind: type[B]) -> B:
    with database.write() as session:
        book = kind(session)
    del book.session
    return book


def _closed(database: Database) -> Path:
    """The file of an embedded database that nothing has open; the next unit of work opens it again."""
    database.close()
    assert database.url.database is not None, "the database is not a file"
    path = Path(database.url.database)
    assert not path.with_name(f"{path.name}-wal").exists(), "a connection stayed open"
    return path
