"""Number series of providers, without gaps."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.models.ledger.entries import NumberSeries
from app.services.database.dialects import lock_row


def take_numbers(session: Session, *, provider_id: int, kind: str, count: int) -> list[int]:
    """The next numbers of a series; the row stays locked until the transaction ends, so there are no gaps."""
    lock_row(session, "provider", "account_id", provider_id)
    series = session.get(NumberSeries, (provider_id, kind))
    if series is None:
        series = NumberSeries(provider_id=provider_id, kind=kind, last_number=0)
        session.add(series)
    first = series.last_number + 1
    series.last_number += count
    session.flush()
    return list(range(first, first + count))
