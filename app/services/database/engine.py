"""Opening a database and units of work on it.

SQLite runs in WAL mode with foreign keys on. Its driver would begin transactions late and upgrade a read lock when
the first write comes, which fails at once while another program writes; so we begin ourselves, with IMMEDIATE for
units of work that write. PostgreSQL connections are checked before use, because laptops sleep.
"""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from app.services.clock import Clock, SystemClock
from app.services.database.dialects import server_now
from app.services.errors import DatabaseProblem

BUSY_TIMEOUT_MS = 10_000
_CONNECT_TIMEOUT_S = 5


def console_actor() -> str:
    """Who acts on the command line while the database knows no staff users (README decision 10)."""
    try:
        return f"console:{getpass.getuser()}"
    except (KeyError, OSError):
        return "console"


def parse_url(url: str) -> URL:
    """Read a database address: an SQLAlchemy URL or simply the path of an embedded file."""
    text = url.strip()
    if "://" not in text:
        return URL.create("sqlite", database=str(Path(text).expanduser()))
    try:
        parsed = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseProblem(
            "This database address cannot be read. Write for instance postgresql://user@server/books, "
            "sqlite:////path/to/books.db, or the path of a file."
        ) from None
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise DatabaseProblem("An embedded database needs a file; write its path.")
        return parsed
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise DatabaseProblem(f'Bursar works on SQLite and PostgreSQL, not on "{parsed.get_backend_name()}".')


def describe(url: URL) -> str:
    """The database in words, without its password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)


def make_engine(url: URL) -> Engine:
    """An engine for either database; it connects only when first used."""
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url)
        return create_engine(
            url, pool_pre_ping=True, pool_recycle=1800,
            # Compiling our statements takes the server seconds where running them takes a tenth of one.
            connect_args={"connect_timeout": _CONNECT_TIMEOUT_S, "keepalives_idle": 30,
                          "application_name": "bursar", "options": "-c jit=off"},
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseProblem(f"This database address cannot be used: {error}") from error


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys=ON")
        # A file in a folder that allows no writing can still be read, then without write-ahead log.
        with suppress(sqlite3.OperationalError):
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


class Database:
    """An open database: hands out units of work and says who acts and what time it is."""

    def __init__(self, url: URL, *, clock: Clock | None = None, actor: str | None = None) -> None:
        self.url = url
        self.clock: Clock = clock or SystemClock()
        self.actor = actor or console_actor()
        self.engine = make_engine(url)

    @property
    def description(self) -> str:
        return describe(self.url)

    @property
    def is_embedded(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A short unit of work that only reads."""
        with _explained(self.url), Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            self._equip(session)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A unit of work that commits once at its end, or leaves nothing behind."""
        options = {"write": True}
        with (
            _explained(self.url),
            Session(self.engine, execution_options=options, expire_on_commit=False) as session,
            session.begin(),
        ):
            self._equip(session)
            yield session

    def _equip(self, session: Session) -> None:
        session.info["clock"] = self.clock
        session.info["actor"] = self.actor

    def close(self) -> None:
        self.engine.dispose()


def actor_of(session: Session) -> str:
    """Who acts in this unit of work, as it is written into audit rows."""
    return str(session.info["actor"])


def clock_of(session: Session) -> Clock:
    clock: Clock = session.info["clock"]
    return clock


def recorded_now(session: Session) -> datetime:
    """The instant all rows of this unit of work are recorded at: the server's clock on PostgreSQL, else ours.

    Read once per unit of work, so that rows written together carry one instant. A clock put in by a test, the demo
    or a replay wins on both databases.
    """
    moment: datetime | None = session.info.get("recorded_at")
    if moment is None:
        clock = clock_of(session)
        moment = (server_now(session) if isinstance(clock, SystemClock) else None) or clock.now()
        session.info["recorded_at"] = moment
    return moment


@contextmanager
def _explained(url: URL) -> Iterator[None]:
    """Turn what the driver says of an unusable database into a message that says what to do."""
    try:
        yield
    except DBAPIError as error:
        problem = explain_driver_error(error, url)
        if problem is None:
            raise
        raise problem from error


def explain_driver_error(error: DBAPIError, url: URL) -> DatabaseProblem | None:
    """The message for a fault of the environment; None where the error is not the environment's."""
    text = str(error.orig).lower()
    where = describe(url)
    if url.get_backend_name() == "sqlite":
        for needle, message in _SQLITE_FAULTS:
            if needle in text:
                return DatabaseProblem(message.format(where=where))
        return None
    if isinstance(error, OperationalError) or error.connection_invalidated:
        return DatabaseProblem(
            f"No answer from the database {where}. Check that the server runs, that the network reaches it, and "
            f"that name and password are right. Nothing was changed. The server said: {_first_line(error)}"
        )
    if "permission denied" in text:
        return DatabaseProblem(
            f"The database {where} does not allow this user to do that: {_first_line(error)}. "
            "Ask its administrator for the right."
        )
    return None


def _first_line(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines()
    return lines[0] if lines else "nothing"


_SQLITE_FAULTS = (
    ("database is locked", "Another program is writing to {where} and did not finish within 10 seconds. Nothing was "
                           "saved. Try again when it is done."),
    ("readonly", "{where} does not allow writing. Look only, or make the file and its folder writable, or choose "
                 "another place."),
    ("unable to open", "{where} cannot be opened. Check that the folder exists and that you may write there."),
    ("malformed", "{where} is damaged. Nothing was changed. Go back to the last good copy."),
    ("not a database", "{where} is not a Bursar database. Nothing was changed. Choose another file."),
    ("disk is full", "The disk that holds {where} is full. Nothing was saved. Make room and try again."),
    ("disk i/o error", "{where} cannot be read or written: the disk reports an error. Nothing was saved."),
)


def open_database(url: str, *, clock: Clock | None = None, actor: str | None = None) -> Database:
    """Open a database of this version.

    Raises DatabaseProblem where it is missing, empty, older, newer, damaged, locked, read-only or unreachable; the
    message says what to do. Nothing is created or changed.
    """
    from app.services.database.upgrade import require_current

    database = Database(parse_url(url), clock=clock, actor=actor)
    try:
        require_current(database)
    except BaseException:
        database.close()
        raise
    return database
