"""Units of work that are run again: what for, how often, what never is, and what is said in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.services.database.dialects import lock_row
from app.services.database.unit_of_work import Database, actor_of
from app.services.errors import DatabaseProblem, RefusedByRule
from app.services.faults import clashes, repeating
from tests.services.database.test_units_of_work import checked_out, series

_READ = text("SELECT last_number FROM number_series")
_ON_SERVER = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


class Fault(Exception):
    """What a driver raises, with the state it gives."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.sqlstate = state


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeating.time, "sleep", lambda _s: None)


def failing(times: int, error: Exception) -> tuple[Callable[[Session], int], list[Session]]:
    """Work that writes, fails so many times and then ends; and the sessions it got."""
    seen: list[Session] = []

    def work(session: Session) -> int:
        seen.append(session)
        session.execute(text("UPDATE number_series SET last_number = last_number + 1"))
        if len(seen) <= times:
            raise error
        return len(seen)

    return work, seen


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_what_was_undone_for_others_is_run_again_in_a_fresh_session(database: Database, state: str) -> None:
    series(database)
    work, seen = failing(3, DBAPIError("UPDATE", {}, Fault(state)))
    assert database.attempt(work) == 4
    assert len({id(session) for session in seen}) == 4
    with database.read() as session:
        assert session.scalar(_READ) == 1, "what failed left nothing behind"
    assert checked_out(database) == 0


def test_it_is_not_run_again_for_ever(database: Database) -> None:
    work, seen = failing(99, DBAPIError("UPDATE", {}, Fault("40P01")))
    with pytest.raises((DatabaseProblem, DBAPIError)):
        database.attempt(work)
    assert len(seen) == 8


@pytest.mark.parametrize("error", [
    DBAPIError("UPDATE", {}, Fault("22003")), DatabaseProblem("lost"), RefusedByRule("no"), ZeroDivisionError(),
])
def test_what_would_end_the_same_way_is_not(database: Database, error: Exception) -> None:
    work, seen = failing(1, error)
    with pytest.raises(type(error)):
        database.attempt(work)
    assert len(seen) == 1


def test_a_commit_without_an_answer_is_never_repeated(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_session: Session) -> None:
        raise DBAPIError("COMMIT", {}, Fault("40P01"), connection_invalidated=True)

    monkeypatch.setattr("app.services.faults.drivers.is_lost", lambda _error: True)
    monkeypatch.setattr(Session, "commit", lost)
    work, seen = failing(0, ZeroDivisionError())
    with pytest.raises((DatabaseProblem, DBAPIError)) as caught:
        database.attempt(work)
    if not database.is_embedded:
        assert "Whether the last step was saved is not known" in str(caught.value)
        assert len(seen) == 1


