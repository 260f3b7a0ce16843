"""Saved views and the columns of a customer list, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QSpinBox

from app.services.customers.columns import USUAL
from app.services.customers.views import list_views, set_default_view
from app.services.database.asking import asking, doing
from app.services.jobs import JobContext
from app.views.asking.columns_dialog import ColumnsDialog
from app.views.asking.saved_views import SavedViews, ViewDialog
from app.views.customers.list_screen import CustomerListScreen
from app.views.customers.view import CustomerView, read_view
from app.views.lists.models.pages import Order
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench, press
from tests.views.customers.test_list_screen import codes, find, on

CONTROL = Qt.KeyboardModifier.ControlModifier


def do(screen: CustomerListScreen, words: str) -> None:
    """What a line of the menu does."""
    menu = screen.findChild(SavedViews).menu()
    next(a for a in menu.actions() if a.text().replace("&", "").startswith(words)).trigger()
    menu.deleteLater()
    QApplication.processEvents()


def keys(screen: CustomerListScreen) -> list[str]:
    return [column.key for column in on(screen).rows.root.shown_columns()]


def test_a_view_is_saved_used_changed_and_opens_the_list(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "status:active")
    for _ in range(2):  # the other way round
        on(screen).rows.click_head("payable")
    on(screen).rows.root.choose_columns(["name", "payable"])
    do(screen, "Save this view")
    dialog = screen.findChild(ViewDialog)
    dialog.submit()
    assert dialog.words == "Write a name, so that you find the view again."
    dialog.entries.fill({"name": "Active & late"})
    dialog.submit()
    assert on(screen).has("Saved views, Active & late is shown")

    do(screen, "All customers")
    assert (on(screen).bar.text, keys(screen), codes(screen)[0]) == ("", list(USUAL), "A1")
    do(screen, "Active")
    assert (on(screen).box.text(), keys(screen), on(screen).rows.model.order) == (
        "status:active", ["name", "payable"], Order("payable", descending=True))
    assert len(codes(screen)) == 5

    on(screen).bar.set_text("status:suspended")
    do(screen, "Save over Active")
    do(screen, "Open the list with it")
    assert [(v.name, v.is_default) for v in asking(list_views, place="customers")(bench.database, JobContext())] == [
        ("Active & late", True)]
    again = bench.customers()
    assert (codes(again), on(again).bar.text, keys(again)) == (["A3"], "status:suspended", ["name", "payable"])
    do(again, "Delete Active")
    (confirm,) = [d for d in again.children() if type(d).__name__ == "ConfirmDialog"]
    confirm.verb_button.click()
    assert on(again).has("Saved views, All customers is shown")
    assert asking(list_views, place="customers")(bench.database, JobContext()) == []
    doing(set_default_view, place="customers", view_id=None, seen=None)(bench.database, JobContext())


def test_a_view_that_another_window_saved_is_not_saved_over_unseen(bench: Bench) -> None:
    first = bench.customers()
    on(first).bar.set_text("status:active")
    do(first, "Save this view")
    dialog = first.findChild(ViewDialog)
    dialog.entries.fill({"name": "Mine"})
    dialog.submit()
    second = bench.customers()
    do(second, "Mine")
    said: list[str] = []
    first.findChild(SavedViews).said.connect(said.append)
    on(second).bar.set_text("status:suspended")
    do(second, "Save over Mine")
    do(first, "Open the list with it")  # which reads the views again, while the list stands as it was
    on(first).bar.set_text("code:A1")
    do(first, "Save over Mine")
    assert "while you were editing" in said[-1]
    assert "status:suspended" in the_view(bench)
    do(first, "Save over Mine")
    assert "code:A1" in the_view(bench), "having been told"
    on(first).bar.set_text("code:A2")
    do(first, "Save over Mine")
    assert "code:A2" in the_view(bench), "what it saved itself was seen"


def the_view(bench: Bench) -> str:
    (view,) = asking(list_views, place="customers")(bench.database, JobContext())
    return view.definition


@pytest.mark.parametrize("text", ["", "[", "[]", '{"sort": "shoe size", "quick": 7, "novel": 1}'])
def test_what_a_view_cannot_say_is_as_usual(text: str) -> None:
    assert read_view(text) == CustomerView()


def test_columns_are_chosen_by_keyboard(bench: Bench) -> None:
    screen = bench.customers()
    bench.trigger(screen, "customers.columns")
    dialog = screen.window().findChild(ColumnsDialog)
    bench.qtbot.waitUntil(dialog.isActiveWindow)
    press(dialog, Qt.Key.Key_Space)  # no code
    press(dialog, Qt.Key.Key_Down)
    press(dialog, Qt.Key.Key_Down, modifiers=CONTROL)  # the name after the profile
    width = dialog.findChild(QSpinBox)
    assert not width.isEnabled()  # it takes the room there is
    press(dialog, Qt.Key.Key_Down)
    width.setValue(200)
    press(dialog, Qt.Key.Key_End, Qt.Key.Key_Space)  # and the reference
    Driver(dialog).click("Show these columns")
    assert keys(screen)[:3] == ["profile", "name", "status"]
    assert keys(screen)[-1] == "reference"
    assert "code" not in keys(screen)
    assert on(screen).rows.root.shown_widths()["status"] == 200
    bench.trigger(screen, "customers.columns")
    dialog = screen.window().findChildren(ColumnsDialog)[-1]
    Driver(dialog).click("Usual columns")
    Driver(dialog).click("Show these columns")
    assert keys(screen) == list(USUAL)
    dialog = ColumnsDialog(bench.theme, on(screen).rows.model.columns, {}, USUAL, screen)
    dialog.show()
    Driver(dialog).click("Show these columns")
    assert Driver(dialog).says("Tick at least one column")
