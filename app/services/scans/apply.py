"""What a committed chunk writes: state, history, audit and outbox rows, all inside the database and all at once.

Every statement is driven by the result rows of the chunk, whatever their number, and a chunk that is rolled back
leaves nothing behind. Restoring by hand is the same lifting for one account. The statements take parameters and are
built once, because a chunk is too short to build them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Executable,
    Select,
    String,
    Table,
    and_,
    bindparam,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.base import Base, Instant
from app.models.parties.account import Account
from app.models.parties.service import Service, ServiceRestriction
from app.models.suspension.hold import Hold
from app.models.suspension.scans import ScanResult
from app.models.values import HoldKind, ScanOutcome, ServiceState
from app.services.database.dialects import inserter_of, lock_selected
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.events.raising import InsertMessage, Moment, no_cause_yet, raising
from app.services.status.stored import refresh_status

AUTO_SUSPEND = "auto_suspend"
AUTO_UNSUSPEND = "auto_unsuspend"
_RESTORED = "Overdue payable fell to the restoration threshold"


def _table(entity: type[Base]) -> Table:
    return cast("Table", entity.__table__)


_ACCOUNT, _HOLD, _SERVICE, _RESTRICTION, _RESULT = (
    _table(e).c for e in (Account, Hold, Service, ServiceRestriction, ScanResult))

_RUN, _PROVIDER, _ONE_ACCOUNT = (bindparam(f"p_{n}", type_=BigInteger) for n in ("run", "provider", "account"))
_AFTER, _UP_TO = (bindparam(f"p_{n}", type_=BigInteger) for n in ("after", "up_to"))
_ON, _NOW = bindparam("p_on", type_=Date), bindparam("p_now", type_=Instant())
_ACTOR, _REASON = (bindparam(f"p_{n}", type_=String) for n in ("actor", "reason"))
_BY_HAND = bindparam("p_by_hand", type_=Boolean)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The result rows to act on: those of one run in a range of account ids."""

    run_id: int
    provider_id: int
    as_of: date
    after_id: int
    up_to_id: int

    def parameters(self, session: Session) -> dict[str, Any]:
        return {"p_run": self.run_id, "p_provider": self.provider_id, "p_after": self.after_id,
                "p_up_to": self.up_to_id, "p_on": self.as_of, "p_now": recorded_now(session),
                "p_actor": actor_of(session), "p_by_hand": False}

    def accounts(self, outcome: ScanOutcome) -> Select[Any]:
        """Ids of the accounts whose outcome is applied."""
        return _hits(outcome).params(p_run=self.run_id, p_provider=self.provider_id, p_after=self.after_id,
                                     p_up_to=self.up_to_id)


@cache
def _hits(outcome: ScanOutcome) -> Select[Any]:
    r = _RESULT
    return select(r.account_id).where(
        r.run_id == _RUN, r.account_id > _AFTER, r.account_id <= _UP_TO, r.outcome == outcome.value,
        r.applied.is_(True), r.provider_id == _PROVIDER,
    )


def lock_applied(session: Session, chunk: Chunk) -> None:
    """Keep whoever edits an account of the chunk, or moves it, waiting until the chunk is committed."""
    r = _RESULT
    lock_selected(session, Account, Account.id.in_(
        select(r.account_id).where(r.run_id == chunk.run_id, r.account_id > chunk.after_id,
                                   r.account_id <= chunk.up_to_id, r.applied.is_(True))))


def apply_suspensions(session: Session, chunk: Chunk) -> None:
    """Restrict every active service, place the OVERDUE hold, write history, audit and one message per service."""
    parameters = chunk.parameters(session) | {"p_reason": "Suspended for non-payment"}
    for statement in _suspending(inserter_of(session)):
        session.execute(statement, parameters)
    refresh_status(session, Account.id.in_(chunk.accounts(ScanOutcome.SUSPEND)), effective_on=chunk.as_of,
                   reason="Suspended for non-payment", scan_run_id=chunk.run_id)


def apply_restorations(session: Session, chunk: Chunk) -> None:
    """Lift what automation placed and nothing else; services get back the state they had before."""
    parameters = chunk.parameters(session)
    for statement in _lifting(inserter_of(session), ScanOutcome.RESTORE):
        session.execute(statement, parameters | {"p_reason": _RESTORED})
    reason = f"Restored, {_RESTORED[0].lower()}{_RESTORED[1:]}"
    session.execute(_auditing(ScanOutcome.RESTORE, "restored"), parameters | {"p_reason": reason})
    refresh_status(session, Account.id.in_(chunk.accounts(ScanOutcome.RESTORE)), effective_on=chunk.as_of,
                   reason=reason, scan_run_id=chunk.run_id)


def lift_by_hand(session: Session, *, account_id: int, on: date, reason: str) -> None:
    """Lift the open OVERDUE hold of one account with the restrictions it brought."""
    parameters = {"p_account": account_id, "p_run": None, "p_on": on, "p_now": recorded_now(session),
                  "p_actor": actor_of(session), "p_reason": reason, "p_by_hand": True}
    for statement in _lifting(inserter_of(session), None):
        session.execute(statement, parameters)


