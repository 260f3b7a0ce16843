"""What units of work tell other workstations, and what those hear: kinds, accounts, nothing of what was undone."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.cli import run
from app.models import all_entities
from app.models.base import Base
from app.models.parties.note import AccountNote
from app.services.accounts.notes import write_note
from app.services.changes import Changed, ChangeSet
from app.services.database import listening
from app.services.database.announcing import (
    EVERYTHING,
    KINDS_OF_TABLES,
    LONGEST_NOTICE,
    changes_in,
    narrowed,
    notice_of,
    read_notice,
    tables_written,
)
from app.services.database.asking import doing
from app.services.database.bulk import insert_rows
from app.services.database.listening import LONGEST_WAIT_S, Listener, Silence, wait_before
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.jobs import JobContext
from app.services.scans.scan import run_scan
from tests.services.database.conftest import RawClient
from tests.support.small_book import build

_LIMIT_S = 30.0
"""No test waits so long unless it fails."""
_LOOK_EVERY_S = 0.1
_SILENCE_S = 0.5
"""Nothing said for so long is silence."""


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at a file ten times a second: what is heard does not depend on how often."""
    monkeypatch.setattr(listening, "LOOK_EVERY_S", _LOOK_EVERY_S)


class Ears:
    """Keeps what a listener says."""

    def __init__(self) -> None:
        self.said: queue.Queue[ChangeSet | str] = queue.Queue()

    def changed(self, changes: ChangeSet) -> None:
        self.said.put(changes)

    def lost(self, silence: Silence) -> None:
        self.said.put(f"lost {silence.tries}")

    def back(self) -> None:
        self.said.put("back")

    def next(self) -> ChangeSet | str:
        return self.said.get(timeout=_LIMIT_S)

    def silence(self) -> list[ChangeSet | str]:
        """What is said until nothing more is."""
        said: list[ChangeSet | str] = []
        with suppress(queue.Empty):
            while True:
                said.append(self.said.get(timeout=_SILENCE_S))
        return said


@pytest.fixture
def listen(reopened: Callable[[], Database]) -> Iterator[Callable[[Database], Ears]]:
    """Listens on a database, and once to a change of somebody else, so that it surely listens from then on."""
    listeners: list[Listener] = []

    def begin(database: Database) -> Ears:
        ears = Ears()
        listeners.append(Listener(database, ears))
        listeners[-1].start()
        other = reopened()
        for tried in range(100):
            with other.write() as session:
                session.execute(text("UPDATE account SET name = name"))
            with suppress(queue.Empty):
                ears.said.get(timeout=0.2 if not database.is_embedded else _SILENCE_S)
                if tried:  # what was said before may come late
                    ears.silence()
                return ears
        raise AssertionError("nothing was heard")

    yield begin
    for listener in listeners:
        listener.stop()


# --------------------------------------------------------------------------- what is said


def test_every_table_has_its_kinds() -> None:
    assert all_entities.__all__
    assert set(KINDS_OF_TABLES) == {*Base.metadata.tables, "alembic_version"}


@pytest.mark.parametrize(("statement", "tables"), [
    ("INSERT INTO account (a) VALUES (1)", ["account"]),
    ('\n  insert into "hold" SELECT 1', ["hold"]),
    ("INSERT OR IGNORE INTO service VALUES (1)", ["service"]),
    ("UPDATE account SET name = 'INSERT INTO hold'", ["account"]),
    ("UPDATE ONLY account SET name = 1", ["account"]),
    ("DELETE FROM account_note WHERE id = 1", ["account_note"]),
    ("WITH found AS (SELECT 1) INSERT INTO hold SELECT * FROM found", ["hold"]),
    ("WITH gone AS (DELETE FROM hold RETURNING id) UPDATE service SET id = 1", ["hold", "service"]),
    ("SELECT 1 FROM account FOR UPDATE", []),
    ("PRAGMA user_version = 3", []),
    ("WITH a AS (SELECT 1) SELECT * FROM a", []),
])
def test_tables_that_a_statement_writes(statement: str, tables: list[str]) -> None:
    assert tables_written(statement) == tables


_KINDS = st.frozensets(st.sampled_from(list(Changed)), min_size=1)


