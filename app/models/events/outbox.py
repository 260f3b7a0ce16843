"""The outbox: what is to be told outside, written in the transaction of its cause, and how its delivery went."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word, index_where
from app.models.values import OutboxState

_STATES = ", ".join(f"'{s.value}'" for s in OutboxState)


WORDLESS = "composed_at IS NULL AND state <> 'suppressed' AND action <> '' AND action <> 'provisioning'"
"""The rows whose words were not put in yet: few at any time, found by an index of their own."""


class OutboxMessage(Base):
    """One message by one action, or one request to provisioning.

    `message_key` makes it once within its provider: (hold, service, event, action) for suspensions, (event, period,
    invoice, action) for reminders. It is born without its words; composing puts them in by the version of the template
    of its cause, with facts as of `effective_on` known at `recorded_at`, and what it says never changes after that.
    """

    __tablename__ = "outbox_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    event: Mapped[str] = mapped_column(Word)
    action: Mapped[str] = mapped_column(Word, default="")
    """Empty where no action was on, and in rows of before there were actions."""
    period_days: Mapped[int] = mapped_column(default=0)
    mapping_id: Mapped[int | None]
    template_id: Mapped[int | None]
    """The version of the template at its cause; no foreign keys, because a profile may be deleted with its mappings."""
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("financial_transaction.id"))
    """The invoice it speaks of, or the payment."""
    message_key: Mapped[str] = mapped_column(String(120))
    effective_on: Mapped[date]
    """The day of its cause."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    scan_run_id: Mapped[int | None]
    repeats_id: Mapped[int | None]
    """The row that this one sends again, or whose message it went out with."""
    state: Mapped[str] = mapped_column(Word)
    state_reason: Mapped[str] = mapped_column(String(400), default="")

    composed_at: Mapped[datetime | None] = mapped_column(Instant)
    """When its words were put in; empty while it has none."""
    sender: Mapped[str] = mapped_column(String(200), default="")
    recipient: Mapped[str] = mapped_column(Text, default="")
    """Addresses or one number, separated by a comma and a blank; of a letter the first line of its address."""
    cc: Mapped[str] = mapped_column(Text, default="")
    bcc: Mapped[str] = mapped_column(Text, default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    attachment: Mapped[str] = mapped_column(Word, default="none")
    segments: Mapped[int] = mapped_column(default=0)
    """Of a short message."""

    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(Instant)
    """Not before: back-off, quiet hours, or the time in which sending can be undone. Empty: at once."""
    claimed_by: Mapped[str] = mapped_column(String(200), default="")
    """Who is sending it, as `GatewayState.claimed_by`; kept where that left its state unknown."""
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    remote_id: Mapped[str] = mapped_column(String(200), default="")
    """What the other side calls it."""

    __table_args__ = (
        UniqueConstraint("provider_id", "message_key"),
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        Index("ix_outbox_message_account", "account_id", "id"),
        Index("ix_outbox_message_state", "provider_id", "state", "id"),
        Index("ix_outbox_message_run", "scan_run_id"),
        index_where("ix_outbox_message_wordless", "provider_id", "id", where=WORDLESS),
    )


class OutboxAttempt(Base):
    """One try to deliver a message. Append-only."""

    __tablename__ = "outbox_attempt"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("outbox_message.id"), index=True)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(Word)
    """The state that it led to, or "retry"."""
    detail: Mapped[str] = mapped_column(String(400), default="")
    """What the other side answered, or what went wrong, in one sentence."""
