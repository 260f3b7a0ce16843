"""Scans in processes of their own, and a book large enough to stop them in the middle."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from app.models.parties.account import Account
from app.models.suspension.scans import ScanLease
from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from tests.support.scan_books import Book, tables
from tests.support.scan_driver import drive
from tests.support.warm_processes import bursar, warm_context


class ScanProcess:
    """A running `tests.support.scan_driver`."""

    def __init__(self, book: Book, *, chunk_size: int, hold: bool = False, own_child: bool = False) -> None:
        """With `own_child` this process is its parent, which has to notice its end before it is gone."""
        context: Any = multiprocessing.get_context("spawn") if own_child else warm_context()
        url = book.database.url.render_as_string(hide_password=False)
        self._said: tuple[int, str, str] | None = None
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=drive, args=(theirs, url, chunk_size, book.clock.moment.isoformat(), hold))
        self.process.start()
        theirs.close()
        assert self.line() == "ready"

    def line(self) -> str:
        """What it says next."""
        assert self._pipe.poll(60), "the scan says nothing"
        said = self._pipe.recv()
        if isinstance(said, tuple):
            self._said = said
            return str(said[1])
        return str(said)

    def go_on(self) -> None:
        self._pipe.send("go on")

    def begin(self) -> None:
        """Begin to scan; with `hold` it stands still after its first chunk."""
        self.go_on()

    def end(self) -> tuple[int, str, str]:
        """Let it run to its end: exit code, how it ended, what it complained of."""
        with suppress(BrokenPipeError):
            for _ in range(500):
                self.go_on()
        while self._said is None:
            self.line()
        self.close()
        return self._said

    def kill(self, *, reap: bool = True) -> None:
        self.process.kill()
        if reap:
            self.close()

    def close(self) -> None:
        self._pipe.close()
        self.process.kill()
        self.process.join()


@contextmanager
def scan_process(book: Book, *, chunk_size: int, hold: bool = False,
                 own_child: bool = False) -> Iterator[ScanProcess]:
    running = ScanProcess(book, chunk_size=chunk_size, hold=hold, own_child=own_child)
    try:
        yield running
    finally:
        running.close()


def book_of_today(database: Database, clock: FixedClock) -> Book:
    """A book of today, because the command line looks at the real clock."""
    clock.moment = datetime.now(UTC)
    book = Book(database, clock, zone="UTC")
    book.rules()
    for n in range(12):
        book.account(f"A{n:02}")
        book.invoice(f"A{n:02}", 6600, due=(clock.moment.date() - timedelta(days=20)).isoformat())
    return book


def bursar_scan(book: Book, *words: str) -> tuple[int, str]:
    """`bursar scan` in a process of its own: exit code and standard error."""
    url = book.database.url.render_as_string(hide_password=False)
    code, _, said = bursar(["--database", url, "scan", "--json", *words])
    return code, said


def suspended(book: Book) -> int:
    with book.database.read() as session:
        return session.query(Account).filter_by(status="suspended").count()


def change_lease(book: Book, **values: Any) -> None:
    with book.database.write() as session:
        session.execute(update(ScanLease).values(**values))


def the_lease(book: Book) -> ScanLease:
    with book.database.read() as session:
        return session.scalars(select(ScanLease)).one()


@contextmanager
def another(book: Book) -> Iterator[Database]:
    """A second program on the same database."""
    database = Database(parse_url(book.database.url.render_as_string(hide_password=False)), clock=book.clock,
                        actor="other")
    yield database
    database.close()


def fill(book: Book, accounts: int) -> None:
    """Customers to suspend, to restore and to leave alone, in turns; with none, one and two services."""
    book.rules()
    for n in range(accounts):
        book.account(f"A{n:03}", services=n % 3, omitted=n % 7 == 3)
        book.invoice(f"A{n:03}", 6600, due=f"2025-06-{1 + n % 16:02}")
    # What is paid now was suspended by a scan of the day before.
    book.at("2025-07-01 09:00")
    book.scan()
    book.at("2025-07-02 09:00")
    for n in range(0, accounts, 4):
        book.pay(f"A{n:03}", 5600, on="2025-07-02")
    for n in range(accounts, accounts + accounts // 2):
        book.account(f"A{n:03}", services=n % 3)
        book.invoice(f"A{n:03}", 9900, due="2025-06-17")


LEFT_OUT = frozenset({
    "id", "run_id", "scan_run_id", "lift_scan_run_id", "hold_id", "message_key", "recorded_at", "lifted_recorded_at",
    "started_at", "finished_at", "acquired_at", "heartbeat_at", "actor", "placed_by", "lifted_by",
})


def canonical(database: Database, *, without: Iterable[str] = ()) -> dict[str, list[str]]:
    """Everything in the database but numbers of rows and runs, instants, and who did it."""
    found: dict[str, list[str]] = {}
    with database.read() as session:
        for table in tables(without=without):
            columns: list[Any] = [c for c in table.c if c.name not in LEFT_OUT]
            if columns:
                found[table.name] = sorted(repr(tuple(row)) for row in session.execute(select(*columns)))
    return found
