"""Event mappings: which events are told to the accounts of a profile, by which actions, in which words.

A mapping joins one event type, with its period, to one profile. Each of its actions has a switch of its own; while all
are off the event does not fire. What an action says is a template, whose every version is kept.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word
from app.models.values import EventAction as Action

_ACTIONS = ", ".join(f"'{a.value}'" for a in Action if a.is_switched)


class EventMapping(Base):
    """One event type for one profile; `period_days` tells several mappings of one type apart."""

    __tablename__ = "event_mapping"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    profile_id: Mapped[int] = mapped_column(index=True)
    event: Mapped[str] = mapped_column(Word)
    """Key of the event type in the library."""
    period_days: Mapped[int] = mapped_column(default=0)
    """The documented threshold: days after the due date, before it, or 0 where the type has none."""
    extended_logging: Mapped[bool] = mapped_column(default=False)
    """Whether each firing writes a note to the account."""
    follows_rules: Mapped[bool] = mapped_column(default=False)
    """An advance warning: its period is kept aligned with the days of the suspension rules."""
    warns_days_ahead: Mapped[int | None]
    """Of an advance warning: so many days before the first suspension."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "profile_id"], ["account_profile.provider_id", "account_profile.id"],
                             name="fk_event_mapping_profile", ondelete="CASCADE"),
        UniqueConstraint("provider_id", "profile_id", "event", "period_days"),
        CheckConstraint("period_days BETWEEN 0 AND 3650", name="period"),
    )


class EventAction(Base):
    """One action of a mapping with its switch; a missing row is an action that is off and has no template."""

    __tablename__ = "event_action"

    mapping_id: Mapped[int] = mapped_column(ForeignKey("event_mapping.id", ondelete="CASCADE"), primary_key=True)
    action: Mapped[str] = mapped_column(Word, primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=False)
    enabled_on: Mapped[date | None]
    """The provider's day on which it was switched on: it fires for trigger days from then on."""
    template_id: Mapped[int | None]
    """The version of its template that is used now: a row of `event_template`."""

    __table_args__ = (
        CheckConstraint(f"action IN ({_ACTIONS})", name="action"),
        CheckConstraint("NOT enabled OR enabled_on IS NOT NULL", name="enabled_since"),
    )


class EventTemplate(Base):
    """One version of what an action says. Append-only: a message goes by the version of its cause."""

    __tablename__ = "event_template"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    mapping_id: Mapped[int] = mapped_column(ForeignKey("event_mapping.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(Word)
    version: Mapped[int]
    """Counts up within mapping and action."""
    sender: Mapped[str] = mapped_column(String(200), default="")
    recipients: Mapped[str] = mapped_column(String(400), default="")
    """"default", "primary", "secondary", "billing", or addresses; empty is the default."""
    cc: Mapped[str] = mapped_column(String(400), default="")
    bcc: Mapped[str] = mapped_column(String(400), default="")
    subject: Mapped[str] = mapped_column(String(400), default="")
    html: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text, default="")
    attachment: Mapped[str] = mapped_column(Word, default="none")
    merge: Mapped[bool] = mapped_column(default=False)
    """Whether several messages to one contact at one time are one message."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("mapping_id", "action", "version"),
        CheckConstraint(f"action IN ({_ACTIONS})", name="action"),
        CheckConstraint("attachment IN ('none', 'invoice')", name="attachment"),
        Index("ix_event_template_newest", "mapping_id", "action", "id"),
    )
