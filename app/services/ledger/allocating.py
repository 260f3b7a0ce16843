"""Allocating: which credit settles which debit, written as rows by the pure rule (ARCHITECTURE.md, "Allocation").

Rows are allocated up to the business day of their provider, or the day of a row that a file dated ahead. What becomes
possible later, because a dispute ends then, is allocated when that day has come (`allocate_what_came_due`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.attributes.attribute import provider_effective
from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction, PaymentTarget
from app.models.parties.account import Account
from app.models.rules.allocation import Held, NewAllocation, OpenCredit, OpenDebit, allocate
from app.models.values import DEBIT_KINDS, TransactionState
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.dialects import lock_rows
from app.services.database.unit_of_work import recorded_now
from app.services.ledger.instalments import PlansOfAccounts, plans_of, settle_instalments
from app.services.ledger.keeping import keep_figures
from app.services.providers.business_day import business_days, zone_of

_CHUNK = 400
"""Rows of one `IN (…)` list: below the parameter limits of both databases."""
_DEBITS = sorted(k.value for k in DEBIT_KINDS)
_NOT_YET = 2**62
"""Stands for a credit that is not written: of one day it comes after all that are."""
_LOOKED_BACK = timedelta(days=366)
CHOSEN = "chosen"
"""Of a credit that settles what it names and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How a round of allocation departs from what the provider and the documents say."""

    oldest_first: bool = False
    """Everything that waits goes to the oldest debit, also where it was to wait for somebody's hand."""
    debits: frozenset[int] | None = None
    """These debits alone."""
    credits: frozenset[int] | None = None
    """These credits alone."""


def allocate_accounts(session: Session, account_ids: Iterable[int]) -> int:
    """Allocate whatever is open on these accounts by the rule; returns how many allocations were written.

    Where a provider does not *allocate payments automatically*, a payment settles the invoices it names and no others.
    """
    return _allocate(session, account_ids, _Manner())


def allocate_oldest(session: Session, account_id: int) -> int:
    """Allocate oldest credit to oldest debit, also what was to wait for somebody's hand."""
    return _allocate(session, [account_id], _Manner(oldest_first=True))


def would_allocate_oldest(session: Session, account_id: int) -> list[NewAllocation]:
    """What `allocate_oldest` would make of the account as things stand; nothing is written."""
    return [a for a, _ in _allocations_of(session, [account_id], _Manner(oldest_first=True))]


def allocate_between(
    session: Session, account_id: int, *, debits: Collection[int], credits: Collection[int] | None = None,
) -> int:
    """Allocate to these debits of an account and no others, oldest credit first; of these credits where given."""
    return _allocate(session, [account_id], _Manner(
        oldest_first=True, debits=frozenset(debits), credits=None if credits is None else frozenset(credits)))


def would_allocate(
    session: Session, *, account_id: int, amount_minor: int, on: date, targets: Sequence[int] = (),
    most: Mapping[int, int] | None = None, is_chosen: bool = False,
) -> dict[int, int]:
    """What a credit of an account would settle if it were posted now, by debit; nothing is written.

    It is judged with all that is open today, older credits first, as posting it would. `most` says how much of it may
    go to a debit by its name; one that is chosen settles what it names alone.
    """
    credit = OpenCredit(_NOT_YET, on, amount_minor, tuple(targets), most or {}, is_chosen)
    found: dict[int, int] = {}
    for a, _ in _allocations_of(session, [account_id], _Manner(), more=credit):
        if a.credit_id == _NOT_YET:
            found[a.debit_id] = found.get(a.debit_id, 0) + a.amount_minor
    return found


def allocate_what_came_due(session: Session, *, provider_id: int, on: date) -> set[int]:
    """Allocate what waited for the end of a dispute that was entered ahead and has come; returns the accounts.

    Ends of the last year are looked at: whatever is older was allocated with the next document of its account.
    """
    entry, zone = DisputeEntry, zone_of(session, provider_id)
    ended = session.execute(
        select(entry.account_id, entry.effective_on, entry.recorded_at)
        .where(entry.provider_id == provider_id, entry.delta_minor < 0, entry.effective_on <= on,
               entry.effective_on >= on - _LOOKED_BACK))
    ahead = {row.account_id for row in ended if row.recorded_at.astimezone(zone).date() < row.effective_on}
    return {account_id for account_id in sorted(ahead) if allocate_accounts(session, [account_id])}


