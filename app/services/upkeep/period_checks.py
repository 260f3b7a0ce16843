"""What `bursar db check` compares of accounting periods: their order, and balances that follow from the ledger.

The balances that accounts began periods with are compared with all that was posted before, those of all periods in one
statement: what was closed never changes any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, exists, func, select, union
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.periods import AccountingPeriod, AccountingSettings, OpeningBalance
from app.models.parties.account import Account
from app.models.rules.periods import period_days
from app.models.values import PeriodFrequency, PeriodState, TransactionState
from app.services.ledger.reading import amount_sum, signed_amount
from app.services.wording import day_text

_P, _T, _HOME = AccountingPeriod, FinancialTransaction, aliased(Account, name="home")


def periods_out_of_order(session: Session) -> list[str]:
    """Periods that are not where the settings put them, and providers whose newest one is not the open one."""
    rows: dict[int, list[AccountingPeriod]] = {}
    for period in session.scalars(select(_P).order_by(_P.provider_id, _P.number)):
        rows.setdefault(period.provider_id, []).append(period)
    found: list[str] = []
    for settings, code in session.execute(
            select(AccountingSettings, Account.code).join(Account, Account.id == AccountingSettings.provider_id)
            .order_by(Account.code)):
        found += [f"{code} {words}" for words in _faults(settings, rows.get(settings.provider_id, ()))]
    return found


def _faults(settings: AccountingSettings, periods: Sequence[AccountingPeriod]) -> list[str]:
    found = []
    for number, period in enumerate(periods, start=1):
        days = period_days(settings.first_on, PeriodFrequency(settings.frequency), number)
        state = PeriodState.OPEN if number == len(periods) else PeriodState.CLOSED
        if (period.number, period.starts_on, period.ends_on) != (number, days.starts_on, days.ends_on):
            found.append(f"{period.number} ({day_text(period.starts_on)} to {day_text(period.ends_on)})")
        elif period.state != state.value:
            found.append(f"{period.number} ({period.state} instead of {state.value})")
    return found or ([] if periods else ["(no period)"])


def balances_that_do_not_follow(session: Session) -> list[str]:
    """Balances that accounts began a period with and that are not what was posted before, as PROVIDER/CODE and day."""
    before = and_(_T.account_id == Account.id, _T.state == TransactionState.POSTED.value,
                  _T.effective_on < _P.starts_on)
    posted = select(amount_sum(signed_amount())).where(before).correlate(Account, _P).scalar_subquery()
    stored = (
        select(_HOME.code.label("home"), Account.code.label("code"), _P.starts_on.label("day"))
        .select_from(OpeningBalance).join(_P, _P.id == OpeningBalance.period_id)
        .join(Account, Account.id == OpeningBalance.account_id).join(_HOME, _HOME.id == _P.provider_id)
        .where(OpeningBalance.balance_minor != func.coalesce(posted, 0)))
    # Who came after a period began has no balance of its beginning, and nothing posted before it either.
    has_none = ~exists().where(OpeningBalance.period_id == _P.id, OpeningBalance.account_id == Account.id)
    missing = (
        select(_HOME.code, Account.code, _P.starts_on).select_from(_T).join(Account, Account.id == _T.account_id)
        .join(_P, _P.provider_id == _T.provider_id).join(_HOME, _HOME.id == _P.provider_id)
        .where(_P.state == PeriodState.OPEN.value, before, has_none))
    rows = session.execute(union(stored, missing).order_by("home", "code", "day"))
    return [f"{row.home}/{row.code} on {day_text(row.day)}" for row in rows]
