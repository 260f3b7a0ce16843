"""The safety brake inside a run: what it would change is counted before it changes anything (ARCHITECTURE.md).

Who stopped and why is one row of `brake_stop` for each provider; the results of the stopped run are what it proposed.
What people see of stops and decide about them is in `stops.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.rules.safety_brake import BrakeFigures, BrakeLimits, BrakeReason, brakes, has_grown
from app.models.suspension.brake import BrakeStop
from app.models.suspension.scans import ScanResult, ScanRun, ScanRunProvider
from app.models.values import AccountType, ScanOutcome
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.providers.automation import automation_of
from app.services.scans.runs import Kind
from app.services.suspension.judgement import judged_groups, scope_for
from app.services.suspension.proposals import ACTS, switches_of, to_apply
from app.services.suspension.report import Target
from app.services.wording import counted

OPEN, APPROVED, DISMISSED, SUPERSEDED = "open", "approved", "dismissed", "superseded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    """A stop that is being approved by the run that is about to begin."""

    stop_id: int
    reason: str
    alone: bool
    figures: BrakeFigures
    rule_set_id: int


# --------------------------------------------------------------------------- limits and figures


def brake_limits(session: Session, provider_id: int) -> BrakeLimits:
    """The limits of a provider, inside a run that was asked for; what is not set is as the program has it."""
    values = automation_of(session, provider_id)
    return BrakeLimits(share_percent=values.brake_share_percent, accounts=values.brake_accounts,
                       pause_days=values.brake_pause_days)


def figures_of(
    session: Session, target: Target, *, only: Collection[int] | None = None, run_id: int | None = None,
    after_id: int = 0,
) -> BrakeFigures:
    """What a run of this moment would change at one provider, counted in one statement.

    Of a run that is gone on with, what it did before counts as well, and only accounts behind `after_id` are judged.
    """
    judged = session.scalar(select(func.count()).select_from(Account).where(
        Account.provider_id == target.provider_id, Account.type == AccountType.END_USER.value)) or 0
    scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                      after_id=max(0, after_id), account_ids=None if only is None else tuple(sorted(only)))
    found = dict.fromkeys(ACTS, 0) if after_id < 0 else to_apply(
        judged_groups(session, scope), target, recorded_now(session), switches_of(session, target.provider_id))
    if run_id is not None:
        r = ScanResult
        for outcome, count in session.execute(
            select(r.outcome, func.count()).where(r.run_id == run_id, r.provider_id == target.provider_id,
                                                  r.applied.is_(True)).group_by(r.outcome)):
            found[ScanOutcome(outcome)] += count
    return BrakeFigures(judged=judged, to_suspend=found[ScanOutcome.SUSPEND], to_restore=found[ScanOutcome.RESTORE])


def paused_days(session: Session, target: Target, kind: Kind) -> int:
    """Days between the last committed run and the run's date; 0 where there was none.

    A run that could only restore says nothing of how long nobody was suspended.
    """
    p = ScanRunProvider
    runs = (select(func.max(p.as_of)).join(ScanRun, ScanRun.id == p.run_id)
            .where(p.provider_id == target.provider_id, ScanRun.state == "finished"))
    if ScanOutcome.SUSPEND in kind.acts:
        runs = runs.where(ScanRun.acts.in_(["all", ScanOutcome.SUSPEND.value]))
    last = session.scalar(runs)
    return 0 if last is None else max(0, (target.as_of - last).days)


def must_stop(
    figures: BrakeFigures, acts: Collection[ScanOutcome], limits: BrakeLimits, approving: Approving | None,
    rule_set_id: int,
) -> BrakeReason | None:
    """Why the run has to stop, by what it may do itself; what somebody approved goes through as long as it is that."""
    own = BrakeFigures(judged=figures.judged, paused_days=figures.paused_days,
                       to_suspend=figures.to_suspend if ScanOutcome.SUSPEND in acts else 0,
                       to_restore=figures.to_restore if ScanOutcome.RESTORE in acts else 0)
    same = approving is not None and approving.rule_set_id == rule_set_id and not has_grown(own, approving.figures)
    return None if same else brakes(own, limits)


def limit_words(reason: BrakeReason, figures: BrakeFigures, limits: BrakeLimits) -> str:
    """Which limit is exceeded, as part of a sentence."""
    if reason is BrakeReason.LONG_PAUSE:
        return (f"the last scan was {counted(figures.paused_days, 'day')} before, and more than "
                f"{counted(limits.pause_days, 'day')} want a second person")
    parts = [f"{limits.share_percent} % of them"] * bool(limits.share_percent)
    parts += [counted(limits.accounts, "account")] * bool(limits.accounts)
    return f"more than {' and more than '.join(parts)} want a second person"


# --------------------------------------------------------------------------- stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the brake says of one provider of a run."""

    target: Target
    figures: BrakeFigures
    limits: BrakeLimits
    reason: BrakeReason | None


