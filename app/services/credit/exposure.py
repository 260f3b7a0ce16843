"""What stands beside the balance of one account: documents that are drafts, which no limit counts yet."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.powers import Power
from app.models.values import TransactionState
from app.services.access.authorize import require_account
from app.services.ledger.reading import amount_sum, signed_amount


def drafts_of(session: Session, *, account_id: int) -> int:
    """What the drafts of an account would add to its balance, in minor units of its currency."""
    account = require_account(session, account_id, Power.CREDIT)
    t = FinancialTransaction
    return int(session.scalar(select(func.coalesce(amount_sum(signed_amount()), 0)).where(
        t.provider_id == account.provider_id, t.account_id == account_id,
        t.state == TransactionState.DRAFT.value)) or 0)
