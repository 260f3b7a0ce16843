"""Putting a part of an invoice in dispute, and ending a dispute."""

from __future__ import annotations

from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from app.services.ledger.disputes import end_dispute, raise_dispute
from app.services.ledger.page import DisputeRow, LedgerRow
from app.views.asking.fields import DateField, MoneyField
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner


class DisputeDialog(FormDialog):
    """Amount, first day and reason; the amount begins with what of the invoice is open and not disputed yet."""

    def __init__(self, theme: Theme, runner: Runner, invoice: LedgerRow, today: date, parent: QWidget) -> None:
        left = theme.formatter.amount(invoice.payable_minor, invoice.currency)
        super().__init__(
            theme, runner, f"Put {invoice.number} in dispute",
            f"{left} {invoice.currency} of it is payable. What is in dispute is not payable until the dispute ends, so "
            "it neither suspends nor is asked for.",
            verb="Put in dispute", icon=Icon.DISPUTE, parent=parent,
            saves=partial(raise_dispute, invoice_id=invoice.id), fields=(
                FormField(key="amount_minor", label="&Amount", needed="Type the amount that is in dispute.",
                          unit=invoice.currency,
                          made=lambda theme: MoneyField(theme, "Amount in dispute", invoice.currency)),
                FormField(key="on", label="&From", needed="Type the day on which the dispute began.",
                          made=lambda theme: DateField(theme, "In dispute from", lambda: today)),
                FormField(key="reason", label="&Reason", example="For instance: charged twice",
                          needed="Write a reason, so that colleagues know what it is about.")))
        self._invoice = invoice
        self.entries.fill({"amount_minor": invoice.payable_minor, "on": today})
        self.entries.focus("amount_minor")

    def refusals(self) -> dict[str, str]:
        formatter, invoice = self._theme.formatter, self._invoice
        amount, since = self.entries.value("amount_minor"), self.entries.value("on")
        found = {}
        if amount is not None and not 0 < amount <= invoice.payable_minor:
            least, most = (formatter.amount(minor, invoice.currency) for minor in (1, invoice.payable_minor))
            found["amount_minor"] = f"Between {least} and {most} {invoice.currency} can be in dispute."
        if since is not None and since < invoice.posted_on:
            found["on"] = (f"{invoice.number} was posted on {formatter.day(invoice.posted_on)}; a dispute begins then "
                           "or later.")
        return found | super().refusals()


class EndDisputeDialog(FormDialog):
    """Asks for the day on which a dispute ended; that day is no longer part of it."""

    def __init__(self, theme: Theme, runner: Runner, dispute: DisputeRow, today: date, parent: QWidget) -> None:
        amount = theme.formatter.amount(dispute.disputed_minor, dispute.currency)
        super().__init__(
            theme, runner, f"End the dispute about {dispute.invoice_number}",
            f"{amount} {dispute.currency} counts as payable again from that day on, and credit that waits settles it. "
            "This cannot be taken back; the rest can be put in dispute again.",
            verb="End dispute", icon=Icon.TICK, parent=parent, saves=partial(end_dispute, dispute_id=dispute.id),
            fields=(FormField(key="on", label="&Ended on", needed="Type the day on which the dispute ended.",
                              made=lambda theme: DateField(theme, "Ended on", lambda: today)),))
        self._dispute = dispute
        self.entries.fill({"on": today})

    def refusals(self) -> dict[str, str]:
        day = self.entries.value("on")
        if day is not None and day < self._dispute.raised_on:
            return {"on": f"It began on {self._theme.formatter.day(self._dispute.raised_on)}; it cannot end before "
                          "that."}
        return super().refusals()
