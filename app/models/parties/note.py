"""Notes of staff on an account: what was said and agreed. Append-only, as a diary is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant


class AccountNote(Base):
    """One note."""

    __tablename__ = "account_note"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint("length(text) > 0", name="text"),
        Index("ix_account_note_account", "account_id", "id"),
    )
