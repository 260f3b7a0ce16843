"""One payment that somebody received: numbered, posted, allocated, and told in one transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.powers import Power
from app.models.values import AccountType, Lifecycle, TransactionKind, TransactionState
from app.services.access.authorize import require_account
from app.services.changes import Changed, ChangeSet, Created
from app.services.database.dialects import lock_ledger, lock_row
from app.services.errors import RefusedByRule
from app.services.files.texts import require_text
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.numbering import take_document_numbers, take_references
from app.services.ledger.payment_events import raise_of_payments
from app.services.ledger.writing import NewPayment, record_payments
from app.services.providers.business_day import business_day
from app.services.wording import day_text


def receive_payment(
    session: Session, *, account_id: int, amount_minor: int, on: date, method: str, named: Collection[int] = (),
    text: str = "",
) -> Created:
    """Post a payment of an account; `named` are ids of its invoices that are settled first. Returns its id.

    Raises RefusedByRule for an amount of nothing, a day ahead or before the account, an account that is terminated or
    the operator's own, and a named invoice that is not a posted one of the account.
    """
    account = require_account(session, account_id, Power.LEDGER_POST, edit=True)
    require_text("method", "The method", method)
    require_text("text", "The text", text)
    lock_ledger(session, account.provider_id)
    number = take_document_numbers(session, provider_id=account.provider_id, kind=TransactionKind.PAYMENT, count=1)[0]
    lock_row(session, "account", "id", account_id)
    session.refresh(account)
    today = business_day(session, account.provider_id)
    if account.type == AccountType.OPERATOR:
        raise RefusedByRule(f"{account.code} is the operator; payments are received for the accounts below it.")
    if account.lifecycle == Lifecycle.TERMINATED:
        raise RefusedByRule(f"{account.name} is cancelled and takes no payment. Receive it for another account of the "
                            "customer.")
    if on > today:
        raise RefusedByRule(f"A payment of {day_text(on)} has not come in yet: today is {day_text(today)}.")
    if on < account.start_date:
        raise RefusedByRule(f"{account.name} exists from {day_text(account.start_date)}; no payment can have come in "
                            f"on {day_text(on)}.")
    _require_invoices(session, account_id, named)
    reference = take_references(session, provider_id=account.provider_id, count=1, is_locked=True)[0]
    ids = record_payments(session, provider_id=account.provider_id, currency=account.currency, imported=False,
                          payments=[NewPayment(
                              account_id=account_id, number=number.text, series_number=number.place,
                              reference=reference, received_on=on, amount_minor=amount_minor, method=method,
                              description=text, targets=tuple(sorted(set(named))))])
    allocate_accounts(session, [account_id])
    raise_of_payments(session, event="manual_payment_received", provider_id=account.provider_id, payment_ids=ids)
    return Created(id=ids[0], changes=ChangeSet.of(Changed.LEDGER, accounts={account_id}))


def _require_invoices(session: Session, account_id: int, named: Collection[int]) -> None:
    t = FinancialTransaction
    found = set(session.scalars(select(t.id).where(
        t.id.in_(list(named)), t.account_id == account_id, t.kind == TransactionKind.INVOICE.value,
        t.state == TransactionState.POSTED.value)))
    if found != set(named):
        raise RefusedByRule("A payment names posted invoices of its own account alone. Read the open invoices again.")
