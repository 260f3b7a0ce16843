"""One scan per provider at a time: who works, who is refused, and when a dead owner's lease is taken over."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.suspension.scans import ScanLease, ScanRun
from app.services.clock import FixedClock
from app.services.database import dialects
from app.services.database.dialects import lock_ledger
from app.services.database.unit_of_work import Database
from app.services.errors import LeaseHeld
from app.services.jobs import JobContext, Progress
from app.services.scans import lease, scan
from app.services.scans.apply import Chunk
from app.services.scans.lease import STALE_AFTER, acquire, release, this_owner
from app.services.scans.scan import run_scan
from tests.concurrency.scan_processes import (
    another,
    book_of_today,
    bursar_scan,
    change_lease,
    fill,
    scan_process,
    suspended,
    the_lease,
)
from tests.support.scan_books import Book, dump


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    return book_of_today(database, clock)


# ---- two processes


def test_of_two_scans_one_works_and_the_other_names_it(book: Book) -> None:
    with scan_process(book, chunk_size=4, hold=True) as first:
        first.begin()
        assert first.line() == "4"
        before = dump(book.database)
        code, said = bursar_scan(book)
        assert code == 4
        assert said.startswith("Harbour Telecom is being scanned by M. Driver on ")
        assert f"(process {first.process.pid})" in said
        assert dump(book.database) == before, "who is refused changes nothing"
        assert bursar_scan(book, "--dry-run")[0] == 0, "a dry run takes no lease"
        assert first.end()[:2] == (0, "done begun 12")
    assert dump(book.database)["scan_lease"] == []
    assert bursar_scan(book)[0] == 0
    assert suspended(book) == 12


def test_two_that_begin_at_once(book: Book) -> None:
    """Whichever comes second is refused, or finds the work done."""
    with scan_process(book, chunk_size=1) as first, scan_process(book, chunk_size=1) as second:
        first.begin()
        second.begin()
        ends = [first.end(), second.end()]
    assert sorted(code for code, _, _ in ends) in ([0, 0], [0, 4])
    assert suspended(book) == 12
    with book.database.read() as session:
        keys = session.scalars(text("SELECT message_key FROM outbox_message")).all()
    assert len(keys) == len(set(keys)) == 12


def test_a_killed_owner_is_taken_over_at_once(book: Book) -> None:
    with scan_process(book, chunk_size=4, hold=True, own_child=True) as first:
        first.begin()
        first.line()
        first.kill(reap=False)  # not even its parent has noticed yet
        code, said = bursar_scan(book)
        assert code == 0, said
    assert suspended(book) == 12
    assert [r.state for r in book.rows(ScanRun)] == ["finished"], "and it goes on where the first one was"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_whose_session_is_gone_is_taken_over_at_once(book: Book) -> None:
    """From another machine only the server can say who is still there."""
    with scan_process(book, chunk_size=4, hold=True) as first:
        first.begin()
        first.line()
        change_lease(book, host_key="another machine")
        assert bursar_scan(book)[0] == 4, "its session is there"
        with book.database.write() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid)"),
                            {"pid": int(the_lease(book).server_session.partition("|")[0])})
        assert bursar_scan(book)[0] == 0
        # It lives on without knowing, and can commit nothing more.
        before = dump(book.database)
        code, _, said = first.end()
        assert code == 4
        assert said.endswith("Another scan took this one over, because it gave no sign of life. It goes on there.")
    assert dump(book.database) == before
    assert suspended(book) == 12


def test_a_silent_owner_elsewhere_is_taken_over_after_half_a_minute(book: Book) -> None:
    with scan_process(book, chunk_size=4, hold=True) as first:
        first.begin()
        first.line()
        change_lease(book, host_key="another machine")
        change_lease(book, heartbeat_at=datetime.now(UTC) - STALE_AFTER + timedelta(seconds=15))
        assert bursar_scan(book)[0] == 4
        change_lease(book, heartbeat_at=datetime.now(UTC) - STALE_AFTER)
        assert bursar_scan(book)[0] == 0
        assert first.end()[0] == 4
    assert suspended(book) == 12
    assert [r.state for r in book.rows(ScanRun)] == ["finished"]


def test_a_run_over_all_providers_takes_all_leases_or_changes_nothing(book: Book) -> None:
    other = Book(book.database, book.clock, code="OTHER", zone="UTC")
    other.rules()
    with other.database.write() as session:
        acquire(session, [other.provider_id], this_owner(other.database, ""))
    before = dump(book.database)
    code, said = bursar_scan(book)
    assert code == 4
    assert "Other Telecom" in said
    assert dump(book.database) == before
    assert bursar_scan(book, "--provider", "HARBOUR")[0] == 0


# ---- the lease itself


def test_a_lease_is_all_or_nothing(book: Book) -> None:
    other = Book(book.database, book.clock, code="OTHER", zone="UTC")
    owner = this_owner(book.database, "")
    with book.database.write() as session:
        token = acquire(session, [other.provider_id], owner)
    with pytest.raises(LeaseHeld, match="Other Telecom"), book.database.write() as session:
        acquire(session, [book.provider_id, other.provider_id], owner)
    assert the_lease(book).token == token
    with book.database.write() as session:
        assert release(session, token) == 1
        assert release(session, token) == 0


def test_every_lease_of_a_run_shows_life_while_one_provider_is_scanned(book: Book) -> None:
    """Else whoever is last in a long run is taken for dead before its turn comes."""
    other = Book(book.database, book.clock, code="OTHER", zone="UTC")
    other.rules()
    seen: list[list[datetime]] = []

    def look(_: Progress) -> None:
        with book.database.read() as session:
            seen.append(list(session.scalars(select(ScanLease.heartbeat_at))))
        change_lease(book, heartbeat_at=book.clock.moment - timedelta(hours=1))

    run_scan(book.database, JobContext(look), chunk_size=4)
    assert seen == [[book.clock.moment] * 2] * 3


def test_a_living_owner_is_known_again_when_the_clock_was_set(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of day at which a process began moves with the clock; the process does not."""
    import psutil

    true_time = psutil.Process.create_time
    with scan_process(book, chunk_size=4, hold=True) as first:
        first.begin()
        first.line()
        monkeypatch.setattr(psutil.Process, "create_time", lambda self: true_time(self) + 5)
        with book.database.read() as session:
            assert lease.is_alive(session, the_lease(book), book.clock.moment)


