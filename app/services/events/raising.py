"""Raising events: rows of the outbox, written in the transaction of their cause (ARCHITECTURE.md, "Events").

A cause is one thing that happened to one account: a service restricted, an invoice so many days overdue, a payment
received. Each action that is on in the mapping of the account's profile gets one row, whose key is the key of the cause
and the action, so that a cause that is met again leaves nothing new. The words come later, by the version of the
template at this moment. All of it is set-based: a scan raises for whole chunks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Executable,
    FromClause,
    Integer,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.models.base import Base, Instant, text_limits
from app.models.events.library import EVENT_TYPE_AT, EventKind, EventType
from app.models.events.mapping import EventAction as Switch
from app.models.events.mapping import EventMapping
from app.models.events.outbox import OutboxMessage
from app.models.gateways.gateway import Gateway
from app.models.parties.account import Account
from app.models.parties.note import AccountNote
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import Provider
from app.models.parties.service import Service
from app.models.values import EventAction, GatewayKind, OutboxState
from app.services.database.dialects import inserter_of
from app.services.database.unit_of_work import actor_of, recorded_now

SUSPENDING = {"auto_suspend": "restrict", "auto_unsuspend": "restore"}
"""Events that ask the provisioning of a provider to do something to the service."""

CAUSE_COLUMNS = ("provider_id", "account_id", "hold_id", "service_id", "invoice_id", "period_days", "cause_key")
"""What a statement of causes answers, by these names."""

_COLUMNS = ("provider_id", "account_id", "hold_id", "service_id", "invoice_id", "period_days", "message_key", "event",
            "action", "mapping_id", "template_id", "state", "state_reason", "effective_on", "recorded_at", "sent_at",
            "scan_run_id", *(empty for empty in (
                "sender", "recipient", "cc", "bcc", "subject", "html", "text", "claimed_by", "remote_id")),
            "attachment", "segments", "attempts")


_LONGEST_RESULT = text_limits(OutboxMessage, "state_reason")["state_reason"]


def _table(entity: type[Base]) -> Table:
    return cast("Table", entity.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When the causes were, and who made them: values or parameters of the statement."""

    on: Any
    """The provider's day of the cause; mappings that were switched on later stay silent."""
    now: Any
    actor: Any
    run: Any = None


def no_cause_yet(kind: Any = BigInteger) -> ColumnElement[Any]:
    """An empty column of a statement of causes."""
    return sql_cast(null(), kind)


InsertMessage = Callable[[Any], Any]
"""The INSERT of a database that knows ON CONFLICT; the same function every time, as a key for caches."""


def raising(
    insert_message: InsertMessage, event: str, causes: Select[Any], moment: Moment, *, says_when_off: bool = False
) -> tuple[Executable, ...]:
    """Statements that raise an event for every row of `causes`, which answers `CAUSE_COLUMNS`.

    Notes of extended logging come first, because a cause that has its rows already gets no second note. With
    `says_when_off` a cause that no action is on for leaves one suppressed row saying so.
    """
    kind = EVENT_TYPE_AT[event]
    c = causes.cte("causes")
    parts = [_switched(kind, c, moment)]
    if event in SUSPENDING:
        parts.append(_provisioned(kind, c, moment))
    if says_when_off:
        parts.append(_nothing_on(kind, c, moment))
    rows = union_all(*parts).subquery("raised")
    # SQLite takes ON CONFLICT behind a SELECT for a join, but not behind its WHERE.
    wanted = select(rows).where(rows.c.provider_id.is_not(None))
    outbox: Executable = insert_message(_table(OutboxMessage)).from_select(_COLUMNS, wanted).on_conflict_do_nothing()
    return (_notes(kind, c, moment), outbox)


