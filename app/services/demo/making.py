"""Making the demo in an empty database, chunk by chunk, and refusing any other."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.models.suspension.hold import Hold
from app.models.values import (
    AccountStatus,
    AccountType,
    Enterprise,
    FundedKind,
    Funding,
    FundingScope,
    HoldKind,
    Named,
    PlanFrequency,
    TransactionKind,
)
from app.services.access.audit import write_audit
from app.services.clock import Clock, FixedClock, SystemClock
from app.services.database.dialects import lock_row
from app.services.database.engine import parse_url
from app.services.database.statistics import refresh_statistics
from app.services.database.unit_of_work import Database
from app.services.demo.all_or_nothing import Target, target_of
from app.services.demo.customers import Customer, chance_of, draw_customer, draw_outline
from app.services.demo.providers import Place, set_usual_brakes, write_providers
from app.services.demo.roles import SCENARIO, Part, parts_of
from app.services.demo.staff import write_staff
from app.services.demo.world import DEFAULT, HISTORY_DAYS, RESIDENTIAL, SCAN_DAYS_BACK, share_out
from app.services.demo.writing import Marked, Tally, Writer, moment_of, write_customers
from app.services.errors import BursarError, Cancelled, DatabaseProblem, RefusedByRule
from app.services.faults.drivers import describe
from app.services.group_accounts.joining import add_member
from app.services.hierarchy.operator import operator_of
from app.services.jobs import JobContext, Progress
from app.services.ledger.numbering import take_numbers
from app.services.ledger.plans import CoveredPart, create_plan
from app.services.ledger.reading import account_figures
from app.services.ledger.turning import turn_figures
from app.services.outbox.composing import compose_waiting
from app.services.products.kinds import Sorting, set_sorting
from app.services.profiles.moves import Members, move_members
from app.services.scans.restore import restore_by_hand
from app.services.scans.scan import run_scan
from app.services.suspension.promises import enter_promise
from app.services.wording import counted

DEFAULT_ACCOUNTS = 2_000
DEFAULT_SEED = 1
MAX_ACCOUNTS = 1_000_000
FIRST_END, LAST_END = date(1910, 1, 1), date(9900, 1, 1)
"""Days a demo may end on: the years before it, and the scans of the days after, stay within the calendar."""
ACTOR = "demo"
_CHUNK = 500
_MOVED = 3
"""Members that changed their profile on the last day."""
_PAYS, _PAID_FOR = 19, 2
"""The company of the worked example that pays for people, and for how many."""
_FAMILIES = (("MOBILE", "Mobile"), ("INTERNET", "Internet"))
_BEGUN, _FINISHED = "demo_begun", "demo_finished"
_SCAN_AT = time(1, tzinfo=UTC)
_PLANNED_DAYS_BACK = 22
"""On 10 June of the worked example, which is looked at on 2 July."""
"""Late morning in Sydney, Auckland and Tokyo, so inside Harbour Telecom's window, and the same date in Berlin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What was made."""

    until: date
    seed: int
    providers: int
    accounts: int
    services: int
    invoices: int
    payments: int
    disputes: int
    suspended: int

    @property
    def summary(self) -> str:
        return (
            f"{counted(self.accounts, 'customer')} of {counted(self.providers, 'provider')}, with "
            f"{counted(self.services, 'service')}, {counted(self.invoices, 'invoice')}, "
            f"{counted(self.payments, 'payment')} and {counted(self.disputes, 'dispute')} up to "
            f"{self.until.isoformat()}. {counted(self.suspended, 'is', 'are')} suspended."
        )


def create_demo(
    database_url: str, *, accounts: int = DEFAULT_ACCOUNTS, seed: int = DEFAULT_SEED, until: date | None = None,
    context: JobContext | None = None, clock: Clock | None = None,
) -> DemoReport:
    """Create the schema and fill it with demo data that ends on `until` (today where None).

    `accounts` counts end users. Refuses every database that holds anything but the operator, an interrupted demo
    among them. Commits chunk by chunk; where it fails or is stopped, everything is as it was before.
    """
    if not 0 <= accounts <= MAX_ACCOUNTS:
        raise RefusedByRule(f"The demo makes between 0 and {counted(MAX_ACCOUNTS, 'customer')}, not {accounts:,}.")
    # The business date of its providers is this one or the next, wherever the program runs.
    last_day = until or (clock or SystemClock()).now().astimezone(UTC).date()
    if not FIRST_END <= last_day <= LAST_END:
        raise RefusedByRule(f"The demo can end on a day from {FIRST_END.isoformat()} to {LAST_END.isoformat()}, not on "
                            f"{last_day.isoformat()}.")
    context = context or JobContext()
    moment = FixedClock(moment_of(last_day - timedelta(days=HISTORY_DAYS)))
    target = target_of(database_url, clock=moment, actor=ACTOR)
    try:
        database = Database(parse_url(target.url), clock=moment, actor=ACTOR)
        try:
            report = _Making(database, target, moment, context, accounts, seed, last_day).run()
        finally:
            database.close()
        target.keep()
    except BaseException as failure:
        _put_back(target, database_url, failure)
        if isinstance(failure, Cancelled):
            raise Cancelled("Stopped. No demo was made; everything is as it was before.") from failure
        raise
    return report


