"""What is agreed with a customer, entered and ended: promises to pay, payment plans, the day of an instalment."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from app.services.accounts.agreements import AgreementSheet
from app.services.ledger.plan_reading import InstalmentRow, PlanRow
from app.services.ledger.plans import cancel_plan, change_instalment_date
from app.services.suspension.promises import PromiseRow, enter_promise, withdraw_promise
from app.views.asking.fields import DateField, MoneyField
from app.views.asking.form_dialog import FormDialog, in_one
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner

_REASON = "Write a reason, so that colleagues know why."


class PromiseDialog(FormDialog):
    """Amount, last day and note; it begins with what is overdue and payable."""

    def __init__(self, theme: Theme, runner: Runner, agreed: AgreementSheet, parent: QWidget) -> None:
        sheet = agreed.promises
        last = theme.formatter.day(sheet.last_day)
        super().__init__(
            theme, runner, f"{agreed.name} promises to pay",
            f"While the promise stands a scan leaves the account alone. On the day after it, the scan counts what came "
            f"in since today, says whether it was kept, and judges the account again. It may lie ahead until {last}.",
            verb="Enter promise", icon=Icon.TICK, parent=parent,
            saves=partial(enter_promise, account_id=agreed.account_id),
            fields=(
                FormField(key="amount_minor", label="&Amount", needed="Type the amount that was promised.",
                          unit=sheet.currency, made=lambda theme: MoneyField(theme, "Amount promised", sheet.currency)),
                FormField(key="pay_by", label="Pay &by", needed="Type the last day on which it is to be paid.",
                          made=lambda theme: DateField(theme, "Pay by", lambda: sheet.today)),
                FormField(key="note", label="&Note", longest=400, example="For instance: after payday, by telephone")))
        self._sheet = sheet
        if agreed.payable_minor > 0:
            self.entries.fill({"amount_minor": agreed.payable_minor})
        self.entries.focus("pay_by" if agreed.payable_minor > 0 else "amount_minor")

    def refusals(self) -> dict[str, str]:
        amount, day = self.entries.value("amount_minor"), self.entries.value("pay_by")
        formatter, found = self._theme.formatter, dict[str, str]()
        if amount is not None and amount <= 0:
            found["amount_minor"] = "A promise is more than nothing."
        if day is not None and not self._sheet.today <= day <= self._sheet.last_day:
            found["pay_by"] = (f"Between today, {formatter.day(self._sheet.today)}, and "
                               f"{formatter.day(self._sheet.last_day)}.")
        return found | super().refusals()

    def refusal(self) -> str:
        stands = self._sheet.stands
        if stands is None:
            return ""
        formatter = self._theme.formatter
        return (f"{formatter.amount(stands.amount_minor, stands.currency)} {stands.currency} are promised by "
                f"{formatter.day(stands.pay_by)} already. Withdraw that promise first.")


class WithdrawDialog(FormDialog):
    """Asks why a promise is withdrawn."""

    def __init__(self, theme: Theme, runner: Runner, promise: PromiseRow, parent: QWidget) -> None:
        formatter = theme.formatter
        amount = f"{formatter.amount(promise.amount_minor, promise.currency)} {promise.currency}"
        super().__init__(
            theme, runner, f"Withdraw the promise of {amount}",
            f"It stands until {formatter.day(promise.pay_by)}. From today on scans judge the account as any other. "
            "This cannot be taken back; another promise can be entered.",
            verb="Withdraw", icon=Icon.UNDO, parent=parent, saves=partial(withdraw_promise, promise_id=promise.id),
            fields=(FormField(key="reason", label="&Reason", longest=400, needed=_REASON,
                              example="For instance: entered for the wrong customer"),))


class CancelPlanDialog(FormDialog):
    """Asks why a plan is cancelled, and says what becomes payable."""

    def __init__(self, theme: Theme, runner: Runner, plan: PlanRow, parent: QWidget) -> None:
        left = f"{theme.formatter.amount(plan.left_minor, plan.currency)} {plan.currency}"
        super().__init__(
            theme, runner, "Cancel the payment plan",
            f"{left} are payable again from today on, with the due dates of their invoices, and credit that waits "
            "settles them. This cannot be taken back; another plan can be made for what is left.",
            verb="Cancel plan", icon=Icon.CANCELLED, parent=parent, saves=partial(cancel_plan, plan_id=plan.id),
            fields=(FormField(key="reason", label="&Reason", longest=400, needed=_REASON,
                              example="For instance: cannot pay any more"),))


class InstalmentDialog(FormDialog):
    """Asks for another day of an instalment that lies ahead."""

    def __init__(
        self, theme: Theme, runner: Runner, instalment: InstalmentRow, today: date, parent: QWidget
    ) -> None:
        amount = f"{theme.formatter.amount(instalment.amount_minor, instalment.currency)} {instalment.currency}"
        super().__init__(
            theme, runner, f"Move instalment {instalment.position}",
            f"{amount} are due on {theme.formatter.day(instalment.due_on)}. The other instalments stay where they are.",
            verb="Move", icon=Icon.CALENDAR, parent=parent, seen=instalment.due_on, sees=in_one,
            saves=partial(change_instalment_date, plan_id=instalment.plan_id, position=instalment.position),
            fields=(FormField(key="due_on", label="&Due on", needed="Type the day on which it is due.",
                              made=lambda theme: DateField(theme, "Due on", lambda: today)),))
        self._today = today
        self.entries.fill({"due_on": instalment.due_on})
        self.entries.focus("due_on")

    def refusals(self) -> dict[str, str]:
        day = self.entries.value("due_on")
        if day is not None and day < self._today:
            return {"due_on": f"Today, {self._theme.formatter.day(self._today)}, or later."}
        return super().refusals()
