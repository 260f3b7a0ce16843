"""Tree, list and pages in the real window: they follow each other, and a list is worked by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.views.accounts.actions import ACCOUNT_KEYS, account_actions
from app.views.accounts.page import AccountPage
from app.views.accounts.place import PLACE, AccountsPlace
from app.views.customers.list_screen import CustomerListScreen
from app.views.desk.actions import ActionRegistry
from app.views.desk.screen import Navigator, Target
from app.views.lists.data_table import DataTable
from app.views.lists.lazy_tree import LazyTree
from app.views.running.runner import JobRunner
from app.views.shell.main_window import MainWindow, SidePanel
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.figure_card import FigureCard
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench

ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def place(bench: Bench) -> AccountsPlace:
    bench.actions = ActionRegistry(bench.theme)
    bench.actions.add(*account_actions())
    bench.actions.describe_keys(ACCOUNT_KEYS)
    return AccountsPlace(bench.theme, runner=bench.runner, bus=bench.bus, actions=bench.actions,
                         navigator=bench.navigator, settings=bench.settings)


@pytest.fixture
def window(bench: Bench, place: AccountsPlace) -> MainWindow:
    tree = SidePanel(title="Accounts", widget=place.tree, first_focus=place.tree.first_focus)
    made = MainWindow(bench.theme, bench.actions, bench.runner, bench.navigator, bench.settings, places=[PLACE],
                      factories=place.factories(), tree=tree)
    place.follow(made.tabs)
    place.tree.load()
    bench.show(made, 1280, 800)
    made.open_first_place()
    QApplication.processEvents()
    return made


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
                                                            place: AccountsPlace) -> None:
    window.tabs.close_all()
    window.tabs.open(Target("customers", part=str(bench.ids["HT"])), aside=True)
    window.tabs.open(Target("account", bench.ids["A2"]))
    QApplication.processEvents()
    assert AccountPageDriver(current_page(window)).place_in_list == "2 of 6"
    key(window, Qt.Key.Key_Up, modifiers=ALT)
    assert current_page(window).title == "Acme Pty Ltd"


def test_what_is_opened_is_shown_in_the_tree(bench: Bench, window: MainWindow, place: AccountsPlace) -> None:
    bench.navigator.go(Target("account", bench.ids["S1"]))
    bench.qtbot.waitUntil(lambda: Driver(place.tree).one(LazyTree).current_node_id() == bench.ids["S1"])
    assert current_page(window).title == "Signed Up"


def test_one_click_in_the_tree_previews(bench: Bench, window: MainWindow, place: AccountsPlace) -> None:
    screen = window.tabs.current
    assert isinstance(screen, CustomerListScreen)
    tree = Driver(place.tree).one(LazyTree)
    place.tree.reveal(bench.ids["A2"])
    bench.qtbot.waitUntil(lambda: tree.current_node_id() == bench.ids["A2"])
    for code in ("A4", "CC"):
        index = tree.model().index_of(bench.ids[code])
        tree.scrollTo(index)
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualRect(index).center())
        QApplication.processEvents()
        if code == "A4":
            assert Driver(screen).has("Delta Ltd", ElidedLabel)
            assert Driver(screen).one(DataTable).current_row().code == "A4"
    assert Driver(screen).has("Customers of Coral Coast")
    assert window.tabs.current is screen


def test_jumping_by_keyboard_from_anywhere(bench: Bench, window: MainWindow, place: AccountsPlace) -> None:
    key(window, Qt.Key.Key_L, modifiers=CONTROL)
    assert place.tree.first_focus.hasFocus()
    QTest.keyClicks(place.tree.first_focus, "ht-2")
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
    specs = account_actions()
    for menu in {spec.menu for spec in specs}:
        letters = [spec.text[spec.text.index("&") + 1].lower() for spec in specs if spec.menu == menu]
        assert len(letters) == len(set(letters)), menu
    assert all(spec.needs != "is not available here" for spec in specs)


def test_threads_bring_the_same_answers(bench: Bench, theme) -> None:
    """The same screens on the runner of the program, where answers arrive later."""
    runner = JobRunner(bench.database, bench.bus)
    try:
        navigator = Navigator()
        actions = ActionRegistry(theme)
        actions.add(*account_actions())
        place = AccountsPlace(theme, runner=runner, bus=bench.bus, actions=actions, navigator=navigator,
                              settings=bench.settings)
        tree = SidePanel(title="Accounts", widget=place.tree, first_focus=place.tree.first_focus)
        window = MainWindow(theme, actions, runner, navigator, bench.settings, places=[PLACE],
                            factories=place.factories(), tree=tree)
        place.follow(window.tabs)
        bench.show(window, 1280, 800)
        place.tree.load()
        window.open_first_place()
        screen = window.tabs.current
        bench.qtbot.waitUntil(lambda: Driver(screen).table().count == 6, timeout=10_000)
        navigator.go(Target("account", bench.ids["A2"], "ledger"))
        page = current_page(window)
        bench.qtbot.waitUntil(lambda: AccountPageDriver(page).table("Ledger").count == 1, timeout=10_000)
        assert page.title == "Jane Citizen"
        tree = Driver(place.tree).one(LazyTree)
        bench.qtbot.waitUntil(lambda: tree.current_node_id() == bench.ids["A2"], timeout=10_000)
        bench.qtbot.waitUntil(lambda: runner.active == 0, timeout=10_000)
    finally:
        assert runner.shutdown()
        QApplication.processEvents()
