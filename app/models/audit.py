"""The audit trail: who did what to which account or other thing, append-only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word


class Subject(StrEnum):
    """Kinds of things an act may be about, apart from accounts; with the id of one it is named for good."""

    ADDRESS = "address"
    CLASSIFICATION = "classification"
    CONTACT = "contact"
    DRAFT = "draft"
    EVENT_MAPPING = "event_mapping"
    GROUP = "group"
    KYC_PROFILE = "kyc_profile"
    MESSAGE = "message"
    ORG_UNIT = "org_unit"
    OVERRIDE_RULE = "override_rule"
    PROFILE = "profile"
    PROVIDER = "provider"
    REQUEST = "request"
    ROLE = "role"
    SERVICE = "service"
    STAFF = "staff"
    TRANSACTION_TYPE = "transaction_type"


class AuditEntry(Base):
    """One act; `detail` is a sentence or old → new values."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.account_id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    subject_kind: Mapped[str | None] = mapped_column(Word)
    """With `subject_id`, what the act is about where that is not the account alone: a `Subject`."""
    subject_id: Mapped[int | None] = mapped_column(Id)
    action: Mapped[str] = mapped_column(Word)
    detail: Mapped[str] = mapped_column(Text, default="")
    field: Mapped[str | None] = mapped_column(String(60))
    """The field that changed, where one did; then `old_value` and `new_value` say from what to what."""
    old_value: Mapped[str | None] = mapped_column(Text)
    new_value: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    scan_run_id: Mapped[int | None]

    __table_args__ = (
        Index("ix_audit_entry_account", "account_id", "recorded_at"),
        Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),
    )
