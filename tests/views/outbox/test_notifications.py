"""Notifications in the window: told at sign-in and live, once, and no more once they are dismissed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services.changes import Changed, ChangeSet
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, OUTBOX, Target
from app.views.look.theme import Theme
from app.views.outbox.feature import FEATURE
from app.views.outbox.notifications import Notifications
from app.views.running.change_bus import ELSEWHERE, ChangeBus
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner
from tests.support.outbox_books import OutboxBook, outbox_book


@dataclass
class Window:
    """A window of one person."""

    desk: Desk
    visited: list[Target] = field(default_factory=list)

    def told(self) -> list[str]:
        return [card.notice.title for card in self.desk.notices.shown]

    def press(self, card: int, button: str) -> None:
        Driver(self.desk.notices.shown[card]).click(button)


@dataclass
class Bench:
    """The books, and windows that share what a workstation remembers."""

    book: OutboxBook
    theme: Theme
    qtbot: QtBot
    settings: QSettings
    bus: ChangeBus

    def notify(self, count: int = 1) -> None:
        """Events say something, and every window hears that the outbox changed."""
        self.book.queue_all([""] * count, action="notification", state="sent", event="auto_suspend",
                            text="Suspended today.")
        self.bus.publish(ChangeSet.of(Changed.OUTBOX), ELSEWHERE)

    def window(self) -> Window:
        widget = QWidget()
        self.qtbot.addWidget(widget)
        widget.resize(900, 700)
        widget.show()
        desk = make_desk(self.theme, ImmediateRunner(self.book.database, self.bus), self.bus, window=widget,
                         features=(FEATURE,), settings=self.settings)
        made = Window(desk)
        desk.navigator.asked.connect(lambda target, _aside: made.visited.append(target))
        Notifications(desk)
        return made


@pytest.fixture
def backend() -> str:
    """The window is the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def bench(database: Database, clock: FixedClock, qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Bench:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    return Bench(outbox_book(database, clock), Theme(qapp), qtbot, settings, ChangeBus())


def test_they_come_live_and_are_told_once(bench: Bench) -> None:
    window = bench.window()
    assert window.told() == []
    bench.notify()
    assert window.told() == ["Auto Suspend: Acme"]
    bench.notify()
    assert window.told() == ["Auto Suspend: Acme"] * 2
    window.press(0, "Open account")
    assert window.visited == [Target(ACCOUNT, bench.book.account)]
    assert len(window.told()) == 1


def test_they_stay_for_the_next_sign_in_until_they_are_dismissed(bench: Bench) -> None:
    bench.notify(2)
    first = bench.window()
    first.press(1, "Close this notice")
    second = bench.window()
    assert second.told() == ["Auto Suspend: Acme"], "the older one was not dismissed"
    second.press(0, "Close this notice")
    assert bench.window().told() == []


def test_many_at_once_are_told_as_one(bench: Bench) -> None:
    bench.notify(12)
    window = bench.window()
    assert window.told() == ["12 notifications"]
    assert window.desk.notices.shown[0].notice.text == "Auto Suspend 12"
    window.press(0, "Look at them")
    assert window.visited == [Target(OUTBOX)]
    assert bench.window().told() == []
