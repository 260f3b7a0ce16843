"""The import wizard, worked with keys: a map made by hand, a map file, what is refused, and the draft that stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.hierarchy.finding import find_account
from app.services.imports.drafting import MapDraft, map_text
from app.views.desk.desk import Desk
from app.views.importing.importing import Importing, ImportWizard
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from tests.factories.books import Book
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner

Key = Qt.Key
FILE = "Customer;Company name;Since;Remark\nC-1;Fictional Bakery;31.12.2024;x\nC-2;Paper & Sons;01.02.2025;\n"


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases."""
    return "sqlite"


@pytest.fixture
def desk(database: Database, qapp: QApplication, qtbot) -> Desk:
    with database.write() as session:
        provider = Book(session).provider("HT", name="Harbour Telecom")
    window = QWidget()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    bus = ChangeBus()
    made = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, window=window)
    made.navigator.listed_provider = lambda: provider
    return made


@pytest.fixture
def place(desk: Desk) -> Importing:
    return Importing(desk)


@pytest.fixture
def said(desk: Desk) -> Callable[[], list[tuple[str, str]]]:
    """Notices in the order they came."""
    return lambda: [(notice.title, notice.text) for notice in reversed(desk.notices.kept)]


@pytest.fixture
def opened(place: Importing, qtbot) -> Callable[[], ImportWizard]:
    def begin() -> ImportWizard:
        place.begin()
        assert place.wizard is not None
        place.wizard.activateWindow()
        qtbot.waitUntil(place.wizard.isActiveWindow, timeout=2000)
        return place.wizard

    return begin


def type_into(widget: QWidget, text: str) -> None:
    widget.setFocus()
    QTest.keyClicks(widget, text)


def field(wizard: ImportWizard, name: str) -> Any:
    return Driver(wizard).field(name)


def on(wizard: ImportWizard) -> None:
    """Ctrl+Enter is the main button wherever the keyboard stands."""
    QTest.keyClick(QApplication.focusWidget() or wizard, Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_a_file_is_mapped_checked_and_imported(
    opened: Callable[[], ImportWizard], place: Importing, database: Database, tmp_path: Path,
    said: Callable[[], list[tuple[str, str]]],
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text(FILE, encoding="utf-8")
    wizard = opened()
    on(wizard)
    assert wizard.page is wizard.file_page
    assert "Choose the file" in field(wizard, "File").accessibleDescription()
    type_into(field(wizard, "File"), str(tmp_path / "nowhere.csv"))
    on(wizard)
    assert "is not there" in field(wizard, "File").accessibleDescription()
    field(wizard, "File").clear()
    type_into(field(wizard, "File"), str(file))
    on(wizard)

    assert wizard.page is wizard.mapping_page
    code, name = wizard.mapping_page.line_of("code"), wizard.mapping_page.line_of("name")
    assert (code.column.currentText(), code.example.text) == ("Customer", "for instance C-1")
    assert name.column.currentText() == "Company name"
    name.column.setCurrentIndex(0)
    name.column.activated.emit(0)
    on(wizard)
    assert wizard.page is wizard.check_page
    assert wizard.check_page.words == "2 accounts would be added from 2 rows."
    QTest.keyClick(wizard, Key.Key_Escape)  # closing loses nothing for the day

    wizard = opened()
    assert field(wizard, "File").text() == str(file)
    on(wizard)
    name = wizard.mapping_page.line_of("name")
    name.column.setFocus()
    QTest.keyClicks(name.column, "Company")  # letters jump to the column
    name.column.activated.emit(name.column.currentIndex())
    type_ = wizard.mapping_page.line_of("enterprise")
    type_.column.setCurrentIndex(type_.column.count() - 1)
    type_.column.activated.emit(type_.column.currentIndex())
    assert type_.word.hasFocus()
    QTest.keyClicks(type_.word, "charity")
    on(wizard)
    assert "charity" in wizard.check_page.words
    assert not wizard.verb_button.isEnabled()
    wizard.go_back()
    type_.word.clear()
    type_into(type_.word, "organisation")
    on(wizard)
    assert wizard.verb_button.text() == "Import 2 accounts"
    on(wizard)
    assert said() == [("2 accounts imported.", "2 added, 0 skipped, from 2 rows.")]
    assert place.wizard is None
    with database.read() as session:
        account = find_account(session, "C-2")
        assert (account.name, account.start_date.isoformat()) == ("Paper & Sons", "2025-02-01")


def test_wrong_rows_stand_beside_their_rows_and_nothing_is_imported(
    opened: Callable[[], ImportWizard], database: Database, tmp_path: Path
) -> None:
    file, way = tmp_path / "customers.csv", tmp_path / "map.toml"
    file.write_text(FILE.replace("01.02.2025", "31.02.2025"), encoding="utf-8")
    way.write_text(map_text(MapDraft(kind="accounts", provider_code="HT",
                                     columns={"code": "Customer", "start_date": "Since"}, constants={},
                                     date_format="%d.%m.%Y")),
                   encoding="utf-8")
    wizard = opened()
    type_into(field(wizard, "File"), str(file))
    assert not field(wizard, "Map file").isEnabled()
    choice = field(wizard, "How its columns are read")
    choice.setFocus()
    QTest.keyClick(choice, Key.Key_Down)
    choice.activated.emit(choice.currentIndex())
    on(wizard)
    assert "Choose the map file" in field(wizard, "Map file").accessibleDescription()
    type_into(field(wizard, "Map file"), str(way))
    on(wizard)
    check = wizard.check_page
    assert wizard.page is check  # a map file needs no columns chosen
    assert check.words == "1 of 2 rows is wrong, so nothing was imported."
    assert [(row.number, [e.field for e in row.errors]) for row in check.shown_rows] == [(1, []), (2, ["start_date"])]
    assert "not a day of the calendar" in check.shown_rows[1].words
    table = Driver(check).table()
    assert table.current == 0  # wrong rows stand first
    assert table.has_keyboard()
    assert Driver(check).has(check.shown_rows[1].words)
    assert not wizard.verb_button.isEnabled()
    with database.read() as session, pytest.raises(NotFound):
        find_account(session, "C-1")
