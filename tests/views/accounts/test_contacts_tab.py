"""The contacts of an account on its page, by keyboard and buttons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from app.services.accounts.contacts import add_contact, change_contact, contact_sheet
from app.services.accounts.header import AccountHeader, account_header
from app.services.database.asking import asking, doing
from app.services.jobs import JobContext
from app.views.accounts.tabs.contacts import ContactsTab
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench

F2, ENTER, DELETE = Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Delete
ADDRESS = "Billing address as it will be printed"


def contacts(bench: Bench) -> AccountPageDriver:
    return AccountPageDriver(bench.page("A1", part="contacts"))


def shown(hand: Driver[Any]) -> list[list[str]]:
    table = hand.table("Contacts")
    return [table.row(row)[:2] for row in range(table.count)]


def address(hand: Driver[Any]) -> str:
    """What stands below the name of the address."""
    (found,) = [label for label in hand.every(QLabel) if label.accessibleName() == ADDRESS]
    return str(found.text())


def test_a_contact_is_added_and_given_the_flags(bench: Bench) -> None:
    hand = contacts(bench)
    page = hand.root
    assert shown(hand) == [["A1", "Primary and billing"]]
    assert hand.button("Remove contact").toolTip() == (
        "A1 is the primary and the billing contact. Make another contact primary and billing first.")
    assert address(hand) == "A1\nNo postal address is known."
    hand.click("New contact…")
    form = hand.dialog()
    form.click("Add contact")
    assert form.says("Type a name: of a person or a company.")
    for name, text in (("Name", "Ann Lee"), ("Address", "1 Quay St"), ("Town", "Sydney")):
        form.fill(name, text)
    form.press(ENTER)
    assert shown(hand) == [["A1", "Primary and billing"], ["Ann Lee", ""]]
    assert hand.table("Contacts").selected == [1], "who was just added has the keyboard"
    assert page.window().focusWidget() is hand.table("Contacts").root
    hand.click("Make billing")
    assert shown(hand) == [["A1", "Primary"], ["Ann Lee", "Billing"]]
    assert address(hand) == "Ann Lee\n1 Quay St\nSydney"
    hand.click("Make primary")
    assert shown(hand) == [["Ann Lee", "Primary and billing"], ["A1", ""]]
    hand.table("Contacts").go_to(1)
    hand.press(DELETE)
    assert shown(hand) == [["Ann Lee", "Primary and billing"]]
    assert page.selection_text == "1 contact"


def test_a_contact_of_another_account_is_found_in_the_address_book(bench: Bench) -> None:
    hand = contacts(bench)
    hand.click("From address book…")
    book = hand.dialog()
    found = book.table("Contacts found")
    assert "A1" not in found.column("Name"), "it is a contact already"
    book.fill("Find a contact", "a2")
    bench.qtbot.waitUntil(lambda: found.count == 1)
    assert found.row(0) == ["A2", "", "", "A2 Jane Citizen"]
    book.click("Add contact")
    assert shown(hand) == [["A1", "Primary and billing"], ["A2", ""]]
    hand.table("Contacts").go_to(1)
    hand.press(F2)
    assert hand.dialog().says("It also serves 1 other account, which change with it: A2 Jane Citizen.")


def test_a_save_of_somebody_else_is_said_and_what_was_typed_is_kept(bench: Bench) -> None:
    hand = contacts(bench)
    hand.table("Contacts").go_to(0)
    hand.press(F2)
    form = hand.dialog()
    form.fill("Phone", "222")
    (contact,) = ask(bench, asking(contact_sheet, account_id=bench.ids["A1"])).rows
    ask(bench, doing(change_contact, account_id=bench.ids["A1"], contact_id=contact.id, seen=contact.values,
                     after={**contact.values, "phone": "111"}))
    form.click("Save contact")
    assert form.says('changed Phone to "111"')
    assert form.says("Nothing was saved; what you typed is kept.")
    assert form.value("Phone") == "222"
    form.click("Keep mine")
    (now,) = ask(bench, asking(contact_sheet, account_id=bench.ids["A1"])).rows
    assert now.values["phone"] == "222"


def ask(bench: Bench, job: Any) -> Any:
    return job(bench.database, JobContext())


def test_without_the_power_the_buttons_say_why(bench: Bench) -> None:
    tab = ContactsTab(bench.theme, bench.runner)
    bench.qtbot.addWidget(tab)
    header: AccountHeader = ask(bench, asking(account_header, account_id=bench.ids["A1"]))
    refusal = 'This needs the power "Customer details".'
    tab.show_account(replace(header, rights=replace(header.rights, edit=refusal)))
    hand = Driver(tab)
    buttons = [hand.button(name) for name in (
        "New contact…", "From address book…", "Edit contact…", "Make primary", "Make billing", "Remove contact",
        "Another address…", "Edit address…", "Send invoices there", "Follow the billing contact", "Remove address")]
    assert {button.toolTip() for button in buttons} == {refusal}
    assert not any(button.isEnabled() for button in buttons)


def test_an_account_gets_an_address_of_its_own_and_one_is_changed_for_all_it_serves(bench: Bench) -> None:
    hand = contacts(bench)
    addresses = hand.table("Addresses")
    assert [addresses.row(row) for row in range(addresses.count)] == [["None yet", "Main address", "A1", "Go there"]]
    assert hand.button("Remove address").toolTip() == "It is the first address of A1, which is edited and not removed."
    assert not hand.button("Follow the billing contact").isEnabled()
    hand.click("Another address…")
    form = hand.dialog()
    form.press(ENTER)
    assert form.says("Type its first line, or a city at least.")
    form.fill("Address", "Depot 3")
    form.fill("City", "Perth")
    form.click("Send the invoices of this account there")
    form.press(ENTER)
    assert addresses.row(1) == ["Depot 3, Perth", "Billing", "A1", "Go there, chosen"]
    assert address(hand) == "A1\nDepot 3\nPerth"
    assert addresses.selected == [1]
    assert not hand.button("Remove address").isEnabled()
    hand.click("Follow the billing contact")
    assert [addresses.text(row, "Invoices") for row in (0, 1)] == ["Go there", ""]

    ask(bench, doing(add_contact, account_id=bench.ids["A2"], contact=ask(
        bench, asking(contact_sheet, account_id=bench.ids["A1"])).rows[0].id))
    page = contacts(bench)
    page.table("Addresses").go_to(1)
    page.table("Addresses").root.setFocus()
    page.press(F2)
    form = page.dialog()
    assert form.says("A1 also serves 1 other account, which this change reaches: A2 Jane Citizen.")
    form.fill("City", "Fremantle")
    form.press(ENTER)
    assert page.table("Addresses").text(1, "Address") == "Depot 3, Fremantle"
    page.click("Send invoices there")
    assert page.table("Addresses").text(1, "Invoices") == "Go there, chosen"
