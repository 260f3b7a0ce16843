"""Account groups: zero to many per account.

A security group limits which accounts staff see: through its access code and the org units it is tied to. A
distribution group serves lists and suspension exclusions and never limits anybody.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Word
from app.models.values import GroupAccess


class AccountGroup(Base):
    """A named set of accounts of one provider."""

    __tablename__ = "account_group"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(Word)
    access: Mapped[str] = mapped_column(Word, default=GroupAccess.SEE_ALL)
    """What a security group does to the staff of its org units; a distribution group says `see_all`."""
    description: Mapped[str] = mapped_column(String(400), default="")

    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        UniqueConstraint("provider_id", "id"),
        CheckConstraint("kind IN ('security', 'distribution')", name="kind"),
        CheckConstraint("access IN ('see_all', 'allow', 'deny')", name="access"),
        CheckConstraint("kind = 'security' OR access = 'see_all'", name="distribution_never_limits"),
    )


class AccountGroupMember(Base):
    """Membership; provider is part of both keys, so a group never holds an account of another provider."""

    __tablename__ = "account_group_member"

    provider_id: Mapped[int]
    group_id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (
        ForeignKeyConstraint(["provider_id", "group_id"], ["account_group.provider_id", "account_group.id"]),
        ForeignKeyConstraint(["provider_id", "account_id"], ["account.provider_id", "account.id"]),
        Index("ix_account_group_member_account", "account_id"),
    )
