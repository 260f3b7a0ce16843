"""The messages of a scan on their screen, with jobs done at once, for a provider that has no servers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session

from app.models.values import EventAction
from app.services.database.unit_of_work import Database
from app.services.events.mappings import profile_id_of, provision_events, switch_named_action
from app.services.jobs import JobContext
from app.services.outbox.composing import compose_waiting
from app.services.scans.scan import run_scan
from app.views.desk.screen import OUTBOX, Target
from app.views.look.theme import Theme
from app.views.outbox.feature import FEATURE
from app.views.outbox.screen import OutboxScreen
from app.views.running.change_bus import ChangeBus
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
    run_id: int
    screen: OutboxScreen
    driver: Driver[OutboxScreen]
    visited: list[Target] = field(default_factory=list)


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot) -> Bench:
    book = filled_books.put(database, build)
    with database.write() as session:
        _tell(session, book.provider)
    run_id = run_scan(database, JobContext(), only=frozenset({book.late})).run_id
    assert run_id is not None
    compose_waiting(database)
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    screen = OutboxScreen(Target(OUTBOX), desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 760)
    screen.show()
    screen.activateWindow()
    made = Bench(database, book, run_id, screen, Driver(screen))
    desk.navigator.asked.connect(lambda target, _aside: made.visited.append(target))
    return made


def _tell(session: Session, provider: int) -> None:
    """Auto Suspend tells by letter and text message beside the log."""
    profile = profile_id_of(session, provider_id=provider, name="Default Profile")
    provision_events(session, provider_id=provider, profile_id=profile)
    for action in (EventAction.LETTER, EventAction.SMS):
        switch_named_action(session, provider_id=provider, profile_id=profile, event="auto_suspend", period_days=None,
                            action=action, enabled=True)
