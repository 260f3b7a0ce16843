"""Holds: dated rows that limit an account, each with kind, owner, reason and the rule that lifts it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word, unique_where
from app.models.values import HoldKind

_KINDS = ", ".join(f"'{k.value}'" for k in HoldKind)


class Hold(Base):
    """One hold. It is placed once and lifted at most once; a guard in the database refuses any other change."""

    __tablename__ = "hold"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    kind: Mapped[str] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(String(400), default="")
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    placed_by: Mapped[str] = mapped_column(String(120))
    scan_run_id: Mapped[int | None]
    lifted_on: Mapped[date | None]
    lifted_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_by: Mapped[str | None] = mapped_column(String(120))
    lift_reason: Mapped[str | None] = mapped_column(String(400))
    lifted_by_hand: Mapped[bool] = mapped_column(default=False)
    """Restored by staff: the re-suspend wait counts from `lifted_recorded_at`."""
    lift_scan_run_id: Mapped[int | None]
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The parent of the group account whose restriction came down; of holds of that kind, and of no other."""

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("(lifted_on IS NULL) = (lifted_recorded_at IS NULL)", name="lifted_whole"),
        CheckConstraint("(kind = 'parent_group') = (origin_id IS NOT NULL)", name="origin"),
        unique_where("uq_hold_open_parent_group", "account_id", where="lifted_on IS NULL AND kind = 'parent_group'"),
        unique_where("uq_hold_open_overdue", "account_id", where="lifted_on IS NULL AND kind = 'overdue'"),
        Index("ix_hold_account", "account_id", "kind"),
    )
