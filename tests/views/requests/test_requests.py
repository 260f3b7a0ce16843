"""Service requests by the keyboard: on the page of an account, and in the list of its provider."""

from __future__ import annotations

from PySide6.QtCore import Qt
from sqlalchemy import select

from app.models.parties.request import ServiceRequest
from app.services.database.asking import doing
from app.services.jobs import JobContext
from app.services.requests.requests import change_request, open_request, stored
from app.views.desk.screen import Target
from app.views.requests.dialogs import TextBox
from app.views.requests.screen import RequestsScreen
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench

F2, ENTER = Qt.Key.Key_F2, Qt.Key.Key_Return


def test_a_request_is_opened_changed_closed_and_opened_again(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A1", part="requests"))
    assert hand.says("No open service request.")
    hand.click("New request…")
    form = hand.dialog()
    form.click("Open request")
    assert form.says("Say in a few words what it is about.")
    form.fill("Subject", "Move the line")
    form.root.entries.field("text", TextBox).setPlainText("To 2 Quay St.\nBefore May.")
    form.click("Open request")
    requests = hand.table("Service requests")
    assert requests.row(0)[:4] == ["SR-000001", "Move the line", "Nobody", "Open"]
    assert hand.says("To 2 Quay St.\nBefore May.")
    assert hand.button("Open again").toolTip() == "SR-000001 is open."

    with bench.database.write() as session:  # somebody else meanwhile
        (request,) = session.scalars(select(ServiceRequest)).all()
        ident, before = request.id, stored(request)
    requests.root.setFocus()
    hand.press(F2)
    form = hand.dialog()
    form.fill("Subject", "Move both lines")
    doing(change_request, request_id=ident, after={**before, "subject": "Move a line"}, seen=before)(
        bench.database, JobContext())
    form.click("Save request")
    assert form.says('changed Subject to "Move a line"')
    form.click("Keep mine")
    assert requests.text(0, "Subject") == "Move both lines"

    hand.click("Close request")
    assert hand.says("No open service request.")
    hand.choose("Which requests", "Closed")
    assert requests.row(0)[3] == "Closed"
    assert hand.button("Edit or assign…").toolTip() == "SR-000001 is closed. Open it again to change it."
    hand.click("Open again")
    assert hand.says("No closed service request.")


def test_a_suspended_account_takes_none_but_those_it_has_can_be_closed(bench: Bench) -> None:
    hand = AccountPageDriver(bench.page("A3", part="requests"))
    assert not hand.button("New request…").isEnabled()
    assert "suspended" in hand.button("New request…").toolTip()


def test_the_list_of_a_provider_narrows_and_leads_to_the_account(bench: Bench) -> None:
    for code, subject in (("A1", "Move the line"), ("A2", "New router")):
        doing(open_request, account_id=bench.ids[code], subject=subject)(bench.database, JobContext())
    screen = RequestsScreen(Target("requests", part=str(bench.ids["HT"])), bench.desk())
    bench.show(screen)
    hand = Driver(screen)
    requests = hand.table("Service requests")
    assert requests.column("Account") == ["A2 Jane Citizen", "A1 Acme Pty Ltd"]
    screen.panel.search.set_text_now("line")
    assert requests.column("Number") == ["SR-000001"]
    requests.click_at(0, "Account")
    assert bench.visited[-1][0] == Target("account", bench.ids["A1"], "requests")
    screen.panel.search.set_text_now("")
    hand.click("Assigned to me")
    assert hand.says("No service request matches.")
