"""The outbox as it is shown: what was told to whom, what was not, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from app.models.events.library import EVENT_TYPE_AT
from app.models.events.outbox import OutboxAttempt, OutboxMessage
from app.models.gateways.gateway import Gateway, GatewayState
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.values import EventAction, OutboxState, TransactionKind
from app.services.access.authorize import authorize, visible
from app.services.errors import NotFound
from app.services.gateways.kinds import KIND_WORDS
from app.services.outbox.claiming import ACTION_OF
from app.services.paging import Cursor, Order, Page, cut, page_of

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxFilter:
    """Which messages are listed; what is not said leaves all."""

    provider_id: int | None = None
    account_id: int | None = None
    run_id: int | None = None
    states: frozenset[OutboxState] = frozenset()
    actions: frozenset[EventAction] = frozenset()
    event: str = ""
    since: date | None = None
    """The provider's day from which on they were raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """One message, or one order to a provisioning system."""

    id: int
    provider_id: int
    provider: str
    """The code."""
    account_id: int
    account: str
    """The code."""
    account_name: str
    event: str
    event_name: str
    period_days: int
    action: str
    """Of an `EventAction`; empty where no action was on."""
    service: str | None
    invoice: str | None
    """The number of the invoice it speaks of."""
    recipient: str
    subject: str
    state: OutboxState
    reason: str
    """Why it is as it is, or what it waits for; empty where there is nothing to say."""
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None
    run_id: int | None
    repeats_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    """One try, or one end that a message came to."""

    at: datetime
    outcome: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxDetail:
    """One message with all that leaves, and its history."""

    row: OutboxRow
    effective_on: date
    sender: str
    cc: str
    bcc: str
    text: str
    html: str
    attachment: str
    segments: int
    remote_id: str
    repeated_by: tuple[int, ...]
    """Messages that send this one again."""
    attempts: tuple[AttemptRow, ...]


def outbox_page(
    session: Session, *, which: OutboxFilter, after: Cursor | None = None, before: Cursor | None = None,
    offset: int = 0, limit: int = PAGE,
) -> Page[OutboxRow]:
    """One page, the newest first: after a place, before a place, or from a row number on."""
    authorize(session, Power.EVENTS)
    order = Order((OutboxMessage.id.expression,), descending=True)

    def page(*conditions: ColumnElement[bool]) -> Any:
        wanted = select(OutboxMessage.id).join(Account, Account.id == OutboxMessage.account_id).where(
            *conditions, visible(session))
        return cut(wanted, order, after=after, before=before, offset=offset, limit=limit)

    conditions = _conditions(session, which)
    if which.provider_id is not None and which.account_id is None and which.run_id is None and not offset:
        # The index of a provider goes by state: one short look for each state instead of one over the whole outbox.
        parts = [page(*conditions, OutboxMessage.state == state.value) for state in which.states or OutboxState]
        found = union_all(*[select(part.subquery().c.id) for part in parts]).subquery()
        ids = session.scalars(select(found.c.id).order_by(found.c.id.asc() if before else found.c.id.desc())
                              .limit(limit + 1)).all()
    else:
        if which.states:
            conditions.append(OutboxMessage.state.in_(sorted(which.states)))
        ids = session.scalars(page(*conditions)).all()
    rows = {row.id: row for row in _rows(session, OutboxMessage.id.in_(ids[:limit]))}
    return page_of([rows[id_] for id_ in ids[:limit]], [(id_,) for id_ in ids], limit=limit,
                   backwards=before is not None)


def outbox_messages(session: Session, *, which: OutboxFilter) -> list[OutboxRow]:
    """All of them, the oldest first."""
    authorize(session, Power.EVENTS)
    conditions = _conditions(session, which)
    if which.states:
        conditions.append(OutboxMessage.state.in_(sorted(which.states)))
    return _rows(session, and_(*conditions, visible(session)))


def outbox_counts(session: Session, *, which: OutboxFilter) -> dict[OutboxState, int]:
    """How many there are in each state; the states of the filter are not looked at."""
    authorize(session, Power.EVENTS)
    rows = session.execute(
        select(OutboxMessage.state, func.count()).join(Account, Account.id == OutboxMessage.account_id)
        .where(*_conditions(session, which), visible(session)).group_by(OutboxMessage.state))
    return {OutboxState(state): count for state, count in rows}


def outbox_count(session: Session, *, which: OutboxFilter) -> int:
    """How many a page would go through, those of the states of the filter alone."""
    counts = outbox_counts(session, which=which)
    return sum(count for state, count in counts.items() if not which.states or state in which.states)


