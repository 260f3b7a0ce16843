"""Screens for staff and groups on the small office of the service tests, with jobs done at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from argon2 import PasswordHasher
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.models.parties.powers import Power
from app.models.values import GroupAccess, GroupLevel
from app.services.database.unit_of_work import Database
from app.services.staff import sign_in as signing
from app.services.staff.sign_in import SignedIn, work_as
from app.views.desk.actions import ActionRegistry
from app.views.desk.desk import Desk as ScreenDesk
from app.views.desk.feature import screen_makers
from app.views.desk.screen import Navigator, Screen, Target
from app.views.groups.feature import FEATURE as GROUPS
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.staff.feature import FEATURE as STAFF
from tests.services.access.test_authorize import Office
from tests.support.desks import make_desk
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner

FEATURES = (GROUPS, STAFF)


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@dataclass
class Desk:
    """What a person has in front of them."""

    database: Database
    app: QApplication
    desk: ScreenDesk
    registry: ActionRegistry
    navigator: Navigator
    ids: dict[str, int]
    keep: Callable[[QWidget], object]

    def work_as(self, name: str) -> None:
        work_as(self.database, SignedIn(staff_id=self.ids[name], login=f"{name}@ht.example", name=name.title(),
                                        unit="Unit"))
        self.desk.powers.read()

    def open(self, kind: str, part: str = "") -> Screen:
        screen = screen_makers(self.desk, FEATURES)[kind](Target(kind, None, part))
        self.keep(screen)
        screen.resize(1200, 700)
        screen.show()
        screen.shown()
        return screen

    def dialog(self) -> QDialog:
        """The one that is open, or just closed."""
        (found,) = [w for w in self.app.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]
        return found


@pytest.fixture
def desk(
    qtbot: QtBot, qapp: QApplication, database: Database, filled_books: FilledBooks, monkeypatch: pytest.MonkeyPatch
) -> Desk:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)
    ids = filled_books.put(database, fill)
    bus = ChangeBus()
    runner = ImmediateRunner(database, bus)
    theme = Theme(qapp)
    given = make_desk(theme, runner, bus, features=FEATURES)
    given.powers.changed.connect(lambda: given.actions.use_powers(given.powers.refusal))
    made_desk = Desk(database, qapp, given, given.actions, given.navigator, ids, qtbot.addWidget)
    made_desk.work_as("root")
    return made_desk


def fill(database: Database) -> dict[str, int]:
    """Kim looks at A1 and A2 of Harbour Telecom; ids by code and name."""
    with database.write() as session:
        made = Office(session)
        work = made.group(made.harbour, "WORK", GroupAccess.ALLOW, "A1", "A2")
        ids = {"root": made.root, "kim": made.user(made.harbour, "kim"), "pat": made.user(made.harbour, "pat"),
               "eye": made.user(made.harbour, "eye", {Power.CUSTOMERS, Power.GROUPS, Power.STAFF})}
        made.tie(ids["kim"], work, GroupLevel.VIEW)
        return ids | {"WORK": work, "HT": made.harbour, **{code: made.id(code) for code in ("A1", "A2", "A3", "A5")}}


def press(owner: QWidget, words: str) -> None:
    """Click the one button whose words begin so."""
    (button,) = [b for b in owner.findChildren(QPushButton)
                 if b.text().replace("&", "").startswith(words) and b.isVisibleTo(owner)]
    assert button.isEnabled(), f"{words}: {button.toolTip()}"
    button.click()
