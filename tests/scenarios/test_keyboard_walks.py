"""Every job from start to end without the mouse, in the very window that staff use."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QMenu, QMenuBar, QTabBar
from sqlalchemy import select

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.service import Service
from app.models.values import ScanOutcome
from app.services.jobs import JobContext
from app.services.upkeep.opening import try_connection
from app.views.accounts.head import SlimFigures
from app.views.customers.list_screen import CustomerListScreen
from app.views.hierarchy.tree_panel import AccountTreePanel
from app.views.printing.screen import PrintingScreen
from app.views.printing.session import PrintState
from app.views.rules.screen import RulesScreen
from app.views.shell.keys.list_window import KeysWindow
from app.views.shell.rail import Rail
from app.views.start.connect import ConnectDialog
from app.views.suspension.screen import ScanScreen
from app.views.suspension.session import ScanState
from app.views.widgets.empty_state import EmptyState
from tests.scenarios.desk import ALT, CTRL, SHIFT, Desk, Key
from tests.support.driver import Driver

# menus that open without a window system say so
pytestmark = pytest.mark.qt_log_ignore("grabbing the keyboard", "does not support raise", extend=True)


def test_a_list_is_worked_from_the_filter_one_account_after_the_other(desk: Desk) -> None:
    customers = desk.screen
    assert isinstance(customers, CustomerListScreen)
    assert isinstance(desk.keyboard(), QLineEdit)  # the filter has the keyboard from the start
    desk.type("a000")
    table = Driver(customers).table()
    names = table.column("name")
    assert len(names) > 1
    desk.press(Key.Key_Down, Key.Key_Return)
    assert desk.page.title == names[0]
    assert desk.account.place_in_list == f"1 of {len(names)}"
    desk.press(Key.Key_3, held=ALT)
    desk.press(Key.Key_Down, held=ALT)
    assert (desk.page.title, desk.page.part()) == (names[1], "ledger")
    assert desk.account.place_in_list == f"2 of {len(names)}"
    desk.press(Key.Key_Up, held=ALT)
    assert desk.page.title == names[0]
    assert not desk.place.desk.actions.action("account.previous").isEnabled()
    assert len(desk.window.tabs.screens) == 2  # each page took the place of the one before
    desk.press(Key.Key_1, held=CTRL)
    assert desk.screen is customers
    assert "a000" in [field.text() for field in Driver(customers).every(QLineEdit)]  # the list stands as it was left
    assert table.text(table.current, "name") == names[0]


def test_an_attribute_is_set_and_given_up_again(desk: Desk) -> None:
    desk.press(Key.Key_L, held=CTRL)
    desk.type("A0002")
    desk.press(Key.Key_Return)
    page = desk.page
    assert page.title == "Jane Citizen"
    desk.press(Key.Key_2, held=ALT)
    desk.press(Key.Key_F, held=CTRL)
    desk.type("trading terms")
    desk.press(Key.Key_Down)
    row = desk.account.current
    assert row.label == "Trading terms"
    before = row.value
    desk.press(Key.Key_Space)
    assert isinstance(desk.keyboard(), QLineEdit)
    desk.press(Key.Key_A, held=CTRL)
    desk.type("30")
    desk.press(Key.Key_Return)
    assert desk.account.current.own_value == 30
    assert desk.account.has_keyboard("Attributes")  # the keyboard is back on the row
    desk.press(Key.Key_I, held=CTRL)
    assert desk.account.chain.view.isVisible()
    desk.press(Key.Key_Escape)
    assert desk.account.side == ""
    desk.press(Key.Key_Delete)
    assert desk.account.current.own_value is None
    assert desk.account.current.value == before


def test_a_default_of_a_provider_shows_whom_it_reaches_first(desk: Desk) -> None:
    desk.press(Key.Key_L, held=CTRL)
    desk.type("HT")
    desk.press(Key.Key_Return)
    page = desk.page
    assert page.title == "Harbour Telecom"
    desk.press(Key.Key_2, held=ALT)
    desk.press(Key.Key_F, held=CTRL)
    desk.type("trading terms")
    desk.press(Key.Key_Down)
    assert desk.account.current.own_value is not None
    desk.press(Key.Key_Space)  # given up, but not before whom it reaches was shown
    assert desk.dialog.windowTitle()
    assert desk.account.current.own_value is not None
    desk.press(Key.Key_Escape)
    assert desk.account.current.own_value is not None
    assert desk.keyboard() is desk.account.attributes.root


def test_the_ledger_of_another_day_and_a_dispute_from_start_to_end(desk: Desk) -> None:
    desk.press(Key.Key_L, held=CTRL)
    desk.type("A0002")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_3, held=ALT)
    table = desk.account.table("Ledger")
    assert table.has_keyboard()
    rows = table.count
    desk.press(Key.Key_D, held=CTRL)
    desk.press(Key.Key_PageDown, Key.Key_PageDown)
    assert table.count < rows
    desk.press(Key.Key_T, Key.Key_Return)
    assert table.count == rows
    assert table.has_keyboard()
    desk.press(Key.Key_Home)
    assert desk.place.desk.actions.action("ledger.dispute").isEnabled()
    invoice = table.root.current_row()
    desk.press(Key.Key_M, held=ALT)
    desk.press(Key.Key_P)  # Put in dispute
    assert "dispute" in desk.dialog.windowTitle().lower()
    desk.press_until(Key.Key_Tab, lambda: desk.keyboard().accessibleName() == "Reason")
    desk.type("billed twice")
    desk.press(Key.Key_Return, held=CTRL)
    raised = desk.account.table("Disputes")
    desk.wait_for(lambda: desk.keyboard() is raised.root)  # what was just made has it, once it is read
    assert raised.root.current_row().reason == "billed twice"
    assert table.root.current_row().id == invoice.id
    assert table.root.current_row().payable_minor < invoice.payable_minor
    desk.press(Key.Key_M, held=ALT)
    desk.press(Key.Key_E)  # End dispute
    desk.press(Key.Key_Return, held=CTRL)
    desk.wait_for(lambda: table.root.current_row().payable_minor == invoice.payable_minor)
    desk.press(Key.Key_4, held=ALT)
    assert desk.page.part() == "services"
    assert desk.account.has_keyboard("Services")


def test_a_rule_set_is_typed_tried_and_saved(desk: Desk) -> None:
    desk.press(Key.Key_S, held=ALT)
    desk.press(Key.Key_R)  # Suspension, Rules
    rules = desk.screen
    assert isinstance(rules, RulesScreen)
    desk.wait_for(lambda: rules.listing.model.rowCount() > 1)
    versions = rules.listing.model.rowCount()
    desk.press_until(Key.Key_Tab, lambda: "more days late than" in desk.keyboard().accessibleName())
    desk.type("7")
    desk.wait_for(lambda: not rules.what_if.is_pausing and rules.what_if.model.rowCount() > 0)
    desk.press_until(Key.Key_Tab, lambda: desk.keyboard().accessibleName() == "Hours in which suspensions are applied")
    desk.press(Key.Key_Down, Key.Key_Space)
    desk.press(Key.Key_Return, held=CTRL)
    desk.wait_for(lambda: rules.listing.model.rowCount() == versions + 1)
    assert rules.listing.model.row_at(1).content.min_overdue_days == 7
    assert not rules.unsaved_text()


def test_a_scan_is_previewed_understood_and_applied(desk: Desk) -> None:
    desk.press(Key.Key_S, held=ALT)
    desk.press(Key.Key_P)  # Suspension, Preview scan
    scan = desk.screen
    assert isinstance(scan, ScanScreen)
    session = scan.session
    assert session.state is ScanState.PREVIEWED
    assert scan.table.hasFocus()  # one goes on where the proposals are
    due = session.preview.count(ScanOutcome.SUSPEND)
    assert due
    first = scan.table.current_row()
    desk.press(Key.Key_Right)
    assert scan.table.proposal_model().is_opened(first.account_id)
    desk.press(Key.Key_Left)
    assert not scan.table.proposal_model().is_opened(first.account_id)
    ticked = session.effect().total
    desk.press(Key.Key_Space)
    assert session.effect().total == ticked - 1
    desk.press(Key.Key_Space)
    assert session.effect().total == ticked
    desk.press(Key.Key_Return)
    assert desk.page.title == first.name
    desk.press(Key.Key_Down, held=ALT)  # the proposals, too, are a list to be worked one by one
    assert desk.account.place_in_list.startswith("2 of ")
    desk.press(Key.Key_Up, held=ALT)
    desk.press(Key.Key_4, held=CTRL)
    assert scan.table.hasFocus()
    assert scan.table.current_row() == first
    desk.press(Key.Key_Return, held=CTRL)
    assert session.state is ScanState.APPLIED, session.refusal()
    assert "suspended" in session.result
    assert desk.is_in(scan)
    desk.press(Key.Key_J, held=CTRL)
    assert not desk.window.jobs.is_folded
    assert desk.window.jobs.rows[0].handle.is_over
    desk.press(Key.Key_J, held=CTRL)
    desk.press(Key.Key_F5)
    assert session.state is ScanState.PREVIEWED
    assert session.preview.count(ScanOutcome.SUSPEND) == 0


def test_invoices_are_chosen_looked_at_and_printed(desk: Desk, tmp_path: Path) -> None:
    desk.press(Key.Key_P, held=CTRL)
    screen = desk.screen
    assert isinstance(screen, PrintingScreen)
    form = screen.form
    assert form.provider.hasFocus()
    desk.press(Key.Key_Tab)
    desk.type("A0002")
    desk.press_until(Key.Key_Tab, form.folder.hasFocus)
    desk.press(Key.Key_A, held=CTRL)
    desk.type(str(tmp_path / "paper"))
    desk.qtbot.waitUntil(lambda: screen.session.setup is not None)
    desk.settle()
    desk.press(Key.Key_F, held=CTRL)
    desk.press(Key.Key_Down)
    assert desk.is_in(screen.pane)
    desk.wait_for(lambda: screen.preview.invoice_id is not None and ", page 1 of" in screen.preview.title)
    desk.press(Key.Key_Space)
    assert screen.preview.view.hasFocus()
    desk.press(Key.Key_Plus, Key.Key_Space)
    assert desk.is_in(screen.pane)
    desk.press(Key.Key_Return, held=CTRL)
    desk.wait_for(lambda: screen.session.state is PrintState.ENDED)
    assert list((tmp_path / "paper").glob("**/*.pdf"))
    assert desk.is_in(screen)
    desk.press(Key.Key_P, held=ALT)
    desk.press(Key.Key_C)  # Printing, Change batch
    assert screen.session.state is PrintState.CHOOSING
    assert desk.is_in(screen)


def test_a_message_is_found_written_saved_and_switched_on(desk: Desk) -> None:
    desk.press(Key.Key_5, held=CTRL)
    screen = Driver(desk.screen)
    desk.press(Key.Key_F, held=CTRL)
    desk.type("invoice delivery")
    desk.press(Key.Key_Down, Key.Key_Down, Key.Key_Right, Key.Key_Down)
    assert desk.screen.title.startswith("Invoice Delivery, ")
    desk.press(Key.Key_Return)
    assert screen.has_keyboard("Message, formatted")
    desk.type("Hello %%accountI")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_Return, held=CTRL)
    assert not screen.button("Save version 3").isEnabled(), "it was saved, and nothing is left to save"
    desk.press_until(Key.Key_Backtab, lambda: screen.has_keyboard("On"))
    desk.press(Key.Key_Space)
    assert screen.button("On").isChecked()
    assert screen.says("E-mail as it would be sent")


def test_the_tree_jumps_by_code_name_service_and_invoice(desk: Desk) -> None:
    with desk.opened.database.read() as session:
        jane = desk.account_id("A0002")
        service = session.scalars(select(Service.identifier).where(Service.account_id == jane)).first()
        invoice = session.scalars(select(FinancialTransaction.number).where(
            FinancialTransaction.account_id == jane, FinancialTransaction.kind == "invoice")).first()
    for words in ("a0002", "jane cit", service, invoice):
        desk.press(Key.Key_L, held=CTRL)
        desk.type(words)
        desk.press(Key.Key_Return)
        assert desk.page.title == "Jane Citizen", words
        assert desk.is_in(desk.page)
        desk.press(Key.Key_W, held=CTRL)
        assert isinstance(desk.screen, CustomerListScreen)


def test_the_window_is_walked_by_regions_tabs_and_back(desk: Desk) -> None:
    window = desk.window
    desk.press(Key.Key_L, held=CTRL)
    desk.type("A0001")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_Comma, held=CTRL)
    assert desk.screen.target.kind == "settings"
    desk.press(Key.Key_Left, held=ALT)
    assert desk.page.title == "Acme Pty Ltd"
    desk.press(Key.Key_Left, held=ALT)
    assert isinstance(desk.screen, CustomerListScreen)
    desk.press(Key.Key_Right, held=ALT)
    assert desk.page.title == "Acme Pty Ltd"
    desk.press(Key.Key_Tab, held=CTRL)
    assert desk.screen.target.kind == "settings"
    desk.press(Key.Key_Tab, held=CTRL | SHIFT)
    assert desk.page.title == "Acme Pty Ltd"
    desk.press(Key.Key_F4)
    assert desk.account.head.every(SlimFigures)
    desk.press(Key.Key_F4)
    assert not desk.account.head.every(SlimFigures)
    regions = (window.findChild(Rail), window.findChild(AccountTreePanel), window.tabs, window.jobs)
    seen = []
    for _ in range(4):
        desk.press(Key.Key_F6)
        seen.append(next(place for place, region in enumerate(regions) if desk.is_in(region)))
    assert sorted(seen) == [0, 1, 2, 3]  # rail, tree, page, jobs, each once
    desk.press(Key.Key_L, held=CTRL)
    desk.press(Key.Key_B, held=CTRL)
    assert desk.is_in(desk.page)  # the tree went, and the keyboard did not go with it
    desk.press(Key.Key_B, held=CTRL)
    desk.press(Key.Key_S, held=CTRL | SHIFT)
    assert not window.tabs.current.isHidden()
    desk.press(Key.Key_S, held=CTRL | SHIFT)
    assert desk.is_in(desk.page)


def test_the_list_of_keys_names_every_key_and_gives_the_keyboard_back(desk: Desk) -> None:
    before = desk.keyboard()
    desk.press(Key.Key_Slash, held=CTRL)
    keys = desk.dialog
    assert isinstance(keys, KeysWindow)
    told_lines = keys.shown_lines()
    told = {line.text for line in told_lines}
    assert {"Next account of the list", "Print invoices", "Account tree"} <= told
    desk.type("f6")
    assert [line.text for line in keys.shown_lines()] == ["Next region", "Previous region"]
    desk.press(Key.Key_Escape)
    assert len(keys.shown_lines()) == len(told_lines)  # the first Escape empties the filter
    desk.press(Key.Key_Escape)
    assert desk.keyboard() is before


def test_menus_open_by_their_letters_and_no_letter_means_two_things(desk: Desk) -> None:
    bar = desk.window.findChild(QMenuBar)
    menus = [action.menu() for action in bar.actions()]
    letters = [action.text()[action.text().index("&") + 1].lower() for action in bar.actions()]
    assert len(letters) == len(set(letters))
    for menu in menus:
        assert isinstance(menu, QMenu)
        inside = [action.text() for action in menu.actions() if not action.isSeparator()]
        assert all("&" in text for text in inside), inside
        own = [text[text.index("&") + 1].lower() for text in inside]
        assert len(own) == len(set(own)), inside


def test_what_takes_the_keyboard_has_a_name_and_lets_it_go(desk: Desk) -> None:
    desk.press(Key.Key_L, held=CTRL)
    desk.type("A0004")
    desk.press(Key.Key_Return)
    desk.press(Key.Key_P, held=CTRL)
    desk.press(Key.Key_Comma, held=CTRL)
    desk.place.desk.actions.trigger("scan.preview")
    desk.settle()
    for screen in desk.window.tabs.screens:
        desk.window.go(screen.target)
        desk.settle()
        screen.focus_first()
        first, seen = desk.keyboard(), []
        for _ in range(80):
            seen.append(desk.keyboard())
            desk.press(Key.Key_Tab)
            if desk.keyboard() is first:
                break
        else:
            raise AssertionError(f"{screen.title}: Tab never comes back; last {seen[-3:]}")
        nameless = [widget for widget in seen if not isinstance(widget, QTabBar) and not
                    (widget.accessibleName() or getattr(widget, "text", str)())]
        assert not nameless, f"{screen.title}: {nameless}"


def test_a_database_is_tried_before_it_is_taken(desk: Desk, books: Path) -> None:
    before = desk.keyboard()
    dialog = ConnectDialog(desk.theme, desk.runner, _probe, desk.window, folder=str(books.parent))
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    dialog.open_and_forget()
    desk.settle()
    desk.type(str(books))
    desk.press(Key.Key_T, held=ALT)
    assert dialog.answer == "The database answers. It holds 6 providers."
    desk.press(Key.Key_S, held=ALT)  # a server, where none listens
    desk.press_until(Key.Key_Tab, lambda: desk.keyboard().accessibleName() == "Host")
    desk.type("127.0.0.1")
    desk.press(Key.Key_Tab)
    desk.press(Key.Key_A, held=CTRL)
    desk.type("1")
    desk.press(Key.Key_Tab)
    desk.type("books")
    desk.press(Key.Key_Tab)
    desk.type("kim")
    desk.press(Key.Key_T, held=ALT)
    assert dialog.answer.startswith("No answer from the database.")
    assert "127.0.0.1" not in dialog.answer
    desk.press(Key.Key_Return)  # refused in the same place, and the dialog stays
    assert dialog.isVisible()
    assert chosen == []
    desk.press(Key.Key_F, held=ALT)
    desk.press(Key.Key_C, held=ALT)
    assert chosen == [str(books)]
    assert desk.keyboard() is before


def test_a_database_that_vanishes_is_said_and_the_window_survives(desk: Desk, books: Path) -> None:
    customers = desk.screen
    assert isinstance(customers, CustomerListScreen)
    desk.opened.database.engine.dispose()
    for ending in ("", "-wal", "-shm"):
        Path(f"{books}{ending}").unlink(missing_ok=True)
    books.write_bytes(b"not a database any more, whatever happened to the disk" * 100)
    desk.press(Key.Key_F5)
    said = Driver(customers).one(EmptyState).accessibleName()
    assert said == "The customers could not be read."
    assert desk.window.isVisible()
    desk.press(Key.Key_Comma, held=CTRL)
    assert desk.screen.target.kind == "settings"  # one can still go on to another database


def _probe(url: str, database: object, context: JobContext) -> str:
    return try_connection(database, context, url=url)
