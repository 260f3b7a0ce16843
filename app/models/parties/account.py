"""The account hierarchy: operator, wholesale and retail providers, agents, end users and system accounts.

`provider_id` is the provider an account belongs to: for a customer the retail provider it buys from, for a provider
the provider above it, for the operator itself. An account keeps its type and currency for life; nothing is deleted.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word, bytewise, unique_where
from app.models.values import PROVIDER_TYPES, AccountStatus, AccountType, Enterprise, Lifecycle, fold

_PROVIDER_LIST = ", ".join(sorted(f"'{t.value}'" for t in PROVIDER_TYPES))
_TYPE_LIST = ", ".join(f"'{t.value}'" for t in AccountType)
_STATUS_LIST = ", ".join(f"'{t.value}'" for t in AccountStatus)
_LIFECYCLE_LIST = ", ".join(f"'{t.value}'" for t in Lifecycle)


_NAME_KEY_LENGTH = 200
_SEARCH_LENGTH = 400


def folded_keys(code: str, name: str) -> dict[str, str]:
    """The columns derived from code and name, for every statement that writes either."""
    return {"name_key": fold(name)[:_NAME_KEY_LENGTH], "search_text": fold(f"{code} {name}")[:_SEARCH_LENGTH]}


class Account(Base):
    """One node of the hierarchy."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(
        ForeignKey("provider.account_id", deferrable=True, initially="DEFERRED", use_alter=True,
                   name="fk_account_provider_id")
    )
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    code: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(Word)
    enterprise: Mapped[str] = mapped_column(Word, default=Enterprise.ORGANISATION)
    name: Mapped[str] = mapped_column(String(200))
    profile_id: Mapped[int]
    created_by_agent_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    currency: Mapped[str] = mapped_column(String(3))
    start_date: Mapped[date]
    lifecycle: Mapped[str] = mapped_column(Word, default=Lifecycle.ACTIVE)
    status: Mapped[str] = mapped_column(Word, default=AccountStatus.ACTIVE)
    """Kept by `app.services.status.stored.refresh_status` alone, so that lists can filter by it."""
    ombudsman_case_open: Mapped[bool] = mapped_column(default=False)
    """An open case at the ombudsman keeps the scan away (exclusion X7)."""
    export_reference: Mapped[str] = mapped_column(String(80), default="")
    account_manager_id: Mapped[int | None] = mapped_column(
        ForeignKey("staff_user.id", use_alter=True, name="fk_account_account_manager_id"))
    """Who of the staff looks after it, where it is an organisation's."""
    classification_id: Mapped[int | None] = mapped_column(Id)
    name_key: Mapped[str] = mapped_column(bytewise(_NAME_KEY_LENGTH), default="")
    """The name folded by `values.fold`: what lists sort by and type-ahead looks up (see `folded_keys`)."""
    search_text: Mapped[str] = mapped_column(bytewise(_SEARCH_LENGTH), default="")
    """Code and name folded: where words are searched."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (
        # Keys start with the provider: they serve as indexes of its lists as well.
        UniqueConstraint("provider_id", "code"),
        UniqueConstraint("provider_id", "id"),
        ForeignKeyConstraint(
            ["provider_id", "profile_id"], ["account_profile.provider_id", "account_profile.id"],
            name="fk_account_profile", deferrable=True, initially="DEFERRED", use_alter=True,
        ),
        ForeignKeyConstraint(["provider_id", "classification_id"],
                             ["account_classification.provider_id", "account_classification.id"],
                             name="fk_account_classification", use_alter=True),
        CheckConstraint(f"type IN ({_TYPE_LIST})", name="type"),
        CheckConstraint(f"status IN ({_STATUS_LIST})", name="status"),
        CheckConstraint(f"lifecycle IN ({_LIFECYCLE_LIST})", name="lifecycle"),
        CheckConstraint("parent_id <> id", name="not_own_parent"),
        CheckConstraint("(parent_id IS NULL) = (type = 'operator')", name="one_root"),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
        CheckConstraint("account_manager_id IS NULL OR enterprise = 'organisation'", name="manager_of_organisation"),
        unique_where("uq_account_operator", "type", where="type = 'operator'"),
        unique_where("uq_account_provider_code", "code", where=f"type IN ({_PROVIDER_LIST})"),
        # One branch of the tree in its order: kind of child, those of no agent, then by name.
        Index("ix_account_parent", "parent_id", "type", "created_by_agent_id", "name_key", "id"),
        Index("ix_account_agent", "created_by_agent_id", "name_key", "id"),
        # The customer list by name or code; the type is there so that system accounts drop out inside the index.
        Index("ix_account_provider_name", "provider_id", "name_key", "id", "type"),
        Index("ix_account_provider_code", "provider_id", "code", "id", "type"),
        Index("ix_account_provider_type", "provider_id", "type", "id"),
        # By status and by profile, group by group, and by start.
        Index("ix_account_provider_status", "provider_id", "status", "id", "type"),
        Index("ix_account_profile", "profile_id", "id", "type"),
        Index("ix_account_provider_start", "provider_id", "start_date", "id", "type"),
        Index("ix_account_name_key", "name_key", "id"),
        Index("ix_account_search_text", "search_text", "id"),
        Index("ix_account_code", "code"),
    )


class AccountStatusChange(Base):
    """One step in the life of an account; append-only."""

    __tablename__ = "account_status_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    old_status: Mapped[str | None] = mapped_column(Word)
    new_status: Mapped[str] = mapped_column(Word)
    reason: Mapped[str] = mapped_column(String(400), default="")
    effective_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(120))
    scan_run_id: Mapped[int | None]
