"""The services of an account, with the restriction that is on them now, and creating services of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.parties.service import Service, ServiceRestriction
from app.models.rules.service_steps import STEPS
from app.models.suspension.hold import Hold
from app.models.values import HoldKind, ServiceState, fold
from app.services.access.authorize import authorize_any, require_account, require_provider
from app.services.database.bulk import insert_rows_with_ids
from app.services.database.unit_of_work import recorded_now
from app.services.ledger.keeping import keep_service_counts


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One service."""

    id: int
    identifier: str
    name: str
    state: ServiceState
    started_on: date | None
    ended_on: date | None
    steps: tuple[ServiceState, ...]
    """States that it can be given by hand."""
    restricted_since: date | None
    """Since when automation restricts it; None where it does not."""
    restricted_by: HoldKind | None
    returns_to: ServiceState | None
    """The state it gets back when the restriction is lifted."""


def service_rows(session: Session, *, account_id: int) -> list[ServiceRow]:
    """Services of an account by name, then identifier."""
    require_account(session, account_id, Power.CUSTOMERS)
    restriction = ServiceRestriction
    rows = session.execute(
        select(Service.id, Service.identifier, Service.name, Service.state, Service.started_on,
               Service.ended_on, restriction.effective_on, restriction.previous_state, Hold.kind)
        .outerjoin(restriction, and_(restriction.service_id == Service.id, restriction.lifted_on.is_(None)))
        .outerjoin(Hold, Hold.id == restriction.hold_id)
        .where(Service.account_id == account_id).order_by(Service.name, Service.identifier, Service.id)
    )
    return [
        ServiceRow(id=r.id, identifier=r.identifier, name=r.name, state=ServiceState(r.state), started_on=r.started_on,
                   ended_on=r.ended_on, steps=STEPS[ServiceState(r.state)],
                   restricted_since=r.effective_on,
                   restricted_by=HoldKind(r.kind) if r.kind else None,
                   returns_to=ServiceState(r.previous_state) if r.previous_state else None)
        for r in rows
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewService:
    """A service to create on an account."""

    account_id: int
    identifier: str
    name: str
    state: ServiceState = ServiceState.ACTIVE
    started_on: date | None = None


def create_services(session: Session, *, provider_id: int, services: Sequence[NewService]) -> list[int]:
    """Create services of accounts of one provider, in the order given; returns their ids."""
    authorize_any(session, (Power.CUSTOMERS_EDIT, Power.CUSTOMERS_IMPORT))
    require_provider(session, provider_id, Power.CUSTOMERS)
    rows = [{
        "provider_id": provider_id, "account_id": s.account_id, "identifier": s.identifier, "name": s.name,
        "state": s.state.value, "started_on": s.started_on,
        "recorded_at": recorded_now(session), "search_text": fold(f"{s.identifier} {s.name}")[:200],
    } for s in services]
    ids = insert_rows_with_ids(session, Service, rows)
    keep_service_counts(session, [s.account_id for s in services])
    return ids
