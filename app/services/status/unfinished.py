"""What is still going on in an account and has to end before the account does.

One question for whoever asks: commands, menus, the checklist of an action. It names things so that people find them.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.service import Service
from app.models.rules.action_checks import Unfinished
from app.models.values import PROVIDER_TYPES, AccountType, Lifecycle, ServiceState, TransactionState, grouped_amount

ENDED = (ServiceState.DEACTIVATED.value, ServiceState.CANCELLED.value)
"""States in which a service no longer goes on."""


def unfinished_business(session: Session, account: Account) -> Unfinished:
    """Services that have not ended, drafts, and whoever stands below an account."""
    services = session.execute(
        select(Service.name, Service.identifier)
        .where(Service.account_id == account.id, Service.state.not_in(ENDED)).order_by(Service.id))
    t = FinancialTransaction
    drafts = session.execute(
        select(t.kind, t.number, t.amount_minor, t.currency)
        .where(t.account_id == account.id, t.state == TransactionState.DRAFT.value).order_by(t.id))
    below = 0
    if account.type in PROVIDER_TYPES:
        below = session.scalars(select(func.count()).select_from(Account).where(
            Account.provider_id == account.id, Account.id != account.id, Account.type != AccountType.SYSTEM.value,
            Account.lifecycle != Lifecycle.TERMINATED.value)).one()
    return Unfinished(services=tuple(f"{row.name} {row.identifier}" for row in services),
                      drafts=tuple(_draft_words(*row) for row in drafts), below=below)


def _draft_words(kind: str, number: str | None, amount_minor: int, currency: str) -> str:
    words = kind.replace("_", " ")
    return f"{words} {number}" if number else f"{words} of {grouped_amount(amount_minor, currency)} {currency}"
