"""What a committed chunk writes: state, history, audit and outbox rows, all inside the database and all at once.

Every statement is driven by the result rows of the chunk, so nothing is fetched into Python however many accounts
are hit, and a chunk that is rolled back leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.models.account import Account
from app.models.audit import AuditEntry
from app.models.hold import Hold
from app.models.service import Service, ServiceRestriction
from app.models.suspension import OutboxMessage, ScanResult
from app.models.values import HoldKind, ScanOutcome, ServiceState
from app.services.account_status import refresh_status
from app.services.database.dialects import insert_for
from app.services.database.engine import actor_of, recorded_now

AUTO_SUSPEND = "auto_suspend"
AUTO_UNSUSPEND = "auto_unsuspend"
SUPPRESSED, NO_MAPPING = "SUPPRESSED", "no mapping"


@dataclass(frozen=True, slots=True)
class Chunk:
    """The result rows to act on: those of one run in a range of account ids."""

    run_id: int
    provider_id: int
    as_of: date
    after_id: int
    up_to_id: int

    def hits(self, outcome: ScanOutcome) -> Select[Any]:
        """Account ids whose outcome is applied."""
        r = ScanResult
        return select(r.account_id).where(
            r.run_id == self.run_id, r.account_id > self.after_id, r.account_id <= self.up_to_id,
            r.outcome == outcome.value, r.applied.is_(True), r.provider_id == self.provider_id,
        )


def apply_suspensions(session: Session, chunk: Chunk) -> None:
    """Restrict every active service, place the OVERDUE hold, write history, audit and one message per service."""
    hits = chunk.hits(ScanOutcome.SUSPEND)
    now, actor = _now(session), actor_of(session)
    session.execute(insert(Hold).from_select(
        ["provider_id", "account_id", "kind", "reason", "effective_on", "recorded_at", "placed_by", "scan_run_id",
         "lifted_by_hand"],
        select(Account.provider_id, Account.id, literal(HoldKind.OVERDUE.value), literal("Non-payment"),
               literal(chunk.as_of, Hold.effective_on.type), now, literal(actor), literal(chunk.run_id),
               literal(False))  # noqa: FBT003
        .where(Account.id.in_(hits)),
    ))
    placed = and_(Hold.scan_run_id == chunk.run_id, Hold.lifted_on.is_(None), Hold.account_id.in_(hits))
    session.execute(insert(ServiceRestriction).from_select(
        ["provider_id", "service_id", "hold_id", "previous_state", "effective_on", "recorded_at"],
        select(Service.provider_id, Service.id, Hold.id, Service.state,
               literal(chunk.as_of, Hold.effective_on.type), now)
        .join(Hold, Hold.account_id == Service.account_id)
        .where(placed, Service.state == ServiceState.ACTIVE.value),
    ))
    session.execute(
        update(Service)
        .where(Service.id.in_(select(ServiceRestriction.service_id)
                              .join(Hold, Hold.id == ServiceRestriction.hold_id).where(placed)))
        .values(state=ServiceState.RESTRICTED.value).execution_options(synchronize_session=False)
    )
    _messages(session, chunk, AUTO_SUSPEND, placed)
    _history(session, chunk, hits, "suspended", "Suspended for non-payment")


def apply_restorations(session: Session, chunk: Chunk) -> None:
    """Lift what automation placed and nothing else; services get back the state they had before."""
    hits = chunk.hits(ScanOutcome.RESTORE)
    lift_overdue(session, Hold.account_id.in_(hits), chunk=chunk, run_id=chunk.run_id, on=chunk.as_of,
                 reason="Overdue payable fell to the restoration threshold", by_hand=False)
    _history(session, chunk, hits, "restored", "Restored, overdue payable fell to the restoration threshold")


def lift_overdue(
    session: Session, accounts: ColumnElement[bool], *, chunk: Chunk | None, run_id: int | None, on: date,
    reason: str, by_hand: bool,
) -> None:
    """Lift the open OVERDUE holds that a condition on `Hold` selects, with the restrictions they brought.

    A service that staff changed meanwhile keeps its state.
    """
    now_value = recorded_now(session)
    open_hold = and_(Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_on.is_(None), accounts)
    _messages(session, chunk, AUTO_UNSUSPEND, open_hold, on=on, run_id=run_id)
    restriction = and_(ServiceRestriction.lifted_on.is_(None),
                       ServiceRestriction.hold_id.in_(select(Hold.id).where(open_hold)))
    previous = (
        select(ServiceRestriction.previous_state)
        .where(ServiceRestriction.service_id == Service.id, restriction).scalar_subquery()
    )
    session.execute(
        update(Service)
        .where(Service.state == ServiceState.RESTRICTED.value,
               Service.id.in_(select(ServiceRestriction.service_id).where(restriction)))
        .values(state=previous).execution_options(synchronize_session=False)
    )
    session.execute(
        update(ServiceRestriction).where(restriction).values(lifted_on=on, lifted_recorded_at=now_value)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(Hold).where(open_hold)
        .values(lifted_on=on, lifted_recorded_at=now_value, lifted_by=actor_of(session), lift_reason=reason,
                lifted_by_hand=by_hand, lift_scan_run_id=run_id)
        .execution_options(synchronize_session=False)
    )


def _now(session: Session) -> ColumnElement[Any]:
    return literal(recorded_now(session), Hold.recorded_at.type)


def _messages(
    session: Session, chunk: Chunk | None, event: str, holds: ColumnElement[bool], *, on: date | None = None,
    run_id: int | None = None,
) -> None:
    """One outbox row per restricted service, or one for the account where no service was restricted."""
    run = chunk.run_id if chunk is not None else run_id
    effective = chunk.as_of if chunk is not None else on
    common = [
        literal(event), literal(SUPPRESSED), literal(NO_MAPPING), literal(effective, OutboxMessage.effective_on.type),
        _now(session), null() if run is None else literal(run),
    ]
    columns = ["provider_id", "account_id", "hold_id", "service_id", "message_key", "event", "state", "state_reason",
               "effective_on", "recorded_at", "scan_run_id"]

    def key(service: Any) -> ColumnElement[str]:
        return cast(Hold.id, String).concat("/").concat(service).concat("/").concat(event)

    restricted = and_(ServiceRestriction.hold_id == Hold.id, ServiceRestriction.lifted_on.is_(None))
    per_service = (
        select(Hold.provider_id, Hold.account_id, Hold.id, ServiceRestriction.service_id,
               key(cast(ServiceRestriction.service_id, String)), *common)
        .join(ServiceRestriction, restricted)
        # A service that staff changed meanwhile is not given back, so nothing is said of it.
        .join(Service, and_(Service.id == ServiceRestriction.service_id,
                            Service.state == ServiceState.RESTRICTED.value))
        .where(holds)
    )
    per_account = (
        select(Hold.provider_id, Hold.account_id, Hold.id, null(), key(literal("account")), *common)
        .where(holds, ~exists().where(ServiceRestriction.hold_id == Hold.id))
    )
    for rows in (per_service, per_account):
        statement = insert_for(session, OutboxMessage).from_select(columns, rows)
        session.execute(statement.on_conflict_do_nothing())


def _history(session: Session, chunk: Chunk, hits: Select[Any], action: str, reason: str) -> None:
    session.execute(insert(AuditEntry).from_select(
        ["provider_id", "account_id", "action", "detail", "actor", "recorded_at", "scan_run_id"],
        select(Account.provider_id, Account.id, literal(action), literal(reason), literal(actor_of(session)),
               _now(session), literal(chunk.run_id)).where(Account.id.in_(hits)),
    ))
    refresh_status(session, Account.id.in_(hits), effective_on=chunk.as_of, reason=reason, scan_run_id=chunk.run_id)
