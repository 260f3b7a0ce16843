"""The window never stands still: every screen, side and dialog of every feature takes each size and comes to rest.

What is walked is what the features bring, so that a new screen is among it by itself. The environment asks for other
steps and another text size: `./run bench --sizes` takes every pixel.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QScrollArea, QStackedWidget, QTabBar, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.group_accounts.membership import FundingGroup
from app.services.hierarchy.finding import find_account
from app.services.jobs import JobContext
from app.services.upkeep.opening import open_job
from app.services.upkeep.preparation import Preparation
from app.views.desk.screen import ACCOUNT, GROUP_ACCOUNT, Screen, Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import JobRunner
from app.views.start.connect import ConnectDialog
from app.views.start.start_window import StartWindow, Surroundings
from app.views.start.welcome import WelcomeWays
from app.workplace import FEATURES, Workplace
from tests.conftest import TEST_NOW
from tests.support.resizing import LayoutWatch, sizes

KINDS = sorted(kind for feature in FEATURES for kind in feature.screens)
ASKING = "…"
"""Ends the words of an action that asks something first, mostly in a dialog."""
SIDES = ("account.diagram", "account.matrix")
"""What opens a view in a screen and is no switch."""
FILLED = {"scan": "scan.preview"}
"""What fills a screen that is bare at first."""
STEP = int(os.environ.get("BURSAR_RESIZE_STEP", "11"))
"""Less than the 12 px of a scroll bar: a page that follows its own does so over as many."""
IN_DIALOGS = 1 if STEP == 1 else 4
"""Dialogs are many and have few pages that scroll, so they take wider steps; `./run bench --sizes` leaves none out."""
TEXT_PERCENT = int(os.environ.get("BURSAR_RESIZE_TEXT", "100"))


class FollowsItsViewport(QScrollArea):
    """What the watch is there to find: a page as wide as the view leaves it, and as high as it is wide."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidget(QWidget())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.viewport().width()
        self.widget().setFixedSize(side, side - 400)


def test_a_page_that_follows_its_own_scroll_bar_is_found(qtbot: QtBot) -> None:
    view = FollowsItsViewport()
    qtbot.addWidget(view)
    view.resize(600, 600)
    view.show()
    found = LayoutWatch().restless(view, ((1280, height) for height in range(700, 1001, STEP)))
    assert found
    assert "FollowsItsViewport" in found[0] or "qt_scrollarea_viewport" in found[0]


