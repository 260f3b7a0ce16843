"""A committed scan, in chunks that survive being killed.

It judges with the statement of the preview. A run takes the leases of its providers, then works through ranges of
account ids; each chunk judges again inside its own short transaction and commits state, history, audit, outbox,
results and its own position together. The next run takes an unfinished one up where it stopped. Before its first
chunk it counts what it would change; where the safety brake holds, everything is recorded as proposals and nothing is
changed (`braking.py`).
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.suspension.scans import ScanRun, ScanRunProvider
from app.models.values import ScanOutcome
from app.services.access.authorize import authorize, require_unlimited
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import end_when_silent, give_way, lock_ledger, reach_by_key
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database, recorded_now
from app.services.errors import Cancelled, DatabaseProblem, RefusedByRule
from app.services.jobs import JobContext, Progress
from app.services.ledger.allocating import allocate_what_came_due
from app.services.ledger.plan_events import raise_missed_instalments
from app.services.rules.holidays import keep_calendar
from app.services.scans import braking
from app.services.scans.apply import Chunk, apply_restorations, apply_suspensions, lock_applied
from app.services.scans.braking import Approving
from app.services.scans.lease import (
    STALE_AFTER,
    ServerSession,
    acquire,
    beat,
    confirm,
    lost,
    refuse_if_held,
    release,
    this_owner,
)
from app.services.scans.results import run_results, store_results
from app.services.scans.runs import Kind, judged_before, open_run, unfinished_run
from app.services.scans.stops import BrakeStopped, approvers, stop_of
from app.services.suspension.judgement import Scope, account_range, judged_rows, scope_for
from app.services.suspension.promises import end_promises
from app.services.suspension.proposals import ACTS, BRAKE, Proposal, propose, switches_of
from app.services.suspension.report import (
    ScanReport,
    ScanStopped,
    Target,
    common_date,
    count_end_users,
    days_today,
    find_targets,
)

FIRST_CHUNK = 5_000
"""Small, because nobody knows yet how long it keeps others waiting on this machine; later ones double."""
_SMALLEST_CHUNK, _LARGEST_CHUNK = 500, 50_000
_LOCK_TARGET_S = {"sqlite": 0.2, "postgresql": 1.0}
"""How long a chunk may keep others waiting: on SQLite every writer, on PostgreSQL who writes this provider's ledger."""
_LONG_CHUNK_S = 5.0
_PATIENCE_S = 300.0
"""For how long a step waits out the locks of others: a file of payments may take minutes."""
_GROWING = ("hold", "service_restriction", "scan_result")
_MANY = 1000


@dataclass(slots=True)
class _Run:
    """A committed run while it is at work."""

    database: Database
    context: JobContext
    targets: list[Target]
    token: str
    run_id: int
    kind: Kind
    only: frozenset[int] | None
    total: int
    done: int = 0
    resumed: bool = False
    positions: dict[int, int] = field(default_factory=dict)
    """Per provider the last account judged before this process began; below 0: all of them."""
    proposals: dict[int, list[Proposal]] = field(default_factory=lambda: defaultdict(list))
    failures: list[str] = field(default_factory=list)
    chunk_size: int = FIRST_CHUNK
    look_again_at: int = field(default_factory=lambda: _MANY)
    """So many results make the server's statistics of the tables we fill worth another look."""


