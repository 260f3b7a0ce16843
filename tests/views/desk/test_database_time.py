"""The window's dates follow the clock of the database, read anew now and then."""

from __future__ import annotations

from datetime import date, timedelta

from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.views.desk.database_time import DatabaseTime
from app.views.running.change_bus import ChangeBus
from tests.conftest import TEST_NOW
from tests.support.immediate_runner import ImmediateRunner


def test_the_day_turns_when_it_turns_in_the_database(database: Database, clock: FixedClock, qapp) -> None:
    time = DatabaseTime(ImmediateRunner(database, ChangeBus()), TEST_NOW)
    assert time.date_in("UTC") == TEST_NOW.date()
    clock.moment += timedelta(days=1)
    assert time.date_in("UTC") == TEST_NOW.date(), "not asked yet"
    heard: list[date] = []
    time.read.connect(lambda: heard.append(time.date_in("UTC")))
    time.look()
    assert heard == [TEST_NOW.date() + timedelta(days=1)]


def test_while_the_database_does_not_answer_the_last_instant_stands(qapp) -> None:
    time = DatabaseTime(ImmediateRunner(None, ChangeBus()), TEST_NOW)
    time.look()
    assert time.date_in("Australia/Sydney") == date(2026, 3, 16)
