"""Scan runs, their results, and the lease of who scans."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor, Word


class ScanRun(Base):
    """One committed run over one provider or several; killed, it is taken up again where it stopped."""

    __tablename__ = "scan_run"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    state: Mapped[str] = mapped_column(Word)
    """running, finished, cancelled, abandoned, or stopped by the safety brake."""
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(120))
    origin: Mapped[str] = mapped_column(Word, default="")
    """Where it was started: window, command or watch; empty in runs of before that was kept."""
    acts: Mapped[str] = mapped_column(Word, default="all")
    """What it may do: all, suspend or restore. The pause before a run is counted from one that could do the same."""
    approved_by: Mapped[str | None] = mapped_column(String(120))
    """Who let it pass the safety brake, where it had stopped."""

    __table_args__ = (
        CheckConstraint("state IN ('running', 'finished', 'cancelled', 'abandoned', 'stopped')", name="state"),
        CheckConstraint("acts IN ('all', 'suspend', 'restore')", name="acts"),
    )


class ScanRunProvider(Base):
    """How far a run is with one provider: every account up to `done_up_to_id` is judged and committed."""

    __tablename__ = "scan_run_provider"

    run_id: Mapped[int] = mapped_column(ForeignKey("scan_run.id"), primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True, index=True)
    as_of: Mapped[date]
    rule_set_id: Mapped[int] = mapped_column(ForeignKey("suspension_rule_set.id"))
    done_up_to_id: Mapped[int] = mapped_column(Id, default=0)
    finished: Mapped[bool] = mapped_column(default=False)


class ScanRunChunk(Base):
    """When a run judged the accounts up to `up_to_id`: a replay judges them by what was known at that instant."""

    __tablename__ = "scan_run_chunk"

    run_id: Mapped[int] = mapped_column(ForeignKey("scan_run.id"), primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    up_to_id: Mapped[int] = mapped_column(Id, primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class ScanResult(Base):
    """What a run decided for one account; operands are recomputed when someone looks (ARCHITECTURE.md, "Proposals")."""

    __tablename__ = "scan_result"

    run_id: Mapped[int] = mapped_column(ForeignKey("scan_run.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    outcome: Mapped[str] = mapped_column(Word)
    overdue_payable_minor: Mapped[int] = mapped_column(Minor)
    oldest_overdue_days: Mapped[int]
    rule_version: Mapped[int]
    exclusion_bits: Mapped[int]
    applied: Mapped[bool]
    blocked_by: Mapped[str | None] = mapped_column(Word)
    apply_from: Mapped[datetime | None] = mapped_column(Instant)


class ScanLease(Base):
    """Who scans a provider right now. The token fences: a chunk commits only while its token is still here."""

    __tablename__ = "scan_lease"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(String(40))
    run_id: Mapped[int | None]
    owner: Mapped[str] = mapped_column(String(200))
    """Who, in words: "R. Haddad on COUNTER-2"."""
    host_key: Mapped[str] = mapped_column(String(200))
    pid: Mapped[int]
    process_started: Mapped[str] = mapped_column(String(40))
    """Creation time of the process, because process numbers are used again."""
    server_session: Mapped[str] = mapped_column(String(80), default="")
    """Backend number and start of the owner's session on PostgreSQL; empty on SQLite."""
    acquired_at: Mapped[datetime] = mapped_column(Instant)
    heartbeat_at: Mapped[datetime] = mapped_column(Instant)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
