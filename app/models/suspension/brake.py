"""The safety brake: runs that stopped as proposals, and who let them go on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word, unique_where


class BrakeStop(Base):
    """One stop: figures of what would have changed, and what somebody decided about it."""

    __tablename__ = "brake_stop"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("scan_run.id"))
    """The run that stopped; its results are what it proposed."""
    as_of: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    started_by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Word)
    """too_many or long_pause."""
    judged: Mapped[int]
    to_suspend: Mapped[int]
    to_restore: Mapped[int]
    paused_days: Mapped[int] = mapped_column(default=0)
    limit_words: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(Word, default="open")
    """open, approved, dismissed or superseded."""
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decision_reason: Mapped[str | None] = mapped_column(String(400))
    alone: Mapped[bool] = mapped_column(default=False)
    """Approved by the person who started it, because there was no second one."""
    applied_run_id: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'dismissed', 'superseded')", name="state"),
        unique_where("uq_brake_stop_open", "provider_id", where="state = 'open'"),
        Index("ix_brake_stop_provider", "provider_id", "id"),
    )
