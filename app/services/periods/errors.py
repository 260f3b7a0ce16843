"""What stands against closing a period: the error check, one statement for each kind of error over all accounts.

Constraints and guards make these errors impossible through this program; a client that switched them off, or a damaged
disk, may still have made some. The check names the first rows of each kind. Nothing is changed by it, and nothing is
closed while it finds anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, FinancialTransaction, InvoiceLine
from app.models.ledger.periods import AccountingPeriod, OpeningBalance
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import TransactionKind, TransactionState
from app.services.access.authorize import require_unlimited
from app.services.database.dialects import among, unindexed
from app.services.ledger.reading import amount_sum
from app.services.periods.opening import sums_before
from app.services.periods.queries import PeriodRow, open_period_of, row_of
from app.services.wording import by_count, listed

_NAMED = 10
"""So many rows of an error are named; the rest are counted."""
_T = FinancialTransaction
_NUMBER = func.coalesce(_T.number, "without a number")
_POSTED = TransactionState.POSTED.value


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodError:
    """One kind of error, with the rows that have it."""

    code: str
    words: str
    """A whole sentence that names the first rows."""
    rows: tuple[str, ...]
    """Numbers of documents or codes of accounts; the first ones where there are many."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCheck:
    """What the error check of the open period came to."""

    period: PeriodRow
    errors: tuple[PeriodError, ...]

    @property
    def sentence(self) -> str:
        """Why the period cannot be closed; empty where nothing was found."""
        if not self.errors:
            return ""
        return (f"The period {self.period.name} cannot be closed. "
                f"{' '.join(error.words for error in self.errors)} Nothing was changed.")


def check_period(session: Session, told: Callable[[str], None] = lambda _note: None, *, provider_id: int) -> ErrorCheck:
    """The error check of the open period of a provider; `told` is called before each of its parts."""
    require_unlimited(session, provider_id, Power.LEDGER_PERIODS)
    period = open_period_of(session, provider_id)
    found: list[PeriodError] = []
    for note, check in CHECKS:
        told(note)
        found += check(session, period)
    return ErrorCheck(period=row_of(period), errors=tuple(found))


def _lines(session: Session, period: AccountingPeriod) -> Iterator[PeriodError]:
    """Invoices whose lines do not add up; for the first period also of all that is before it."""
    lines = select(func.coalesce(func.sum(InvoiceLine.amount_minor), 0)).where(
        InvoiceLine.transaction_id == _T.id).correlate(_T).scalar_subquery()
    days = [_T.effective_on <= period.ends_on, *_since(period, _T.effective_on)]
    rows = select(_NUMBER).where(*_posted(session, period), _T.kind == TransactionKind.INVOICE.value, *days,
                               lines != _T.amount_minor)
    yield from _of_documents(
        session, "lines", rows, "The lines of the invoice {names} do not add up to it.",
        "The lines of {count} invoices do not add up to them: {names}.")


def _allocations(session: Session, period: AccountingPeriod) -> Iterator[PeriodError]:
    """Documents of which more is allocated than they have, where any of it is of the period or later."""
    for column in (Allocation.debit_id, Allocation.credit_id):
        # The sums stand in one index each; only what was touched since is looked up.
        used = select(column.label("id"), amount_sum(Allocation.amount_minor).label("amount")).group_by(column).having(
            *_since(period, func.max(Allocation.effective_on))).subquery()
        rows = select(_NUMBER).join(used, used.c.id == _T.id).where(
            _T.provider_id == period.provider_id, or_(used.c.amount > _T.amount_minor, used.c.amount < 0))
        yield from _of_documents(
            session, "allocations", rows, "More is allocated of {names} than it has.",
            "Of {count} documents more is allocated than they have: {names}.")


def _opening_balances(session: Session, period: AccountingPeriod) -> Iterator[PeriodError]:
    """Accounts whose stored balance is not what their rows come to, and what came in late for days that were closed."""
    sums = sums_before(session, period.provider_id, period.starts_on)
    stored = select(OpeningBalance.account_id, OpeningBalance.balance_minor).where(
        OpeningBalance.period_id == period.id).subquery()
    wrong = (
        select(Account.id, Account.code).outerjoin(sums, sums.c.account_id == Account.id)
        .outerjoin(stored, stored.c.account_id == Account.id)
        .where(Account.provider_id == period.provider_id,
               func.coalesce(sums.c.balance, 0) != func.coalesce(stored.c.balance_minor, 0)).order_by(Account.code))
    found = session.execute(wrong).all()
    yield from _error("opening_balances", [row.code for row in found],
                      "Account {names} did not begin the period with what its documents come to.",
                      "{count} accounts did not begin the period with what their documents come to: {names}.")
    if found:
        late = select(_NUMBER).where(
            *_posted(session, period), among(session, _T.account_id, [row.id for row in found]),
            _T.effective_on < period.starts_on, _T.recorded_at > period.opened_at)
        yield from _of_documents(session, "late_rows", late, "{names} came in later for a day that was closed.",
                                 "{count} documents came in later for days that were closed: {names}.")


# --------------------------------------------------------------------------- parts of the statements


def _posted(session: Session, period: AccountingPeriod) -> tuple[ColumnElement[bool], ...]:
    """Posted rows of the period's provider, as far as an index that holds all of them says."""
    return unindexed(session, _T.provider_id) == period.provider_id, _T.state == _POSTED


def _since(period: AccountingPeriod, day: Any) -> list[ColumnElement[bool]]:
    """From the period's first day on; of the first period nothing before it was looked at yet."""
    return [day >= period.starts_on] if period.number > 1 else []


def _of_documents(session: Session, code: str, numbers: Select[Any], one: str, many: str) -> Iterator[PeriodError]:
    yield from _error(code, sorted(session.scalars(numbers)), one, many)


def _error(code: str, names: Sequence[str], one: str, many: str) -> Iterator[PeriodError]:
    if names:
        rest = len(names) - _NAMED
        shown = [*names[:_NAMED], *([f"{rest:,} more"] if rest > 0 else [])]
        yield PeriodError(code=code, words=by_count(len(names), one, many, names=listed(shown)),
                          rows=tuple(names[:_NAMED]), count=len(names))


CHECKS: tuple[tuple[str, Callable[[Session, AccountingPeriod], Iterator[PeriodError]]], ...] = (
    ("Lines of invoices", _lines), ("Allocations", _allocations), ("Balances of the beginning", _opening_balances),
)
"""All that is looked at, in this order."""
