"""Stored runs judged once more: the same decisions, whatever happened since; and why a hold was placed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.models.parties.account import Account
from app.models.suspension.hold import Hold
from app.models.values import AccountStatus, Lifecycle, ScanOutcome
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.status.changes import change_lifecycle
from app.services.suspension.explain import explain_run
from app.services.suspension.replay import Replay, replay_run
from tests.services.suspension.test_judgement import Dice, RandomBook
from tests.support.scan_books import Book, day


def nothing() -> None:
    """A check that never stops."""


def replayed(book: Book, run_id: int | None) -> Replay:
    assert run_id is not None
    with book.database.read() as session:
        return replay_run(session, nothing, run_id=run_id, provider_id=book.provider_id)


@pytest.mark.parametrize("seed", range(4))
def test_runs_of_random_books_replay_to_the_same(seed: int, database: Database, clock: FixedClock) -> None:
    """Scanned in small chunks with payments between the runs; every run is replayed after all of them."""
    clock.moment = datetime(2025, 7, 6, 3, tzinfo=UTC)  # later than any instant of the book
    dice = Dice(seed)
    book = RandomBook(database, clock, "P", dice)
    runs = []
    for _ in range(4):
        clock.moment += timedelta(hours=1)
        runs.append(book.run(chunk_size=2).run_id)
        clock.moment += timedelta(days=dice.random.choice((1, 3, 6)))
        for code in book.accounts:
            if dice.chance(0.3):
                book.pay(code, dice.amount(), on=book.today().isoformat())
            if dice.chance(0.2):
                book.invoice(code, dice.amount(), due=(book.today() - timedelta(days=20)).isoformat())
    found = [replayed(book, run_id) for run_id in runs]
    assert [(r.differing, r.rows) for r in found] == [(0, ())] * 4
    assert sum(r.compared for r in found) > 0


@pytest.fixture
def book(database: Database, clock: FixedClock) -> Book:
    book = Book(database, clock)
    book.at("2025-07-02 09:00")
    book.rules()
    for code in ("A1", "A2", "A3"):
        book.account(code, services=2)
        book.invoice(code, 6600, due="2025-06-17")
    book.at("2025-07-02 10:00")
    return book


def test_what_came_later_is_not_known_to_a_replay(book: Book) -> None:
    first = book.run().run_id
    book.at("2025-07-02 11:00")
    book.rules(x=9000)
    book.pay("A1", 6600, on="2025-07-01")
    second = book.run().run_id
    book.at("2025-07-05 09:00")
    book.restore_by_hand("A2")
    for run_id, compared in ((first, 3), (second, 1)):
        replay = replayed(book, run_id)
        assert (replay.is_same, replay.compared) == (True, compared)


def test_what_staff_changed_since_is_judged_as_it_was(book: Book) -> None:
    vip = book.group("VIP")
    book.rules(excluded=[vip])
    book.invoice("A1", 100, due="2025-06-10")
    run_id = book.run(only=frozenset()).run_id
    suspend = {code: result.outcome for code, result in book.preview("2025-07-02").items()}
    assert suspend == dict.fromkeys(("A1", "A2", "A3"), ScanOutcome.SUSPEND)
    book.at("2025-07-03 09:00")
    book.join_group("A1", vip)
    with book.database.write() as session:
        book.omit(session, book.accounts["A2"])
        change_lifecycle(session, account_id=book.accounts["A3"], to=Lifecycle.INACTIVE, on=day("2025-07-03"),
                         note="Left", seen=AccountStatus.ACTIVE)
    assert {code: result.outcome for code, result in book.preview("2025-07-02").items()} == suspend
    assert {code: result.exclusions for code, result in book.preview("2025-07-03").items()} == {
        "A1": ("X2",), "A2": ("X3",), "A3": ("X1",)}
    assert replayed(book, run_id).is_same


def test_what_has_no_history_shows_as_a_difference(book: Book) -> None:
    run_id = book.run().run_id
    book.at("2025-07-03 09:00")
    with book.database.write() as session:
        session.get_one(Account, book.accounts["A3"]).ombudsman_case_open = True
    (row,) = replayed(book, run_id).rows
    assert (row.code, row.stored and row.stored.outcome, row.again and row.again.outcome) == (
        "A3", ScanOutcome.SUSPEND, ScanOutcome.EXCLUDED)


def test_a_hold_is_explained_as_of_the_day_it_was_placed(book: Book) -> None:
    run_id = book.run().run_id
    book.at("2025-07-20 09:00")
    book.rules(x=9000, name="Other rules")
    book.pay("A1", 6000, on="2025-07-20")
    (hold,) = book.rows(Hold, code="A1")
    assert hold.scan_run_id == run_id
    with book.database.read() as session:
        found = explain_run(session, account_id=book.accounts["A1"], run_id=hold.scan_run_id)
    assert (found.outcome, found.rule_version, found.as_of.isoformat()) == (ScanOutcome.SUSPEND, 1, "2025-07-02")
    assert [reason.words for reason in found.reasons[:2]] == [
        "Overdue payable 66.00 AUD is at least 50.00 AUD.",
        "Invoice HARBOUR-000001 was due on 17 Jun 2025: 15 days late, more than 14 days."]
    assert not any(x.holds for x in found.exclusions)


def test_a_run_of_another_provider_is_not_there(book: Book, database: Database, clock: FixedClock) -> None:
    other = Book(database, clock, code="PACIFIC")
    run_id = book.run().run_id
    with pytest.raises(NotFound):
        replayed(other, run_id)
