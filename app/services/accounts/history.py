"""The history of one account: who did what and when, from which value to which, newest first.

Three append-only records are read as one list: the audit trail, the changes of attributes and the steps of the
status. Moves between profiles are in the audit trail, one row for each account.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, null, or_, select, union_all
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.models.attributes.attribute import AttributeChange
from app.models.audit import AuditEntry
from app.models.base import Word
from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.powers import Power
from app.models.values import Tier
from app.services.access.authorize import require_account
from app.services.accounts.history_words import (
    ACTS,
    NOTHING,
    HistoryKind,
    act_detail,
    act_of,
    attribute_value,
    field_label,
    field_value,
    status_words,
)
from app.services.paging import AnySelect, Cursor, Order, Page, cut, page_of

PAGE = 100
_STATUS, _ATTRIBUTE, _AUDIT = 1, 2, 3
"""The three records; within one instant what was done stands above what followed from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One act."""

    id: int
    """Tells the rows of one answer apart; it is not stored."""
    kind: HistoryKind
    recorded_at: datetime
    actor: str
    by_scan: bool
    what: str
    """What happened, in words: "Details changed"."""
    field: str
    """The field that changed, in words; empty where none did."""
    old: str
    new: str
    detail: str
    """Reason or sentence; empty where the rest says it all."""
    effective_on: date | None
    """The business day, where it may differ from the day it was recorded."""


def history_count(session: Session, *, account_id: int, kind: HistoryKind | None = None) -> int:
    """How many acts there are, of one kind or of all."""
    rows = _records(require_account(session, account_id, Power.CUSTOMERS), kind).subquery()
    return session.scalars(select(func.count()).select_from(rows)).one()


def history_page(
    session: Session, *, account_id: int, kind: HistoryKind | None = None, after: Cursor | None = None,
    limit: int = PAGE,
) -> Page[HistoryRow]:
    """One page, newest first, of one kind or of all."""
    account = require_account(session, account_id, Power.CUSTOMERS)
    r = _records(account, kind).subquery("record")
    order = Order((r.c.recorded_at, r.c.record, r.c.id), descending=True)
    found = session.execute(cut(select(r), order, after=after, limit=limit)).all()
    places = [(row.recorded_at, row.record, row.id) for row in found]
    return page_of([_row(row, account.currency) for row in found], places, limit=limit)


def _records(account: Account, kind: HistoryKind | None) -> Any:
    parts = [part for part in (_audit(account.id, kind), _attributes(account.id, kind), _status(account.id, kind))
             if part is not None]
    return union_all(*parts)


def _record(*columns: Any) -> AnySelect:
    """One record in the shape that all three share."""
    names = ("record", "id", "recorded_at", "actor", "action", "detail", "field", "old", "new", "effective_on",
             "scan_run_id")
    return select(*[column.label(name) for column, name in zip(columns, names, strict=True)])


def _audit(account_id: int, kind: HistoryKind | None) -> AnySelect | None:
    if kind is HistoryKind.ATTRIBUTES:
        return None
    a = AuditEntry
    return _record(literal(_AUDIT), a.id, a.recorded_at, a.actor, a.action, a.detail, a.field, a.old_value,
                   a.new_value, sql_cast(null(), AccountStatusChange.effective_on.type), a.scan_run_id,
                   ).where(a.account_id == account_id, *_of_kind(kind))


def _of_kind(kind: HistoryKind | None) -> list[ColumnElement[bool]]:
    if kind is None:
        return []
    named = AuditEntry.action.in_([action for action, act in ACTS.items() if act.kind is kind])
    return [or_(named, AuditEntry.action.not_in(list(ACTS)))] if kind is HistoryKind.DETAILS else [named]


def _attributes(account_id: int, kind: HistoryKind | None) -> AnySelect | None:
    if kind not in (None, HistoryKind.ATTRIBUTES):
        return None
    c = AttributeChange
    return _record(literal(_ATTRIBUTE), c.id, c.recorded_at, c.actor, c.tier, literal(""), c.attribute, c.old_value,
                   c.new_value, sql_cast(null(), AccountStatusChange.effective_on.type),
                   sql_cast(null(), AuditEntry.scan_run_id.type),
                   ).where(and_(c.owner_id == account_id, c.tier.in_([Tier.ACCOUNT.value, Tier.PROVIDER.value])))


def _status(account_id: int, kind: HistoryKind | None) -> AnySelect | None:
    if kind not in (None, HistoryKind.STATUS):
        return None
    s = AccountStatusChange
    return _record(literal(_STATUS), s.id, s.recorded_at, s.actor, sql_cast(literal("status"), Word), s.reason,
                   literal("status"), s.old_status, s.new_status, s.effective_on, s.scan_run_id,
                   ).where(s.account_id == account_id)


def _row(row: Any, currency: str) -> HistoryRow:
    ident = row.id * 4 + row.record
    by_scan = row.scan_run_id is not None
    if row.record == _ATTRIBUTE:
        what = "Attribute changed" if row.action == Tier.ACCOUNT.value else "Attribute passed on changed"
        return HistoryRow(id=ident, kind=HistoryKind.ATTRIBUTES, recorded_at=row.recorded_at, actor=row.actor,
                          by_scan=by_scan, what=what,
                          field=field_label(row.field), old=attribute_value(row.field, row.old, currency),
                          new=attribute_value(row.field, row.new, currency), detail="", effective_on=None)
    if row.record == _STATUS:
        return HistoryRow(id=ident, kind=HistoryKind.STATUS, recorded_at=row.recorded_at, actor=row.actor,
                          by_scan=by_scan, what="Status changed", field="Status",
                          old=status_words(row.old), new=status_words(row.new), detail=row.detail,
                          effective_on=row.effective_on)
    act = act_of(row.action)
    field = row.field or ""
    has_values = bool(field) and (row.old is not None or row.new is not None)
    old, new = (field_value(field, row.old), field_value(field, row.new)) if has_values else ("", "")
    return HistoryRow(id=ident, kind=act.kind, recorded_at=row.recorded_at, actor=row.actor, by_scan=by_scan,
                      what=act.words,
                      field=field_label(field) if field else "", old="" if old == new == NOTHING else old, new=new,
                      detail=act_detail(row.action, row.detail or ""), effective_on=None)
