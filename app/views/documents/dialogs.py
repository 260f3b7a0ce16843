"""Writing and correcting documents: short forms that say what they will do, for the one door of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.models.values import TransactionKind
from app.services.changes import Created
from app.services.database.asking import doing
from app.services.documents.cancelling import cancel_document, transfer_payment
from app.services.documents.disputing import Favour, settle_disputes
from app.services.documents.drafting import DraftValues, NewDocument, create_draft, reject_draft
from app.services.documents.posting import Posted, post_document, post_draft
from app.services.hierarchy.finding import find_account
from app.services.payments.payers import PayerFacts
from app.views.asking.choices import TickBox
from app.views.asking.fields import DateField, MoneyField
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.asking.payment_methods import METHODS
from app.views.desk.desk import Desk
from app.views.desk.offers import Document
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.running.handle import Job

_TITLES: Final = {TransactionKind.INVOICE: "New invoice", TransactionKind.CREDIT_NOTE: "Credit note",
                  TransactionKind.REFUND: "Refund"}
_VERBS: Final = {TransactionKind.INVOICE: "Post invoice", TransactionKind.CREDIT_NOTE: "Post credit note",
                 TransactionKind.REFUND: "Post refund"}
_WORDS: Final = {
    TransactionKind.INVOICE: "{name} ({code}) owes {balance}. The amount has its tax inside and is charged as it is "
                             "typed.",
    TransactionKind.CREDIT_NOTE: "{name} ({code}) owes {balance}. A credit note settles the oldest invoices first.",
    TransactionKind.REFUND: "{name} ({code}) has a balance of {balance}. A refund gives back what is in credit, and no "
                            "more.",
}
_FOR_INVOICE: Final = "It settles {number} first. What is posted is not taken back; it can be corrected by another."


class NewDocumentDialog(FormDialog):
    """An invoice, a credit note or a refund of one account: posted, or kept as a draft."""

    def __init__(self, desk: Desk, facts: PayerFacts, kind: TransactionKind, parent: QWidget, *,
                 invoice: Document | None = None) -> None:
        theme = desk.theme
        money = f"{theme.formatter.amount(facts.balance_minor, facts.currency)}{NO_BREAK}{facts.currency}"
        words = _WORDS[kind].format(name=facts.name, code=facts.code, balance=money)
        after = "What is posted is not taken back; it can be corrected by another."
        self._desk, self._facts, self._kind, self._invoice = desk, facts, kind, invoice
        super().__init__(
            theme, desk.runner, _TITLES[kind] if invoice is None else f"{_TITLES[kind]} for {invoice.number}",
            f"{words} {after if invoice is None else _FOR_INVOICE.format(number=invoice.number)}", verb=_VERBS[kind],
            icon=Icon.MONEY, parent=parent, fields=tuple(self._fields(kind, facts)))
        self.entries.fill({"on": facts.today})
        if kind is TransactionKind.REFUND and facts.balance_minor < 0:
            self.entries.fill({"amount_minor": -facts.balance_minor})
        self.entries.focus("amount_minor")

    def _fields(self, kind: TransactionKind, facts: PayerFacts) -> list[FormField]:
        def day(name: str) -> Callable[[Any], QWidget]:
            return lambda theme: DateField(theme, name, lambda: facts.today)

        found = [
            FormField(key="amount_minor", label="&Amount", unit=facts.currency, needed="Type the amount.",
                      made=lambda theme: MoneyField(theme, "Amount", facts.currency)),
            FormField(key="text", label="&Text", example="For instance: installation on 2 July",
                      hint="What the customer reads"),
            FormField(key="on", label="&Posted on", needed="Type the day.", made=day("Posted on"))]
        if kind is TransactionKind.INVOICE:
            found.append(FormField(key="due_on", label="&Due on", hint="Left empty, the terms of the account decide",
                                   made=day("Due on")))
        if kind is TransactionKind.REFUND:
            found.append(FormField(key="method", label="&Method", choices=[(name, name) for name in METHODS]))
        found.append(FormField(key="is_draft", label="", made=lambda theme: TickBox(theme, "&Keep it as a draft")))
        return found

    def refusals(self) -> dict[str, str]:
        amount = self.entries.value("amount_minor")
        if amount is not None and amount <= 0:
            return {"amount_minor": "It is more than nothing."} | super().refusals()
        return super().refusals()

    def command(self) -> Job[object]:
        values = self.values()
        is_draft = values.pop("is_draft")
        targets = {} if self._invoice is None else {self._invoice.id: None}
        document = NewDocument(account_id=self._facts.account_id, kind=self._kind, targets=targets, **values)
        return doing(create_draft if is_draft else post_document, document=document)

    def _on_done(self, result: object) -> None:
        if isinstance(result, Posted):
            self._desk.notices.say(f"{result.number} posted", f"For {self._facts.name}.")
        elif isinstance(result, Created):
            self._desk.notices.say("Kept as a draft", "It stands under Money, Drafts, until it is posted or rejected.")
        super()._on_done(result)


class _ReasonDialog(FormDialog):
    """One reason and one command."""

    def __init__(self, desk: Desk, title: str, text: str, *, verb: str, run: Callable[..., object], parent: QWidget,
                 needed: str = "", fields: tuple[FormField, ...] = ()) -> None:
        self._desk = desk
        super().__init__(desk.theme, desk.runner, title, text, verb=verb, icon=Icon.CANCELLED, parent=parent, saves=run,
                         fields=(*fields, FormField(key="reason", label="&Reason", needed=needed,
                                                    example="For instance: entered twice")))

    def _on_done(self, result: object) -> None:
        if isinstance(result, Posted):
            self._desk.notices.say(f"{result.number} posted")
        super()._on_done(result)


def cancel_dialog(desk: Desk, document: Document, parent: QWidget) -> FormDialog:
    """Cancel an invoice or a payment by its counter-row of today."""
    is_invoice = document.kind is TransactionKind.INVOICE
    text = ("A counter-row of today takes the whole invoice back. What had settled it is free again and goes to the "
            "oldest invoices. This cannot be taken back." if is_invoice else
            "A counter-row of today takes the whole payment back. What it had settled is open again. This cannot be "
            "taken back.")
    return _ReasonDialog(desk, f"Cancel {document.number}", text, parent=parent,
                         verb="Cancel invoice" if is_invoice else "Cancel payment",
                         run=partial(cancel_document, document_id=document.id))


def reject_dialog(desk: Desk, document: Document, parent: QWidget) -> FormDialog:
    """Reject a draft."""
    return _ReasonDialog(desk, "Reject the draft", "It is kept with the reason, and can neither be changed nor posted. "
                         "This cannot be taken back; write another draft.", verb="Reject draft", parent=parent,
                         needed="Write a reason, so that colleagues know why.",
                         run=partial(reject_draft, draft_id=document.id))


def transfer_dialog(desk: Desk, document: Document, parent: QWidget) -> FormDialog:
    """Move a payment to the account that it belongs to."""
    def run(session: Any, *, account: str, reason: str) -> Posted:
        return transfer_payment(session, payment_id=document.id, to_account_id=find_account(session, account).id,
                                reason=reason)

    return _ReasonDialog(
        desk, f"Transfer {document.number}", "It is cancelled here and posted there in one step, today. This cannot be "
        "taken back; it can be transferred again.", verb="Transfer payment", run=run, parent=parent,
        fields=(FormField(key="account", label="&To account", needed="Type the code of the account.",
                          example="For instance: A0004"),))


class PostDraftDialog(FormDialog):
    """Post a draft for a day; number, due date and terms are those of that day."""

    def __init__(self, desk: Desk, document: Document, seen: DraftValues, today: date, parent: QWidget) -> None:
        self._desk, self._draft_id, self._values_seen = desk, document.id, seen
        super().__init__(desk.theme, desk.runner, "Post the draft", "It gets its number, and its due date by the terms "
                         "of that day. What is posted is not taken back; it can be corrected by another.",
                         verb="Post", icon=Icon.TICK, parent=parent, fields=(
                             FormField(key="on", label="&Posted on", needed="Type the day.",
                                       made=lambda theme: DateField(theme, "Posted on", lambda: today)),))
        on = seen["on"]
        self.entries.fill({"on": min(on, today)})

    def command(self) -> Job[object]:
        return doing(post_draft, draft_id=self._draft_id, seen=self._values_seen, on=self.entries.value("on"))

    def _on_done(self, result: object) -> None:
        if isinstance(result, Posted):
            self._desk.notices.say(f"{result.number} posted")
        super()._on_done(result)


class SettleDisputeDialog(FormDialog):
    """End whatever is in dispute of an invoice, for the customer or for the provider."""

    def __init__(self, desk: Desk, document: Document, today: date, parent: QWidget) -> None:
        super().__init__(
            desk.theme, desk.runner, f"Settle the dispute about {document.number}",
            "For the customer, the disputed part is credited today. For the provider, it is payable again from that "
            "day on. This cannot be taken back.", verb="Settle dispute", icon=Icon.DISPUTE, parent=parent,
            saves=partial(settle_disputes, invoice_id=document.id), fields=(
                FormField(key="favour", label="&In favour of", choices=[
                    ("The provider: it is to be paid", Favour.PROVIDER),
                    ("The customer: it is credited", Favour.CUSTOMER)]),
                FormField(key="on", label="&On", needed="Type the day.",
                          made=lambda theme: DateField(theme, "Settled on", lambda: today))))
        self.entries.fill({"on": today})