def run_scan(
    database: Database, context: JobContext, *, provider_id: int | None = None, as_of: date | None = None,
    only: frozenset[int] | None = None, acts: frozenset[ScanOutcome] = ACTS, origin: str = "command",
    approving: Approving | None = None, include_none: bool = False, chunk_size: int = FIRST_CHUNK,
) -> ScanReport:
    """Judge and apply, chunk by chunk.

    `only` limits what is applied to accounts that somebody ticked in a preview; others are recorded as proposals.
    `acts` limits the run to suspensions or restorations; of the others it records nothing. `origin` is where it was
    started: window, command or watch. `approving` is the stop of the safety brake that somebody lets go on.
    Raises RefusedByRule for a date other than the provider's today, LeaseHeld when somebody else scans one of the
    providers; nothing has been written then. Raises BrakeStopped where one of the providers exceeds a limit: all
    are recorded as proposals then, and nothing is changed. Stopped between chunks, it keeps what is committed and
    raises ScanStopped, which tells what that was.
    """
    refresh_statistics(database)
    with database.read() as session:
        authorize(session, Power.SUSPENSION_APPLY)
        targets, without = find_targets(session, provider_id=provider_id, as_of=as_of)
        for target in targets:
            require_unlimited(session, target.provider_id, Power.SUSPENSION_APPLY)
        total = count_end_users(session, targets)
        now = recorded_now(session)
        _refuse_other_dates(session, targets, provider_id=provider_id, as_of=as_of)
        if targets:
            refuse_if_held(session, [t.provider_id for t in targets])
    if not targets:
        return ScanReport(as_of=as_of or now.date(), run_id=None, targets=(), providers_without_rules=tuple(without),
                          accounts=(), judged_accounts=0)
    server = ServerSession(database)
    try:
        run = _begin(database, context, targets=targets, session_key=server.key,
                     kind=Kind(acts=acts, origin=origin), only=only, total=total, chunk_size=chunk_size,
                     approving=approving)
        stopped = _work(run)
        accounts = run_results(database, run.run_id, targets, include_none=include_none and stopped is None,
                               judged=run.proposals, before=run.positions)
    finally:
        server.close()
    report = ScanReport(as_of=common_date(targets, now), run_id=run.run_id, targets=tuple(targets),
                        providers_without_rules=tuple(without), accounts=tuple(accounts), judged_accounts=total,
                        resumed=run.resumed, failures=tuple(run.failures),
                        changes=ChangeSet.of(Changed.HOLDS, Changed.SERVICES, Changed.ACCOUNTS))
    if stopped is not None:
        raise ScanStopped(str(stopped), report) from stopped
    return report


def _refuse_other_dates(
    session: Session, targets: Sequence[Target], *, provider_id: int | None, as_of: date | None
) -> None:
    """Only a provider's own today may be applied; where no rule set is in force, the date is asked of all the same."""
    if as_of is None:
        return
    days = {t.code: t.today for t in targets} or days_today(session, provider_id=provider_id)
    for code, today in days.items():
        if as_of != today:
            raise RefusedByRule(f"{code} has {today.isoformat()} today; a scan for {as_of.isoformat()} can only be a "
                                "dry run.")


def _begin(
    database: Database, context: JobContext, *, targets: list[Target], session_key: str, kind: Kind,
    only: frozenset[int] | None, total: int, chunk_size: int, approving: Approving | None,
) -> _Run:
    """Take all leases, ask the safety brake, and open a run or take up an unfinished one."""

    def begin(session: Session) -> tuple[_Run, Approving | None]:
        end_when_silent(session, STALE_AFTER)
        token = acquire(session, [t.provider_id for t in targets], this_owner(database, session_key))
        unfinished = unfinished_run(session, targets, only, kind)
        run_id, positions = unfinished or (0, {t.provider_id: 0 for t in targets})
        done = sum(judged_before(session, provider_id, last) for provider_id, last in positions.items() if run_id)
        run = _Run(database, context, targets, token, run_id, kind, only, total, done, resumed=unfinished is not None,
                   positions=positions, chunk_size=chunk_size)
        return run, approving or braking.approved_before(session, run_id)

    run, approved = database.attempt(begin, patience_s=_PATIENCE_S)
    try:
        verdicts = _ask_brake(run, approved)
        if any(v.reason for v in verdicts):
            _stop(run, verdicts)

        def open_it(session: Session) -> int:
            for target in targets:
                keep_calendar(session, target.provider_id, target.rules.holidays, target.as_of)
            run_id = run.run_id or open_run(session, targets, kind)
            if approving is not None:
                braking.approve(session, approving, run_id)
            return run_id

        run.run_id = database.attempt(open_it, patience_s=_PATIENCE_S)
    except BaseException as error:
        _end(run, "cancelled" if isinstance(error, Cancelled) else None)
        raise
    return run


def _ask_brake(run: _Run, approved: Approving | None) -> list[braking.Verdict]:
    """What the run would change, provider by provider, and where that is too much."""
    verdicts = []
    for target in run.targets:
        with run.database.read() as session:
            limits = braking.brake_limits(session, target.provider_id)
            if not limits.is_on:
                verdicts.append(braking.unlimited(target, limits))
                continue
            figures = replace(
                braking.figures_of(session, target, only=run.only, run_id=run.run_id or None,
                                 after_id=run.positions[target.provider_id]),
                paused_days=0 if run.resumed else braking.paused_days(session, target, run.kind))
            reason = braking.must_stop(figures, run.kind.acts, limits, approved, target.rules.id)
        verdicts.append(braking.Verdict(target=target, figures=figures, limits=limits, reason=reason))
    return verdicts


