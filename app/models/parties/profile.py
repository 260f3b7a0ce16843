"""Account profiles: exactly one per account, carrying attribute overrides and the invoice layout."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id


class AccountProfile(Base):
    """A way of treating customers; its overrides stand in `ProfileAttributes`."""

    __tablename__ = "account_profile"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(
        ForeignKey("provider.account_id", deferrable=True, initially="DEFERRED")
    )
    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(400), default="")
    export_reference: Mapped[str] = mapped_column(String(80), default="")

    __table_args__ = (UniqueConstraint("provider_id", "name"), UniqueConstraint("provider_id", "id"))
