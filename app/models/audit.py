"""The audit trail: who did what to which account, append-only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word


class AuditEntry(Base):
    """One act; `detail` is a sentence or old → new values."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.account_id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    action: Mapped[str] = mapped_column(Word)
    detail: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str | None] = mapped_column(String(60))
    """The field that changed, where one did; then `old_value` and `new_value` say from what to what."""
    old_value: Mapped[str | None] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    scan_run_id: Mapped[int | None]

    __table_args__ = (Index("ix_audit_entry_account", "account_id", "recorded_at"),)
