"""Two runs of the small book on their screen, with jobs done at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.scans.scan import run_scan
from app.views.desk.desk import Desk
from app.views.desk.offers import MESSAGES_OF_RUN
from app.views.desk.screen import RUNS, Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.runs.feature import FEATURE
from app.views.runs.screen import RunsScreen
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.small_book import TODAY, SmallBook, build


@dataclass
class Bench:
    """What a person has in front of them."""

    database: Database
    book: SmallBook
    desk: Desk
    bus: ChangeBus
    screen: RunsScreen
    driver: Driver[RunsScreen]
    visited: list[Target] = field(default_factory=list)
    asked_messages: list[int] = field(default_factory=list)


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot) -> Bench:
    book = filled_books.put(database, build)
    run_scan(database, JobContext(), only=frozenset({book.late, book.held}))
    bus, asked = ChangeBus(), list[int]()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    desk.offers.add(MESSAGES_OF_RUN, lambda: asked.append)
    screen = RunsScreen(Target(RUNS), desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 760)
    screen.show()
    screen.activateWindow()
    made = Bench(database, book, desk, bus, screen, Driver(screen), asked_messages=asked)
    desk.navigator.asked.connect(lambda target, _aside: made.visited.append(target))
    return made
