"""The status of an account changed from its page: by menu and strips, with reasons, and refused in words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from sqlalchemy import select

from app.models.parties.account import Account, AccountStatusChange
from app.models.suspension.hold import Hold
from app.models.values import HoldKind, StatusReason
from app.services.status.changes import place_hold
from app.views.asking.form_dialog import FormDialog
from app.views.look.words import HOLD
from app.views.status.action_dialog import ActionDialog
from app.views.status.dialogs import LiftHoldDialog, PlaceHoldDialog, StatusDialog, StepDialog
from app.views.status.hold_strips import HoldStrips
from tests.factories.books import status_shown
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import TODAY, Bench, hold, press, type_text

ABOVE = "Orders are refused through a provider above."


def dialog(page: object, kind: type[FormDialog]) -> StatusDialog:
    found = [d for d in page.findChildren(kind) if d.isVisible()]
    assert len(found) == 1
    return found[0]


def status(bench: Bench, code: str) -> str:
    with bench.database.read() as session:
        return session.get_one(Account, bench.ids[code]).status


def test_a_hold_is_placed_and_lifted_by_keyboard(bench: Bench) -> None:
    page = bench.page("A1")
    bench.trigger(page, "account.hold")
    box = dialog(page, PlaceHoldDialog)
    assert Driver(box).has_keyboard("Kind of hold")
    Driver(box).choose("Kind of hold", HOLD[HoldKind.BILLING_AND_ORDERING])
    Driver(box).choose("Reason", StatusReason.OTHER.value)
    press(box, Qt.Key.Key_Return, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert "in words" in box.words
    assert Driver(box).has_keyboard("The reason in words")
    type_text(box, "estate being settled")
    Driver(box).fill("Day on which it counts", "tomorrow")
    press(box, Qt.Key.Key_Return, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert "may not lie ahead" in box.words
    Driver(box).fill("Day on which it counts", "today")
    press(box, Qt.Key.Key_Return, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert status(bench, "A1") == "suspended_billing_and_ordering"
    bench.use(page)
    assert "already" not in bench.actions.refusal("account.hold"), "another kind may be placed still"
    strips = page.findChild(HoldStrips)
    button = next(b for b in strips.findChildren(QPushButton) if b.text() == "Lift hold…")
    button.click()
    box = dialog(page, LiftHoldDialog)
    box.submit()
    assert box.words == "Write a reason, so that colleagues know why."
    type_text(box, "settled")
    box.submit()
    assert status(bench, "A1") == "active"
    with bench.database.read() as session:
        found = session.execute(select(Hold.reason, Hold.lift_reason).where(Hold.account_id == bench.ids["A1"])).one()
    assert tuple(found) == ("Other: estate being settled", "settled")


def test_one_of_several_holds_is_chosen(bench: Bench) -> None:
    hold(bench.database, bench.ids["A1"])
    page = bench.page("A1")
    bench.trigger(page, "account.hold")
    box = dialog(page, PlaceHoldDialog)
    box.submit()
    bench.trigger(page, "account.lift")
    box = dialog(page, LiftHoldDialog)
    assert box.entries.choice("hold_id").count() == 2
    box.entries.choice("hold_id").setCurrentIndex(1)
    Driver(box).fill("The reason in words", "done")
    box.submit()
    with bench.database.read() as session:
        open_ = session.scalars(select(Hold.reason).where(Hold.account_id == bench.ids["A1"],
                                                          Hold.lifted_on.is_(None))).all()
    assert open_ == ["credit check"]


def test_an_account_is_set_inactive(bench: Bench) -> None:
    page = bench.page("A1")
    bench.use(page)
    assert bench.actions.refusal("account.activate") == "Acme Pty Ltd is active already."
    assert bench.actions.refusal("account.lift") == "needs a hold that staff lift"
    bench.trigger(page, "account.deactivate")
    box = dialog(page, StepDialog)
    assert (box.entries.value("reason"), box.verb_button.text()) == (None, "Set inactive")
    box.submit()
    with bench.database.read() as session:
        account = session.get_one(Account, bench.ids["A1"])
        last = session.scalars(select(AccountStatusChange.reason).order_by(AccountStatusChange.id.desc())).first()
    assert (account.lifecycle, last) == ("inactive", "Account deactivated")
    bench.use(page)
    assert not bench.actions.refusal("account.activate")


@pytest.mark.parametrize(("action", "verb", "words", "after"), [
    ("suspend", "Suspend account", "Dispute: invoice 4711", "suspended"),
    ("terminate", "Terminate account", "Account closure: invoice 4711", "cancelled"),
])
def test_an_action_is_done_once_its_preconditions_are_met(
    bench: Bench, action: str, verb: str, words: str, after: str,
) -> None:
    page = bench.page("A1")
    bench.use(page)
    assert bench.actions.refusal("account.reactivate") == "Acme Pty Ltd is active, so there is nothing to reactivate."
    bench.trigger(page, f"account.{action}")
    box = dialog(page, ActionDialog)
    assert (box.verb_button.text(), box.verb_button.isEnabled()) == (verb, True)
    assert all(line.is_met for line in box.checks.lines)
    Driver(box).fill("The reason in words", "invoice 4711")
    box.submit()
    assert status(bench, "A1") == after
    with bench.database.read() as session:
        last = session.scalars(select(AccountStatusChange.reason).order_by(AccountStatusChange.id.desc())).first()
    assert last == words


def test_what_is_in_the_way_stands_in_the_dialog_before_its_button(bench: Bench) -> None:
    page = bench.page("A2")
    bench.trigger(page, "account.terminate")
    box = dialog(page, ActionDialog)
    assert not box.verb_button.isEnabled()
    assert [line.words for line in box.checks.lines if not line.is_met] == [
        "2 services have not ended (Mobile 0400 000 002 and Broadband 0400 000 022)."]
    box.submit()
    assert box.words == "A precondition is not met."
    assert status(bench, "A2") != "cancelled"


def test_a_held_provider_shows_on_its_customers(bench: Bench) -> None:
    page = bench.page("A1")
    assert not AccountPageDriver(page).has(ABOVE)
    with bench.database.write() as session:
        changes = place_hold(session, account_id=bench.ids["HT"], kind=HoldKind.PARENT_PROVIDER, reason="x", on=TODAY,
                             seen=status_shown(session, bench.ids["HT"]))
    bench.bus.publish(changes)
    assert AccountPageDriver(page).description(ABOVE) == (
        "Acme Pty Ltd cannot order: Harbour Telecom, above it, has a restriction by the provider above.")
    assert AccountPageDriver(page).badges == ["Active"], "its own status does not change"


def test_what_cannot_be_done_says_why(bench: Bench) -> None:
    page = bench.page("A2")
    bench.use(page)
    assert bench.actions.refusal("account.clear_write_off") == "Jane Citizen is not written off."
    page = bench.page("A3")
    bench.use(page)
    assert "Staff restore the account by hand" in bench.actions.refusal("account.lift")
    assert bench.actions.refusal("account.hold") == ""
