"""Reading the ledger as of any date: what is open, what is disputed, what may be asked for, how old it is.

Every question takes `(as_of, known_at)`. *As of D* means after everything dated D: an invoice posted on D counts, a
payment of D has been received, a dispute ending on D has ended, an invoice due on D is not yet overdue. `known_at`
limits the answer to what was recorded by an instant; with both given it never changes.

Definitions: payable of an invoice = unsettled − disputed − planned, never below 0, where planned is what a payment plan
still covers of it; outstanding of an account = Σ unsettled of invoices past due; overdue payable = max(0, Σ payable of
invoices past due − unallocated credit).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.ledger.plans import PaymentPlan, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.parties.account import Account
from app.models.values import DEBIT_KINDS, TransactionKind, TransactionState
from app.services.database.dialects import days_between, fenced, greatest, is_sqlite, least

_DEBITS = sorted(k.value for k in DEBIT_KINDS)
_POSTED = TransactionState.POSTED.value

Day = date | BindParameter[date]
Instant = datetime | BindParameter[datetime]


def signed_amount() -> ColumnElement[int]:
    """The amount of a transaction as it changes the balance: debit positive."""
    t = FinancialTransaction
    return case((t.kind.in_(_DEBITS), t.amount_minor), else_=-t.amount_minor)


def amount_sum(column: Any) -> ColumnElement[int]:
    """A sum of amounts as an integer; PostgreSQL makes a NUMERIC of a sum of bigints."""
    return cast(func.sum(column), BigInteger)


def known(column: Any, known_at: Instant | None) -> list[ColumnElement[bool]]:
    """Condition "was recorded by then"; none where everything known now counts."""
    return [] if known_at is None else [column <= known_at]


def unsettled(as_of: Day, known_at: Instant | None = None) -> ColumnElement[int]:
    """What is left of a debit row of the statement's FROM, as of a date."""
    t = FinancialTransaction
    settled = (
        select(amount_sum(Allocation.amount_minor))
        .where(Allocation.debit_id == t.id, Allocation.effective_on <= as_of, *known(Allocation.recorded_at, known_at))
        .correlate(t).scalar_subquery()
    )
    return t.amount_minor - func.coalesce(settled, 0)


def disputed(as_of: Day, known_at: Instant | None = None, *, invoice_id: Any = None) -> ColumnElement[int]:
    """What of an invoice is in dispute, as of a date: of the row of the statement's FROM, or of another's id there."""
    of = FinancialTransaction.id if invoice_id is None else invoice_id
    entries = (
        select(amount_sum(DisputeEntry.delta_minor))
        .where(DisputeEntry.invoice_id == of, DisputeEntry.effective_on <= as_of,
               *known(DisputeEntry.recorded_at, known_at))
        .correlate(FinancialTransaction if invoice_id is None else invoice_id.table).scalar_subquery()
    )
    return func.coalesce(entries, 0)


def plan_stands(as_of: Day, known_at: Instant | None = None) -> ColumnElement[bool]:
    """Whether a plan of the statement's FROM covers its invoices, as of a date: not on the day it ends."""
    plan = PaymentPlan
    still = [plan.ended_on.is_(None), plan.ended_on > as_of]
    if known_at is not None:
        still.append(plan.ended_recorded_at > known_at)
    return and_(plan.effective_on <= as_of, *known(plan.recorded_at, known_at), or_(*still))


def planned(as_of: Day, known_at: Instant | None = None, *, invoice_id: Any = None) -> ColumnElement[int]:
    """What plans still cover of an invoice, as of a date: what they took in less what instalments settled of it.

    Of the row of the statement's FROM, or of another's id there.
    """
    of = FinancialTransaction.id if invoice_id is None else invoice_id
    covers, paid = PaymentPlanInvoice, PaymentPlanSettlement
    settled = (
        select(amount_sum(Allocation.amount_minor)).join(paid, paid.allocation_id == Allocation.id)
        .where(Allocation.debit_id == covers.invoice_id, paid.plan_id == covers.plan_id,
               Allocation.effective_on <= as_of, *known(Allocation.recorded_at, known_at))
        .correlate(covers).scalar_subquery()
    )
    left = (
        select(amount_sum(covers.covered_minor - func.coalesce(settled, 0)))
        .join(PaymentPlan, PaymentPlan.id == covers.plan_id)
        .where(covers.invoice_id == of, plan_stands(as_of, known_at))
        .correlate(FinancialTransaction if invoice_id is None else invoice_id.table).scalar_subquery()
    )
    return func.coalesce(left, 0)


