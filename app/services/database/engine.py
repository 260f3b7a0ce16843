"""Addresses of databases, and the engines that connect to them.

SQLite runs in WAL mode with foreign keys on. Its driver would begin transactions late and upgrade a read lock when
the first write comes, which fails at once while another program writes; so we begin ourselves, with IMMEDIATE for
units of work that write. Looking at a file changes nothing in it, whosever it is. PostgreSQL connections are checked
before use, because laptops sleep.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from app.services.database.exact_ratio import know_ratio
from app.services.errors import DatabaseProblem
from app.services.faults.drivers import BUSY_TIMEOUT_S, busy_timeout_s

_CONNECT_TIMEOUT_S = 5
_SILENT_AFTER_S = 300
"""A program that was stopped, or a laptop that fell asleep, keeps its locks on a server no longer than this."""

# The pool writes a traceback of its own when it cleans up after a broken connection, on the standard error of whoever
# has set up no logging. Why it broke is raised, and said in words, in any case.
logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)


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
                          "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 30_000,
                          "application_name": "bursar",
                          "options": f"-c jit=off -c lock_timeout={BUSY_TIMEOUT_S * 1000:.0f} "
                                     f"-c idle_in_transaction_session_timeout={_SILENT_AFTER_S * 1000}"},
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
        know_ratio(connection)

    @event.listens_for(engine, "checkin")
    def _on_checkin(connection: sqlite3.Connection | None, _record: object) -> None:
        # Each connection would keep pages of 2 MiB for good; what is read next is with the system anyhow.
        if connection is not None:
            connection.execute("PRAGMA shrink_memory")

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