@given(_KINDS, st.one_of(st.frozensets(st.integers(1, 10**12), max_size=3000),
                         st.builds(lambda first, n, step: frozenset(range(first, first + n * step, step)),
                                   st.integers(1, 10**9), st.integers(0, 5000), st.integers(1, 3))))
def test_a_notice_fits_and_is_never_less_than_what_changed(kinds: frozenset[Changed], accounts: frozenset[int]) -> None:
    notice = notice_of(ChangeSet.of(*kinds, accounts=accounts), "0123456789ab")
    assert len(notice.encode()) <= LONGEST_NOTICE
    origin, heard = read_notice(notice)
    assert (origin, heard.kinds) == ("0123456789ab", kinds)
    assert heard.account_ids in (accounts, frozenset())
    if len(accounts) <= 400:
        assert heard.account_ids == accounts


@pytest.mark.parametrize("notice", ["", "a b", "a moods 1", "a accounts x", "a accounts 1-2-3", "a accounts 1 2"])
def test_a_notice_that_cannot_be_read_says_everything(notice: str) -> None:
    assert read_notice(notice) == ("", EVERYTHING)


def test_a_notice_of_endless_accounts_says_any() -> None:
    assert read_notice("a accounts 1-999999999")[1] == ChangeSet.of(Changed.ACCOUNTS)


@pytest.mark.parametrize(("written", "noted", "said"), [
    ({Changed.NOTES}, ChangeSet.of(Changed.NOTES, accounts={7}), ChangeSet.of(Changed.NOTES, accounts={7})),
    ({Changed.NOTES}, ChangeSet.empty(), ChangeSet.of(Changed.NOTES)),
    ({Changed.NOTES, Changed.HOLDS}, ChangeSet.of(Changed.NOTES, accounts={7}),
     ChangeSet.of(Changed.NOTES, Changed.HOLDS)),
    ({Changed.NOTES}, ChangeSet.of(Changed.NOTES, Changed.HOLDS, accounts={7}),
     ChangeSet.of(Changed.NOTES, Changed.HOLDS, accounts={7})),
])
def test_accounts_narrow_what_they_speak_of(written: set[Changed], noted: ChangeSet, said: ChangeSet) -> None:
    assert narrowed(frozenset(written), noted) == said


@pytest.mark.parametrize(("one", "other", "both"), [
    (ChangeSet.of(Changed.NOTES, accounts={1}), ChangeSet.of(Changed.NOTES, accounts={2}),
     ChangeSet.of(Changed.NOTES, accounts={1, 2})),
    (ChangeSet.of(Changed.NOTES, accounts={1}), ChangeSet.of(Changed.NOTES), ChangeSet.of(Changed.NOTES)),
    (ChangeSet.empty(), ChangeSet.of(Changed.NOTES, accounts={2}), ChangeSet.of(Changed.NOTES, accounts={2})),
])
def test_any_account_stays_any(one: ChangeSet, other: ChangeSet, both: ChangeSet) -> None:
    assert one | other == both == other | one


def test_rows_written_past_the_statements_count(database: Database) -> None:
    book = build(database)
    rows = [{"provider_id": book.provider, "account_id": book.late, "text": f"n{n}", "actor": "t",
             "recorded_at": database.clock.now()} for n in range(40)]
    with database.write() as session:
        insert_rows(session, AccountNote, rows)
        assert changes_in(session) == ChangeSet.of(Changed.NOTES)


# --------------------------------------------------------------------------- what is heard


def test_a_command_is_heard_by_others_with_its_account(
    database: Database, reopened: Callable[[], Database], listen: Callable[[Database], Ears], backend: str,
) -> None:
    book = build(database)
    ears = listen(reopened())
    doing(write_note, account_id=book.late, text="Rang twice.")(database, JobContext())
    expected = ChangeSet.of(Changed.NOTES, accounts={book.late}) if backend == "postgresql" else EVERYTHING
    assert ears.next() == expected


def test_own_changes_are_not_heard(
    database: Database, reopened: Callable[[], Database], listen: Callable[[Database], Ears],
) -> None:
    book = build(database)
    ears = listen(database)
    for n in range(3):
        doing(write_note, account_id=book.late, text=f"Rang {n}.")(database, JobContext())
    if database.is_embedded:  # its first look after them says nothing, or what follows would come twice
        assert ears.silence() == []
    else:
        with reopened().write() as session:
            session.execute(text("UPDATE service SET name = name"))
        assert ears.next() == ChangeSet.of(Changed.SERVICES)


