"""The stop of the safety brake that waits at a provider, as whoever works here sees it, and what they may do."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.services.database.unit_of_work import recorded_now
from app.services.scans.stops import Approval, StopRow, approval_of, open_stops


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingStop:
    """One open stop, and whether the person at work may let it go on."""

    stop: StopRow
    approval: Approval
    wait_s: int
    """Seconds until whoever approves alone may; 0 where nothing is to be waited for."""


def waiting_stops(session: Session, *, provider_id: int | None) -> tuple[WaitingStop, ...]:
    """The open stops of a provider, or of all in reach, the newest first."""
    now = recorded_now(session)
    found = []
    for stop in open_stops(session, provider_id=provider_id):
        approval = approval_of(session, stop.id)
        left = (approval.not_before - now).total_seconds() if approval.not_before is not None else 0
        found.append(WaitingStop(stop=stop, approval=approval, wait_s=max(0, -int(-left // 1))))
    return tuple(found)
