"""The summary and the groups of an account on its page."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from app.models.values import AccountType, GroupAccess, GroupKind
from app.services.groups.groups import create_group
from app.services.providers.modules import Module, switch_module
from app.views.accounts.page import AccountPage
from app.views.accounts.tabs.groups import GroupsTab
from app.views.desk.screen import Target
from app.views.widgets.fact_card import FactCard
from tests.factories.books import Book
from tests.support.account_page import AccountPageDriver
from tests.views.accounts.conftest import Bench, press, tab_action

SPACE = Qt.Key.Key_Space


def card(page: AccountPage, title: str) -> FactCard:
    return AccountPageDriver(page).find(title, FactCard)


def click(page: AccountPage, title: str, value: str) -> None:
    next(link for link in card(page, title).links() if link.text().startswith(value)).click()


def test_the_summary_says_how_an_account_stands_and_leads_on(bench: Bench) -> None:
    page = bench.page("A4", part="")
    assert page.part() == "summary"
    assert card(page, "Status").texts == ["Active since 1 Jan 2024.", "No hold is open."]
    assert card(page, "Needs attention").texts == ["Over its credit limit by 40.00 AUD.",
                                     "The primary and billing contact is incomplete."]
    assert card(page, "Money").texts[0].replace("\xa0", " ") == "Balance: 50.00 AUD"
    assert [text.partition(",")[0].replace("\xa0", " ") for text in card(page, "Recent invoices").texts] == [
        "HT-4: 50.00 AUD"]
    assert card(page, "Contacts").texts == ["Primary: A4", "Billing: A4"]
    assert card(page, "Belongs to").texts[:3] == ["Profile: Default Profile", "Groups: None", "Parent: Harbour Telecom"]
    assert page.selection_text == "2 things need attention"
    click(page, "Recent invoices", "50.00")
    assert AccountPageDriver(page).side == "Invoice HT-4"
    click(page, "Needs attention", "The primary")
    assert page.part() == "contacts"
    bench.trigger(page, tab_action("summary"))
    click(page, "Needs attention", "Over its")
    assert page.part() == "attributes"
    assert AccountPageDriver(page).current.key == "credit_limit"
    bench.trigger(page, tab_action("summary"))
    click(page, "Money", "50.00")
    assert page.part() == "ledger"
    bench.trigger(page, tab_action("summary"))
    click(page, "Belongs to", "Harbour")
    assert bench.visited[-1] == (Target("account", bench.ids["HT"]), False)


def test_holds_overdue_and_agent_stand_in_the_summary(bench: Bench) -> None:
    held = bench.page("A3", part="summary")
    assert card(held, "Status").texts[0].startswith("Suspended since 16 Mar 2026, by the scan")
    assert card(held, "Status").texts[1] == (
        "Overdue hold since Mon 16 Mar 2026, placed by the scan. 1 service is restricted. "
        "It lifts by itself when overdue payable is 10.00 AUD or less.")
    assert card(held, "Needs attention").texts[0] == "Overdue since 14 Feb 2026, 30 days: 57.50 AUD outstanding."
    signed = bench.page("S1", part="summary")
    assert "Agent: Zebra Agency" in card(signed, "Belongs to").texts
    assert card(signed, "Recent invoices").texts == ["Nothing was invoiced yet."]


def group_rows(page: AccountPage) -> list[list[str]]:
    table = AccountPageDriver(page).table("Account groups")
    return [table.row(row)[:4] for row in range(table.count)]


def test_groups_are_joined_and_left_by_space(bench: Bench) -> None:
    with bench.database.write() as session:
        create_group(session, provider_id=bench.ids["HT"], code="VIP", name="Important", kind=GroupKind.SECURITY,
                     access=GroupAccess.ALLOW)
        create_group(session, provider_id=bench.ids["HT"], code="NEWS", name="Newsletter")
    page = bench.page("A1", part="groups")
    important = ["Important", "Not in it", "Security", "Staff tied to it see its members alone"]
    letters = ["Newsletter", "Not in it", "Distribution", "Limits nobody: for lists, and to be left out of suspension"]
    assert group_rows(page) == [important, letters]
    seen = AccountPageDriver(page)
    assert seen.button("Remove from group").toolTip() == "It is not in Important."
    seen.table("Account groups").go_to(1)
    press(page, SPACE)
    assert [row[:2] for row in group_rows(page)] == [["Newsletter", "Member"], ["Important", "Not in it"]]
    assert page.selection_text == "In 1 group"
    assert seen.table("Account groups").current == 0, "the keyboard stays with its group"
    press(page, SPACE)
    assert [row[1] for row in group_rows(page)] == ["Not in it", "Not in it"]
    header, tab = seen.head.root.header, seen.one(GroupsTab)
    tab.show_account(replace(header, rights=replace(header.rights, join_groups="Ask Kim.")))
    assert seen.button("Add to group").toolTip() == "Ask Kim."
    tab.show_account(replace(header, rights=replace(header.rights, see_groups="Not for you.")))
    assert seen.empty.accessibleDescription() == "Not for you."


def test_a_provider_has_a_summary_too(bench: Bench) -> None:
    page = bench.page("HT", part="summary")
    assert "Parent: Pacific Wholesale" in card(page, "Belongs to").texts
    with bench.database.write() as session:
        Book(session).provider("XX", kind=AccountType.RETAIL, parent=bench.ids["PW"])
    empty = AccountPageDriver(bench.page("PW", part="groups")).empty
    assert empty.accessibleName() == "The provider has no account groups."


def test_without_account_groups_there_is_no_tab_for_them(bench: Bench) -> None:
    page = bench.page("A2", part="summary")
    parts = AccountPageDriver(page).parts
    assert "Groups" in parts.titles
    _switch(bench, on=False, seen=None)
    assert "Groups" not in parts.titles
    page.show_part("groups")
    assert page.part() == "summary"
    _switch(bench, on=True, seen=False)
    assert "Groups" in parts.titles


def _switch(bench: Bench, *, on: bool, seen: bool | None) -> None:
    with bench.database.write() as session:
        changes = switch_module(session, provider_id=bench.ids["HT"], module=Module.ACCOUNT_GROUPS, on=on, seen=seen)
    bench.bus.publish(changes)
