"""Units of work on an open database: a session that only reads, or one that commits once at its end.

Every unit of work knows who acts and what time it is; all rows it writes carry one instant.
"""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import cast

from sqlalchemy import URL
from sqlalchemy.orm import Session

from app.services.clock import Clock, SystemClock
from app.services.database.dialects import server_now
from app.services.database.engine import make_engine
from app.services.database.faults import describe, explained, explained_commit


def console_actor() -> str:
    """Who acts on the command line while the database knows no staff users (ARCHITECTURE.md, "Powers")."""
    try:
        return f"console:{getpass.getuser()}"
    except (KeyError, OSError):
        return "console"


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


def recorded_now(session: Session) -> datetime:
    """The instant all rows of this unit of work are recorded at: the server's clock on PostgreSQL, else ours.

    Read once per unit of work, so that rows written together carry one instant. A clock put in by a test, the demo
    or a replay wins on both databases.
    """
    moment: datetime | None = session.info.get("recorded_at")
    if moment is None:
        moment = session.info["recorded_at"] = instant_of(session)
    return moment


def instant_of(session: Session) -> datetime:
    """The present instant by the clock of this unit of work, read anew; rows carry `recorded_now` and not this one."""
    clock: Clock = session.info["clock"]
    return (server_now(session) if isinstance(clock, SystemClock) else None) or clock.now()
