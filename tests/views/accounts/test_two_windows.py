"""Two windows on one account: whoever saves second is told in the form, and settles it there."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models.values import AccountStatus, HoldKind, Lifecycle, Tier
from app.services.accounts.contacts import ContactSheet, add_contact, contact_sheet, make_billing
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute
from app.services.database.asking import asking, doing
from app.services.database.unit_of_work import Database
from app.services.hierarchy.new_contacts import NewContact
from app.services.jobs import JobContext
from app.services.status.changes import change_lifecycle, place_hold
from app.views.asking.conflict_sheet import ConflictSheet
from tests.factories.books import status_shown
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import TODAY, Bench, press, type_text

SPACE, ENTER, F2 = Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_F2


def elsewhere(bench: Bench, command: Any, **arguments: Any) -> None:
    """What the other window saves; this one has not heard of it."""
    other = Database(bench.database.url, clock=bench.database.clock, actor="ann@ht.example")
    try:
        doing(command, **arguments)(other, JobContext())
    finally:
        other.close()


def terms(bench: Bench, tier: Tier, owner: int) -> object:
    return asking(stored_values, tier=tier, owner_id=owner)(bench.database, JobContext()).get("trading_due_days")


def begin(bench: Bench, typed: str) -> tuple[Any, AccountPageDriver]:
    """Type over the terms of an account, while the other window sets 33."""
    page = bench.page("A1")
    seen = AccountPageDriver(page)
    seen.go_to("trading_due_days")
    press(page, SPACE)
    type_text(page, typed)
    elsewhere(bench, set_attribute, tier=Tier.ACCOUNT, owner_id=bench.ids["A1"], key="trading_due_days", value=33,
              seen={})
    press(page, ENTER)
    return page, seen


@pytest.mark.parametrize(("button", "stored"), [("Keep mine", 40), ("Take theirs", 33)])
def test_terms_that_another_window_set(bench: Bench, button: str, stored: int) -> None:
    page, seen = begin(bench, "40")
    assert terms(bench, Tier.ACCOUNT, bench.ids["A1"]) == 33, "nothing was written over it"
    assert seen.one(ConflictSheet).words.startswith('ann@ht.example changed Trading terms to "33 days" on ')
    assert seen.is_editing, "what was typed is kept"
    seen.click(button)
    assert terms(bench, Tier.ACCOUNT, bench.ids["A1"]) == stored
    assert not seen.is_editing
    assert seen.current.own_value == stored, "the table is read again"
    assert page.unsaved_text() == ""


def test_a_draft_goes_on_from_what_was_shown_when_it_was_typed(bench: Bench) -> None:
    page = bench.page("A1")
    seen = AccountPageDriver(page)
    seen.go_to("trading_due_days")
    press(page, SPACE)
    type_text(page, "40")
    press(page, Qt.Key.Key_Escape)
    elsewhere(bench, set_attribute, tier=Tier.ACCOUNT, owner_id=bench.ids["A1"], key="trading_due_days", value=33,
              seen={})
    page.read_again()
    press(page, F2)
    press(page, ENTER)
    assert seen.one(ConflictSheet).words.startswith("ann@ht.example changed Trading terms")


def test_a_status_that_another_window_changed(bench: Bench) -> None:
    page = bench.page("A1")
    elsewhere(bench, place_hold, account_id=bench.ids["A1"], kind=HoldKind.MANUAL, reason="Dispute", on=TODAY,
              seen=AccountStatus.ACTIVE)
    bench.trigger(page, "account.deactivate")
    dialog = Driver(page).dialog()
    dialog.click("Set inactive")
    assert dialog.one(ConflictSheet).words.startswith('ann@ht.example changed the status to "Suspended" on ')
    dialog.click("Keep mine")
    with bench.database.read() as session:
        assert status_shown(session, bench.ids["A1"]) is AccountStatus.INACTIVE
    elsewhere(bench, change_lifecycle, account_id=bench.ids["A1"], to=Lifecycle.ACTIVE, on=TODAY,
              seen=AccountStatus.INACTIVE)


def test_a_flag_that_another_window_moved(bench: Bench) -> None:
    account = bench.ids["A1"]
    for name in ("Bea", "Cid"):
        elsewhere(bench, add_contact, account_id=account, contact=NewContact(name=name, email="x@y.example"))
    page = bench.page("A1", part="contacts")
    hand = AccountPageDriver(page)
    ids = {row.name: row.id for row in contacts_of(bench).rows}
    elsewhere(bench, make_billing, account_id=account, contact_id=ids["Bea"], seen=ids["A1"])
    hand.table("Contacts").go_to(hand.table("Contacts").where("Name", "Cid"))
    hand.click("Make billing")
    assert hand.one(ConflictSheet).words.startswith('ann@ht.example changed Billing contact to "Bea" on ')
    hand.click("Keep mine")
    billing = contacts_of(bench).billing
    assert billing is not None
    assert billing.name == "Cid"


def contacts_of(bench: Bench) -> ContactSheet:
    return asking(contact_sheet, account_id=bench.ids["A1"])(bench.database, JobContext())
