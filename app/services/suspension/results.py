"""Reading a stored run: outcomes as they were decided, with reasons made from operands read anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.hold import Hold
from app.models.service import ServiceRestriction
from app.models.suspension import ScanResult
from app.models.values import AccountStatus, ScanOutcome
from app.services.database.engine import Database
from app.services.jobs import JobContext
from app.services.suspension.judgement import Judged, judged_rows, scope_for
from app.services.suspension.preview import preview_scan
from app.services.suspension.reasons import excluded_groups, oldest_invoices, reasons_for
from app.services.suspension.report import AccountResult, Target, as_result

_PART = 400


def run_results(
    database: Database, run_id: int, targets: Sequence[Target], *, include_none: bool
) -> list[AccountResult]:
    """What the whole run decided, also in the part before a kill, in order of provider and account."""
    results: list[AccountResult] = []
    for target in targets:
        found = stored_results(database, run_id, target)
        if include_none:
            known = {r.account_id for r in found}
            rest = preview_scan(database, JobContext(), provider_id=target.provider_id, as_of=target.as_of,
                                include_none=True)
            found += [r for r in rest.accounts if r.account_id not in known]
            found.sort(key=lambda r: r.account_id)
        results += found
    return results


def stored_results(database: Database, run_id: int, target: Target) -> list[AccountResult]:
    """The results of one provider in one run, with reasons."""
    with database.read() as session:
        rows = session.scalars(
            select(ScanResult).where(ScanResult.run_id == run_id, ScanResult.provider_id == target.provider_id)
            .order_by(ScanResult.account_id)
        ).all()
        results: list[AccountResult] = []
        for start in range(0, len(rows), _PART):
            results += _describe_part(session, target, run_id, rows[start:start + _PART])
    return results


def _describe_part(
    session: Session, target: Target, run_id: int, rows: Sequence[ScanResult]
) -> list[AccountResult]:
    ids = [r.account_id for r in rows]
    scope = scope_for(session, provider_id=target.provider_id, rules=target.rules, as_of=target.as_of,
                      account_ids=tuple(ids), include_none=True)
    judged = {j.account_id: j for j in judged_rows(session, scope)}
    oldest = oldest_invoices(session, scope, ids)
    groups = excluded_groups(session, scope, ids)
    restricted = _restricted_services(session, run_id, ids)
    results = []
    for row in rows:
        j = _as_decided(judged[row.account_id], row, restricted.get(row.account_id, 0))
        reasons = reasons_for(j, target.rules, oldest.get(row.account_id), groups.get(row.account_id, ()))
        result = as_result(target, j, reasons, applied=row.applied, blocked_by=row.blocked_by,
                           opening=_local(row.apply_from, target.zone))
        results.append(replace(result, overdue_payable_minor=row.overdue_payable_minor,
                               oldest_overdue_days=row.oldest_overdue_days, rule_version=row.rule_version))
    return results


def _as_decided(j: Judged, row: ScanResult, restricted: int) -> Judged:
    """The account as the run saw it before it acted."""
    facts = j.facts
    if row.applied and row.outcome == ScanOutcome.SUSPEND:
        facts = replace(facts, active_service_count=restricted, held_overdue=False, status=AccountStatus.ACTIVE)
    return replace(j, facts=facts, outcome=ScanOutcome(row.outcome), exclusion_bits=row.exclusion_bits)


def _restricted_services(session: Session, run_id: int, account_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(Hold.account_id, func.count())
        .join(ServiceRestriction, ServiceRestriction.hold_id == Hold.id)
        .where(Hold.scan_run_id == run_id, Hold.account_id.in_(account_ids)).group_by(Hold.account_id)
    )
    return {row[0]: row[1] for row in rows}


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)
