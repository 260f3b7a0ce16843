"""Types of documents that a provider defines beside the plain one of each kind, and the categories they allow."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Word, bytewise, unique_where
from app.models.values import TransactionKind

_KINDS = ", ".join(f"'{k.value}'" for k in TransactionKind)


class TransactionType(Base):
    """One type of one kind, such as a debit note among invoices or a cash payment among payments."""

    __tablename__ = "transaction_type"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    kind: Mapped[str] = mapped_column(Word)
    code: Mapped[str] = mapped_column(bytewise(40))
    name: Mapped[str] = mapped_column(String(120))
    is_default: Mapped[bool] = mapped_column(default=False)
    """Of documents of its kind for which nobody says another; without one they are of the plain type."""

    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        UniqueConstraint("provider_id", "kind", "id"),
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint("length(code) > 0", name="code"),
        unique_where("uq_transaction_type_default", "provider_id", "kind", where="is_default"),
    )


class TransactionCategory(Base):
    """A category that documents of a type may have."""

    __tablename__ = "transaction_category"

    type_id: Mapped[int] = mapped_column(ForeignKey("transaction_type.id"), primary_key=True)
    name: Mapped[str] = mapped_column(bytewise(60), primary_key=True)
