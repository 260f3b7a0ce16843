"""Notes and history on the account page, by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt

from app.services.accounts.notes import NoteRow
from app.views.accounts.tabs.history import history_columns
from app.views.accounts.tabs.notes import note_columns
from app.views.lists.models.paged_table_model import PagedTableModel
from tests.support.account_page import AccountPageDriver
from tests.support.list_source import ListSource
from tests.views.accounts.conftest import Bench, hold

CTRL, ENTER = Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Return


def test_a_note_is_written_from_any_tab_and_read_in_full(bench: Bench) -> None:
    page = bench.page("A1")
    bench.trigger(page, "account.note")
    hand = AccountPageDriver(page)
    assert page.part() == "notes"
    assert hand.has_keyboard("New note")
    assert hand.empty.accessibleName() == "There are no notes yet."
    assert not hand.button("Add note").isEnabled(), "there is nothing to add"
    hand.type("Rang about the bill.")
    hand.press(ENTER)
    hand.type("Pays on Friday.")
    assert page.unsaved_text() == "A note is not added yet."
    hand.press(ENTER, held=CTRL)
    assert page.unsaved_text() == ""
    notes = hand.table("Notes")
    assert notes.count == 1
    assert (notes.text(0, "Note"), notes.text(0, "By")) == (
        "Rang about the bill. Pays on Friday.", bench.database.actor)
    assert notes.text(0, "When")
    assert hand.value("The chosen note in full") == "Rang about the bill.\nPays on Friday."
    assert hand.parts.spoken("Notes") == "Notes 1"
    assert page.selection_text == "1 note"


def test_what_is_typed_while_a_note_is_added_stays(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A1", part="notes"))
    field = hand.field("New note")
    field.setPlainText("Rang about the bill.")
    bench.runner.hold()
    hand.click("Add note")
    field.setPlainText("Rang about the bill. Pays on Friday.")
    bench.runner.release()
    assert hand.table("Notes").count == 1
    assert hand.value("New note") == "Rang about the bill. Pays on Friday."
    assert hand.button("Add note").isEnabled()


def test_a_note_that_is_refused_stays_in_the_field(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A1", part="notes"))
    hand.field("New note").setPlainText("x" * 10_001)
    hand.click("Add note")
    assert hand.says("A note holds 10,000 characters; this has 10,001 characters. What you typed is kept.")
    assert len(hand.value("New note")) == 10_001


def test_the_history_is_filtered_by_kind(bench: Bench) -> None:
    hold(bench.database, bench.ids["A1"])
    page = bench.page("A1")
    bench.trigger(page, "account.history")
    hand = AccountPageDriver(page)
    assert page.part() == "history"
    history = hand.table("History")
    everything = [history.row(row) for row in range(history.count)]
    assert history.column("What") == ["Hold placed", "Account created", "Status changed"]
    assert everything[2][3:6] == ["Status", "Active", "Suspended"]
    hand.choose("Which acts", "Attributes")
    assert hand.empty.accessibleName() == "Nothing of this kind was changed yet."
    hand.click("Show everything")
    assert [history.row(row) for row in range(history.count)] == everything


def test_both_models_pass_qt_tester(bench: Bench, qtmodeltester) -> None:
    hand = AccountPageDriver(bench.page("A3", part="history"))
    qtmodeltester.check(hand.table("History").model)
    notes = PagedTableModel(note_columns(lambda: ZoneInfo("UTC")), bench.runner, bench.theme.formatter)
    notes.set_source(ListSource([NoteRow(id=1, text="a", actor="kim", recorded_at=datetime(2026, 7, 1, tzinfo=UTC))],
                                lambda row: row.id))
    qtmodeltester.check(notes)
    assert len(history_columns(lambda: ZoneInfo("UTC"))) == 7
