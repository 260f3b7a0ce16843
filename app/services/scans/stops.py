"""Stops of the safety brake as people see them, and who may decide about one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.staff import StaffUser
from app.models.rules.safety_brake import BrakeFigures, BrakeReason
from app.models.suspension.brake import BrakeStop
from app.services.access.authorize import authorize, require_unlimited, visible
from app.services.access.principal import Principal, load_principal
from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.providers.business_day import zone_of
from app.services.scans.braking import DISMISSED, OPEN, Approving, decide, figures_in, rule_set_of
from app.services.wording import counted

ALONE_AFTER = timedelta(seconds=60)
"""How long somebody waits who approves alone, because there is no second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """One stop of the brake, and what was decided about it."""

    id: int
    provider_id: int
    provider: str
    provider_name: str
    zone: ZoneInfo
    """Of the provider, in which its days and times are said."""
    run_id: int
    as_of: date
    stopped_at: datetime
    started_by: str
    reason: BrakeReason
    figures: BrakeFigures
    limit_words: str
    state: str
    """open, approved, dismissed or superseded."""
    decided_at: datetime | None = None
    decided_by: str | None = None
    decision_reason: str | None = None
    alone: bool = False
    applied_run_id: int | None = None

    @property
    def words(self) -> str:
        """What would have happened, and which limit that exceeds."""
        f = self.figures
        return (f"The safety brake stopped the scan of {self.provider}: of {counted(f.judged, 'end user')} it would "
                f"suspend {f.to_suspend} and restore {f.to_restore}; {self.limit_words}.")


