"""The fields of a template under the keyboard: offers at %%, chips that are stepped over as a whole, faults marked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.values import EventAction
from app.services.events.drafting import VariableRow, faults_of, marks_of, variables_of
from app.services.events.templates import EMPTY
from app.views.events.chip_edit import ChipEdit
from app.views.events.completing import begun_mark, offered
from app.views.events.document_html import Found
from app.views.events.source_edit import SourceEdit
from app.views.events.variable_palette import VariablePalette
from app.views.look.theme import Theme

EVENT = "invoice_overdue"
VARIABLES = variables_of(EVENT)


def marks(text: str) -> list[Found]:
    return [Found(mark.start, mark.end, mark.words) for mark in marks_of(text, event=EVENT)]


@pytest.fixture
def chips(qapp: QApplication, qtbot: QtBot) -> ChipEdit:
    field = ChipEdit(Theme(qapp), "Words", marks)
    field.set_variables(VARIABLES)
    return _shown(field, qtbot)


@pytest.fixture
def source(qapp: QApplication, qtbot: QtBot) -> SourceEdit:
    field = SourceEdit(Theme(qapp), "Words", marks)
    field.set_variables(VARIABLES)
    return _shown(field, qtbot)


def _shown(field, qtbot: QtBot):  # the two fields have no base of their own
    qtbot.addWidget(field)
    field.resize(500, 200)
    field.show()
    field.activateWindow()
    field.setFocus()
    QApplication.processEvents()
    return field


@pytest.mark.parametrize(("before", "expected"), [
    ("Dear %%", ("%%", "")), ("Dear %%con", ("%%con", "con")), ("%%if da", ("%%if da", "da")),
    ("%%invoiceId%%", None), ("%%invoiceId%% and", None), ("100 %", None), ("", None),
    ("%%invoiceId%% %%acc", ("%%acc", "acc")),
])
def test_what_of_a_mark_is_begun(before: str, expected: tuple[str, str] | None) -> None:
    assert begun_mark(before, marks) == expected


def test_names_that_begin_so_are_offered_first_and_words_of_conditions_not_within_one() -> None:
    rows = [VariableRow(name="invoiceId", help="Number", example="1"), VariableRow(name="paid", help="In", example="2")]
    assert [name for name, _ in offered(rows, "in", in_condition=False)] == ["invoiceId", "paid"]
    assert [name for name, _ in offered(rows, "", in_condition=False)] == ["invoiceId", "paid", "else", "end"]
    assert [name for name, _ in offered(rows, "", in_condition=True)] == ["invoiceId", "paid"]


def test_a_variable_is_typed_and_taken_from_the_offers(chips: ChipEdit) -> None:
    QTest.keyClicks(chips, "Dear %%contactS")
    assert chips.offers.names == ["contactSurname"]
    popup = QApplication.activePopupWidget()
    QTest.keyClick(popup, Qt.Key.Key_Return)
    QTest.keyClicks(chips, ", hello")
    assert chips.chips() == ["contactSurname"]
    assert chips.html() == "<p>Dear %%contactSurname%%, hello</p>"


def test_a_mark_written_to_its_end_becomes_a_chip(chips: ChipEdit) -> None:
    QTest.keyClicks(chips, "No %%invoiceId")
    QTest.keyClick(chips, Qt.Key.Key_Escape)
    QTest.keyClicks(chips, "%%!")
    assert chips.chips() == ["invoiceId"]
    assert chips.html() == "<p>No %%invoiceId%%!</p>"


def test_one_step_back_takes_a_whole_chip(chips: ChipEdit) -> None:
    chips.show_html("<p>a%%invoiceId%%b</p>")
    chips.moveCursor(QTextCursor.MoveOperation.End)
    for _ in range(2):
        QTest.keyClick(chips, Qt.Key.Key_Backspace)
    assert chips.html() == "<p>a</p>"
    QTest.keyClick(chips, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "%%invoiceId%%" in chips.html()


def test_bold_by_its_key_and_lists_by_their_buttons(chips: ChipEdit) -> None:
    QTest.keyClick(chips, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(chips, "now")
    chips.toggle_list(numbered=False)
    assert chips.html() == "<ul><li><strong>now</strong></li></ul>"
    chips.toggle_list(numbered=False)
    assert chips.html() == "<p><strong>now</strong></p>"


def test_what_is_pasted_is_cleaned_and_its_variables_are_chips(chips: ChipEdit) -> None:
    data = QMimeData()
    data.setHtml('<p onclick="x()">Hi <b>%%invoiceId%%</b><script>bad()</script>'
                 '<img src="file:///etc/passwd"></p>')
    chips.insertFromMimeData(data)
    assert chips.chips() == ["invoiceId"]
    assert chips.html() == "<p>Hi <strong>%%invoiceId%%</strong></p>"


def test_an_unknown_variable_is_known_as_such_and_replaced_at_once(chips: ChipEdit) -> None:
    chips.show_html("<p>%%invoceId%% and %%invoceId%%</p>")
    assert not chips.is_known("invoceId")
    assert chips.go_to_chip("invoceId")
    chips.replace_chip("invoceId", "invoiceId")
    assert chips.html() == "<p>%%invoiceId%% and %%invoiceId%%</p>"


def test_names_are_offered_in_a_text_and_its_faults_are_told(source: SourceEdit) -> None:
    QTest.keyClicks(source, "%%contactN")
    QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Return)
    assert source.text() == "%%contactName%%"
    QTest.keyClicks(source, " %%nobody%%")
    faults = faults_of({**EMPTY, "text": source.text()}, event=EVENT, action=EventAction.SMS)
    source.show_found(marks_of(source.text(), event=EVENT), faults)
    assert source.property("refused")
    assert "There is no variable %%nobody%%" in source.accessibleDescription()


def test_a_line_has_no_ends_of_lines(qapp: QApplication, qtbot: QtBot) -> None:
    field = _shown(SourceEdit(Theme(qapp), "Subject", marks, is_line=True), qtbot)
    QTest.keyClicks(field, "one")
    QTest.keyClick(field, Qt.Key.Key_Return)
    data = QMimeData()
    data.setText(" two\nthree ")
    field.insertFromMimeData(data)
    assert field.text() == "onetwo three"


def test_the_palette_is_searched_by_meaning_and_gives_by_enter(qapp: QApplication, qtbot: QtBot) -> None:
    palette = VariablePalette(Theme(qapp), _shown(SourceEdit(Theme(qapp), "Words", marks), qtbot))
    palette.set_variables(VARIABLES)
    taken: list[str] = []
    palette.chosen.connect(taken.append)
    palette.open_below(palette.parentWidget())
    assert palette.names() == [variable.name for variable in VARIABLES]
    field = palette.focusWidget()
    QTest.keyClicks(field, "due date of")
    assert palette.names() == ["invoiceDueDate"]
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert taken == ["invoiceDueDate"]
    assert palette.isHidden()


def test_tab_takes_an_offer_and_goes_on_where_there_is_none(source: SourceEdit) -> None:
    QTest.keyClicks(source, "%%if contactN")
    QTest.keyClick(QApplication.activePopupWidget(), Qt.Key.Key_Tab)
    assert source.text() == "%%if contactName%%"
    assert source.hasFocus()
