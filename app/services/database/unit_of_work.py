"""Units of work on an open database: a session that only reads, or one that commits once at its end.

Every unit of work knows who acts and what time it is; all rows it writes carry one instant. Work that writes is handed
to `attempt`, which runs it again where another writer made the database undo it; a plain `write` block stands where
that cannot be done.
"""

from __future__ import annotations

import getpass
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import URL, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.services.changes import changes_of
from app.services.clock import Clock, SystemClock
from app.services.database.announcing import Voice, announced, note_changes, watch_statements, watching
from app.services.database.dialects import server_now, signature, who_keeps_locks
from app.services.database.engine import make_engine
from app.services.faults.clashes import refusal_of
from app.services.faults.drivers import (
    BUSY_TIMEOUT_S,
    busy_timeout_s,
    describe,
    explained,
    explained_commit,
    kept_waiting,
)
from app.services.faults.repeating import Repeats, is_lock_timeout

T = TypeVar("T")


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
        self.voice = Voice()
        """As whom its units of work announce what they changed."""
        self.engine = make_engine(url, foreign_keys=foreign_keys)
        watch_statements(self.engine)
        self._reading = self.engine
        if not self.is_embedded:
            event.listen(self.engine, "checkout", self._sign_connection)
            # As on a file: whoever asks several questions gets the answers of one moment.
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ")

    @property
    def description(self) -> str:
        return describe(self.url)

    @property
    def is_embedded(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A short unit of work that only reads; all it reads is of one moment."""
        with explained(self.url, saves=False), \
                Session(self._reading, autoflush=False, expire_on_commit=False) as session:
            self._equip(session)
            yield session

    def attempt(self, work: Callable[[Session], T], *, patience_s: float | None = None) -> T:
        """Run work in a unit of work that commits once at its end; returns what it returned.

        It may be run more than once (ARCHITECTURE.md, "Repeated units of work"): where another writer made the database
        undo it, it begins again in a fresh session, so it does nothing that cannot be done twice. `patience_s` is for
        how long locks of others are waited out, in all; None: as long as for one lock. What another writer took
        meanwhile, and the work does not see when it is run again, raises RefusedByRule.
        """
        repeats = Repeats(busy_timeout_s(self.url) if patience_s is None else patience_s)
        with self._explained():
            while True:
                try:
                    with self._writing() as session:
                        result = work(session)
                        note_changes(session, changes_of(result))
                        return result
                except SQLAlchemyError as error:
                    if repeats.wait_after(error):
                        continue
                    refusal = refusal_of(error)
                    if refusal is not None:
                        raise refusal from error
                    raise

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A unit of work that commits once at its end, or leaves nothing behind; it is never run again by itself."""
        with self._explained(), self._writing() as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        options = {"write": True, **watching()}
        with Session(self.engine, execution_options=options, expire_on_commit=False) as session:
            session.begin()
            self._equip(session)
            yield session
            session.flush()
            with announced(session, self.voice), explained_commit(self.url):
                session.commit()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What a driver says in our words; who kept us waiting is named where the server knows."""
        with explained(self.url):
            try:
                yield
            except DBAPIError as error:
                if is_lock_timeout(error):
                    raise kept_waiting(self._who_keeps_locks()) from error
                raise

    def _who_keeps_locks(self) -> list[str]:
        try:
            with self.engine.connect() as connection:
                return who_keeps_locks(connection, BUSY_TIMEOUT_S)
        except SQLAlchemyError:
            return []  # the words do without a name then; why we ask is raised in any case

    def _sign_connection(self, connection: Any, record: Any, _proxy: object) -> None:
        """Tell the server who works over a connection, so that others read for whom they wait."""
        if record.info.get("signed_by") == self.actor:
            return
        import psycopg  # an embedded database never needs it

        try:
            connection.autocommit = True
            connection.execute("SELECT set_config('application_name', %s, false)", (signature(self.actor),))
            connection.autocommit = False
        except psycopg.Error as error:
            raise DisconnectionError(str(error)) from error  # the pool tries another connection
        record.info["signed_by"] = self.actor

    def _equip(self, session: Session) -> None:
        session.info["clock"] = self.clock
        session.info["actor"] = self.actor
        session.info["staff_id"] = self.staff_id

    def use_write_ahead_log(self) -> None:
        """Let readers and the writer of an embedded file work side by side; it stays so for good.

        A file that cannot be changed now is used as it is: then they wait for each other.
        """
        if self.is_embedded:
            with explained(self.url, saves=False), self.engine.connect() as connection, \
                    suppress(sqlite3.OperationalError):
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
