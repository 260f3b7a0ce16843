"""Imports every mapped module, so that `Base.metadata` is complete for migrations and checks."""

from sqlalchemy import text

from app.models import audit, search
from app.models.attributes import attribute
from app.models.base import WHERE, Base
from app.models.credit import control
from app.models.currencies import rates
from app.models.events import mapping, outbox
from app.models.gateways import gateway
from app.models.group_accounts import membership
from app.models.ledger import entries, figures, marks, periods, plans, types
from app.models.parties import (
    account,
    account_group,
    contact,
    fact_change,
    note,
    profile,
    profile_move,
    provider,
    request,
    saved_view,
    service,
    staff,
)
from app.models.printing import batches
from app.models.products import kinds
from app.models.schedule import automation
from app.models.suspension import brake, hold, promise, rule_sets, scans

metadata = Base.metadata
for _table in metadata.tables.values():
    for _index in _table.indexes:
        if WHERE in _index.info:
            _index.dialect_kwargs["postgresql_where"] = text(_index.info[WHERE])

__all__ = ["account", "account_group", "attribute", "audit", "automation", "batches", "brake", "contact", "control",
           "entries", "fact_change", "figures", "gateway", "hold", "kinds", "mapping", "marks", "membership",
           "metadata", "note", "outbox", "periods", "plans", "profile", "profile_move", "promise", "provider", "rates",
           "request", "rule_sets", "saved_view", "scans", "search", "service", "staff", "types"]
