"""Jumping to accounts, walking the tree, and keeping both in step with what is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import Database
from app.services.hierarchy.tree import siblings_ahead, tree_children, tree_rows
from app.services.jobs import JobContext
from app.views.desk.screen import Target
from app.views.hierarchy.tree_panel import AccountTreePanel
from app.views.hierarchy.tree_source import AccountTreeSource
from app.views.lists.lazy_tree import LazyTree
from app.views.lists.line_list import LineItem, LineList, LineModel
from app.views.lists.models.tree_model import LazyTreeModel
from app.views.look.icons import Icon
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench, hold, press, type_text

FIELD = "Code, name, service or invoice"
ENTER, DOWN, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape


def jump(panel: AccountTreePanel, text: str) -> None:
    """Type in the field and let typing pause."""
    Driver(panel).search(FIELD, text)


def hits(panel: AccountTreePanel) -> list[tuple[str, str]]:
    return [(item.title, item.second) for item in Driver(panel).one(LineList).line_model().items]


def tree(panel: AccountTreePanel) -> LazyTree:
    """The tree; while hits are shown in its place there is none."""
    return Driver(panel).one(LazyTree)


@pytest.mark.parametrize(("typed", "second"), [
    ("jane", "A2, Harbour Telecom"),
    ("a2", "A2, Harbour Telecom"),
    ("0400 000 02", "Service 0400 000 022, Harbour Telecom"),
    ("ht-2", "Invoice HT-2, Harbour Telecom"),
])
def test_enter_opens_what_code_name_service_or_invoice_find(bench: Bench, typed, second) -> None:
    panel = bench.tree()
    jump(panel, typed)
    assert hits(panel) == [("Jane Citizen", second)]
    press(panel, ENTER)
    assert bench.visited == [(Target("account", bench.ids["A2"]), False)]
    assert Driver(panel).value(FIELD) == ""
    assert tree(panel).isVisible()


def test_enter_before_typing_paused_opens_all_the_same(bench: Bench) -> None:
    panel = bench.tree()
    panel.first_focus.setFocus()
    type_text(panel, "jane")
    press(panel, ENTER)
    assert bench.visited == [(Target("account", bench.ids["A2"]), False)]


def test_enter_while_the_search_is_under_way_opens_when_it_answers(bench: Bench) -> None:
    panel = bench.tree()
    bench.runner.hold()
    panel.first_focus.setFocus()
    type_text(panel, "jane")
    press(panel, ENTER)
    assert bench.visited == []
    bench.runner.release()
    assert bench.visited == [(Target("account", bench.ids["A2"]), False)]


def test_several_hits_are_walked_by_keyboard(bench: Bench) -> None:
    panel = bench.tree()
    jump(panel, "a")
    assert [title for title, _ in hits(panel)][:3] == ["Acme Pty Ltd", "Jane Citizen", "Bob Plain"]
    press(panel, DOWN)
    assert Driver(panel).has_keyboard("Accounts found")
    press(panel, DOWN)
    press(panel, ENTER, modifiers=Qt.KeyboardModifier.ShiftModifier)
    assert bench.visited == [(Target("account", bench.ids["A2"]), True)]
    assert Driver(panel).value(FIELD) == "a"  # one goes on with the list
    press(panel, ESC)
    assert Driver(panel).has_keyboard(FIELD)
    assert tree(panel).isVisible()


def test_without_a_hit_enter_searches_inside(bench: Bench) -> None:
    panel = bench.tree()
    jump(panel, "itizen")
    assert Driver(panel).has(
        'No account, service or invoice starts with "itizen". Enter searches inside names too.')
    press(panel, ENTER)
    assert [title for title, _ in hits(panel)] == ["Jane Citizen"]
    assert bench.visited == []
    press(panel, ENTER)
    assert bench.visited == [(Target("account", bench.ids["A2"]), False)]
    jump(panel, "xyzzy")
    press(panel, ENTER)
    assert Driver(panel).has('No account, service or invoice holds "xyzzy" anywhere.')


def test_one_click_selects_and_enter_opens(bench: Bench) -> None:
    panel, chosen = bench.tree(), []
    panel.selected.connect(lambda row: chosen.append(row.code))
    rect = tree(panel).visualRect(tree(panel).model().index_of(bench.ids["HT"]))
    QTest.mouseClick(tree(panel).viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert chosen == ["HT"]
    assert bench.visited == []
    press(panel, ENTER)
    assert bench.visited == [(Target("account", bench.ids["HT"]), False)]


def test_it_shows_what_was_opened_elsewhere_without_opening_it_again(bench: Bench) -> None:
    panel, chosen = bench.tree(), []
    panel.selected.connect(lambda row: chosen.append(row.code))
    panel.reveal(bench.ids["S1"])
    bench.qtbot.waitUntil(lambda: tree(panel).current_node_id() == bench.ids["S1"])
    assert chosen == []
    assert bench.visited == []
    agent = tree(panel).model().index_of(bench.ids["AG"])
    assert tree(panel).isExpanded(agent)
    assert agent.parent() == tree(panel).model().index_of(bench.ids["HT"])


def test_signs_are_renewed_when_something_changes(bench: Bench) -> None:
    panel = bench.tree()
    panel.reveal(bench.ids["A1"])
    bench.qtbot.waitUntil(lambda: tree(panel).model().node(bench.ids["A1"]) is not None)
    assert tree(panel).model().node(bench.ids["A1"]).mark is None
    hold(bench.database, bench.ids["A1"])
    bench.bus.publish(ChangeSet.of(Changed.HOLDS, accounts={bench.ids["A1"]}))
    node = tree(panel).model().node(bench.ids["A1"])
    assert node.mark is Icon.SUSPENDED
    assert node.spoken == "Acme Pty Ltd, Customer, Suspended"


def test_state_comes_back(bench: Bench) -> None:
    panel = bench.tree()
    tree(panel).expand(tree(panel).model().index_of(bench.ids["HT"]))
    bench.qtbot.waitUntil(lambda: tree(panel).model().node(bench.ids["A1"]) is not None)
    panel.reveal(bench.ids["A1"])
    state = panel.save_state()
    again = bench.tree()
    again.restore_state(state)
    bench.qtbot.waitUntil(lambda: tree(again).current_node_id() == bench.ids["A1"])


def test_positions_are_those_of_the_branches(database: Database, ids) -> None:
    with database.read() as session:
        for parent in ("PW", "HT", "AG"):
            rows = tree_children(session, parent_id=ids[parent]).rows
            assert [siblings_ahead(session, account_id=row.id) for row in rows] == list(range(len(rows)))
            assert {row.id: row for row in tree_rows(session, account_ids=[row.id for row in rows])} == {
                row.id: row for row in rows}
        root = tree_rows(session, account_ids=[1])[0]
        assert siblings_ahead(session, account_id=root.id) == 0


def test_a_path_knows_each_step(database: Database, ids) -> None:
    steps = AccountTreeSource().path_to(database, JobContext(), ids["S1"])
    assert [step.node.row.code for step in steps] == ["operator", "PW", "HT", "AG", "S1"]


def test_the_models_pass_qt_tester(bench: Bench, qtmodeltester) -> None:
    model = LazyTreeModel(AccountTreeSource(), bench.runner)
    qtmodeltester.check(model)
    model.load()
    model.fetchMore(model.index(0, 0, QModelIndex()))
    QApplication.processEvents()
    lines = LineModel()
    qtmodeltester.check(lines)
    lines.set_items([LineItem(title="Acme"), LineItem(title="More", can_open=False)])
    lines.set_items([])
