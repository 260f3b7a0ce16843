"""Notifications: what events tell everybody who works for a provider, in the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.events.library import EVENT_TYPE_AT
from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.values import EventAction
from app.services.access.authorize import visible

MOST = 100
_LOOKS_BACK = 20_000
"""So many messages of the outbox are looked over, whoever was away for long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationRow:
    """One notification; of these the person may see the account."""

    id: int
    event_name: str
    account_id: int
    account_name: str
    text: str
    """Its words; empty where none were written."""
    at: datetime


def notifications(session: Session, *, after_id: int = 0) -> tuple[NotificationRow, ...]:
    """Those after a message by its number, the oldest first; the newest `MOST` where there are more.

    Everybody who may see the account is told, whatever else they may do.
    """
    newest = session.scalar(select(func.max(OutboxMessage.id))) or 0
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.event, OutboxMessage.text, OutboxMessage.recorded_at,
               Account.id.label("account_id"), Account.name)
        .join(Account, Account.id == OutboxMessage.account_id)
        .where(OutboxMessage.id > max(after_id, newest - _LOOKS_BACK), visible(session),
               OutboxMessage.action == EventAction.NOTIFICATION.value, OutboxMessage.composed_at.is_not(None))
        .order_by(OutboxMessage.id.desc()).limit(MOST)).all()
    return tuple(
        NotificationRow(id=r.id, event_name=EVENT_TYPE_AT[r.event].name, account_id=r.account_id, account_name=r.name,
                        text=r.text.strip(), at=r.recorded_at)
        for r in reversed(rows))
