"""Notes and history on the account page, by keyboard."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.services.accounts.history_words import HistoryKind
from app.services.accounts.notes import NoteRow
from app.views.accounts.history_tab import history_columns
from app.views.accounts.notes_tab import note_columns
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.models.pages import ListSource
from tests.views.accounts.conftest import Bench, hold, type_text

CTRL, ENTER = Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Return


def rows_of(table) -> list[list[str]]:
    model = table.model()
    return [[model.index(row, column).data() for column in range(model.columnCount())]
            for row in range(model.rowCount())]


def test_a_note_is_written_from_any_tab_and_read_in_full(bench: Bench) -> None:
    page = bench.page("A1")
    notes = page._notes
    bench.trigger(page, "account.note")
    assert page.part() == "notes"
    assert notes._field.hasFocus()
    assert notes._area.empty.accessibleName() == "There are no notes yet."
    assert not notes._add.isEnabled(), "there is nothing to add"
    type_text(notes, "Rang about the bill.")
    QTest.keyClick(notes._field, ENTER)
    type_text(notes, "Pays on Friday.")
    assert page.unsaved_text() == "A note is not added yet."
    QTest.keyClick(notes._field, ENTER, CTRL)
    assert page.unsaved_text() == ""
    ((when, actor, text),) = rows_of(notes._table)
    assert (text, actor) == ("Rang about the bill. Pays on Friday.", bench.database.actor)
    assert when
    assert notes._full.toPlainText() == "Rang about the bill.\nPays on Friday."
    assert page._stack.bar._counts[page._stack.bar.currentIndex()] == 1
    assert page.selection_text == "1 note"


def test_a_note_that_is_refused_stays_in_the_field(bench: Bench) -> None:
    page = bench.page("A1", part="notes")
    page._notes._field.setPlainText("x" * 10_001)
    page._notes._add.click()
    assert page._notes._says.text() == (
        "A note holds 10,000 characters; this has 10,001 characters. What you typed is kept.")
    assert len(page._notes._field.toPlainText()) == 10_001


def test_the_history_is_filtered_by_kind(bench: Bench) -> None:
    hold(bench.database, bench.ids["A1"])
    page = bench.page("A1")
    bench.trigger(page, "account.history")
    history = page._history
    assert page.part() == "history"
    everything = rows_of(history._table)
    assert [row[2] for row in everything] == ["Hold placed", "Account created", "Status changed"]
    assert everything[2][3:6] == ["Status", "Active", "Suspended"]
    history._kind.choose(HistoryKind.ATTRIBUTES)
    assert history._area.empty.accessibleName() == "Nothing of this kind was changed yet."
    history._area.empty.buttons()[0].click()
    assert rows_of(history._table) == everything


def test_both_models_pass_qt_tester(bench: Bench, qtmodeltester) -> None:
    page = bench.page("A3", part="history")
    qtmodeltester.check(page._history._model)
    notes = PagedTableModel(note_columns(lambda: page._notes._zone), bench.runner, bench.theme.formatter)
    notes.set_source(ListSource([NoteRow(id=1, text="a", actor="kim", recorded_at=page._header.holds[0].recorded_at)],
                                lambda row: row.id))
    qtmodeltester.check(notes)
    assert len(history_columns(lambda: page._history._zone)) == 7
