"""Several people write into one book at once: what they were told is there, and locks are taken in one order.

The long run, with eight workstations as processes, is `./run bench writers`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.schedule.automation import AutomationSettings
from app.services.database import dialects
from app.services.database.dialects import LOCK_ORDER
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.demo.making import create_demo
from app.services.staff.sign_in import sign_in_to_demo
from tests.conftest import TEST_NOW
from tests.support.many_writers import Hot, Workstation, lost

_STATIONS = 4
_COMMANDS = 50


class Order:
    """Finds out where a unit of work takes a lock after one that comes later in the order."""

    def __init__(self) -> None:
        self.taken = 0
        self.wrong: set[str] = set()

    def note(self, session: Session, what: str, key: Any) -> None:
        self.taken += 1
        held: list[tuple[int, Any]] = session.info.setdefault("locks", [])
        here = (LOCK_ORDER.index(what), key)
        if here in held:
            return  # taken again; it waits for nobody
        later = [one for one in held if one[0] > here[0] or (one[0] == here[0] and None not in (one[1], key)
                                                            and one[1] > key)]
        if later:
            self.wrong.add(f"{what} after {LOCK_ORDER[later[0][0]]}")
        held.append(here)


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> Order:
    order = Order()
    monkeypatch.setattr(dialects, "_note_lock", order.note)
    return order


def test_the_order_is_seen_when_it_is_broken(order: Order, database: Database) -> None:
    with database.write() as session:
        dialects.lock_row(session, "account", "id", 1)
        dialects.lock_row(session, "provider", "account_id", 1)
        dialects.lock_row(session, "account", "id", 1)
    assert order.wrong == {"provider after account"}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_several_people_write_at_once_and_nothing_is_lost(empty_database_url: str, order: Order) -> None:
    url = empty_database_url
    create_demo(url, accounts=40, until=TEST_NOW.date())
    order.wrong.clear()  # a demo is made beside nobody
    with closing(Database(parse_url(url))) as database:
        sign_in_to_demo(database)
        with database.write() as session:  # the last scan of the demo is long past: they would all stop
            session.execute(update(AutomationSettings).values(brake_share_percent=0, brake_accounts=0,
                                                              brake_pause_days=0))
        with database.read() as session:
            hot = Hot.of(session, providers=2, accounts=12)
        stations = [Workstation(url, hot, number) for number in range(_STATIONS)]
        with ThreadPoolExecutor(_STATIONS) as pool:
            told = list(pool.map(lambda station: station.give(_COMMANDS), stations))
        assert [failure for each in told for failure in each.failures] == []
        assert lost(database, told) == []
    saved = sum(count for each in told for (_, end), count in each.outcomes.items() if end == "saved")
    assert saved > _STATIONS * _COMMANDS / 2, "most of what they do goes through"
    assert order.taken > saved / 2
    assert order.wrong == set()