def unlimited(target: Target, limits: BrakeLimits) -> Verdict:
    """Of a provider without any limit, whose changes nobody counts."""
    nobody = BrakeFigures(judged=0, to_suspend=0, to_restore=0)
    return Verdict(target=target, figures=nobody, limits=limits, reason=None)


def standing_stop(session: Session, verdict: Verdict) -> int | None:
    """The open stop of the same day that says as much already; a run that stops again leaves it alone."""
    stop = session.scalars(select(BrakeStop).where(
        BrakeStop.provider_id == verdict.target.provider_id, BrakeStop.state == OPEN,
        BrakeStop.as_of == verdict.target.as_of)).one_or_none()
    if stop is None or stop.run_id is None or rule_set_of(session, stop) != verdict.target.rules.id:
        return None
    return None if has_grown(verdict.figures, figures_in(stop)) else stop.id


def record_stops(session: Session, run_id: int, verdicts: Sequence[Verdict]) -> list[int]:
    """Write one open stop for each provider that exceeds a limit; older open ones are superseded."""
    stopped = [v for v in verdicts if v.reason is not None]
    supersede(session, [v.target.provider_id for v in stopped])
    rows = [
        BrakeStop(provider_id=v.target.provider_id, run_id=run_id, as_of=v.target.as_of,
                  recorded_at=recorded_now(session), started_by=actor_of(session), reason=v.reason.value,
                  judged=v.figures.judged, to_suspend=v.figures.to_suspend, to_restore=v.figures.to_restore,
                  paused_days=v.figures.paused_days, limit_words=limit_words(v.reason, v.figures, v.limits))
        for v in stopped if v.reason is not None
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def supersede(session: Session, provider_ids: Sequence[int]) -> None:
    """Close what is open of these providers: a later run says how things stand."""
    session.execute(
        update(BrakeStop).where(BrakeStop.provider_id.in_(provider_ids), BrakeStop.state == OPEN)
        .values(state=SUPERSEDED, decided_at=recorded_now(session), decided_by=actor_of(session)))


def decide(
    session: Session, stop_id: int, state: str, *, reason: str, alone: bool = False, applied_run_id: int | None = None
) -> None:
    """Decide an open stop. Raises RefusedByRule where somebody did meanwhile, naming them."""
    done: Any = session.execute(
        update(BrakeStop).where(BrakeStop.id == stop_id, BrakeStop.state == OPEN)
        .values(state=state, decided_at=recorded_now(session), decided_by=actor_of(session), decision_reason=reason,
                alone=alone, applied_run_id=applied_run_id))
    if done.rowcount == 0:
        stop = session.get_one(BrakeStop, stop_id)
        raise RefusedByRule(f"This stop is {stop.state} already, by {stop.decided_by}.")


def approve(session: Session, approving: Approving, run_id: int) -> None:
    """Let the run that begins in this unit of work do what the stopped one proposed."""
    decide(session, approving.stop_id, APPROVED, reason=approving.reason, alone=approving.alone,
           applied_run_id=run_id)
    session.execute(update(ScanRun).where(ScanRun.id == run_id).values(approved_by=actor_of(session)))


def approved_before(session: Session, run_id: int) -> Approving | None:
    """What somebody approved of the run that is gone on with; None where nobody had to."""
    stop = session.scalars(select(BrakeStop).where(
        BrakeStop.applied_run_id == run_id, BrakeStop.state == APPROVED)).one_or_none() if run_id else None
    return None if stop is None else Approving(
        stop_id=stop.id, reason=stop.decision_reason or "", alone=stop.alone, figures=figures_in(stop),
        rule_set_id=rule_set_of(session, stop))


def figures_in(stop: BrakeStop) -> BrakeFigures:
    return BrakeFigures(judged=stop.judged, to_suspend=stop.to_suspend, to_restore=stop.to_restore,
                        paused_days=stop.paused_days)


def rule_set_of(session: Session, stop: BrakeStop) -> int:
    p = ScanRunProvider
    return session.scalars(select(p.rule_set_id).where(p.run_id == stop.run_id,
                                                       p.provider_id == stop.provider_id)).one()
