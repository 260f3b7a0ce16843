"""Sending one invoice because somebody asks for it: the event that posting raised, raised once more."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxMessage
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.powers import Power
from app.models.values import TransactionKind, TransactionState
from app.services.access.audit import write_audit
from app.services.access.authorize import account_of_document, authorize, require_account
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_row
from app.services.errors import NotFound, RefusedByRule
from app.services.events.raising import raise_event
from app.services.providers.business_day import business_day

_EVENT = "invoice_delivery"


def send_invoice(session: Session, *, invoice_id: int) -> ChangeSet:
    """Raise *Invoice Delivery* for a posted invoice anew, by whatever actions its profile has on.

    Each call is a message of its own. Raises NotFound where it is no posted invoice, and RefusedByRule where no action
    is on, because then nobody would get anything.
    """
    authorize(session, Power.EVENTS_SEND)
    account = require_account(session, account_of_document(session, invoice_id), Power.LEDGER, edit=True)
    t = FinancialTransaction
    number = session.scalar(select(t.number).where(
        t.id == invoice_id, t.kind == TransactionKind.INVOICE.value, t.state == TransactionState.POSTED.value))
    if number is None:
        raise NotFound("This invoice is not among the posted invoices any more.")
    lock_row(session, "account", "id", account.id)
    before = _messages(session, invoice_id)
    raise_event(session, event=_EVENT, account_id=account.id, invoice_id=invoice_id,
                cause_key=f"{_EVENT}/again/{invoice_id}/{before}", on=business_day(session, account.provider_id))
    if _messages(session, invoice_id) == before:
        raise RefusedByRule(f"{number} was not sent: no action of Invoice Delivery is on for the profile of "
                            f"{account.name}. Switch one on under Events, or save the invoice as a PDF.")
    write_audit(session, provider_id=account.provider_id, account_id=account.id, action="invoice_sent_again",
                detail=f"Invoice {number} sent again.")
    return ChangeSet.of(Changed.OUTBOX, accounts={account.id})


def _messages(session: Session, invoice_id: int) -> int:
    return session.scalar(select(func.count()).select_from(OutboxMessage).where(
        OutboxMessage.invoice_id == invoice_id, OutboxMessage.event == _EVENT)) or 0