class BrakeStopped(RefusedByRule):
    """A run stopped as a proposal; nothing was changed. `stops` are the open stops that want a decision."""

    def __init__(self, stops: Sequence[StopRow], approvers: Sequence[str]) -> None:
        who = ", ".join(approvers) or "the same person with a reason after a minute, because there is nobody else"
        super().__init__(" ".join([*(s.words for s in stops), f"Nothing was changed. It may be approved by: {who}."]))
        self.stops = tuple(stops)
        self.changes = ChangeSet.of(Changed.HOLDS, Changed.SCHEDULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Whether and how the person at work may let a stop go on."""

    refusal: str
    """Why they may not; empty where they may, now or after the wait."""
    alone: bool = False
    """There is no second person: they approve what they started themselves, with a reason."""
    not_before: datetime | None = None
    """Until then whoever approves alone has to wait."""
    approvers: tuple[str, ...] = ()
    """Names of the others who may."""


def dismiss_stop(session: Session, *, stop_id: int, reason: str) -> ChangeSet:
    """Decide that what a stopped run proposed is not to be done; the next run judges anew."""
    stop = stop_of(session, stop_id, Power.SUSPENSION_APPLY)
    require_unlimited(session, stop.provider_id, Power.SUSPENSION_APPLY)
    decide(session, stop_id, DISMISSED, reason=_reason(reason))
    return ChangeSet.of(Changed.HOLDS, Changed.SCHEDULE)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise RefusedByRule("Say in a few words why, so that colleagues know.")
    return reason.strip()


# --------------------------------------------------------------------------- reading


def open_stops(session: Session, *, provider_id: int | None = None) -> tuple[StopRow, ...]:
    """Stops that wait for a decision, of one provider or of all in reach, newest first."""
    authorize(session, Power.SUSPENSION)
    return _stops(session, BrakeStop.state == OPEN,
                  *([] if provider_id is None else [BrakeStop.provider_id == provider_id]))


def the_open_stop(session: Session, *, provider_id: int | None, as_of: date | None) -> StopRow:
    """The one stop that can be meant. Raises RefusedByRule where none is open, or several are."""
    found = [s for s in open_stops(session, provider_id=provider_id) if as_of in {None, s.as_of}]
    if not found:
        raise NotFound("The safety brake holds nothing back here, so there is nothing to approve.")
    if len(found) > 1:
        raise RefusedByRule(f"The safety brake stopped {', '.join(s.provider for s in found)}; name one of them.")
    return found[0]


def stop_of(session: Session, stop_id: int, power: Power = Power.SUSPENSION) -> StopRow:
    """One stop. Raises NotFound where it is out of reach."""
    authorize(session, power)
    found = _stops(session, BrakeStop.id == stop_id)
    if not found:
        raise NotFound("There is no such stop of the safety brake.")
    return found[0]


def _stops(session: Session, *conditions: Any) -> tuple[StopRow, ...]:
    rows = session.execute(
        select(BrakeStop, Account.code, Account.name).join(Account, Account.id == BrakeStop.provider_id)
        .where(visible(session), *conditions).order_by(BrakeStop.id.desc()))
    return tuple(
        StopRow(id=s.id, provider_id=s.provider_id, provider=code, provider_name=name,
                zone=zone_of(session, s.provider_id), run_id=s.run_id or 0, as_of=s.as_of,
                stopped_at=s.recorded_at, started_by=s.started_by, reason=BrakeReason(s.reason),
                figures=figures_in(s), limit_words=s.limit_words, state=s.state, decided_at=s.decided_at,
                decided_by=s.decided_by, decision_reason=s.decision_reason, alone=s.alone,
                applied_run_id=s.applied_run_id)
        for s, code, name in rows
    )


# --------------------------------------------------------------------------- who may approve


def approval_of(session: Session, stop_id: int) -> Approval:
    """Whether the person at work may approve a stop, and who else may."""
    principal = authorize(session, Power.SUSPENSION)
    stop = stop_of(session, stop_id)
    others = approvers(session, stop.provider_id, but=stop.started_by)
    if stop.state != OPEN:
        return Approval(refusal=f"This stop is {stop.state} already, by {stop.decided_by}.")
    if not _may_approve(principal, stop.provider_id):
        return Approval(refusal="Approving needs the power to apply scans, for every customer of the provider.",
                        approvers=others)
    if actor_of(session) != stop.started_by:
        return Approval(refusal="", approvers=tuple(name for name in others if name != actor_of(session)))
    if others:
        return Approval(refusal="You started this scan; somebody else has to approve it.", approvers=others)
    return Approval(refusal="", alone=True, not_before=stop.stopped_at + ALONE_AFTER)


def approving(session: Session, stop_id: int, reason: str) -> Approving:
    """Check that the person at work may approve a stop now. Raises RefusedByRule saying who may, or when."""
    stop = stop_of(session, stop_id, Power.SUSPENSION_APPLY)
    require_unlimited(session, stop.provider_id, Power.SUSPENSION_APPLY)
    approval = approval_of(session, stop_id)
    if approval.refusal:
        who = f" {', '.join(approval.approvers)} may." if approval.approvers else ""
        raise RefusedByRule(approval.refusal + who)
    if approval.not_before is not None and recorded_now(session) < approval.not_before:
        left = approval.not_before - recorded_now(session)
        raise RefusedByRule("There is no second person, so you may approve it yourself a minute after the stop: in "
                            f"{counted(max(1, round(left.total_seconds())), 'second')}. Look at it again until then.")
    return Approving(stop_id=stop_id, reason=_reason(reason), alone=approval.alone, figures=stop.figures,
                     rule_set_id=rule_set_of(session, session.get_one(BrakeStop, stop_id)))


def approvers(session: Session, provider_id: int, *, but: str) -> tuple[str, ...]:
    """Names under which active staff users act who may apply scans of a whole provider, without one of them."""
    authorize(session, Power.SUSPENSION)
    staff = session.execute(select(StaffUser.id, StaffUser.login).where(StaffUser.active.is_(True))
                            .order_by(StaffUser.login)).all()
    return tuple(row.login for row in staff
                 if row.login != but and _may_approve(load_principal(session, row.id), provider_id))


def _may_approve(principal: Principal, provider_id: int) -> bool:
    return (principal.may(Power.SUSPENSION_APPLY) and not principal.sees_some_only
            and (principal.customer_providers is None or provider_id in principal.customer_providers))