def _put_back(target: Target, url: str, failure: BaseException) -> None:
    """Leave what was there before; where that fails too, say both, for what is there then is half a demo."""
    try:
        target.undo()
    except (BursarError, OSError, sqlite3.Error) as trouble:
        raise DatabaseProblem(
            f"{failure} What was there before could not be put back ({trouble}), so {describe(parse_url(url))} may "
            "hold an incomplete demo. Delete it, or choose another database."
        ) from failure


def _refuse_unless_empty(session: Session, description: str) -> None:
    """The operator alone may be there. Locks it, so that two demos never fill one database."""
    operator = operator_of(session)
    lock_row(session, "provider", "account_id", operator.id)
    if session.scalar(select(func.count()).select_from(Account).where(Account.id != operator.id)) == 0:
        return
    done = set(session.scalars(select(AuditEntry.action).where(AuditEntry.action.in_([_BEGUN, _FINISHED])).distinct()))
    if done == {_BEGUN}:
        raise RefusedByRule(
            f"{description} holds a demo that was interrupted and is incomplete. Delete it, or choose another database."
        )
    raise RefusedByRule(
        f"{description} already holds accounts. The demo never mixes with other data: choose another database."
    )


@dataclass(slots=True)
class _Making:
    """One demo on its way."""

    database: Database
    target: Target
    clock: FixedClock
    context: JobContext
    accounts: int
    seed: int
    until: date
    tally: Tally = field(default_factory=Tally)
    marked: Marked = field(default_factory=Marked)

    def run(self) -> DemoReport:
        with self.database.write() as session:
            _refuse_unless_empty(session, self.database.description)
            self.target.remember(session)
            _mark(session, _BEGUN, f"{counted(self.accounts, 'customer')}, seed {self.seed}, "
                                   f"until {self.until.isoformat()}")
            places = write_providers(session, self.until)
        for place, count in zip(places, share_out(self.accounts), strict=True):
            self._fill(place, count)
        self._make_plans()
        self._scan_and_restore()
        self.clock.moment = moment_of(self.until)
        with self.database.write() as session:
            self._promise(session)
            for place in places:
                _move_some(session, place)
                _join_some(session, place)
        self._keep_figures()  # while nobody has to sign in
        with self.database.write() as session:
            write_staff(session, places)
            _mark(session, _FINISHED, counted(self.tally.accounts, "customer"))
            suspended = session.scalar(select(func.count()).select_from(Hold).where(
                Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_on.is_(None))) or 0
        t = self.tally
        return DemoReport(until=self.until, seed=self.seed, providers=len(places) + 1, accounts=t.accounts,
                          services=t.services, invoices=t.invoices, payments=t.payments,
                          disputes=t.disputes, suspended=suspended)

    def _keep_figures(self) -> None:
        """As of the last day, so that its first list is quick."""
        with self.database.read() as session:
            providers = session.scalars(select(Provider.account_id).order_by(Provider.account_id)).all()
        for provider_id in providers:
            turn_figures(self.database, self.context, provider_id=provider_id)

    def _fill(self, place: Place, count: int) -> None:
        """Write all customers of one provider, a chunk a transaction."""
        parts = parts_of(place.spec, count)
        writer = Writer(place, self.until, self._set_numbers_aside(place, count, parts), self.tally, self.marked)
        for first in range(1, count + 1, _CHUNK):
            self.context.raise_if_cancelled()
            last = min(count, first + _CHUNK - 1)
            customers = [self._customer(place, n, parts.get(n)) for n in range(first, last + 1)]
            with self.database.write() as session:
                write_customers(session, writer, customers)
            refresh_statistics(self.database)
            self.context.report(Progress(done=self.tally.accounts, total=self.accounts, note=place.spec.name))

    def _customer(self, place: Place, n: int, part: Part | None) -> Customer:
        chance = chance_of(self.seed, place.spec, n)
        return draw_customer(chance, place.spec, draw_outline(chance, place.spec, n, part, self.until))

    def _set_numbers_aside(self, place: Place, count: int, parts: dict[int, Part]) -> dict[date, int]:
        """Take the numbers of all invoices of a provider; returns, by posting date, the last number before it."""
        dates: Counter[date] = Counter()
        for n in range(1, count + 1):
            outline = draw_outline(chance_of(self.seed, place.spec, n), place.spec, n, parts.get(n), self.until)
            dates.update(period.posted_on for period in outline.periods(self.until))
        if not dates:
            return {}
        with self.database.write() as session:
            first = take_numbers(session, provider_id=place.id, kind=TransactionKind.INVOICE.value,
                                 count=dates.total())[0]
        starts = accumulate((dates[day] for day in sorted(dates)), initial=first - 1)
        return dict(zip(sorted(dates), starts, strict=False))

    def _make_plans(self) -> None:
        """Payment plans over the newest invoice, made a week after it was posted and beginning a week from now."""
        self.clock.moment = datetime.combine(self.until - timedelta(days=_PLANNED_DAYS_BACK), _SCAN_AT)
        with self.database.write() as session:
            for account_id, covered_minor in self.marked.planned.items():
                newest = session.scalars(
                    select(FinancialTransaction.id).where(
                        FinancialTransaction.account_id == account_id,
                        FinancialTransaction.kind == TransactionKind.INVOICE.value)
                    .order_by(FinancialTransaction.effective_on.desc()).limit(1)).one()
                create_plan(session, account_id=account_id, first_on=self.until + timedelta(days=8), count=3,
                            frequency=PlanFrequency.MONTHLY, note="Agreed by telephone",
                            parts=[CoveredPart(invoice_id=newest, covered_minor=covered_minor)])

    def _promise(self, session: Session) -> None:
        for account_id in self.marked.promised:
            owing = account_figures(session, [account_id], self.until)[account_id].overdue_payable_minor
            enter_promise(session, account_id=account_id, amount_minor=owing, note="After payday, by telephone",
                          pay_by=self.until + timedelta(days=5))

    def _scan_and_restore(self) -> None:
        """The scans of earlier days, as they would have run; staff restore a few accounts by hand after the last."""
        for days_back in SCAN_DAYS_BACK:
            self.context.raise_if_cancelled()
            day = self.until - timedelta(days=days_back)
            self.context.report(Progress(done=self.accounts, total=self.accounts, note=f"Scan of {day.isoformat()}"))
            self.clock.moment = datetime.combine(day, _SCAN_AT)
            run_scan(self.database, JobContext())
            compose_waiting(self.database)
        self.clock.moment += timedelta(hours=1)
        with self.database.write() as session:
            set_usual_brakes(session)
            held = select(Hold.account_id).where(
                Hold.account_id.in_(self.marked.by_hand), Hold.kind == HoldKind.OVERDUE.value, Hold.lifted_on.is_(None))
            for account_id in session.scalars(held.order_by(Hold.account_id)).all():
                restore_by_hand(session, account_id=account_id, on=self.clock.moment.date(),
                                reason="Promised to pay by the end of the week")
        compose_waiting(self.database)