def _allocate(session: Session, account_ids: Iterable[int], manner: _Manner) -> int:
    session.flush()
    ids = sorted(set(account_ids))
    lock_rows(session, "account", "id", ids)  # else two payments would settle the same invoice, and one be refused
    written: list[dict[str, Any]] = []
    of_plans: list[tuple[dict[str, Any], tuple[int, int]]] = []
    for start in range(0, len(ids), _CHUNK):
        for allocation, row in _allocations_of(session, ids[start:start + _CHUNK], manner):
            if allocation.instalment is None:
                written.append(row)
            else:
                of_plans.append((row, allocation.instalment))
    insert_rows(session, Allocation, written)
    if of_plans:
        came_in = insert_rows_with_ids(session, Allocation, [row for row, _ in of_plans])
        settle_instalments(session, list(zip(came_in, (instalment for _, instalment in of_plans), strict=True)))
    keep_figures(session, ids)
    return len(written) + len(of_plans)


# --------------------------------------------------------------------------- taking back


def take_back_allocations(
    session: Session, *, account_id: int, of_debit: int | None = None, of_credit: int | None = None, on: date
) -> int:
    """Take back what is allocated to a debit or of a credit, from a day on; returns how many allocations that were.

    One that is dated later ends on its own day: on no day less than nothing is allocated.
    """
    session.flush()
    back = aliased(Allocation)
    which = Allocation.debit_id == of_debit if of_credit is None else Allocation.credit_id == of_credit
    standing = session.execute(
        select(Allocation.id, Allocation.provider_id, Allocation.account_id, Allocation.credit_id, Allocation.debit_id,
               Allocation.amount_minor, Allocation.kind, Allocation.effective_on)
        .outerjoin(back, back.reverses_id == Allocation.id)
        .where(Allocation.account_id == account_id, which, Allocation.reverses_id.is_(None), back.id.is_(None))
        .order_by(Allocation.id)).mappings().all()
    now = recorded_now(session)
    insert_rows(session, Allocation, [
        {**{name: row[name] for name in ("provider_id", "account_id", "credit_id", "debit_id", "kind")},
         "amount_minor": -row["amount_minor"], "effective_on": max(on, row["effective_on"]), "recorded_at": now,
         "reverses_id": row["id"]} for row in standing])
    keep_figures(session, [account_id])
    return len(standing)


def allocate_counter_row(session: Session, *, credit_id: int, debit_id: int, on: date) -> None:
    """Let a cancellation settle what it cancels, whole, whatever is in dispute of it."""
    rows = {row.id: row for row in session.scalars(
        select(FinancialTransaction).where(FinancialTransaction.id.in_([credit_id, debit_id]))
        .execution_options(populate_existing=True))}
    credit, debit = rows[credit_id], rows[debit_id]
    latest = session.scalar(select(func.max(Allocation.effective_on)).where(
        or_(Allocation.credit_id == credit_id, Allocation.debit_id == debit_id)))
    insert_rows(session, Allocation, [{
        "provider_id": debit.provider_id, "account_id": debit.account_id, "credit_id": credit_id, "debit_id": debit_id,
        "amount_minor": min(credit.amount_minor, debit.amount_minor), "kind": "against_item",
        "effective_on": max(on, latest or on), "recorded_at": recorded_now(session), "reverses_id": None}])
    keep_figures(session, [debit.account_id])


# --------------------------------------------------------------------------- what is open


@dataclass(slots=True)
class _Open:
    """What is open on some accounts, by account."""

    debits: dict[int, list[OpenDebit]] = field(default_factory=dict)
    credits: dict[int, list[OpenCredit]] = field(default_factory=dict)

    def last_day(self, account_id: int) -> date:
        """The day of the last row."""
        rows = (*self.debits.get(account_id, ()), *self.credits.get(account_id, ()))
        return max((row.effective_on for row in rows), default=date.min)


