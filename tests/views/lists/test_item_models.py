"""Item models under Qt's own tester: columns, pages, and the lazy tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QLocale, QModelIndex, QPersistentModelIndex, Qt

from app.services.jobs import JobContext
from app.views.lists.models import roles
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.paged_table_model import KEPT_PAGES, PAGE_ROWS, PagedTableModel, TableState
from app.views.lists.models.pages import Anchors, Order, PageRequest
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.models.tree_model import LOADED_FOR_JUMP, PAGE_CHILDREN, LazyTreeModel
from app.views.lists.models.tree_source import NodePage, PathStep, TreeNode
from app.views.look.formatting import Formatter
from app.views.look.tokens import Ink
from app.views.running.change_bus import ChangeBus
from app.views.running.runner import JobRunner
from tests.support.immediate_runner import ImmediateRunner
from tests.support.list_source import ListSource

FORMATTER = Formatter(QLocale("en_AU"))


@dataclass(frozen=True)
class Customer:
    id: int
    name: str
    balance: int


COLUMNS: tuple[Column[Customer], ...] = (
    Column(key="name", title="Name", text=lambda row, _: row.name, sort_key="name", sort_value=lambda row: row.name,
           tooltip=lambda row, _: f"{row.name}, account {row.id}"),
    Column(key="balance", title="Balance", kind=Kind.FIGURE, sort_key="balance", sort_value=lambda row: row.balance,
           text=lambda row, form: form.amount(row.balance, "AUD") if row.balance else "",
           ink=lambda row: Ink.BAD if row.balance > 500 else Ink.TEXT,
           spoken=lambda row, form: form.amount(row.balance, "AUD") + ", overdue" if row.balance else ""),
)


def customers(count: int) -> list[Customer]:
    return [Customer(number, f"Customer {number:05}", number * 10 % 990) for number in range(1, count + 1)]


class Source(ListSource[Customer]):
    """Counts what it is asked, and can be told to fail."""

    def __init__(self, rows: Sequence[Customer]) -> None:
        super().__init__(rows, lambda row: row.id, {"name": lambda row: row.name, "balance": lambda row: row.balance})
        self.requests: list[PageRequest] = []
        self.error: Exception | None = None

    def fetch(self, database, context: JobContext, request: PageRequest) -> Sequence[Customer]:
        self.requests.append(request)
        if self.error is not None:
            raise self.error
        return super().fetch(database, context, request)


class Rereadable(Source):
    def reread(self, database, context: JobContext, row_ids: Sequence[int]) -> Sequence[Customer]:
        return [row for row in self._rows if row.id in set(row_ids)]


@pytest.fixture
def runner(qapp) -> ImmediateRunner:
    return ImmediateRunner("books", ChangeBus())


def paged(runner, source: Source | None = None) -> PagedTableModel[Customer]:
    model = PagedTableModel(COLUMNS, runner, FORMATTER)
    if source is not None:
        model.set_source(source)
    return model


def flush(qtbot, model: PagedTableModel[Customer]) -> None:
    qtbot.waitUntil(lambda: not model._flush_timer.isActive() and not model._under_way)


# --- rows in hand ---


def test_rows_in_hand_pass_the_tester(qapp, qtmodeltester) -> None:
    model = RowsTableModel(COLUMNS, lambda row: row.id, FORMATTER)
    qtmodeltester.check(model, force_py=False)
    model.set_rows(customers(5))
    model.set_rows(customers(7))
    model.sort(1, Qt.SortOrder.DescendingOrder)


def test_the_same_things_change_in_place_and_others_reset(qapp, qtbot) -> None:
    model = RowsTableModel(COLUMNS, lambda row: row.id, FORMATTER)
    rows = customers(3)
    model.set_rows(rows)
    changed = [rows[0], replace(rows[1], name="Delta Ltd"), rows[2]]
    with qtbot.waitSignal(model.dataChanged) as narrow, qtbot.assertNotEmitted(model.modelReset):
        model.set_rows(changed)
    assert (narrow.args[0].row(), narrow.args[1].row()) == (1, 1)
    assert model.index(1, 0).data() == "Delta Ltd"
    with qtbot.waitSignal(model.modelReset):
        model.set_rows(rows[:2])


def test_sorting_keeps_what_is_selected(qapp) -> None:
    model = RowsTableModel(COLUMNS, lambda row: row.id, FORMATTER)
    model.set_rows(customers(3))
    kept = QPersistentModelIndex(model.index(0, 0))
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert kept.row() == 2
    assert model.loaded_row_of_id(1) == 2


def test_rows_read_anew_stay_in_the_order_that_was_chosen(qapp) -> None:
    model = RowsTableModel(COLUMNS, lambda row: row.id, FORMATTER)
    one, two, three = customers(3)
    model.set_rows([one, three])
    model.sort(0, Qt.SortOrder.DescendingOrder)
    model.set_rows([one, two, three])
    assert list(model.rows) == [three, two, one]
    renamed = replace(three, name="Aardvark")
    model.set_rows([renamed, one, two], keeps_order=True)  # by somebody else: nothing moves
    assert list(model.rows) == [renamed, two, one]
    model.set_rows([renamed, one, two])
    assert list(model.rows) == [two, one, renamed]


@pytest.mark.parametrize(("shown", "answer", "after"), [
    ([1, 2, 3], [3, 2, 1], [1, 2, 3]),
    ([1, 2, 3], [9, 1, 2, 8, 3, 7], [9, 1, 2, 8, 3, 7]),
    ([1, 2, 3], [3, 8, 1], [1, 3, 8]),
    ([1, 2], [5, 6], [5, 6]),
    ([1, 2], [], []),
])
def test_rows_of_others_stand_behind_those_they_follow(qapp, shown: list[int], answer: list[int], after: list[int]
                                                       ) -> None:
    model = RowsTableModel(COLUMNS, lambda row: row.id, FORMATTER)
    model.set_rows([Customer(number, f"C{number}", 0) for number in shown])
    model.set_rows([Customer(number, f"C{number}", 0) for number in answer], keeps_order=True)
    assert [row.id for row in model.rows] == after


def test_cells_say_what_is_painted_copied_and_spoken(qapp) -> None:
    model = RowsTableModel(COLUMNS, lambda row: row.id, FORMATTER)
    model.set_rows([Customer(1, "Acme", 112050), Customer(2, "Ferris", 0)])
    debt, nil = model.index(0, 1), model.index(1, 1)
    assert debt.data(roles.CELL).ink == Ink.BAD
    assert (debt.data(), nil.data()) == ("1,120.50", "–")
    assert nil.data(roles.CELL).ink == Ink.FAINT
    assert model.copied_text(1, 1) == ""
    assert debt.data(roles.ACCESSIBLE_TEXT) == "Balance: 1,120.50, overdue"
    assert nil.data(roles.ACCESSIBLE_TEXT) == "Balance: none"
    assert debt.data(roles.ALIGNMENT) == roles.RIGHT
    assert model.index(0, 0).data(roles.TOOLTIP) == "Acme, account 1"
    assert debt.data(roles.ROW_ID) == 1
    assert debt.data(roles.SORT) == 112050
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Name"


# --- pages ---


def test_a_paged_table_passes_the_tester(runner, qtmodeltester, qtbot) -> None:
    model = paged(runner)
    qtmodeltester.check(model, force_py=False)
    model.set_source(Source(customers(3 * PAGE_ROWS + 7)))
    flush(qtbot, model)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    flush(qtbot, model)
    model.set_source(Source([]))
    assert model.state is TableState.EMPTY


def test_the_row_count_is_true_and_a_jump_reads_one_page(runner, qtbot) -> None:
    source = Source(customers(50_000))
    model = paged(runner, source)
    assert model.rowCount() == 50_000
    assert model.true_count == 50_000
    assert len(source.requests) == 1
    assert model.index(49_990, 0).data() == ""
    flush(qtbot, model)
    assert len(source.requests) == 2
    assert model.index(49_990, 0).data() == "Customer 49991"
    assert source.requests[-1].anchor.row == PAGE_ROWS


def test_reading_on_starts_at_the_anchor_of_the_page_before(runner, qtbot) -> None:
    source = Source(customers(1000))
    model = paged(runner, source)
    for page in (1, 2):
        model.index(page * PAGE_ROWS, 0).data()
        flush(qtbot, model)
    last = source.requests[-1]
    assert last.first_row == last.anchor.row == 2 * PAGE_ROWS
    assert last.skip == 0
    assert last.anchor.key == (None, 2 * PAGE_ROWS)


def test_dragging_through_a_long_list_reads_only_where_it_stops(runner, qtbot) -> None:
    source = Source(customers(50_000))
    model = paged(runner, source)
    for row in range(0, 50_000, 500):
        model.index(row, 0).data()
    flush(qtbot, model)
    assert len(source.requests) <= 6
    assert model.index(49_500, 0).data() == "Customer 49501"


def test_selecting_everything_reads_nothing(runner, qtbot) -> None:
    source = Source(customers(50_000))
    model = paged(runner, source)
    selection = QItemSelectionModel(model)
    selection.select(QItemSelection(model.index(0, 0), model.index(49_999, 1)),
                     QItemSelectionModel.SelectionFlag.Select)
    assert selection.isSelected(model.index(40_000, 0))
    flush(qtbot, model)
    assert len(source.requests) == 1


def test_pages_far_away_are_dropped(runner, qtbot) -> None:
    model = paged(runner, Source(customers(50_000)))
    for page in range(60):
        model.index(page * PAGE_ROWS, 0).data()
        flush(qtbot, model)
    assert len(model._pages) == KEPT_PAGES
    assert model.loaded_row_of_id(1) is None
    assert model.loaded_row_of_id(59 * PAGE_ROWS + 1) == 59 * PAGE_ROWS


def test_old_rows_stay_stale_until_the_new_ones_are_there(runner, qtbot) -> None:
    model = paged(runner, Source(customers(10)))
    stale: list[bool] = []
    model.stale_changed.connect(stale.append)
    runner.hold()
    model.set_source(Source(customers(3)))
    assert model.state is TableState.READING
    assert model.rowCount() == 10
    assert model.index(9, 0).data() == "Customer 00010"
    runner.release()
    assert model.rowCount() == 3
    assert stale == [True, False]


def test_an_answer_to_an_older_question_is_dropped(runner) -> None:
    model = paged(runner)
    runner.hold()
    model.set_source(Source(customers(10)))
    model.set_source(Source(customers(3)))
    runner.release()
    assert model.rowCount() == 3


def test_the_count_may_come_before_or_after_the_rows(runner) -> None:
    for first in (0, 1):
        model = paged(runner)
        runner.hold()
        model.set_source(Source(customers(1000)))
        if first:
            runner.waiting.rotate(-1)
        runner.release(1)
        runner.release()
        assert model.rowCount() == 1000
        assert model.state is TableState.READY


def test_sorting_asks_the_source(runner) -> None:
    source = Source(customers(1000))
    model = paged(runner, source)
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert source.requests[-1].order == Order("balance", descending=True)
    assert model.index(0, 1).data() == "9.80"


def test_a_failed_first_read_is_said_once_and_can_be_repeated(runner) -> None:
    source = Source(customers(10))
    source.error = RuntimeError("no answer")
    model = paged(runner)
    errors: list[BaseException] = []
    model.failed.connect(errors.append)
    model.set_source(source)
    assert model.state is TableState.FAILED
    assert len(errors) == 1
    source.error = None
    model.retry()
    assert model.state is TableState.READY


def test_a_failed_page_is_not_asked_for_by_every_repaint(runner, qtbot) -> None:
    source = Source(customers(1000))
    model = paged(runner, source)
    source.error = RuntimeError("no answer")
    for _ in range(5):
        model.index(500, 0).data()
        flush(qtbot, model)
    assert len(source.requests) == 2
    source.error = None
    model.retry()
    model.index(500, 0).data()
    flush(qtbot, model)
    assert model.index(500, 0).data() == "Customer 00501"


def test_rows_that_vanished_shorten_the_table(runner, qtbot) -> None:
    source = Source(customers(1000))
    model = paged(runner, source)
    del source._rows[700:]
    model.index(650, 0).data()
    flush(qtbot, model)
    assert model.rowCount() == 700


def test_waiting_rows_become_placeholders_after_a_moment(qapp, qtbot, runner) -> None:
    model = paged(runner, Source(customers(1000)))
    runner.hold()
    assert not model.index(500, 0).data(roles.CELL).is_placeholder
    assert model.index(500, 0).data(roles.IS_PLACEHOLDER)
    qtbot.waitUntil(lambda: model.index(500, 0).data(roles.CELL).is_placeholder)
    runner.release()
    qtbot.waitUntil(lambda: not model.index(500, 0).data(roles.IS_PLACEHOLDER))


def test_a_refresh_changes_rows_in_place_and_announces_newer_ones(runner, qtbot) -> None:
    source = Rereadable(customers(10))
    model = paged(runner, source)
    source._rows[4] = replace(source._rows[4], name="Delta Ltd")
    source._rows.append(Customer(99, "Newcomer", 0))
    spans: list[tuple[int, int]] = []
    newer: list[int] = []
    model.dataChanged.connect(lambda first, last: spans.append((first.row(), last.row())))
    model.newer_rows.connect(newer.append)
    with qtbot.assertNotEmitted(model.modelReset):
        model.refresh()
    assert spans == [(4, 4)]
    assert newer == [1]
    assert model.rowCount() == 10
    model.requery()
    assert model.rowCount() == 11


def test_pages_arrive_from_threads(qapp, qtbot, qtmodeltester) -> None:
    runner = JobRunner("books", ChangeBus())
    try:
        model = paged(runner)
        qtmodeltester.check(model, force_py=False)
        model.set_source(Source(customers(5000)))
        qtbot.waitUntil(lambda: model.rowCount() == 5000)
        model.index(4321, 0).data()
        qtbot.waitUntil(lambda: model.index(4321, 0).data() == "Customer 04322")
    finally:
        runner.shutdown()


def test_the_nearest_anchor_before_a_row_is_found() -> None:
    anchors = Anchors()
    assert anchors.before(10) is None
    anchors.add(200, "b")
    anchors.add(1000, "f")
    assert anchors.before(199) is None
    assert anchors.before(200).key == "b"
    assert anchors.before(999).row == 200
    assert anchors.before(5000).key == "f"


# --- the tree ---


class Family:
    """Two providers; the first has as many customers as wished, the second has few."""

    def __init__(self, customers: int) -> None:
        self.lists = {None: [1, 2], 1: list(range(10, 10 + customers)), 2: [5, 6]}
        self.error: Exception | None = None
        self.asked: list[tuple[int | None, int]] = []
        self.names: dict[int, str] = {}

    def make(self, node_id: int) -> TreeNode:
        return TreeNode(node_id=node_id, text=self.names.get(node_id, f"Node {node_id}"), has_children=node_id < 3,
                        count=len(self.lists[node_id]) if node_id < 3 else None)

    def children(self, database, context, parent_id: int | None, after: int | None, limit: int) -> NodePage:
        self.asked.append((parent_id, limit))
        if self.error is not None:
            raise self.error
        ids = [i for i in self.lists[parent_id] if after is None or i > after]
        page = ids[:limit]
        return NodePage([self.make(i) for i in page], page[-1] if len(ids) > limit else None)

    def path_to(self, database, context, node_id: int) -> list[PathStep]:
        for parent, ids in self.lists.items():
            if node_id in ids:
                above = [] if parent is None else self.path_to(database, context, parent)
                return [*above, PathStep(self.make(node_id), ids.index(node_id))]
        return []

    def nodes(self, database, context, node_ids) -> list[TreeNode]:
        return [self.make(i) for i in node_ids]


def settle(qtbot, model: LazyTreeModel) -> None:
    """Let what was put off for a moment happen; painting is done by nobody here."""
    qtbot.waitUntil(lambda: not model._flush_timer.isActive())


def texts(model: LazyTreeModel, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    return [model.index(row, 0, parent).data() for row in range(model.rowCount(parent))]


def test_the_tree_passes_the_tester_while_it_grows(runner, qtmodeltester, qtbot) -> None:
    model = LazyTreeModel(Family(3 * PAGE_CHILDREN), runner)
    qtmodeltester.check(model, force_py=False)
    model.load()
    first = model.index_of(1)
    model.fetchMore(first)
    for _ in range(4):
        settle(qtbot, model)
        model.index(model.rowCount(first) - 1, 0, first).data()
    assert model.rowCount(first) == 3 * PAGE_CHILDREN
    model.reveal(6)
    model.load()


def test_a_node_opens_at_once_and_its_children_follow(runner, qtbot) -> None:
    model = LazyTreeModel(Family(3), runner)
    model.load()
    assert texts(model) == ["Node 1", "Node 2"]
    first = model.index_of(1)
    assert model.hasChildren(first)
    assert model.canFetchMore(first)
    runner.hold()
    model.fetchMore(first)
    assert not model.canFetchMore(first)
    settle(qtbot, model)
    assert texts(model, first) == ["Reading…"]
    assert model.index(0, 0, first).data(roles.IS_PLACEHOLDER)
    runner.release()
    assert texts(model, first) == ["Node 10", "Node 11", "Node 12"]
    assert not model.canFetchMore(first)
    leaf = model.index_of(11)
    assert leaf.row() == 1
    assert model.parent(leaf) == first
    assert model.node_id_of(leaf) == 11
    assert not model.hasChildren(leaf)


def test_reveal_loads_the_way_down(runner, qtbot) -> None:
    source = Family(1000)
    model = LazyTreeModel(source, runner)
    model.load()
    with qtbot.waitSignal(model.revealed) as revealed:
        model.reveal(800)
    assert revealed.args[0].data() == "Node 800"
    assert revealed.args[0].row() == 790
    first = model.index_of(1)
    assert texts(model, first)[:791] == [f"Node {n}" for n in range(10, 801)]
    with qtbot.waitSignal(model.revealed):
        model.reveal(800)
    with qtbot.waitSignal(model.not_found) as missing:
        model.reveal(77_777)
    assert missing.args == [77_777]


def test_reveal_says_so_once(runner) -> None:
    model = LazyTreeModel(Family(1000), runner)
    model.load()
    heard: list[str] = []
    model.revealed.connect(lambda index: heard.append(index.data()))
    model.reveal(800)
    assert heard == ["Node 800"]


def test_a_far_node_stands_behind_the_row_more_until_the_run_reaches_it(runner, qtbot, qtmodeltester) -> None:
    far = 10 + LOADED_FOR_JUMP + 2000
    model = LazyTreeModel(Family(LOADED_FOR_JUMP + 4000), runner)
    qtmodeltester.check(model, force_py=False)
    model.load()
    with qtbot.waitSignal(model.revealed) as revealed:
        model.reveal(far)
    first = model.index_of(1)
    assert revealed.args[0].row() == model.rowCount(first) - 1
    more = model.index(model.rowCount(first) - 2, 0, first)
    assert more.data() == "More. Enter shows them."
    size = model.rowCount(first)
    settle(qtbot, model)
    assert model.rowCount(first) == size
    model.load_more(more)
    assert model.rowCount(first) == size + PAGE_CHILDREN
    model._read(1, LOADED_FOR_JUMP + 2000)
    assert texts(model, first).count(f"Node {far}") == 1
    assert model.index_of(far).row() == far - 10


def test_a_failed_branch_says_so_and_tries_again_when_asked(runner, qtbot) -> None:
    source = Family(3)
    model = LazyTreeModel(source, runner)
    model.load()
    errors: list[BaseException] = []
    model.failed.connect(errors.append)
    source.error = RuntimeError("no answer")
    first = model.index_of(1)
    model.fetchMore(first)
    settle(qtbot, model)
    assert texts(model, first) == ["Could not be read. Enter tries again."]
    assert len(errors) == 1
    source.error = None
    model.load_more(model.index(0, 0, first))
    assert len(texts(model, first)) == 3


def test_names_are_renewed_in_place(runner, qtbot) -> None:
    source = Family(3)
    model = LazyTreeModel(source, runner)
    model.load()
    source.names[2] = "Harbour Telecom"
    with qtbot.waitSignal(model.dataChanged) as changed, qtbot.assertNotEmitted(model.modelReset):
        model.renew()
    assert changed.args[0].data() == "Harbour Telecom"


def test_a_tree_loaded_anew_ignores_answers_to_the_old_one(runner) -> None:
    model = LazyTreeModel(Family(3), runner)
    runner.hold()
    model.load()
    model.load()
    runner.release()
    assert texts(model) == ["Node 1", "Node 2"]
