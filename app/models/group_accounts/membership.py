"""Group accounts: which account pays for which others, since when, and for what.

`FundingGroup` stands for the time in which an account pays for others; its row begins with the first member and ends
with the last. `GroupMembership` stands for the time of one member. Neither is changed but for its end: who paid for
whom on a day stays known. What is said as *account group* is another thing (`parties/account_group.py`).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word, unique_where
from app.models.values import FundedKind, FundingScope

_SCOPES = ", ".join(f"'{scope.value}'" for scope in FundingScope)
_KINDS = ", ".join(f"'{kind.value}'" for kind in FundedKind)


class FundingGroup(Base):
    """One account that pays for others: the parent of a group account."""

    __tablename__ = "funding_group"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    account_id: Mapped[int]
    """The parent, which pays."""
    opened_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))
    closed_on: Mapped[date | None]
    """Its last member left on this day."""
    closed_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "id"),
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint("(closed_on IS NULL) = (closed_recorded_at IS NULL)", name="closed_whole"),
        CheckConstraint("closed_on IS NULL OR closed_on >= opened_on", name="days"),
        unique_where("uq_funding_group_open", "account_id", where="closed_on IS NULL"),
    )


class GroupMembership(Base):
    """One account that another pays for, fully or for what is named."""

    __tablename__ = "group_membership"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int]
    group_id: Mapped[int]
    account_id: Mapped[int]
    """The member."""
    scope: Mapped[str] = mapped_column(Word)
    joined_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(120))
    left_on: Mapped[date | None]
    """From this day on it pays for itself again."""
    left_recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    left_by: Mapped[str | None] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "id"),
        ForeignKeyConstraint(["provider_id", "group_id"], ["funding_group.provider_id", "funding_group.id"]),
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        CheckConstraint(f"scope IN ({_SCOPES})", name="scope"),
        CheckConstraint("(left_on IS NULL) = (left_recorded_at IS NULL)", name="left_whole"),
        CheckConstraint("left_on IS NULL OR left_on >= joined_on", name="days"),
        unique_where("uq_group_membership_open", "account_id", where="left_on IS NULL"),
        Index("ix_group_membership_group", "group_id", "left_on", "account_id"),
    )


class FundedItem(Base):
    """Something that is paid for a member whose funding is partial, by its code at the provider."""

    __tablename__ = "funded_item"

    provider_id: Mapped[int]
    membership_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Word, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "membership_id"], ["group_membership.provider_id", "group_membership.id"]),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
    )
