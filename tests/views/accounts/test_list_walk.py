"""Tree, list and pages in the real window: they follow each other, and a list is worked by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.views.accounts.feature import FEATURE as ACCOUNTS
from app.views.accounts.page import AccountPage
from app.views.customers.feature import FEATURE as CUSTOMERS
from app.views.customers.list_screen import CustomerListScreen
from app.views.desk.actions import ActionRegistry
from app.views.desk.offers import NEW_ACCOUNT
from app.views.desk.screen import Navigator, Target
from app.views.hierarchy.feature import FEATURE as HIERARCHY
from app.views.hierarchy.tree_panel import AccountTreePanel
from app.views.lists.data_table import DataTable
from app.views.lists.lazy_tree import LazyTree
from app.views.outbox.feature import FEATURE as OUTBOX
from app.views.running.runner import JobRunner
from app.views.shell.main_window import MainWindow
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.figure_card import FigureCard
from tests.support.account_page import AccountPageDriver
from tests.support.desks import make_desk, open_window
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


FEATURES = (CUSTOMERS, ACCOUNTS, HIERARCHY, OUTBOX)


@pytest.fixture
def window(bench: Bench) -> MainWindow:
    bench.actions = ActionRegistry(bench.theme)
    bare = MainWindow(bench.theme, bench.runner, bench.navigator, bench.settings)
    desk = bench.desk(*FEATURES, window=bare)
    desk.offers.add(NEW_ACCOUNT, lambda: lambda _parent: None)
    made = open_window(desk, FEATURES)
    bench.show(made, 1280, 800)
    made.open_first_place()
    QApplication.processEvents()
    return made


@pytest.fixture
def tree(window: MainWindow) -> AccountTreePanel:
    (panel,) = window.findChildren(AccountTreePanel)
    return panel


def key(window: MainWindow, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    for each in keys:
        QTest.keyClick(window.focusWidget() or window, each, modifiers)
        QApplication.processEvents()


def current_page(window: MainWindow) -> AccountPage:
    page = window.tabs.current
    assert isinstance(page, AccountPage)
    return page


def test_a_list_is_worked_one_by_one_without_the_mouse(bench: Bench, window: MainWindow) -> None:
    assert isinstance(window.tabs.current, CustomerListScreen)
    key(window, Qt.Key.Key_Down, Qt.Key.Key_Return)
    page = current_page(window)
    assert page.title == "Acme Pty Ltd"
    assert AccountPageDriver(page).has_keyboard("Summary")
    key(window, Qt.Key.Key_3, modifiers=ALT)
    assert page.part() == "ledger"
    key(window, Qt.Key.Key_Down, modifiers=ALT)
    assert current_page(window).title == "Jane Citizen"
    assert current_page(window).part() == "ledger"
    assert len(window.tabs.screens) == 2  # the page took the place of the one before
    key(window, Qt.Key.Key_Up, modifiers=ALT)
    assert current_page(window).title == "Acme Pty Ltd"
    key(window, Qt.Key.Key_Up, modifiers=ALT)
    assert current_page(window).title == "Acme Pty Ltd"  # the first one
    assert AccountPageDriver(current_page(window)).place_in_list == "1 of 6"


def test_a_page_of_no_list_says_so_instead_of_doing_nothing(bench: Bench, window: MainWindow) -> None:
    bench.navigator.go(Target("account", bench.ids["CC"]))
    assert AccountPageDriver(current_page(window)).place_in_list == ""
    assert bench.actions.refusal("account.next") == "needs an account opened from a list"


def test_a_page_keeps_the_place_of_its_tab_while_a_list_is_worked(bench: Bench, window: MainWindow) -> None:
    key(window, Qt.Key.Key_Down, Qt.Key.Key_Return)
    bench.navigator.go(Target("account", bench.ids["CC"]), aside=True)
    key(window, Qt.Key.Key_Down, modifiers=ALT)
    assert [screen.title for screen in window.tabs.screens][1] == "Jane Citizen"


def test_a_list_is_walked_after_a_start_with_a_page_in_front(bench: Bench, window: MainWindow,
                                                            tree: AccountTreePanel) -> None:
    window.tabs.close_all()
    window.tabs.open(Target("customers", part=str(bench.ids["HT"])), aside=True)
    window.tabs.open(Target("account", bench.ids["A2"]))
    QApplication.processEvents()
    assert AccountPageDriver(current_page(window)).place_in_list == "2 of 6"
    key(window, Qt.Key.Key_Up, modifiers=ALT)
    assert current_page(window).title == "Acme Pty Ltd"


def test_what_is_opened_is_shown_in_the_tree(bench: Bench, window: MainWindow, tree: AccountTreePanel) -> None:
    bench.navigator.go(Target("account", bench.ids["S1"]))
    bench.qtbot.waitUntil(lambda: Driver(tree).one(LazyTree).current_node_id() == bench.ids["S1"])
    assert current_page(window).title == "Signed Up"


def test_one_click_in_the_tree_previews(bench: Bench, window: MainWindow, tree: AccountTreePanel) -> None:
    screen = window.tabs.current
    assert isinstance(screen, CustomerListScreen)
    lazy = Driver(tree).one(LazyTree)
    tree.reveal(bench.ids["A2"])
    bench.qtbot.waitUntil(lambda: lazy.current_node_id() == bench.ids["A2"])
    for code in ("A4", "CC"):
        index = lazy.model().index_of(bench.ids[code])
        lazy.scrollTo(index)
        QTest.mouseClick(lazy.viewport(), Qt.MouseButton.LeftButton, pos=lazy.visualRect(index).center())
        QApplication.processEvents()
        if code == "A4":
            assert Driver(screen).has("Delta Ltd", ElidedLabel)
            assert Driver(screen).one(DataTable).current_row().code == "A4"
    assert Driver(screen).has("Customers of Coral Coast")
    assert window.tabs.current is screen


def test_jumping_by_keyboard_from_anywhere(bench: Bench, window: MainWindow, tree: AccountTreePanel) -> None:
    key(window, Qt.Key.Key_L, modifiers=CONTROL)
    assert tree.first_focus.hasFocus()
    QTest.keyClicks(tree.first_focus, "ht-2")
    key(window, Qt.Key.Key_Return)
    page = current_page(window)
    assert page.title == "Jane Citizen"
    assert AccountPageDriver(page).has_keyboard("Summary")
    key(window, Qt.Key.Key_2, modifiers=ALT)
    assert AccountPageDriver(page).has_keyboard("Attributes")
    key(window, Qt.Key.Key_I, modifiers=CONTROL)
    assert AccountPageDriver(page).chain.view.isVisible()
    key(window, Qt.Key.Key_F4)
    assert AccountPageDriver(page).head.names(FigureCard) == []


def test_mnemonics_and_keys_are_unique_in_each_menu() -> None:
    specs = [*CUSTOMERS.actions, *ACCOUNTS.actions]
    for menu in {spec.menu for spec in specs}:
        texts = [spec.text for spec in specs if spec.menu == menu and "&" in spec.text]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(letters) == len(set(letters)), menu
    assert all(spec.needs != "is not available here" for spec in specs)


def test_threads_bring_the_same_answers(bench: Bench, theme) -> None:
    """The same screens on the runner of the program, where answers arrive later."""
    runner = JobRunner(bench.database, bench.bus)
    try:
        navigator = Navigator()
        bare = MainWindow(theme, runner, navigator, bench.settings)
        desk = make_desk(theme, runner, bench.bus, navigator=navigator, settings=bench.settings, window=bare,
                         features=FEATURES)
        desk.offers.add(NEW_ACCOUNT, lambda: lambda _parent: None)
        window = open_window(desk, FEATURES)
        bench.show(window, 1280, 800)
        (tree,) = window.findChildren(AccountTreePanel)
        window.open_first_place()
        screen = window.tabs.current
        bench.qtbot.waitUntil(lambda: Driver(screen).table().count == 6, timeout=10_000)
        navigator.go(Target("account", bench.ids["A2"], "ledger"))
        page = current_page(window)
        bench.qtbot.waitUntil(lambda: AccountPageDriver(page).table("Ledger").count == 1, timeout=10_000)
        assert page.title == "Jane Citizen"
        lazy = Driver(tree).one(LazyTree)
        bench.qtbot.waitUntil(lambda: lazy.current_node_id() == bench.ids["A2"], timeout=10_000)
        bench.qtbot.waitUntil(lambda: runner.active == 0, timeout=10_000)
    finally:
        assert runner.shutdown()
        QApplication.processEvents()
