"""What changed of an account that judgements go by: its profile, its groups and its life. Append-only.

A row says what held before and from which day on something else does, so what held on a day is what the first change
after it says was there before, else what is stored now. Attributes have rows of their own (`attribute_change`), and so
have holds and restrictions.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word


class Fact(StrEnum):
    """Kinds of facts."""

    PROFILE = "profile"
    GROUP = "group"
    LIFECYCLE = "lifecycle"


class AccountFactChange(Base):
    """One change of one fact of one account."""

    __tablename__ = "account_fact_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    fact: Mapped[str] = mapped_column(Word)
    subject_id: Mapped[int] = mapped_column(Id, default=0)
    """The group a membership is of; 0 where the fact is about the account alone."""
    old_value: Mapped[str] = mapped_column(Word)
    """Id of a profile, a lifecycle; of a membership "yes" or "no"."""
    effective_on: Mapped[date]
    """The first day on which it no longer holds: the provider's day, or the one that was said."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        CheckConstraint("fact IN ('profile', 'group', 'lifecycle')", name="fact"),
        Index("ix_account_fact_change_account", "account_id", "fact", "subject_id", "id"),
    )
