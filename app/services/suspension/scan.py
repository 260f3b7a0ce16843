"""A committed scan, in chunks that survive being killed.

It judges with the statement of the preview. A run takes the leases of its providers, then works through ranges of
account ids; each chunk judges again inside its own short transaction and commits state, history, audit, outbox,
results and its own position together. The next run takes an unfinished one up where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, insert, literal, null, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.models.hold import Hold
from app.models.rules.suspension_window import apply_from, next_opening, parse_window
from app.models.suspension import ScanResult, ScanRun, ScanRunProvider
from app.models.values import HoldKind, ScanOutcome
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import lock_ledger
from app.services.database.engine import Database, actor_of, recorded_now
from app.services.database.statistics import refresh_statistics
from app.services.errors import Cancelled, RefusedByRule
from app.services.jobs import JobContext, Progress
from app.services.suspension.apply import Chunk, apply_restorations, apply_suspensions
from app.services.suspension.judgement import Scope, account_range, judgement, scope_for
from app.services.suspension.lease import ServerSession, acquire, confirm, release, this_owner
from app.services.suspension.report import ScanReport, Target, common_date, count_end_users, find_targets
from app.services.suspension.results import run_results

FIRST_CHUNK = 20_000
_SMALLEST_CHUNK, _LARGEST_CHUNK = 500, 50_000
_LOCK_TARGET_S = 0.15
NOT_SELECTED = "not_selected"


@dataclass(slots=True)
class _Run:
    """A committed run while it is at work."""

    database: Database
    context: JobContext
    targets: list[Target]
    token: str
    run_id: int
    only: frozenset[int] | None
    total: int
    done: int = 0
    resumed: bool = False
    positions: dict[int, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    chunk_size: int = FIRST_CHUNK


def run_scan(
    database: Database, context: JobContext, *, provider_id: int | None = None, as_of: date | None = None,
    only: frozenset[int] | None = None, include_none: bool = False, chunk_size: int = FIRST_CHUNK,
) -> ScanReport:
    """Judge and apply, chunk by chunk.

    `only` limits what is applied to accounts that somebody ticked in a preview; others are recorded as proposals.
    Raises RefusedByRule for a date other than the provider's today, LeaseHeld when somebody else scans one of the
    providers; nothing has been written then. Cancelled between chunks, it keeps what is committed.
    """
    refresh_statistics(database)
    with database.read() as session:
        targets, without = find_targets(session, provider_id=provider_id, as_of=as_of)
        total = count_end_users(session, targets)
        now = recorded_now(session)
    for target in targets:
        if target.as_of != target.today:
            raise RefusedByRule(
                f"{target.code} has {target.today.isoformat()} today; a scan for {target.as_of.isoformat()} can only "
                "be a dry run."
            )
    if not targets:
        return ScanReport(as_of or now.date(), None, tuple(without), (), 0)
    server = ServerSession(database.engine)
    try:
        run = _begin(database, context, targets=targets, session_key=server.key, only=only, total=total,
                     chunk_size=chunk_size)
        try:
            _work(run)
        finally:
            with database.write() as session:
                release(session, run.token)
        accounts = run_results(database, run.run_id, targets, include_none=include_none)
    finally:
        server.close()
    return ScanReport(common_date(targets, now), run.run_id, tuple(without), tuple(accounts), total,
                      resumed=run.resumed, failures=tuple(run.failures),
                      changes=ChangeSet.of(Changed.HOLDS, Changed.SERVICES, Changed.ACCOUNTS))


def _begin(
    database: Database, context: JobContext, *, targets: list[Target], session_key: str,
    only: frozenset[int] | None, total: int, chunk_size: int,
) -> _Run:
    """Take all leases and open a run, or take up an unfinished one, in one transaction."""
    with database.write() as session:
        token = acquire(session, [t.provider_id for t in targets], this_owner(database, session_key))
        unfinished = _unfinished_run(session, targets)
        if unfinished is not None:
            run_id, positions = unfinished
        else:
            run_id, positions = _open_run(session, targets), {t.provider_id: 0 for t in targets}
    return _Run(database, context, targets, token, run_id, only, total, resumed=unfinished is not None,
                positions=positions, chunk_size=chunk_size)


def _unfinished_run(session: Session, targets: Sequence[Target]) -> tuple[int, dict[int, int]] | None:
    """The killed run of exactly these providers, dates and rule versions; other unfinished ones are abandoned.

    We hold the leases, so whoever began it is dead. What it committed stays.
    """
    ids = [t.provider_id for t in targets]
    candidates = session.scalars(
        select(ScanRun.id).distinct()
        .join(ScanRunProvider, ScanRunProvider.run_id == ScanRun.id)
        .where(ScanRun.state == "running", ScanRunProvider.provider_id.in_(ids)).order_by(ScanRun.id.desc())
    ).all()
    wanted = {(t.provider_id, t.as_of, t.rules.id) for t in targets}
    found: tuple[int, dict[int, int]] | None = None
    for run_id in candidates:
        parts = session.scalars(select(ScanRunProvider).where(ScanRunProvider.run_id == run_id)).all()
        same = {(p.provider_id, p.as_of, p.rule_set_id) for p in parts} == wanted
        if same and found is None:
            found = run_id, {p.provider_id: -1 if p.finished else p.done_up_to_id for p in parts}
        else:
            session.execute(update(ScanRun).where(ScanRun.id == run_id)
                            .values(state="abandoned", finished_at=recorded_now(session)))
    return found


def _open_run(session: Session, targets: Sequence[Target]) -> int:
    run = ScanRun(state="running", started_at=recorded_now(session), actor=actor_of(session))
    session.add(run)
    session.flush()
    session.execute(insert(ScanRunProvider), [
        {"run_id": run.id, "provider_id": t.provider_id, "as_of": t.as_of, "rule_set_id": t.rules.id,
         "done_up_to_id": 0, "finished": False}
        for t in targets
    ])
    return run.id


def _work(run: _Run) -> None:
    try:
        for target in run.targets:
            if run.positions[target.provider_id] >= 0:
                _scan_provider(run, target)
    except Cancelled:
        _finish(run, "cancelled")
        raise
    _finish(run, "finished")


def _finish(run: _Run, state: str) -> None:
    with run.database.write() as session:
        session.execute(update(ScanRun).where(ScanRun.id == run.run_id)
                        .values(state=state, finished_at=recorded_now(session)))


def _scan_provider(run: _Run, target: Target) -> None:
    with run.database.read() as session:
        scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                          after_id=run.positions[target.provider_id])
    size = run.chunk_size
    while True:
        run.context.raise_if_cancelled()
        with run.database.read() as session:
            upper = account_range(session, scope, size)
        if upper is None:
            break
        piece = replace(scope, up_to_id=upper)
        started = time.perf_counter()
        try:
            _commit_chunk(run, target, piece)
        except SQLAlchemyError as error:
            if size > 1:
                size = max(1, size // 10)
                continue
            # One account alone cannot be judged or written: say so and go on with the others.
            run.failures.append(f"{target.code}: one account could not be scanned ({error.__class__.__name__}).")
        else:
            size = _next_size(run.chunk_size, size, time.perf_counter() - started)
        scope = replace(scope, after_id=upper)
        run.done = min(run.total, run.done + size)
        run.context.report(Progress(run.done, run.total, target.name))
    with run.database.write() as session:
        session.execute(
            update(ScanRunProvider)
            .where(ScanRunProvider.run_id == run.run_id, ScanRunProvider.provider_id == target.provider_id)
            .values(finished=True)
        )


def _next_size(first: int, size: int, took_s: float) -> int:
    """Keep the write lock short: fewer accounts a chunk when one took long, more when it was quick."""
    if first < FIRST_CHUNK:
        return first  # asked for by a test or a small book
    if took_s > 2 * _LOCK_TARGET_S:
        return max(_SMALLEST_CHUNK, size // 2)
    return min(_LARGEST_CHUNK, size * 2) if took_s < _LOCK_TARGET_S / 2 else size


def _commit_chunk(run: _Run, target: Target, scope: Scope) -> None:
    with run.database.write() as session:
        lock_ledger(session, target.provider_id, judging=True)
        confirm(session, target.provider_id, run.token, run_id=run.run_id, done=run.done, total=run.total)
        outcomes = _store_results(session, run, target, scope)
        chunk = Chunk(run.run_id, target.provider_id, target.as_of, scope.after_id, scope.up_to_id or 0)
        if ScanOutcome.SUSPEND in outcomes:
            apply_suspensions(session, chunk)
        if ScanOutcome.RESTORE in outcomes:
            apply_restorations(session, chunk)
        session.execute(
            update(ScanRunProvider)
            .where(ScanRunProvider.run_id == run.run_id, ScanRunProvider.provider_id == target.provider_id)
            .values(done_up_to_id=scope.up_to_id)
        )


def _store_results(session: Session, run: _Run, target: Target, scope: Scope) -> set[ScanOutcome]:
    """Judge the chunk into result rows; returns the outcomes that are to be applied."""
    now = recorded_now(session)
    windows = [parse_window(w) for w in target.rules.windows]
    opening = apply_from(windows, target.as_of, now, target.zone)
    judged = judgement(session, scope).order_by(None).subquery("chunk")
    c = judged.c
    selected: Any = literal(1) == 1
    if run.only is not None:
        here = sorted(i for i in run.only if scope.after_id < i <= (scope.up_to_id or 0))
        selected = c.account_id.in_(here)
    acts = and_(selected, c.outcome.in_([ScanOutcome.SUSPEND.value, ScanOutcome.RESTORE.value]))
    shut = and_(c.outcome == ScanOutcome.SUSPEND.value, literal(opening is not None))
    r = ScanResult
    session.execute(insert(r).from_select(
        ["run_id", "account_id", "provider_id", "outcome", "overdue_payable_minor", "oldest_overdue_days",
         "rule_version", "exclusion_bits", "applied", "blocked_by", "apply_from"],
        select(
            literal(run.run_id), c.account_id, literal(target.provider_id), c.outcome, c.net, c.payable_days,
            literal(target.rules.version), c.exclusion_bits, and_(acts, ~shut),
            case((selected, null()), else_=literal(NOT_SELECTED)),
            case((shut, literal(opening, r.apply_from.type)), else_=null()),
        ),
    ))
    here_rows = and_(r.run_id == run.run_id, r.provider_id == target.provider_id, r.account_id > scope.after_id,
                     r.account_id <= scope.up_to_id)
    if target.rules.resuspend_days:
        _hold_back_waiting(session, target, here_rows, now)
    return {ScanOutcome(o) for o in session.scalars(select(r.outcome).where(here_rows, r.applied.is_(True)).distinct())}


def _hold_back_waiting(session: Session, target: Target, rows: Any, now: datetime) -> None:
    """Suspensions whose wait after a restoration by hand ends later today are proposed, not applied."""
    since = now - timedelta(days=target.rules.resuspend_days)
    windows = [parse_window(w) for w in target.rules.windows]
    waiting = session.execute(
        select(ScanResult.account_id, func.max(Hold.lifted_recorded_at))
        .join(Hold, Hold.account_id == ScanResult.account_id)
        .where(rows, ScanResult.outcome == ScanOutcome.SUSPEND.value, Hold.kind == HoldKind.OVERDUE.value,
               Hold.lifted_by_hand.is_(True), Hold.lifted_recorded_at > since)
        .group_by(ScanResult.account_id)
    ).all()
    for account_id, restored_at in waiting:
        if restored_at is None:
            continue
        until: datetime = restored_at + timedelta(days=target.rules.resuspend_days)
        opening = next_opening(windows, until.astimezone(target.zone), target.zone)
        session.execute(
            update(ScanResult).where(rows, ScanResult.account_id == account_id)
            .values(applied=False, apply_from=opening)
        )