class Room:
    """The window with one screen in front."""

    def __init__(self, qtbot: QtBot, place: Workplace) -> None:
        self.qtbot, self.place, self.window = qtbot, place, place.window
        self.watch = LayoutWatch()
        self.found: list[str] = []
        self._pressed: set[str] = set()

    def settle(self) -> None:
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: self.place.runner.active == 0, timeout=20_000)
        QApplication.processEvents()

    def show(self, kind: str) -> Screen:
        ident = None
        if kind == ACCOUNT:
            with self.place.opened.database.read() as session:
                ident = find_account(session, "A0004").id
        if kind == GROUP_ACCOUNT:
            with self.place.opened.database.read() as session:
                ident = session.scalars(select(FundingGroup.account_id)).first()
        screen = self.window.go(Target(kind, ident))
        assert screen is not None
        self.settle()
        if kind in FILLED:
            assert self.place.desk.actions.refusal(FILLED[kind]) == ""
            self.place.desk.actions.trigger(FILLED[kind])
            self.settle()
        return screen

    def resize(self, what: str, widget: QWidget, step: int = STEP) -> None:
        self.found += [f"{what} at {line}" for line in self.watch.restless(widget, sizes(step))]
        widget.resize(1280, 800)
        self.settle()

    def walk(self, screen: Screen) -> None:
        """The screen with each of its tabs in front, each switch of it on, and each dialog that it opens."""
        bars = [bar for bar in screen.findChildren(QTabBar) if bar.isVisible()] or [None]
        for bar in bars:
            for tab in range(bar.count()) if bar is not None else (0,):
                if bar is not None and (bar.isHidden() or not bar.isTabVisible(tab)):
                    continue
                if bar is not None:
                    bar.setCurrentIndex(tab)
                    self.settle()
                self.resize(f"{screen.title}, {bar.tabText(tab) if bar is not None else 'whole'}", self.window)
                self._press_all(screen)

    def _press_all(self, screen: Screen) -> None:
        registry = self.place.desk.actions
        for name in registry.ids():
            spec = registry.spec(name)
            is_side = name in screen.bindings() and (spec.is_switch or name in SIDES)
            if registry.refusal(name) or name in self._pressed or not (is_side or spec.text.endswith(ASKING)):
                continue
            self._pressed.add(name)
            registry.trigger(name)
            self.settle()
            self._sweep_what_opened(spec.plain_text, stays=self.window.tabs.current is screen)
            if self.window.tabs.current is not screen:
                self.window.tabs.open(screen.target)
                self.settle()
            elif name in screen.bindings() and spec.is_switch:
                registry.trigger(name)
                self.settle()

    def _sweep_what_opened(self, what: str, *, stays: bool) -> None:
        """A dialog, or the screen with what now stands in it where it `stays` in front."""
        dialogs = [dialog for dialog in self.window.findChildren(QDialog) if dialog.isVisible()]
        if not dialogs and stays:
            self.resize(what, self.window)
            QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Escape)
        for dialog in dialogs:
            if not isinstance(dialog, QFileDialog):
                self._sweep_dialog(what, dialog)
            dialog.reject()
        self.settle()

    def _sweep_dialog(self, what: str, dialog: QDialog) -> None:
        stacks = [stack for stack in dialog.findChildren(QStackedWidget) if stack.isVisible()][:1]
        for page in range(stacks[0].count()) if stacks else (0,):
            if stacks:
                stacks[0].setCurrentIndex(page)
            self.resize(f"{what}, page {page + 1}", dialog, STEP * IN_DIALOGS)


@pytest.fixture
def room(qtbot: QtBot, qapp: QApplication, demo_of_sixty: Path, tmp_path: Path) -> Iterator[Room]:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    books = shutil.copy(demo_of_sixty, tmp_path / "demo.db")
    opened = open_job(None, JobContext(), url=str(books), preparation=Preparation.NONE)
    bus = ChangeBus()
    runner = JobRunner(opened.database, bus)
    around = Surroundings(theme=Theme(qapp), settings=settings, today=TEST_NOW.date,
                          connect=lambda: ConnectDialog(around.theme, runner, lambda *_: "", place.window).open())
    place = Workplace(around, runner, bus, opened, is_demo=True)
    qtbot.addWidget(place.window)
    place.window.resize(1280, 800)
    place.show()
    made = Room(qtbot, place)
    made.settle()
    yield made
    place.window.hide()
    runner.shutdown(15.0)
    opened.database.close()


def test_every_screen_and_dialog_comes_to_rest_at_every_size(room: Room) -> None:
    room.place.desk.theme.set_text_percent(TEXT_PERCENT)
    for kind in KINDS:
        room.walk(room.show(kind))
    assert room.found == []


def test_the_window_at_the_start_comes_to_rest_whatever_it_says(qtbot: QtBot, qapp: QApplication,
                                                                tmp_path: Path) -> None:
    around = Surroundings(theme=Theme(qapp), settings=QSettings(str(tmp_path / "w.ini"), QSettings.Format.IniFormat),
                          today=TEST_NOW.date, connect=lambda: None)
    nothing: Callable[[], object] = lambda: None  # noqa: E731  the same for all ways
    ways = WelcomeWays(open_demo=nothing, create_here=nothing, connect=nothing, upgrade=nothing, try_again=nothing,
                       restore=nothing)
    start = StartWindow(around, JobRunner(None, ChangeBus()), ways)
    qtbot.addWidget(start.window)
    start.show()
    for say in (lambda: start.screen.show_welcome("/books " * 30), lambda: start.screen.show_opening("the database"),
                lambda: start.screen.show_problem(RuntimeError("The disk is full. " * 30)),
                lambda: start.screen.show_signed_out("demo.db")):
        say()
        assert LayoutWatch().restless(start.window, sizes(STEP)) == []
    start.window.hide()
    start.runner.shutdown(1.0)
