"""A preview with all that its rows show, and the committed run of what was ticked in it.

Both answer plain rows and judge nothing: preview and run are those of the command line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.profile import AccountProfile
from app.models.parties.service import ServiceRestriction
from app.models.rules.suspension_decision import Exclusion
from app.models.suspension.hold import Hold
from app.models.values import HoldKind, ScanOutcome
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database, recorded_now
from app.services.jobs import JobContext
from app.services.rules.rule_sets import rules_sentence
from app.services.scans.approving import approve_stop
from app.services.scans.brake_outlook import BrakeOutlook, brake_outlook
from app.services.scans.choices import RuleWords
from app.services.scans.scan import run_scan
from app.services.suspension.judgement import Judged
from app.services.suspension.preview import preview_scan
from app.services.suspension.reasons import excluded_groups, exclusions_for, reasons_for
from app.services.suspension.report import AccountResult, ScanReport, ScanStopped, Target
from app.services.wording import Reason

_PART = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedProvider:
    """A provider as a preview judged it."""

    id: int
    code: str
    name: str
    as_of: date
    today: date
    zone: ZoneInfo
    rules: RuleWords
    brake: BrakeOutlook

    @property
    def is_today(self) -> bool:
        return self.as_of == self.today


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """What a preview says of one account, with all that its row shows. Amounts in minor units of `currency`."""

    account_id: int
    code: str
    name: str
    provider: str
    profile: str
    outcome: ScanOutcome
    services: int
    """Services it would touch: active ones that are restricted, restricted ones that come back; of excluded all."""
    payable_minor: int
    currency: str
    oldest_days: int
    judged: Judged
    excluded_groups: tuple[str, ...]
    """Groups it is a member of that the rule set leaves out, by code."""
    apply_from: datetime | None
    blocked_by: str | None

    @property
    def reasons(self) -> list[Reason]:
        """Why, in sentences; the oldest invoice is named by `explain_scan` alone, which looks it up."""
        return reasons_for(self.judged, None, self.excluded_groups)

    @property
    def exclusions(self) -> list[Reason]:
        """Why it is left alone."""
        return exclusions_for(self.judged, self.excluded_groups)

    @property
    def can_be_applied(self) -> bool:
        """Whether a run of this moment would act on it."""
        acts = self.outcome in {ScanOutcome.SUSPEND, ScanOutcome.RESTORE}
        return acts and self.apply_from is None and self.blocked_by is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanPreview:
    """A whole preview. `due_tomorrow` is counted only where nobody is to be suspended."""

    as_of: date
    provider_id: int | None
    providers: tuple[ScannedProvider, ...]
    without_rules: tuple[str, ...]
    rows: tuple[ProposalRow, ...]
    judged: int
    judged_at: datetime
    currency: str = ""
    """Currency of all rows; empty where they differ."""
    actionable: int = 0
    """Proposals that a run of this moment would act on."""
    waiting: int = 0
    """Suspensions that may be applied later only."""
    first_opening: datetime | None = None
    due_tomorrow: int | None = None

    @property
    def is_today(self) -> bool:
        """Only then may it be applied."""
        return bool(self.providers) and all(p.is_today for p in self.providers)

    @property
    def unchanged(self) -> int:
        """Accounts that nothing happens to."""
        return self.judged - len(self.rows)

    def count(self, outcome: ScanOutcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedScan:
    """What a committed run did, also where it was stopped on the way."""

    results: tuple[AccountResult, ...]
    is_stopped: bool
    failures: tuple[str, ...]
    changes: ChangeSet

    def count(self, outcome: ScanOutcome) -> int:
        return sum(r.applied and r.outcome is outcome for r in self.results)


def scan_preview(
    database: Database, context: JobContext, *, provider_id: int | None, as_of: date | None
) -> ScanPreview:
    """Judge and add what the rows show besides: names of profiles, services that would come back."""
    report = preview_scan(database, context, provider_id=provider_id, as_of=as_of)
    with database.read() as session:
        rows = _rows(session, report)
        judged_at = recorded_now(session)
        providers = tuple(_scanned(target, brake_outlook(session, target)) for target in report.targets)
    due = None
    if report.targets and not report.count(ScanOutcome.SUSPEND):
        tomorrow = preview_scan(database, _Quiet(context), provider_id=provider_id,
                                as_of=report.as_of + timedelta(days=1))
        due = tomorrow.count(ScanOutcome.SUSPEND)
    currencies = {row.currency for row in rows}
    openings = [row.apply_from for row in rows if row.apply_from is not None]
    return ScanPreview(
        as_of=report.as_of, provider_id=provider_id, providers=providers,
        without_rules=report.providers_without_rules, rows=rows,
        judged=report.judged_accounts, judged_at=judged_at, currency=currencies.pop() if len(currencies) == 1 else "",
        actionable=sum(row.can_be_applied for row in rows), waiting=len(openings),
        first_opening=min(openings, default=None), due_tomorrow=due,
    )


def apply_scan(
    database: Database, context: JobContext, *, provider_id: int | None, as_of: date | None, only: frozenset[int]
) -> AppliedScan:
    """Run the committed scan for the ticked accounts; stopped on the way, it answers what was done until then."""
    try:
        report, is_stopped = run_scan(database, context, provider_id=provider_id, as_of=as_of, only=only,
                                      origin="window"), False
    except ScanStopped as stopped:
        report, is_stopped = stopped.report, True
    return AppliedScan(results=report.accounts, is_stopped=is_stopped, failures=report.failures,
                       changes=report.changes)


def approved_scan(database: Database, context: JobContext, *, stop_id: int, reason: str) -> AppliedScan:
    """Let a run go on that the safety brake stopped; stopped on the way, it answers what was done until then."""
    try:
        report, is_stopped = approve_stop(database, context, stop_id=stop_id, reason=reason, origin="window"), False
    except ScanStopped as stopped:
        report, is_stopped = stopped.report, True
    return AppliedScan(results=report.accounts, is_stopped=is_stopped, failures=report.failures,
                       changes=report.changes)


# --------------------------------------------------------------------------- inside


class _Quiet(JobContext):
    """Stops with another context, but leaves its progress alone."""

    def __init__(self, outer: JobContext) -> None:
        super().__init__()
        self._outer = outer

    def raise_if_cancelled(self) -> None:
        self._outer.raise_if_cancelled()


def _scanned(target: Target, brake: BrakeOutlook) -> ScannedProvider:
    rules = RuleWords(name=target.rules.name, since=target.rules.effective_from, sentence=rules_sentence(target.rules))
    return ScannedProvider(id=target.provider_id, code=target.code, name=target.name, as_of=target.as_of,
                           today=target.today, zone=target.zone, rules=rules, brake=brake)


def _rows(session: Session, report: ScanReport) -> tuple[ProposalRow, ...]:
    profiles = {row.id: row.name for row in session.execute(select(AccountProfile.id, AccountProfile.name))}
    held = [r.account_id for r in report.accounts if r.outcome is ScanOutcome.RESTORE]
    restricted = _restricted(session, held)
    groups = _excluded_groups(session, report)
    return tuple(
        ProposalRow(account_id=r.account_id, code=r.code, name=r.name, provider=r.provider,
                    profile=profiles.get(r.profile_id, ""), outcome=r.outcome,
                    services=_services(r, restricted), payable_minor=r.overdue_payable_minor, currency=r.currency,
                    oldest_days=r.oldest_overdue_days, judged=r.judged,
                    excluded_groups=groups.get(r.account_id, ()),
                    apply_from=r.apply_from, blocked_by=r.blocked_by)
        for r in report.accounts
    )


def _excluded_groups(session: Session, report: ScanReport) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for target in report.targets:
        members = [r.account_id for r in report.accounts
                   if r.provider == target.code and r.judged.exclusion_bits & Exclusion.X2]
        found |= {id_: tuple(codes) for id_, codes in excluded_groups(session, members, target.rules.id).items()}
    return found


def _services(result: AccountResult, restricted: dict[int, int]) -> int:
    if result.outcome is ScanOutcome.SUSPEND:
        return result.active_service_count
    if result.outcome is ScanOutcome.RESTORE:
        return restricted.get(result.account_id, 0)
    return result.service_count


def _restricted(session: Session, account_ids: Sequence[int]) -> dict[int, int]:
    """Per account the services that its open overdue hold restricts."""
    found: dict[int, int] = {}
    for part in _parts(account_ids):
        found |= {row[0]: row[1] for row in session.execute(
            select(Hold.account_id, func.count())
            .join(ServiceRestriction, ServiceRestriction.hold_id == Hold.id)
            .where(Hold.account_id.in_(part), Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_on.is_(None),
                   ServiceRestriction.lifted_on.is_(None))
            .group_by(Hold.account_id)
        )}
    return found


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), _PART):
        yield ids[start:start + _PART]
