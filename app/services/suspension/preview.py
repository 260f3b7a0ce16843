"""The preview of a scan: it judges, explains and writes nothing; any date may be asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from app.models.parties.powers import Power
from app.services.access.authorize import authorize, seen_among
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database, recorded_now
from app.services.jobs import JobContext, Progress
from app.services.suspension.judgement import Scope, account_range, judged_rows, scope_for
from app.services.suspension.proposals import propose, switches_of
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
    include_none: bool = False, account_ids: Sequence[int] | None = None,
) -> ScanReport:
    """Judge without writing anything and without taking a lease; any date may be asked for.

    Accounts that the person may not see are neither listed nor counted.
    """
    refresh_statistics(database)
    with database.read() as session:
        authorize(session, Power.SUSPENSION)
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
                seen = seen_among(session, [row.account_id for row in rows])
                rows = [row for row in rows if row.account_id in seen]
                switches = switches_of(session, target.provider_id)
            results += [
                as_result(target, p.judged, applied=False, blocked_by=p.blocked_by, opening=p.apply_from)
                for p in propose(rows, target, now, switches)
            ]
            done += count
            context.report(Progress(done=done, total=total, note=target.name))
    return ScanReport(as_of=report_date, run_id=None, targets=tuple(targets), providers_without_rules=tuple(without),
                      accounts=tuple(results), judged_accounts=total)


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