def _stop(run: _Run, verdicts: Sequence[braking.Verdict]) -> None:
    """Record everything as proposals that the brake holds back, and raise BrakeStopped.

    Where it stopped as much before today and nobody has decided yet, that stop stands and nothing is written.
    """
    with run.database.read() as session:
        stops = [braking.standing_stop(session, v) for v in verdicts if v.reason is not None]
    if None in stops:
        stops = list(_record_stop(run, verdicts))
    with run.database.read() as session:
        rows = [stop_of(session, stop_id) for stop_id in stops if stop_id is not None]
        others = approvers(session, rows[0].provider_id, but=rows[0].started_by)
    raise BrakeStopped(rows, others)


def _record_stop(run: _Run, verdicts: Sequence[braking.Verdict]) -> list[int]:
    def begin(session: Session) -> int:
        if run.run_id:
            session.execute(update(ScanRun).where(ScanRun.id == run.run_id)
                            .values(state="abandoned", finished_at=recorded_now(session)))
        return open_run(session, run.targets, run.kind)

    run.run_id = run.database.attempt(begin, patience_s=_PATIENCE_S)
    run.positions = {target.provider_id: 0 for target in run.targets}
    for target in run.targets:
        _walk(run, target, partial(_propose_chunk, run=run, target=target))

    def finish(session: Session) -> list[int]:
        session.execute(update(ScanRun).where(ScanRun.id == run.run_id)
                        .values(state="stopped", finished_at=recorded_now(session)))
        return braking.record_stops(session, run.run_id, verdicts)

    return run.database.attempt(finish, patience_s=_PATIENCE_S)


def _work(run: _Run) -> Cancelled | None:
    """Scan what is left to scan; returns how it was stopped, where it was."""
    try:
        for target in run.targets:
            if run.positions[target.provider_id] >= 0:
                _scan_provider(run, target)
    except Cancelled as stopped:
        _end(run, "cancelled")
        return stopped
    except BaseException as error:
        ours = _end(run, None)
        if isinstance(error, DatabaseProblem) and not ours:
            raise lost() from error  # the server undid the step of an owner that was silent too long
        raise
    if not _end(run, "finished"):
        raise lost()
    return None


def _end(run: _Run, state: str | None) -> bool:
    """Give the leases back, and close the run unless somebody else has it by now or it is to be gone on with."""

    def end(session: Session) -> bool:
        ours = release(session, run.token) == len(run.targets)
        if ours and state is not None:
            session.execute(update(ScanRun).where(ScanRun.id == run.run_id)
                            .values(state=state, finished_at=recorded_now(session)))
        if ours and state == "finished" and run.only is None and ScanOutcome.SUSPEND in run.kind.acts:
            braking.supersede(session, [t.provider_id for t in run.targets])
        return ours

    return run.database.attempt(end, patience_s=_PATIENCE_S)


def _scan_provider(run: _Run, target: Target) -> None:
    run.database.attempt(partial(_allocate_what_came_due, target=target), patience_s=_PATIENCE_S)
    _walk(run, target, partial(_scan_chunk, run=run, target=target))

    def finish(session: Session) -> None:
        beat(session, target.provider_id, run.token)
        raise_missed_instalments(session, provider_id=target.provider_id, on=target.as_of)
        session.execute(
            update(ScanRunProvider)
            .where(ScanRunProvider.run_id == run.run_id, ScanRunProvider.provider_id == target.provider_id)
            .values(finished=True)
        )

    run.database.attempt(finish, patience_s=_PATIENCE_S)


def _allocate_what_came_due(session: Session, *, target: Target) -> None:
    """Credit that waited for the end of a dispute, so that it counts in this run."""
    lock_ledger(session, target.provider_id)
    allocate_what_came_due(session, provider_id=target.provider_id, on=target.as_of)


