"""Modules on screen: the operator's switches by keyboard, and what the window hides."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.services.database.unit_of_work import Database
from app.services.providers.modules import Module, is_on, switch_module
from app.views.asking.conflict_sheet import ConflictSheet
from app.views.desk.actions import ActionRegistry
from app.views.desk.screen import Navigator
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.settings.feature import FEATURE as SETTINGS
from app.views.settings.feature import MODULES
from app.views.settings.modules_screen import ModulesScreen
from app.views.shell.main_window import MainWindow
from app.views.suspension.feature import FEATURE as SUSPENSION
from tests.factories.books import Book
from tests.support.desks import make_desk, open_window
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


def press(screen: ModulesScreen, key: Qt.Key) -> None:
    QTest.keyClick(screen.table, key)
    QApplication.processEvents()


def on(database: Database, provider: int, module: Module) -> bool:
    with database.read() as session:
        return is_on(session, provider, module)


def test_switching_by_keyboard(database: Database, qapp: QApplication, qtbot) -> None:
    with database.write() as session:
        harbour = Book(session).provider("HT", name="Harbour Telecom")
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus)
    screen = ModulesScreen(MODULES, desk)
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    screen.shown()
    assert [screen.provider.itemText(i) for i in range(screen.provider.count())] == [
        "Operator, operator", "Harbour Telecom, HT"]
    screen.provider.setCurrentIndex(1)
    screen.table.go_to_row(1)
    press(screen, Qt.Key.Key_Space)
    assert not on(database, harbour, Module.ACCOUNT_GROUPS)
    model = screen.table.model()
    assert [str(model.index(1, c).data()) for c in (0, 2, 3)] == ["Account groups", "Harbour Telecom", "Off"]
    assert screen.table.currentIndex().row() == 1, "the keyboard stays where it was"
    press(screen, Qt.Key.Key_Delete)
    assert on(database, harbour, Module.ACCOUNT_GROUPS)
    assert screen.save_state() == {"provider": harbour}
    with database.write() as session:
        session.info["actor"] = "ann@ht.example"  # in another window, of which this one has not heard
        switch_module(session, provider_id=harbour, module=Module.ACCOUNT_GROUPS, on=True, seen=None)
    press(screen, Qt.Key.Key_Space)
    hand = Driver(screen)
    assert hand.one(ConflictSheet).words.startswith('ann@ht.example changed Account groups to "Yes" on ')
    assert on(database, harbour, Module.ACCOUNT_GROUPS)
    hand.click("Keep mine")
    assert not on(database, harbour, Module.ACCOUNT_GROUPS)


def test_the_window_hides_what_no_provider_has(database: Database, qapp: QApplication, qtbot, tmp_path: Path) -> None:
    with database.write() as session:
        book = Book(session)
        first, second = book.provider("HT"), book.provider("SB")
    theme, bus = Theme(qapp), ChangeBus()
    runner, registry = ImmediateRunner(database, bus), ActionRegistry(theme)
    features = (SUSPENSION, SETTINGS)
    window = MainWindow(theme, runner, Navigator(), QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    desk = make_desk(theme, runner, bus, actions=registry, window=window, features=features)
    qtbot.addWidget(open_window(desk, features))
    rail = window.rail
    assert [button.place.key for button in rail.buttons() if not button.isHidden()] == ["suspension", "settings"]

    def off(provider: int) -> None:
        with database.write() as session:
            changes = switch_module(session, provider_id=provider, module=Module.AUTOMATED_SUSPENSION, on=False,
                                    seen=None)
        bus.publish(changes)

    off(first)
    assert registry.action("scan.preview").isVisible(), "one provider still has it"
    off(second)
    assert not registry.action("scan.preview").isVisible()
    assert registry.action("settings.modules").isVisible()
    assert "suspension" not in {button.place.key for button in rail.buttons() if not button.isHidden()}