def raise_event(
    session: Session, *, event: str, account_id: int, cause_key: str, on: date, service_id: int | None = None,
    invoice_id: int | None = None, hold_id: int | None = None, period_days: int = 0, says_when_off: bool = False,
) -> None:
    """Raise one event for one account; `cause_key` tells this cause from every other of the provider."""
    causes = select(
        Account.provider_id, Account.id.label("account_id"), _or_null(hold_id).label("hold_id"),
        _or_null(service_id).label("service_id"), _or_null(invoice_id).label("invoice_id"),
        literal(period_days).label("period_days"), literal(cause_key, String).label("cause_key"),
    ).where(Account.id == account_id)
    for statement in raising(inserter_of(session), event, causes, this_moment(session, on),
                             says_when_off=says_when_off):
        session.execute(statement)


def raise_process(session: Session, *, event: str, provider_id: int, cause_key: str, on: date, result: str) -> None:
    """Raise an event about work that was done for a provider; its own account is told, by its default profile.

    `result` says how the work ended, in words.
    """
    a, p, m, s = _table(Account), _table(Provider), _table(EventMapping), _table(Switch)
    causes = select(
        p.c.account_id.label("provider_id"), p.c.account_id, no_cause_yet().label("hold_id"),
        no_cause_yet().label("service_id"), no_cause_yet().label("invoice_id"), literal(0).label("period_days"),
        literal(cause_key, String).label("cause_key")).where(p.c.account_id == provider_id)
    c, moment = causes.cte("causes"), this_moment(session, on)
    joined = (c.join(p, p.c.account_id == c.c.provider_id).join(a, a.c.id == c.c.account_id)
              .join(m, and_(m.c.profile_id == p.c.default_profile_id, m.c.event == event))
              .join(s, s.c.mapping_id == m.c.id))
    rows = _told(EVENT_TYPE_AT[event], c, moment, state_reason=literal(result[:_LONGEST_RESULT], String)).select_from(
        joined).where(_fires(moment))
    session.execute(inserter_of(session)(_table(OutboxMessage)).from_select(_COLUMNS, rows).on_conflict_do_nothing())


def _or_null(value: int | None) -> ColumnElement[Any]:
    return no_cause_yet() if value is None else literal(value, BigInteger)


def this_moment(session: Session, on: date) -> Moment:
    """The moment of this unit of work, for causes of a day."""
    return Moment(on=literal(on, Date), now=literal(recorded_now(session), Instant()),
                  actor=literal(actor_of(session), String))


# --------------------------------------------------------------------------- what is on


def profiles_with(session: Session, *, provider_id: int, event: str) -> frozenset[int]:
    """Ids of the profiles of a provider for whose accounts an event does something: one action is on at least."""
    return frozenset(session.scalars(
        select(EventMapping.profile_id).where(EventMapping.provider_id == provider_id, EventMapping.event == event,
                                              is_on(EventMapping.id))))


def is_on(mapping_id: Any) -> ColumnElement[bool]:
    """Whether one action of a mapping at least is on."""
    return exists().where(Switch.mapping_id == mapping_id, Switch.enabled.is_(True))


def _mapping_of(kind: EventType, c: FromClause) -> ColumnElement[bool]:
    m = _table(EventMapping).c
    return and_(m.provider_id == c.c.provider_id, m.profile_id == _table(Account).c.profile_id, m.event == kind.key,
                m.period_days == c.c.period_days)


def _joined(kind: EventType, c: FromClause) -> Any:
    """Causes with their account, its mapping of the event, and the switches of that."""
    s = _table(Switch)
    return (c.join(_table(Account), _table(Account).c.id == c.c.account_id)
            .join(_table(EventMapping), _mapping_of(kind, c))
            .join(s, s.c.mapping_id == _table(EventMapping).c.id))


def _fires(moment: Moment) -> ColumnElement[bool]:
    s = _table(Switch).c
    return and_(s.enabled.is_(True), s.enabled_on <= moment.on)


def _row(c: FromClause, moment: Moment, **more: Any) -> list[Any]:
    """The columns of an outbox row, in their order."""
    usual: dict[str, Any] = {name: c.c[name] for name in CAUSE_COLUMNS if name != "cause_key"}
    usual |= {
        "effective_on": moment.on, "recorded_at": moment.now, "sent_at": sql_cast(null(), Instant()),
        "scan_run_id": sql_cast(null(), Integer) if moment.run is None else moment.run, "state_reason": literal(""),
        "attachment": literal("none"), "segments": literal(0), "attempts": literal(0),
        "mapping_id": sql_cast(null(), Integer), "template_id": sql_cast(null(), Integer),
    }
    usual |= more
    return [usual.get(name, literal("")).label(name) for name in _COLUMNS]


