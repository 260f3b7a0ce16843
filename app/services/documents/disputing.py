"""Settling disputes: for the customer, who is credited the disputed part, or for the provider, who is owed it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import DisputeEntry
from app.models.parties.powers import Power
from app.models.values import TransactionKind
from app.services.access.audit import write_audit
from app.services.access.authorize import authorize
from app.services.changes import Changed, ChangeSet
from app.services.documents.books import open_books_of
from app.services.documents.drafting import NewDocument, write_document
from app.services.documents.posting import Posted, post_written
from app.services.errors import RefusedByRule, RefusedField
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.disputes import end_open_disputes
from app.services.wording import day_text


class Favour(StrEnum):
    """Whom a dispute is settled for."""

    CUSTOMER = "customer"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How the disputes about an invoice were settled."""

    number: str
    """Of the invoice."""
    amount_minor: int
    """What was in dispute."""
    on: date
    credit_note: Posted | None
    changes: ChangeSet


def settle_disputes(
    session: Session, *, invoice_id: int, favour: Favour, on: date | None = None, text: str = ""
) -> Settled:
    """End whatever is in dispute of an invoice, today or on the day given.

    For the customer the disputed part is credited by a credit note of the same day, which settles the invoice. For the
    provider it is payable again from that day on, which may be one to come. Raises RefusedByRule where nothing is in
    dispute then.
    """
    books, invoice = open_books_of(session, invoice_id, Power.LEDGER_DISPUTES_END)
    day = on or books.today
    if favour is Favour.CUSTOMER:
        authorize(session, Power.LEDGER_POST)
        if day > books.today:
            raise RefusedField("on", f"A credit note cannot be posted for {day_text(day)}, which is still to come. "
                                     "Settle the dispute for the customer on that day.")
    begun = session.scalar(select(func.min(DisputeEntry.effective_on)).where(DisputeEntry.invoice_id == invoice_id))
    if begun is not None and day < begun:
        raise RefusedField("on", f"The dispute began on {day_text(begun)}; it cannot end before that.")
    amount = end_open_disputes(session, invoice_id=invoice_id, on=day)
    if amount == 0:
        raise RefusedByRule(f"Nothing of {invoice.number or invoice.reference} is in dispute on {day_text(day)}. "
                            "Nothing was changed.")
    credit_note = None
    if favour is Favour.CUSTOMER:
        credit_note = post_written(session, books, write_document(session, books, NewDocument(
            account_id=invoice.account_id, kind=TransactionKind.CREDIT_NOTE, amount_minor=amount, on=day,
            text=text or f"Dispute about {invoice.number}", targets={invoice.id: None}), is_kept=False), on=day)
    allocate_accounts(session, [invoice.account_id])
    write_audit(session, provider_id=invoice.provider_id, account_id=invoice.account_id, action="dispute_settled",
                detail=f"Dispute about {invoice.number} over {books.money(amount)} settled for the {favour.value}"
                       + (f" by {credit_note.number}." if credit_note else f", as of {day_text(day)}."))
    return Settled(number=invoice.number or "", amount_minor=amount, on=day, credit_note=credit_note,
                   changes=ChangeSet.of(Changed.LEDGER, accounts={invoice.account_id}))
