"""What products are sorted by at a provider: families, and types. A code is for life; group accounts refer to it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class ProductFamily(Base):
    """A family of products, such as everything about fuel."""

    __tablename__ = "product_family"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
    )


class ProductType(Base):
    """A type of products, such as cards."""

    __tablename__ = "product_type"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))

    __table_args__ = (
        UniqueConstraint("provider_id", "code"),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
    )
