"""What staff say of the books of an account: that its debt was written off, that they were looked through."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor, unique_where


class WriteOff(Base):
    """The debt of an account was written off; the mark stands until somebody clears it."""

    __tablename__ = "account_write_off"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    effective_on: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int] = mapped_column(Minor)
    mirror_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), unique=True)
    """The debit on the write-off account of the provider."""
    reason: Mapped[str] = mapped_column(String(400), default="")
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))
    cleared_on: Mapped[date | None]
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    cleared_by: Mapped[str | None] = mapped_column(String(120))
    clear_reason: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(cleared_on IS NULL) = (cleared_at IS NULL) AND (cleared_on IS NULL) = (cleared_by IS NULL)",
                        name="cleared_whole"),
        Index("ix_account_write_off_account", "account_id", "id"),
        unique_where("uq_account_write_off_standing", "account_id", where="cleared_on IS NULL"),
    )


class WriteOffEntry(Base):
    """Which row wrote off what is left of which debit."""

    __tablename__ = "account_write_off_entry"

    write_off_id: Mapped[int] = mapped_column(ForeignKey("account_write_off.id"), primary_key=True)
    credit_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True, unique=True)
    debit_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"))


class Reconciliation(Base):
    """Somebody looked the books of an account through, as they stood on an evening. Append-only."""

    __tablename__ = "account_reconciliation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    effective_on: Mapped[date]
    balance_minor: Mapped[int] = mapped_column(Minor)
    differences: Mapped[int]
    """How many there were at that moment."""
    note: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint("length(note) > 0", name="note"),
        Index("ix_account_reconciliation_account", "account_id", "id"),
    )
