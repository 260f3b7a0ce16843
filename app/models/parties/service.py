"""Services of an account, and the restrictions that automation put on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word, bytewise, unique_where
from app.models.values import ServiceState

_STATES = ", ".join(f"'{s.value}'" for s in ServiceState)


class Service(Base):
    """One service as far as the back office needs it: a name, an identifier and a state."""

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    identifier: Mapped[str] = mapped_column(String(80))
    """Telephone number, meter, line or card: unique within its provider."""
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(Word, default=ServiceState.ACTIVE)
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    """The day on which it was stopped, where somebody stopped it here."""
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    """When it was entered; empty in services of before that was kept."""
    search_text: Mapped[str] = mapped_column(bytewise(200), default="")
    """Identifier and name folded by `values.fold`."""

    __table_args__ = (
        UniqueConstraint("provider_id", "identifier"),
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("ended_on IS NULL OR state IN ('deactivated', 'cancelled')", name="ended"),
        Index("ix_service_account_state", "account_id", "state"),
        Index("ix_service_identifier", "identifier"),
        Index("ix_service_search_text", "search_text", "account_id"),
    )


class ServiceRestriction(Base):
    """One restriction of one service by one hold; it remembers the state to give back. Lifted once, never deleted."""

    __tablename__ = "service_restriction"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("hold.id"), index=True)
    previous_state: Mapped[str] = mapped_column(Word)
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    lifted_on: Mapped[date | None]
    lifted_recorded_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        unique_where("uq_service_restriction_open", "service_id", where="lifted_on IS NULL"),
    )


class ServiceChange(Base):
    """What a service was before somebody changed its state or its account: what held on a day is what the first change
    after that day found, else what is stored. Append-only."""

    __tablename__ = "service_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(Word)
    effective_on: Mapped[date]
    """The first day on which it no longer was so."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("ix_service_change_service", "service_id", "id"),
        Index("ix_service_change_account", "account_id", "service_id"),
    )
