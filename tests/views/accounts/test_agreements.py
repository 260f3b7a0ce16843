"""Promises to pay and payment plans on the page of an account."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt

from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment
from app.models.suspension.promise import PromiseToPay
from app.models.values import Tier
from app.services.attributes.writing import set_attribute
from app.services.hierarchy.operator import operator_of
from app.services.providers.modules import Module
from app.views.accounts.page import AccountPage
from app.views.asking.choices import TickBox
from app.views.asking.form_dialog import FormDialog
from app.views.ledger.agreement_dialogs import InstalmentDialog
from app.views.ledger.plan_schedule import ScheduleDialog
from app.views.ledger.plan_wizard import PlanWizard
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import TODAY, Bench, press, type_text

AGREEMENTS = "Promises and payment plans"
ENTER = Qt.Key.Key_Return


def on(page: AccountPage) -> AccountPageDriver:
    return AccountPageDriver(page)


def dialog(page: AccountPage) -> FormDialog:
    return on(page).dialog().root


def gone(page: AccountPage) -> bool:
    return not on(page).dialogs()


def test_a_promise_is_entered_and_withdrawn(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    assert not on(page).has(AGREEMENTS)
    bench.trigger(page, "ledger.promise")
    form = dialog(page)
    assert Driver(form).value("Amount promised") == "66.00"
    Driver(form).fill("Pay by", "+15")
    form.submit()
    assert form.words.startswith("Between today, 16 Mar 2026, and 30 Mar 2026")
    Driver(form).fill("Pay by", "+5")
    Driver(form).fill("Note", "by telephone")
    form.submit()
    assert gone(page)
    table = on(page).table(AGREEMENTS)
    assert [table.text(0, key) for key in ("What", "Amount", "Came in", "Due", "State")] == [
        "Promise to pay", "66.00", "0.00", "By 21 Mar 2026", "Stands"]
    bench.trigger(page, "ledger.promise")
    Driver(dialog(page)).fill("Pay by", "+3")
    dialog(page).submit()
    assert dialog(page).words == "66.00 AUD are promised by 21 Mar 2026 already. Withdraw that promise first."
    dialog(page).reject()
    bench.trigger(page, "ledger.withdraw_promise")
    form = dialog(page)
    form.submit()
    assert form.words == "Write a reason, so that colleagues know why."
    Driver(form).fill("Reason", "mistake")
    press(form, ENTER)
    assert gone(page)
    assert on(page).table(AGREEMENTS).text(0, "State") == "Withdrawn"
    assert "ledger.withdraw_promise" not in page.bindings()
    with bench.database.read() as session:
        (row,) = session.query(PromiseToPay)
        assert (row.state, row.note, row.pay_by) == ("withdrawn", "by telephone", TODAY + timedelta(days=5))


def wizard(page: AccountPage) -> PlanWizard:
    found = on(page).dialog().root
    assert isinstance(found, PlanWizard)
    return found


def test_a_plan_is_made_moved_and_cancelled_by_keyboard(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    bench.trigger(page, "ledger.plan")
    made = wizard(page)
    made.go_on()
    first = made.schedule
    assert made.page is first
    made.go_back()
    Driver(made).fill("Amount of HT-2", "70")
    made.go_on()
    assert made.page is made.invoices
    assert Driver(made).has("Between 0.01 and 66.00 AUD can be in the plan.")
    Driver(made).fill("Amount of HT-2", "60")
    made.go_on()
    Driver(made).fill("First day", "-1")
    made.go_on()
    assert first.entries.refused == {"first_on": "Today, 16 Mar 2026, or later."}
    Driver(made).fill("First day", "+10")
    Driver(made).fill("Number of instalments", "3")
    table = Driver(made).table("Schedule")
    assert [[table.text(row, key) for key in ("Due on", "Amount")] for row in range(3)] == [
        ["Thu 26 Mar 2026", "20.00"], ["Sun 26 Apr 2026", "20.00"], ["Tue 26 May 2026", "20.00"]]
    made.go_on()
    assert gone(page)
    row = on(page).table(AGREEMENTS)
    assert [row.text(0, key) for key in ("What", "Amount", "Due", "State")] == [
        "Payment plan", "60.00", "20.00 on 26 Mar 2026, instalment 1 of 3", "In Progress"]
    assert on(page).card("Payable").value == "6.00"
    bench.trigger(page, "ledger.plan_schedule")
    schedule = on(page).dialog().root
    assert isinstance(schedule, ScheduleDialog)
    press(schedule, ENTER)
    mover = Driver(schedule).dialog().root
    assert isinstance(mover, InstalmentDialog)
    type_text(mover, "+12")
    press(mover, ENTER)
    assert Driver(schedule).table("Instalments").text(0, "Due on") == "Sat 28 Mar 2026"
    schedule.accept()
    with bench.database.read() as session:
        assert session.get_one(PaymentPlanInstalment, (1, 1)).due_on == date(2026, 3, 28)
    bench.trigger(page, "ledger.cancel_plan")
    Driver(dialog(page)).fill("Reason", "pays at once")
    dialog(page).submit()
    assert gone(page)
    assert on(page).card("Payable").value == "66.00"
    with bench.database.read() as session:
        assert session.get_one(PaymentPlan, 1).state == "cancelled"


def test_what_is_agreed_stands_on_the_summary(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    bench.trigger(page, "ledger.promise")
    Driver(dialog(page)).fill("Pay by", "+5")
    dialog(page).submit()
    page.show_part("summary")
    assert on(page).has("66.00 AUD promised by 21 Mar 2026; 0.00 came in so far.")


def test_nothing_payable_leaves_nothing_to_plan(bench: Bench) -> None:
    page = bench.page("A1", part="ledger")
    bench.trigger(page, "ledger.plan")
    made = wizard(page)
    assert not made.verb_button.isEnabled()
    assert not made.findChildren(TickBox)
    assert made.invoices.text == "Nothing is payable of an invoice that is neither in dispute nor in a plan already."


def test_a_provider_without_the_module_is_offered_no_plans(bench: Bench) -> None:
    with bench.database.write() as session:
        set_attribute(session, tier=Tier.PROVIDER, owner_id=operator_of(session).id, key=Module.PAYMENT_PLANS.value,
                      value=False, seen={})
    page = bench.page("A2", part="ledger")
    assert "ledger.plan" not in page.bindings()
    assert "ledger.promise" in page.bindings()
