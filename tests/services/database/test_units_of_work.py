"""Units of work: writers one after the other, readers beside them, one instant each, and no connection left behind."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.services.clock import FixedClock, SystemClock
from app.services.database.dialects import lock_ledger, lock_row
from app.services.database.unit_of_work import Database, actor_of, recorded_now

_BUMP = text("UPDATE number_series SET last_number = :n")
_READ = text("SELECT last_number FROM number_series")


def series(database: Database) -> None:
    with database.write() as session:
        session.execute(text("INSERT INTO number_series (provider_id, kind, prefix, last_number, skipped) "
                             "SELECT id, 'invoice', '', 0, 0 FROM account"))


def checked_out(database: Database) -> int:
    return int(database.engine.pool.checkedout())  # type: ignore[attr-defined]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_no_connection_to_a_file_keeps_pages_when_it_is_given_back(database: Database) -> None:
    """Each would keep up to 2 MiB of what it read, for a program that stays open all day."""
    asked: list[str] = []
    with database.read() as session:
        driver: Any = session.connection().connection.driver_connection
        driver.set_trace_callback(asked.append)
        session.execute(_READ)
    driver.set_trace_callback(None)
    assert asked[-1] == "PRAGMA shrink_memory"


def test_read_modify_write_of_four_threads(database: Database, backend: str) -> None:
    """On SQLite the write lock comes first; on PostgreSQL a command locks its row before it reads."""
    series(database)

    def work() -> None:
        for _ in range(50):
            with database.write() as session:
                lock_row(session, "number_series", "kind", "invoice")  # type: ignore[arg-type]
                session.execute(_BUMP, {"n": (session.scalar(_READ) or 0) + 1})

    with ThreadPoolExecutor(4) as pool:
        for job in [pool.submit(work) for _ in range(4)]:
            job.result()
    with database.read() as session:
        assert session.scalar(_READ) == 200
    assert checked_out(database) == 0


def test_without_the_lock_updates_are_lost(database: Database, backend: str) -> None:
    """The race that the locks are for: two units of work that both read before either writes."""
    series(database)
    both_have_read = threading.Barrier(2)

    def work() -> None:
        with database.read() as session:
            before = session.scalar(_READ) or 0
        both_have_read.wait(10)
        with database.write() as session:
            session.execute(_BUMP, {"n": before + 1})

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(work) for _ in range(2)]:
            job.result()
    with database.read() as session:
        assert session.scalar(_READ) == 1


def test_readers_never_wait_for_a_writer(database: Database) -> None:
    series(database)
    with database.write() as writer:
        writer.execute(_BUMP, {"n": 7})
        started = monotonic()
        with database.read() as reader:
            assert reader.scalar(_READ) == 0
        assert monotonic() - started < 1
    with database.read() as reader:
        assert reader.scalar(_READ) == 7


def test_a_reader_sees_one_state_and_keeps_nobody_from_writing(database: Database) -> None:
    series(database)
    with database.read() as reader:
        assert reader.scalar(_READ) == 0
        with database.write() as writer:
            writer.execute(_BUMP, {"n": 7})
        assert reader.scalar(_READ) == 0


@pytest.mark.parametrize("fault", [ZeroDivisionError, KeyboardInterrupt])
def test_what_fails_leaves_nothing_behind(database: Database, fault: type[BaseException]) -> None:
    series(database)
    with pytest.raises(fault), database.write() as session:  # noqa: PT012
        session.execute(_BUMP, {"n": 9})
        raise fault
    with pytest.raises(fault), database.read() as session:  # noqa: PT012
        session.execute(_READ)
        raise fault
    with pytest.raises(IntegrityError), database.write() as session:  # at the commit
        session.execute(text("UPDATE account SET profile_id = 4711"))
    with database.read() as session:
        assert session.scalar(_READ) == 0
    assert checked_out(database) == 0


def test_one_instant_per_unit_of_work(database: Database, clock: FixedClock) -> None:
    with database.write() as session:
        first = recorded_now(session)
        clock.moment += timedelta(hours=1)
        assert recorded_now(session) == first
        assert actor_of(session) == "test"
    with database.write() as session:
        assert recorded_now(session) == first + timedelta(hours=1)


def test_the_server_tells_the_time(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workstation may be wrong by years; the embedded file has no other clock than ours."""
    wrong = datetime(1999, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(SystemClock, "now", lambda _self: wrong)
    database.clock = SystemClock()
    with database.write() as session:
        moment = recorded_now(session)
        assert moment.utcoffset() == timedelta(0)
        assert recorded_now(session) == moment
    assert (moment == wrong) is database.is_embedded
    assert database.is_embedded or abs(moment - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("one", "other", "waits"), [
    ({"judging": True}, {"judging": True}, True),
    ({"judging": True}, {}, True),
    ({}, {"judging": True}, True),
    ({}, {}, False),
    ({"judging": True}, {"judging": True, "provider_id": 2}, False),
])
def test_judging_and_writing_keep_apart(
    database: Database, reopened: Callable[[], Database], one: dict[str, Any], other: dict[str, Any], waits: bool,
) -> None:
    second, got_it = reopened(), threading.Event()

    def take() -> None:
        with second.write() as session:
            lock_ledger(session, **{"provider_id": 1, **other})
            got_it.set()

    with database.write() as session:
        lock_ledger(session, **{"provider_id": 1, **one})
        thread = threading.Thread(target=take)
        thread.start()
        assert got_it.wait(0.3 if waits else 5) is not waits
    assert got_it.wait(5)
    thread.join()
