"""Account groups: zero to many per account. Distribution groups serve lists and suspension exclusions."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Word


class AccountGroup(Base):
    """A named set of accounts of one provider."""

    __tablename__ = "account_group"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(Word)

    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        UniqueConstraint("provider_id", "id"),
        CheckConstraint("kind IN ('security', 'distribution')", name="kind"),
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
