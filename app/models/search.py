"""How far the indexes for words anywhere are built (`services/database/word_index.py`)."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id

COMPLETE = 2**62
"""Every row is in the index, and whoever writes one keeps it there."""
REFUSED = -1
"""The database cannot have the index; words are looked for in every row."""


class WordIndex(Base):
    """One index; without a row it was never begun."""

    __tablename__ = "word_index"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    built_to: Mapped[int] = mapped_column(Id)
    """The last row that is in it, COMPLETE or REFUSED."""
