"""The whole ledger of an account as of a date: its figures, and every row with what is left of it.

Drafts and rejected documents are listed with their state and are part of no sum. With `known_at` the answer is what was
recorded by that instant: what was posted or rejected later stands there as the draft it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import Allocation, FinancialTransaction
from app.models.ledger.types import TransactionType
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import DEBIT_KINDS, TransactionKind, TransactionState
from app.services.access.authorize import require_account
from app.services.documents.types import PLAIN_NAMES
from app.services.ledger.reading import (
    account_figures,
    amount_sum,
    disputed,
    known,
    open_invoices,
    planned,
    unallocated,
    unsettled,
)
from app.services.providers.business_day import zone_of

CANCELLED = "cancelled"
_DRAFT, _POSTED, _REJECTED = (state.value for state in (TransactionState.DRAFT, TransactionState.POSTED,
                                                        TransactionState.REJECTED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How much of a row goes to another, or comes from it."""

    number: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """One document. Amounts in minor units, never negative but for `signed_minor` and `balance_minor`."""

    id: int
    kind: TransactionKind
    type: str
    """Code of its type; of a plain one that of the kind."""
    type_name: str
    category: str
    state: str
    """draft, posted, rejected, or cancelled: posted, and countered by another row."""
    number: str
    reference: str
    issued_on: date
    posted_on: date | None
    """None while it is a draft, and for good where it was rejected."""
    on: date
    """The day it was posted for, or of a draft is proposed for."""
    due_on: date | None
    amount_minor: int
    tax_minor: int
    signed_minor: int
    """As it changes the balance: debit positive; 0 for what does not count."""
    balance_minor: int | None
    """Of the account after it."""
    unsettled_minor: int
    unallocated_minor: int
    disputed_minor: int
    planned_minor: int
    payable_minor: int
    text: str
    method: str
    back_office_code: str
    beneficiary: str
    cancels: str
    cancelled_by: str
    parts: tuple[Part, ...]
    """Of a credit what it settles, of a debit what settles it."""
    posted_by: str
    recorded_at: datetime
    rejection_reason: str
    imported: bool

    @property
    def open_minor(self) -> int:
        """What is left to settle of a debit, to allocate of a credit."""
        return self.unsettled_minor + self.unallocated_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSheet:
    """An account with its figures as of a date, in minor units of its currency."""

    account_id: int
    account: str
    provider: str
    name: str
    currency: str
    as_of: date
    balance_minor: int
    outstanding_minor: int
    """Unsettled, of invoices past due."""
    payable_minor: int
    """Of all open invoices: unsettled less disputed less planned."""
    overdue_payable_minor: int
    """Of those past due, less credit that waits."""
    unallocated_minor: int
    disputed_minor: int
    planned_minor: int
    ageing_minor: tuple[int, ...]
    """Unsettled by age: not due, 1–30, 31–60, 61–90, over 90 days past due."""
    rows: tuple[SheetRow, ...]
    """In the order of their days, of one day as they were written; drafts last."""


def ledger_sheet(
    session: Session, *, account_id: int, as_of: date, known_at: datetime | None = None
) -> LedgerSheet:
    """The ledger of one account as of a date, by what was recorded by an instant."""
    account = require_account(session, account_id, Power.LEDGER)
    figures = account_figures(session, [account_id], as_of, known_at)[account_id]
    i = open_invoices(session, FinancialTransaction.account_id == account_id, as_of, known_at).c
    payable = session.scalar(select(func.coalesce(amount_sum(i.payable), 0))) or 0
    return LedgerSheet(
        account_id=account_id, account=account.code, provider=session.get_one(Account, account.provider_id).code,
        name=account.name, currency=account.currency, as_of=as_of, balance_minor=figures.balance_minor,
        outstanding_minor=figures.outstanding_minor, payable_minor=int(payable),
        overdue_payable_minor=figures.overdue_payable_minor, unallocated_minor=figures.unallocated_minor,
        disputed_minor=figures.disputed_minor, planned_minor=figures.planned_minor,
        ageing_minor=tuple(figures.ageing_minor), rows=tuple(_rows(session, account, as_of, known_at)))


