"""Promises to pay: while one stands, automation leaves the account alone (exclusion X8)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor, Word, unique_where


class PromiseToPay(Base):
    """What a customer promised, and what came of it. One stands at a time; it is ended once."""

    __tablename__ = "promise_to_pay"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(Minor)
    currency: Mapped[str] = mapped_column(String(3))
    pay_by: Mapped[date]
    """The last day on which the money may come in; on the day after it is judged."""
    effective_on: Mapped[date]
    """From which day it stands; payments of that day and later count."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(Word, default="open")
    """open, kept, broken or withdrawn."""
    ended_on: Mapped[date | None]
    ended_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(120))
    end_reason: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint("amount_minor > 0 AND pay_by >= effective_on", name="values"),
        CheckConstraint("state IN ('open', 'kept', 'broken', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (ended_recorded_at IS NULL)", name="ended_whole"),
        unique_where("uq_promise_to_pay_open", "account_id", where="state = 'open'"),
        Index("ix_promise_to_pay_account", "account_id", "effective_on"),
    )
