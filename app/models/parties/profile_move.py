"""Moves of accounts between profiles, kept so that a whole move can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant


class ProfileMove(Base):
    """One move of one or many accounts to a profile."""

    __tablename__ = "profile_move"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.account_id"))
    to_profile_id: Mapped[int]
    """No foreign key: a profile that lost its last member may be deleted, its moves stay history."""
    to_profile_name: Mapped[str] = mapped_column(String(120))
    actor: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("profile_move.id"))
    """The move that this one took back, whole or in part."""


class ProfileMoveItem(Base):
    """One account of a move with the profile it came from."""

    __tablename__ = "profile_move_item"

    move_id: Mapped[int] = mapped_column(ForeignKey("profile_move.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    from_profile_id: Mapped[int]
    to_profile_id: Mapped[int]

    __table_args__ = (Index("ix_profile_move_item_account", "account_id", "move_id"),)