def outbox_message(session: Session, *, message_id: int) -> OutboxDetail:
    """One message with its history. Raises NotFound where there is none, or it is out of reach."""
    authorize(session, Power.EVENTS)
    m = OutboxMessage
    rows = _rows(session, and_(m.id == message_id, visible(session)))
    if not rows:
        raise NotFound(f"There is no message {message_id}.")
    stored = session.get_one(m, message_id, populate_existing=True)
    attempts = session.execute(
        select(OutboxAttempt.recorded_at, OutboxAttempt.outcome, OutboxAttempt.detail)
        .where(OutboxAttempt.message_id == message_id).order_by(OutboxAttempt.id))
    repeated_by = session.scalars(
        select(m.id).where(m.account_id == stored.account_id, m.repeats_id == message_id,
                           m.state != OutboxState.CANCELLED.value).order_by(m.id))
    return OutboxDetail(
        row=rows[0], effective_on=stored.effective_on, sender=stored.sender, cc=stored.cc, bcc=stored.bcc,
        text=stored.text, html=stored.html, attachment=stored.attachment, segments=stored.segments,
        remote_id=stored.remote_id, repeated_by=tuple(repeated_by),
        attempts=tuple(AttemptRow(at=at, outcome=outcome, detail=detail) for at, outcome, detail in attempts))


def _conditions(session: Session, which: OutboxFilter) -> list[ColumnElement[bool]]:
    """All that the filter says but the states."""
    m = OutboxMessage
    found: list[ColumnElement[bool]] = []
    if which.provider_id is not None:
        found.append(m.provider_id == which.provider_id)
    if which.account_id is not None:
        found.append(m.account_id == which.account_id)
    if which.run_id is not None:
        found.append(m.scan_run_id == which.run_id)
    if which.actions:
        found.append(m.action.in_(sorted(which.actions)))
    if which.event:
        found.append(m.event == which.event)
    if which.since is not None:
        found.append(_raised_since(session, which.since, which.provider_id))
    return found


def _raised_since(session: Session, day: date, provider_id: int | None) -> ColumnElement[bool]:
    """Whether a message was raised on a day or later, by the clock of its provider."""
    providers = select(Provider.account_id, Provider.time_zone)
    if provider_id is not None:
        providers = providers.where(Provider.account_id == provider_id)
    by_zone: dict[str, list[int]] = {}
    for id_, zone in session.execute(providers):
        by_zone.setdefault(zone, []).append(id_)
    begins = {zone: datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for zone in by_zone}
    m = OutboxMessage
    return or_(*[and_(m.provider_id.in_(ids), m.recorded_at >= begins[zone]) for zone, ids in by_zone.items()])


def _rows(session: Session, which: ColumnElement[bool]) -> list[OutboxRow]:
    m, owner = OutboxMessage, aliased(Account)
    kind = case(*[(m.action == action.value, kind.value) for kind, action in ACTION_OF.items()], else_="")
    number = case((FinancialTransaction.kind == TransactionKind.INVOICE.value, FinancialTransaction.number))
    rows = session.execute(
        select(m.id, m.provider_id, owner.code.label("provider"), m.account_id, Account.code.label("account"),
               Account.name.label("account_name"), m.event, m.period_days, m.action,
               Service.identifier.label("service"), number.label("invoice"), m.recipient, m.subject, m.state,
               m.state_reason, m.attempts, m.recorded_at, m.sent_at, m.next_attempt_at, m.scan_run_id, m.repeats_id,
               kind.label("gateway"), Gateway.kind.label("gateway_set"), GatewayState.failure)
        .join(Account, Account.id == m.account_id).join(owner, owner.id == m.provider_id)
        .outerjoin(Service, Service.id == m.service_id)
        .outerjoin(FinancialTransaction, FinancialTransaction.id == m.invoice_id)
        .outerjoin(Gateway, and_(Gateway.provider_id == m.provider_id, Gateway.kind == kind))
        .outerjoin(GatewayState, and_(GatewayState.provider_id == m.provider_id, GatewayState.kind == kind))
        .where(which).order_by(m.id)).mappings()
    return [_row(row) for row in rows]


def _row(row: Mapping[Any, Any]) -> OutboxRow:
    event = EVENT_TYPE_AT.get(row["event"])
    return OutboxRow(
        **{name: row[name] for name in ("id", "provider_id", "provider", "account_id", "account", "account_name",
                                        "event", "period_days", "action", "service", "invoice", "recipient", "subject",
                                        "attempts", "sent_at", "next_attempt_at", "repeats_id")},
        event_name=event.name if event is not None else row["event"], state=OutboxState(row["state"]),
        reason=row["state_reason"] or _waits_for(row), created_at=row["recorded_at"], run_id=row["scan_run_id"])


def _waits_for(row: Mapping[Any, Any]) -> str:
    """What a queued message waits for, where nothing was written down for it."""
    if row["state"] != OutboxState.QUEUED.value:
        return ""
    if row["action"] == EventAction.LETTER.value:
        return "It waits to be printed."
    words = {kind.value: words for kind, words in KIND_WORDS.items()}.get(row["gateway"])
    if words is not None and row["gateway_set"] is None:
        return f"No {words} is set up for {row['provider']}."
    return row["failure"] or ""


def as_documents(rows: Sequence[OutboxRow]) -> list[dict[str, Any]]:
    """The contract of `outbox list --json`."""
    return [{
        "id": row.id, "event": row.event, "action": row.action, "account": row.account, "service": row.service,
        "invoice": row.invoice, "recipient": row.recipient, "subject": row.subject, "state": row.state.value,
        "reason": row.reason, "attempts": row.attempts, "created_at": row.created_at.isoformat(),
        "sent_at": None if row.sent_at is None else row.sent_at.isoformat()} for row in rows]
