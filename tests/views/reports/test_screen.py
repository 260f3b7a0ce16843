"""The close of a day at the window: read, opened behind a figure, and kept as a page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.views.desk.screen import ACCOUNT, Target
from app.views.look.theme import Theme
from app.views.reports.feature import FEATURE
from app.views.reports.screen import CloseOfDayScreen
from app.views.running.change_bus import ChangeBus
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.pdf_reading import page_texts
from tests.support.small_book import TODAY, build


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


def test_a_day_is_read_opened_and_kept(
    database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot, qtmodeltester: ModelTester,
    tmp_path: Path,
) -> None:
    filled_books.put(database, build)
    bus, visited = ChangeBus(), list[Target]()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    desk.navigator.asked.connect(lambda target, _aside: visited.append(target))
    screen = CloseOfDayScreen(Target("close_of_day"), desk)
    qtbot.addWidget(screen)
    screen.resize(1200, 700)
    screen.show()
    driver = Driver(screen)
    table = driver.table("Close of the day")
    qtmodeltester.check(table.model)
    assert {"Money of the day", "What automation did", "What waits for a person"} <= set(table.column("Part"))
    driver.fill("Day", (TODAY - timedelta(days=34)).strftime("%d %b %Y"))
    driver.press(Qt.Key.Key_Return)
    before = table.column("What")
    place = next(at for at in range(table.count) if table.text(at, "What") .endswith("posted"))
    assert (table.text(place, "What"), table.text(place, "Amount")) == ("4 invoices posted", "315.00 AUD")
    table.go_to(place)
    table.press(Qt.Key.Key_Return)
    behind = driver.table("Behind the figure")
    qtmodeltester.check(behind.model)
    assert behind.count == 4
    assert sum(Decimal(text.split()[0]) for text in behind.column("Amount")) == Decimal("315.00")
    behind.go_to(0)
    behind.press(Qt.Key.Key_Return)
    assert [target.kind for target in visited] == [ACCOUNT]
    assert behind.text(0, "Account") == "A1"
    driver.click("Save as PDF…")
    dialog = screen.findChild(QFileDialog)
    assert dialog is not None
    path = tmp_path / "day.pdf"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    text = " ".join(page_texts(path.read_bytes()))
    assert all(line in text for line in before)
