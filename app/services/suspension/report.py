"""What a scan is asked and what it answers: its targets, one result per account, the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.suspension_decision import Rules, exclusion_names
from app.models.suspension.scans import ScanRunProvider
from app.models.values import AccountType, ScanOutcome
from app.services.access.authorize import require_provider, visible
from app.services.changes import ChangeSet
from app.services.errors import Cancelled, NotFound, RefusedByRule
from app.services.providers.business_day import business_day, zone_of
from app.services.providers.modules import Module, require_module, without_module
from app.services.rules.holidays import NO_HOLIDAYS, HolidayCalendar, calendar_of
from app.services.rules.rule_sets import rules_in_force, rules_of, scannable_providers
from app.services.suspension.judgement import Judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One provider to scan: its rules in force on its own business date."""

    provider_id: int
    code: str
    name: str
    currency: str
    zone: ZoneInfo
    as_of: date
    today: date
    rules: Rules
    holidays: HolidayCalendar = NO_HOLIDAYS
    """Days on which nobody is suspended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountResult:
    """What a scan says of one account. Amounts in minor units of `currency`."""

    provider: str
    account_id: int
    code: str
    name: str
    profile_id: int
    outcome: ScanOutcome
    overdue_payable_minor: int
    currency: str
    oldest_overdue_days: int
    rule_version: int
    exclusions: tuple[str, ...]
    applied: bool
    blocked_by: str | None
    apply_from: datetime | None
    service_count: int
    active_service_count: int
    judged: Judged
    """The operands, as they were judged; `reasons.read_reasons` makes sentences of them for whoever reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanReport:
    """The answer of a scan; `run_id` is None for a preview. `targets` are the providers that were scanned."""

    as_of: date
    run_id: int | None
    targets: tuple[Target, ...]
    providers_without_rules: tuple[str, ...]
    accounts: tuple[AccountResult, ...]
    judged_accounts: int
    resumed: bool = False
    failures: tuple[str, ...] = ()
    changes: ChangeSet = field(default_factory=ChangeSet.empty)

    def count(self, outcome: ScanOutcome, *, applied: bool | None = None) -> int:
        return sum(a.outcome is outcome and (applied is None or a.applied is applied) for a in self.accounts)


class ScanStopped(Cancelled):
    """Somebody stopped a committed scan; `report` is what this very run had decided and done by then."""

    def __init__(self, message: str, report: ScanReport) -> None:
        super().__init__(message)
        self.report = report


FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(9900, 12, 31)
"""Dates that a scan can be asked for: waits and windows around them stay within the calendar."""


def find_targets(
    session: Session, *, provider_id: int | None, as_of: date | None
) -> tuple[list[Target], list[str]]:
    """Providers with a rule set in force on the date, and the codes of those without."""
    if as_of is not None and not FIRST_DATE <= as_of <= LAST_DATE:
        raise RefusedByRule(f"A scan can be asked for dates from {FIRST_DATE.isoformat()} to {LAST_DATE.isoformat()}.")
    targets, without = [], []
    for provider in _providers(session, provider_id):
        today = business_day(session, provider.id)
        rules = rules_in_force(session, provider_id=provider.id, on=as_of or today)
        if rules is None:
            without.append(provider.code)
        else:
            targets.append(Target(provider_id=provider.id, code=provider.code, name=provider.name,
                                  currency=rules.currency, zone=zone_of(session, provider.id), as_of=as_of or today,
                                  today=today, rules=rules,
                                  holidays=calendar_of(session, provider.id, rules.holidays)))
    return targets, without


def target_of_run(session: Session, provider_id: int, run_id: int) -> Target:
    """A provider as a stored run judged it: its date, and the version of the rules that it went by."""
    provider = require_provider(session, provider_id, Power.SUSPENSION)
    part = session.get(ScanRunProvider, (run_id, provider_id))
    if part is None:
        raise NotFound("There is no such run of this provider.")
    rules = rules_of(session, part.rule_set_id)
    return Target(provider_id=provider_id, code=provider.code, name=provider.name, currency=rules.currency,
                  zone=zone_of(session, provider_id), as_of=part.as_of, today=business_day(session, provider_id),
                  rules=rules, holidays=calendar_of(session, provider_id, rules.holidays))


def _providers(session: Session, provider_id: int | None) -> list[Account]:
    """Those to scan: the one asked for, or all that have automated suspension switched on."""
    found = [p for p in scannable_providers(session) if provider_id in {None, p.id}]
    if provider_id is not None:
        if not found:
            raise RefusedByRule("Only retail and non-billing providers have end users, so only they can be scanned.")
        require_module(session, provider_id, Module.AUTOMATED_SUSPENSION)
    off = without_module(session, Module.AUTOMATED_SUSPENSION)
    return [p for p in found if p.id not in off]


def days_today(session: Session, *, provider_id: int | None) -> dict[str, date]:
    """The business date of each provider that could be scanned, by its code."""
    return {p.code: business_day(session, p.id) for p in _providers(session, provider_id)}


def common_date(targets: Sequence[Target], now: datetime) -> date:
    return max((t.as_of for t in targets), default=now.date())


def count_end_users(session: Session, targets: Sequence[Target]) -> int:
    ids = [t.provider_id for t in targets]
    return session.scalar(
        select(func.count()).select_from(Account)
        .where(Account.provider_id.in_(ids), Account.type == AccountType.END_USER.value, visible(session))
    ) or 0


def as_result(
    target: Target, j: Judged, *, applied: bool, blocked_by: str | None, opening: datetime | None
) -> AccountResult:
    return AccountResult(
        provider=target.code, account_id=j.account_id, code=j.code, name=j.name, profile_id=j.profile_id,
        outcome=j.outcome, overdue_payable_minor=j.facts.net_minor, currency=j.currency,
        oldest_overdue_days=j.facts.payable_days, rule_version=target.rules.version,
        exclusions=tuple(exclusion_names(j.exclusion_bits)), applied=applied, blocked_by=blocked_by,
        apply_from=opening, service_count=j.facts.service_count,
        active_service_count=j.facts.active_service_count, judged=j,
    )
