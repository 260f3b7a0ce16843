"""Allocating: which credit settles which debit, written as rows by the pure rule (ARCHITECTURE.md, "Allocation")."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from app.models.attributes.attribute import provider_effective
from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction, PaymentTarget
from app.models.parties.account import Account
from app.models.rules.allocation import OpenCredit, OpenDebit, allocate
from app.models.values import DEBIT_KINDS, TransactionState
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.dialects import lock_rows
from app.services.database.unit_of_work import recorded_now
from app.services.ledger.instalments import PlansOfAccounts, plans_of, settle_instalments

_CHUNK = 400
"""Rows of one `IN (…)` list: below the parameter limits of both databases."""
_NOT_YET = 2**62
"""Stands for a credit that is not written: of one day it comes after all that are."""


def allocate_accounts(session: Session, account_ids: Iterable[int]) -> int:
    """Allocate whatever is open on these accounts by the rule; returns how many allocations were written.

    Where a provider does not *allocate payments automatically*, a payment settles the invoices it names and no others.
    """
    session.flush()
    ids = sorted(set(account_ids))
    lock_rows(session, "account", "id", ids)  # else two payments would settle the same invoice, and one be refused
    written: list[dict[str, Any]] = []
    of_plans: list[tuple[dict[str, Any], tuple[int, int]]] = []
    for part in _parts(ids):
        for row, instalment in _allocations_of(session, part):
            if instalment is None:
                written.append(row)
            else:
                of_plans.append((row, instalment))
    insert_rows(session, Allocation, written)
    if of_plans:
        came_in = insert_rows_with_ids(session, Allocation, [row for row, _ in of_plans])
        settle_instalments(session, list(zip(came_in, (instalment for _, instalment in of_plans), strict=True)))
    return len(written) + len(of_plans)


def _allocations_of(
    session: Session, account_ids: Sequence[int]
) -> list[tuple[dict[str, Any], tuple[int, int] | None]]:
    """The allocations to write, each with the instalment that it comes in for, where it does."""
    plans = plans_of(session, account_ids)
    debits, credits = open_rows(session, account_ids, plans)
    now = recorded_now(session)
    owners = _owners(session, account_ids)
    return [
        ({
            "provider_id": provider_id, "account_id": account_id, "credit_id": a.credit_id, "debit_id": a.debit_id,
            "amount_minor": a.amount_minor, "kind": "against_item" if a.named else "fifo",
            "effective_on": a.effective_on, "recorded_at": now, "reverses_id": None,
        }, a.instalment)
        for account_id, provider_id, named_only in owners
        for a in allocate(debits.get(account_id, ()), credits.get(account_id, ()),
                          instalments=plans.instalments.get(account_id, ()), named_only=named_only)
    ]


def would_allocate(
    session: Session, *, account_id: int, amount_minor: int, on: date, targets: Sequence[int] = ()
) -> dict[int, int]:
    """What a credit of an account would settle if it were posted now, by debit; nothing is written.

    It is judged with all that is open today, older credits first, as posting it would.
    """
    plans = plans_of(session, [account_id])
    debits, credits = open_rows(session, [account_id], plans)
    _, _, named_only = _owners(session, [account_id])[0]
    found: dict[int, int] = {}
    for a in allocate(debits.get(account_id, ()),
                      [*credits.get(account_id, ()), OpenCredit(_NOT_YET, on, amount_minor, tuple(targets))],
                      instalments=plans.instalments.get(account_id, ()), named_only=named_only):
        if a.credit_id == _NOT_YET:
            found[a.debit_id] = found.get(a.debit_id, 0) + a.amount_minor
    return found


def _owners(session: Session, account_ids: Sequence[int]) -> list[tuple[int, int, bool]]:
    """Account, its provider, and whether that one allocates by hand, by account."""
    by_hand = provider_effective.c.auto_allocate_payments.is_(False)
    rows = session.execute(
        select(Account.id, Account.provider_id, func.coalesce(by_hand, literal(False)))  # noqa: FBT003  a literal
        .outerjoin(provider_effective, provider_effective.c.provider_id == Account.provider_id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id))
    return [(account_id, provider_id, bool(named_only)) for account_id, provider_id, named_only in rows]


def open_rows(
    session: Session, account_ids: Sequence[int], plans: PlansOfAccounts
) -> tuple[dict[int, list[OpenDebit]], dict[int, list[OpenCredit]]]:
    """Debits and credits of some accounts with something left, as the pure rule wants them, by account."""
    t = FinancialTransaction
    debit_kinds = sorted(k.value for k in DEBIT_KINDS)
    settled = (
        select(Allocation.debit_id.label("id"), func.sum(Allocation.amount_minor).label("amount"))
        .where(Allocation.account_id.in_(account_ids)).group_by(Allocation.debit_id).union_all(
            select(Allocation.credit_id, func.sum(Allocation.amount_minor))
            .where(Allocation.account_id.in_(account_ids)).group_by(Allocation.credit_id))
    ).subquery()
    rest = t.amount_minor - func.coalesce(settled.c.amount, 0)
    rows = session.execute(
        select(t.id, t.account_id, t.kind, t.effective_on, t.due_on, rest.label("rest"))
        .outerjoin(settled, settled.c.id == t.id)
        .where(t.account_id.in_(account_ids), t.state == TransactionState.POSTED.value, rest > 0)
    ).all()
    disputes = {invoice_id: list(changes) for invoice_id, changes in plans.freed.items()}
    for invoice_id, since, delta in session.execute(
        select(DisputeEntry.invoice_id, DisputeEntry.effective_on, DisputeEntry.delta_minor)
        .where(DisputeEntry.account_id.in_(account_ids))
    ):
        disputes.setdefault(invoice_id, []).append((since, delta))
    targets: dict[int, list[int]] = {}
    for payment_id, invoice_id in session.execute(
        select(PaymentTarget.payment_id, PaymentTarget.invoice_id)
        .join(t, t.id == PaymentTarget.payment_id).where(t.account_id.in_(account_ids))
    ):
        targets.setdefault(payment_id, []).append(invoice_id)
    debits: dict[int, list[OpenDebit]] = {}
    credits: dict[int, list[OpenCredit]] = {}
    for row in rows:
        if row.kind in debit_kinds:
            debits.setdefault(row.account_id, []).append(OpenDebit(
                row.id, row.effective_on, row.due_on or row.effective_on, row.rest,
                tuple(disputes.get(row.id, ())), plans.covered.get(row.id, 0)))
        else:
            credits.setdefault(row.account_id, []).append(OpenCredit(
                row.id, row.effective_on, row.rest, tuple(targets.get(row.id, ()))))
    return debits, credits


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start:start + _CHUNK]
