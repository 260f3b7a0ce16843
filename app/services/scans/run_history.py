"""Runs of a provider as they are listed and opened: who, when, by which version, what they decided and what was sent.

What a run decided is stored and never judged again here; what is compared is the stored rows of two runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.models.events.outbox import OutboxMessage
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.suspension_decision import exclusion_names
from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.suspension.scans import ScanResult, ScanRun, ScanRunProvider
from app.models.values import OutboxState, ScanOutcome
from app.services.access.authorize import require_provider, visible
from app.services.errors import NotFound
from app.services.paging import Cursor, Order, Page, cut, page_of
from app.services.providers.business_day import zone_of

MOST_RUNS = 200
"""Runs that are listed, the newest of a provider."""
PAGE = 256
_COMPARED = ("finished", "cancelled", "stopped")
"""States of runs whose decisions are whole, or as whole as they get."""
_ACTS = (ScanOutcome.SUSPEND.value, ScanOutcome.RESTORE.value)


class RunPart(StrEnum):
    """Which accounts of a run are looked at."""

    ALL = "all"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    EXCLUDED = "excluded"
    NOT_APPLIED = "not_applied"
    """Proposed and left as they are: blocked, waiting for hours, or not ticked."""
    NEW = "new"
    """The run before had decided nothing, or otherwise."""
    GONE = "gone"
    """The run before had proposed something and not done it; this one proposes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """One run, as far as it concerns one provider; counts are of accounts that the person sees."""

    id: int
    state: str
    """running, finished, cancelled, abandoned, or stopped by the safety brake."""
    started_at: datetime
    finished_at: datetime | None
    actor: str
    origin: str
    """window, command or watch; empty in runs of before that was kept."""
    approved_by: str | None
    as_of: date
    rule_version: int
    rule_name: str
    suspended: int
    restored: int
    excluded: int
    not_applied: int
    messages: Mapping[OutboxState, int]
    """What it caused to be told outside, by state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunList:
    """The newest runs of a provider, the newest first."""

    provider_id: int
    provider: str
    zone: ZoneInfo
    rows: tuple[RunRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSheet:
    """An opened run with the counts of its parts, and the run before that it is compared with."""

    run: RunRow
    provider_id: int
    counts: Mapping[RunPart, int]
    before: RunRow | None
    blocked: Mapping[str, int]
    """Why proposals were not applied, by code and count; those that wait for hours are under "window"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResultRow:
    """What a run decided for one account. Its amount is in minor units of the currency, as it was then."""

    account_id: int
    code: str
    name: str
    outcome: ScanOutcome
    payable_minor: int
    currency: str
    oldest_days: int
    exclusions: tuple[str, ...]
    applied: bool
    blocked_by: str | None
    apply_from: datetime | None
    before: ScanOutcome | None
    """What the run before had decided; None where that was nothing, or there was none."""


def run_list(session: Session, *, provider_id: int) -> RunList:
    """The newest runs of a provider."""
    provider = require_provider(session, provider_id, Power.SUSPENSION)
    return RunList(provider_id=provider_id, provider=provider.name, zone=zone_of(session, provider_id),
                   rows=tuple(_rows(session, provider_id, true())))


def run_sheet(session: Session, *, run_id: int, provider_id: int) -> RunSheet:
    """One run of a provider. Raises NotFound where it has none of this number."""
    require_provider(session, provider_id, Power.SUSPENSION)
    rows = _rows(session, provider_id, ScanRun.id == run_id)
    if not rows:
        raise NotFound("There is no such run of this provider.")
    before_id = _before(session, run_id, provider_id)
    before = _rows(session, provider_id, ScanRun.id == before_id) if before_id is not None else []
    r = ScanResult
    blocked: dict[str, int] = defaultdict(int)
    for code, waits, count in session.execute(
            select(r.blocked_by, r.apply_from.is_not(None), func.count())
            .join(Account, Account.id == r.account_id)
            .where(r.run_id == run_id, r.provider_id == provider_id, _of(RunPart.NOT_APPLIED), visible(session))
            .group_by(r.blocked_by, r.apply_from.is_not(None))):
        blocked["window" if waits else code or "unknown"] += count
    counts = {part: session.scalar(select(func.count()).select_from(
        _results(session, run_id, provider_id, before_id, part).subquery())) or 0 for part in RunPart}
    return RunSheet(run=rows[0], provider_id=provider_id, counts=counts, before=before[0] if before else None,
                    blocked=dict(blocked))


def run_page(
    session: Session, *, run_id: int, provider_id: int, part: RunPart = RunPart.ALL, after: Cursor | None = None,
    limit: int = PAGE,
) -> Page[RunResultRow]:
    """What a run decided, by name of the accounts, a page at a time."""
    require_provider(session, provider_id, Power.SUSPENSION)
    before_id = _before(session, run_id, provider_id)
    statement = _results(session, run_id, provider_id, before_id, part)
    order = Order((Account.name_key.expression, Account.id.expression))
    found = session.execute(cut(statement, order, after=after, limit=limit)).all()
    return page_of([_result(row) for row in found], [(row.name_key, row.account_id) for row in found], limit=limit)


def run_result_count(session: Session, *, run_id: int, provider_id: int, part: RunPart = RunPart.ALL) -> int:
    """How many rows `run_page` has in all."""
    require_provider(session, provider_id, Power.SUSPENSION)
    statement = _results(session, run_id, provider_id, _before(session, run_id, provider_id), part)
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0


# --------------------------------------------------------------------------- inside


