"""Balance against the credit limit: the boundary, no credit, no limit, and a limit in another currency."""

from __future__ import annotations

import pytest

from app.models.rules.credit_standing import credit_left, credit_standing
from app.models.values import CreditStanding, Money


@pytest.mark.parametrize(
    ("limit", "balance", "standing", "left"),
    [
        (Money(50_000, "AUD"), 49_999, CreditStanding.WITHIN, 1),
        (Money(50_000, "AUD"), 50_000, CreditStanding.WITHIN, 0),
        (Money(50_000, "AUD"), 50_001, CreditStanding.EXCEEDED, -1),
        (Money(0, "AUD"), 0, CreditStanding.WITHIN, 0),
        (Money(0, "AUD"), 1, CreditStanding.EXCEEDED, -1),
        (Money(0, "AUD"), -500, CreditStanding.WITHIN, 500),
        (None, 10**9, CreditStanding.NO_LIMIT, None),
        (Money(50_000, "EUR"), 1, CreditStanding.NO_RATE, None),
    ],
)
def test_standing_and_what_is_left(
    limit: Money | None, balance: int, standing: CreditStanding, left: int | None
) -> None:
    owed = Money(balance, "AUD")
    assert credit_standing(limit, owed) is standing
    found = credit_left(limit, owed)
    assert (None if found is None else found.minor) == left
