"""Accounting periods of a provider, and the balance that every account begins one with.

No row of the ledger is touched when a period is closed: a posted row belongs to the period whose days hold its
`effective_on`, for good, because nothing can be posted into a closed period any more.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor, Word, unique_where


class AccountingSettings(Base):
    """How a provider's periods run; saved once, and never changed."""

    __tablename__ = "accounting_settings"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True, autoincrement=False)
    frequency: Mapped[str] = mapped_column(Word)
    first_on: Mapped[date]
    """First day of the first period."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (CheckConstraint("frequency IN ('monthly', 'yearly')", name="frequency"),)


class AccountingPeriod(Base):
    """One period: the newest one is open, those before it are closed, and none lacks a day between it and the next."""

    __tablename__ = "accounting_period"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(Id, ForeignKey("accounting_settings.provider_id"))
    number: Mapped[int]
    """1 for the first one."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(Word)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        UniqueConstraint("provider_id", "starts_on"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("number > 0 AND ends_on >= starts_on", name="days"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL) AND (closed_at IS NULL) = (closed_by IS NULL)",
                        name="closed_whole"),
        unique_where("uq_accounting_period_open", "provider_id", where="state = 'open'"),
        # Every posting asks whether a closed period holds its day, or a later one.
        Index("ix_accounting_period_closed", "provider_id", "ends_on", "state"),
    )


class OpeningBalance(Base):
    """What an account owed when a period began: all that was posted on days before it. Written with the period.

    In minor units of the account's currency, debit positive, as of the day before the period. An account that came
    later has none, which is 0.
    """

    __tablename__ = "opening_balance"

    period_id: Mapped[int] = mapped_column(ForeignKey("accounting_period.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    balance_minor: Mapped[int] = mapped_column(Minor)
