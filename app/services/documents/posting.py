"""Posting by hand: an invoice, payment, credit note or refund becomes a row of the ledger for good.

See ARCHITECTURE.md, "Documents".

Everything is judged under the lock of the account, so that two who want the same credit of it come one after the other.
A payment settles what it names and then the oldest; a refund gives back what the account has in credit and no more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail
from app.models.values import CreditEvent, TransactionKind, TransactionState
from app.services.changes import Changed, ChangeSet
from app.services.credit.checking import require_credit
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.documents.books import Books, open_books, open_draft, power_to_write, require_postable
from app.services.documents.drafting import (
    DraftValues,
    NewDocument,
    document_of,
    require_as_seen,
    settled_invoice,
    write_document,
)
from app.services.errors import RefusedField
from app.services.invoicing.posting import SettledInvoice, finish_invoices
from app.services.ledger.allocating import allocate_accounts, allocate_between
from app.services.ledger.numbering import take_document_numbers
from app.services.ledger.payment_events import raise_of_payments
from app.services.ledger.reading import amount_sum, signed_amount
from app.services.ledger.writing import post_rows
from app.services.wording import day_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A document that was posted, with the names it goes by."""

    id: int
    number: str
    reference: str
    account_id: int
    changes: ChangeSet


def post_document(session: Session, *, document: NewDocument) -> Posted:
    """Write a document and post it at once, for its day.

    Raises RefusedByRule where the account takes no such document, or the credit limit, the terms, the accounting
    periods or what the account has in credit stand against it; nothing is written then.
    """
    books = open_books(session, document.account_id, power_to_write(document.kind))
    return post_written(session, books, write_document(session, books, document, is_kept=False), on=document.on)


def post_draft(session: Session, *, draft_id: int, seen: DraftValues, on: date | None = None) -> Posted:
    """Post a draft for a day, today if none is given; number, due date and terms are those of that day.

    Raises SavedMeanwhile where it says something else than was seen, and as `post_document` does.
    """
    books, _ = open_draft(session, draft_id)
    require_as_seen(session, books, draft_id, seen)
    return post_written(session, books, draft_id, on=on or books.today)


def post_written(session: Session, books: Books, draft_id: int, *, on: date) -> Posted:
    """Post a draft of books that are open, judged as of a day; raises as `post_document` does."""
    row = session.get_one(FinancialTransaction, draft_id, populate_existing=True)
    kind = TransactionKind(row.kind)
    require_postable(session, books, kind=kind, on=on)
    invoice = _settled(session, books, row, on) if kind is TransactionKind.INVOICE else None
    if invoice is not None:
        require_credit(session, account_id=row.account_id, event=CreditEvent.POST_MANUAL_INVOICE,
                       amount_minor=row.amount_minor, on=on)
    if kind is TransactionKind.REFUND:
        _require_in_credit(session, books, row.amount_minor, on)
    (number,) = take_document_numbers(session, provider_id=row.provider_id, kind=kind, count=1, is_locked=True)
    session.execute(update(FinancialTransaction).where(FinancialTransaction.id == draft_id).values(
        number=number.text, series_number=number.place, effective_on=on, recorded_at=recorded_now(session),
        due_on=None if invoice is None else invoice.invoice.due_on, posted_by=actor_of(session)))
    post_rows(session, [draft_id])
    session.expire(row)
    if invoice is not None:
        finish_invoices(session, {draft_id: invoice})
    if kind is TransactionKind.REFUND:
        allocate_between(session, books.account.id, debits=[draft_id])
    allocate_accounts(session, [books.account.id])
    if kind is TransactionKind.PAYMENT:
        raise_of_payments(session, event="manual_payment_received", provider_id=row.provider_id,
                          payment_ids=[draft_id])
    return Posted(id=draft_id, number=number.text, reference=row.reference or "", account_id=row.account_id,
                  changes=ChangeSet.of(Changed.LEDGER, Changed.OUTBOX, accounts={row.account_id}))


def _settled(session: Session, books: Books, row: FinancialTransaction, on: date) -> SettledInvoice:
    """Due date, terms, delivery and layout as of the day an invoice is posted for; its lines stay as they are."""
    invoice = settled_invoice(session, books, replace(document_of(session, row), on=on))
    settled = invoice.invoice
    session.execute(update(InvoiceDetail).where(InvoiceDetail.transaction_id == row.id).values(
        terms_days=settled.terms_days, delivery_method=settled.delivery_method.value, layout=settled.layout.value))
    return invoice


def _require_in_credit(session: Session, books: Books, amount_minor: int, on: date) -> None:
    """Raise RefusedField unless the account is in credit by as much, on that day and now."""
    t = FinancialTransaction
    mine = select(func.coalesce(amount_sum(signed_amount()), 0)).where(
        t.account_id == books.account.id, t.state == TransactionState.POSTED.value)
    balance = max(session.scalars(mine.where(t.effective_on <= on)).one(), session.scalars(mine).one())
    if balance >= 0:
        raise RefusedField("amount", f"{books.account.code} has a balance of {books.money(balance)} on {day_text(on)}, "
                                     "so there is nothing to refund. A refund gives back what an account has in "
                                     "credit.")
    if amount_minor > -balance:
        raise RefusedField("amount", f"{books.account.code} is in credit by {books.money(-balance)} on {day_text(on)}; "
                                     f"a refund comes to at most that, and not to {books.money(amount_minor)}.")
