"""The server goes and comes back: what the window says, what cannot be done meanwhile, and that typed text is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.models.values import StatusReason
from app.services.database.unit_of_work import Database
from app.views.accounts.tabs.detail_form import DetailForm
from app.views.asking.error_dialog import ErrorDialog
from app.views.asking.form_dialog import FormDialog
from app.views.desk.screen import Target
from app.views.shell.connection_band import ConnectionBand
from tests.scenarios.desk import Desk
from tests.support.cut_line import CutLine
from tests.support.driver import Driver
from tests.support.pgtemp import TempPostgres
from tests.support.small_book import SmallBook, build

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture
def book(database: Database) -> SmallBook:
    return build(database)


@pytest.fixture
def line(pg_server: TempPostgres) -> Iterator[CutLine]:
    with CutLine(pg_server.port) as line:
        yield line


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, book: SmallBook, line: CutLine, database_url: str, settings: QSettings
         ) -> Iterator[Desk]:
    made = Desk(qtbot, qapp, line.url(database_url), settings)
    made.place.elsewhere.start()
    yield made
    line.mend()
    made.place.elsewhere.stop()
    made.leave()


def band(desk: Desk) -> ConnectionBand:
    found = desk.place.connection.band
    assert found is not None
    return found


def is_lost(desk: Desk) -> bool:
    return desk.place.elsewhere.silence is not None


def test_a_dialog_keeps_what_was_typed_until_it_can_be_saved(desk: Desk, book: SmallBook, line: CutLine) -> None:
    desk.window.go(Target("account", book.fine, "notes"))
    desk.settle()
    desk.place.desk.actions.trigger("account.hold")
    desk.settle()
    dialog = desk.dialog
    assert isinstance(dialog, FormDialog)
    dialog.entries.fill({"reason": StatusReason.OTHER, "note": "Moves abroad"})
    line.cut()
    desk.wait_for(lambda: is_lost(desk))
    dialog.submit()
    desk.settle()
    assert dialog.isVisible()
    assert dialog.words.startswith("No answer from the database. Nothing of this step was saved.")
    assert dialog.words.endswith("What you typed is kept.")
    assert "127.0.0.1" not in dialog.words
    line.mend()
    desk.place.elsewhere.try_now()
    desk.wait_for(lambda: not is_lost(desk))
    desk.settle()
    assert "1 form waits to be saved." in band(desk).words
    assert dialog.entries.text("note") == "Moves abroad"
    accepted: list[bool] = []
    dialog.accepted.connect(lambda: accepted.append(True))
    dialog.submit()
    desk.wait_for(lambda: bool(accepted))
    desk.settle()
    assert any("Moves abroad" in name for name in Driver(desk.page).names())


def test_the_key_answers_and_the_band_follows_what_is_saved(desk: Desk, book: SmallBook, line: CutLine) -> None:
    desk.window.go(Target("account", book.fine, "details"))
    desk.settle()
    page = desk.page
    Driver(page).one(DetailForm).show_value("name", "Renamed here")
    line.cut()
    desk.wait_for(lambda: is_lost(desk))
    save = desk.place.desk.actions.action("account.save_details")
    assert save.isEnabled()
    save.trigger()
    desk.wait_for(lambda: Driver(page).says("No answer from the database."))
    assert Driver(page).says("what you typed is kept")
    line.mend()
    desk.place.elsewhere.try_now()
    desk.wait_for(lambda: not is_lost(desk))
    desk.settle()
    said = band(desk)
    assert "1 form waits to be saved." in said.words
    save.trigger()
    desk.wait_for(lambda: not page.unsaved_text())
    desk.wait_for(lambda: "waits" not in said.words)
    assert "Lists are fresh." in said.words
    assert not said.show_waiting.isVisibleTo(said)


def test_a_server_that_goes_and_comes_back(desk: Desk, book: SmallBook, line: CutLine, database: Database) -> None:
    window = desk.window
    window.go(Target("account", book.late, "notes"))
    desk.settle()
    field = Driver(desk.page).find("New note", QPlainTextEdit)
    field.setPlainText("Rang, will pay on Friday.")
    assert desk.place.connection.band is None
    line.cut()
    desk.wait_for(lambda: is_lost(desk))
    said = band(desk)
    assert said.isVisible()
    assert said.height() == desk.theme.sizes.px(32)
    assert "No answer from the database since" in said.words
    assert "You can look, but not save; what you typed is kept. " in said.words
    assert "Next try in" in said.words or "Trying now." in said.words
    assert window.status.saved.text == "Not connected"
    actions = desk.place.desk.actions
    assert not actions.action("account.note").isEnabled()
    assert "must wait, for the database has not answered since" in actions.action("account.note").toolTip()
    assert actions.action("file.connect").isEnabled()
    # What is saved meanwhile is refused in words, and what was typed stays.
    Driver(desk.page).click("Add note")
    desk.settle()
    assert field.toPlainText() == "Rang, will pay on Friday."
    words = " ".join(Driver(desk.page).names())
    assert "127.0.0.1" not in words
    said.details.click()
    report = QApplication.activeModalWidget()
    assert isinstance(report, ErrorDialog)
    report.reject()
    with database.write() as session:  # others reach it
        session.execute(text("UPDATE account SET name = 'Renamed meanwhile' WHERE id = :id"), {"id": book.late})
    line.mend()
    said.try_now.click()
    desk.wait_for(lambda: not is_lost(desk))
    desk.settle()
    assert "Connected again at" in said.words
    assert "Lists are fresh. 1 form waits to be saved." in said.words
    assert window.status.saved.text == "Saved"
    assert actions.action("account.note").isEnabled()
    desk.wait_for(lambda: desk.page.title == "Renamed meanwhile")
    window.open_first_place()
    desk.settle()
    said.show_waiting.click()
    desk.settle()
    assert desk.page.unsaved_text()
    assert field.toPlainText() == "Rang, will pay on Friday."
    assert not said.isVisible()
    Driver(desk.page).click("Add note")
    desk.settle()
    assert "Rang, will pay on Friday." in Driver(desk.page).table().column("text")
