"""The summary and the groups of an account on its page."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt

from app.models.values import AccountType, GroupAccess, GroupKind
from app.services.groups.groups import create_group
from app.services.providers.modules import Module, switch_module
from app.views.accounts.page import AccountPage
from app.views.accounts.page_tabs import TABS
from app.views.desk.screen import Target
from tests.factories.books import Book
from tests.views.accounts.conftest import Bench, press, tab_action
from tests.views.accounts.test_account_diary import rows_of

SPACE = Qt.Key.Key_Space


def click(card, value: str) -> None:
    next(link for link in card.links() if link.text().startswith(value)).click()


def test_the_summary_says_how_an_account_stands_and_leads_on(bench: Bench) -> None:
    page = bench.page("A4", part="")
    summary = page._summary
    assert page.part() == "summary"
    assert summary._status.texts == ["Active since 1 Jan 2024.", "No hold is open."]
    assert summary._alerts.texts == ["Over its credit limit by 40.00 AUD.",
                                     "The primary and billing contact is incomplete."]
    assert summary._money.texts[0].replace("\xa0", " ") == "Balance: 50.00 AUD"
    assert [text.partition(",")[0].replace("\xa0", " ") for text in summary._invoices.texts] == ["HT-4: 50.00 AUD"]
    assert summary._people.texts == ["Primary: A4", "Billing: A4"]
    assert summary._place.texts[:3] == ["Profile: Default Profile", "Groups: None", "Parent: Harbour Telecom"]
    assert page.selection_text == "2 things need attention"
    click(summary._invoices, "50.00")
    assert page._side.accessibleName() == "Invoice HT-4"
    click(summary._alerts, "The primary")
    assert page.part() == "contacts"
    bench.trigger(page, tab_action("summary"))
    click(summary._alerts, "Over its")
    assert page.part() == "attributes"
    assert page._attributes.current().key == "credit_limit"
    bench.trigger(page, tab_action("summary"))
    click(summary._money, "50.00")
    assert page.part() == "ledger"
    bench.trigger(page, tab_action("summary"))
    click(summary._place, "Harbour")
    assert bench.visited[-1] == (Target("account", bench.ids["HT"]), False)


def test_holds_overdue_and_agent_stand_in_the_summary(bench: Bench) -> None:
    held = bench.page("A3", part="summary")._summary
    assert held._status.texts[0].startswith("Suspended since 16 Mar 2026, by the scan")
    assert held._status.texts[1] == ("Overdue hold since Mon 16 Mar 2026, placed by the scan. 1 service is restricted. "
                                     "It lifts by itself when overdue payable is 10.00 AUD or less.")
    assert held._alerts.texts[0] == "Overdue since 14 Feb 2026, 30 days: 57.50 AUD outstanding."
    signed = bench.page("S1", part="summary")._summary
    assert "Agent: Zebra Agency" in signed._place.texts
    assert signed._invoices.texts == ["Nothing was invoiced yet."]


def group_rows(page: AccountPage) -> list[list[str]]:
    return [row[:4] for row in rows_of(page._groups._table)]


def test_groups_are_joined_and_left_by_space(bench: Bench) -> None:
    with bench.database.write() as session:
        create_group(session, provider_id=bench.ids["HT"], code="VIP", name="Important", kind=GroupKind.SECURITY,
                     access=GroupAccess.ALLOW)
        create_group(session, provider_id=bench.ids["HT"], code="NEWS", name="Newsletter")
    page = bench.page("A1", part="groups")
    important = ["Important", "Not in it", "Security", "Staff tied to it see its members alone"]
    letters = ["Newsletter", "Not in it", "Distribution", "Limits nobody: for lists, and to be left out of suspension"]
    assert group_rows(page) == [important, letters]
    assert page._groups._leave.toolTip() == "It is not in Important."
    page._groups._table.go_to_row(1)
    page._groups._table.setFocus()
    press(page, SPACE)
    assert [row[:2] for row in group_rows(page)] == [["Newsletter", "Member"], ["Important", "Not in it"]]
    assert page.selection_text == "In 1 group"
    assert page._groups.current().name == "Newsletter", "the keyboard stays with its group"
    press(page, SPACE)
    assert [row[1] for row in group_rows(page)] == ["Not in it", "Not in it"]
    header = page._header
    page._groups.show_account(replace(header, rights=replace(header.rights, join_groups="Ask Kim.")))
    assert page._groups._join.toolTip() == "Ask Kim."
    page._groups.show_account(replace(header, rights=replace(header.rights, see_groups="Not for you.")))
    assert page._groups._area.empty.accessibleDescription() == "Not for you."


def test_a_provider_has_a_summary_too(bench: Bench) -> None:
    page = bench.page("HT", part="summary")
    assert "Parent: Pacific Wholesale" in page._summary._place.texts
    with bench.database.write() as session:
        Book(session).provider("XX", kind=AccountType.RETAIL, parent=bench.ids["PW"])
    assert bench.page("PW", part="groups")._groups._area.empty.accessibleName() == "The provider has no account groups."


def test_without_account_groups_there_is_no_tab_for_them(bench: Bench) -> None:
    page = bench.page("A2", part="summary")
    bar, place = page._stack.bar, [key for key, _ in TABS].index("groups")
    assert bar.isTabVisible(place)
    _switch(bench, on=False)
    assert not bar.isTabVisible(place)
    page.show_part("groups")
    assert page.part() == "summary"
    _switch(bench, on=True)
    assert bar.isTabVisible(place)


def _switch(bench: Bench, *, on: bool) -> None:
    with bench.database.write() as session:
        changes = switch_module(session, provider_id=bench.ids["HT"], module=Module.ACCOUNT_GROUPS, on=on)
    bench.bus.publish(changes)
