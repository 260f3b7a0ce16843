"""The command box as a person uses it: typed into, walked, entered early, and left."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.views.desk.command_rows import Group, Scope, read_scope
from app.views.desk.screen import Target
from app.views.hierarchy.record_rows import RecordRows
from app.views.shell.command_box import CommandBox
from app.views.shell.command_field import CommandField
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench

ENTER, DOWN, UP, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def box(bench: Bench) -> CommandBox:
    window = bench.window = QWidget()  # kept as long as the test
    QLineEdit(window).setObjectName("before")
    bench.show(window, 1000, 700)
    bench.done = []
    bench.actions.bind("view.dark", lambda: bench.done.append("dark"))
    bench.actions.bind("screen.refresh", lambda: bench.done.append("again"))
    made = CommandBox(bench.theme, bench.actions, bench.runner, RecordRows(bench.theme.formatter, bench.navigator),
                      window)
    bench.actions.bind("go.command", made.open)
    window.findChild(QLineEdit, "before").setFocus()
    made.open()
    return made


def type_in(box: CommandBox, text: str, *, pause: bool = True) -> None:
    if pause:
        Driver(box).search("Command box", text)
    else:
        Driver(box).fill("Command box", text)


def let_pause(box: CommandBox) -> None:
    """What was typed is searched for without waiting."""
    field = Driver(box).field("Command box")
    field.set_text_now(field.text())


def press(box: CommandBox, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(Driver(box).field("Command box"), key, modifiers)
    QApplication.processEvents()


def texts(box: CommandBox) -> list[str]:
    return [row.text for row in box.rows()]


def test_an_account_is_found_and_opened(bench: Bench, box: CommandBox) -> None:
    assert Driver(box).has_keyboard("Command box")
    assert (box.width(), box.x()) == (640, 180)
    type_in(box, "jane")
    (row,) = box.rows()
    assert (row.group, row.text, row.detail) == (Group.ACCOUNTS, "Jane Citizen", "A2 · Harbour Telecom")
    assert Driver(box).description("Command box") == "Jane Citizen, A2 · Harbour Telecom, Accounts"
    press(box, ENTER, SHIFT)
    assert bench.visited == [(Target("account", bench.ids["A2"]), True)]
    assert box.isHidden()
    assert QApplication.focusWidget().objectName() == "before"


def test_invoices_commands_and_scopes(bench: Bench, box: CommandBox) -> None:
    type_in(box, "#ht-2")
    (row,) = box.rows()
    assert (row.group, row.text) == (Group.INVOICES, "HT-2")
    assert row.detail.startswith("Jane Citizen · 66.00\u00a0AUD · ")
    press(box, ENTER)
    assert bench.visited == [(Target("account", bench.ids["A2"], "ledger"), False)]
    box.open()
    type_in(box, "@a")
    assert {row.group for row in box.rows()} == {Group.ACCOUNTS}
    type_in(box, "> dark")
    (row,) = box.rows()
    assert (row.group, row.text) == (Group.SETTINGS, "Dark palette")
    press(box, ENTER)
    assert bench.done == ["dark"]
    assert [read_scope(text) for text in ("# 12", " >x", "a#1")] == [
        (Scope.INVOICES, "12"), (Scope.COMMANDS, "x"), (Scope.ALL, "a#1")]


def test_what_is_off_says_why_and_does_nothing(bench: Bench, box: CommandBox) -> None:
    assert "Read again" in texts(box)  # what can be done now, before anything is typed
    assert "Find or do" not in texts(box)
    type_in(box, "dispute")
    row = next(row for row in box.rows() if row.text == "Put in dispute")
    assert row.refusal == "needs an unsettled invoice of an open ledger"
    press(box, ENTER)
    assert box.isVisible()
    type_in(box, ">copy")
    assert [(row.shortcut, row.refusal) for row in box.rows()][:2] == [
        ("Ctrl+C", "needs a customer list"), ("Ctrl+Shift+C", "needs a customer list")]
    type_in(box, ">payable")  # of what is said about a command, words count, not what stands inside them
    assert texts(box) == ["Put in dispute"]
    type_in(box, ">ayabl")
    assert texts(box) == []
    type_in(box, "zzz")
    assert (box.rows(), Driver(box).has("Nothing is called that.")) == ([], True)
    press(box, ESC)
    assert box.isHidden()


def test_enter_before_the_answer_waits_for_it(bench: Bench, box: CommandBox) -> None:
    bench.runner.hold()
    type_in(box, "a4", pause=False)
    press(box, ENTER)
    assert box.isVisible()
    let_pause(box)
    type_in(box, "a", pause=False)  # typing on takes the order to go back
    bench.runner.release()
    assert bench.visited == []
    bench.runner.hold()
    type_in(box, "a4", pause=False)
    press(box, ENTER)
    let_pause(box)
    bench.runner.release()
    assert bench.visited == [(Target("account", bench.ids["A4"]), False)]


def test_eight_lines_best_first_walked_round(bench: Bench, box: CommandBox) -> None:
    type_in(box, "a")
    rows = box.rows()
    assert len(rows) == 8
    groups = [row.group for row in rows]
    assert groups == sorted(groups, key=groups.index)
    found = Driver(box).items("What was found")
    press(box, UP)
    assert found.currentIndex().row() == len(rows) - 1
    press(box, DOWN)
    assert found.currentIndex().row() == 0
    field = CommandField(bench.theme, bench.actions, box.parentWidget())
    assert field.isEnabled()
    box.leave()
    field.click()
    assert box.isVisible()
    assert Driver(box).value("Command box") == ""
