"""The books of one account while something is posted on them: who may, on which day, and locked until it is done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import AccountType, Lifecycle, TransactionKind, TransactionState, grouped_amount
from app.services.access.authorize import account_of_document, require_account
from app.services.database.dialects import lock_ledger, lock_rows
from app.services.errors import RefusedByRule, RefusedField
from app.services.files.texts import require_text
from app.services.hierarchy.accounts import SUSPENSE_CODE
from app.services.ledger.numbering import lock_numbers
from app.services.ledger.open_days import require_open
from app.services.providers.business_day import business_day
from app.services.wording import counted, day_text

KIND_WORDS = {
    TransactionKind.INVOICE: "an invoice", TransactionKind.PAYMENT: "a payment",
    TransactionKind.CREDIT_NOTE: "a credit note", TransactionKind.REFUND: "a refund",
    TransactionKind.INVOICE_CANCELLATION: "the cancellation of an invoice",
    TransactionKind.PAYMENT_CANCELLATION: "the cancellation of a payment", TransactionKind.WRITE_OFF: "a write-off",
}
MADE_BY_HAND = (TransactionKind.INVOICE, TransactionKind.PAYMENT, TransactionKind.CREDIT_NOTE, TransactionKind.REFUND)
"""Kinds that staff write; the others come into being by taking back or writing off."""


def power_to_write(kind: TransactionKind) -> Power:
    """Who gives money back corrects the ledger; everything else is posting."""
    return Power.LEDGER_CORRECT if kind is TransactionKind.REFUND else Power.LEDGER_POST


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """One account, and which day it is at its provider."""

    account: Account
    today: date

    def money(self, amount_minor: int) -> str:
        """An amount of the account in words: "1,234.50 EUR"."""
        return f"{grouped_amount(amount_minor, self.account.currency)} {self.account.currency}"


def open_books(session: Session, account_id: int, power: Power, *, others: Collection[int] = ()) -> Books:
    """Lock an account, with others, for posting; the number series of the provider as well.

    What is read afterwards stays as it is until the transaction ends: two who want the same credit of an account, or
    the next number, wait for each other. Raises as `require_account` does.
    """
    account = require_account(session, account_id, power, edit=True)
    lock_ledger(session, account.provider_id)
    lock_numbers(session, account.provider_id)
    lock_rows(session, "account", "id", [account_id, *others])
    session.refresh(account)
    return Books(account=account, today=business_day(session, account.provider_id))


def open_books_of(
    session: Session, document_id: int, power: Power, *, others: Collection[int] = ()
) -> tuple[Books, FinancialTransaction]:
    """The books that a document is in, and the document as it stands there. Raises NotFound for one out of reach."""
    books = open_books(session, account_of_document(session, document_id), power, others=others)
    return books, session.get_one(FinancialTransaction, document_id, populate_existing=True)


def open_draft(session: Session, draft_id: int) -> tuple[Books, FinancialTransaction]:
    """The same for a draft, with the power that its kind takes. Raises RefusedByRule where it is none any more."""
    kind = session.scalar(select(FinancialTransaction.kind).where(FinancialTransaction.id == draft_id))
    power = Power.LEDGER_POST if kind is None else power_to_write(TransactionKind(kind))
    books, row = open_books_of(session, draft_id, power)
    require_draft(row)
    return books, row


def require_postable(
    session: Session, books: Books, *, kind: TransactionKind, on: date, is_draft: bool = False
) -> None:
    """Raise RefusedByRule where a document of a kind cannot be on the account, or not on that day.

    A draft may be for a day to come; it is posted when that has come.
    """
    account, words = books.account, KIND_WORDS[kind]
    if account.type == AccountType.OPERATOR:
        raise RefusedByRule(f"{account.code} is the operator, which nobody bills.")
    if account.type == AccountType.SYSTEM and not (
            account.code == SUSPENSE_CODE and kind in _ON_SUSPENSE):
        raise RefusedByRule(f"{account.code} is an account of the system itself; {words} cannot be posted on it.")
    if account.lifecycle == Lifecycle.TERMINATED:
        raise RefusedByRule(f"{account.code} is cancelled; nothing is posted on it any more, {words} neither.")
    if on < account.start_date:
        raise RefusedField("on", f"{account.code} exists from {day_text(account.start_date)}; {words} cannot be dated "
                                 f"{day_text(on)}.")
    if on > books.today and not is_draft:
        raise RefusedField("on", f"{day_text(on)} is still to come. A document is posted for today, "
                                 f"{day_text(books.today)}, or an earlier day.")
    require_open(session, account.provider_id, on)


_ON_SUSPENSE = frozenset({TransactionKind.PAYMENT, TransactionKind.REFUND, TransactionKind.PAYMENT_CANCELLATION})


def require_draft(document: FinancialTransaction) -> None:
    """Raise RefusedByRule, saying what became of it, unless a document is a draft."""
    words = KIND_WORDS[TransactionKind(document.kind)]
    if document.state == TransactionState.POSTED:
        raise RefusedByRule(f"{document.reference or words.capitalize()} is posted as {document.number}, by "
                            f"{document.posted_by} for {day_text(document.effective_on)}. A posted document never "
                            "changes; cancel it, or write another.")
    if document.state == TransactionState.REJECTED:
        raise RefusedByRule(f"{document.reference or words.capitalize()} was rejected by {document.rejected_by}: "
                            f'"{document.rejection_reason}". Write another draft.')


def require_words(field: str, label: str, text: str, *, most: int, has_lines: bool = False) -> str:
    """A text without blanks around it; raises RefusedField where it cannot be stored or is too long."""
    found = text.strip()
    require_text(field, label, found, has_lines=has_lines)
    if len(found) > most:
        raise RefusedField(field, f"{label} has {counted(len(found), 'character')}; there is room for {most}.")
    return found