def _switched(kind: EventType, c: FromClause, moment: Moment) -> Select[Any]:
    return _told(kind, c, moment).select_from(_joined(kind, c)).where(_fires(moment))


def _told(kind: EventType, c: FromClause, moment: Moment, **more: Any) -> Select[Any]:
    """Rows for the switches of the statement's FROM: what stays in the office is told at once."""
    s = _table(Switch).c
    at_once = s.action.in_([EventAction.LOG.value, EventAction.NOTIFICATION.value])
    return select(*_row(
        c, moment, event=literal(kind.key), action=s.action, mapping_id=s.mapping_id, template_id=s.template_id,
        message_key=c.c.cause_key.concat("/").concat(s.action),
        state=case((at_once, OutboxState.SENT.value), else_=OutboxState.QUEUED.value),
        sent_at=case((at_once, moment.now), else_=sql_cast(null(), Instant())), **more,
    ))


def _provisioned(kind: EventType, c: FromClause, moment: Moment) -> Select[Any]:
    """One request for each service, where the provider has a provisioning."""
    g = _table(Gateway).c
    return select(*_row(
        c, moment, event=literal(kind.key), action=literal(EventAction.PROVISIONING.value),
        subject=literal(SUSPENDING[kind.key]), message_key=c.c.cause_key.concat("/provisioning"),
        state=literal(OutboxState.QUEUED.value),
    )).where(c.c.service_id.is_not(None), exists().where(
        g.provider_id == c.c.provider_id, g.kind == GatewayKind.PROVISIONING.value))


def _nothing_on(kind: EventType, c: FromClause, moment: Moment) -> Select[Any]:
    a, p, s = _table(Account), _table(AccountProfile), _table(Switch).c
    m = _table(EventMapping)
    fires = exists(select(s.mapping_id).select_from(m.join(s.mapping_id.table, s.mapping_id == m.c.id))
                   .where(_mapping_of(kind, c), _fires(moment)).correlate(a, c))
    return select(*_row(
        c, moment, event=literal(kind.key), message_key=c.c.cause_key.concat("/none"),
        state=literal(OutboxState.SUPPRESSED.value),
        state_reason=literal(f"{kind.name} is off for the profile ").concat(p.c.name),
    )).select_from(c.join(a, a.c.id == c.c.account_id).join(p, p.c.id == a.c.profile_id)).where(~fires)


def _notes(kind: EventType, c: FromClause, moment: Moment) -> Executable:
    """A note for each firing of a mapping with extended logging; not for a cause that has its rows already."""
    m, s, o = _table(EventMapping).c, _table(Switch).c, _table(OutboxMessage).c
    service = _table(Service)
    words: ColumnElement[str] = literal(f"{kind.name}: event raised", String)
    joined = _joined(kind, c)
    if kind.kind is EventKind.SERVICE:
        joined = joined.outerjoin(service, service.c.id == c.c.service_id)
        words = words.concat(case((c.c.service_id.is_not(None), literal(" for service ").concat(service.c.identifier)),
                                  else_=""))
    known = exists().where(o.provider_id == c.c.provider_id,
                           o.message_key == c.c.cause_key.concat("/").concat(s.action))
    first = select(func.min(s.action)).where(s.mapping_id == m.id, _fires(moment)).correlate(m.id.table)
    rows = (
        select(c.c.provider_id, c.c.account_id, words.concat("."), moment.actor, moment.now).select_from(joined)
        .where(m.extended_logging.is_(True), _fires(moment), s.action == first.scalar_subquery(), ~known)
        .order_by(c.c.account_id, c.c.service_id)  # the same causes leave the same notes in any database
    )
    return insert(_table(AccountNote)).from_select(["provider_id", "account_id", "text", "actor", "recorded_at"], rows)
