"""How an account stands to its credit limit (ARCHITECTURE.md, "Credit limit").

The balance is measured, not what is overdue. Equal to the limit is still fine; a limit of 0 means no credit; no limit
anywhere means unlimited. A limit stated in another currency says nothing without a rate.
"""

from __future__ import annotations

from app.models.values import CreditStanding, Money


def credit_standing(limit: Money | None, balance: Money) -> CreditStanding:
    """Exceeded when the balance is above the limit: 500.00 of 500.00 is within, 500.01 is exceeded."""
    if limit is None:
        return CreditStanding.NO_LIMIT
    if limit.currency != balance.currency:
        return CreditStanding.NO_RATE
    return CreditStanding.EXCEEDED if balance.minor > limit.minor else CreditStanding.WITHIN


def credit_left(limit: Money | None, balance: Money) -> Money | None:
    """What the balance may still grow, negative once exceeded; None where there is no limit or no rate."""
    if limit is None or limit.currency != balance.currency:
        return None
    return limit - balance
