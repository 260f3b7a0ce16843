"""The customer list as a person uses it: find, sort, filter, preview, select, copy, open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from sqlalchemy.orm import Session

from app.services.changes import Changed, ChangeSet
from app.services.customers.choice import CustomerQuestion, Totals, selected_ids
from app.services.customers.columns import LIST_COLUMNS, USUAL
from app.services.customers.head import CustomersHead, customers_head
from app.services.customers.list import CustomerSort, QuickFilter, customer_ids
from app.services.errors import RefusedByRule
from app.services.jobs import JobContext
from app.views.customers.columns import CustomerColumns
from app.views.customers.list_screen import CustomerListScreen
from app.views.customers.selection import selection_words
from app.views.customers.source import customer_source
from app.views.desk.screen import Target
from app.views.lists.models.paged_table_model import TableState
from app.views.lists.models.pages import Anchors, Order, PageRequest
from app.views.look.tokens import BODY, Ink, Tone
from app.views.widgets.badge import Badge
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.figure_card import FigureCard
from app.views.widgets.wrapped_words import WrappedWords
from tests.factories.books import Book
from tests.support.customer_list import CustomerListDriver
from tests.support.desks import make_desk
from tests.views.accounts.conftest import TODAY, Bench, hold, press, type_text

ENTER, DOWN, UP, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Escape
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def on(screen: CustomerListScreen) -> CustomerListDriver:
    return CustomerListDriver(screen)


def codes(screen: CustomerListScreen) -> list[str]:
    return on(screen).codes


def find(screen: CustomerListScreen, text: str) -> None:
    on(screen).ask(text)


def previewed(bench: Bench, screen: CustomerListScreen, name: str) -> None:
    bench.qtbot.waitUntil(lambda: on(screen).preview.has(name, ElidedLabel), timeout=2000)


def test_it_opens_on_the_provider_with_its_figures(bench: Bench) -> None:
    screen = bench.customers()
    assert on(screen).title == "Customers of Harbour Telecom"
    assert on(screen).has("6 accounts, 5 active. Money in AUD, as of today.")
    assert codes(screen) == ["A1", "A2", "A3", "A4", "AG", "S1"]
    assert on(screen).box.hasFocus()
    assert on(screen).counts == {
        "all": 6, "exceeded": 1, "suspended": 1, "overdue": 2}
    assert on(screen).found == "6 accounts"
    assert screen.part() == str(bench.ids["HT"])


def test_the_tabulator_walks_its_head_from_left_to_right(bench: Bench) -> None:
    screen = bench.customers()
    views, provider = on(screen).find("Saved views"), on(screen).field("Provider")
    assert views.mapTo(screen, views.rect().topLeft()).x() < provider.mapTo(screen, provider.rect().topLeft()).x()
    views.setFocus()
    press(views, Qt.Key.Key_Tab)
    assert on(screen).has_keyboard("Provider")
    press(provider, Qt.Key.Key_Tab)
    assert on(screen).box.hasFocus()


def test_red_is_what_the_rule_set_acts_on(bench: Bench) -> None:
    screen = bench.customers()
    assert on(screen).cell("A2", "payable").text == "66.00"
    assert on(screen).cell("A2", "payable").ink == Ink.BAD
    assert on(screen).cell("A4", "payable").ink != Ink.BAD
    assert on(screen).cell("A3", "status").tone is Tone.BAD
    assert (on(screen).cell("A2", "status").text, on(screen).cell("A2", "status").dot) == ("Active", "good")
    assert on(screen).cell("A2", "oldest").text == "20 days"
    assert on(screen).cell("A1", "balance").text == "–"


def test_credit_is_said_in_words_where_it_is_no_figure(bench: Bench) -> None:
    screen = bench.customers()
    assert on(screen).cell("A2", "credit").text == "No limit"
    assert on(screen).cell("A1", "credit").text == "3,000.00"
    exceeded = on(screen).cell("A4", "credit")
    assert (exceeded.text, exceeded.ink, exceeded.is_bold) == ("\u221240.00", Ink.BAD, True)
    assert on(screen).rows.spoken(codes(screen).index("A4"), "credit") == "Credit left: exceeded by 40.00"


def test_words_filter_and_enter_opens_what_is_previewed(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "jane")
    assert codes(screen) == ["A2"]
    assert on(screen).found == "1 of 6 accounts"
    press(screen, ENTER)
    assert bench.visited == [(Target("account", bench.ids["A2"]), False)]
    press(screen, ESC)
    assert len(codes(screen)) == 6
    find(screen, "ht-2")
    assert codes(screen) == ["A2"]


def test_the_list_is_walked_and_opened_by_keyboard(bench: Bench) -> None:
    screen = bench.customers()
    press(screen, DOWN)
    assert on(screen).rows.has_keyboard()
    press(screen, DOWN)
    previewed(bench, screen, "Jane Citizen")
    press(screen, ENTER)
    press(screen, ENTER, modifiers=SHIFT)
    assert bench.visited == [(Target("account", bench.ids["A2"]), False), (Target("account", bench.ids["A2"]), True)]
    press(screen, UP, UP)
    assert on(screen).box.hasFocus()


def test_the_preview_says_what_a_scan_would_do(bench: Bench) -> None:
    screen = bench.customers()
    screen.preview_account(bench.ids["A2"])
    preview = on(screen).preview
    assert [card.value for card in preview.every(FigureCard)] == ["66.00", "66.00", "No limit", "Would suspend"]
    assert preview.names(Badge) == ["Active", "Suspension due"]
    assert preview.has("A2 · Organisation · Default Profile · Harbour Telecom")
    assert preview.one(WrappedWords).text.startswith("Why: Overdue payable 66.00 AUD is at least 50.00 AUD.")
    preview.click("See the whole reasoning")
    assert bench.visited == [(Target("account", bench.ids["A2"], "reasoning"), False)]
    screen.preview_account(bench.ids["AG"])
    assert preview.find("A scan of today", FigureCard).value == "Does not judge it"
    assert not preview.has("See the whole reasoning")


def test_quick_filters_and_what_is_said_when_nobody_is_left(bench: Bench) -> None:
    screen = bench.customers()
    on(screen).quick("exceeded").click()
    assert codes(screen) == ["A4"]
    find(screen, "jane")
    assert on(screen).empty.accessibleName() == 'Nothing matches "jane".'
    assert on(screen).empty.accessibleDescription() == "Without Exceeded there is 1."
    buttons = {button.text(): button for button in on(screen).empty.buttons()}
    assert set(buttons) == {"Show all", "Clear the words"}
    assert on(screen).preview.button("Open account").isEnabled() is False
    buttons["Show all"].click()
    assert codes(screen) == ["A2"]


def test_heads_sort_and_the_same_account_stays_under_the_keyboard(bench: Bench) -> None:
    screen = bench.customers()
    on(screen).go_to("A2")
    for expected in (["AG", "S1", "A1", "A4", "A3", "A2"], ["A2", "A3", "A4", "A1", "S1", "AG"]):
        on(screen).rows.click_head("payable")
        assert codes(screen) == expected
        assert on(screen).current == "A2"


def test_selection_is_summed_and_copied(bench: Bench) -> None:
    screen, said = bench.customers(), []
    screen.selection_text_changed.connect(said.append)
    on(screen).rows.go_to(1)
    press(screen, DOWN, modifiers=SHIFT)
    bench.qtbot.waitUntil(lambda: screen.selection_text.startswith("2 of 6"))
    assert screen.selection_text == (
        "2 of 6 selected, balance 123.50\u00a0AUD, payable 123.50\u00a0AUD")
    press(screen, Qt.Key.Key_C, modifiers=CONTROL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0].split("\t")[:3] == ["Code", "Name", "Profile"]
    assert lines[1].split("\t")[:4] == ["A2", "Jane Citizen", "Default Profile", "Active"]
    assert len(lines) == 3


def test_currencies_are_never_added_up(bench: Bench) -> None:
    totals = Totals(rows=2, balances=(("AUD", 100), ("NZD", 250)), payables=(("AUD", 0), ("NZD", 250)))
    assert selection_words(2, 9, totals, bench.theme.formatter) == (
        "2 of 9 selected, balance 1.00\u00a0AUD and 2.50\u00a0NZD, payable 0.00\u00a0AUD and 2.50\u00a0NZD")


def test_a_change_elsewhere_renews_rows_and_moves_nothing(bench: Bench) -> None:
    screen = bench.customers()
    on(screen).rows.go_to(2)
    hold(bench.database, bench.ids["A1"])
    resets = []
    on(screen).rows.model.modelReset.connect(lambda: resets.append(1))
    bench.bus.publish(ChangeSet.of(Changed.HOLDS, accounts={bench.ids["A1"]}))
    assert on(screen).cell("A1", "status").text == "Suspended"
    assert on(screen).quick("suspended").count == 2
    assert resets == []
    assert on(screen).current == "A3"


def test_rows_that_came_in_wait_behind_a_link(bench: Bench) -> None:
    screen = bench.customers()
    with bench.database.write() as session:
        Book(session).account(bench.ids["HT"], "A0", name="Newcomer")
    bench.bus.publish(ChangeSet.of(Changed.ACCOUNTS))
    assert "A0" not in codes(screen)
    on(screen).click("1 newer row, show")
    assert codes(screen)[0] == "A0"
    assert not on(screen).has("1 newer row, show")


def test_another_provider_is_chosen_by_keyboard(bench: Bench) -> None:
    screen, parts = bench.customers(), []
    screen.part_changed.connect(parts.append)
    on(screen).field("Provider").setFocus()
    type_text(screen, "c")  # letters choose
    assert on(screen).title == "Customers of Coral Coast"
    assert on(screen).empty.accessibleName() == "Coral Coast has no customers yet."
    assert on(screen).preview.root.preview is None
    assert parts == [str(bench.ids["CC"])]
    screen.show_part(str(bench.ids["PW"]))
    assert codes(screen) == ["CC", "HT"]


def test_each_provider_keeps_what_was_typed_for_it(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "jane")
    on(screen).quick("overdue").click()
    assert codes(screen) == ["A2"]
    screen.show_provider(bench.ids["PW"])
    assert (on(screen).bar.text, on(screen).bar.quick.key) == ("", QuickFilter.ALL)
    type_text(on(screen).box, "coral")
    screen.show_provider(bench.ids["HT"])  # before the pause of typing was over
    assert codes(screen) == ["A2"]
    assert (on(screen).box.text(), on(screen).bar.quick.key) == ("jane", QuickFilter.OVERDUE)
    again = CustomerListScreen(Target("customers"), bench.desk())
    again.restore_state(screen.save_state())
    bench.show(again)
    again.show_provider(bench.ids["PW"])
    assert on(again).box.text() == "coral"
    assert codes(again) == ["CC"]


@pytest.mark.parametrize("damaged", ["{", "[1]", '{"1": 5}'])
def test_damaged_filters_are_left_out(bench: Bench, damaged: str) -> None:
    screen = CustomerListScreen(Target("customers", part=str(bench.ids["HT"])), bench.desk())
    screen.restore_state({"filters": damaged})
    bench.show(screen)
    screen.show_provider(bench.ids["PW"])
    assert codes(screen) == ["CC", "HT"]


@pytest.mark.parametrize("percent", [100, 150])
def test_the_whole_sentence_of_why_is_shown_at_1280(bench: Bench, percent: int) -> None:
    bench.theme.set_text_percent(percent)
    screen = bench.customers()
    screen.resize(900 if percent == 100 else 1160, 600 if percent == 100 else 700)
    on(screen).go_to("A2")
    previewed(bench, screen, "Jane Citizen")
    why = on(screen).preview.one(WrappedWords)
    metrics = bench.theme.metrics(BODY)
    assert why.text.endswith(".")
    assert " ".join(why.shown_lines()) == why.text
    assert max(map(metrics.horizontalAdvance, why.shown_lines())) <= why.width()
    assert why.height() >= 2 * metrics.height()
    assert why.toolTip() == ""


def test_without_a_provider_the_retail_one_with_most_customers_is_shown(bench: Bench) -> None:
    assert bench.customers(provider="").part() == str(bench.ids["HT"])


def test_filter_order_and_provider_come_back(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "a")
    on(screen).quick("overdue").click()
    for _ in range(2):  # the other way round
        on(screen).rows.click_head("balance")
    bench.trigger(screen, "customers.preview")
    state = screen.save_state()
    again = CustomerListScreen(Target("customers"), bench.desk())
    again.restore_state(state)
    bench.show(again)
    assert codes(again) == ["A2", "A3"]
    assert on(again).box.text() == "a"
    assert not on(again).shows_preview
    assert (again.save_state()["sort"], again.save_state()["descending"]) == ("balance", True)


def test_what_the_screen_in_front_can_do(bench: Bench) -> None:
    screen = bench.customers()
    on(screen).rows.root.go_to_row(1)
    bench.trigger(screen, "account.open")
    bench.trigger(screen, "account.why")
    assert bench.visited == [(Target("account", bench.ids["A2"]), False),
                             (Target("account", bench.ids["A2"], "reasoning"), False)]
    on(screen).rows.root.setFocus()
    bench.trigger(screen, "go.list")
    assert on(screen).box.hasFocus()
    bench.trigger(screen, "screen.refresh")
    assert on(screen).current == "A2"


def test_failing_to_read_is_said_in_the_lists_own_place(bench: Bench, monkeypatch) -> None:
    def fail(*_args, **_named):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("app.views.customers.list_screen.customers_head", fail)
    screen = bench.customers()
    assert on(screen).empty.accessibleName() == "The customers could not be read."
    assert on(screen).empty.accessibleDescription() == "the disk is gone"
    monkeypatch.undo()
    on(screen).empty.buttons()[0].click()
    assert codes(screen) == ["A1", "A2", "A3", "A4", "AG", "S1"]


# --------------------------------------------------------------------------- many rows


@pytest.fixture
def many(database, ids, filled_books) -> int:
    """A provider with 450 customers beside the others; returns its id."""
    return filled_books.put(database, fill_many)


def fill_many(database) -> int:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("BIG", name="Big")
        for number in range(450):
            account = book.account(provider, f"C{number:03}", name=f"Name {number % 40:02}")
            if number % 7 == 0:
                book.invoice(account, 1_000 + number % 5, TODAY - timedelta(days=60), TODAY - timedelta(days=30))
        return provider


@pytest.mark.parametrize("sort", [CustomerSort.CODE, CustomerSort.NAME, CustomerSort.PAYABLE])
def test_pages_read_in_any_order_make_one_list(database, many, sort) -> None:
    source, anchors = customer_source(CustomerQuestion(provider_id=many, as_of=TODAY)), Anchors()
    order, context, found = Order(sort.value, descending=True), JobContext(), {}
    whole = [row.id for row in source.fetch(database, context, PageRequest(first_row=0, limit=1000, order=order))]
    assert len(whole) == source.count(database, context) == 450
    for first in (0, 200, 400, 100, 300):
        rows = source.fetch(database, context, PageRequest(first_row=first, limit=100, order=order,
                                                           anchor=anchors.before(first)))
        anchors.add(first + len(rows), source.anchor_key(rows[-1], order))
        found[first] = [row.id for row in rows]
    assert [i for first in sorted(found) for i in found[first]] == whole
    again = source.reread(database, context, whole[:3])
    assert [row.id for row in again] == whole[:3]


def test_all_rows_are_summed_and_copied_though_most_are_not_read(bench: Bench, many) -> None:
    bench.ids["BIG"] = many
    screen = bench.customers("BIG")
    on(screen).rows.root.setFocus()
    press(screen, Qt.Key.Key_A, modifiers=CONTROL)
    # 65 invoices of 10.00 to 10.04
    bench.qtbot.waitUntil(lambda: screen.selection_text.startswith("450 of 450 selected, balance 651.30"), timeout=5000)
    press(screen, Qt.Key.Key_C, modifiers=CONTROL)
    bench.qtbot.waitUntil(lambda: screen.selection_text == "450 rows copied.", timeout=5000)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert [line.split("\t")[0] for line in (lines[1], lines[450])] == ["C000", "C449"]


def test_what_is_selected_is_told_to_services_in_its_shortest_form(bench: Bench, many, database) -> None:
    bench.ids["BIG"] = many
    screen = bench.customers("BIG")
    table, selection = on(screen).rows.root, on(screen).selection
    with database.read() as session:
        ids = customer_ids(session, provider_id=many, as_of=TODAY, sort=CustomerSort.CODE)

    def meant() -> list[int]:
        with database.read() as session:
            return selected_ids(session, selected=selection.selected())

    table.setFocus()
    press(screen, Qt.Key.Key_A, modifiers=CONTROL)
    assert (selection.selected().ids, selection.selected().spans, selection.selected().count) == (None, (), 450)
    assert meant() == ids
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, CONTROL, table.visualRect(
        table.model().index(1, 1)).center())
    assert (selection.selected().without, selection.selected().count) == (frozenset({ids[1]}), 449)
    assert meant() == [ids[0], *ids[2:]]
    bench.qtbot.waitUntil(lambda: screen.selection_text.startswith("449 of 450 selected, balance"), timeout=5000)

    table.go_to_row(3)
    press(screen, DOWN, modifiers=SHIFT)
    assert selection.selected().ids == (ids[3], ids[4])
    assert meant() == ids[3:5]

    picked = table.selectionModel().selection()
    picked.select(table.model().index(300, 0), table.model().index(310, 9))  # rows that are not read
    table.selectionModel().select(picked, table.selectionModel().SelectionFlag.Select)
    assert selection.selected().spans == ((3, 4), (300, 310))
    assert meant() == [*ids[3:5], *ids[300:311]]
    by_number = selection.selected()
    with database.write() as session:
        Book(session).account(many, "C999")
    with database.read() as session, pytest.raises(RefusedByRule, match="has changed"):
        selected_ids(session, selected=by_number)


def test_all_is_selected_also_before_the_rows_are_counted(bench: Bench, many) -> None:
    bench.ids["BIG"] = many
    screen = bench.customers("BIG")
    bench.runner.hold()
    find(screen, "name")
    table = on(screen).rows
    bench.runner.waiting.reverse()  # the rows may well be read before they are counted
    while table.model.state is TableState.READING:
        assert bench.runner.release(1)
    counted = table.count
    assert counted < 450, "the first page is there, and the rest is not counted yet"
    table.root.setFocus()
    press(screen, Qt.Key.Key_A, modifiers=CONTROL)
    assert table.root.selected_count() == counted
    bench.runner.release()
    assert table.root.selected_count() == 450


def test_a_cell_narrows_the_filter(bench: Bench) -> None:
    screen = bench.customers()
    on(screen).go_to("A2")
    table = on(screen).rows.root
    model = table.model()
    for column, text, left in (("status", "status:active", ["A1", "A2", "A4", "AG", "S1"]),
                               ("profile", 'status:active profile:"Default Profile"', ["A2", "A4", "AG", "S1"]),
                               ("balance", 'status:active profile:"Default Profile" balance:66.00', ["A2"])):
        table.setCurrentIndex(model.index(codes(screen).index("A2"), model.column_of(column)))
        press(screen, Qt.Key.Key_F, modifiers=CONTROL | SHIFT)
        assert (on(screen).bar.text, codes(screen)) == (text, left)
    said = []
    screen.selection_text_changed.connect(said.append)
    table.setCurrentIndex(model.index(0, model.column_of("services")))
    bench.trigger(screen, "customers.filter_cell")
    assert 'The filter cannot ask for "Services" of this row.' in said


def test_columns_are_chosen_ordered_sized_and_come_back(bench: Bench) -> None:
    screen = bench.customers()
    assert [c.key for c in on(screen).rows.root.shown_columns()] == list(USUAL)
    on(screen).rows.root.choose_columns(["name", "start", "code"])
    on(screen).rows.root.set_widths({"start": 130})
    again = CustomerListScreen(Target("customers"), bench.desk())
    again.restore_state(screen.save_state())
    bench.show(again)
    assert [c.title for c in on(again).rows.root.shown_columns()] == ["Name", "Start", "Code"]
    assert on(again).rows.root.columnWidth(on(again).rows.model.column_of("start")) == 130
    again.restore_state({"layout": "[[1]"})
    assert len(on(again).rows.root.shown_columns()) == 3


def test_columns_of_screen_and_file_are_the_same() -> None:
    shown = CustomerColumns().columns()
    assert [(c.key, c.title) for c in shown] == [(c.key, c.title) for c in LIST_COLUMNS]


def export(bench: Bench, screen: CustomerListScreen, title: str, path: str) -> None:
    """Export through the dialog that asks for the file."""
    bench.trigger(screen, "customers.export")
    (dialog,) = [each for each in screen.findChildren(QFileDialog) if each.isVisible()]
    assert dialog.windowTitle() == title
    dialog.fileSelected.emit(path)
    dialog.reject()


def without_export(session: Session, **asked: int) -> CustomersHead:
    """The head of a list for somebody who may look only."""
    return replace(customers_head(session, **asked), may_export=False)


def test_what_is_shown_is_exported(bench: Bench, tmp_path, monkeypatch) -> None:
    screen = bench.customers()
    find(screen, "status:active")
    on(screen).rows.root.choose_columns(["name", "code"])
    export(bench, screen, "Export 5 rows", str(tmp_path / "all.csv"))
    assert (tmp_path / "all.csv").read_text(encoding="utf-8").splitlines() == [
        "Name,Code", "Acme Pty Ltd,A1", "Jane Citizen,A2", "Delta Ltd,A4", "Zebra Agency,AG", "Signed Up,S1"]
    assert screen.selection_text == f"5 rows written to {tmp_path / 'all.csv'}."
    on(screen).rows.go_to(1)
    press(screen, DOWN, modifiers=SHIFT)
    export(bench, screen, "Export 2 rows", str(tmp_path / "two.csv"))
    assert (tmp_path / "two.csv").read_text(encoding="utf-8").splitlines()[1:] == ["Jane Citizen,A2", "Delta Ltd,A4"]
    monkeypatch.setattr("app.views.customers.list_screen.customers_head", without_export)
    screen.read_again()
    bench.use(screen)
    assert bench.actions.refusal("customers.export") == 'needs the power "Export customers"'


def test_a_database_without_accounts_says_where_to_begin(database, theme, qtbot) -> None:
    from app.views.creation.feature import FEATURE as CREATION
    from app.views.importing.feature import FEATURE as IMPORTING
    from app.views.running.change_bus import ChangeBus
    from tests.support.immediate_runner import ImmediateRunner

    bus, asked = ChangeBus(), []
    desk = make_desk(theme, ImmediateRunner(database, bus), bus, features=(CREATION, IMPORTING))
    desk.actions.bind("file.import", lambda: asked.append("file"))
    desk.actions.bind("provider.new", lambda: asked.append("provider"))
    screen = CustomerListScreen(Target("customers"), desk)
    qtbot.addWidget(screen)
    screen.show()
    assert on(screen).empty.accessibleName() == "No accounts yet."
    provider, files = on(screen).empty.buttons()  # what this program cannot do is not offered
    assert (provider.text(), files.text()) == ("New provider", "Import accounts")
    provider.click()
    files.click()
    assert asked == ["provider", "file"]
    assert screen.business_place().name == "Operator"
