"""Taking posted documents back: by a row that counters the whole of them, never by changing them.

Cancelling an invoice frees what settled it; cancelling a payment leaves open again what it settled. What is free then
goes on by the rule. A transfer is both at once: cancelled on one account, posted on another.
"""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.ledger.marks import WriteOffEntry
from app.models.ledger.plans import PaymentPlan, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.values import PlanState, TransactionKind, TransactionState
from app.services.access.audit import write_audit
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet
from app.services.credit.telling import tell_exceeded
from app.services.documents.books import KIND_WORDS, Books, open_books_of, require_postable, require_words
from app.services.documents.posting import Posted
from app.services.errors import RefusedByRule, RefusedField
from app.services.ledger.allocating import allocate_accounts, allocate_counter_row, take_back_allocations
from app.services.ledger.disputes import end_open_disputes
from app.services.ledger.numbering import take_document_numbers, take_references
from app.services.ledger.writing import NewDraft, post_rows, write_draft
from app.services.saving import moment_text
from app.services.wording import day_text

_COUNTERED_BY = {TransactionKind.INVOICE: TransactionKind.INVOICE_CANCELLATION,
                 TransactionKind.PAYMENT: TransactionKind.PAYMENT_CANCELLATION}
_LONGEST_REASON = 300


def cancel_document(session: Session, *, document_id: int, reason: str = "") -> Posted:
    """Cancel a posted invoice or payment today, whole; what it settled or what settled it is free again.

    Raises RefusedByRule, saying who did so and when, where it was cancelled already, and where it is no posted invoice
    or payment, a payment plan or a write-off rests on it, or today is not open.
    """
    books, row = open_books_of(session, document_id, Power.LEDGER_CORRECT)
    return _cancelled(session, books, row, require_words("reason", "The reason", reason, most=_LONGEST_REASON))


def transfer_payment(session: Session, *, payment_id: int, to_account_id: int, reason: str = "") -> Posted:
    """Move a payment to another account of the same provider: cancelled here and posted there, today.

    Answers the payment there. Raises RefusedByRule as `cancel_document` does, and where the other account cannot have
    it.
    """
    to = require_account(session, to_account_id, Power.LEDGER_CORRECT, edit=True)
    books, row = open_books_of(session, payment_id, Power.LEDGER_CORRECT, others=[to_account_id])
    session.refresh(to)
    there = Books(account=to, today=books.today)
    _require_transferable(books, row, to)
    require_postable(session, there, kind=TransactionKind.PAYMENT, on=there.today)
    words = require_words("reason", "The reason", reason, most=_LONGEST_REASON)
    back = _cancelled(session, books, row, words or f"Transferred to {to.code}")
    (number,) = take_document_numbers(session, provider_id=to.provider_id, kind=TransactionKind.PAYMENT, count=1,
                                      is_locked=True)
    (reference,) = take_references(session, provider_id=to.provider_id, count=1, is_locked=True)
    new_id = write_draft(session, provider_id=to.provider_id, currency=to.currency, draft=NewDraft(
        account_id=to.id, kind=TransactionKind.PAYMENT, net_minor=row.net_minor, tax_minor=row.tax_minor,
        issued_on=row.issued_on, effective_on=there.today, number=number.text, series_number=number.place,
        reference=reference, method=row.method, type_id=row.type_id, category=row.category,
        description=f"From {books.account.code}, {row.number}"))
    post_rows(session, [new_id])
    allocate_accounts(session, [to.id])
    write_audit(session, provider_id=to.provider_id, account_id=to.id, action="payment_transferred",
                detail=f"Payment of {books.money(row.amount_minor)} came from {books.account.code} as {number.text}.")
    return Posted(id=new_id, number=number.text, reference=reference, account_id=to.id,
                  changes=back.changes | ChangeSet.of(Changed.LEDGER, accounts={to.id}))


def cancelled_by(session: Session, document_id: int) -> FinancialTransaction | None:
    """The posted row that counters a document, where it is cancelled."""
    require_account(session, _account_of(session, document_id), Power.LEDGER)
    return _counter_row(session, document_id)


def _account_of(session: Session, document_id: int) -> int:
    return session.get_one(FinancialTransaction, document_id).account_id


def _counter_row(session: Session, document_id: int) -> FinancialTransaction | None:
    return session.scalars(select(FinancialTransaction).where(
        FinancialTransaction.cancels_id == document_id,
        FinancialTransaction.state == TransactionState.POSTED.value)).one_or_none()


