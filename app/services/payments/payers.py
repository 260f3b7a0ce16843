"""Whose payment it is: found by account, by the number of an invoice, or by a word of the name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import PROVIDER_TYPES, AccountStatus, TransactionKind, TransactionState
from app.services.access.authorize import account_of_document, require_account
from app.services.hierarchy.search import JumpHit, Matched, find_accounts
from app.services.ledger.reading import account_figures
from app.services.providers.business_day import business_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """An account that a text may stand for."""

    account_id: int
    code: str
    name: str
    provider_name: str
    status: AccountStatus
    reason: str
    """By what it was found, in words: "Invoice HT-10452"."""
    is_exact: bool
    """The text is its code, or the number of one of its invoices, letter by letter."""
    invoice_id: int | None
    """The invoice whose number was typed: the payment names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerFacts:
    """What receiving a payment needs to know of one account."""

    account_id: int
    code: str
    name: str
    currency: str
    today: date
    """Business day of its provider."""
    balance_minor: int
    """As of today; debit positive."""


def find_payers(session: Session, *, text: str, limit: int = 8) -> list[Payer]:
    """Accounts that a text may stand for, exact ones first; agents and end users before providers.

    One that is typed in full by code or invoice number stands alone before those that begin like it.
    """
    hits = find_accounts(session, text=text, limit=limit)
    if not hits:
        hits = find_accounts(session, text=text, limit=limit, anywhere=True)
    invoices = _invoices(session, text, [hit.account_id for hit in hits if hit.matched is Matched.INVOICE])
    found = [_payer(hit, text, invoices.get(hit.account_id)) for hit in hits]
    order = {hit.account_id: (hit.type in PROVIDER_TYPES, place) for place, hit in enumerate(hits)}
    return sorted(found, key=lambda payer: (not payer.is_exact, order[payer.account_id]))


def payer_facts(session: Session, *, account_id: int) -> PayerFacts:
    """Code, name, currency and today of one account; raises NotFound where it is out of reach."""
    account = require_account(session, account_id, Power.LEDGER)
    today = business_day(session, account.provider_id)
    return PayerFacts(account_id=account.id, code=account.code, name=account.name, currency=account.currency,
                      today=today,
                      balance_minor=account_figures(session, [account_id], today)[account_id].balance_minor)


def payer_of_document(session: Session, *, document_id: int) -> PayerFacts:
    """The same of the account that a document is on; raises NotFound where it is out of reach."""
    return payer_facts(session, account_id=account_of_document(session, document_id))


def _payer(hit: JumpHit, text: str, invoice: tuple[int, str] | None) -> Payer:
    typed = text.strip().casefold()
    is_number = invoice is not None and invoice[1].casefold() == typed
    return Payer(account_id=hit.account_id, code=hit.code, name=hit.name, provider_name=hit.provider_name,
                 status=hit.status, reason=hit.reason, is_exact=hit.code.casefold() == typed or is_number,
                 invoice_id=invoice[0] if invoice is not None and is_number else None)


def _invoices(session: Session, text: str, account_ids: list[int]) -> dict[int, tuple[int, str]]:
    """The posted invoice of each account whose number was typed, ignoring case."""
    if not account_ids:
        return {}
    t = FinancialTransaction
    rows = session.execute(
        select(t.account_id, t.id, t.number)
        .join(Account, Account.id == t.account_id)
        .where(t.account_id.in_(account_ids), t.kind == TransactionKind.INVOICE.value,
               t.state == TransactionState.POSTED.value, func.lower(t.number) == text.strip().lower()))
    return {row.account_id: (row.id, row.number or "") for row in rows}
