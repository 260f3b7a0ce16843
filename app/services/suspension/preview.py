"""The preview of a scan: it judges, explains and writes nothing; any date may be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from app.models.rules.suspension_window import Window, apply_from, next_opening, parse_window
from app.models.values import ScanOutcome
from app.services.database.engine import Database, recorded_now
from app.services.database.statistics import refresh_statistics
from app.services.jobs import JobContext, Progress
from app.services.suspension.judgement import Judged, Scope, account_range, judged_rows, scope_for
from app.services.suspension.reasons import excluded_groups, oldest_invoices, reasons_for
from app.services.suspension.report import (
    AccountResult,
    ScanReport,
    Target,
    as_result,
    common_date,
    count_end_users,
    find_targets,
)

PREVIEW_CHUNK = 20_000


def preview_scan(
    database: Database, context: JobContext, *, provider_id: int | None = None, as_of: date | None = None,
    include_none: bool = False, account_ids: Sequence[int] | None = None, with_reasons: bool = True,
) -> ScanReport:
    """Judge without writing anything and without taking a lease; any date may be asked for.

    `with_reasons` off leaves the sentences out, for whoever only counts.
    """
    refresh_statistics(database)
    with database.read() as session:
        targets, without = find_targets(session, provider_id=provider_id, as_of=as_of)
        now = recorded_now(session)
        total = count_end_users(session, targets)
        report_date = as_of or common_date(targets, now)
    results: list[AccountResult] = []
    done = 0
    for target in targets:
        for scope, count in _preview_chunks(database, target, account_ids, include_none=include_none):
            context.raise_if_cancelled()
            with database.read() as session:
                rows = judged_rows(session, scope)
                reasons = _reasons(session, target, scope, rows) if with_reasons else {}
            results += _as_results(target, rows, reasons, now)
            done += count
            context.report(Progress(done, total, target.name))
    return ScanReport(report_date, None, tuple(without), tuple(results), total)


def _preview_chunks(
    database: Database, target: Target, account_ids: Sequence[int] | None, *, include_none: bool
) -> Iterable[tuple[Scope, int]]:
    with database.read() as session:
        scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                          include_none=include_none)
    if account_ids is not None:
        yield replace(scope, account_ids=tuple(account_ids)), len(account_ids)
        return
    while True:
        with database.read() as session:
            chunk = account_range(session, scope, PREVIEW_CHUNK)
        if chunk is None:
            return
        upper, count = chunk
        yield replace(scope, up_to_id=upper), count
        scope = replace(scope, after_id=upper)


def _reasons(session: Session, target: Target, scope: Scope, rows: Sequence[Judged]) -> dict[int, list[str]]:
    oldest = oldest_invoices(session, scope, [j.account_id for j in rows])
    groups = excluded_groups(session, scope, [j.account_id for j in rows if j.exclusion_bits])
    return {
        j.account_id: reasons_for(j, target.rules, oldest.get(j.account_id), groups.get(j.account_id, ()))
        for j in rows
    }


def _as_results(
    target: Target, rows: Sequence[Judged], reasons: Mapping[int, Sequence[str]], now: datetime
) -> list[AccountResult]:
    windows = [parse_window(w) for w in target.rules.windows]
    opening = apply_from(windows, target.as_of, now, target.zone)
    return [
        as_result(target, j, reasons.get(j.account_id, ()), applied=False, blocked_by=None,
                  opening=_opening_for(j, target, windows, opening, now))
        for j in rows
    ]


def _opening_for(
    j: Judged, target: Target, windows: Sequence[Window], opening: datetime | None, now: datetime
) -> datetime | None:
    """From when a suspension may be applied: when the window opens and the wait after a restoration is over."""
    if j.outcome is not ScanOutcome.SUSPEND:
        return None
    if j.restored_by_hand_at is None or not target.rules.resuspend_days:
        return opening
    wait_over = j.restored_by_hand_at + timedelta(days=target.rules.resuspend_days)
    if wait_over <= (now if target.as_of == target.today else datetime.combine(target.as_of, time(), target.zone)):
        return opening
    return next_opening(windows, wait_over.astimezone(target.zone), target.zone)
