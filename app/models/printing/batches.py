"""Print batches: which invoices went to which folder, so that a batch resumes without printing twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word


class PrintBatch(Base):
    """A selection of invoices and a folder; the same two make the same batch."""

    __tablename__ = "print_batch"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_key: Mapped[str] = mapped_column(String(64), unique=True)
    """Digest of selection and folder."""
    selection: Mapped[str] = mapped_column(Text)
    """The selection in words and codes, as JSON."""
    folder: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(120))


class PrintItem(Base):
    """One invoice of a batch and what became of it."""

    __tablename__ = "print_item"

    batch_id: Mapped[int] = mapped_column(ForeignKey("print_batch.id"), primary_key=True)
    transaction_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True, index=True)
    state: Mapped[str] = mapped_column(Word)
    file_name: Mapped[str] = mapped_column(String(200), default="")
    pages: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(400), default="")
    printed_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (CheckConstraint("state IN ('printed', 'failed')", name="state"),)
