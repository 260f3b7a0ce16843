"""The details of an account on its page: typed, saved by Ctrl+S, refused beside the field, saved by two at once."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.services.accounts.details import account_details, save_details
from app.services.database.asking import asking, doing
from app.services.jobs import JobContext
from app.views.desk.screen import Target
from tests.views.accounts.conftest import Bench, tab_action


def general(page):
    return page._details._forms[0]


def stored(bench: Bench, code: str) -> dict[str, str]:
    return dict(asking(account_details, account_id=bench.ids[code])(bench.database, JobContext()).values)


def test_details_are_saved_and_a_refusal_stands_beside_its_field(bench: Bench) -> None:
    page = bench.page("A1", part="details")
    details, form = page._details, general(page)
    assert not details._save_button.isEnabled()
    assert page.bindings()["account.save_details"].refusal == "Nothing was changed."
    form.show_value("name", " ")
    form.show_value("export_reference", "X-1")
    assert page.unsaved_text() == "Details are not saved yet."
    bench.trigger(page, "account.save_details")
    assert form.note("name") == "An account needs a name."
    assert form._fields["name"].hasFocus()
    form.show_value("name", "Acme Limited")
    bench.trigger(page, "account.save_details")
    assert page.unsaved_text() == ""
    assert page.title == "Acme Limited"
    assert (stored(bench, "A1")["name"], stored(bench, "A1")["export_reference"]) == ("Acme Limited", "X-1")
    form.show_value("name", "Something")
    details._undo.click()
    assert form.values()["name"] == "Acme Limited"
    assert page.unsaved_text() == ""


def test_somebody_elses_save_is_said_with_two_ways_on(bench: Bench) -> None:
    page = bench.page("A1", part="details")
    details, form = page._details, general(page)

    def theirs(name: str) -> None:
        now = stored(bench, "A1")
        bench.bus.publish(doing(save_details, account_id=bench.ids["A1"], before=now, after={**now, "name": name})(
            bench.database, JobContext()))

    form.show_value("name", "Mine")
    theirs("Theirs")
    assert form.values()["name"] == "Mine", "a refresh never runs over what is typed"
    details._save_button.click()
    assert 'changed Name to "Theirs"' in details._says.text()
    assert form.values()["name"] == "Mine"
    details._take.click()
    assert (form.values()["name"], page.unsaved_text()) == ("Theirs", "")
    form.show_value("name", "Mine")
    theirs("Theirs again")
    details._save_button.click()
    details._mine.click()
    assert stored(bench, "A1")["name"] == "Mine"
    assert details._save_button.isVisible()


def test_what_is_fixed_and_what_leads_on(bench: Bench) -> None:
    page = bench.page("A4", part="details")
    details, form = page._details, general(page)
    assert not form._fields["code"].isEnabled()
    assert form.note("code") == "Fixed: rows are posted under this code."
    assert details._request.toolTip().startswith("Rows are posted in the ledger of Delta Ltd")
    assert not details._bar.isTabVisible(3)
    details._place.links()[0].click()
    assert bench.visited[-1] == (Target("account", bench.ids["HT"]), False)
    assert details._billing.texts[0] == "Billing day: 1 · System default"
    details._billing.links()[0].click()
    assert page.part() == "attributes"
    assert page._attributes.current().key == "account_billing_day"
    bench.trigger(page, tab_action("details"))


def test_a_request_for_deletion_is_copied(bench: Bench) -> None:
    page = bench.page("S1", part="details")
    bench.trigger(page, "account.request_deletion")
    assert QApplication.clipboard().text().startswith("Request to delete the account HT/S1\n")
    assert "set the account inactive" in page._details._says.text()


def test_a_provider_has_its_settings(bench: Bench) -> None:
    page = bench.page("HT", part="details")
    details = page._details
    assert details._bar.isTabVisible(3)
    details._bar.setCurrentIndex(3)
    details._forms[2].show_value("legal_name", "Harbour Telecom Pty Ltd")
    details._save_button.click()
    assert stored(bench, "HT")["legal_name"] == "Harbour Telecom Pty Ltd"
    assert "Realm of its staff: @ht.example, for good" in details._place.texts
