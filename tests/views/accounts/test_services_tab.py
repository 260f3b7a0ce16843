"""The services of an account on its page: added, changed, stopped, activated and moved by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.views.accounts.tabs.service_dialogs import MoveServiceDialog
from tests.support.account_page import AccountPageDriver
from tests.views.accounts.conftest import Bench

F2, ENTER, DELETE = Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Delete


def test_a_service_lives_its_life(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A1", part="services"))
    hand.click("New service…")
    form = hand.dialog()
    form.press(ENTER)
    assert form.refused == ["Identifier", "Name"]
    form.fill("Identifier", "0400 000 002")
    form.fill("Name", "Phone")
    form.fill("First charge", "12.50")
    form.press(ENTER)
    assert form.says("0400 000 002 is a service of A2 Jane Citizen already.")
    form.fill("Identifier", "0400 000 010")
    form.press(ENTER)
    services = hand.table("Services")
    assert services.row(0)[:3] == ["0400 000 010", "Phone", "Active"]
    assert hand.button("Activate…").toolTip() == "Phone 0400 000 010 is active already."
    services.root.setFocus()
    hand.press(F2)
    form = hand.dialog()
    form.fill("Name", "Phone plus")
    form.press(ENTER)
    assert services.text(0, "Name") == "Phone plus"
    services.root.setFocus()
    hand.press(DELETE)
    form = hand.dialog()
    form.choose("How", "Deactivate: it ends, and can be activated again")
    form.fill("From", "1 jan 2020")
    form.press(ENTER)
    assert form.says("The day is too early: it can be")
    form.fill("From", "today")
    form.press(ENTER)
    assert (services.text(0, "State"), services.text(0, "Ended") != "") == ("Deactivated", True)
    assert hand.button("Activate…").isEnabled()
    hand.click("Activate…")
    hand.dialog().press(ENTER)
    assert (services.text(0, "State"), services.text(0, "Ended")) == ("Active", "")


def test_a_service_moves_to_another_account_of_its_provider(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A2", part="services"))
    services = hand.table("Services")
    services.go_to(services.where("Identifier", "0400 000 022"))
    hand.click("Move to another account…")
    form = hand.dialog()
    dialog = form.root
    assert isinstance(dialog, MoveServiceDialog)
    form.click("Move service")
    assert form.says("Choose the account that gets it.")
    dialog.field.set_text_now("A1")
    assert form.table("Accounts found").row(0)[:2] == ["A1", "Acme Pty Ltd"]
    form.click("Move service")
    assert services.column("Identifier") == ["0400 000 002"]


def test_what_a_suspended_account_refuses_is_said_before(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A3", part="services"))
    assert not hand.button("New service…").isEnabled()
    assert "suspended" in hand.button("New service…").toolTip()
    assert hand.button("Stop…").isEnabled(), "also on an account that is suspended itself"
