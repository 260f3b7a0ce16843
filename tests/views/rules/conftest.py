"""The rules of the small book on their screen, with jobs done at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.services.rules.rule_sets import newest_version, set_rules
from app.services.rules.versions import RuleBook, rule_book
from app.views.desk.desk import Desk
from app.views.desk.screen import RULES, Target
from app.views.look.theme import Theme
from app.views.rules.feature import FEATURE
from app.views.rules.screen import RulesScreen
from app.views.running.change_bus import ChangeBus
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.small_book import START, TODAY, SmallBook, build


@dataclass
class Bench:
    """What a person has in front of them."""

    database: Database
    book: SmallBook
    desk: Desk
    bus: ChangeBus
    screen: RulesScreen
    driver: Driver[RulesScreen]
    wait: Callable[[Callable[[], bool]], object]
    visited: list[Target] = field(default_factory=list)

    def stored(self) -> RuleBook:
        with self.database.read() as session:
            return rule_book(session, provider_id=self.book.provider)

    def enter_elsewhere(self, *, days: int = 21, since: date = START) -> None:
        """What a colleague saves meanwhile."""
        with self.database.write() as session:
            set_rules(session, provider_id=self.book.provider, effective_from=since, min_overdue_minor=5000,
                      min_overdue_days=days, restore_at_minor=1000,
                      seen=newest_version(session, provider_id=self.book.provider))

    def judged(self) -> list[tuple[str, str, str]]:
        """The accounts that would be judged otherwise, once typing has paused."""
        self.wait(lambda: not self.screen.what_if.is_pausing)
        table = self.driver.table("Accounts that would be judged otherwise")
        return [(table.text(place, "Account"), table.text(place, "Now"), table.text(place, "Then"))
                for place in range(table.count)]


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot) -> Bench:
    book = filled_books.put(database, build, windows=("Mon-Thu 09:00-16:00",))
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    screen = RulesScreen(Target(RULES), desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 760)
    screen.show()
    screen.activateWindow()
    made = Bench(database, book, desk, bus, screen, Driver(screen), lambda until: qtbot.waitUntil(until, timeout=2000))
    desk.navigator.asked.connect(lambda target, _aside: made.visited.append(target))
    return made
