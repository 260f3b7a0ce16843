"""Putting a part of an invoice in dispute, and ending a dispute."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from app.services.changes import ChangeSet, Created
from app.services.database.asking import doing
from app.services.ledger.page import DisputeRow, LedgerRow
from app.services.ledger.writing import end_dispute, raise_dispute
from app.views.asking.fields import DateField, MoneyField
from app.views.asking.form_dialog import FormDialog
from app.views.forms.ui_dispute_fields import Ui_DisputeFields
from app.views.forms.ui_end_dispute_fields import Ui_EndDisputeFields
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner


class DisputeDialog(FormDialog):
    """Amount, first day and reason; the amount begins with what of the invoice is open and not disputed yet."""

    def __init__(self, theme: Theme, runner: Runner, invoice: LedgerRow, today: date, parent: QWidget) -> None:
        left = theme.formatter.amount(invoice.payable_minor, invoice.currency)
        super().__init__(
            theme, runner, f"Put {invoice.number} in dispute",
            f"{left} {invoice.currency} of it is payable. What is in dispute is not payable until the dispute ends, so "
            "it neither suspends nor is asked for.",
            verb="Put in dispute", icon=Icon.DISPUTE, parent=parent)
        self._invoice = invoice
        fields = Ui_DisputeFields()
        put = self.lay_fields(fields).put
        self._amount = put(fields.amount, MoneyField(theme, fields.amount.accessibleName(), invoice.currency))
        self._amount.set_value(invoice.payable_minor)
        self._since = put(fields.since, DateField(theme, fields.since.accessibleName(), lambda: today))
        self._since.set_value(today)
        self._reason = fields.reason
        fields.currency.setText(invoice.currency)
        self._amount.setFocus()
        self._amount.selectAll()

    def refusal(self) -> str:
        amount, formatter, invoice = self._amount.value, self._theme.formatter, self._invoice
        if amount is None:
            return self._amount.refusal or "Type the amount that is in dispute."
        if not 0 < amount <= invoice.payable_minor:
            top = formatter.amount(invoice.payable_minor, invoice.currency)
            return f"Between {formatter.amount(1, invoice.currency)} and {top} {invoice.currency} can be in dispute."
        if self._since.value is None:
            return self._since.refusal or "Type the day on which the dispute began."
        if self._since.value < invoice.posted_on:
            return f"{invoice.number} was posted on {formatter.day(invoice.posted_on)}; a dispute begins then or later."
        return "" if self._reason.text().strip() else "Write a reason, so that colleagues know what it is about."

    def command(self) -> Job[Created]:
        amount, since = self._amount.value, self._since.value
        if amount is None or since is None:
            raise ValueError("the form was not checked")
        return doing(raise_dispute, invoice_id=self._invoice.id, amount_minor=amount, on=since,
                     reason=self._reason.text())


class EndDisputeDialog(FormDialog):
    """Asks for the day on which a dispute ended; that day is no longer part of it."""

    def __init__(self, theme: Theme, runner: Runner, dispute: DisputeRow, today: date, parent: QWidget) -> None:
        amount = theme.formatter.amount(dispute.disputed_minor, dispute.currency)
        super().__init__(
            theme, runner, f"End the dispute about {dispute.invoice_number}",
            f"{amount} {dispute.currency} counts as payable again from that day on, and credit that waits settles it.",
            verb="End dispute", icon=Icon.TICK, parent=parent)
        self._dispute = dispute
        fields = Ui_EndDisputeFields()
        self._day = self.lay_fields(fields).put(
            fields.day, DateField(theme, fields.day.accessibleName(), lambda: today))
        self._day.set_value(today)
        self._day.setFocus()

    def refusal(self) -> str:
        if self._day.value is None:
            return self._day.refusal or "Type the day on which the dispute ended."
        if self._day.value < self._dispute.raised_on:
            return f"It began on {self._theme.formatter.day(self._dispute.raised_on)}; it cannot end before that."
        return ""

    def command(self) -> Job[ChangeSet]:
        if self._day.value is None:
            raise ValueError("the form was not checked")
        return doing(end_dispute, dispute_id=self._dispute.id, on=self._day.value)
