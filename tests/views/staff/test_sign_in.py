"""Signing in at the window: beginning, a wrong password, the right one, changing it, and staying outside."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from sqlalchemy import select

from app.bootstrap import Conductor
from app.models.parties.staff import StaffUser
from app.services.clock import FixedClock
from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.staff import sign_in as signing
from app.services.staff.beginning import begin_sign_in
from app.services.upkeep.opening import open_job
from app.services.upkeep.preparation import Preparation
from app.views.asking.form_dialog import FormDialog
from app.views.desk.screen import Target
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import JobRunner
from app.views.settings.screen import SettingsScreen
from app.views.start.start_window import Surroundings
from app.workplace import Workplace
from tests.conftest import TEST_NOW

LOGIN, PASSWORD = "root@operator.example", "open-2026-sesame"


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(signing, "hasher", lambda: quick)


@pytest.fixture
def books(sqlite_template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sqlite_template, tmp_path / "books.db"))


def know_staff(books: Path) -> None:
    database = Database(parse_url(str(books)), clock=FixedClock(TEST_NOW))
    with database.write() as session:
        begin_sign_in(session, login=LOGIN, name="Robin Root", password=PASSWORD)
    database.close()


def place_of(conductor: Conductor) -> Workplace | None:
    """What somebody works in by now; the program shows it, and hands it to nobody."""
    return conductor._workplace


def dialog_over(app: QApplication) -> FormDialog:
    (found,) = [w for w in app.topLevelWidgets() if isinstance(w, FormDialog) and w.isVisible()]
    return found


def fill(dialog: QDialog, **texts: str) -> None:
    for name, text in texts.items():
        field = dialog.findChild(QLineEdit, name)
        assert field is not None, name
        field.setText(text)


def is_gone(dialog: QDialog) -> bool:
    """Closed, and perhaps deleted by now."""
    return not isValid(dialog) or not dialog.isVisible()


def test_sign_in_begins_and_the_beginner_goes_on_working(qtbot: QtBot, qapp: QApplication, books: Path, tmp_path: Path
                                                         ) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    opened = open_job(None, JobContext(), url=str(books), preparation=Preparation.NONE)
    bus = ChangeBus()
    runner = JobRunner(opened.database, bus)
    around = Surroundings(theme=Theme(qapp), settings=settings, today=TEST_NOW.date, connect=lambda: None)
    place = Workplace(around, runner, bus, opened, is_demo=False)
    qtbot.addWidget(place.window)
    place.show()
    screen = place.window.go(Target("settings"))
    assert isinstance(screen, SettingsScreen)
    assert place.desk.actions.refusal("staff.password") == "needs somebody who signed in with a password"

    place.desk.actions.trigger("staff.begin")
    dialog = dialog_over(qapp)
    fill(dialog, login=LOGIN, name="Robin Root", password=PASSWORD, again="something-else-1")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert dialog.words == "The two passwords differ."
    fill(dialog, again=PASSWORD)
    qtbot.mouseClick(dialog.verb_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.database.staff_id is not None, timeout=10_000)
    qtbot.waitUntil(lambda: place.desk.actions.refusal("staff.begin") != "", timeout=10_000)
    assert opened.database.actor == LOGIN
    assert place.desk.actions.refusal("staff.password") == ""

    place.desk.actions.trigger("staff.password")
    change = dialog_over(qapp)
    fill(change, current="wrong-password-1", new="another-2026", again="another-2026")
    qtbot.mouseClick(change.verb_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "current password is wrong" in change.words, timeout=10_000)
    fill(change, current=PASSWORD)
    qtbot.mouseClick(change.verb_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: is_gone(change), timeout=10_000)
    place.window.hide()
    runner.shutdown(15.0)
    opened.database.close()


def test_nobody_works_before_they_signed_in(qtbot: QtBot, qapp: QApplication, books: Path) -> None:
    know_staff(books)
    conductor = Conductor(qapp)
    conductor.paint(demo=False)
    conductor.open(str(books))
    qtbot.waitUntil(lambda: any(isinstance(w, FormDialog) and w.isVisible() for w in qapp.topLevelWidgets()),
                    timeout=20_000)
    start = conductor._start
    assert start is not None
    dialog = dialog_over(qapp)
    fill(dialog, login=LOGIN, password="wrong-password-1")
    qtbot.mouseClick(dialog.verb_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Login or password is wrong" in dialog.words, timeout=10_000)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: is_gone(dialog), timeout=10_000)
    assert "Sign in" in [b.text() for b in start.screen._words.buttons()]

    conductor._try_again()
    qtbot.waitUntil(lambda: any(isinstance(w, FormDialog) and w.isVisible() for w in qapp.topLevelWidgets()),
                    timeout=20_000)
    dialog = dialog_over(qapp)
    fill(dialog, login=LOGIN.upper(), password=PASSWORD)
    qtbot.mouseClick(dialog.verb_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: place_of(conductor) is not None, timeout=20_000)
    place = place_of(conductor)
    assert isinstance(place, Workplace)
    assert place.opened.database.actor == LOGIN
    qtbot.waitUntil(lambda: place.runner.active == 0, timeout=20_000)

    for signs_in in (False, True):
        place.desk.actions.trigger("staff.switch")
        qtbot.waitUntil(lambda: any(isinstance(w, FormDialog) and w.isVisible() for w in qapp.topLevelWidgets()),
                        timeout=20_000)
        dialog = dialog_over(qapp)
        if signs_in:
            fill(dialog, login=LOGIN, password=PASSWORD)
            qtbot.mouseClick(dialog.verb_button, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda: place_of(conductor) is not place, timeout=20_000)
        else:
            qtbot.keyClick(dialog, Qt.Key.Key_Escape)
            qtbot.waitUntil(lambda: is_gone(dialog), timeout=10_000)  # noqa: B023  this turn's dialog
            assert place_of(conductor) is place, "whoever does not sign in leaves the window as it is"
    place = place_of(conductor)
    assert isinstance(place, Workplace)
    qtbot.waitUntil(lambda: place.runner.active == 0, timeout=20_000)
    place.window.hide()
    conductor.end()
    place.window.deleteLater()


# --------------------------------------------------------------------------- who is to work, said at the start


def test_the_sign_in_dialog_comes_up_with_the_login_asked_for(qtbot: QtBot, qapp: QApplication, books: Path) -> None:
    know_staff(books)
    conductor = Conductor(qapp, login=LOGIN)
    conductor.paint(demo=False)
    conductor.open(str(books))
    qtbot.waitUntil(lambda: any(isinstance(w, FormDialog) and w.isVisible() for w in qapp.topLevelWidgets()),
                    timeout=20_000)
    dialog = dialog_over(qapp)
    field = dialog.findChild(QLineEdit, "login")
    assert field is not None
    assert field.text() == LOGIN
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: is_gone(dialog), timeout=10_000)
    start = conductor._start
    assert start is not None
    start.window.hide()
    conductor.end()


def test_the_window_says_why_nobody_works_as_asked(qtbot: QtBot, qapp: QApplication, books: Path) -> None:
    conductor = Conductor(qapp, login=LOGIN)
    conductor.paint(demo=False)
    conductor.open(str(books))
    qtbot.waitUntil(lambda: place_of(conductor) is not None, timeout=20_000)
    place = place_of(conductor)
    assert isinstance(place, Workplace)
    [notice] = place.window.notices.kept
    assert notice.title == "Nobody is signed in."
    assert f"nobody can be signed in as {LOGIN}" in notice.text
    qtbot.waitUntil(lambda: place.runner.active == 0, timeout=20_000)
    place.window.hide()
    conductor.end()
    place.window.deleteLater()


@pytest.mark.parametrize(("asked", "works"), [
    ("", "root@operator.example"), ("KIM@operator.example", "kim@operator.example"), ("nobody@operator.example", None),
])
def test_demo_data_signs_in_whom_the_start_names(books: Path, asked: str, works: str | None) -> None:
    know_staff(books)
    database = Database(parse_url(str(books)), clock=FixedClock(TEST_NOW))
    with database.write() as session:
        root = session.scalars(select(StaffUser)).one()
        root.password_hash = signing.DEMO_HASH
        session.add(StaffUser(provider_id=root.provider_id, unit_id=root.unit_id, login="kim@operator.example",
                              name="Kim", email="", password_hash=signing.DEMO_HASH, active=True,
                              recorded_at=TEST_NOW))
    database.close()
    opened = open_job(None, JobContext(), url=str(books), preparation=Preparation.NONE, login=asked)
    assert (None if opened.who is None else opened.who.login) == works
    assert opened.needs_sign_in is (works is None)
    assert opened.is_demo
    assert opened.database.staff_id == (None if opened.who is None else opened.who.staff_id)
    opened.database.close()
