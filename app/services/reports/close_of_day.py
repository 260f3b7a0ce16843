"""The close of a day at one provider: money in and out, what automation did, what waits for a person, what comes next.

Money and what comes next are read as of the day, so the page of a past day says what it said that evening but for what
was entered later about it. What waits for a person is read as it is now: yesterday's stuck message may have left since.
What a scan would do is foretold from today alone. Amounts are minor units, by currency, never added up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.suspension.brake import BrakeStop
from app.models.suspension.scans import ScanRun, ScanRunProvider
from app.models.values import ScanOutcome
from app.services.access.authorize import require_provider, visible
from app.services.ledger.reading import amount_sum
from app.services.providers.business_day import business_day
from app.services.providers.modules import Module, without_module
from app.services.reports.sources import SOURCES, Days, Section, Source, days_of
from app.services.rules.rule_sets import rules_in_force
from app.services.suspension.judgement import Scope, judgement, parameters, scope_for

MOST_ROWS = 500
"""Rows of a line that are listed; its count and its sums are of all."""
_FORETOLD = {ScanOutcome.SUSPEND: "at_risk", ScanOutcome.RESTORE: "hold_ends"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """One figure of the page."""

    section: Section
    code: str
    """What it counts: a kind of transaction, "suspended", "held" …"""
    count: int
    sums: tuple[tuple[str, int], ...] = ()
    """Currency and amount, where it is about money."""
    on: date | None = None
    """Of what comes next: its day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOfDay:
    """One page."""

    provider_id: int
    provider: str
    provider_code: str
    day: date
    today: date
    """The provider's."""
    lines: tuple[DayLine, ...]

    def of(self, section: Section) -> tuple[DayLine, ...]:
        """The lines of one part."""
        return tuple(line for line in self.lines if line.section is section)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """One thing that a figure counts."""

    id: int
    """Its place among them."""
    account_id: int
    code: str
    name: str
    what: str
    """The number of a document, the reason of a hold, the address of a message; empty where nothing names it."""
    currency: str
    minor: int | None
    """None where it is not about money."""


def close_of_day(session: Session, *, provider_id: int, day: date | None = None) -> CloseOfDay:
    """The page of a day of one provider, else of its today; of the accounts that the person sees."""
    provider = require_provider(session, provider_id, Power.LEDGER)
    today = business_day(session, provider_id)
    days = days_of(session, provider_id, day or today)
    lines = [*_without_accounts(session, days),
             *[line for source in SOURCES for line in _lines(session, source, days)],
             *(_foretold(session, days) if days.day == today else ())]
    order = list(Section)
    lines.sort(key=lambda line: order.index(line.section))
    return CloseOfDay(provider_id=provider_id, provider=provider.name, provider_code=provider.code, day=days.day,
                      today=today, lines=tuple(lines))


def rows_behind(
    session: Session, *, provider_id: int, day: date, code: str, on: date | None = None
) -> tuple[DayRow, ...]:
    """What one line of a page counts, the first MOST_ROWS of it by account; nothing for scans themselves."""
    require_provider(session, provider_id, Power.LEDGER)
    days = days_of(session, provider_id, day)
    if code in _FORETOLD.values():
        return _foretold_rows(session, days, code)
    for source in SOURCES:
        if source.code == code:
            s = source.statement(session, days).subquery("behind").c
            here = [] if on is None else [s.on_day == on - timedelta(days=source.days_later)]
            statement = (select(s.account_id, Account.code, Account.name, s.what, s.currency, s.minor)
                         .join(Account, Account.id == s.account_id).where(visible(session), *here)
                         .order_by(Account.code, s.what).limit(MOST_ROWS))
            return tuple(DayRow(id=at, account_id=row.account_id, code=row.code, name=row.name, what=row.what,
                                currency=row.currency or "", minor=None if row.minor is None else int(row.minor))
                         for at, row in enumerate(session.execute(statement)))
    return ()


def _lines(session: Session, source: Source, days: Days) -> Iterator[DayLine]:
    """The line of a source, or a line for each of its days; a source that is not told by days always has one."""
    s = source.statement(session, days).subquery("counted").c
    rows = session.execute(
        select(s.on_day, s.currency, func.count().label("rows"), amount_sum(s.minor).label("minor"))
        .join(Account, Account.id == s.account_id).where(visible(session))
        .group_by(s.on_day, s.currency).order_by(s.on_day, s.currency)).all()
    by_day = defaultdict(list)
    for row in rows:
        by_day[row.on_day].append(row)
    if not source.by_day and not by_day:
        by_day[None] = []
    for on, mine in by_day.items():
        yield DayLine(section=source.section, code=source.code, count=sum(row.rows for row in mine),
                      sums=tuple((row.currency, int(row.minor)) for row in mine if row.currency is not None),
                      on=None if on is None else on + timedelta(days=source.days_later))


def _without_accounts(session: Session, days: Days) -> Iterator[DayLine]:
    """Scans of the day, and those that the safety brake holds."""
    runs = session.scalar(
        select(func.count()).select_from(ScanRun).join(ScanRunProvider, ScanRunProvider.run_id == ScanRun.id)
        .where(ScanRunProvider.provider_id == days.provider_id, ScanRun.started_at >= days.begin,
               ScanRun.started_at < days.end)) or 0
    yield DayLine(section=Section.AUTOMATION, code="runs", count=runs)
    stopped = session.scalar(select(func.count()).select_from(BrakeStop).where(
        BrakeStop.provider_id == days.provider_id, BrakeStop.state == "open")) or 0
    yield DayLine(section=Section.WAITING, code="stopped", count=stopped)


def _foretold(session: Session, days: Days) -> Iterator[DayLine]:
    """Whom a scan would suspend by the last day unless they pay, and whose hold it would lift."""
    scope = _scope_of(session, days)
    if scope is None:
        return
    j = judgement(session, scope).subquery("judged").c
    rows = session.execute(
        select(j.outcome, j.currency, func.count().label("rows"), amount_sum(j.net).label("minor"))
        .join(Account, Account.id == j.account_id).where(visible(session))
        .group_by(j.outcome, j.currency).order_by(j.currency), parameters(scope)).all()
    for outcome, code in _FORETOLD.items():
        mine = [row for row in rows if row.outcome == outcome.value]
        if mine:
            yield DayLine(section=Section.AHEAD, code=code, count=sum(row.rows for row in mine), on=days.last,
                          sums=tuple((row.currency, int(row.minor)) for row in mine))


def _foretold_rows(session: Session, days: Days, code: str) -> tuple[DayRow, ...]:
    scope = _scope_of(session, days)
    if scope is None:
        return ()
    j = judgement(session, scope).subquery("judged").c
    outcome = next(outcome for outcome, each in _FORETOLD.items() if each == code)
    rows = session.execute(
        select(j.account_id, j.code, j.name, j.currency, j.net).join(Account, Account.id == j.account_id)
        .where(j.outcome == outcome.value, visible(session)).order_by(j.code).limit(MOST_ROWS), parameters(scope))
    return tuple(DayRow(id=at, account_id=row.account_id, code=row.code, name=row.name, what="",
                        currency=row.currency, minor=int(row.net)) for at, row in enumerate(rows))


def _scope_of(session: Session, days: Days) -> Scope | None:
    """What a scan of the last day would judge if nothing happens until then; None where no rules are in force."""
    rules = rules_in_force(session, provider_id=days.provider_id, on=days.last)
    if rules is None or days.provider_id in without_module(session, Module.AUTOMATED_SUSPENSION):
        return None
    return scope_for(session, provider_id=days.provider_id, rules=rules, as_of=days.last)
