"""A desk to tell stories at: the whole window on a small demo, worked with nothing but keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from app.services.clock import FixedClock
from app.services.hierarchy.finding import find_account
from app.services.jobs import JobContext
from app.services.upkeep.opening import open_job
from app.services.upkeep.preparation import Preparation
from app.views.accounts.page import AccountPage
from app.views.desk.screen import Screen
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import JobRunner
from app.views.start.start_window import Surroundings
from app.workplace import Workplace
from tests.support.account_page import AccountPageDriver

NOW = datetime(2026, 3, 16, 0, 30, tzinfo=UTC)
"""Monday, half past eleven in Sydney: inside the window of Harbour Telecom's rule set."""
PATIENCE_MS = 20_000
_PRESSED_MS = 150
"""A button that is pressed by its letter looks pressed for a moment before it does anything."""

Key = Qt.Key
PLAIN = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT, ALT = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
                    Qt.KeyboardModifier.AltModifier)


class Desk:
    """One open window. Keys go to whatever has the keyboard, as they would from a person's hands."""

    def __init__(self, qtbot: QtBot, qapp: QApplication, books: Path | str, settings: QSettings) -> None:
        self.qtbot = qtbot
        self.connect_asked = 0
        # The window goes by the time of the database, which stands still here.
        self.opened = replace(open_job(None, JobContext(), url=str(books), preparation=Preparation.NONE), now=NOW)
        self.opened.database.clock = FixedClock(NOW)
        self.bus = ChangeBus()
        self.runner = JobRunner(self.opened.database, self.bus)
        self.theme = Theme(qapp)
        around = Surroundings(theme=self.theme, settings=settings, today=NOW.date, connect=self._connect)
        self.place = Workplace(around, self.runner, self.bus, self.opened, is_demo=True)
        self.window = self.place.window
        qtbot.addWidget(self.window)
        self.window.resize(1280, 800)
        self.place.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow, timeout=PATIENCE_MS)
        self.settle()

    def _connect(self) -> None:
        self.connect_asked += 1

    def leave(self) -> None:
        """Take the window down without asking, and let everything end."""
        self.window.hide()
        self.runner.shutdown(15.0)
        self.opened.database.close()

    # --- hands ---

    def press(self, *keys: Qt.Key, held: Qt.KeyboardModifier = PLAIN) -> None:
        """Press keys one after the other, each when what the former asked for is there."""
        for key in keys:
            QTest.keyClick(self.keyboard(), key, held)
            if held == ALT:
                self.qtbot.wait(_PRESSED_MS)
            self.settle()

    def press_until(self, key: Qt.Key, is_there: Callable[[], bool]) -> None:
        """Press one key until something holds; not for ever."""
        for _ in range(40):
            if is_there():
                return
            self.press(key)
        raise AssertionError(f"{key.name} does not lead there; the keyboard is in {self.keyboard()}")

    def type(self, text: str) -> None:
        """Type, and wait until a filter has taken it."""
        QTest.keyClicks(self.keyboard(), text)
        self.qtbot.wait(200)
        self.settle()

    # --- eyes ---

    def keyboard(self) -> QWidget:
        """The widget that has the keyboard; there always is one."""
        popup = QApplication.activePopupWidget()
        if popup is None and QApplication.activeWindow() is None:
            self.window.activateWindow()  # a dialog closed; there is no window manager here that would do it
            self.wait_for(self.window.isActiveWindow)
        found = popup or QApplication.focusWidget()
        assert found is not None, "nothing has the keyboard"
        return found

    def settle(self) -> None:
        """Wait until no job is at work and nothing waits to be painted."""
        QApplication.processEvents()
        self.wait_for(lambda: self.runner.active == 0)
        QApplication.processEvents()
        self.wait_for(lambda: self.runner.active == 0)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    @property
    def screen(self) -> Screen:
        current = self.window.tabs.current
        assert current is not None
        return current

    @property
    def page(self) -> AccountPage:
        assert isinstance(self.screen, AccountPage)
        return self.screen

    @property
    def account(self) -> AccountPageDriver:
        """Eyes on the account page in front."""
        return AccountPageDriver(self.page)

    @property
    def dialog(self) -> QDialog:
        found = QApplication.activeWindow()
        assert isinstance(found, QDialog), f"{found} is in front, not a dialog"
        return found

    def is_in(self, area: QWidget) -> bool:
        """Whether the keyboard is in an area."""
        focus = self.keyboard()
        return focus is area or area.isAncestorOf(focus)

    def account_id(self, code: str) -> int:
        with self.opened.database.read() as session:
            return find_account(session, code).id
