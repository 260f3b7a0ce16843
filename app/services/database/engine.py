"""Opening a database and units of work on it.

SQLite runs in WAL mode with foreign keys on. Its driver would begin transactions late and upgrade a read lock when
the first write comes, which fails at once while another program writes; so we begin ourselves, with IMMEDIATE for
units of work that write. Looking at a file changes nothing in it, whosever it is. PostgreSQL connections are checked
before use, because laptops sleep.
"""

from __future__ import annotations

import getpass
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from app.services.clock import Clock, SystemClock
from app.services.database.dialects import server_now
from app.services.database.faults import busy_timeout_s, describe, explained, explained_commit
from app.services.errors import DatabaseProblem

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
    if not text or "\0" in text or re.match(r"(sqlite|postgres)\w*(\+\w+)?:(?!//)", text):
        raise DatabaseProblem(_UNREADABLE)
    if "://" not in text:
        return _file_url(text)
    try:
        parsed = make_url(text)
    except (ArgumentError, ValueError):
        raise DatabaseProblem(_UNREADABLE) from None
    match parsed.get_backend_name():
        case "sqlite":
            return _checked_file_url(parsed, has_options="?" in text)
        case "postgresql" | "postgres":
            return parsed.set(drivername="postgresql+psycopg")
        case other:
            raise DatabaseProblem(f'Bursar works on SQLite and PostgreSQL, not on "{other}". {_EXAMPLES}')


_EXAMPLES = ("Write for instance postgresql://user@server/books, sqlite:////path/to/books.db, or the path of a file.")
_UNREADABLE = f"This database address cannot be read. {_EXAMPLES}"
_NO_FILE = "An embedded database needs a file. Write its path, or sqlite:/// followed by its path."
_IN_MEMORY = ":memory:"


def _file_url(path: str) -> URL:
    if path == _IN_MEMORY:
        raise DatabaseProblem(_NO_FILE)
    try:
        return URL.create("sqlite", database=str(Path(path).expanduser()))
    except RuntimeError:
        raise DatabaseProblem(f"The home folder in {path} is not known. Write the whole path of the file.") from None


def _checked_file_url(parsed: URL, *, has_options: bool) -> URL:
    if parsed.host or parsed.database in (None, "", _IN_MEMORY):
        raise DatabaseProblem(_NO_FILE)
    timeout = str(parsed.query.get("timeout", ""))
    # An option without a value is dropped in reading, and with it the rest of a path.
    if has_options and (set(parsed.query) != {"timeout"} or not re.fullmatch(r"\d+(\.\d+)?", timeout)):
        raise DatabaseProblem("The address of an embedded database takes no option but timeout=SECONDS. Where a path "
                              "holds a question mark, write the path alone.")
    return parsed.set(drivername="sqlite")


def make_engine(url: URL, *, foreign_keys: bool = True) -> Engine:
    """An engine for either database; it connects only when first used.

    `foreign_keys` off is for migrations that rebuild tables of an embedded file, and for nothing else.
    """
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite_engine(url, foreign_keys=foreign_keys)
        return create_engine(
            url, pool_pre_ping=True, pool_recycle=1800,
            # Compiling our statements takes the server seconds where running them takes a tenth of one.
            connect_args={"connect_timeout": _CONNECT_TIMEOUT_S, "keepalives_idle": 30,
                          "application_name": "bursar", "options": "-c jit=off"},
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseProblem(f"This database address cannot be used: {error}. {_EXAMPLES}") from error


def _sqlite_engine(url: URL, *, foreign_keys: bool) -> Engine:
    timeout_s = busy_timeout_s(url)
    engine = create_engine(url.set(query={}), connect_args={"timeout": timeout_s})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        # Nothing here writes: the file may be another program's, or of another version.
        connection.isolation_level = None  # BEGIN is ours, below
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA trusted_schema=ON")  # guards ask whether foreign keys are on; some builds forbid it
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        write = connection.get_execution_options().get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    @event.listens_for(engine, "commit")
    def _on_commit(connection: Any) -> None:
        # A refused COMMIT leaves the transaction open, and with it the connection would go back into the pool.
        try:
            connection.exec_driver_sql("COMMIT")
        except DBAPIError:
            connection.connection.driver_connection.rollback()
            raise

    return engine


class Database:
    """An open database: hands out units of work and says who acts and what time it is."""

    def __init__(
        self, url: URL, *, clock: Clock | None = None, actor: str | None = None, foreign_keys: bool = True,
        staff_id: int | None = None,
    ) -> None:
        self.url = url
        self.staff_id = staff_id
        """Who signed in; None while nobody did, and on a database without staff."""
        self.clock: Clock = clock or SystemClock()
        self.actor = actor or console_actor()
        self.engine = make_engine(url, foreign_keys=foreign_keys)

    @property
    def description(self) -> str:
        return describe(self.url)

    @property
    def is_embedded(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A short unit of work that only reads."""
        with explained(self.url), Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            self._equip(session)
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A unit of work that commits once at its end, or leaves nothing behind."""
        options = {"write": True}
        with explained(self.url), Session(self.engine, execution_options=options, expire_on_commit=False) as session:
            session.begin()
            self._equip(session)
            yield session
            session.flush()
            with explained_commit(self.url):
                session.commit()

    def _equip(self, session: Session) -> None:
        session.info["clock"] = self.clock
        session.info["actor"] = self.actor
        session.info["staff_id"] = self.staff_id

    def use_write_ahead_log(self) -> None:
        """Let readers and the writer of an embedded file work side by side; it stays so for good.

        A file that cannot be changed now is used as it is: then they wait for each other.
        """
        if self.is_embedded:
            with explained(self.url), self.engine.connect() as connection, suppress(sqlite3.OperationalError):
                cast("sqlite3.Connection", connection.connection.driver_connection).execute("PRAGMA journal_mode=WAL")

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


def open_database(url: str, *, clock: Clock | None = None, actor: str | None = None) -> Database:
    """Open a database of this version.

    Raises DatabaseProblem where it is missing, empty, older, newer, damaged, locked, read-only or unreachable; the
    message says what to do. Nothing is created or changed.
    """
    from app.services.database.upgrade import require_current

    database = Database(parse_url(url), clock=clock, actor=actor)
    try:
        require_current(database)
        database.use_write_ahead_log()
    except BaseException:
        database.close()
        raise
    return database
