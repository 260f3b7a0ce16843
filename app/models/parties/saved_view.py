"""Views that a person saved: filter, sort and columns of a list, by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Word


class SavedView(Base):
    """One view of one person; `definition` is JSON that the list it belongs to understands."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    """Who saved it, as audit rows name them."""
    place: Mapped[str] = mapped_column(Word)
    """The list it belongs to, for instance `customers`."""
    name: Mapped[str] = mapped_column(String(80))
    definition: Mapped[str] = mapped_column(Text)
    is_default: Mapped[bool] = mapped_column(default=False)
    """Applied when the list is opened."""
    recorded_at: Mapped[datetime] = mapped_column(Instant)

    __table_args__ = (UniqueConstraint("owner", "place", "name"),)