@cache
def _suspending(insert_message: InsertMessage) -> tuple[Executable, ...]:
    a, h, s, r = _ACCOUNT, _HOLD, _SERVICE, _RESTRICTION
    hits = _hits(ScanOutcome.SUSPEND)
    placed = and_(h.scan_run_id == _RUN, h.lifted_on.is_(None), h.account_id.in_(hits))
    hold = insert(_table(Hold)).from_select(
        ["provider_id", "account_id", "kind", "reason", "effective_on", "recorded_at", "placed_by", "scan_run_id",
         "lifted_by_hand"],
        select(a.provider_id, a.id, literal(HoldKind.OVERDUE.value), literal("Non-payment"), _ON, _NOW, _ACTOR, _RUN,
               _BY_HAND).where(a.id.in_(hits)),
    )
    restriction = insert(_table(ServiceRestriction)).from_select(
        ["provider_id", "service_id", "hold_id", "previous_state", "effective_on", "recorded_at"],
        select(s.provider_id, s.id, h.id, s.state, _ON, _NOW)
        .join_from(_table(Service), _table(Hold), h.account_id == s.account_id)
        .where(placed, s.state == ServiceState.ACTIVE.value),
    )
    restricted = select(r.service_id).join_from(_table(ServiceRestriction), _table(Hold), h.id == r.hold_id)
    service = (
        update(_table(Service)).where(s.id.in_(restricted.where(placed)))
        .values(state=ServiceState.RESTRICTED.value)
    )
    return (hold, restriction, service, *_raising(insert_message, AUTO_SUSPEND, placed),
            _auditing(ScanOutcome.SUSPEND, "suspended"))


@cache
def _lifting(insert_message: InsertMessage, outcome: ScanOutcome | None) -> tuple[Executable, ...]:
    """Lift the open OVERDUE holds of the chunk's accounts with this outcome; None: of one account, by hand.

    A service that staff changed meanwhile keeps its state.
    """
    h, s, r = _HOLD, _SERVICE, _RESTRICTION
    whose = h.account_id == _ONE_ACCOUNT if outcome is None else h.account_id.in_(_hits(outcome))
    open_hold = and_(h.kind == HoldKind.OVERDUE.value, h.lifted_on.is_(None), whose)
    restriction = and_(r.lifted_on.is_(None), r.hold_id.in_(select(h.id).where(open_hold)))
    previous = select(r.previous_state).where(r.service_id == s.id, restriction).scalar_subquery()
    return (
        *_raising(insert_message, AUTO_UNSUSPEND, open_hold, says_when_off=outcome is None),
        update(_table(Service))
        .where(s.state == ServiceState.RESTRICTED.value, s.id.in_(select(r.service_id).where(restriction)))
        .values(state=previous),
        update(_table(ServiceRestriction)).where(restriction).values(lifted_on=_ON, lifted_recorded_at=_NOW),
        update(_table(Hold)).where(open_hold)
        .values(lifted_on=_ON, lifted_recorded_at=_NOW, lifted_by=_ACTOR, lift_reason=_REASON,
                lifted_by_hand=_BY_HAND, lift_scan_run_id=_RUN),
    )


def _raising(
    insert_message: InsertMessage, event: str, holds: ColumnElement[bool], *, says_when_off: bool = False
) -> tuple[Executable, ...]:
    """Raise the event once for each restricted service, or for the account where no service was restricted."""
    h, s, r = _HOLD, _SERVICE, _RESTRICTION

    def key(service: Any) -> ColumnElement[str]:
        return sql_cast(h.id, String).concat("/").concat(service).concat("/").concat(event).label("cause_key")

    common = [no_cause_yet().label("invoice_id"), literal(0).label("period_days")]
    per_service = (
        select(h.provider_id, h.account_id, h.id.label("hold_id"), r.service_id, *common,
               key(sql_cast(r.service_id, String)))
        .join_from(_table(Hold), _table(ServiceRestriction), and_(r.hold_id == h.id, r.lifted_on.is_(None)))
        # A service that staff changed meanwhile is not given back, so nothing is said of it.
        .join(_table(Service), and_(s.id == r.service_id, s.state == ServiceState.RESTRICTED.value))
        .where(holds)
    )
    per_account = (
        select(h.provider_id, h.account_id, h.id, no_cause_yet(), *common, key(literal("account")))
        .where(holds, ~exists().where(r.hold_id == h.id))
    )
    causes = per_service.union_all(per_account).subquery()
    moment = Moment(on=_ON, now=_NOW, actor=_ACTOR, run=_RUN)
    return raising(insert_message, event, select(causes), moment, says_when_off=says_when_off)


@cache
def _auditing(outcome: ScanOutcome, action: str) -> Executable:
    a = _ACCOUNT
    return insert(_table(AuditEntry)).from_select(
        ["provider_id", "account_id", "action", "detail", "actor", "recorded_at", "scan_run_id"],
        select(a.provider_id, a.id, literal(action), _REASON, _ACTOR, _NOW, _RUN).where(a.id.in_(_hits(outcome))),
    )