@pytest.mark.parametrize(("change", "alive"), [
    ({}, True), ({"process_started": "0.00"}, False),  # our own number, given to another process before
    ({"heartbeat": 30}, True), ({"heartbeat": 31}, False),
    ({"pid": 2**22 + 1}, False),
    ({"pid": 1, "process_started": "0.00"}, False),  # the number was given to another process since
    ({"host_key": "elsewhere", "pid": 2**22 + 1}, True),
    ({"host_key": "elsewhere", "heartbeat": 31}, False),
    ({"server_session": "1|long ago"}, None),
])
def test_who_is_alive(book: Book, change: dict[str, Any], alive: bool | None) -> None:
    now = book.clock.moment
    owner = this_owner(book.database, "")
    values: dict[str, Any] = {
        "provider_id": book.provider_id, "token": "t", "run_id": None, "owner": owner.words,
        "host_key": owner.host_key, "pid": owner.pid, "process_started": owner.process_started,
        "server_session": "", "acquired_at": now, "done": 0, "total": 0,
        "heartbeat_at": now - timedelta(seconds=change.get("heartbeat", 0)),
    } | {name: value for name, value in change.items() if name != "heartbeat"}
    with book.database.read() as session:
        expected = alive if alive is not None else book.database.is_embedded  # only a server knows of sessions
        assert lease.is_alive(session, ScanLease(**values), now) is expected