@_ON_SERVER
def test_two_that_wait_for_each_other_both_end_well(database: Database) -> None:
    """The race first without being run again: the server ends one of the two."""
    series(database)
    with database.write() as session:
        session.execute(text("INSERT INTO number_series (provider_id, kind, prefix, last_number, skipped) "
                             "SELECT id, 'note', '', 0, 0 FROM account"))

    def run(do: Callable[[Database, Callable[[Session], None]], None]) -> list[str]:
        met, ends = threading.Barrier(2), []
        once: set[str] = set()

        def crosswise(first: str, second: str) -> Callable[[Session], None]:
            def work(session: Session) -> None:
                for kind in (first, second):
                    session.execute(text("UPDATE number_series SET last_number = last_number + 1 WHERE kind = :kind"),
                                    {"kind": kind})
                    if kind == first and first not in once:
                        once.add(first)
                        met.wait(10)
            return work

        def one(work: Callable[[Session], None]) -> None:
            try:
                do(database, work)
                ends.append("saved")
            except DatabaseProblem as problem:
                ends.append(str(problem)[:14])

        threads = [threading.Thread(target=one, args=(crosswise(*kinds),))
                   for kinds in (("invoice", "note"), ("note", "invoice"))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(ends)

    def plainly(database: Database, work: Callable[[Session], None]) -> None:
        with database.write() as session:
            work(session)

    assert run(plainly) == ["Several people", "saved"]
    assert run(lambda database, work: database.attempt(work)) == ["saved", "saved"]
    with database.read() as session:
        assert set(session.scalars(_READ)) == {3}


@_ON_SERVER
def test_a_lock_is_waited_for_so_long_and_who_keeps_it_is_named(
    database: Database, reopened: Callable[[], Database], monkeypatch: pytest.MonkeyPatch,
) -> None:
    series(database)
    other = reopened()
    other.actor = "kim@harbour.example"
    monkeypatch.setattr("app.services.database.unit_of_work.BUSY_TIMEOUT_S", 0.0)

    def wait(session: Session) -> None:
        session.execute(text("SET LOCAL lock_timeout = '50ms'"))
        lock_row(session, "number_series", "kind", "invoice")

    with other.write() as session:
        lock_row(session, "number_series", "kind", "invoice")
        with pytest.raises(DatabaseProblem, match=r"^kim@harbour\.example on .* keeps rows that this step needs, and "
                                                  r"did not finish within 10 seconds\. Nothing of this step was saved"):
            database.attempt(wait, patience_s=0)
        tries: list[int] = []

        def until_free(session: Session) -> None:
            tries.append(1)
            if len(tries) == 3:
                other_session.rollback()
            wait(session)

        other_session = session
        database.attempt(until_free)
        assert len(tries) == 3, "locks of others are waited out while there is patience"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_that_others_write_is_waited_for(database: Database) -> None:
    """The address says how long one goes on; whoever has more patience begins again."""
    series(database)
    with closing(Database(database.url.update_query_dict({"timeout": "0.05"}))) as other:
        def bump(session: Session) -> None:
            session.execute(text("UPDATE number_series SET last_number = last_number + 1"))

        with database.write() as session:
            bump(session)
            with pytest.raises(DatabaseProblem, match=r"Another program is writing to .* within 0\.05 seconds"):
                other.attempt(bump)
            thread = threading.Thread(target=lambda: other.attempt(bump, patience_s=30))
            thread.start()
            thread.join(0.3)
            assert thread.is_alive()
        thread.join()
    with database.read() as session:
        assert session.scalar(_READ) == 2


@_ON_SERVER
def test_a_server_waits_ten_seconds_for_a_lock_and_knows_who_works(database: Database) -> None:
    database.actor = "kim@harbour.example"
    with database.read() as session:
        assert session.scalar(text("SHOW lock_timeout")) == "10s"
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "5min"
        assert str(session.scalar(text("SHOW application_name"))).startswith("bursar: kim@harbour.example on ")
    database.actor = "lee@harbour.example"
    with database.write() as session:
        assert actor_of(session) == "lee@harbour.example"
        assert str(session.scalar(text("SHOW application_name"))).startswith("bursar: lee@harbour.example on ")


@_ON_SERVER
def test_a_key_that_was_taken_meanwhile_is_seen_the_second_time(database: Database) -> None:
    """A command that looks before it writes refuses in its own words when it is run again."""
    series(database)
    insert = text("INSERT INTO number_series (provider_id, kind, prefix, last_number, skipped) "
                  "SELECT id, :kind, '', 0, 0 FROM account")

    def look_and_write(session: Session) -> None:
        if session.scalar(text("SELECT count(*) FROM number_series WHERE kind = 'note'")):
            raise RefusedByRule("there already")
        if not taken:
            taken.append(True)
            with database.write() as other:
                other.execute(insert, {"kind": "note"})
        session.execute(insert, {"kind": "note"})

    taken: list[bool] = []
    with pytest.raises(RefusedByRule, match="there already"):
        database.attempt(look_and_write)


@_ON_SERVER
def test_what_nobody_looks_for_is_said_by_the_name_of_its_constraint(
    database: Database, monkeypatch: pytest.MonkeyPatch,
) -> None:
    series(database)
    again: list[int] = []

    def work(session: Session) -> None:
        again.append(1)
        session.execute(text("INSERT INTO number_series (provider_id, kind, prefix, last_number, skipped) "
                             "SELECT id, 'invoice', '', 0, 0 FROM account"))

    with pytest.raises(IntegrityError):
        database.attempt(work)
    assert len(again) == 3
    monkeypatch.setitem(clashes.SENTENCES, "pk_number_series", "Somebody began this series just now.")
    with pytest.raises(RefusedByRule, match=r"^Somebody began this series just now\. Nothing of this step"):
        database.attempt(work)


@pytest.mark.parametrize("statement", [
    "SELECT * FROM nothing_like_it", "UPDATE account SET nothing_like_it = 1",
    "INSERT INTO account (nothing_like_it) VALUES (1)",
])
def test_a_lost_table_or_column_is_called_damage(database: Database, statement: str) -> None:
    def work(session: Session) -> Any:
        return session.execute(text(statement))

    with pytest.raises(DatabaseProblem, match="lacks something that every Bursar database of this version has"):
        database.attempt(work)