def _allocations_of(
    session: Session, account_ids: Sequence[int], manner: _Manner, *, more: OpenCredit | None = None
) -> list[tuple[NewAllocation, dict[str, Any]]]:
    """The allocations to make, each with its row; `more` is a credit besides, of the one account asked about."""
    plans = plans_of(session, account_ids)
    opened = _open_rows(session, account_ids, plans, manner)
    if more is not None:
        opened.credits.setdefault(account_ids[0], []).append(more)
    now = recorded_now(session)
    by_hand = provider_effective.c.auto_allocate_payments.is_(False)
    owners = session.execute(
        select(Account.id, Account.provider_id, func.coalesce(by_hand, literal(False)))  # noqa: FBT003  a literal
        .outerjoin(provider_effective, provider_effective.c.provider_id == Account.provider_id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
    ).all()
    today = business_days(session, {provider_id for _, provider_id, _ in owners})
    return [
        (a, {
            "provider_id": provider_id, "account_id": account_id, "credit_id": a.credit_id, "debit_id": a.debit_id,
            "amount_minor": a.amount_minor, "kind": "against_item" if a.named else "fifo",
            "effective_on": a.effective_on, "recorded_at": now, "reverses_id": None,
        })
        for account_id, provider_id, named_only in owners
        for a in allocate(opened.debits.get(account_id, ()), opened.credits.get(account_id, ()),
                          instalments=plans.instalments.get(account_id, ()),
                          named_only=bool(named_only) and not manner.oldest_first,
                          until=max(today[provider_id], opened.last_day(account_id)))
    ]


def _open_rows(
    session: Session, account_ids: Sequence[int], plans: PlansOfAccounts, manner: _Manner
) -> _Open:
    t = FinancialTransaction
    settled = (
        select(Allocation.debit_id.label("id"), func.sum(Allocation.amount_minor).label("amount"))
        .where(Allocation.account_id.in_(account_ids)).group_by(Allocation.debit_id).union_all(
            select(Allocation.credit_id, func.sum(Allocation.amount_minor))
            .where(Allocation.account_id.in_(account_ids)).group_by(Allocation.credit_id))
    ).subquery()
    rest = t.amount_minor - func.coalesce(settled.c.amount, 0)
    rows = session.execute(
        select(t.id, t.account_id, t.kind, t.effective_on, t.due_on, t.allocates, rest.label("rest"))
        .outerjoin(settled, settled.c.id == t.id)
        .where(t.account_id.in_(account_ids), t.state == TransactionState.POSTED.value, rest > 0)
        # Of one day, in the order of their numbers: a draft was written before it was posted.
        .order_by(t.recorded_at, func.coalesce(t.series_number, 0), t.id)
    ).all()
    disputes = {invoice_id: list(changes) for invoice_id, changes in plans.freed.items()}
    for invoice_id, since, delta in session.execute(
        select(DisputeEntry.invoice_id, DisputeEntry.effective_on, DisputeEntry.delta_minor)
        .where(DisputeEntry.account_id.in_(account_ids))
    ):
        disputes.setdefault(invoice_id, []).append((since, delta))
    targets, most = _named(session, account_ids)
    held = _held(session, account_ids)
    found = _Open()
    for row in rows:
        if row.kind in _DEBITS:
            if manner.debits is None or row.id in manner.debits:
                found.debits.setdefault(row.account_id, []).append(OpenDebit(
                    row.id, row.effective_on, row.due_on or row.effective_on, row.rest,
                    tuple(disputes.get(row.id, ())), plans.covered.get(row.id, 0), held.get(row.id, ())))
        elif manner.credits is None or row.id in manner.credits:
            found.credits.setdefault(row.account_id, []).append(OpenCredit(
                row.id, row.effective_on, row.rest, targets.get(row.id, ()), most.get(row.id, {}),
                row.allocates == CHOSEN and not manner.oldest_first, held.get(row.id, ())))
    return found


def _named(
    session: Session, account_ids: Sequence[int]
) -> tuple[dict[int, tuple[int, ...]], dict[int, dict[int, int]]]:
    """What credits of some accounts name, and how much may still go to each where that has a limit."""
    t, a = FinancialTransaction, Allocation
    targets: dict[int, tuple[int, ...]] = {}
    most: dict[int, dict[int, int]] = {}
    for credit_id, debit_id, limit in session.execute(
        select(PaymentTarget.payment_id, PaymentTarget.invoice_id, PaymentTarget.amount_minor)
        .join(t, t.id == PaymentTarget.payment_id).where(t.account_id.in_(account_ids))
    ):
        targets[credit_id] = (*targets.get(credit_id, ()), debit_id)
        if limit is not None:
            most.setdefault(credit_id, {})[debit_id] = limit
    if most:
        for credit_id, debit_id, used in session.execute(
            select(a.credit_id, a.debit_id, func.sum(a.amount_minor)).where(a.credit_id.in_(most))
            .group_by(a.credit_id, a.debit_id)
        ):
            if debit_id in most[credit_id]:
                most[credit_id][debit_id] = max(0, most[credit_id][debit_id] - int(used))
    return targets, most


def _held(session: Session, account_ids: Sequence[int]) -> dict[int, tuple[Held, ...]]:
    """Allocations with their days, by both of their rows, of those rows of which some were taken back."""
    a, back = Allocation, aliased(Allocation)
    concerned = set(session.scalars(select(a.account_id).distinct().where(
        a.account_id.in_(account_ids), a.reverses_id.is_not(None))))
    found: dict[int, tuple[Held, ...]] = {}
    ended: set[int] = set()
    for row in session.execute(
        select(a.credit_id, a.debit_id, a.amount_minor, a.effective_on, back.effective_on.label("until"))
        .outerjoin(back, back.reverses_id == a.id).where(a.account_id.in_(concerned), a.reverses_id.is_(None))
    ) if concerned else ():
        held = Held(since=row.effective_on, until=row.until, amount_minor=row.amount_minor)
        for id_ in (row.credit_id, row.debit_id):
            found[id_] = (*found.get(id_, ()), held)
            if row.until is not None:
                ended.add(id_)
    return {id_: found[id_] for id_ in ended}
