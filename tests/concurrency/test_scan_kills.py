"""A scan that is killed again and again ends as one that never was."""

from __future__ import annotations

import random
import shutil
import time
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.models.events.outbox import OutboxMessage
from app.models.suspension.scans import ScanResult, ScanRun
from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.scans.scan import run_scan
from tests.concurrency.scan_processes import canonical, fill, scan_process
from tests.support.scan_books import Book, dump


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    book = Book(database, clock, zone="UTC")
    book.at("2025-07-01 09:00")
    fill(book, 28)
    other = Book(database, clock, zone="UTC", code="SECOND")
    fill(other, 8)
    return book


@pytest.fixture
def twin(book: Book, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A copy of the book's database."""
    if book.database.is_embedded:
        book.database.close()
        shutil.copyfile(str(book.database.url.database), tmp_path / "twin.db")
        copy = Database(parse_url(str(tmp_path / "twin.db")), clock=book.clock, actor="test")
        yield copy
        copy.close()
        return
    server = request.getfixturevalue("pg_server")
    book.database.close()  # nobody may use a database that is copied
    name = f"twin_{uuid.uuid4().hex[:8]}"
    copy = Database(parse_url(server.create_database(name, template=book.database.url.database)), clock=book.clock,
                    actor="test")
    yield copy
    copy.close()
    server.drop_database(name)


def killed(book: Book, dice: random.Random) -> tuple[bool, str]:
    """A run that is killed at some point, unless it ends before: whether it ended, and what it said last."""
    with scan_process(book, chunk_size=3) as running:
        running.begin()
        last = ""
        for _ in range(dice.randint(0, 9)):
            last = running.line()
            if last.startswith("done"):
                return True, last
        time.sleep(dice.uniform(0, 0.03))
        running.kill()
    return False, last


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_it_ends_as_an_uninterrupted_run(book: Book, twin: Database, seed: int) -> None:
    run_scan(twin, JobContext(), chunk_size=3)
    expected = canonical(twin)
    dice = random.Random(seed)
    kills = 0
    while not killed(book, dice)[0]:
        kills += 1
        _nothing_is_half_done(book)
        assert kills < 60
    assert kills >= 3, "or it says nothing"

    # One that was killed with its work done and its leases given back is followed by another, which finds nothing new.
    found = canonical(book.database)
    runs = ("scan_run", "scan_run_provider", "scan_result")
    assert {name: rows for name, rows in found.items() if name not in runs} == {
        name: rows for name, rows in expected.items() if name not in runs}
    assert all(set(found[name]) == set(expected[name]) for name in runs)
    bookkeeping = ("scan_run", "scan_run_provider", "scan_result", "scan_run_chunk", "scan_lease")
    before = dump(book.database, without=bookkeeping)
    run_scan(book.database, JobContext())
    assert dump(book.database, without=bookkeeping) == before


def _nothing_is_half_done(book: Book) -> None:
    """Every result that was applied has its messages, and no message is there twice."""
    with book.database.read() as session:
        keys = [m.message_key for m in session.query(OutboxMessage)]
        told = {m.account_id for m in session.query(OutboxMessage)}
        applied = {r.account_id for r in session.query(ScanResult).filter_by(applied=True)}
    assert len(keys) == len(set(keys))
    assert applied <= told


@pytest.mark.slow
def test_the_next_run_reports_what_the_killed_one_did(book: Book) -> None:
    with scan_process(book, chunk_size=3, hold=True) as running:
        running.begin()
        for _ in range(4):
            running.line()
            running.go_on()
        running.line()
        running.kill()
    with scan_process(book, chunk_size=3) as running:
        running.begin()
        code, last, _ = running.end()
    assert code == 0
    assert last.startswith("done resumed ")
    reported = int(last.split()[-1])
    newest = book.rows(ScanRun)[-1].id
    with book.database.read() as session:
        assert session.query(ScanResult).filter_by(run_id=newest).count() == reported


def test_a_run_killed_yesterday_is_not_gone_on_with(book: Book) -> None:
    with scan_process(book, chunk_size=3, hold=True) as running:
        running.begin()
        running.line()
        running.kill()
    book.clock.moment = datetime.fromisoformat("2025-07-03T09:00+00:00")
    report: Any = run_scan(book.database, JobContext())
    assert not report.resumed
    assert [run.state for run in book.rows(ScanRun)][-2:] == ["abandoned", "finished"]
