"""Payment plans: parts of invoices that a customer pays in instalments, and that nobody asks for meanwhile."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor, Word


class PaymentPlan(Base):
    """One plan of one account; it ends once."""

    __tablename__ = "payment_plan"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(Word, default="in_progress")
    """in_progress, completed or cancelled."""
    effective_on: Mapped[date]
    """From which day its invoices are covered."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))
    frequency: Mapped[str] = mapped_column(Word)
    """weekly, fortnightly or monthly."""
    note: Mapped[str] = mapped_column(String(400), default="")
    ended_on: Mapped[date | None]
    ended_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(120))
    end_reason: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint("state IN ('in_progress', 'completed', 'cancelled')", name="state"),
        CheckConstraint("frequency IN ('weekly', 'fortnightly', 'monthly')", name="frequency"),
        CheckConstraint("(state = 'in_progress') = (ended_recorded_at IS NULL)", name="ended_whole"),
        Index("ix_payment_plan_account", "account_id", "state"),
    )


class PaymentPlanInvoice(Base):
    """How much of an invoice a plan covers."""

    __tablename__ = "payment_plan_invoice"

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("financial_transaction.id"), primary_key=True, index=True)
    covered_minor: Mapped[int] = mapped_column(Minor)

    __table_args__ = (CheckConstraint("covered_minor > 0", name="covered"),)


class PaymentPlanInstalment(Base):
    """One instalment; only its day may be changed while it lies ahead."""

    __tablename__ = "payment_plan_instalment"

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plan.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(Minor)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("financial_transaction.id"))
    """The payment with which it was paid whole."""

    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)


class PaymentPlanSettlement(Base):
    """An allocation that came in for an instalment: it settles what the plan covers, and nothing else may."""

    __tablename__ = "payment_plan_settlement"

    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"), primary_key=True, autoincrement=False)
    plan_id: Mapped[int]
    position: Mapped[int]

    __table_args__ = (
        ForeignKeyConstraint(["plan_id", "position"],
                             ["payment_plan_instalment.plan_id", "payment_plan_instalment.position"],
                             name="fk_payment_plan_settlement_instalment"),
        Index("ix_payment_plan_settlement_plan", "plan_id", "position"),
    )
