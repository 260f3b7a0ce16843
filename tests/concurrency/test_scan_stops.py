"""A scan that stands still, or that somebody stops with Ctrl+C."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import DatabaseProblem, LeaseHeld
from app.services.jobs import JobContext
from app.services.scans import scan
from app.services.scans.lease import STALE_AFTER, acquire, this_owner
from app.services.scans.scan import run_scan
from tests.concurrency.scan_processes import another, book_of_today, bursar_scan, suspended, the_lease
from tests.support.scan_books import Book, dump
from tests.support.sources import ROOT


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    return book_of_today(database, clock)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_run_that_stands_still_in_a_chunk_keeps_nobody_waiting(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stopped program holds its locks; the server gives them up, and the program can commit nothing more."""
    stopped, go_on = threading.Event(), threading.Event()
    judge = scan.judged_rows

    def stand_still(*given: Any) -> Any:
        found = judge(*given)
        stopped.set()
        assert go_on.wait(30)
        return found

    monkeypatch.setattr(scan, "judged_rows", stand_still)
    monkeypatch.setattr(scan, "STALE_AFTER", timedelta(seconds=1))
    ends: list[LeaseHeld | DatabaseProblem] = []

    def first() -> None:
        try:
            run_scan(book.database, JobContext(), chunk_size=4)
        except (LeaseHeld, DatabaseProblem) as error:
            ends.append(error)

    thread = threading.Thread(target=first)
    thread.start()
    assert stopped.wait(30)
    book.clock.moment += STALE_AFTER + timedelta(seconds=1)
    with another(book) as database, database.write() as session:
        token = acquire(session, [book.provider_id], this_owner(database, ""))
    before = dump(book.database)
    go_on.set()
    thread.join()
    assert [type(error) for error in ends] == [LeaseHeld]
    assert dump(book.database) == before
    assert suspended(book) == 0
    assert the_lease(book).token == token


# ---- Ctrl+C

INTERRUPTED = """
import os, signal, sqlite3, sys
from app import cli
from app.services.scans import scan as scanning

scan = scanning.run_scan

def in_small_chunks(database, context, **options):
    def stop(progress):
        os.kill(os.getpid(), signal.SIGINT)
        while not context.is_cancelled:
            pass
    context._on_progress = stop
    return scan(database, context, chunk_size=4, **options)

def waiting_for_a_lock(database, context, **options):
    blocker, waiter = (sqlite3.connect(sys.argv[3], timeout=60, isolation_level=None) for _ in range(2))
    blocker.execute("BEGIN IMMEDIATE")
    print("waiting", flush=True)
    waiter.execute("BEGIN IMMEDIATE")

scanning.run_scan = locals()[sys.argv[2]]
sys.exit(cli.run(["--database", sys.argv[1], "scan", "--json"]))
"""


def interrupted(book: Book, how: str, *words: str) -> subprocess.Popen[str]:
    url = book.database.url.render_as_string(hide_password=False)
    return subprocess.Popen([sys.executable, "-c", INTERRUPTED, url, how, *words], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_ctrl_c_stops_between_two_chunks(book: Book) -> None:
    out, err = (process := interrupted(book, "in_small_chunks")).communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == ("Stopping after this step. Press Ctrl+C once more to end at once.\n"
                   "Stopped. What was finished before stays.\n")
    assert suspended(book) == 4
    assert dump(book.database)["scan_lease"] == []
    assert bursar_scan(book)[0] == 0
    assert suspended(book) == 12


def test_ctrl_c_twice_ends_at_once(book: Book, tmp_path: Path) -> None:
    """Also where the program waits for somebody else, and hears of nothing itself."""
    process = interrupted(book, "waiting_for_a_lock", str(tmp_path / "locked.db"))
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    assert process.stderr.readline().startswith("Stopping after this step.")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "Stopped.\n")
