"""The filter panel: the box as a form, and the form as the box."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.services.customers.query.fields import FIELDS
from tests.views.accounts.conftest import Bench, press, type_text
from tests.views.customers.test_list_screen import codes, find

ENTER = Qt.Key.Key_Return


def enter(screen, name: str, text: str) -> None:
    edit = screen._panel._fields[name]
    edit.setFocus()
    edit.selectAll()
    press(screen, Qt.Key.Key_Delete)
    type_text(screen, text)
    if edit.completer() is not None:
        edit.completer().popup().hide()
    press(screen, ENTER)


def test_box_and_panel_are_one_state(bench: Bench) -> None:
    screen = bench.customers()
    assert screen._panel.isHidden()
    find(screen, "profile:def")
    assert screen._bar._field.offers() == ["Default Profile"]
    press(screen, Qt.Key.Key_Escape)
    find(screen, "not type:agent payable:>0")
    bench.trigger(screen, "customers.panel")
    panel = screen._panel
    assert screen.focusWidget() is panel._fields["code"]
    assert {f.name: panel.value(f.name) for f in FIELDS if panel.value(f.name)} == {"payable": ">0"}
    assert codes(screen) == ["A2", "A3"]

    enter(screen, "payable", "60..70")
    assert (screen._bar._field.text(), codes(screen)) == ("not type:agent payable:60..70", ["A2"])
    enter(screen, "payable", "lots")
    assert panel.refusal.startswith('payable: "lots" is not an amount')
    assert (panel.value("payable"), screen._bar._field.text()) == ("lots", "not type:agent payable:60..70")
    enter(screen, "city", "none")
    assert (panel.value("payable"), screen._bar.text) == ("lots", "not type:agent payable:60..70 city:none")
    enter(screen, "city", "")
    enter(screen, "payable", "")
    status = panel._fields["status"]
    status.choose("suspended")
    status.activated.emit(status.currentIndex())
    assert (panel.refusal, screen._bar._field.text(), codes(screen)) == (
        "", "not type:agent status:suspended", ["A3"])

    enter(screen, "profile", "Default Profile")
    assert screen._bar.text == 'not type:agent status:suspended profile:"Default Profile"'
    assert panel.value("profile") == "Default Profile"
    screen._bar.set_text("status:active,suspended city:none")
    assert (panel.value("status"), panel.value("city"), panel.value("profile")) == ("active,suspended", "none", "")
    screen._bar.set_text("status:sleepy")  # the form stays as it is
    assert panel.value("city") == "none"

    assert panel._names["profile"].stringList() == ["Business", "Default Profile"]
    state = screen.save_state()
    bench.trigger(screen, "customers.panel")
    assert panel.isHidden()
    assert screen.focusWidget() is screen._bar._field
    screen.restore_state(state)
    QApplication.processEvents()
    assert panel.isVisible()
    screen.resize(1200, 560)
    assert screen._preview.isHidden()  # the rows and the form go before it
