"""Reading a stored run: outcomes as they were decided, beside operands read anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.service import ServiceRestriction
from app.models.suspension.hold import Hold
from app.models.suspension.scans import ScanResult, ScanRunChunk
from app.models.values import AccountStatus, ScanOutcome
from app.services.database.bulk import insert_rows
from app.services.database.dialects import among
from app.services.database.unit_of_work import Database, recorded_now
from app.services.jobs import JobContext
from app.services.suspension.judgement import Judged, judged_rows, scope_for
from app.services.suspension.preview import preview_scan
from app.services.suspension.proposals import Proposal
from app.services.suspension.report import AccountResult, Target, as_result

_PART = 10_000
"""Accounts described at a time."""


def store_results(
    session: Session, run_id: int, target: Target, proposals: Sequence[Proposal], *, up_to_id: int
) -> None:
    """Write what a run decided for the accounts of one chunk, and when; part of the chunk's transaction."""
    session.add(ScanRunChunk(run_id=run_id, provider_id=target.provider_id, up_to_id=up_to_id,
                             recorded_at=recorded_now(session)))
    insert_rows(session, ScanResult, [
        {
            "run_id": run_id, "account_id": p.judged.account_id, "provider_id": target.provider_id,
            "outcome": p.judged.outcome.value, "overdue_payable_minor": p.judged.facts.net_minor,
            "oldest_overdue_days": p.judged.facts.payable_days, "rule_version": target.rules.version,
            "exclusion_bits": p.judged.exclusion_bits, "applied": p.can_be_applied, "blocked_by": p.blocked_by,
            "apply_from": p.apply_from,
        }
        for p in proposals
    ])


def run_results(
    database: Database, run_id: int, targets: Sequence[Target], *, include_none: bool,
    judged: Mapping[int, Sequence[Proposal]] | None = None, before: Mapping[int, int] | None = None,
) -> list[AccountResult]:
    """What the whole run decided, also in the part before a kill, in order of provider and account.

    `judged` is what this process judged itself, by provider; `before` says up to which account it did not.
    """
    results: list[AccountResult] = []
    for target in targets:
        up_to = None if before is None else before.get(target.provider_id, 0)
        found = [] if up_to == 0 else stored_results(database, run_id, target, up_to_id=up_to)
        found += [
            as_result(target, p.judged, applied=p.can_be_applied, blocked_by=p.blocked_by,
                      opening=_local(p.apply_from, target.zone))
            for p in (judged or {}).get(target.provider_id, ())
        ]
        if include_none:
            known = {r.account_id for r in found}
            rest = preview_scan(database, JobContext(), provider_id=target.provider_id, as_of=target.as_of,
                                include_none=True)
            found += [r for r in rest.accounts if r.account_id not in known]
            found.sort(key=lambda r: r.account_id)
        results += found
    return results


def stored_results(
    database: Database, run_id: int, target: Target, *, up_to_id: int | None = None
) -> list[AccountResult]:
    """The results of one provider in one run; `up_to_id` below 0 or None is all of them."""
    r = ScanResult
    query = select(r).where(r.run_id == run_id, r.provider_id == target.provider_id)
    if up_to_id is not None and up_to_id >= 0:
        query = query.where(r.account_id <= up_to_id)
    with database.read() as session:
        rows = session.scalars(query.order_by(r.account_id)).all()
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
    restricted = _restricted_services(session, run_id, ids)
    return [
        replace(
            as_result(target, _as_decided(judged[row.account_id], row, restricted.get(row.account_id, 0)),
                      applied=row.applied, blocked_by=row.blocked_by, opening=_local(row.apply_from, target.zone)),
            overdue_payable_minor=row.overdue_payable_minor, oldest_overdue_days=row.oldest_overdue_days,
            rule_version=row.rule_version)
        for row in rows
    ]


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
        .where(Hold.scan_run_id == run_id, among(session, Hold.account_id, account_ids)).group_by(Hold.account_id)
    )
    return {row[0]: row[1] for row in rows}


def _local(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return None if moment is None else moment.astimezone(zone)
