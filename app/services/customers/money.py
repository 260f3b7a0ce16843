"""The figures of a list's accounts as columns of its statement: those that are kept, where they are right for its day.

As of any other day, and while some of them wait to be turned, the same columns are sums over the ledger of the whole
provider, and limits are resolved. Both give the same values, so a list that is read on while figures are turned
continues where it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, cast, func, literal, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.ledger.figures import NO_LIMIT, NO_RATE, NOT_LATE, KeptFigures
from app.models.parties.account import Account
from app.services.attributes.limits import CreditColumns, credit_columns, limit_of_account, rank_of
from app.services.database.dialects import days_between, greatest, unindexed
from app.services.ledger.keeping import EPOCH, Standing, standing_of_figures
from app.services.ledger.reading import (
    amount_sum,
    balances_by_account,
    open_invoices,
    unallocated_by_account,
)
from app.services.paging import AnySelect

_KEPT = KeptFigures


class MoneyColumns:
    """Columns by account, joined to `source` when they are asked for; each is joined once."""

    def __init__(self, session: Session, provider_id: int, as_of: date) -> None:
        self._session = session
        self._provider_id = provider_id
        self._as_of = as_of
        self._standing: Standing = standing_of_figures(session, provider_id=provider_id, as_of=as_of)
        self._credit: CreditColumns = credit_columns()
        self._joined: dict[str, Any] = {}
        self.source: Any = Account.__table__

    @property
    def is_kept(self) -> bool:
        """Whether balances and what is late are kept for the day of the list."""
        return self._standing.figures

    @property
    def is_credit_kept(self) -> bool:
        return self._standing.figures and self._standing.limits

    def begin_with_limits(self) -> None:
        """Join what limits are resolved from, where they are not kept; before anything else is joined."""
        if not self._standing.limits:
            self.source = self._credit.joined

    def join_kept(self) -> None:
        if "kept" not in self._joined:
            self._joined["kept"] = True
            self.source = self.source.join(_KEPT.__table__, _KEPT.account_id == Account.id)

    # --- for the conditions of the box ---

    def figure(self, name: str) -> ColumnElement[Any]:
        """balance, overdue, payable, oldest or credit; credit is NULL where there is nothing to compare."""
        figures: dict[str, Callable[[], ColumnElement[Any]]] = {
            "balance": self.balance, "overdue": self.outstanding, "payable": self.payable, "oldest": self._oldest,
            "credit": self._credit_left,
        }
        return figures[name]()

    def owing(self, low: date | None, high: date | None) -> ColumnElement[bool]:
        """An invoice due from one day to another is not settled."""
        due = FinancialTransaction.due_on
        days = [*([due >= low] if low is not None else []), *([due <= high] if high is not None else [])]
        i = open_invoices(self._session, and_(self._ledger(), *days), self._as_of, numbers=False).c
        return Account.id.in_(select(i.account_id))

    def has_no_limit(self) -> ColumnElement[bool]:
        """No credit limit holds for the account."""
        return self._limit() == NO_LIMIT

    # --- what lists sort by ---

    def balance(self) -> ColumnElement[Any]:
        return self._kept_or(_KEPT.balance_minor, lambda: self._outer(
            "balances", balances_by_account(self._ledger(), self._as_of), "balance"))

    def outstanding(self) -> ColumnElement[Any]:
        """Unsettled part of invoices past due."""
        return self._kept_or(_KEPT.outstanding_minor, lambda: self._late("outstanding"))

    def payable(self) -> ColumnElement[Any]:
        """Overdue payable, less credit that is not allocated."""
        return self._kept_or(_KEPT.payable_minor, lambda: cast(
            greatest(self._session, self._late("payable") - self._unallocated(), 0), BigInteger))

    def late_rank(self) -> ColumnElement[Any]:
        """The age of the oldest invoice past due with something payable, as it is kept."""
        return self._kept_or(_KEPT.late_rank, lambda: self._late("late_rank", NOT_LATE))

    def credit_rank(self) -> ColumnElement[Any]:
        """Credit left, as it is kept: limits without a rate behind it, no limit last."""
        if self.is_credit_kept:
            self.join_kept()
            return _KEPT.credit_rank.expression
        return rank_of(self._limit(), self.balance())

    def services(self) -> ColumnElement[Any]:
        """Services that are not cancelled; kept whatever the day."""
        self.join_kept()
        return _KEPT.service_count.expression

    # --- parts ---

    def _kept_or(self, column: Any, reckoned: Callable[[], ColumnElement[Any]]) -> ColumnElement[Any]:
        if not self._standing.figures:
            return reckoned()
        self.join_kept()
        expression: ColumnElement[Any] = column.expression
        return expression

    def _oldest(self) -> ColumnElement[Any]:
        rank = self.late_rank()
        return case((rank == NOT_LATE, 0), else_=rank + literal((self._as_of - EPOCH).days, BigInteger))

    def _credit_left(self) -> ColumnElement[Any]:
        rank = self.credit_rank()
        return case((rank < NO_RATE, rank))

    def _limit(self) -> ColumnElement[Any]:
        if not self._standing.limits:
            return limit_of_account(self._credit)
        self.join_kept()
        return _KEPT.limit_minor.expression

    def _ledger(self) -> ColumnElement[bool]:
        return unindexed(self._session, FinancialTransaction.provider_id) == self._provider_id

    def _outer(self, name: str, statement: AnySelect, column: str, nothing: int = 0) -> ColumnElement[Any]:
        """A sum by account, joined once; `nothing` for accounts without a row."""
        if name not in self._joined:
            sums = statement.subquery(name)
            self.source = self.source.outerjoin(sums, sums.c.account_id == Account.id)
            self._joined[name] = sums
        return cast(func.coalesce(self._joined[name].c[column], nothing), BigInteger)

    def _unallocated(self) -> ColumnElement[Any]:
        return self._outer("credits", unallocated_by_account(self._ledger(), self._as_of), "unallocated")

    def _late(self, column: str, nothing: int = 0) -> ColumnElement[Any]:
        """One sum over the invoices past due; only what is asked for is computed."""
        i = open_invoices(self._session, self._ledger(), self._as_of, past_due_only=True, numbers=False).c
        sums = {
            "outstanding": amount_sum(i.unsettled),
            "payable": amount_sum(i.payable),
            "late_rank": func.max(case((i.payable > 0, days_between(self._session, EPOCH, i.due_on)))),
        }
        statement = select(i.account_id, sums[column].label(column)).group_by(i.account_id)
        return self._outer(f"late_{column}", statement, column, nothing)
