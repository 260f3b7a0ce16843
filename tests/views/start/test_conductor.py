"""From the first start to work: one window is painted, furnished when a database is open, and left for another one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.bootstrap import Conductor
from app.services.upkeep.preparation import Preparation
from app.settings import DATA_DIR_VARIABLE, default_database
from app.views.shell.main_window import MainWindow
from app.views.shell.rail import Rail
from app.views.start.welcome import WelcomeScreen
from app.workplace import PLACES
from tests.support.driver import Driver

PATIENCE_MS = 20_000


@pytest.fixture
def conductor(qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Conductor]:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path / "home"))
    made = Conductor(qapp)
    made.paint(demo=False)
    yield made
    for window in windows(qapp):
        window.hide()
    made.end()


def windows(app: QApplication) -> list[MainWindow]:
    return [widget for widget in app.topLevelWidgets() if isinstance(widget, MainWindow) and widget.isVisible()]


def places(window: MainWindow) -> list[str]:
    """The places of the rail."""
    return [button.place.title for rail in window.findChildren(Rail) if rail.isVisible() for button in rail.buttons()]


def test_the_first_start_welcomes_and_goes_on_in_the_same_window(qapp: QApplication, qtbot: QtBot,
                                                                 conductor: Conductor) -> None:
    (window,) = windows(qapp)
    assert places(window) == ["Accounts"]
    conductor.open(default_database())
    welcome = Driver(window).one(WelcomeScreen)
    qtbot.waitUntil(lambda: "Create a database here" in Driver(welcome).names(), timeout=PATIENCE_MS)

    Driver(welcome).button("Create a database here").click()
    qtbot.waitUntil(lambda: len(places(window)) > 1, timeout=PATIENCE_MS)
    assert windows(qapp) == [window]
    assert places(window) == [place.title for place in sorted(PLACES, key=lambda place: place.at_bottom)]
    assert [screen.title for screen in window.tabs.screens] == ["Customers"]


def test_another_database_has_a_window_of_its_own(qapp: QApplication, qtbot: QtBot, conductor: Conductor,
                                                  sqlite_template: Path, tmp_path: Path) -> None:
    first, second = (str(shutil.copy(sqlite_template, tmp_path / name)) for name in ("one.db", "two.db"))
    (window,) = windows(qapp)
    conductor.open(first)
    qtbot.waitUntil(lambda: window.windowTitle().startswith("one.db"), timeout=PATIENCE_MS)
    conductor.open(second, Preparation.CREATE_OR_UPGRADE)
    qtbot.waitUntil(lambda: window not in windows(qapp), timeout=PATIENCE_MS)
    (other,) = windows(qapp)
    assert other.windowTitle().startswith("two.db")
    conductor.open(str(tmp_path / "none.db"))
    qtbot.waitUntil(lambda: other.errors.dialog is not None, timeout=PATIENCE_MS)
    assert windows(qapp) == [other]


# --------------------------------------------------------------------------- backups


def chosen(window: QWidget, path: Path) -> None:
    """Choose a file in the dialog that is open over the window."""
    [dialog] = [dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible()]
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def entry(window: MainWindow, text: str) -> QAction:
    """An entry of the menus."""
    [found] = [action for action in window.actions() if action.text() == text]
    assert found.isEnabled()
    return found


def said(window: MainWindow) -> str:
    return " ".join(f"{notice.title} {notice.text}" for notice in window.notices.kept)


def test_a_database_is_backed_up_and_put_back(qapp: QApplication, qtbot: QtBot, conductor: Conductor,
                                              sqlite_template: Path, tmp_path: Path) -> None:
    books, copy = Path(shutil.copy(sqlite_template, tmp_path / "one.db")), tmp_path / "copy.db"
    (window,) = windows(qapp)
    conductor.open(str(books))
    qtbot.waitUntil(lambda: window.windowTitle().startswith("one.db"), timeout=PATIENCE_MS)
    entry(window, "Back up &database…").trigger()
    chosen(window, copy)
    qtbot.waitUntil(lambda: f"{copy} holds the whole database" in said(window), timeout=PATIENCE_MS)
    with closing(sqlite3.connect(books, isolation_level=None)) as writer:
        writer.execute("UPDATE provider SET tagline = 'Later'")

    entry(window, "Restore a &backup…").trigger()
    chosen(window, copy)
    Driver(window).dialog("Restore a backup").button("Restore the backup").click()
    qtbot.waitUntil(lambda: window not in windows(qapp) and "The backup is restored." in said(windows(qapp)[0]),
                    timeout=PATIENCE_MS)
    [other] = windows(qapp)
    assert other.windowTitle().startswith("one.db")
    assert "What was there before is kept as" in said(other)
    with closing(sqlite3.connect(books)) as reader:
        assert reader.execute("SELECT tagline FROM provider").fetchall() == [("",)]


def test_a_backup_that_is_none_leaves_the_database_as_it_was(qapp: QApplication, qtbot: QtBot, conductor: Conductor,
                                                             sqlite_template: Path, tmp_path: Path) -> None:
    books, copy = Path(shutil.copy(sqlite_template, tmp_path / "one.db")), tmp_path / "copy.db"
    copy.write_text("notes of a year, and more\n" * 200)
    (window,) = windows(qapp)
    conductor.open(str(books))
    qtbot.waitUntil(lambda: window.windowTitle().startswith("one.db"), timeout=PATIENCE_MS)
    conductor.restore(str(copy))
    [start] = windows(qapp)
    welcome = Driver(start).one(WelcomeScreen)
    qtbot.waitUntil(lambda: "Open the database" in Driver(welcome).names(), timeout=PATIENCE_MS)
    assert "is not a Bursar database" in Driver(welcome).description("The backup was not restored.")
    Driver(welcome).button("Open the database").click()
    qtbot.waitUntil(lambda: start.windowTitle().startswith("one.db"), timeout=PATIENCE_MS)
    assert "restored" not in said(start)
