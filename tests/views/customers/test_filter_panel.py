"""The filter panel: the box as a form, and the form as the box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.services.customers.query.fields import FIELDS
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench, press, type_text
from tests.views.customers.test_list_screen import codes, find, on

ENTER = Qt.Key.Key_Return


def field(screen, name: str):
    """A field of the panel by its name in the language of the box."""
    return Driver(on(screen).panel).field(name.capitalize())


def enter(screen, name: str, text: str) -> None:
    edit = field(screen, name)
    edit.setFocus()
    edit.selectAll()
    press(screen, Qt.Key.Key_Delete)
    type_text(screen, text)
    if edit.completer() is not None:
        edit.completer().popup().hide()
    press(screen, ENTER)


def test_box_and_panel_are_one_state(bench: Bench) -> None:
    screen = bench.customers()
    assert not on(screen).shows_panel
    find(screen, "profile:def")
    assert on(screen).box.offers() == ["Default Profile"]
    press(screen, Qt.Key.Key_Escape)
    find(screen, "not type:agent payable:>0")
    bench.trigger(screen, "customers.panel")
    panel = on(screen).panel
    assert screen.focusWidget() is field(screen, "code")
    assert {f.name: panel.value(f.name) for f in FIELDS if panel.value(f.name)} == {"payable": ">0"}
    assert codes(screen) == ["A2", "A3"]

    enter(screen, "payable", "60..70")
    assert (on(screen).box.text(), codes(screen)) == ("not type:agent payable:60..70", ["A2"])
    enter(screen, "payable", "lots")
    assert panel.refusal.startswith('payable: "lots" is not an amount')
    assert (panel.value("payable"), on(screen).box.text()) == ("lots", "not type:agent payable:60..70")
    enter(screen, "city", "none")
    assert (panel.value("payable"), on(screen).bar.text) == ("lots", "not type:agent payable:60..70 city:none")
    enter(screen, "city", "")
    enter(screen, "payable", "")
    status = field(screen, "status")
    status.choose("suspended")
    status.activated.emit(status.currentIndex())
    assert (panel.refusal, on(screen).box.text(), codes(screen)) == (
        "", "not type:agent status:suspended", ["A3"])

    enter(screen, "profile", "Default Profile")
    assert on(screen).bar.text == 'not type:agent status:suspended profile:"Default Profile"'
    assert panel.value("profile") == "Default Profile"
    on(screen).bar.set_text("status:active,suspended city:none")
    assert (panel.value("status"), panel.value("city"), panel.value("profile")) == ("active,suspended", "none", "")
    on(screen).bar.set_text("status:sleepy")  # the form stays as it is
    assert panel.value("city") == "none"

    assert field(screen, "profile").completer().model().stringList() == ["Business", "Default Profile"]
    state = screen.save_state()
    bench.trigger(screen, "customers.panel")
    assert panel.isHidden()
    assert screen.focusWidget() is on(screen).box
    screen.restore_state(state)
    QApplication.processEvents()
    assert panel.isVisible()
    screen.resize(1200, 560)
    assert not on(screen).shows_preview  # the rows and the form go before it
