"""The sheet of a form whose fields somebody else saved first: all at once, or row by row with the arrows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.services.saving import Conflict, SavedMeanwhile, Trace
from app.views.asking.conflict_sheet import ConflictRow, ConflictSheet, Settlement
from app.views.look.theme import Theme
from app.views.widgets.layout import column
from app.views.widgets.notices import Notices
from tests.support.driver import Driver

ANN = Trace(who="ann@ht.example", at=datetime(2025, 6, 1, 10, 2, tzinfo=UTC))
LEFT, RIGHT, UP, DOWN = Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down


def conflict(field: str, before: int | None, theirs: int | None, yours: int | None) -> Conflict:
    texts = ["" if value is None else f"{value} days" for value in (before, theirs, yours)]
    return Conflict(field=field, label=field, before=before, theirs=theirs, yours=yours, before_text=texts[0],
                    theirs_text=texts[1], yours_text=texts[2], trace=ANN)


@pytest.fixture
def shown(qtbot: QtBot, qapp: QApplication) -> tuple[ConflictSheet, Driver[QWidget], list[Settlement]]:
    holder, settled = QWidget(), list[Settlement]()
    sheet = ConflictSheet(Theme(qapp), holder)
    column(sheet, on=holder)
    qtbot.addWidget(holder)
    holder.resize(700, 300)
    holder.show()
    assert sheet.isHidden()
    error = SavedMeanwhile([conflict("terms", 14, 33, 40), conflict("wait", None, None, 5)], zone="UTC")
    sheet.offer(error, settled.append)
    return sheet, Driver(holder), settled


def test_it_says_who_and_when_and_enter_saves_nothing_yet(shown) -> None:
    sheet, hand, settled = shown
    assert sheet.words == ('ann@ht.example changed terms to "33 days" and cleared wait on 1 Jun 2025 at 10:02, while '
                           "you were editing. Nothing was saved; what you typed is kept.")
    assert hand.has_keyboard("Compare")
    hand.press(Qt.Key.Key_Return)
    assert settled == []
    assert [name.partition(":")[0] for name in hand.names(ConflictRow)] == ["Terms", "Wait"]


@pytest.mark.parametrize(("button", "mine", "taken"), [
    ("Keep mine", {"terms", "wait"}, {}), ("Take theirs", set(), {"terms": 33, "wait": None})])
def test_one_button_settles_all(shown, button, mine, taken) -> None:
    sheet, hand, settled = shown
    hand.click(button)
    (done,) = settled
    assert (done.mine, done.taken, done.theirs) == (mine, taken, {"terms": 33, "wait": None})
    assert done.saves == (button == "Keep mine"), "the other verb does not say that anything is saved"
    assert sheet.isHidden()


def test_the_arrows_choose_for_one_field(shown) -> None:
    _, hand, settled = shown
    hand.click("Compare")
    assert hand.has_keyboard("Terms: before 14 days, theirs 33 days, yours 40 days. Yours is kept.")
    hand.press(LEFT)
    assert hand.has_keyboard("Terms: before 14 days, theirs 33 days, yours 40 days. Theirs is kept.")
    hand.press(DOWN)
    assert hand.has_keyboard("Wait: before Not set, theirs Not set, yours 5 days. Yours is kept.")
    hand.press(LEFT, RIGHT, UP, UP)
    assert hand.has_keyboard("Terms: before 14 days, theirs 33 days, yours 40 days. Theirs is kept.")
    hand.press(Qt.Key.Key_Tab, Qt.Key.Key_Tab)
    assert hand.has_keyboard("Take theirs"), "the buttons come after the rows"
    hand.click("Save as chosen")
    (done,) = settled
    assert (done.mine, done.taken, done.saves) == ({"wait"}, {"terms": 33}, True)


def test_the_mouse_chooses_too(shown, qtbot: QtBot) -> None:
    sheet, hand, _ = shown
    hand.click("Compare")
    row = sheet.rows[0]
    for share, is_mine in ((0.6, False), (0.9, True), (0.1, True)):
        qtbot.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(int(row.width() * share), row.height() // 2))
        assert row.is_mine is is_mine


def test_a_notice_that_was_there_before_makes_way(qtbot: QtBot, qapp: QApplication) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    theme = Theme(qapp)
    sheet = ConflictSheet(theme, window)
    column(..., sheet, on=window)
    window.resize(700, 500)
    window.show()
    notices = Notices(theme, window)
    notices.say("Trading terms set to 40 days", link="Undo", run=lambda: None)
    (card,) = notices.shown
    sheet.offer(SavedMeanwhile([conflict("terms", 14, 33, 40)], zone="UTC"), lambda _settlement: None)
    hand = Driver(window)
    qtbot.waitUntil(lambda: sheet.height() > 60 and not card.geometry().intersects(sheet.geometry()))
    hand.press(Qt.Key.Key_Return)  # Compare: the rows want more room
    assert hand.names(ConflictRow)
    qtbot.waitUntil(lambda: sheet.height() > 100 and not card.geometry().intersects(sheet.geometry()))