def _cancelled(session: Session, books: Books, row: FinancialTransaction, reason: str) -> Posted:
    kind = _require_cancellable(session, row)
    on = max(books.today, row.effective_on)
    require_postable(session, books, kind=kind, on=books.today)
    (number,) = take_document_numbers(session, provider_id=row.provider_id, kind=kind, count=1, is_locked=True)
    (reference,) = take_references(session, provider_id=row.provider_id, count=1, is_locked=True)
    counter_id = write_draft(session, provider_id=row.provider_id, currency=row.currency, draft=NewDraft(
        account_id=row.account_id, kind=kind, net_minor=row.net_minor, tax_minor=row.tax_minor, issued_on=on,
        effective_on=on, number=number.text, series_number=number.place, reference=reference, cancels_id=row.id,
        beneficiary_id=row.beneficiary_id,
        description=f"{row.number} cancelled" + (f": {reason}" if reason else "")))
    post_rows(session, [counter_id])
    if row.kind == TransactionKind.INVOICE:
        take_back_allocations(session, account_id=row.account_id, of_debit=row.id, on=on)
        end_open_disputes(session, invoice_id=row.id, on=on)
        allocate_counter_row(session, credit_id=counter_id, debit_id=row.id, on=on)
    else:
        take_back_allocations(session, account_id=row.account_id, of_credit=row.id, on=on)
        allocate_counter_row(session, credit_id=row.id, debit_id=counter_id, on=on)
        tell_exceeded(session, [counter_id], on)
    allocate_accounts(session, [row.account_id])
    write_audit(session, provider_id=row.provider_id, account_id=row.account_id, action="document_cancelled",
                detail=f"{row.number} over {books.money(row.amount_minor)} cancelled as {number.text}"
                       + (f": {reason}" if reason else "."))
    return Posted(id=counter_id, number=number.text, reference=reference, account_id=row.account_id,
                  changes=ChangeSet.of(Changed.LEDGER, accounts={row.account_id}))


def _require_cancellable(session: Session, row: FinancialTransaction) -> TransactionKind:
    """The kind of the row that is to counter it; raises RefusedByRule where there can be none."""
    words = KIND_WORDS[TransactionKind(row.kind)]
    counter = _COUNTERED_BY.get(TransactionKind(row.kind))
    if row.state != TransactionState.POSTED:
        raise RefusedByRule(f"{row.reference or words.capitalize()} is not posted. Only posted documents are "
                            "cancelled; reject a draft.")
    if counter is None:
        raise RefusedByRule(f"{row.number} is {words}, which is not cancelled. Invoices and payments are; correct "
                            "others by a document of another kind.")
    before = _counter_row(session, row.id)
    if before is not None:
        zone = session.scalars(select(Provider.time_zone).where(Provider.account_id == row.provider_id)).one()
        raise RefusedByRule(f"{row.number} is cancelled already, by {before.number} of "
                            f"{day_text(before.effective_on)}: {before.posted_by} did so "
                            f"{moment_text(before.recorded_at, zone)}.")
    _refuse_what_rests_on_it(session, row)
    return counter


def _refuse_what_rests_on_it(session: Session, row: FinancialTransaction) -> None:
    """What a payment plan counts on, or was written off, is not taken back."""
    if row.kind == TransactionKind.PAYMENT:
        if session.scalar(select(exists().where(
                PaymentPlanSettlement.allocation_id == Allocation.id, Allocation.credit_id == row.id))):
            raise RefusedByRule(f"{row.number} came in for a payment plan, and a payment of a plan is not cancelled.")
        return
    part, plan = PaymentPlanInvoice, PaymentPlan
    if session.scalar(select(exists().where(part.invoice_id == row.id, plan.id == part.plan_id,
                                            plan.state == PlanState.IN_PROGRESS.value))):
        raise RefusedByRule(f"{row.number} is in a payment plan. Cancel the plan first.")
    if session.scalar(select(exists().where(WriteOffEntry.debit_id == row.id))):
        raise RefusedByRule(f"What was left of {row.number} is written off; an invoice is not cancelled after that.")


def _require_transferable(books: Books, row: FinancialTransaction, to: Account) -> None:
    if row.kind != TransactionKind.PAYMENT:
        raise RefusedByRule(f"{row.number or row.reference} is {KIND_WORDS[TransactionKind(row.kind)]}; payments alone "
                            "are transferred.")
    if to.id == books.account.id:
        raise RefusedField("to", f"{row.number} is on {to.code} already.")
    if to.provider_id != books.account.provider_id:
        raise RefusedField("to", f"{to.code} belongs to another provider than {books.account.code}; a payment stays "
                                 "with the provider that received it.")
    if to.currency != row.currency:
        raise RefusedField("to", f"{to.code} is kept in {to.currency}, and {row.number} is in {row.currency}.")

