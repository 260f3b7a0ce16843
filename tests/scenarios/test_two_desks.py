"""Two windows on one database: each sees what the other changes, and nothing moves under the hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.note import AccountNote
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import doing
from app.views.desk.screen import Target
from app.views.running.change_bus import ELSEWHERE
from tests.scenarios.desk import NOW, SHIFT, Desk, Key
from tests.support.customer_list import CustomerListDriver
from tests.support.driver import Driver


@pytest.fixture
def desks(qtbot: QtBot, qapp: QApplication, books: Path, settings: QSettings, tmp_path: Path
          ) -> Iterator[tuple[Desk, Desk]]:
    """Two windows that listen; the first one is in front."""
    others = QSettings(str(tmp_path / "other.ini"), QSettings.Format.IniFormat)
    second = Desk(qtbot, qapp, books, others)
    first = Desk(qtbot, qapp, books, settings)
    made = (first, second)
    for desk in made:
        desk.place.elsewhere.start()
    yield made
    for desk in made:
        desk.place.elsewhere.stop()
        desk.leave()


def rename(session: Session, *, account_id: int, name: str) -> ChangeSet:
    session.execute(update(Account).where(Account.id == account_id).values(name=name))
    return ChangeSet.of(Changed.ACCOUNTS, accounts={account_id})


def note(session: Session, *, account_id: int, text: str) -> ChangeSet:
    provider = session.get_one(Account, account_id).provider_id
    session.execute(insert(AccountNote).values(provider_id=provider, account_id=account_id, text=text, actor="other",
                                               recorded_at=NOW))
    return ChangeSet.of(Changed.NOTES, accounts={account_id})


def test_a_list_shows_what_another_window_changed_and_stands_still(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    seen: list[object] = []
    there.bus.published.connect(lambda _changes, initiator: seen.append(initiator))
    customers = CustomerListDriver(here.screen)  # type: ignore[arg-type]
    table = customers.rows.root
    codes = customers.codes
    place = len(codes) - 4
    table.setFocus()
    customers.go_to(codes[place - 1])
    here.press(Key.Key_Down, held=SHIFT)
    before = (customers.current, table.selected_count(), table.verticalScrollBar().value(), here.keyboard())
    there.runner.write(doing(rename, account_id=there.account_id(codes[place]), name="Aardvark, renamed elsewhere"))
    here.wait_for(lambda: customers.rows.text(place, "name") == "Aardvark, renamed elsewhere")
    here.settle()
    assert customers.codes == codes  # not sorted anew
    assert (customers.current, table.selected_count(), table.verticalScrollBar().value(), here.keyboard()) == before
    assert seen == [None]  # its own change came to it once, and not back again


def test_what_is_typed_stays_while_another_window_writes(desks: tuple[Desk, Desk]) -> None:
    here, there = desks
    account = here.account_id(CustomerListDriver(here.screen).codes[5])  # type: ignore[arg-type]
    here.window.go(Target("account", account, "notes"))
    here.settle()
    field = Driver(here.page).find("New note", QPlainTextEdit)
    field.setFocus()
    field.setPlainText("Half a sent")
    heard: list[ChangeSet] = []
    here.bus.published.connect(lambda changes, initiator: heard.append(changes) if initiator is ELSEWHERE else None)
    there.runner.write(doing(note, account_id=account, text="Rang about the invoice."))
    here.wait_for(lambda: bool(heard))
    here.settle()
    assert "Rang about the invoice." in Driver(here.page).table().column("text")
    assert field.toPlainText() == "Half a sent"
    assert here.keyboard() is field
