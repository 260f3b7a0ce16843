"""The details of an account on its page: typed, saved by Ctrl+S, refused beside the field, saved by two at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.services.accounts.details import account_details, save_details
from app.services.database.asking import asking, doing
from app.services.jobs import JobContext
from app.views.accounts.tabs.detail_form import DetailForm
from app.views.desk.screen import Target
from app.views.widgets.fact_card import FactCard
from tests.support.account_page import AccountPageDriver
from tests.views.accounts.conftest import Bench, tab_action

LEFT = Qt.Key.Key_Left


def shown(page) -> tuple[AccountPageDriver, DetailForm]:
    seen = AccountPageDriver(page)
    return seen, seen.one(DetailForm)


def stored(bench: Bench, code: str) -> dict[str, str]:
    return dict(asking(account_details, account_id=bench.ids[code])(bench.database, JobContext()).values)


def test_details_are_saved_and_a_refusal_stands_beside_its_field(bench: Bench) -> None:
    page = bench.page("A1", part="details")
    seen, form = shown(page)
    assert not seen.button("Save details").isEnabled()
    assert page.bindings()["account.save_details"].refusal == "Nothing was changed."
    form.show_value("name", " ")
    form.show_value("export_reference", "X-1")
    assert page.unsaved_text() == "Details are not saved yet."
    bench.trigger(page, "account.save_details")
    assert form.note("name") == "An account needs a name."
    assert seen.has_keyboard("Name")
    form.show_value("name", "Acme Limited")
    bench.trigger(page, "account.save_details")
    assert page.unsaved_text() == ""
    assert page.title == "Acme Limited"
    assert (stored(bench, "A1")["name"], stored(bench, "A1")["export_reference"]) == ("Acme Limited", "X-1")
    form.show_value("name", "Something")
    seen.click("Undo changes")
    assert form.values()["name"] == "Acme Limited"
    assert page.unsaved_text() == ""


def test_the_keyboard_is_in_the_first_field_where_details_come_to_the_front(bench: Bench) -> None:
    page = bench.page("A1", part="attributes")
    page.show_part("details")
    assert AccountPageDriver(page).has_keyboard("Name")


def test_somebody_elses_save_is_said_with_two_ways_on(bench: Bench) -> None:
    page = bench.page("A1", part="details")
    seen, form = shown(page)

    def theirs(name: str) -> None:
        now = stored(bench, "A1")
        bench.bus.publish(doing(save_details, account_id=bench.ids["A1"], seen=now, after={**now, "name": name})(
            bench.database, JobContext()))

    form.show_value("name", "Mine")
    theirs("Theirs")
    assert form.values()["name"] == "Mine", "a refresh never runs over what is typed"
    seen.click("Save details")
    assert seen.says('changed Name to "Theirs"')
    assert form.values()["name"] == "Mine"
    seen.click("Take theirs")
    assert (form.values()["name"], page.unsaved_text()) == ("Theirs", "")
    form.show_value("name", "Mine")
    theirs("Theirs again")
    seen.click("Save details")
    seen.click("Keep mine")
    assert stored(bench, "A1")["name"] == "Mine"
    assert seen.has("Save details")


@pytest.mark.parametrize(("steps", "reference"), [(("Compare", LEFT, "Save as chosen"), "X-1"), (("Take theirs",), "")])
def test_the_rest_is_saved_where_the_verb_says_so(bench: Bench, steps: tuple[str | Qt.Key, ...], reference: str
                                                  ) -> None:
    page = bench.page("A1", part="details")
    seen, form = shown(page)
    form.show_value("name", "Mine")
    form.show_value("export_reference", "X-1")
    now = stored(bench, "A1")
    doing(save_details, account_id=bench.ids["A1"], seen=now, after={**now, "name": "Theirs"})(
        bench.database, JobContext())
    bench.trigger(page, "account.save_details")
    for step in steps:
        seen.click(step) if isinstance(step, str) else seen.press(step)
    after = stored(bench, "A1")
    assert (after["name"], after["export_reference"]) == ("Theirs", reference)
    assert (form.values()["name"], form.values()["export_reference"]) == ("Theirs", "X-1"), "nothing typed is lost"
    assert page.unsaved_text() == ("" if reference else "Details are not saved yet.")


def test_what_is_typed_during_a_save_waits_for_the_next_one(bench: Bench) -> None:
    page = bench.page("A1", part="details")
    seen, form = shown(page)
    form.show_value("name", "Acme")
    bench.runner.hold()
    seen.click("Save details")
    form.show_value("name", "Acme Harbour")
    bench.runner.release()
    assert stored(bench, "A1")["name"] == "Acme"
    assert (form.values()["name"], page.unsaved_text()) == ("Acme Harbour", "Details are not saved yet.")
    seen.click("Save details")
    assert (stored(bench, "A1")["name"], page.unsaved_text()) == ("Acme Harbour", "")


def test_what_is_fixed_and_what_leads_on(bench: Bench) -> None:
    page = bench.page("A4", part="details")
    seen, form = shown(page)
    assert not seen.field("Code").isEnabled()
    assert form.note("code") == "Fixed: rows are posted under this code."
    assert seen.button("Copy deletion request").toolTip().startswith("Rows are posted in the ledger of Delta Ltd")
    assert "Provider settings" not in seen.tabs("Parts of the details").titles
    seen.find("Belongs to", FactCard).links()[0].click()
    assert bench.visited[-1] == (Target("account", bench.ids["HT"]), False)
    seen.tabs("Parts of the details").click_on_tab("Billing")
    billing = seen.find("How it is billed", FactCard)
    assert billing.texts[0] == "Billing day: 1 · System default"
    billing.links()[0].click()
    assert page.part() == "attributes"
    assert seen.current.key == "account_billing_day"
    bench.trigger(page, tab_action("details"))


def test_a_request_for_deletion_is_copied(bench: Bench) -> None:
    page = bench.page("S1", part="details")
    bench.trigger(page, "account.request_deletion")
    assert QApplication.clipboard().text().startswith("Request to delete the account HT/S1\n")
    assert AccountPageDriver(page).says("set the account inactive")


def test_a_provider_has_its_settings(bench: Bench) -> None:
    page = bench.page("HT", part="details")
    seen = AccountPageDriver(page)
    assert "Realm of its staff: @ht.example, for good" in seen.find("Belongs to", FactCard).texts
    seen.tabs("Parts of the details").click_on_tab("Provider settings")
    seen.one(DetailForm).show_value("legal_name", "Harbour Telecom Pty Ltd")
    seen.click("Save details")
    assert stored(bench, "HT")["legal_name"] == "Harbour Telecom Pty Ltd"
