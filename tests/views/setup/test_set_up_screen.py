"""A set-up file beside the database: what differs, whom it reaches, and applying what was shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.models.values import Tier
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute
from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import Database
from app.services.setup.stored import stored_set_up
from app.services.setup.text import text_of_set_up
from app.views.desk.screen import Target
from app.views.lists.data_table import DataTable
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.setup.feature import FEATURE, SET_UP
from app.views.setup.screen import SetUpScreen
from tests.factories.books import Book
from tests.support.desks import make_desk
from tests.support.immediate_runner import ImmediateRunner
from tests.support.resizing import LayoutWatch


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


class Bench:
    """Glen Fibre, whose two customers inherit 12 days, its file, and the screen that compares them."""

    def __init__(self, database: Database, qapp: QApplication, folder: Path) -> None:
        self.database, self.path = database, folder / "glen.toml"
        with database.write() as session:
            book = Book(session)
            self.glen = book.provider("GLEN", trading_due_days=12)
            book.profile(self.glen, "Firms", trading_due_days=30)
            book.account(self.glen, "A1")
            book.account(self.glen, "A2")
        with database.read() as session:
            self.text = text_of_set_up(stored_set_up(session, provider_id=self.glen))
        self.bus = ChangeBus()
        self.desk = make_desk(Theme(qapp), ImmediateRunner(database, self.bus), self.bus)
        self.screen = SetUpScreen(Target(SET_UP, part=str(self.path)), self.desk)
        self.screen.resize(1200, 700)

    def write(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")

    def show(self) -> None:
        self.screen.show()
        self.screen.shown()
        QApplication.processEvents()

    def days(self) -> object:
        with self.database.read() as session:
            return stored_values(session, Tier.PROVIDER, self.glen).get("trading_due_days")

    @property
    def said(self) -> list[str]:
        return [notice.title for notice in self.desk.notices.kept]


def cells(table: DataTable) -> list[list[str]]:
    model = table.model()
    return [[str(model.index(row, column).data() or "") for column in range(model.columnCount())]
            for row in range(model.rowCount())]


@pytest.fixture
def bench(database: Database, qapp: QApplication, qtbot, tmp_path: Path) -> Bench:
    bench = Bench(database, qapp, tmp_path)
    qtbot.addWidget(bench.screen)
    bench.write(bench.text.replace("\ntrading_due_days = 12", '\ntrading_due_days = 14\ntax_rate = "19"')
                .replace("trading_due_days = 30", "trading_due_days = 20"))
    return bench


def test_what_differs_is_shown_beside_each_other_and_applied(bench: Bench) -> None:
    bench.show()
    screen = bench.screen
    assert cells(screen.values) == [
        ["Provider GLEN", "Trading terms", "12 days", "14 days", "GLEN"],
        ["Provider GLEN", "Tax rate", "10 %", "19 %", "Built in"],
        ["Profile Firms", "Trading terms", "30 days", "20 days", "Firms"]]
    assert [(line.what, line.old, line.new, line.count) for line in screen.effect.shown_lines] == [
        ("Trading terms of GLEN", "12", "14", "2"), ("Tax rate of GLEN", "not set", "19", "2")]
    assert screen.apply_button.text() == "Apply 3 changes"
    assert bench.days() == 12, "looking writes nothing"
    QTest.keyClick(screen.tree, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()
    assert bench.days() == 14
    assert bench.said == ["3 changes were made to GLEN."]
    assert cells(screen.values) == []
    assert not screen.apply_button.isEnabled()


def test_the_tree_leads_to_the_values_of_one_part(bench: Bench) -> None:
    bench.show()
    tree = bench.screen.tree
    model = tree.model()
    root = model.index(0, 0)
    assert [str(model.index(row, 0, root).data()) for row in range(model.rowCount(root))] == ["Provider", "Profiles"]
    assert [str(model.index(row, 1, root).data()) for row in range(model.rowCount(root))] == ["2", "1"]
    for _ in range(3):
        QTest.keyClick(tree, Qt.Key.Key_Down)
    assert [line[0] for line in cells(bench.screen.values)] == ["Profile Firms"]
    QTest.keyClick(tree, Qt.Key.Key_Home)
    assert len(cells(bench.screen.values)) == 3


def test_what_is_not_mentioned_is_listed_apart(bench: Bench) -> None:
    bench.write('[provider]\ncode = "GLEN"\n')
    bench.show()
    assert ["Profile Firms", "", ""] in cells(bench.screen.unmentioned)
    assert ["Provider GLEN", "Trading terms", "12"] in cells(bench.screen.unmentioned)
    assert not bench.screen.apply_button.isEnabled()


def test_a_new_provider_is_shown_with_all_it_begins_with(bench: Bench) -> None:
    bench.write('[provider]\ncode = "NEW"\nrealm = "@new.example"\ncurrency = "EUR"\n[provider.attributes]\n'
                'trading_due_days = 3\n[[profile]]\nname = "Homes"\ndefault = true\n')
    bench.show()
    found = cells(bench.screen.values)
    assert ["Provider NEW", "Trading terms", "", "3 days", ""] in found
    assert ["Profile Homes", "Default", "", "true", ""] in found
    assert bench.screen.apply_button.text() == "Apply 2 changes"


def test_a_wrong_file_shows_every_problem_with_its_line(bench: Bench) -> None:
    bench.write('[provider]\ncode = "GLEN"\nnme = "Glen"\n[provider.attributes]\ntrading_due_days = 400\n')
    bench.show()
    assert cells(bench.screen.problems) == [
        ["3", "[provider] nme", 'there is no such key. Did you mean "name"?'],
        ["5", "[provider.attributes] trading_due_days", "400 is out of range; write one from 0 to 365."]]
    assert not bench.screen.apply_button.isEnabled()


def test_a_change_by_somebody_else_refuses_what_was_shown(bench: Bench) -> None:
    bench.show()
    with bench.database.write() as session:
        set_attribute(session, tier=Tier.PROVIDER, owner_id=bench.glen, key="trading_due_days", value=13,
                      seen={"trading_due_days": 12})
    bench.screen.apply()
    assert bench.days() == 13
    assert not bench.screen.apply_button.isEnabled()
    bench.bus.publish(ChangeSet.of(Changed.ATTRIBUTES))
    QApplication.processEvents()
    assert cells(bench.screen.values)[0] == ["Provider GLEN", "Trading terms", "13 days", "14 days", "GLEN"]
    assert bench.screen.apply_button.text() == "Apply 3 changes"


def test_a_file_that_is_not_there_can_be_tried_again(bench: Bench) -> None:
    text = bench.path.read_text(encoding="utf-8")
    bench.path.unlink()
    bench.show()
    assert not bench.screen.apply_button.isEnabled()
    bench.write(text)
    bench.screen.compare()
    assert bench.screen.apply_button.text() == "Apply 3 changes"


def test_what_is_there_is_saved_to_go_back_to(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    bench.show()
    kept = tmp_path / "kept.toml"
    QTest.mouseClick(bench.screen.keep_button, Qt.MouseButton.LeftButton)
    dialog = bench.screen.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(kept))
    dialog.reject()
    assert kept.read_text(encoding="utf-8") == bench.text
    assert bench.said == [f"The set-up of GLEN is in {kept}."]
    bench.screen.apply()
    bench.screen.show_part(str(kept))
    assert bench.screen.apply_button.text() == "Apply 2 changes"  # the tax rate that was not set stays


def test_it_comes_to_rest_at_every_size(bench: Bench) -> None:
    bench.show()
    widths = ((width, 640) for width in range(700, 1501, 37))
    heights = ((1203, height) for height in range(400, 1101, 37))
    assert LayoutWatch().restless(bench.screen, [*widths, *heights]) == []


def test_the_action_stands_in_the_file_menu() -> None:
    (spec,) = FEATURE.actions
    assert (spec.menu, spec.plain_text, spec.power) == ("&File", "Compare with a set-up file", "providers")


@pytest.mark.parametrize("percent", [100, 150])
def test_the_heads_of_the_tree_are_whole(bench: Bench, percent: int) -> None:
    bench.desk.theme.set_text_percent(percent)
    bench.show()
    bench.screen.resize(1_000, 650)
    QApplication.processEvents()
    header = bench.screen.tree.header()
    assert [n for n in range(2) if header.sectionSize(n) < header.sectionSizeFromContents(n).width()] == []