def test_what_is_undone_is_not_heard(
    database: Database, reopened: Callable[[], Database], listen: Callable[[Database], Ears],
) -> None:
    build(database)
    ears, other = listen(reopened()), reopened()
    with pytest.raises(NotFound), other.write() as session:
        _change_and_refuse(session)
    assert other.voice.own_counts == set()
    assert ears.silence() == []


def _change_and_refuse(session: Session) -> None:
    session.execute(text("UPDATE account SET name = 'Another'"))
    raise NotFound("There is none.")


def test_a_scan_is_heard(
    database: Database, reopened: Callable[[], Database], listen: Callable[[Database], Ears],
) -> None:
    build(database)
    ears = listen(reopened())
    run_scan(database, JobContext())
    said = ears.next()
    assert isinstance(said, ChangeSet)
    assert Changed.HOLDS in said.kinds


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_the_command_line_does_is_heard(
    database: Database, database_url: str, listen: Callable[[Database], Ears], tmp_path: Path,
) -> None:
    build(database)
    (tmp_path / "a.csv").write_text("code,start\nN1,2025-01-01\n")
    (tmp_path / "a.toml").write_text('kind = "accounts"\nkey = "{code}"\n[provider]\ncode = "HT"\n'
                                     '[columns]\nstart_date = "start"\n')
    (tmp_path / "s.csv").write_text("ACCOUNT_ID,ACCOUNT_STATUS,ACCOUNT_STATUS_REASON\nHT/A4,Suspended,Credit check\n")
    ears = listen(database)
    for kind, words in (
        (Changed.RULES, "rules set --provider HT --from 2026-01-01 --min-overdue 9 --min-days 9 --restore-at 1"),
        (Changed.ACCOUNTS, f"import accounts {tmp_path}/a.csv --map {tmp_path}/a.toml"),
        (Changed.HOLDS, f"status import {tmp_path}/s.csv"),
        (Changed.ATTRIBUTES, "attribute set trading_due_days 12 --account HT/A1"),
        (Changed.HOLDS, "scan"),
    ):
        assert run(["--database", database_url, *words.split()]) == 0, words
        heard = [ears.next()]
        while not any(isinstance(each, ChangeSet) and kind in each.kinds for each in heard):
            heard.append(ears.next())
        while not ears.said.empty():
            ears.said.get_nowait()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_another_program_is_heard_on_a_file(
    database: Database, listen: Callable[[Database], Ears], raw_client: Callable[..., RawClient],
) -> None:
    ears = listen(database)
    raw_client().run("UPDATE account SET name = 'Another'")
    assert ears.next() == EVERYTHING


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_is_not_looked_at_for_nobody(database: Database, reopened: Callable[[], Database]) -> None:
    ears = Ears()
    listener = Listener(database, ears)
    listener.watch(is_watched=False)
    listener.start()
    other = reopened()
    try:
        with other.write() as session:
            session.execute(text("UPDATE account SET name = name"))
        listener.watch(is_watched=True)
        with other.write() as session:
            session.execute(text("UPDATE account SET name = name"))
        assert ears.next() == EVERYTHING
    finally:
        listener.stop()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_lost_connection_comes_back(
    database: Database, reopened: Callable[[], Database], listen: Callable[[Database], Ears],
    raw_client: Callable[..., RawClient],
) -> None:
    ears = listen(database)
    raw_client().run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                     "AND datname = current_database() AND application_name LIKE 'bursar%'")
    assert ears.next() == "lost 1"
    assert ears.next() == "back"
    with reopened().write() as session:
        session.execute(text("UPDATE account SET name = name"))
    assert ears.next() == ChangeSet.of(Changed.ACCOUNTS)


def test_waits_grow_and_end() -> None:
    waits = [wait_before(tries) for tries in range(1, 200)]
    assert waits[:4] == [1.0, 2.0, 4.0, 8.0]
    assert waits == sorted(waits)
    assert max(waits) == LONGEST_WAIT_S

