"""Versions of a provider's suspension rules, and the groups they leave alone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Minor


class SuspensionRuleSet(Base):
    """One version of a provider's rules; in force is the newest version with the latest `effective_from` ≤ date."""

    __tablename__ = "suspension_rule_set"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    version: Mapped[int]
    """Counts up within the provider, whatever the dates."""
    effective_from: Mapped[date]
    name: Mapped[str] = mapped_column(String(120), default="")
    currency: Mapped[str] = mapped_column(String(3))
    min_overdue_minor: Mapped[int] = mapped_column(Minor)
    min_overdue_days: Mapped[int]
    restore_at_minor: Mapped[int] = mapped_column(Minor)
    resuspend_days: Mapped[int] = mapped_column(default=0)
    windows: Mapped[str] = mapped_column(Text, default="")
    """One window a line, as written: "Mon-Thu 09:00-16:00"; empty: at any time."""
    holidays: Mapped[str] = mapped_column(String(40), default="")
    """Country and region whose public holidays are no days for suspending: "AU-NSW"; empty: none."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "version"),
        Index("ix_suspension_rule_set_from", "provider_id", "effective_from", "version"),
        CheckConstraint("min_overdue_minor > 0 AND min_overdue_days >= 0 AND resuspend_days >= 0", name="values"),
        CheckConstraint("restore_at_minor < min_overdue_minor", name="restore_below_minimum"),
    )


class RuleSetExcludedGroup(Base):
    """A distribution group whose members a rule set leaves alone (exclusion X2)."""

    __tablename__ = "suspension_rule_excluded_group"

    rule_set_id: Mapped[int] = mapped_column(ForeignKey("suspension_rule_set.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("account_group.id"), primary_key=True)
