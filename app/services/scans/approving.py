"""Letting a stopped run go on: today's proposals are judged anew and applied, as long as they are what was approved."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.suspension.scans import ScanResult
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.scans.scan import run_scan
from app.services.scans.stops import StopRow, approving, stop_of
from app.services.suspension.proposals import BRAKE, NOT_SELECTED
from app.services.suspension.report import ScanReport


def approve_stop(
    database: Database, context: JobContext, *, stop_id: int, reason: str, origin: str = "command",
    include_none: bool = False,
) -> ScanReport:
    """Apply what a stopped run proposed, as another person than who started it, or alone after a wait.

    Facts that changed since are judged again; where more would change by now than was approved, or by other rules, it
    stops again and raises BrakeStopped. Raises RefusedByRule where the person may not approve, or not yet.
    """
    with database.read() as session:
        approval = approving(session, stop_id, reason)
        stop = stop_of(session, stop_id)
        ticked = _ticked(session, stop)
    return run_scan(database, context, provider_id=stop.provider_id, only=ticked, origin=origin, approving=approval,
                    include_none=include_none)


def _ticked(session: Session, stop: StopRow) -> frozenset[int] | None:
    """Whom somebody had ticked for the stopped run; None where it was a run over all."""
    r = ScanResult
    mine = (r.run_id == stop.run_id, r.provider_id == stop.provider_id)
    if session.scalar(select(r.account_id).where(*mine, r.blocked_by == NOT_SELECTED).limit(1)) is None:
        return None
    return frozenset(session.scalars(select(r.account_id).where(*mine, r.blocked_by == BRAKE)))
