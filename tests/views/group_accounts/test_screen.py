"""The page of a group account, worked as a person would: with the keyboard, and every precondition seen before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.services.database.unit_of_work import Database
from app.services.group_accounts.joining import add_member
from app.services.group_accounts.sheet import HELP
from app.views.asking.check_lines import CheckLines
from app.views.asking.choices import TickList
from app.views.desk.screen import ACCOUNT, GROUP_ACCOUNT, Target
from app.views.group_accounts.feature import ADD, FEATURE, REMOVE
from app.views.group_accounts.screen import GroupAccountScreen
from app.views.inheritance.view import PlanView
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.services.group_accounts.test_group_accounts import FULL, Fleet
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


def filled(database: Database) -> Fleet:
    """GreenBus pays for Ben."""
    with database.write() as session:
        book = Fleet(session)
        add_member(session, parent_id=book.parent, member_id=book.ben, funding=FULL)
    del book.session
    return book


def test_who_pays_for_whom_is_seen_and_changed(
    database: Database, filled_books: FilledBooks, qapp: QApplication, qtbot: QtBot, qtmodeltester: ModelTester,
) -> None:
    book, bus, visited = filled_books.put(database, filled), ChangeBus(), list[Target]()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, features=(FEATURE,))
    desk.navigator.asked.connect(lambda target, _aside: visited.append(target))
    screen = GroupAccountScreen(Target(GROUP_ACCOUNT, book.parent), desk)
    qtbot.addWidget(screen)
    screen.resize(1000, 600)
    screen.show()
    screen.shown()
    driver, view = Driver(screen), screen.findChild(PlanView)
    assert view is not None
    assert driver.says("Group account of GreenBus")
    assert driver.says(HELP)
    assert "Ben (M-2002), Active: all services" in view.accessibleDescription()
    assert screen.bindings()[REMOVE].refusal == "Choose a member first."

    walk = Driver(view)
    screen.focus_first()
    walk.press(Qt.Key.Key_Down)
    assert view.accessibleName().startswith("Who pays for whom. Ben, M-2002, Active")
    walk.press(Qt.Key.Key_Return)
    assert visited == [Target(ACCOUNT, book.ben)]

    screen.bindings()[ADD].run()
    adding = driver.dialog()
    checks, verb = adding.one(CheckLines), adding.button("Add member")
    assert not verb.isEnabled()
    adding.search("Code or name of the account that is paid for", "M-2002")
    qtmodeltester.check(adding.table("Accounts found").model)
    assert [line.words for line in checks.lines if not line.is_met] == [
        "Ben is a member of the group account of GreenBus already."]
    assert checks.accessibleDescription().startswith("1 precondition is not met. not met: Ben is a member")
    adding.search("Code or name of the account that is paid for", "Anna")
    assert adding.says("All preconditions are met")
    assert verb.isEnabled()
    adding.choose("How far it is paid for", "Partly: what is named below")
    assert not verb.isEnabled(), "nothing is named yet"
    items = adding.one(TickList)
    assert [items.item(n).text() for n in range(items.count())] == ["Product family ASSIST", "Product family FUEL"]
    items.item(1).setCheckState(Qt.CheckState.Checked)
    assert adding.says("services for a term and expenses of the product family FUEL")
    adding.click("Add member")
    assert "Anna (M-2001), Active: services for a term and expenses of the product family FUEL." in (
        view.accessibleDescription())

    walk.press(Qt.Key.Key_Home)
    walk.press(Qt.Key.Key_Down)
    walk.press(Qt.Key.Key_Delete)
    removing = driver.dialog()
    assert removing.says("From today on Anna is invoiced for everything.")
    removing.click("Remove member")
    walk.press(Qt.Key.Key_End)
    driver.click("Remove member…")
    assert driver.dialog().says("GreenBus has no other member and stands alone again.")
    driver.dialog().click("Remove member")
    assert driver.says("GreenBus is in no group account.")
    assert driver.says("Earlier: GreenBus paid for")
    assert driver.find("Add a member", QPushButton).isVisible()