def _rows(session: Session, provider_id: int, which: ColumnElement[bool]) -> list[RunRow]:
    p, s = ScanRunProvider, SuspensionRuleSet
    found = session.execute(
        select(ScanRun, p.as_of, s.version, s.name)
        .join(p, p.run_id == ScanRun.id).join(s, s.id == p.rule_set_id)
        .where(p.provider_id == provider_id, which).order_by(ScanRun.id.desc()).limit(MOST_RUNS)).all()
    ids = [run.id for run, _, _, _ in found]
    counts, messages = _counts(session, provider_id, ids), _messages(session, provider_id, ids)
    return [
        RunRow(id=run.id, state=run.state, started_at=run.started_at, finished_at=run.finished_at, actor=run.actor,
               origin=run.origin, approved_by=run.approved_by, as_of=as_of, rule_version=version, rule_name=name,
               messages=messages.get(run.id, {}), **counts[run.id])
        for run, as_of, version, name in found
    ]


def _counts(session: Session, provider_id: int, run_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    r = ScanResult
    found: dict[int, dict[str, int]] = {
        id_: {"suspended": 0, "restored": 0, "excluded": 0, "not_applied": 0} for id_ in run_ids}
    for run_id, outcome, applied, count in session.execute(
            select(r.run_id, r.outcome, r.applied, func.count()).join(Account, Account.id == r.account_id)
            .where(r.run_id.in_(run_ids), r.provider_id == provider_id, visible(session))
            .group_by(r.run_id, r.outcome, r.applied)):
        if outcome == ScanOutcome.EXCLUDED:
            found[run_id]["excluded"] += count
        elif applied:
            found[run_id]["suspended" if outcome == ScanOutcome.SUSPEND else "restored"] += count
        elif outcome in _ACTS:
            found[run_id]["not_applied"] += count
    return found


def _messages(session: Session, provider_id: int, run_ids: Sequence[int]) -> dict[int, dict[OutboxState, int]]:
    m = OutboxMessage
    found: dict[int, dict[OutboxState, int]] = defaultdict(dict)
    for run_id, state, count in session.execute(
            select(m.scan_run_id, m.state, func.count()).join(Account, Account.id == m.account_id)
            .where(m.scan_run_id.in_(run_ids), m.provider_id == provider_id, visible(session))
            .group_by(m.scan_run_id, m.state)):
        found[run_id or 0][OutboxState(state)] = count
    return found


def _before(session: Session, run_id: int, provider_id: int) -> int | None:
    """The run before that could decide the same for the same provider."""
    acts = select(ScanRun.acts).where(ScanRun.id == run_id).scalar_subquery()
    return session.scalar(
        select(func.max(ScanRun.id)).join(ScanRunProvider, ScanRunProvider.run_id == ScanRun.id)
        .where(ScanRunProvider.provider_id == provider_id, ScanRun.id < run_id, ScanRun.state.in_(_COMPARED),
               ScanRun.acts == acts))


def _of(part: RunPart) -> ColumnElement[bool]:
    """The rows of a run that belong to a part, where that needs no other run."""
    r = ScanResult
    parts: dict[RunPart, ColumnElement[bool]] = {
        RunPart.SUSPENDED: and_(r.outcome == ScanOutcome.SUSPEND.value, r.applied.is_(True)),
        RunPart.RESTORED: and_(r.outcome == ScanOutcome.RESTORE.value, r.applied.is_(True)),
        RunPart.EXCLUDED: r.outcome == ScanOutcome.EXCLUDED.value,
        RunPart.NOT_APPLIED: and_(r.outcome.in_(_ACTS), r.applied.is_(False)),
    }
    return parts.get(part, true())


def _results(
    session: Session, run_id: int, provider_id: int, before_id: int | None, part: RunPart
) -> Any:
    """The rows of a part with what the run before had decided; of *gone* those of the run before."""
    r, other = ScanResult, aliased(ScanResult)
    statement: Any
    shown: tuple[Any, ...] = (
        Account.id.label("account_id"), Account.code, Account.name, Account.name_key, Account.currency, r.outcome,
        r.overdue_payable_minor, r.oldest_overdue_days, r.exclusion_bits, r.applied, r.blocked_by, r.apply_from)
    if part is RunPart.GONE:
        before = literal(before_id if before_id is not None else 0)
        statement = select(*shown, r.outcome.label("before"), literal(value=True).label("is_gone"))
        return (
            statement.join(Account, Account.id == r.account_id)
            .outerjoin(other, and_(other.run_id == run_id, other.account_id == r.account_id))
            .where(r.run_id == before, r.provider_id == provider_id, r.outcome.in_(_ACTS), r.applied.is_(False),
                   other.account_id.is_(None), visible(session)))
    statement = select(*shown, (null() if before_id is None else other.outcome).label("before"),
                       literal(value=False).label("is_gone")).join(Account, Account.id == r.account_id)
    if before_id is not None:
        statement = statement.outerjoin(other, and_(other.run_id == before_id, other.account_id == r.account_id))
    statement = statement.where(r.run_id == run_id, r.provider_id == provider_id, _of(part), visible(session))
    if part is RunPart.NEW and before_id is not None:
        statement = statement.where(or_(other.outcome.is_(None), other.outcome != r.outcome))
    return statement


def _result(row: Any) -> RunResultRow:
    return RunResultRow(
        account_id=row.account_id, code=row.code, name=row.name,
        outcome=ScanOutcome.NONE if row.is_gone else ScanOutcome(row.outcome),
        payable_minor=row.overdue_payable_minor, currency=row.currency, oldest_days=row.oldest_overdue_days,
        exclusions=tuple(exclusion_names(row.exclusion_bits)), applied=bool(row.applied) and not row.is_gone,
        blocked_by=None if row.is_gone else row.blocked_by, apply_from=None if row.is_gone else row.apply_from,
        before=None if row.before is None else ScanOutcome(row.before))
