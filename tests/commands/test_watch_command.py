"""`bursar watch`: its document, exit codes and refusals, and how it is ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.cli import run
from app.models.values import ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.scans.lease import acquire, this_owner
from app.services.scans.scan import run_scan
from tests.support.scan_books import Book
from tests.support.sources import ROOT
from tests.support.switches import switch_on

Bursar = Callable[..., tuple[int, str, str]]
TODAY = datetime.now(UTC).date()


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    """A1 is reminded and suspended today; its restorations were due since midnight, suspensions since long ago."""
    clock.moment = datetime.now(UTC) - timedelta(days=1)
    book = Book(database, clock, zone="UTC", currency="EUR", start=(TODAY - timedelta(days=400)).isoformat())
    book.rules(since=(TODAY - timedelta(days=300)).isoformat())
    book.account("A1")
    book.invoice("A1", 6_600, due=(TODAY - timedelta(days=15)).isoformat())
    with database.write() as session:
        switch_on(session, provider_id=book.provider_id, events=["invoice_overdue"], period_days=15)
    clock.moment = datetime.now(UTC)
    return book


@pytest.fixture
def bursar(book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bursar:
    from app.services.schedule import due

    # What is due must not hang on the hour at which the tests run.
    monkeypatch.setattr(due, "due_since", lambda _times, *, done, now, zone: None if done else now)
    monkeypatch.setattr(due, "last_due", lambda _times, now, _zone: now)
    url = book.database.url.render_as_string(hide_password=False)

    def call(*words: str) -> tuple[int, str, str]:
        code = run(["--database", url, *words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_one_round_answers_its_figures(bursar: Bursar) -> None:
    code, out, err = bursar("watch", "--once", "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    at = datetime.fromisoformat(document.pop("at"))
    assert abs(datetime.now(UTC) - at) < timedelta(minutes=5)
    assert list(document.items()) == [("reminders", 1), ("suspended", 1), ("restored", 0), ("sent", 0), ("failed", 0),
                                      ("stopped_by_brake", 0)]
    assert bursar("watch", "--once") == (0, "Nothing was due.\n", "")


def test_who_scans_meanwhile_is_named_after_everything_else_was_done(book: Book, bursar: Bursar) -> None:
    with book.database.write() as session:
        acquire(session, [book.provider_id], this_owner(book.database, ""))
    code, out, err = bursar("watch", "--once", "--json", "--provider", "HARBOUR")
    assert code == 4
    assert json.loads(out)["reminders"] == 1
    assert "Harbour Telecom is being scanned by" in err


def test_another_provider_is_left_alone(database: Database, clock: FixedClock, bursar: Bursar) -> None:
    Book(database, clock, code="SUMMIT")
    assert bursar("watch", "--once", "--provider", "SUMMIT")[:2] == (0, "Nothing was due.\n")
    code, out, err = bursar("watch", "--once", "--provider", "NOBODY")
    assert (code, out) == (2, "")
    assert "NOBODY" in err


@pytest.mark.skipif(sys.platform == "win32", reason="a service of Windows is ended otherwise")
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_goes_on_until_a_service_manager_ends_it(book: Book) -> None:
    run_scan(book.database, JobContext(), acts=frozenset({ScanOutcome.RESTORE}))
    book.database.close()
    watching = subprocess.Popen(
        [sys.executable, "-m", "app", "--database", str(book.database.url.database), "watch"], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert watching.stderr is not None
    try:
        assert "Watching" in watching.stderr.readline()
        watching.send_signal(signal.SIGTERM)
        out, err = watching.communicate(timeout=60)
    finally:
        watching.kill()
    assert watching.returncode == 0, err
    assert err.endswith("Stopped.\n")
    assert "Traceback" not in out + err
