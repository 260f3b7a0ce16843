"""Printing invoices as a person would: choose, see count and sum, print, retry, go on after a stop, look at pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from app.services.changes import Changed, ChangeSet
from app.services.errors import ConnectionLost, InputRejected
from app.views.printing.feature import PRINTING_TARGET
from app.views.printing.screen import PrintingScreen
from app.views.printing.session import PrintState
from tests.support.driver import Driver
from tests.support.small_book import TODAY, bill

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier


def count(bench) -> None:
    """The pause after typing is over."""
    bench.screen.session.count_now()


def test_count_and_sum_are_there_first(bench) -> None:
    cards, form = bench.screen.cards, bench.screen.form
    assert cards.count.value == "4"
    assert cards.total.value == "315.00"
    assert cards.addresses.value == "4 missing"
    assert form.print_button.text() == "Print 4 invoices"
    assert bench.lines() == [f"HT-{n}: Waiting" for n in (1, 2, 3, 9)]
    assert not bench.folder.exists()


def test_a_database_that_does_not_answer_is_not_taken_for_no_invoices(bench, monkeypatch) -> None:
    def silent(*_args: object, **_options: object) -> None:
        raise ConnectionLost("No answer from the database.")

    with monkeypatch.context() as patched:
        patched.setattr("app.views.printing.session.batch_setup", silent)
        bench.screen.form.account.setText("A1")
        count(bench)
    said = bench.screen.pane.area.empty
    assert said.accessibleName() == "The invoices could not be read."
    Driver(said).click("Try again")
    assert bench.lines() == ["HT-1: Waiting"]


def test_the_choice_narrows_what_is_printed(bench) -> None:
    form = bench.screen.form
    bench.screen.focus_first()
    bench.press(KEY.Key_Tab)
    assert bench.screen.focusWidget() is form.account
    for letter in "A1":
        bench.press(ord(letter), on=form.account)
    count(bench)
    assert form.print_button.text() == "Print 1 invoice"
    assert bench.lines() == ["HT-1: Waiting"]
    form.account.setText("nobody")
    count(bench)
    assert not form.print_button.isEnabled()
    assert "nobody" in form.message.text
    assert bench.screen.cards.count.value == "–"
    bench.screen.pane.area.empty.buttons()[0].click()
    assert form.print_button.text() == "Print 4 invoices"


def test_a_date_that_cannot_be_read_is_said_beside_the_button(bench) -> None:
    form = bench.screen.form
    form.issued_from.setText("soonish")
    assert not form.print_button.isEnabled()
    assert "soonish" in form.message.text
    form.issued_from.setText("today")
    count(bench)
    assert form.message.text == "No invoice matches."
    form.issued_from.set_value(TODAY - timedelta(days=90))
    count(bench)
    assert form.print_button.isEnabled()


@pytest.mark.slow
def test_invoices_are_printed_and_the_same_batch_has_nothing_left(bench) -> None:
    form, session = bench.screen.form, bench.screen.session
    form.account.setText("HT/A1")
    form.merged.setChecked(True)
    count(bench)
    bench.press(KEY.Key_Return, modifiers=CONTROL)
    assert session.failure is None
    assert session.state is PrintState.ENDED
    assert session.result() == "1 invoice printed."
    assert sorted(path.name for path in bench.folder.iterdir()) == ["All invoices HT-A1.pdf", "HT_HT-1.pdf"]
    assert Driver(bench.screen.card).has("1 invoice printed.")
    assert bench.screen.pane.switches.switch("warned").count == 1
    bench.screen.card.open_folder.click()
    assert bench.opened_folders == [bench.folder]
    Driver(bench.screen).click("Change batch")
    assert not form.print_button.isEnabled()
    assert "Choose another folder to print again" in form.message.text
    form.folder.setText(str(bench.folder / "again"))
    count(bench)
    assert form.print_button.text() == "Print 1 invoice"


def test_failures_are_listed_and_retried(bench, quick_print) -> None:
    quick_print("HT-2")
    bench.press(KEY.Key_Return, modifiers=CONTROL)
    card = bench.screen.card
    assert Driver(card).has("3 invoices printed, 1 failed.")
    assert "HT-2: Failed: The font lacks 2 characters." in bench.lines()
    assert card.again.text() == "Retry 1 failed"
    bench.screen.pane.switches.switch("failed").setFocus()
    bench.press(KEY.Key_Space)
    assert bench.lines() == ["HT-2: Failed: The font lacks 2 characters."]
    assert Driver(bench.screen.preview).has("The font lacks 2 characters.")
    quick_print()
    card.again.setFocus()
    bench.press(KEY.Key_Space)
    assert Driver(card).has("1 invoice printed, 3 were there already.")
    assert not card.again.isVisibleTo(card)
    assert bench.lines() == ["HT-2: Printed"]  # the line stays where it is
    bench.screen.pane.switches.switch("failed").click()
    bench.screen.pane.switches.switch("all").click()
    assert bench.lines() == [f"HT-{n}: Printed" for n in (1, 2, 3, 9)]


def test_one_invoice_of_a_stopped_batch_stays(bench, quick_print) -> None:
    quick_print(stop=1)
    bench.press(KEY.Key_Return, modifiers=CONTROL)
    assert Driver(bench.screen.card).has("Stopped. 1 of 4 invoices is printed and stays.")


def test_a_stopped_batch_goes_on_where_it_was_stopped(bench, quick_print) -> None:
    quick_print(stop=3)
    bench.press(KEY.Key_Return, modifiers=CONTROL)
    card, form = bench.screen.card, bench.screen.form
    assert Driver(card).has("Stopped. 3 of 4 invoices are printed and stay.")
    assert card.again.text() == "Print the other 1"
    assert bench.screen.focusWidget() is not None
    Driver(bench.screen).click("Change batch")
    assert form.message.text == "3 of 4 are there already; 1 will be printed."
    assert form.print_button.text() == "Print the other 1"
    quick_print()
    form.print_button.click()
    assert Driver(card).has("1 invoice printed, 3 were there already.")


def test_while_it_prints_the_form_gives_way_and_the_keyboard_is_on_stop(bench, quick_print) -> None:
    quick_print()
    bench.screen.form.print_button.setFocus()
    bench.runner.hold()
    bench.press(KEY.Key_Space)
    session, card = bench.screen.session, bench.screen.card
    assert session.is_printing
    assert bench.screen.focusWidget() is card.stop
    height = card.parentWidget().height()
    bench.press(KEY.Key_Space)
    bench.runner.release()
    assert session.was_stopped
    assert Driver(card).has("Stopped before anything was printed.")
    assert card.parentWidget().height() == height
    assert bench.screen.focusWidget() is card.again


def test_a_folder_that_cannot_be_used_is_said_with_what_to_do(bench, tmp_path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    bench.screen.form.folder.setText(str(blocked))
    count(bench)
    bench.press(KEY.Key_Return, modifiers=CONTROL)
    assert isinstance(bench.screen.session.failure, InputRejected)
    assert Driver(bench.screen.card).says("Choose another folder")
    assert Driver(bench.screen.card).has("Nothing was printed")
    assert bench.screen.card.again.text() == "Print 4 invoices"


def test_what_was_read_stays_while_the_server_is_gone(bench, monkeypatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise ConnectionLost("No answer from the database. Check that the server runs, then try again.")

    for name in ("print_batch", "batch_counts", "batch_setup"):
        monkeypatch.setattr(f"app.views.printing.session.{name}", gone)
    lines, card = bench.lines(), bench.screen.card
    bench.press(KEY.Key_Return, modifiers=CONTROL)
    assert bench.screen.pane.area.is_content_shown
    assert bench.lines() == lines != []
    assert Driver(card).has("Nothing was printed")
    assert Driver(card).has("No answer from the database. Check that the server runs, then try again.")
    assert card.again.text() == "Print 4 invoices"
    powers, form = bench.desk.powers, bench.screen.form
    powers.forbid_writing("must wait, for the database has not answered since 10:02")
    why = "Printing must wait, for the database has not answered since 10:02."
    assert (card.again.isEnabled(), card.again.toolTip()) == (False, why)
    Driver(bench.screen).click("Change batch")
    assert (form.print_button.isEnabled(), form.print_button.toolTip()) == (False, why)
    assert bench.screen.pane.area.is_content_shown, "counting it again failed too"
    monkeypatch.undo()
    powers.forbid_writing("")
    count(bench)
    assert form.print_button.isEnabled()
    assert form.print_button.text() == "Print 4 invoices"


def test_the_page_of_the_focused_invoice_is_shown_and_zoomed(bench) -> None:
    preview, table = bench.screen.preview, bench.screen.pane.table
    preview.shows_now()
    assert preview.title == "HT-1, page 1 of 1"
    first = preview.view.sheet.image
    assert first is not None
    assert first.width() > 200
    bench.screen.pane.focus_list()
    bench.press(KEY.Key_Down)
    assert preview.view.sheet.image is first  # the old picture stays until the new one is there
    preview.shows_now()
    assert preview.title == "HT-2, page 1 of 1"
    bench.press(KEY.Key_Space)
    assert bench.screen.focusWidget() is preview.view
    bench.press(KEY.Key_Plus)
    assert preview.view.sheet.image.width() > first.width()
    bench.press(KEY.Key_0, KEY.Key_PageDown, KEY.Key_Escape)
    assert bench.screen.focusWidget() is table


def test_a_line_read_later_gets_its_page_when_it_is_there(bench) -> None:
    table, preview = bench.screen.pane.table, bench.screen.preview
    table.go_to_row(2)
    bench.screen.pane.model.say_rows_changed(0, 3)
    preview.shows_now()
    assert preview.title == "HT-3, page 1 of 1"
    assert bench.screen.selection_text.startswith("1 of 4 selected")


def test_names_open_accounts_and_words_find_lines(bench) -> None:
    bench.screen.pane.focus_list()
    bench.press(KEY.Key_Return)
    assert bench.visited[0][0].ident == bench.book.late
    bench.screen.pane.filter.set_text_now("vip")
    assert bench.lines() == ["HT-3: Waiting"]
    bench.screen.pane.filter.set_text_now("nothing like it")
    assert bench.screen.pane.area.empty.accessibleName() == "Nothing matches “nothing like it”."
    bench.screen.pane.area.empty.buttons()[0].click()
    assert len(bench.lines()) == 4


def test_paper_needs_a_printer_and_gets_every_page(bench, tmp_path) -> None:
    paper, button = bench.screen.paper, bench.screen.preview.paper
    if paper.refusal:
        assert not button.isEnabled()
        assert button.toolTip() == paper.refusal
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    said: list[str] = []
    paper.said.connect(said.append)
    paper.send([bench.screen.pane.model.row_at(0), bench.screen.pane.model.row_at(1)], printer)
    assert said[-1] == "2 pages went to the printer."
    assert (tmp_path / "paper.pdf").stat().st_size > 10_000


def test_new_invoices_are_counted_and_announced(bench, qtbot) -> None:
    with bench.database.write() as session:
        bill(session, bench.book.provider, bench.book.fine, "HT-10", 1000)
    bench.bus.publish(ChangeSet.of(Changed.LEDGER))
    qtbot.waitUntil(lambda: bench.screen.form.print_button.text() == "Print 5 invoices", timeout=3000)


def test_the_choice_is_remembered(bench) -> None:
    bench.screen.form.account.setText("HT/A1")
    bench.screen.form.merged.setChecked(True)
    bench.screen.form.issued_from.set_value(TODAY)
    state = bench.screen.save_state()
    bench.screen.form.put(bench.screen.session.batch.__class__(
        bench.screen.session.batch.selection.__class__(), bench.folder), wants_merged=False)
    bench.screen.restore_state(state)
    assert bench.screen.form.account.text() == "HT/A1"
    assert bench.screen.form.merged.isChecked()
    assert bench.screen.session.batch.selection.issued_from == TODAY


def test_its_actions_follow_the_batch(bench, quick_print) -> None:
    quick_print()
    bindings = bench.screen.bindings()
    assert bindings["printing.print"].refusal == ""
    assert "printing.change" not in bindings
    bindings["printing.print"].run()
    QApplication.processEvents()
    assert "printing.change" in bench.screen.bindings()


def test_today_in_a_date_field_is_that_of_the_provider(bench, qtbot) -> None:
    """A workstation whose clock is three days fast does not choose other invoices."""
    desk = replace(bench.desk, today=lambda: TODAY + timedelta(days=3))
    screen = PrintingScreen(PRINTING_TARGET, desk, folder=bench.folder)
    qtbot.addWidget(screen)
    screen.show()
    screen.shown()
    screen.form.issued_from.setText("today")
    assert screen.form.issued_from.value == TODAY
