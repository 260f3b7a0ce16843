"""Imports every mapped module, so that `Base.metadata` is complete for migrations and checks."""

from app.models import (
    account,
    account_group,
    attribute,
    audit,
    contact,
    hold,
    ledger,
    printing,
    profile,
    provider,
    service,
    suspension,
)
from app.models.base import Base

metadata = Base.metadata

__all__ = ["account", "account_group", "attribute", "audit", "contact", "hold", "ledger", "metadata", "printing",
           "profile", "provider", "service", "suspension"]