def _walk(run: _Run, target: Target, chunk_of: Callable[..., list[Proposal]]) -> None:
    """Do one thing with the accounts of a provider, chunk by chunk in transactions of their own."""
    with run.database.read() as session:
        scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                          after_id=run.positions[target.provider_id])
    size = run.chunk_size
    while True:
        run.context.raise_if_cancelled()
        with run.database.read() as session:
            chunk = account_range(session, scope, size)
        if chunk is None:
            return
        upper, count = chunk
        started = time.perf_counter()
        try:
            run.proposals[target.provider_id] += run.database.attempt(
                partial(chunk_of, scope=replace(scope, up_to_id=upper)), patience_s=_PATIENCE_S)
        except (SQLAlchemyError, RefusedByRule) as error:
            if count > 1:
                size = max(1, min(size, count) // 10)
                continue
            # One account alone cannot be judged or written: say so and go on with the others.
            run.failures.append(f"{target.code}: one account could not be scanned ({error.__class__.__name__}).")
        else:
            size = _next_size(run, size, time.perf_counter() - started)
            _look_again(run)
        scope = replace(scope, after_id=upper)
        run.done += count
        run.context.report(Progress(done=run.done, total=run.total, note=target.name))


def _next_size(run: _Run, size: int, took_s: float) -> int:
    """As many accounts as keep others waiting for about the time aimed at, by how long the last ones took."""
    if run.chunk_size < FIRST_CHUNK:
        return run.chunk_size  # asked for by a test or a small book
    aim_s = _LOCK_TARGET_S["sqlite" if run.database.is_embedded else "postgresql"]
    factor = min(2.0, max(0.5, aim_s / took_s))
    return min(_LARGEST_CHUNK, max(_SMALLEST_CHUNK, int(size * factor)))


def _look_again(run: _Run) -> None:
    """Whenever there are twice as many results: a run that finds much would be planned as if it had found nothing."""
    written = sum(map(len, run.proposals.values()))
    if written >= run.look_again_at:
        refresh_statistics(run.database, grown=_GROWING)
        run.look_again_at = 2 * written


def _scan_chunk(session: Session, *, run: _Run, target: Target, scope: Scope) -> list[Proposal]:
    """Judge and apply some accounts; whoever posts meanwhile is let through, and the chunk is tried again."""
    started = time.perf_counter()
    end_when_silent(session, STALE_AFTER)
    give_way(session)
    lock_ledger(session, target.provider_id, judging=True)
    confirm(session, target.provider_id, run.token, run_id=run.run_id, done=run.done, total=run.total)
    end_promises(session, provider_id=target.provider_id, on=target.as_of, run_id=run.run_id,
                 account_ids=(scope.after_id + 1, scope.up_to_id or 0))
    proposals = _proposals(session, run, target, scope, acts=run.kind.acts)
    store_results(session, run.run_id, target, proposals, up_to_id=scope.up_to_id or 0)
    chunk = Chunk(run_id=run.run_id, provider_id=target.provider_id, as_of=target.as_of, after_id=scope.after_id,
                  up_to_id=scope.up_to_id or 0)
    reach_by_key(session)
    lock_applied(session, chunk)
    to_apply = {p.judged.outcome for p in proposals if p.can_be_applied}
    if ScanOutcome.SUSPEND in to_apply:
        apply_suspensions(session, chunk)
    if ScanOutcome.RESTORE in to_apply:
        apply_restorations(session, chunk)
    session.execute(
        update(ScanRunProvider)
        .where(ScanRunProvider.run_id == run.run_id, ScanRunProvider.provider_id == target.provider_id)
        .values(done_up_to_id=scope.up_to_id)
    )
    if time.perf_counter() - started > _LONG_CHUNK_S:
        beat(session, target.provider_id, run.token)
    return proposals


def _propose_chunk(session: Session, *, run: _Run, target: Target, scope: Scope) -> list[Proposal]:
    """Record some accounts as proposals that the safety brake holds back.

    Both kinds, whatever the run was for: that is what is counted, and what an approval lets go on.
    """
    end_when_silent(session, STALE_AFTER)
    confirm(session, target.provider_id, run.token, run_id=run.run_id, done=run.done, total=run.total)
    proposals = [replace(p, blocked_by=BRAKE) if p.can_be_applied else p
                 for p in _proposals(session, run, target, scope, acts=ACTS)]
    store_results(session, run.run_id, target, proposals, up_to_id=scope.up_to_id or 0)
    return proposals


def _proposals(
    session: Session, run: _Run, target: Target, scope: Scope, *, acts: frozenset[ScanOutcome]
) -> list[Proposal]:
    rows = judged_rows(session, scope)
    if acts != ACTS:
        rows = [row for row in rows if row.outcome in acts]
    switches = switches_of(session, target.provider_id)
    return propose(rows, target, recorded_now(session), switches, run.only)