def test_a_process_of_another_user_counts_as_alive(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    class Hidden:
        def __init__(self, pid: int) -> None:
            raise psutil.AccessDenied(pid)

    owner = this_owner(book.database, "")
    now = book.clock.moment
    held = ScanLease(provider_id=1, pid=os.getpid() + 1, host_key=owner.host_key, process_started="0.00",
                     server_session="", heartbeat_at=now)
    monkeypatch.setattr(lease.psutil, "Process", Hidden)
    with book.database.read() as session:
        assert lease.is_alive(session, held, now)


# ---- races, first without the lock


def naive_acquire(database: Database, provider_id: int) -> str:
    """Look, then write: what `acquire` would be without letting the database decide."""
    owner = this_owner(database, "")
    now = datetime.now(UTC)
    with database.write() as session:
        if session.get(ScanLease, provider_id) is not None:
            return "held"
        session.execute(insert(ScanLease).values(
            provider_id=provider_id, token=database.actor, owner=owner.words, host_key=owner.host_key, pid=owner.pid,
            process_started=owner.process_started, server_session="", acquired_at=now, heartbeat_at=now))
    return "taken"


def first_leases_at_once(book: Book, take: Callable[[Database, int], str]) -> list[str]:
    """What happens to a second program that begins while the first has not committed yet."""
    ends: list[str] = []

    def second() -> None:
        with another(book) as database:
            try:
                ends.append(take(database, book.provider_id))
            except (LeaseHeld, DBAPIError) as error:
                ends.append(type(error).__name__)

    with book.database.write() as session:
        acquire(session, [book.provider_id], this_owner(book.database, ""))
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive(), "it waits for the first to commit"
    thread.join()
    return ends


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_looking_first_breaks_a_key(book: Book) -> None:
    assert first_leases_at_once(book, naive_acquire) == ["IntegrityError"]


def test_of_two_first_leases_one_is_refused(book: Book) -> None:
    def take(database: Database, provider_id: int) -> str:
        with database.write() as session:
            acquire(session, [provider_id], this_owner(database, ""))
        return "taken"

    assert first_leases_at_once(book, take) == ["LeaseHeld"]


def test_a_lease_given_back_meanwhile_is_taken(book: Book) -> None:
    with book.database.write() as session:
        token = acquire(session, [book.provider_id], this_owner(book.database, ""))
    taken: list[str] = []

    def second() -> None:
        with another(book) as database, database.write() as session:
            taken.append(acquire(session, [book.provider_id], this_owner(database, "")))

    thread = threading.Thread(target=second)
    with book.database.write() as session:
        release(session, token)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join()
    assert the_lease(book).token == taken[0]


def taken_over_after_a_chunk(book: Book) -> None:
    """Scan, and lose the lease to somebody else when the first chunk is done."""
    def lose(_: Progress) -> None:
        change_lease(book, token="of somebody else")

    run_scan(book.database, JobContext(lose), chunk_size=4)


def test_without_the_fence_an_owner_goes_on_that_lost_its_lease(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("confirm", "beat"):
        monkeypatch.setattr(scan, name, lambda *_, **__: None)
    with pytest.raises(LeaseHeld):
        taken_over_after_a_chunk(book)
    assert suspended(book) == 12


def test_an_owner_that_lost_its_lease_commits_nothing_more(book: Book) -> None:
    with pytest.raises(LeaseHeld, match="took this one over"):
        taken_over_after_a_chunk(book)
    assert suspended(book) == 4
    assert the_lease(book).token == "of somebody else", "nor does it give back what is not its own"
    assert [r.state for r in book.rows(ScanRun)] == ["running"], "nor close the run that goes on elsewhere"


def test_the_last_chunk_does_not_close_a_run_that_is_somebody_elses(book: Book) -> None:
    def lose(progress: Progress) -> None:
        if progress.done == progress.total:
            change_lease(book, token="of somebody else")

    with pytest.raises(LeaseHeld):
        run_scan(book.database, JobContext(lose), chunk_size=4)
    assert [r.state for r in book.rows(ScanRun)] == ["running"]
    assert suspended(book) == 12


# ---- a payment posted meanwhile counts


def scan_while_a_payment_is_written(book: Book) -> None:
    """Begin a payment of A00, let a scan run into it, and commit the payment when the scan waits or has ended."""
    from app.services.ledger.allocating import allocate_accounts
    from app.services.ledger.writing import NewPayment, record_payments

    day = book.clock.moment.date()
    new = NewPayment(account_id=book.accounts["A00"], number="P-1", received_on=day, amount_minor=6600)
    thread = threading.Thread(target=lambda: run_scan(book.database, JobContext()))
    with another(book) as database:
        with database.write() as session:
            record_payments(session, provider_id=book.provider_id, currency="AUD", payments=[new], imported=False)
            allocate_accounts(session, [new.account_id])
            thread.start()
            thread.join(1.5)
        thread.join()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_without_the_lock_a_payment_comes_too_late(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "lock_ledger", lambda *_, **__: None)
    scan_while_a_payment_is_written(book)
    assert suspended(book) == 12, "A00 has paid, and is suspended"


def test_a_payment_posted_meanwhile_counts(book: Book) -> None:
    scan_while_a_payment_is_written(book)
    assert suspended(book) == 11


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_scan_that_waits_lets_others_through(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """It wants the ledger alone, and whoever asks after it waits behind it; so it steps back and asks again."""
    monkeypatch.setattr(dialects, "GIVES_WAY_AFTER_S", 0.2)
    thread = threading.Thread(target=lambda: run_scan(book.database, JobContext()))
    with another(book) as database, database.write() as long_import:
        lock_ledger(long_import, book.provider_id)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
        for _ in range(3):
            with database.write() as payment:
                lock_ledger(payment, book.provider_id)  # in far less than the ten seconds after which it is refused
        assert thread.is_alive()
    thread.join()
    assert suspended(book) == 12


def test_a_chunk_that_was_undone_for_others_is_scanned_again(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    undone = Exception("deadlock detected")
    undone.sqlstate = "40P01"  # type: ignore[attr-defined]
    apply, tries = scan.apply_suspensions, []

    def once(session: Session, chunk: Chunk) -> None:
        apply(session, chunk)
        tries.append(chunk.up_to_id)
        if len(tries) == 1:
            raise DBAPIError("UPDATE", {}, undone)

    monkeypatch.setattr(scan, "apply_suspensions", once)
    report = run_scan(book.database, JobContext(), chunk_size=6)
    assert (suspended(book), report.failures) == (12, ())
    assert len(tries) == 3
    assert tries[0] == tries[1], "the same chunk, and no smaller one"


def test_fill_makes_something_of_everything(database: Database, clock: FixedClock) -> None:
    """So that what is killed elsewhere has suspended, restored and left alone."""
    book = Book(database, clock, zone="UTC")
    book.at("2025-07-01 09:00")
    fill(book, 28)
    assert {r.outcome.value for r in book.scan().values()} == {"suspend", "restore", "excluded"}
