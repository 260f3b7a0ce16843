"""Imports every mapped module, so that `Base.metadata` is complete for migrations and checks."""

from app.models import (
    account,
    account_group,
    attribute,
    audit,
    contact,
    hold,
    ledger,
    note,
    printing,
    profile,
    profile_move,
    provider,
    saved_view,
    service,
    staff,
    suspension,
)
from app.models.base import Base

metadata = Base.metadata

__all__ = ["account", "account_group", "attribute", "audit", "contact", "hold", "ledger", "metadata", "note",
           "printing", "profile", "profile_move", "provider", "saved_view", "service", "staff", "suspension"]
