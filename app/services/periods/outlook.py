"""What closing the open period would do, said before it is done; and what a closed one began and ended with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.ledger.periods import AccountingPeriod
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import DEBIT_KINDS, TransactionState
from app.services.access.authorize import require_provider
from app.services.database.dialects import unindexed
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.jobs import JobContext
from app.services.ledger.reading import amount_sum
from app.services.periods.errors import CHECKS, ErrorCheck, check_period
from app.services.periods.opening import Total, sums_before, totals_of
from app.services.periods.queries import PeriodRow, PeriodsPage, periods_page, row_of
from app.services.periods.steps import Steps

_T = FinancialTransaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodSheet:
    """One period with what all accounts together began it with; of a closed one also what they ended it with."""

    row: PeriodRow
    begun: tuple[Total, ...]
    ended: tuple[Total, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingOutlook:
    """What stands against closing the open period, and what the next one would begin with, as of now."""

    page: PeriodsPage
    check: ErrorCheck
    totals: tuple[Total, ...]
    """What the next period would begin with, by currency."""
    unallocated: tuple[Total, ...]
    """Credit that is allocated to nothing by the last day; it stays with its accounts."""
    drafts: tuple[Total, ...]
    """Drafts of days of the period, counted as documents; they stay drafts unless they are posted."""

    @property
    def draft_count(self) -> int:
        return sum(total.count for total in self.drafts)

    @property
    def refusal(self) -> str:
        """Why the period cannot be closed now; empty where it can."""
        return self.page.not_to_be_closed or self.check.sentence


def period_sheet(session: Session, *, period_id: int) -> PeriodSheet:
    """A period and its totals."""
    period = session.get(AccountingPeriod, period_id, populate_existing=True)
    if period is None:
        raise NotFound("There is no such accounting period in this database.")
    require_provider(session, period.provider_id, Power.LEDGER)
    following = session.scalar(select(AccountingPeriod.id).where(
        AccountingPeriod.provider_id == period.provider_id, AccountingPeriod.number == period.number + 1))
    return PeriodSheet(row=row_of(period), begun=totals_of(session, period_id),
                       ended=() if following is None else totals_of(session, following))


def closing_outlook(
    session: Session, told: Callable[[str], None] = lambda _note: None, *, provider_id: int
) -> ClosingOutlook:
    """Look for errors, and reckon what the next period would begin with. Refused where no period is open."""
    check = check_period(session, told, provider_id=provider_id)
    told("Balances")
    last = check.period.ends_on
    return ClosingOutlook(
        page=periods_page(session, provider_id=provider_id), check=check, totals=_balances(session, provider_id, last),
        unallocated=_unallocated(session, provider_id, last), drafts=_drafts(session, provider_id, check.period))


def look_ahead(database: Database, context: JobContext, *, provider_id: int) -> ClosingOutlook:
    """The same as a job, which says how far it is and can be stopped."""
    with database.read() as session:
        return closing_outlook(session, Steps(context, total=len(CHECKS) + 1), provider_id=provider_id)


def _balances(session: Session, provider_id: int, last: date) -> tuple[Total, ...]:
    sums = sums_before(session, provider_id, last + timedelta(days=1))
    rows = session.execute(
        select(Account.currency, amount_sum(sums.c.balance).label("minor"), func.count().label("found"))
        .outerjoin(sums, sums.c.account_id == Account.id).where(Account.provider_id == provider_id)
        .group_by(Account.currency).order_by(Account.currency))
    return tuple(Total(currency=row.currency, balance_minor=row.minor or 0, count=row.found) for row in rows)


def _unallocated(session: Session, provider_id: int, last: date) -> tuple[Total, ...]:
    """All credit less all that was allocated of it, which needs no look at single documents."""
    credit = select(_T.account_id, amount_sum(_T.amount_minor).label("minor")).where(
        unindexed(session, _T.provider_id) == provider_id, _T.state == TransactionState.POSTED.value,
        _T.kind.not_in(sorted(DEBIT_KINDS)), _T.effective_on <= last).group_by(_T.account_id).subquery()
    used = select(Allocation.account_id, amount_sum(Allocation.amount_minor).label("minor")).where(
        Allocation.provider_id == provider_id, Allocation.effective_on <= last).group_by(
        Allocation.account_id).subquery()
    left = amount_sum(credit.c.minor - func.coalesce(used.c.minor, 0))
    rows = session.execute(
        select(Account.currency, left.label("minor")).join(credit, credit.c.account_id == Account.id)
        .outerjoin(used, used.c.account_id == Account.id).group_by(Account.currency).order_by(Account.currency))
    return tuple(Total(currency=row.currency, balance_minor=row.minor, count=0) for row in rows if row.minor)


def _drafts(session: Session, provider_id: int, period: PeriodRow) -> tuple[Total, ...]:
    rows = session.execute(
        select(_T.currency, amount_sum(_T.amount_minor).label("minor"), func.count().label("found"))
        .where(_T.provider_id == provider_id, _T.state == TransactionState.DRAFT.value,
               _T.effective_on.between(period.starts_on, period.ends_on))
        .group_by(_T.currency).order_by(_T.currency))
    return tuple(Total(currency=row.currency, balance_minor=row.minor, count=row.found) for row in rows)
