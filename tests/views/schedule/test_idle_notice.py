"""What is said at the start where rules are in force and act for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.views.desk.desk import Desk
from app.views.desk.screen import TEMPLATES, Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.schedule.feature import FEATURE
from app.views.schedule.idle_notice import IdleRulesNotice
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.small_book import build
from tests.support.switches import switch_off


@pytest.fixture
def backend() -> str:
    """The window is the same on both databases, so one is enough."""
    return "sqlite"


def test_idle_rules_are_told_once_with_the_way_to_events(
    database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot, tmp_path: Path,
) -> None:
    book, bus, theme = filled_books.put(database, build), ChangeBus(), Theme(qapp)
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    def opened() -> Desk:
        window = QWidget()
        qtbot.addWidget(window)
        window.show()
        desk = make_desk(theme, ImmediateRunner(database, bus), bus, window=window, features=(FEATURE,),
                         settings=settings)
        IdleRulesNotice(desk)
        return desk

    assert opened().notices.shown == ()
    with database.write() as session:
        switch_off(session, provider_id=book.provider, event="auto_suspend")
    desk = opened()
    (card,) = desk.notices.shown
    assert card.notice.text == "Harbour Telecom: Auto Suspend is off for Default Profile."
    visited: list[Target] = []
    desk.navigator.asked.connect(lambda target, _aside: visited.append(target))
    Driver(card).click("Open events")
    assert visited == [Target(TEMPLATES)]
    assert opened().notices.shown == (), "it was told"
