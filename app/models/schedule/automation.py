"""When a provider's own work is due and what limits it, and how far its pollers are."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Instant, Word


class AutomationSettings(Base):
    """Schedule, brake and hours of sending of one provider; what is not set is as the program has it.

    Times are "HH:MM" in the provider's zone.
    """

    __tablename__ = "automation_settings"

    provider_id: Mapped[int] = mapped_column(
        ForeignKey("provider.account_id"), primary_key=True, autoincrement=False)
    reminders_at: Mapped[str | None] = mapped_column(String(5))
    suspend_at: Mapped[str | None] = mapped_column(String(400))
    """Times separated by a comma; not set: at the start of each window, without windows at 09:00."""
    restore_every_minutes: Mapped[int | None]
    brake_share_percent: Mapped[int | None]
    """0 switches it off; not set is 5."""
    brake_accounts: Mapped[int | None]
    """0 switches it off; not set is 20."""
    brake_pause_days: Mapped[int | None]
    """0 switches it off; not set is 3."""
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_to: Mapped[str | None] = mapped_column(String(5))
    working_days: Mapped[str | None] = mapped_column(String(40))
    """Days on which messages leave: "mon,tue,wed"; not set: all."""
    undo_delay_seconds: Mapped[int | None]
    promise_days: Mapped[int | None]
    """How far ahead a promise to pay may lie; not set is 14."""
    holiday_country: Mapped[str | None] = mapped_column(String(2))
    holiday_region: Mapped[str | None] = mapped_column(String(20))
    paused_at: Mapped[datetime | None] = mapped_column(Instant)
    """Scheduled work of this provider rests since then; not set: it goes on."""
    paused_by: Mapped[str | None] = mapped_column(String(120))
    pause_reason: Mapped[str | None] = mapped_column(String(400))

    __table_args__ = (
        CheckConstraint("restore_every_minutes BETWEEN 1 AND 10080", name="restore_every"),
        CheckConstraint("brake_share_percent BETWEEN 0 AND 100 AND brake_accounts >= 0 AND brake_pause_days >= 0",
                        name="brake"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_to IS NULL)", name="quiet_hours"),
        CheckConstraint("undo_delay_seconds >= 0 AND promise_days >= 0", name="delays"),
    )


class PollerState(Base):
    """How far one kind of scheduled work of one provider is."""

    __tablename__ = "poller_state"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    poller: Mapped[str] = mapped_column(Word, primary_key=True)
    """reminders, restorations or suspensions."""
    done_at: Mapped[datetime] = mapped_column(Instant)
    """The instant of the round that did it last."""
    done_for: Mapped[date]
    """The provider's day of that round: every step of that day and before it is done."""
    detail: Mapped[str] = mapped_column(Text, default="")


class StoredHoliday(Base):
    """One public holiday of a calendar that a provider goes by, as reckoned: a later release may do otherwise."""

    __tablename__ = "stored_holiday"

    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"), primary_key=True)
    calendar: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Country and region: "AU-NSW"."""
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