def _move_some(session: Session, place: Place) -> None:
    """A few members of the default profile went to the residential one today, so that there is a move to take back.

    Accounts of the worked example stay where they are.
    """
    if not place.spec.has_scenario:
        return
    last = place.spec.code_form.format(n=max(SCENARIO))
    found = session.scalars(
        select(Account.id).where(
            Account.provider_id == place.id, Account.profile_id == place.profiles[DEFAULT],
            Account.type == AccountType.END_USER.value, Account.enterprise == Enterprise.INDIVIDUAL.value,
            Account.code > last)
        .order_by(Account.code).limit(_MOVED)).all()
    if found:
        move_members(session, provider_id=place.id, seen=0, members=Members(account_ids=tuple(found)),
                     to_profile_id=place.profiles[RESIDENTIAL])


def _join_some(session: Session, place: Place) -> None:
    """A company pays for two people: for one all that can be funded, for the other what belongs to a family."""
    if not place.spec.has_scenario:
        return
    for code, name in _FAMILIES:
        set_sorting(session, provider_id=place.id, sorting=Sorting.FAMILY, code=code, name=name, seen=None)
    named = [place.spec.code_form.format(n=n) for n in SCENARIO]
    active = select(Account.id).where(
        Account.provider_id == place.id, Account.type == AccountType.END_USER.value,
        Account.status == AccountStatus.ACTIVE.value).order_by(Account.code)
    parent = session.scalar(active.where(Account.code == place.spec.code_form.format(n=_PAYS)))
    members = session.scalars(active.where(
        Account.code.not_in(named), Account.enterprise == Enterprise.INDIVIDUAL.value).limit(_PAID_FOR)).all()
    family = Named(FundedKind.FAMILY, _FAMILIES[0][0])
    fundings = (Funding(scope=FundingScope.FULL),
                Funding(scope=FundingScope.PARTIAL, items=frozenset({family})))
    for member, funding in zip(members if parent is not None else (), fundings, strict=False):
        add_member(session, parent_id=parent or 0, member_id=member, funding=funding)


def _mark(session: Session, action: str, detail: str) -> None:
    write_audit(session, provider_id=None, action=action, detail=detail)
