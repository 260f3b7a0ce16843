"""The page shown while no database is open: what it says, and that the likeliest way on is under the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from app.services.errors import DatabaseProblem
from app.services.jobs import Progress
from app.views.look.theme import Theme
from app.views.start.welcome import WelcomeScreen, WelcomeWays
from app.views.widgets.empty_state import EmptyState
from tests.support.driver import Driver


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def screen(qapp: QApplication, qtbot, done: list[str]) -> WelcomeScreen:
    names = ("open_demo", "create_here", "connect", "upgrade", "try_again", "restore")
    made = WelcomeScreen(Theme(qapp), WelcomeWays(**{name: lambda n=name: done.append(n) for name in names}))
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


@pytest.mark.parametrize(("state", "head", "way"), [
    ("newer", "This database needs a newer Bursar.", "connect"),
    ("older", "This database was made by an older Bursar.", "upgrade"),
    ("empty", "This database is empty.", "create_here"),
    ("damaged", "This database is damaged.", "restore"),
    ("", "The database cannot be opened.", "try_again"),
])
def test_enter_takes_the_way_that_helps(screen: WelcomeScreen, qtbot, done: list[str], state: str, head: str,
                                        way: str) -> None:
    screen.show_opening("the database")
    screen.show_problem(DatabaseProblem("books.db is not as it should be.", state=state))
    assert Driver(screen).has(head, EmptyState)
    assert screen.focusWidget() in Driver(screen).one(EmptyState).buttons()
    qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
    assert done == [way]


def test_a_newer_database_is_not_tried_again(screen: WelcomeScreen) -> None:
    screen.show_problem(DatabaseProblem("It needs a newer one.", state="newer"))
    assert Driver(screen).names(QPushButton) == ["Choose another", "Open demo data"]


def test_the_first_start_offers_the_demo_and_tells_how_far_it_is(screen: WelcomeScreen, qtbot, done: list[str]) -> None:
    screen.show_welcome("/books")
    qtbot.keyClick(screen.focusWidget(), Qt.Key.Key_Return)
    assert done == ["open_demo"]
    screen.show_opening("the demo database")
    screen.show_progress(Progress(done=800, total=2_000, note="Harbour Telecom"))
    assert Driver(screen).description("Making the demo data.").startswith("800 of 2,000 customers are there.")


def test_a_damaged_database_offers_a_backup(screen: WelcomeScreen, done: list[str]) -> None:
    screen.show_problem(DatabaseProblem("books.db is damaged.", state="damaged"))
    Driver(screen).button("Restore a backup").click()
    screen.show_not_restored(DatabaseProblem("books.db is open in another program."))
    assert Driver(screen).description("The backup was not restored.").startswith("books.db is open")
    Driver(screen).button("Restore another backup").click()
    Driver(screen).button("Open the database").click()
    assert done == ["restore", "restore", "try_again"]
