"""Whether the debt of an account was written off and nobody has cleared the mark since."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.marks import WriteOff


def written_off_since(session: Session, account_id: int) -> date | None:
    """The day of the write-off whose mark stands; None where none does."""
    found: date | None = session.scalar(select(WriteOff.effective_on).where(
        WriteOff.account_id == account_id, WriteOff.cleared_on.is_(None)))
    return found
