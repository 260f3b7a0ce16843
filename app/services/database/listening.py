"""Hearing what others change in an open database, and whether it answers at all: one thread, one connection.

On PostgreSQL the notices of other units of work arrive by themselves (LISTEN). An embedded file is looked at once a
second, as long as somebody looks at the window: its counter of commits tells that there was one, and its own number
whether it was ours (`announcing.py`). Whatever was missed while the connection was gone is not guessed: everything is
read anew.
"""

from __future__ import annotations

import logging
import selectors
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.services.changes import ChangeSet
from app.services.database.announcing import CHANNEL, EVERYTHING, read_notice
from app.services.errors import DatabaseProblem
from app.services.faults.drivers import explained, is_busy

if TYPE_CHECKING:
    import psycopg

    from app.services.database.unit_of_work import Database

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0
PROVE_EVERY_S: Final = 20.0
"""A server that says nothing for so long is asked whether it is there."""
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The database does not answer: why, and when it is tried again, by the monotonic clock."""

    problem: DatabaseProblem
    next_try_at: float
    tries: int


class Hears(Protocol):
    """Who is told, in the thread that listens."""

    def changed(self, changes: ChangeSet) -> None:
        """Somebody else changed this."""

    def lost(self, silence: Silence) -> None:
        """The database does not answer; said again after each try."""

    def back(self) -> None:
        """It answers again; everything may have changed meanwhile."""


def wait_before(tries: int) -> float:
    """Seconds before the next try: 1, 2, 4 … and at most 30."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(tries - 1, 10))


class Listener:
    """Listens from `start` to `stop`; every other method may be called from any thread and returns at once."""

    def __init__(self, database: Database, hears: Hears) -> None:
        self._database = database
        self._hears = hears
        self._alarm: _Alarm | None = None
        self._is_stopping = False
        self._is_watched = True
        self._is_doubted = False
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._alarm = _Alarm()
        self._thread.start()

    def stop(self, limit_s: float = 10.0) -> None:
        """Stop listening and wait for the thread, which may be at a connection that does not come about."""
        self._is_stopping = True
        if self._alarm is None:
            return
        self._alarm.ring()
        self._thread.join(limit_s)
        if self._thread.is_alive():
            log.warning("the listener did not stop within %.0f s", limit_s)
        else:
            self._alarm.close()

    def watch(self, *, is_watched: bool) -> None:
        """Whether anybody looks at the window: a file is not looked at for nobody, and at once for who comes back."""
        self._is_watched = is_watched
        self._ring()

    def doubt(self) -> None:
        """A job found no answer: see now whether the database is there."""
        self._is_doubted = True
        self._ring()

    def try_now(self) -> None:
        """Do not wait for the next try."""
        self._ring()

    def _ring(self) -> None:
        if self._alarm is not None and not self._is_stopping:
            self._alarm.ring()

    # --- inside, in the thread ---

    def _run(self) -> None:
        assert self._alarm is not None  # noqa: S101  made before the thread was started
        alarm, tries = self._alarm, 0
        while not self._is_stopping:
            ear: _Ear | None = None
            try:
                with explained(self._database.url, saves=False):
                    ear = _ServerEar(self._database) if not self._database.is_embedded else _FileEar(self._database)
                    if tries:
                        tries = 0
                        self._hears.back()
                    self._listen(ear, alarm)
            except DatabaseProblem as problem:
                tries += 1
                log.info("no answer from the database, try %d: %s", tries, type(problem.__cause__).__name__)
                wait_s = wait_before(tries)
                self._hears.lost(Silence(problem=problem, next_try_at=time.monotonic() + wait_s, tries=tries))
                if not self._is_stopping:
                    alarm.wait(wait_s)
            finally:
                if ear is not None:
                    ear.close()

    def _prove_anew(self) -> None:
        """Raise unless a new connection comes about; that of the listener may outlive a server that takes no more."""
        with self._database.read() as session:
            session.execute(text("SELECT 1"))

    def _listen(self, ear: _Ear, alarm: _Alarm) -> None:
        while not self._is_stopping:
            if self._is_doubted:
                self._is_doubted = False
                self._prove_anew()
                self._hears.back()  # a connection of another thread broke; what it was to read is read anew
            if self._is_watched or ear.hears_by_itself:
                changes = ear.heard()
                if changes:
                    self._hears.changed(changes)
                if not ear.wait(alarm):
                    ear.prove()
            else:
                alarm.wait(None)