def plans_exist(session: Session) -> bool:
    """Whether there is any payment plan: without one no statement over whole books looks for them."""
    return bool(session.scalar(select(exists().where(PaymentPlan.id > 0))))


def unallocated(as_of: Day, known_at: Instant | None = None) -> ColumnElement[int]:
    """What is left of a credit row of the statement's FROM, as of a date."""
    t = FinancialTransaction
    used = (
        select(amount_sum(Allocation.amount_minor))
        .where(Allocation.credit_id == t.id, Allocation.effective_on <= as_of, *known(Allocation.recorded_at, known_at))
        .correlate(t).scalar_subquery()
    )
    return t.amount_minor - func.coalesce(used, 0)


def open_invoices(
    session: Session, accounts: Any, as_of: Day, known_at: Instant | None = None, *, past_due_only: bool = False,
    numbers: bool = True, plans: bool | None = None,
) -> Subquery:
    """One row per unsettled invoice: account_id, id, number, due_on, unsettled, disputed, planned, payable, days_late.

    Of what is in dispute, no more counts than is unsettled: an invoice that was paid in part may be contested whole.
    `accounts` is a condition on `FinancialTransaction.account_id` or its provider. Sums of a whole provider leave out
    the invoice `numbers`: what is left stands in one index. `plans` says whether there are any, where that is known.
    """
    t = FinancialTransaction
    conditions = [accounts, t.kind == TransactionKind.INVOICE.value, t.state == _POSTED, t.effective_on <= as_of,
                  *known(t.recorded_at, known_at)]
    if past_due_only:
        conditions.append(t.due_on < as_of)
    plain = [t.account_id, t.id, t.due_on, *([t.number] if numbers else [])]
    rows = fenced(select(*plain, unsettled(as_of, known_at).label("unsettled")).where(*conditions), "invoice_rows")
    # Most invoices of a book are settled, so disputes and plans are looked up for the others only.
    covered: Any = literal(0, BigInteger)
    if plans_exist(session) if plans is None else plans:
        covered = least(session, planned(as_of, known_at, invoice_id=rows.c.id), rows.c.unsettled)
    rows = fenced(
        select(*rows.c, least(session, disputed(as_of, known_at, invoice_id=rows.c.id), rows.c.unsettled)
               .label("disputed"), covered.label("planned"))
        .where(rows.c.unsettled > 0), "unsettled_rows"
    )
    payable = greatest(session, rows.c.unsettled - rows.c.disputed - rows.c.planned, 0)
    return select(
        *rows.c, payable.label("payable"), days_between(session, as_of, rows.c.due_on).label("days_late")
    ).subquery("open_invoices")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFigures:
    """The money of one account as of a date, in minor units of its currency; days are 0 when nothing is overdue."""

    account_id: int
    currency: str
    balance_minor: int
    """All posted rows, debit positive: what the customer owes us, negative in credit."""
    outstanding_minor: int
    """Unsettled part of invoices past due."""
    disputed_minor: int
    planned_minor: int
    """Still covered by payment plans, of all open invoices."""
    unallocated_minor: int
    """Credit not allocated to anything."""
    overdue_payable_minor: int
    oldest_overdue_days: int
    """Of the oldest invoice past due with something payable."""
    open_invoices: int
    ageing_minor: tuple[int, int, int, int, int]
    """Unsettled by age: not due, 1–30, 31–60, 61–90, over 90 days past due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Questions:
    """The statements of `account_figures`, which takes longer to write them down than to ask most of them."""

    balances: Select[int, int]
    credit: Select[Any]
    invoices: Select[Any]
    currencies: Select[int, str]


class _Written(threading.local):
    """By thread, because a statement fills parts of itself when it is first asked."""

    def __init__(self) -> None:
        self.questions: dict[tuple[bool, bool, bool], _Questions] = {}


_WRITTEN = _Written()


def _questions(session: Session, *, is_known: bool) -> _Questions:
    plans = plans_exist(session)
    key = (is_sqlite(session), is_known, plans)
    if key not in _WRITTEN.questions:
        accounts: Any = bindparam("accounts", expanding=True)
        as_of: BindParameter[date] = bindparam("as_of", type_=Date)
        known_at: BindParameter[datetime] | None = bindparam("known_at") if is_known else None
        here = FinancialTransaction.account_id.in_(accounts)
        _WRITTEN.questions[key] = _Questions(
            balances=balances_by_account(here, as_of, known_at), credit=unallocated_by_account(here, as_of, known_at),
            invoices=invoice_sums_by_account(open_invoices(session, here, as_of, known_at, numbers=False, plans=plans)),
            currencies=select(Account.id, Account.currency).where(Account.id.in_(accounts)))
    return _WRITTEN.questions[key]


def account_figures(
    session: Session, account_ids: Sequence[int], as_of: date, known_at: datetime | None = None
) -> dict[int, AccountFigures]:
    """Figures of a handful or a page of accounts; every account asked for has an answer."""
    ask = _questions(session, is_known=known_at is not None)
    accounts = {"accounts": list(account_ids)}
    given = accounts | {"as_of": as_of} | ({} if known_at is None else {"known_at": known_at})
    balances = {row.account_id: row.balance for row in session.execute(ask.balances, given)}
    credit = {row.account_id: row.unallocated for row in session.execute(ask.credit, given)}
    sums = {row.account_id: row for row in session.execute(ask.invoices, given)}
    return {
        row.id: _figures(row.id, row.currency, balances.get(row.id, 0), credit.get(row.id, 0), sums.get(row.id))
        for row in session.execute(ask.currencies, accounts)
    }


def _figures(account_id: int, currency: str, balance: int, credit: int, row: Any) -> AccountFigures:
    if row is None:
        return AccountFigures(account_id=account_id, currency=currency, balance_minor=balance, outstanding_minor=0,
                              disputed_minor=0, planned_minor=0, unallocated_minor=credit, overdue_payable_minor=0,
                              oldest_overdue_days=0, open_invoices=0, ageing_minor=(0, 0, 0, 0, 0))
    return AccountFigures(
        account_id=account_id, currency=currency, balance_minor=int(balance), outstanding_minor=int(row.outstanding),
        disputed_minor=int(row.disputed), planned_minor=int(row.planned), unallocated_minor=int(credit),
        overdue_payable_minor=max(0, int(row.payable) - int(credit)), oldest_overdue_days=int(row.oldest_days or 0),
        open_invoices=int(row.open_count),
        ageing_minor=(int(row.age0), int(row.age1), int(row.age2), int(row.age3), int(row.age4)),
    )


def balances_by_account(here: Any, as_of: Day, known_at: Instant | None = None) -> Select[int, int]:
    """account_id and balance of every account with a posted row; `here` is a condition on `FinancialTransaction`."""
    t = FinancialTransaction
    return (
        select(t.account_id, amount_sum(signed_amount()).label("balance"))
        .where(here, t.state == _POSTED, t.effective_on <= as_of, *known(t.recorded_at, known_at))
        .group_by(t.account_id)
    )


def unallocated_by_account(here: Any, as_of: Day, known_at: Instant | None = None) -> Select[Any]:
    """account_id and credit not allocated to anything, of every account with a posted credit."""
    t = FinancialTransaction
    rest = (
        select(t.account_id, unallocated(as_of, known_at).label("rest"))
        .where(here, t.kind.not_in(_DEBITS), t.state == _POSTED, t.effective_on <= as_of,
               *known(t.recorded_at, known_at)).subquery()
    )
    totals: Select[Any] = (
        select(rest.c.account_id, amount_sum(rest.c.rest).label("unallocated")).group_by(rest.c.account_id)
    )
    return totals


def invoice_sums_by_account(invoices: Subquery) -> Select[Any]:
    """Sums of `open_invoices` by account.

    Columns: outstanding, disputed, planned, payable, oldest_days, open_count, age0 … age4.
    """
    i = invoices.c
    late = i.days_late > 0

    def total(condition: Any, column: Any) -> ColumnElement[Any]:
        return func.coalesce(amount_sum(case((condition, column), else_=0)), 0)

    return select(
        i.account_id,
        total(late, i.unsettled).label("outstanding"),
        total(literal(1) == 1, i.disputed).label("disputed"),
        total(literal(1) == 1, i.planned).label("planned"),
        total(late, i.payable).label("payable"),
        func.max(case((and_(late, i.payable > 0), i.days_late), else_=0)).label("oldest_days"),
        func.count().label("open_count"),
        total(i.days_late <= 0, i.unsettled).label("age0"),
        total(i.days_late.between(1, 30), i.unsettled).label("age1"),
        total(i.days_late.between(31, 60), i.unsettled).label("age2"),
        total(i.days_late.between(61, 90), i.unsettled).label("age3"),
        total(i.days_late > 90, i.unsettled).label("age4"),
    ).group_by(i.account_id)
