"""Saved views and the columns of a customer list, by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.services.customers.views import choose_default, read_views
from app.services.jobs import JobContext
from app.views.customers.columns import USUAL
from app.views.customers.columns_dialog import ColumnsDialog
from app.views.customers.list_screen import CustomerListScreen
from app.views.customers.view import CustomerView, read_view
from app.views.customers.view_dialog import ViewDialog
from app.views.lists.models.pages import Order
from tests.views.accounts.conftest import Bench, press
from tests.views.customers.test_list_screen import codes, find

CONTROL = Qt.KeyboardModifier.ControlModifier


def do(screen: CustomerListScreen, words: str) -> None:
    """What a line of the menu does."""
    menu = screen._views.menu()
    next(a for a in menu.actions() if a.text().replace("&", "").startswith(words)).trigger()
    menu.deleteLater()
    QApplication.processEvents()


def keys(screen: CustomerListScreen) -> list[str]:
    return [column.key for column in screen._table.shown_columns()]


def test_a_view_is_saved_used_changed_and_opens_the_list(bench: Bench) -> None:
    screen = bench.customers()
    find(screen, "status:active")
    screen._sort(Order("payable", descending=True))
    screen._table.choose_columns(["name", "payable"])
    do(screen, "Save this view")
    dialog = screen.findChild(ViewDialog)
    dialog.submit()
    assert dialog.words == "Write a name, so that you find the view again."
    dialog.entries.fill({"name": "Active & late"})
    dialog.submit()
    assert screen._views.button.text() == "View: Active && late"

    do(screen, "All customers")
    assert (screen._bar.text, keys(screen), codes(screen)[0]) == ("", list(USUAL), "A1")
    do(screen, "Active")
    assert (screen._bar._field.text(), keys(screen), screen._model.order) == (
        "status:active", ["name", "payable"], Order("payable", descending=True))
    assert len(codes(screen)) == 5

    screen._bar.set_text("status:suspended")
    do(screen, "Save over Active")
    do(screen, "Open the list with it")
    assert [(v.name, v.is_default) for v in read_views(bench.database, JobContext(), place="customers")] == [
        ("Active & late", True)]
    again = bench.customers()
    assert (codes(again), again._bar.text, keys(again)) == (["A3"], "status:suspended", ["name", "payable"])
    do(again, "Delete Active")
    (confirm,) = [d for d in again.children() if type(d).__name__ == "ConfirmDialog"]
    confirm.verb_button.click()
    assert again._views.button.text() == "View: All customers"
    assert read_views(bench.database, JobContext(), place="customers") == []
    choose_default(bench.database, JobContext(), place="customers", view_id=None)


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
    assert dialog._form.width.isEnabled() is False  # it takes the room there is
    press(dialog, Qt.Key.Key_Down)
    dialog._form.width.setValue(200)
    press(dialog, Qt.Key.Key_End, Qt.Key.Key_Space)  # and the reference
    dialog._form.verb.click()
    assert keys(screen)[:3] == ["profile", "name", "status"]
    assert keys(screen)[-1] == "reference"
    assert "code" not in keys(screen)
    assert screen._table.shown_widths()["status"] == 200
    bench.trigger(screen, "customers.columns")
    dialog = screen.window().findChildren(ColumnsDialog)[-1]
    dialog._form.usual.click()
    dialog._form.verb.click()
    assert keys(screen) == list(USUAL)
    dialog = ColumnsDialog(bench.theme, screen._model.columns, {}, USUAL, screen)
    dialog._submit()
    assert dialog._form.refusal.text().startswith("Tick at least one column")