class _Alarm:
    """Wakes the thread from whatever it waits for."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._near.settimeout(0)
        self._far.settimeout(0)

    def ring(self) -> None:
        try:
            self._near.send(b".")
        except BlockingIOError:
            log.debug("it rings already")

    def wait(self, seconds: float | None, *others: int) -> bool:
        """Wait until it rings or one of these files can be read; False when the time is over."""
        with selectors.DefaultSelector() as selector:
            for each in (self._far.fileno(), *others):
                selector.register(each, selectors.EVENT_READ)
            ready = selector.select(seconds)
        try:
            while self._far.recv(1024):
                pass
        except BlockingIOError:
            return bool(ready)
        return bool(ready)

    def close(self) -> None:
        self._near.close()
        self._far.close()


class _Ear(Protocol):
    """A connection that is kept for listening."""

    hears_by_itself: bool

    def heard(self) -> ChangeSet:
        """What changed since the last time."""

    def wait(self, alarm: _Alarm) -> bool:
        """Wait until there may be something or the alarm rings; False when nothing was heard for long."""

    def prove(self) -> None:
        """Raise unless the database answers."""

    def close(self) -> None:
        """Let the connection go, whatever its state."""


class _ServerEar:
    """LISTEN on a connection of its own."""

    hears_by_itself = True

    def __init__(self, database: Database) -> None:
        self._origin = database.voice.origin
        self._connection, driver = _own_connection(database)
        self._driver = cast("psycopg.Connection[Any]", driver)
        self.prove()
        with self._in_terms_of_statements():
            self._driver.execute(f"LISTEN {CHANNEL}")

    def heard(self) -> ChangeSet:
        changes = ChangeSet.empty()
        with self._in_terms_of_statements():
            for notice in self._driver.notifies(timeout=0):
                origin, said = read_notice(notice.payload)
                if origin != self._origin:
                    changes |= said
        return changes

    def wait(self, alarm: _Alarm) -> bool:
        return alarm.wait(PROVE_EVERY_S, self._driver.fileno())

    def prove(self) -> None:
        with self._in_terms_of_statements():
            self._driver.execute("SELECT 1")

    def close(self) -> None:
        self._driver.close()
        _let_go(self._connection)

    @contextmanager
    def _in_terms_of_statements(self) -> Iterator[None]:
        """What the driver complains of comes out as the errors that statements raise."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise DBAPIError.instance("LISTEN", None, error, psycopg.Error,
                                      dialect=self._connection.dialect) from error


class _FileEar:
    """Looks at the counter of commits, on a connection that is kept for it: SQLite counts those of others alone."""

    hears_by_itself = False

    def __init__(self, database: Database) -> None:
        self._own_counts = database.voice.own_counts
        self._connection, driver = _own_connection(database)
        self._driver = cast("sqlite3.Connection", driver)
        self._commits, self._count = self._numbers()

    def heard(self) -> ChangeSet:
        try:
            if self._number("data_version") == self._commits:
                return ChangeSet.empty()
            before, (self._commits, self._count) = self._count, self._numbers()
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            return ChangeSet.empty()  # somebody is writing: the next look sees what
        counted = range(before + 1, self._count + 1)
        is_ours = bool(counted) and all(count in self._own_counts for count in counted)
        self._own_counts -= {count for count in set(self._own_counts) if count <= self._count}
        # A commit that nobody counted is one of another program.
        return ChangeSet.empty() if is_ours else EVERYTHING

    def wait(self, alarm: _Alarm) -> bool:
        alarm.wait(LOOK_EVERY_S)
        return True

    def prove(self) -> None:
        self._numbers()

    def close(self) -> None:
        self._driver.close()
        _let_go(self._connection)

    def _numbers(self) -> tuple[int, int]:
        """Counter of commits and own number of the file as they stood at one moment."""
        self._driver.execute("BEGIN")
        try:
            count = self._number("user_version")
            return self._number("data_version"), count
        finally:
            self._driver.execute("ROLLBACK")

    def _number(self, pragma: str) -> int:
        return int(self._driver.execute(f"PRAGMA {pragma}").fetchone()[0])


def _own_connection(database: Database) -> tuple[Connection, object]:
    """A connection that belongs to no pool, and that of the driver behind it."""
    connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    driver = connection.connection.driver_connection
    connection.detach()
    return connection, driver


def _let_go(connection: Connection) -> None:
    """Forget a connection whose driver has closed it."""
    connection.invalidate()
    connection.close()
