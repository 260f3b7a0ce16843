"""A scan on a small real database: the session, the tab and the panel, with jobs done at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.services.database.unit_of_work import Database
from app.views.desk.desk import Desk
from app.views.desk.screen import Navigator, Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.suspension.dock import ScanDock
from app.views.suspension.feature import FEATURE, SCAN_TARGET, SESSION
from app.views.suspension.proposals.model import ProposalModel
from app.views.suspension.screen import ScanScreen
from app.views.suspension.session import ScanSession
from tests.support.desks import make_desk
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.small_book import TODAY, SmallBook, build


@dataclass
class Bench:
    """Everything a test touches; keys go to the widget under the keyboard."""

    database: Database
    book: SmallBook
    runner: ImmediateRunner
    bus: ChangeBus
    session: ScanSession
    screen: ScanScreen
    dock: ScanDock
    navigator: Navigator
    desk: Desk
    visited: list[tuple[Target, bool]] = field(default_factory=list)

    @property
    def model(self) -> ProposalModel:
        return self.screen.table.proposal_model()

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
              on: QWidget | None = None) -> None:
        for key in keys:
            QTest.keyClick(on or self.screen.focusWidget() or self.screen, key, modifiers)
            QApplication.processEvents()

    def lines(self) -> list[str]:
        """What the table shows: headings, and of proposals name and what would happen."""
        shown = []
        for place, line in enumerate(self.model.lines()):
            if line.row is None:
                heading = self.model.heading(line.outcome)
                shown.append(f"{heading.title} {heading.count}")
            elif self.model.row_at(place) is not None:
                happens = self.model.cell(place, self.model.column_of("happens")).text
                shown.append(f"{line.row.name}: {happens}")
        return shown

    def go_to(self, account_id: int) -> None:
        place = self.model.loaded_row_of_id(account_id)
        assert place is not None
        self.screen.table.go_to_row(place)
        self.screen.table.setFocus()


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def windows() -> tuple[str, ...]:
    """The windows of the rule set; a test may give others."""
    return ()


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, theme: Theme, qtbot, windows) -> Bench:
    book = filled_books.put(database, build, windows=windows)
    bus = ChangeBus()
    runner = ImmediateRunner(database, bus)
    desk = make_desk(theme, runner, bus, today=lambda: TODAY, date_in=lambda _zone: TODAY, features=(FEATURE,))
    session, navigator = desk.offers.get(SESSION), desk.navigator
    screen, dock = ScanScreen(SCAN_TARGET, desk), ScanDock(desk)
    made = Bench(database, book, runner, bus, session, screen, dock, navigator, desk)
    navigator.asked.connect(lambda target, aside: made.visited.append((target, aside)))
    for widget, size in ((screen, (1200, 700)), (dock, (372, 700))):
        qtbot.addWidget(widget)
        widget.resize(*size)
        widget.show()
    screen.shown()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow, timeout=2000)
    return made
