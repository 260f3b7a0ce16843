"""A desk over the two providers of `credit_books`."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication

from app.services.database.unit_of_work import Database
from app.views.credit.feature import FEATURE
from app.views.desk.desk import Desk
from app.views.desk.screen import Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.support.credit_books import Office
from tests.support.desks import make_desk
from tests.support.immediate_runner import ImmediateRunner


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@dataclass
class Bench:
    """A desk, the ids of its books, and where a person was led."""

    desk: Desk
    runner: ImmediateRunner
    office: Office
    visited: list[Target] = field(default_factory=list)


@pytest.fixture
def bench(database: Database, qapp: QApplication) -> Bench:
    with database.write() as session:
        office = Office(session)
    bus = ChangeBus()
    runner = ImmediateRunner(database, bus)
    made = Bench(make_desk(Theme(qapp), runner, bus, features=(FEATURE,)), runner, office)
    made.desk.navigator.asked.connect(lambda target, _aside: made.visited.append(target))
    return made
