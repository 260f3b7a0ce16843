"""Widgets, delegates and views: what they say, what they ask for, and that they paint in both palettes."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

import app.views
from app.services.errors import DatabaseProblem
from app.services.jobs import JobContext, Progress
from app.views.asking.choices import ChoiceBox, RadioDot, TickBox
from app.views.asking.fields import DateField, MoneyField, NumberField
from app.views.lists.count_switches import CountChoice, CountSwitches
from app.views.lists.data_table import DataTable
from app.views.lists.lazy_tree import LazyTree
from app.views.lists.models.columns import Column, Kind, SwitchState
from app.views.lists.models.paged_table_model import PagedTableModel, TableState
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.models.tree_model import LazyTreeModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.formatting import ReadingError
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import JobCard, JobHandle, JobState, Lane
from app.views.shell.bell import Bell, NoticesPanel
from app.views.start.connect import ConnectDialog, ServerAddress
from app.views.widgets.badge import Badge
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Button, ElidedLabel, LinkButton
from app.views.widgets.empty_state import EmptyState, WayOn
from app.views.widgets.figure_card import FigureCard
from app.views.widgets.notices import Notices
from app.views.widgets.page_header import PageHeader
from app.views.widgets.progress_row import ProgressRow
from app.views.widgets.search_field import SearchField
from app.views.widgets.source_chip import SourceChip
from app.views.widgets.tabs import SectionTabs
from tests.support.driver import Driver, TableDriver
from tests.support.immediate_runner import ImmediateRunner
from tests.support.list_source import ListSource
from tests.views.lists.test_item_models import Family

TODAY = date(2025, 7, 2)


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.set_choice(request.param)
    return made


@pytest.fixture
def light(qapp: QApplication) -> Theme:
    made = Theme(qapp)
    made.set_choice("light")
    return made


@pytest.fixture
def runner(qapp: QApplication) -> ImmediateRunner:
    return ImmediateRunner("books", ChangeBus())


@dataclass(frozen=True)
class Setting:
    id: int
    name: str
    amount: int
    tier: tk.TierMark
    switch: SwitchState


SETTINGS = [
    Setting(1, "Trading terms", 2100, tk.TierMark.PROFILE, SwitchState.OFF),
    Setting(2, "Credit limit", 0, tk.TierMark.ACCOUNT, SwitchState.ON),
    Setting(3, "Invoice layout", -4510, tk.TierMark.SYSTEM, SwitchState.LOCKED),
]
COLUMNS: tuple[Column[Setting], ...] = (
    Column(key="name", title="Attribute", text=lambda row, _: row.name, sort_value=lambda row: row.name,
           stretches=True, is_link=lambda row: row.id == 1),
    Column(key="amount", title="Amount", kind=Kind.FIGURE, sort_value=lambda row: row.amount,
           text=lambda row, form: form.amount(row.amount, "AUD") if row.amount else ""),
    Column(key="state", title="Status", kind=Kind.STATUS, text=lambda row, _: "Suspended" if row.id == 2 else "Active",
           tone=lambda row: tk.Tone.BAD if row.id == 2 else None, dot=lambda _row: "good",
           icon=lambda row: Icon.SUSPENDED if row.id == 2 else None),
    Column(key="source", title="Comes from", kind=Kind.SOURCE, text=lambda row, _: row.tier.title(),
           tier=lambda row: row.tier),
    Column(key="set", title="Set here", kind=Kind.SWITCH, text=lambda _row, _form: "", switch=lambda row: row.switch),
)


@pytest.fixture
def table(theme: Theme, qtbot) -> DataTable:
    made = DataTable(theme, "Attributes")
    qtbot.addWidget(made)
    model = RowsTableModel(COLUMNS, lambda row: row.id, theme.formatter, made)
    made.show_model(model)
    model.set_rows(SETTINGS)
    made.resize(700, 200)
    made.show()
    return made


def colours_of(widget: QWidget) -> set[int]:
    image = widget.grab().toImage()
    return {image.pixel(x, y) & 0xFFFFFF for x in range(0, image.width(), 2) for y in range(image.height())}


# --- tables ---


def test_a_table_paints_selection_badge_chip_and_switch_from_the_tokens(table: DataTable, theme: Theme, qtbot) -> None:
    table.go_to_row(0)
    seen = colours_of(table)
    for role in ("selection", "bad_soft", "tier_profile", "tint_profile", "accent", "rule", "raised", "good"):
        assert theme.color(role).rgb() & 0xFFFFFF in seen, role


def test_keys_of_a_table(table: DataTable, qtbot) -> None:
    heard: list[tuple[str, int]] = []
    for name in ("opened", "opened_aside", "switch_clicked", "filter_by_cell"):
        getattr(table, name).connect(lambda index, name=name: heard.append((name, index.row())))
    table.left_upwards.connect(lambda: heard.append(("up", 0)))
    table.go_to_row(1)
    for key, modifiers in ((Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
                           (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier),
                           (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
                           (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
                           (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier),
                           (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier)):
        qtbot.keyClick(table, key, modifiers)
    assert heard == [("opened", 1), ("opened_aside", 1), ("switch_clicked", 1), ("filter_by_cell", 1), ("up", 0)]
    qtbot.keyClick(table, Qt.Key.Key_End)
    assert table.current_row() == SETTINGS[2]


def test_a_locked_switch_is_not_turned(table: DataTable, qtbot) -> None:
    table.go_to_row(2)
    with qtbot.assertNotEmitted(table.switch_clicked), qtbot.assertNotEmitted(table.space_pressed):
        qtbot.keyClick(table, Qt.Key.Key_Space)


def test_clicks_on_links_chips_and_switches(table: DataTable, qtbot) -> None:
    def click(row: int, column: int, dx: int) -> None:
        rect = table.visualRect(table.model().index(row, column))
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(rect.x() + dx, rect.center().y()))

    links: list[tuple[int, int]] = []
    switches: list[int] = []
    table.link_clicked.connect(lambda index: links.append((index.row(), index.column())))
    table.switch_clicked.connect(lambda index: switches.append(index.row()))
    click(0, 0, 24)
    click(1, 0, 24)
    click(0, 3, 30)
    click(1, 4, table.columnWidth(4) // 2)
    click(2, 4, table.columnWidth(4) // 2)
    assert links == [(0, 0), (0, 3)]
    assert switches == [1]


def test_rows_are_copied_with_a_head_in_the_order_shown(table: DataTable, qtbot) -> None:
    table.selectAll()
    assert table.selected_count() == 3
    assert list(table.selected_row_numbers()) == [0, 1, 2]
    table.horizontalHeader().moveSection(1, 0)
    table.setColumnHidden(4, True)
    table.copy_rows()
    lines = QGuiApplication.clipboard().text().split("\n")
    assert lines[0] == "Amount\tAttribute\tStatus\tComes from"
    assert lines[2] == "\tCredit limit\tSuspended\tAccount"
    table.go_to_row(0)
    table.copy_cell()
    assert QGuiApplication.clipboard().text() == "Trading terms"


def test_letters_jump_by_name(table: DataTable, qtbot) -> None:
    table.go_to_row(0)
    qtbot.keyClicks(table, "inv")
    assert table.current_row() == SETTINGS[2]


def test_the_head_sorts_and_shows_it(table: DataTable, qtbot) -> None:
    table.go_to_row(0)
    seen = TableDriver(table)
    seen.click_head("Amount")
    seen.click_head("Amount")
    assert table.model().index(0, 0).data() == "Trading terms"
    assert table.horizontalHeader().sortIndicatorOrder() == Qt.SortOrder.DescendingOrder
    assert table.current_row() == SETTINGS[0]
    seen.click_head(COLUMNS[4].title)
    assert table.horizontalHeader().sortIndicatorSection() == 1


def test_columns_are_remembered(table: DataTable, theme: Theme, qtbot) -> None:
    table.setColumnWidth(1, 222)
    table.horizontalHeader().moveSection(0, 2)
    other = DataTable(theme, "Attributes")
    qtbot.addWidget(other)
    other.show_model(RowsTableModel(COLUMNS, lambda row: row.id, theme.formatter, other))
    assert other.restore_columns(table.save_columns())
    assert other.columnWidth(1) == 222
    assert TableDriver(other).titles == TableDriver(table).titles


def test_the_same_thing_stays_current_over_a_new_question(light: Theme, runner: ImmediateRunner, qtbot) -> None:
    table = DataTable(light, "Attributes")
    qtbot.addWidget(table)
    model: PagedTableModel[Setting] = PagedTableModel(COLUMNS, runner, light.formatter, table)
    table.show_model(model)
    model.set_source(ListSource(SETTINGS, lambda row: row.id))
    table.go_to_row(2)
    model.set_source(ListSource(SETTINGS[1:], lambda row: row.id))
    assert table.current_row() == SETTINGS[2]


def test_a_large_or_unread_selection_is_not_half_copied(light: Theme, runner: ImmediateRunner, qtbot) -> None:
    table = DataTable(light, "Attributes")
    qtbot.addWidget(table)
    model: PagedTableModel[Setting] = PagedTableModel(COLUMNS, runner, light.formatter, table)
    table.show_model(model)
    many = [Setting(number, "x", 0, tk.TierMark.SYSTEM, SwitchState.OFF) for number in range(1, 30_000)]
    model.set_source(ListSource(many[:1000], lambda row: row.id))
    table.selectAll()
    with qtbot.waitSignal(table.copy_refused) as refused:
        table.copy_rows()
    assert "not read yet" in refused.args[0]
    model.set_source(ListSource(many, lambda row: row.id))
    table.selectAll()
    with qtbot.waitSignal(table.copy_refused) as refused:
        table.copy_rows()
    assert "20,000" in refused.args[0]


# --- trees ---


@pytest.fixture
def tree(theme: Theme, runner: ImmediateRunner, qtbot) -> LazyTree:
    made = LazyTree(theme, "Accounts")
    qtbot.addWidget(made)
    made.show_model(LazyTreeModel(Family(600), runner, made))
    made.tree_model().load()
    made.resize(280, 300)
    made.show()
    return made


def test_a_tree_opens_reads_on_as_it_is_scrolled_and_reveals(tree: LazyTree, qtbot) -> None:
    model = tree.tree_model()
    tree.expand(model.index_of(1))
    qtbot.waitUntil(lambda: model.rowCount(model.index_of(1)) > 200)
    tree.verticalScrollBar().setValue(tree.verticalScrollBar().maximum())
    tree.scrollTo(model.index(256, 0, model.index_of(1)))
    qtbot.waitUntil(lambda: model.rowCount(model.index_of(1)) > 300)
    model.reveal(600)
    assert tree.current_node_id() == 600
    assert tree.visualRect(tree.currentIndex()).isValid()


def test_a_tree_comes_back_as_it_was(tree: LazyTree, qtbot) -> None:
    model = tree.tree_model()
    model.reveal(20)
    assert tree.expanded_ids() == [1]
    expanded, current = tree.expanded_ids(), tree.current_node_id()
    model.load()
    tree.restore(expanded, current)
    qtbot.waitUntil(lambda: tree.current_node_id() == 20)
    assert tree.isExpanded(model.index_of(1))


def test_keys_of_a_tree(tree: LazyTree, qtbot) -> None:
    opened: list[int] = []
    selected: list[int] = []
    tree.node_opened.connect(lambda node: opened.append(node.node_id))
    tree.node_selected.connect(lambda node: selected.append(node.node_id))
    tree.setFocus()
    tree.setCurrentIndex(tree.tree_model().index_of(1))
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    with qtbot.waitSignal(tree.left_upwards):
        qtbot.keyClick(tree, Qt.Key.Key_Up)
        qtbot.keyClick(tree, Qt.Key.Key_Up)
    assert opened == [1, 2]
    assert selected == [1, 2, 1]


# --- small widgets ---


def test_names_say_value_and_source(theme: Theme, qtbot) -> None:
    chip = SourceChip(theme, "Business", tk.TierMark.PROFILE, "Set on profile Business by R. Haddad, 1 Jun 2025")
    card = FigureCard(theme, "Payable", opens_rows=True)
    badge = Badge(theme, "Suspended", tk.Tone.BAD, Icon.SUSPENDED)
    for widget in (chip, card, badge):
        qtbot.addWidget(widget)
        widget.show()
    card.set("66.00", "AUD", "15 days late, invoice HT-10452", ink=tk.Ink.BAD)
    assert chip.accessibleName() == "Comes from Business"
    assert chip.accessibleDescription().startswith("Set on profile")
    assert card.accessibleName() == "Payable 66.00 AUD, 15 days late, invoice HT-10452"
    assert theme.tokens.bad_soft.rgb() & 0xFFFFFF in colours_of(badge)
    with qtbot.waitSignal(card.clicked):
        qtbot.keyClick(card, Qt.Key.Key_Space)
    card.setFocus()
    assert card.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert FigureCard(theme, "Balance").focusPolicy() == Qt.FocusPolicy.NoFocus


def test_a_search_field_says_its_text_when_typing_pauses(light: Theme, qtbot) -> None:
    field = SearchField(light, "Code or name")
    qtbot.addWidget(field)
    field.show()
    with qtbot.waitSignal(field.settled) as settled:
        qtbot.keyClicks(field, "harb")
    assert settled.args == ["harb"]
    with qtbot.waitSignal(field.left_downwards):
        qtbot.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(field.settled) as settled:
        qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert settled.args == [""]
    with qtbot.waitSignal(field.settled) as settled:
        field.set_text_now("acme")
    assert settled.args == ["acme"]


def test_count_switches_choose_one_or_each_for_itself(light: Theme, qtbot) -> None:
    choices = [CountChoice(key="all", text="All"), CountChoice(key="failed", text="Failed", tone=tk.Tone.BAD)]
    one, each = CountSwitches(light, choices), CountSwitches(light, choices, exclusive=False)
    for row in (one, each):
        qtbot.addWidget(row)
        row.set_counts({"all": 214, "failed": 2})
        row.show()
    with qtbot.waitSignal(one.changed) as changed:
        one.switch("failed").click()
    assert changed.args == [frozenset({"failed"})]
    with qtbot.waitSignal(each.changed) as changed:
        each.switch("failed").click()
    assert changed.args == [frozenset({"all"})]
    assert each.switch("failed").accessibleName() == "Failed 2, hidden"


def test_an_empty_area_says_why_and_offers_ways_on(light: Theme, qtbot) -> None:
    empty = EmptyState(light)
    qtbot.addWidget(empty)
    done: list[str] = []
    empty.show_words("Nothing matches", "Without it there are 12.",
                     ways=[WayOn("Remove it", lambda: done.append("removed"), is_main=True),
                           WayOn("Clear filter", lambda: done.append("cleared"))])
    empty.show()
    assert empty.accessibleName() == "Nothing matches"
    empty.buttons()[0].click()
    assert done == ["removed"]
    with pytest.raises(ValueError, match="at most three"):
        empty.show_words("x", ways=[WayOn("a", list)] * 4)


def test_an_area_follows_its_table(light: Theme, runner: ImmediateRunner, qtbot) -> None:
    table = DataTable(light, "Attributes")
    area = StatefulArea(light, table)
    qtbot.addWidget(area)
    model: PagedTableModel[Setting] = PagedTableModel(COLUMNS, runner, light.formatter, table)
    table.show_model(model)
    area.follow(model, say_empty=lambda: area.show_words("No accounts yet."),
                say_failed=lambda: area.show_words("No answer."), reading_text="Reading accounts.")
    model.set_source(ListSource([], lambda row: row.id))
    assert not area.is_content_shown
    assert area.empty.accessibleName() == "No accounts yet."
    model.set_source(ListSource(SETTINGS, lambda row: row.id))
    assert area.is_content_shown
    assert model.state is TableState.READY


def test_fields_show_their_reading_and_keep_what_was_typed(light: Theme, qtbot) -> None:
    day = DateField(light, "As of", lambda: TODAY)
    money = MoneyField(light, "Amount", "AUD")
    number = NumberField(light, "Days", 0, 365)
    for field in (day, money, number):
        qtbot.addWidget(field)
        field.show()
    readings: list[tuple[str, bool]] = []
    money.reading_changed.connect(lambda words, refused: readings.append((words, refused)))
    money.setText("1234,5")
    assert money.value == 123450
    money.setText("12.345")
    assert money.value is None
    assert money.text() == "12.345"
    assert "two decimal places" in money.refusal
    assert readings == [("1,234.50", False), (money.refusal, True)]
    day.setText("+14")
    assert day.value == date(2025, 7, 16)
    qtbot.keyClick(day, Qt.Key.Key_Up)
    assert day.value == date(2025, 7, 17)
    qtbot.keyClick(day, Qt.Key.Key_PageDown)
    assert day.value == date(2025, 6, 17)
    day.selectAll()
    qtbot.keyClick(day, Qt.Key.Key_T)
    assert day.value == TODAY
    number.setText("400")
    assert "400 is outside 0 to 365" in number.refusal
    number.set_value(None)
    assert number.value is None
    assert number.refusal == ""
    yen = MoneyField(light, "Amount", "JPY")
    qtbot.addWidget(yen)
    yen.setText("12.50")
    assert "no decimal places" in yen.refusal


@pytest.mark.parametrize(("typed", "day"), [("t", 2), ("=", 2), ("today", 2), ("Today", 2), ("tomorrow", 3)])
def test_t_stands_for_today_and_begins_its_words(light: Theme, qtbot, typed: str, day: int) -> None:
    field = DateField(light, "As of", lambda: TODAY)
    qtbot.addWidget(field)
    field.set_value(date(2025, 6, 17))
    field.selectAll()
    qtbot.keyClicks(field, typed)
    assert field.value == date(2025, 7, day)
    assert field.refusal == ""


def test_buttons_of_a_narrow_banner_leave_its_words_their_room(light: Theme, qtbot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    column = QVBoxLayout(host)
    banner = Banner(light, tk.Tone.BAD, Icon.SUSPENDED, host)
    banner.set_words("Overdue hold since Thu 19 Nov 2026, placed by the scan. 1 service is restricted.", "It lifts.")
    button = banner.add_button("Restore by hand and tell them so", lambda: None)
    column.addWidget(banner)
    host.resize(900, 200)
    host.show()
    QApplication.processEvents()
    head, text = (next(label for label in banner.findChildren(QLabel) if label.text().startswith(words))
                  for words in ("Overdue hold", "It lifts."))
    assert button.y() < text.geometry().bottom()
    host.resize(420, 300)
    QApplication.processEvents()
    assert button.y() > text.geometry().bottom()
    assert head.height() >= head.heightForWidth(head.width())
    assert head.width() > 300


def test_choices_and_ticks(theme: Theme, qtbot) -> None:
    box, tick, dot = ChoiceBox(theme, "View", prefix="View: "), TickBox(theme, "&Drafts"), RadioDot(theme, "A file")
    box.set_choices([("All", 1), ("Mine", 2)], chosen=2)
    for widget in (box, tick, dot):
        qtbot.addWidget(widget)
        widget.show()
        widget.grab()
    assert box.chosen() == 2
    assert tick.accessibleName() == "Drafts"
    qtbot.keyClick(tick, Qt.Key.Key_Space)
    assert tick.isChecked()


def test_heads_banners_and_tabs_paint(theme: Theme, qtbot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    header = PageHeader(theme, "Delta Ltd", "A0004", host)
    header.add_badge(Badge(theme, "Suspended", tk.Tone.BAD, Icon.SUSPENDED))
    header.add_button(Button(theme, "Print", icon=Icon.PRINTING, kind="main"))
    header.set_title("Delta Limited")
    banner = Banner(theme, tk.Tone.BAD, Icon.SUSPENDED, host)
    banner.set_words("Overdue hold", "It lifts by itself.")
    done: list[int] = []
    banner.add_button("Restore by hand", lambda: done.append(1)).click()
    tabs = SectionTabs(theme, "Parts", host)
    tabs.add("Ledger")
    tabs.set_count(tabs.add("Invoices"), 4)
    label = ElidedLabel(theme, "A name that is far too long for its place", host)
    label.resize(60, 20)
    host.show()
    host.grab()
    label.grab()
    assert header.title == "Delta Limited"
    assert done == [1]
    assert label.toolTip().startswith("A name")
    assert tabs.accessibleTabName(1) == "Invoices 4"


def test_the_row_of_a_job_tells_how_far_it_is(light: Theme, qtbot) -> None:
    context = JobContext()
    handle = JobHandle(Lane.LONG, context, JobCard(title="Print invoices", unit="invoices",
                                                   stop_text="Stop after this page", report_text="Open report",
                                                   open_report=lambda _result: None))
    row = ProgressRow(light, handle)
    qtbot.addWidget(row)
    handle.state = JobState.RUNNING
    handle.started_at -= 10
    handle.progress = Progress(done=200, total=800, note="0 failed")
    handle.progressed.emit(handle.progress)
    assert row.words() == "200 of 800 invoices, 0 failed about 30\u00a0s left"
    Driver(row).click("Stop after this page: Print invoices")
    assert context.is_cancelled
    assert row.words().endswith("stopping")
    handle.state, handle.ended_at = JobState.CANCELLED, handle.started_at + 12
    handle.finished.emit()
    assert row.words().startswith("Stopped. What was finished before stays.")
    assert row.accessibleName().startswith("Print invoices. Stopped.")


def test_the_bell_counts_and_lists(theme: Theme, qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    notices = Notices(theme, window)
    bell = Bell(theme, notices, window)
    window.show()
    notices.say("2 invoices failed", tone=tk.Tone.BAD)
    assert bell.accessibleName() == "Notices, 1 unread"
    assert notices.kept[0].stays
    bell.grab()
    panel = NoticesPanel(theme, notices.kept, bell)
    qtbot.addWidget(panel)
    panel.grab()
    assert NoticesPanel(theme, (), bell).accessibleName() == "Notices"
    for number in range(9):
        notices.say(f"Notice {number}")
    assert len(notices.shown) == 4


# --- connecting ---


def connect(theme: Theme, runner: ImmediateRunner, qtbot, answer: str | Exception) -> tuple[ConnectDialog, list[str]]:
    asked: list[str] = []

    def probe(url: str, database: object, context: JobContext) -> str:
        asked.append(url)
        if isinstance(answer, Exception):
            raise answer
        return answer

    dialog = ConnectDialog(theme, runner, probe)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog, asked


def test_a_connection_is_tested_before_it_is_taken(light: Theme, runner: ImmediateRunner, qtbot, tmp_path) -> None:
    dialog, asked = connect(light, runner, qtbot, "books.db holds 12 accounts.")
    seen = Driver(dialog)
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    seen.click("Connect")
    assert dialog.answer == "Choose a file, or type its path."
    seen.fill("Path", str(tmp_path / "books.db"))
    seen.click("Test connection")
    assert dialog.answer == "books.db holds 12 accounts."
    assert dialog.isVisible()
    seen.click("Connect")
    assert chosen == [str(tmp_path / "books.db")]
    assert asked == chosen * 2
    assert not dialog.isVisible()


def test_a_file_that_is_not_there_is_created_when_asked_twice(light: Theme, runner: ImmediateRunner, qtbot) -> None:
    dialog, asked = connect(light, runner, qtbot, DatabaseProblem("There is no database yet.", state="missing"))
    seen = Driver(dialog)
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    qtbot.keyClicks(seen.field("Path"), "/books/nwe.db")
    qtbot.keyClick(seen.field("Path"), Qt.Key.Key_Return)
    assert dialog.answer == "There is no file /books/nwe.db yet. It can be created for your own books."
    assert seen.has("Create and connect")
    assert chosen == []
    seen.fill("Path", "/books/new.db")
    assert seen.has("Connect", QPushButton)
    qtbot.keyClick(seen.field("Path"), Qt.Key.Key_Return)
    qtbot.keyClick(seen.field("Path"), Qt.Key.Key_Return)
    assert chosen == asked[1:] != []
    assert not dialog.isVisible()


def test_a_server_is_reached_with_what_was_typed_and_no_password_is_shown(
        light: Theme, runner: ImmediateRunner, qtbot) -> None:
    dialog, asked = connect(light, runner, qtbot, RuntimeError("no answer from postgresql://kim:s3cr3t@db/books"))
    seen = Driver(dialog)
    seen.click("A server")
    seen.click("Test connection")
    assert dialog.answer == "Type the host."
    for name, text in (("Host", "db.example"), ("Database", "books"), ("User", "kim"), ("Password", "p@ss/word"),
                       ("Port", "nine")):
        seen.fill(name, text)
    with pytest.raises(ReadingError):
        dialog.url()
    seen.fill("Port", "5433")
    seen.click("Connect")
    assert asked == ["postgresql+psycopg://kim:p%40ss%2Fword@db.example:5433/books"]
    assert dialog.answer == "no answer from postgresql://kim:•••@db/books"
    assert dialog.isVisible()
    dialog.reject()
    assert dialog.findChild(QLineEdit, "password").text() == ""
    assert ServerAddress(host="::1", port=5432, database="books",
                         user="kim").url() == "postgresql+psycopg://kim@[::1]:5432/books"


# --- habits ---


def test_mnemonics_of_dialogs_are_unique(light: Theme, runner: ImmediateRunner, qtbot) -> None:
    dialog, _ = connect(light, runner, qtbot, "")
    texts = [widget.text() for kind in (QAbstractButton, QLabel) for widget in dialog.findChildren(kind)]
    letters = [text[text.index("&") + 1].lower() for text in texts if "&" in text]
    assert len(letters) == len(set(letters))


def test_links_take_the_keyboard(light: Theme, qtbot) -> None:
    link = LinkButton(light, "Open report")
    qtbot.addWidget(link)
    assert link.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_views_never_execute_a_dialog_nor_open_threads_of_their_own() -> None:
    root = Path(inspect.getfile(app.views)).parent
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ".exec(" not in text, path
        assert path.name == "runner.py" or "ThreadPoolExecutor" not in text, path
        assert "QThread" not in text, path
