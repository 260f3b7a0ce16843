"""The contacts of an account on its page, by keyboard and buttons."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from app.services.accounts.contact_jobs import read_contacts, save_contact
from app.services.jobs import JobContext
from app.views.accounts.contact_dialogs import AddressBookDialog, ContactDialog, NewContactDialog
from app.views.accounts.page import AccountPage
from app.views.asking.form_dialog import FormDialog
from tests.views.accounts.conftest import Bench, press, type_text
from tests.views.accounts.test_account_diary import rows_of

F2, ENTER, DELETE = Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Delete


def dialog(page: AccountPage, kind: type) -> FormDialog:
    (found,) = [d for d in page.findChildren(kind) if d.isVisible()]
    return found


def shown(page: AccountPage) -> list[list[str]]:
    return [row[:2] for row in rows_of(page._contacts._table)]


def test_a_contact_is_added_and_given_the_flags(bench: Bench) -> None:
    page = bench.page("A1", part="contacts")
    tab = page._contacts
    assert shown(page) == [["A1", "Primary and billing"]]
    assert tab._remove.toolTip() == (
        "A1 is the primary and the billing contact. Make another contact primary and billing first.")
    assert tab._address.text() == "A1\nNo postal address is known."
    tab._new.click()
    form = dialog(page, NewContactDialog)
    form.submit()
    assert form.words == "Type a name: of a person or a company."
    for name, text in (("name", "Ann Lee"), ("address_line1", "1 Quay St"), ("city", "Sydney")):
        form.form.focus(name)
        type_text(form, text)
    press(form, ENTER)
    assert shown(page) == [["A1", "Primary and billing"], ["Ann Lee", ""]]
    tab._table.go_to_row(1)
    tab._billing.click()
    assert shown(page) == [["A1", "Primary"], ["Ann Lee", "Billing"]]
    assert tab._address.text() == "Ann Lee\n1 Quay St\nSydney"
    tab._primary.click()
    assert shown(page) == [["Ann Lee", "Primary and billing"], ["A1", ""]]
    tab._table.go_to_row(1)
    tab._table.setFocus()
    press(page, DELETE)
    assert shown(page) == [["Ann Lee", "Primary and billing"]]
    assert page.selection_text == "1 contact"


def test_a_contact_of_another_account_is_found_in_the_address_book(bench: Bench) -> None:
    page = bench.page("A1", part="contacts")
    page._contacts._book.click()
    book = dialog(page, AddressBookDialog)
    assert "A1" not in [row[0] for row in rows_of(book.table)], "it is a contact already"
    type_text(book, "a2")
    book.ask()
    assert rows_of(book.table) == [["A2", "", "", "A2 Jane Citizen"]]
    book.submit()
    assert shown(page) == [["A1", "Primary and billing"], ["A2", ""]]
    page._contacts._table.go_to_row(1)
    press(page._contacts, F2)
    assert "It also serves 1 other account, which change with it: A2 Jane Citizen." in (
        dialog(page, ContactDialog).accessibleDescription())


def test_a_save_of_somebody_else_is_said_and_what_was_typed_is_kept(bench: Bench) -> None:
    page = bench.page("A1", part="contacts")
    press(page._contacts, F2)
    form = dialog(page, ContactDialog)
    form.form.focus("phone")
    type_text(form, "222")
    (contact,) = read_contacts(bench.database, JobContext(), account_id=bench.ids["A1"]).rows
    save_contact(bench.database, JobContext(), account_id=bench.ids["A1"], contact_id=contact.id,
                 before=contact.values, after={**contact.values, "phone": "111"})
    form.submit()
    assert 'changed Phone to "111"' in form.words
    assert form.words.endswith("Save again to keep yours.")
    assert form.form.values()["phone"] == "222"
    form.submit()
    (now,) = read_contacts(bench.database, JobContext(), account_id=bench.ids["A1"]).rows
    assert now.values["phone"] == "222"


def test_without_the_power_the_buttons_say_why(bench: Bench) -> None:
    page = bench.page("A1", part="contacts")
    header, refusal = page._header, 'This needs the power "Customer details".'
    page._contacts.show_account(replace(header, rights=replace(header.rights, edit=refusal)))
    tab = page._contacts
    buttons = (tab._new, tab._book, tab._change, tab._primary, tab._billing, tab._remove)
    assert {button.toolTip() for button in buttons} == {refusal}
    assert not any(button.isEnabled() for button in buttons)
