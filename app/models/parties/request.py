"""Service requests: small tickets on an account, with a number of the provider's series and an assignee."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word
from app.models.values import RequestState

_STATES = ", ".join(f"'{s.value}'" for s in RequestState)


class ServiceRequest(Base):
    """One request. It keeps its number and its account, and is closed and opened again, never deleted."""

    __tablename__ = "service_request"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(Id)
    account_id: Mapped[int] = mapped_column(Id)
    number: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    state: Mapped[str] = mapped_column(Word, default=RequestState.OPEN)
    opened_on: Mapped[date]
    opened_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    closed_recorded_at: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (
        UniqueConstraint("provider_id", "number"),
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL) AND "
                        "(closed_on IS NULL) = (closed_recorded_at IS NULL)", name="closed_whole"),
        CheckConstraint("length(subject) > 0", name="subject"),
        Index("ix_service_request_account", "account_id", "state", "id"),
        Index("ix_service_request_provider", "provider_id", "state", "id"),
        Index("ix_service_request_assignee", "assignee_id", "state", "id"),
    )
