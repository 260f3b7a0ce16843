"""Opening a period, and the balance that each account begins it with, in one statement for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, Subquery, func, insert, literal, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.periods import AccountingPeriod, OpeningBalance
from app.models.parties.account import Account
from app.models.rules.periods import PeriodDays
from app.models.values import PeriodState, grouped_amount
from app.services.database.dialects import unindexed
from app.services.ledger.reading import amount_sum, balances_by_account
from app.services.wording import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """What the balances of a period's beginning come to in one currency; several are never added."""

    currency: str
    balance_minor: int
    count: int
    """Of the accounts, or of whatever is summed."""


def open_period(
    session: Session, provider_id: int, number: int, days: PeriodDays, *, at: datetime
) -> AccountingPeriod:
    """Open a period and write what every account of the provider begins it with.

    The lock of the ledger is kept alone by whoever calls, so that nothing is posted meanwhile.
    """
    period = AccountingPeriod(
        provider_id=provider_id, number=number, starts_on=days.starts_on, ends_on=days.ends_on,
        state=PeriodState.OPEN.value, opened_at=at)
    session.add(period)
    session.flush()
    # All that was posted before it, from the first row on: so a balance never carries on what a former one said wrong.
    sums = sums_before(session, provider_id, days.starts_on)
    balances = (
        select(literal(period.id, BigInteger), Account.id, func.coalesce(sums.c.balance, 0))
        .outerjoin(sums, sums.c.account_id == Account.id).where(Account.provider_id == provider_id)
        .order_by(Account.id)
    )
    session.execute(insert(OpeningBalance).from_select(["period_id", "account_id", "balance_minor"], balances))
    return period


def sums_before(session: Session, provider_id: int, starts_on: date) -> Subquery:
    """account_id and balance of all that was posted at a provider on the days before one."""
    here = unindexed(session, FinancialTransaction.provider_id) == provider_id
    return balances_by_account(here, starts_on - timedelta(days=1)).subquery()


def totals_of(session: Session, period_id: int) -> tuple[Total, ...]:
    """What all accounts together began a period with, currency by currency."""
    rows = session.execute(
        select(Account.currency, amount_sum(OpeningBalance.balance_minor), func.count())
        .join(Account, Account.id == OpeningBalance.account_id)
        .where(OpeningBalance.period_id == period_id).group_by(Account.currency).order_by(Account.currency))
    return tuple(Total(currency=currency, balance_minor=balance, count=count) for currency, balance, count in rows)


def total_words(totals: tuple[Total, ...]) -> str:
    """Sums by currency in a sentence: "160.00 EUR and 20.00 USD"; "nothing" where there are none."""
    return listed([f"{grouped_amount(total.balance_minor, total.currency)} {total.currency}"
                   for total in totals]) or "nothing"
