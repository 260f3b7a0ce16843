"""Taking back what this window did: notices with *Undo*, *Edit > Undo …*, and whose Ctrl+Z is in a field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from app.services.changes import Changed, ChangeSet, Outlook, Undo
from app.services.database.asking import doing
from app.services.errors import DatabaseProblem, RefusedByRule
from app.views.desk.own_powers import PowersHere
from app.views.desk.undoing import Undoing
from app.views.shell.bell import NoticesPanel
from app.views.shell.keys.undo import REDO, UNDO, UndoKeys
from app.views.widgets.basics import LinkButton
from tests.support.driver import Driver, settle
from tests.support.immediate_runner import ImmediateRunner
from tests.views.shell.test_main_window import Shell

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@dataclass
class Books:
    """A database of one number and a few names; its session is itself."""

    days: int = 14
    moved: set[str] = field(default_factory=set)
    is_hidden: bool = False
    is_lost: bool = False

    @contextmanager
    def read(self) -> Iterator[Books]:
        yield self

    def attempt(self, work: Callable[[Books], object]) -> object:
        if self.is_lost:
            raise DatabaseProblem("No answer from the database.")
        return work(self)


def set_days(books: Books, *, days: int, seen: int) -> ChangeSet:
    if books.days != seen:
        raise RefusedByRule(f"Somebody changed it to {books.days}.")
    books.days = days
    return ChangeSet.of(Changed.ATTRIBUTES).with_undo(Undo(
        of="trading terms of Business", done=f"Trading terms of Business set to {days} days.", command=set_days,
        arguments={"days": seen, "seen": days}))


def move(books: Books, *, names: tuple[str, ...]) -> ChangeSet:
    books.moved |= set(names)
    return ChangeSet.of(Changed.PROFILES).with_undo(Undo(
        of="move of 3 accounts", done="3 accounts moved to Residential.", command=move_back, arguments={"names": names},
        outlook=still_moved, asks={"names": names}, verb="Move {count} back", back="moved back"))


def still_moved(books: Books, *, names: tuple[str, ...]) -> Outlook:
    gone = sorted(set(names) - books.moved)
    return Outlook(can=len(names) - len(gone), kept=len(gone), names=tuple(gone))


def move_back(books: Books, *, names: tuple[str, ...]) -> ChangeSet:
    books.moved -= set(names)
    return ChangeSet.of(Changed.PROFILES)


def set_default(books: Books, *, days: int) -> ChangeSet:
    books.days = days
    return ChangeSet.of(Changed.ATTRIBUTES).with_undo(Undo(
        of="default", done="Default set.", command=set_default, arguments={"days": 14}, extent=followers,
        tells={"share": 2}))


def followers(books: Books, *, share: int) -> str:
    if books.is_hidden:
        raise RefusedByRule("You may not know.")
    return f"{188 // share} accounts follow it."


def post(_books: Books) -> ChangeSet:
    return ChangeSet.of(Changed.LEDGER)


class Desk:
    """A window whose jobs are done at once."""

    def __init__(self, shell: Shell, runner: ImmediateRunner, books: Books, undoing: Undoing,
                 powers: PowersHere) -> None:
        self.shell, self.runner, self.books, self.undoing, self.powers = shell, runner, books, undoing, powers

    def do(self, command: Callable[..., ChangeSet], **arguments: object) -> None:
        self.runner.write(doing(command, **arguments))

    def said(self) -> list[str]:
        return [notice.title for notice in self.shell.window.notices.kept]

    def menu(self, action: str) -> tuple[str, str]:
        """What an action is called now, and why it is off."""
        registry = self.shell.registry
        return registry.action(action).text().replace("&", ""), registry.refusal(action)

    def press(self, modifiers: Qt.KeyboardModifier = CONTROL) -> None:
        QTest.keyClick(QApplication.focusWidget() or self.shell.window, Qt.Key.Key_Z, modifiers)
        settle()


@pytest.fixture
def desk(qapp: QApplication, qtbot, tmp_path) -> Desk:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    shell = Shell(qapp, settings)
    qtbot.addWidget(shell.window, before_close_func=lambda window: setattr(window, "_may_close", True))
    books = Books()
    runner = ImmediateRunner(books, shell.bus)
    powers = PowersHere(runner, shell.bus, shell.window)
    undoing = Undoing(shell.theme, runner, shell.bus, shell.window.notices, shell.window, powers=powers)
    UndoKeys(shell.registry, undoing, shell.window.tabs, shell.window.notices, shell.window)
    shell.window.resize(1280, 800)
    shell.window.show()
    shell.window.open_first_place()
    shell.window.activateWindow()
    qtbot.waitUntil(shell.window.isActiveWindow, timeout=5000)
    return Desk(shell, runner, books, undoing, powers)


def test_the_newest_change_is_named_taken_back_and_done_again(desk: Desk) -> None:
    assert desk.menu(UNDO) == ("Undo", "needs a change of this window that can be taken back")
    desk.do(set_days, days=21, seen=14)
    desk.do(post)  # has no way back, and leaves that of the change before
    assert desk.said() == ["Trading terms of Business set to 21 days."]
    assert desk.menu(UNDO) == ("Undo trading terms of Business", "")
    desk.press()
    assert desk.books.days == 14
    assert desk.said()[0] == "Taken back: trading terms of Business."
    assert desk.menu(UNDO)[1]
    assert desk.menu(REDO) == ("Redo trading terms of Business", "")
    desk.press(CONTROL | SHIFT)
    assert desk.books.days == 21
    assert desk.menu(REDO)[1]
    desk.press()
    assert desk.books.days == 14


def test_a_notice_keeps_its_way_back_for_when_it_can_be_saved(desk: Desk) -> None:
    desk.do(set_days, days=21, seen=14)
    (card,) = desk.shell.window.notices.shown
    (undo,) = [button for button in card.findChildren(LinkButton) if button.text() == "Undo"]
    assert undo.isEnabled()
    desk.powers.forbid_writing("must wait, for the database has not answered since 10:02")
    assert not undo.isEnabled()
    assert undo.toolTip() == "Taking it back must wait, for the database has not answered since 10:02."
    bell = NoticesPanel(desk.shell.theme, desk.shell.window.notices.kept, desk.shell.window)
    assert [link.isEnabled() for link in bell.findChildren(LinkButton)] == [False]
    desk.powers.forbid_writing("")
    assert desk.shell.window.notices.shown == (card,)
    undo.click()
    settle()
    assert desk.books.days == 14


def test_a_notice_offers_its_own_change_and_loses_it_once_it_was_taken_back(desk: Desk) -> None:
    notices = desk.shell.window.notices
    desk.do(set_days, days=21, seen=14)
    desk.do(move, names=("Lim", "Okafor", "Petrou"))
    (card,) = notices.shown
    assert card.notice.title == "3 accounts moved to Residential.", "the newest alone stays on screen"
    panel = NoticesPanel(desk.shell.theme, notices.kept, desk.shell.window)
    newer, older = [button for button in Driver(panel).every(QAbstractButton) if button.text() == "Undo"]
    older.click()
    assert (desk.books.days, len(desk.books.moved)) == (14, 3)
    assert newer.isEnabled()
    desk.undoing.undo()
    assert not desk.books.moved
    assert [card.notice.link for card in notices.shown] == [""]
    panel = NoticesPanel(desk.shell.theme, notices.kept, desk.shell.window)
    assert "Undo" not in Driver(panel).names()


def test_how_far_a_change_reaches_is_said_with_it(desk: Desk) -> None:
    desk.do(set_default, days=21)
    newest = desk.shell.window.notices.kept[0]
    assert (newest.title, newest.text) == ("Default set.", "94 accounts follow it.")
    desk.books.is_hidden = True
    desk.do(set_default, days=30)
    assert desk.shell.window.notices.kept[0].text == "", "who may not know is told of the change all the same"


def test_what_somebody_changed_since_is_listed_and_kept(desk: Desk) -> None:
    desk.do(move, names=("Lim", "Okafor", "Petrou"))
    desk.books.moved.discard("Lim")
    desk.press()
    question = Driver(desk.shell.window).dialog("Take back move of 3 accounts")
    assert question.says("3 accounts moved to Residential. 2 can be moved back; 1 changed since: Lim.")
    question.click("Move 2 back")
    assert desk.books.moved == set()


def test_a_value_that_somebody_set_since_stays_and_the_reason_is_said(desk: Desk) -> None:
    desk.do(set_days, days=21, seen=14)
    desk.books.days = 30
    desk.press()
    assert desk.books.days == 30
    newest = desk.shell.window.notices.kept[0]
    assert (newest.title, newest.text) == ("Not taken back: trading terms of Business.", "Somebody changed it to 30.")
    assert desk.menu(UNDO)[1], "it is tried once"


def test_without_an_answer_of_the_database_it_can_be_tried_again(desk: Desk) -> None:
    desk.do(set_days, days=21, seen=14)
    desk.books.is_lost = True
    desk.press()
    assert desk.said()[0] == "Not taken back: trading terms of Business."
    assert desk.menu(UNDO) == ("Undo trading terms of Business", "")
    desk.books.is_lost = False
    desk.press()
    assert desk.books.days == 14


def test_nothing_that_can_go_back_is_said_without_a_question(desk: Desk) -> None:
    desk.do(move, names=("Lim",))
    desk.books.moved.clear()
    desk.press()
    assert desk.said()[0] == "Not taken back: move of 3 accounts."
    assert Driver(desk.shell.window).dialogs() == []


def test_something_else_done_since_forgets_what_could_be_done_again(desk: Desk) -> None:
    desk.do(set_days, days=21, seen=14)
    desk.press()
    desk.do(move, names=("Lim",))
    assert desk.menu(REDO)[1]
    assert desk.menu(UNDO)[0] == "Undo move of 3 accounts"


def test_twenty_changes_are_kept(desk: Desk) -> None:
    for days in range(14, 44):
        desk.do(set_days, days=days + 1, seen=days)
    for _ in range(25):
        desk.undoing.undo()
    assert desk.books.days == 24
    assert len(desk.said()) == 20


def test_a_field_with_edits_keeps_the_key_and_one_without_leaves_it(desk: Desk) -> None:
    field = desk.shell.page.field
    field.setFocus()
    desk.do(set_days, days=21, seen=14)
    QTest.keyClicks(field, "abc")
    desk.press()
    assert (field.text(), desk.books.days) == ("", 21)
    field.clear()
    field.setText("")  # as it was read: nothing that was typed
    desk.press()
    assert desk.books.days == 14


def test_a_form_with_unsaved_edits_comes_first(desk: Desk) -> None:
    desk.do(set_days, days=21, seen=14)
    desk.shell.page.field.setText("unsaved")
    desk.shell.registry.trigger(UNDO)
    assert desk.books.days == 21
    newest = desk.shell.window.notices.kept[0]
    assert (newest.title, newest.text) == ("Save or give up what was typed here first.", "A note is not saved.")
