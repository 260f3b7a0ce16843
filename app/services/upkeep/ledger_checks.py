"""What `bursar db check` compares of documents: what takes others back, series of numbers, debts written off.

Each is one statement over the whole book. Rows are told by their ids; series and providers, which have none, by words.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import Allocation, FinancialTransaction, NumberSeries
from app.models.ledger.marks import WriteOff, WriteOffEntry
from app.models.parties.account import Account
from app.models.values import AccountType, TransactionKind, TransactionState
from app.services.hierarchy.accounts import WRITE_OFF_CODE
from app.services.ledger.reading import amount_sum, signed_amount

_T, _HOME = FinancialTransaction, aliased(Account, name="home")
_POSTED = TransactionState.POSTED.value
_CANCELLATIONS = (TransactionKind.INVOICE_CANCELLATION.value, TransactionKind.PAYMENT_CANCELLATION.value)


def allocated_beyond_on_some_day(column: Any) -> Select[Any]:
    """Rows of which, on some day, more was allocated than they have, or less than nothing; `column` is their side."""
    running = (
        select(column.label("id"), func.sum(Allocation.amount_minor).over(
            partition_by=column, order_by=Allocation.effective_on).label("amount")).subquery())
    return (select(_T.id).join(running, running.c.id == _T.id)
            .where(or_(running.c.amount < 0, running.c.amount > _T.amount_minor)))


def counter_rows_that_do_not_fit() -> Select[Any]:
    """Cancellations that are not of one whole posted row, or do not settle the whole of it with it."""
    cancelled = aliased(FinancialTransaction, name="cancelled")
    of_invoice = _T.kind == TransactionKind.INVOICE_CANCELLATION.value
    allocated = (
        select(func.coalesce(func.sum(Allocation.amount_minor), 0))
        .where(Allocation.credit_id == case((of_invoice, _T.id), else_=cancelled.id),
               Allocation.debit_id == case((of_invoice, cancelled.id), else_=_T.id))
        .correlate(_T, cancelled).scalar_subquery())
    fits = and_(cancelled.account_id == _T.account_id, cancelled.amount_minor == _T.amount_minor,
                cancelled.state == _POSTED, cancelled.kind + "_cancellation" == _T.kind,
                allocated == _T.amount_minor)
    return (select(_T.id).outerjoin(cancelled, cancelled.id == _T.cancels_id)
            .where(_T.state == _POSTED, or_(_T.kind.in_(_CANCELLATIONS), _T.cancels_id.is_not(None)),
                   func.coalesce(fits, False).is_(False)))


def write_offs_that_do_not_add_up() -> CompoundSelect[int]:
    """Accounts whose write-offs are not the sum of their rows, or settle less than these."""
    row, settles = aliased(FinancialTransaction), aliased(Allocation)
    parts = (select(func.coalesce(func.sum(row.amount_minor), 0))
             .join(WriteOffEntry, WriteOffEntry.credit_id == row.id)
             .where(WriteOffEntry.write_off_id == WriteOff.id, row.state == _POSTED,
                    row.kind == TransactionKind.WRITE_OFF.value, row.account_id == WriteOff.account_id)
             .correlate(WriteOff).scalar_subquery())
    settled = (select(func.coalesce(func.sum(settles.amount_minor), 0))
               .join(WriteOffEntry, and_(WriteOffEntry.credit_id == settles.credit_id,
                                         WriteOffEntry.debit_id == settles.debit_id))
               .where(WriteOffEntry.write_off_id == WriteOff.id).correlate(WriteOff).scalar_subquery())
    marked = select(WriteOff.account_id).where(or_(parts != WriteOff.amount_minor, settled != WriteOff.amount_minor))
    stray = select(_T.account_id).where(
        _T.kind == TransactionKind.WRITE_OFF.value, _T.state == _POSTED, _T.imported.is_(False),
        ~exists().where(WriteOffEntry.credit_id == _T.id))
    return marked.union(stray)


def write_off_accounts_that_differ(session: Session) -> list[str]:
    """Providers whose write-off account is not what was mirrored there, or that is not what was written off."""
    mirror = aliased(FinancialTransaction)
    balance = (select(func.coalesce(amount_sum(signed_amount()), 0))
               .where(_T.account_id == Account.id, _T.state == _POSTED).correlate(Account).scalar_subquery())
    mirrored = (select(func.coalesce(func.sum(mirror.amount_minor), 0))
                .join(WriteOff, WriteOff.mirror_id == mirror.id)
                .where(mirror.account_id == Account.id).correlate(Account).scalar_subquery())
    misfit = exists().where(
        mirror.id == WriteOff.mirror_id, mirror.account_id == Account.id, mirror.currency == WriteOff.currency,
        mirror.amount_minor != WriteOff.amount_minor)
    rows = session.execute(
        select(_HOME.code).select_from(Account).join(_HOME, _HOME.id == Account.provider_id)
        .where(Account.type == AccountType.SYSTEM.value, Account.code == WRITE_OFF_CODE,
               or_(balance != mirrored, misfit)).order_by(_HOME.code))
    return [row.code for row in rows]


def series_with_gaps(session: Session) -> list[str]:
    """Series in which a number names no document: as many are given as the last one says, less what was passed over."""
    given = (select(_T.provider_id, _T.kind, func.count(_T.series_number).label("count"),
                    func.max(_T.series_number).label("last"))
             .where(_T.series_number.is_not(None)).group_by(_T.provider_id, _T.kind).subquery())
    s = NumberSeries
    wrong: ColumnElement[bool] = or_(
        s.last_number - s.skipped != func.coalesce(given.c.count, 0), s.last_number < func.coalesce(given.c.last, 0))
    rows = session.execute(
        select(_HOME.code, s.kind, s.last_number, s.skipped, func.coalesce(given.c.count, 0).label("count"))
        .join(_HOME, _HOME.id == s.provider_id)
        .outerjoin(given, and_(given.c.provider_id == s.provider_id, given.c.kind == s.kind))
        .where(s.kind.in_([kind.value for kind in TransactionKind]), wrong).order_by(_HOME.code, s.kind))
    return [f"{row.code} {row.kind} (up to {row.last_number}, {row.count} given, {row.skipped} passed over)"
            for row in rows]
