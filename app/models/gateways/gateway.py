"""A gateway: the server by which a provider sends mail or short messages, or has services restricted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Instant, Word
from app.models.values import GatewayKind

_KINDS = ", ".join(f"'{k.value}'" for k in GatewayKind)


class Gateway(Base):
    """Settings of one gateway of one provider; passwords are never here."""

    __tablename__ = "gateway"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    settings: Mapped[str] = mapped_column(Text)
    """A JSON object with sorted keys, as `services/gateways/kinds.py` names them."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (CheckConstraint(f"kind IN ({_KINDS})", name="kind"),)


class GatewayState(Base):
    """How a gateway does, and who sends through it; one program at a time, so that messages leave in their order."""

    __tablename__ = "gateway_state"

    provider_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    """Tries in a row of which none got through to the other side."""
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    retry_at: Mapped[datetime | None] = mapped_column(Instant)
    """Not before that moment is it tried again; what waits for it waits in its order."""
    failure: Mapped[str] = mapped_column(String(400), default="")
    """What went wrong at the last try, in one sentence."""
    claimed_by: Mapped[str] = mapped_column(String(200), default="")
    """Who sends through it now: host, process, its start, and which of its runs; empty: nobody."""
    beat_at: Mapped[datetime | None] = mapped_column(Instant)
    """The last sign of life of who sends."""

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "kind"], ["gateway.provider_id", "gateway.kind"],
                             name="fk_gateway_state_gateway", ondelete="CASCADE"),
        CheckConstraint("(failures > 0) = (failing_since IS NOT NULL)", name="failing"),
        CheckConstraint("(claimed_by <> '') = (beat_at IS NOT NULL)", name="claimed"),
    )