def _rows(session: Session, account: Account, as_of: date, known_at: datetime | None) -> list[SheetRow]:
    t, counter, cancelled, beneficiary = (FinancialTransaction, aliased(FinancialTransaction),
                                          aliased(FinancialTransaction), aliased(Account))
    by = _by(session, account, as_of, known_at)
    counts = and_(t.state == _POSTED, t.effective_on <= as_of, *known(t.recorded_at, known_at))
    found = session.execute(
        select(t, counts.label("counts"), counter.number.label("countered"), cancelled.number.label("cancels"),
               beneficiary.code.label("beneficiary"), TransactionType.code.label("type_code"),
               TransactionType.name.label("type_name"), unsettled(as_of, known_at).label("unsettled"),
               unallocated(as_of, known_at).label("unallocated"), disputed(as_of, known_at).label("disputed"),
               planned(as_of, known_at).label("planned"))
        .outerjoin(counter, and_(counter.cancels_id == t.id, counter.state == _POSTED, counter.effective_on <= as_of,
                                 *known(counter.recorded_at, known_at)))
        .outerjoin(cancelled, cancelled.id == t.cancels_id)
        .outerjoin(beneficiary, beneficiary.id == t.beneficiary_id)
        .outerjoin(TransactionType, TransactionType.id == t.type_id)
        .where(t.account_id == account.id, or_(counts, _was_written(as_of, by, known_at)))
        .order_by(counts.desc(), t.effective_on, t.id)).all()
    parts = _parts(session, account.id, as_of, known_at)
    rows, balance = [], 0
    for row in found:
        document = row[0]
        signed = _signed(document) if row.counts else 0
        balance += signed
        rows.append(_row(row, signed, balance if row.counts else None, parts.get(document.id, ()), by))
    return rows


def _by(session: Session, account: Account, as_of: date, known_at: datetime | None) -> datetime:
    """The evening of the day, or the instant where that was before."""
    midnight = datetime.combine(as_of + timedelta(days=1), time.min, zone_of(session, account.provider_id))
    return midnight if known_at is None else min(midnight, known_at)


def _was_written(as_of: date, by: datetime, known_at: datetime | None) -> ColumnElement[bool]:
    """What was a draft by then, or rejected; what was posted later, or for a later day, was a draft then."""
    t = FinancialTransaction
    later = [t.effective_on > as_of, *([] if known_at is None else [t.recorded_at > known_at])]
    return and_(func.coalesce(t.drafted_at, t.recorded_at) <= by,
                or_(t.state != _POSTED, and_(t.drafted_at.is_not(None), or_(*later))))


def _signed(document: FinancialTransaction) -> int:
    return document.amount_minor if document.kind in DEBIT_KINDS else -document.amount_minor


def _row(row: Any, signed: int, balance: int | None, parts: Sequence[Part], by: datetime) -> SheetRow:
    document: FinancialTransaction = row[0]
    kind, counts = TransactionKind(document.kind), bool(row.counts)
    is_debit = kind in DEBIT_KINDS
    left = int(row.unsettled) if counts and is_debit else 0
    in_dispute, in_plan = min(int(row.disputed), left), min(int(row.planned), left)
    is_invoice = kind is TransactionKind.INVOICE
    state = _state(document, row, by)
    return SheetRow(
        id=document.id, kind=kind, type=row.type_code or kind.value, type_name=row.type_name or PLAIN_NAMES[kind],
        category=document.category or "", state=state, number=(document.number or "") if counts else "",
        reference=document.reference or "", issued_on=document.issued_on,
        posted_on=document.effective_on if counts else None, on=document.effective_on, due_on=document.due_on,
        amount_minor=document.amount_minor, tax_minor=document.tax_minor, signed_minor=signed, balance_minor=balance,
        unsettled_minor=left, unallocated_minor=int(row.unallocated) if counts and not is_debit else 0,
        disputed_minor=in_dispute if is_invoice else 0, planned_minor=in_plan if is_invoice else 0,
        payable_minor=max(0, left - in_dispute - in_plan) if is_invoice else 0, text=document.description,
        method=document.method, back_office_code=document.back_office_code or "", beneficiary=row.beneficiary or "",
        cancels=row.cancels or "", cancelled_by=row.countered or "", parts=tuple(parts),
        posted_by=document.posted_by if counts else "", recorded_at=document.recorded_at,
        rejection_reason=(document.rejection_reason or "") if state == _REJECTED else "", imported=document.imported)


def _state(document: FinancialTransaction, row: Any, by: datetime) -> str:
    if row.counts:
        return CANCELLED if row.countered else _POSTED
    return _REJECTED if document.rejected_at is not None and document.rejected_at <= by else _DRAFT


def _parts(
    session: Session, account_id: int, as_of: date, known_at: datetime | None
) -> dict[int, tuple[Part, ...]]:
    """What every row settles or is settled by, as of the date."""
    a, credit, debit = Allocation, aliased(FinancialTransaction), aliased(FinancialTransaction)
    found: dict[int, tuple[Part, ...]] = {}
    amount = amount_sum(a.amount_minor)
    for row in session.execute(
        select(a.credit_id, a.debit_id, credit.number.label("credit"), debit.number.label("debit"),
               amount.label("amount"))
        .join(credit, credit.id == a.credit_id).join(debit, debit.id == a.debit_id)
        .where(a.account_id == account_id, a.effective_on <= as_of, *known(a.recorded_at, known_at))
        .group_by(a.credit_id, a.debit_id, credit.number, debit.number, credit.effective_on, debit.effective_on)
        .having(amount > 0).order_by(credit.effective_on, a.credit_id, debit.effective_on, a.debit_id)
    ):
        for id_, number in ((row.credit_id, row.debit), (row.debit_id, row.credit)):
            found[id_] = (*found.get(id_, ()), Part(number=number or "", amount_minor=int(row.amount)))
    return found
