"""Writing the ledger: drafts, posting, payments, disputes and the allocations that follow from them.

There is one door to a posted row, `_post`. Documents made here get their number, due date, layout and delivery when
they are posted; documents read from a file keep theirs. The bulk forms serve imports and the demo: they write with a
handful of statements, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.orm import Session

from app.models.attributes.attribute import provider_effective
from app.models.ledger.entries import (
    Allocation,
    Dispute,
    DisputeEntry,
    FinancialTransaction,
    InvoiceDetail,
    InvoiceLine,
    PaymentTarget,
)
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.provider import Provider
from app.models.rules.allocation import OpenCredit, OpenDebit, allocate
from app.models.values import (
    DEBIT_KINDS,
    DeliveryMethod,
    InvoiceLayout,
    TransactionKind,
    TransactionState,
    grouped_amount,
)
from app.services.access.authorize import account_of_document, require_account
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.dialects import lock_ledger, lock_row, lock_rows
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import NotFound, RefusedByRule
from app.services.files.texts import require_text
from app.services.ledger.instalments import PlansOfAccounts, plans_of, settle_instalments
from app.services.ledger.reading import planned
from app.services.saving import moment_text
from app.services.wording import day_text

_CHUNK = 400
"""Rows of one `IN (…)` list: below the parameter limits of both databases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLine:
    """One line of an invoice. Amounts in minor units; tax was rounded half up per line by whoever made the line."""

    description: str
    net_minor: int
    tax_minor: int = 0
    tax_rate_bp: int = 0
    heading: str = ""
    note: str = ""
    quantity: str = "1"
    unit_price_minor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvoice:
    """An invoice with everything that posting freezes."""

    account_id: int
    number: str
    issued_on: date
    posted_on: date
    due_on: date
    lines: tuple[NewLine, ...]
    delivery_method: DeliveryMethod
    layout: InvoiceLayout
    terms_days: int | None = None
    period_from: date | None = None
    period_to: date | None = None
    description: str = ""
    disputed_from: date | None = None
    disputed_until: date | None = None
    """Whole amount in dispute from a day on until another (that day excluded); None: no dispute, or no end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    """A payment received; `targets` are invoices it names, by id."""

    account_id: int
    number: str
    received_on: date
    amount_minor: int
    method: str = ""
    description: str = ""
    targets: tuple[int, ...] = ()


def record_invoices(
    session: Session, *, provider_id: int, currency: str, invoices: Sequence[NewInvoice], imported: bool
) -> list[int]:
    """Write and post invoices of one provider in the order given; returns their ids. Allocation is a second step."""
    if not invoices:
        return []
    lock_ledger(session, provider_id)
    now, actor = recorded_now(session), actor_of(session)
    rows = [_transaction_row(
        provider_id, currency, now, actor, account_id=i.account_id, kind=TransactionKind.INVOICE, number=i.number,
        net=sum(line.net_minor for line in i.lines), tax=sum(line.tax_minor for line in i.lines),
        issued_on=i.issued_on, effective_on=i.posted_on, due_on=i.due_on, description=i.description,
        method="", imported=imported, state=TransactionState.DRAFT,
    ) for i in invoices]
    ids = insert_rows_with_ids(session, FinancialTransaction, rows)
    _write_lines(session, ids, invoices)
    _post(session, ids)
    _write_disputes(session, {
        id_: (invoice, row) for id_, invoice, row in zip(ids, invoices, rows, strict=True)
        if invoice.disputed_from is not None and row["amount_minor"] > 0
    })
    return ids


def _write_disputes(session: Session, disputed: dict[int, tuple[NewInvoice, dict[str, Any]]]) -> None:
    """Disputes of whole invoices that were just written; all begin before any ends, as the guard wants it."""
    if not disputed:
        return
    shared = {id_: {"provider_id": row["provider_id"], "account_id": row["account_id"], "invoice_id": id_,
                    "recorded_at": row["recorded_at"]} for id_, (_, row) in disputed.items()}
    dispute_ids = insert_rows_with_ids(session, Dispute, [
        {**shared[id_], "reason": "Default", "effective_on": invoice.disputed_from}
        for id_, (invoice, _) in disputed.items()
    ])
    entries: dict[str, list[dict[str, Any]]] = {"raised": [], "ended": []}
    for dispute_id, (id_, (invoice, row)) in zip(dispute_ids, disputed.items(), strict=True):
        for kind, day, delta in (("raised", invoice.disputed_from, row["amount_minor"]),
                                 ("ended", invoice.disputed_until, -row["amount_minor"])):
            if day is not None:
                entries[kind].append({**shared[id_], "dispute_id": dispute_id, "kind": kind, "delta_minor": delta,
                                      "effective_on": day, "actor": row["posted_by"]})
    for rows in entries.values():
        insert_rows(session, DisputeEntry, rows)


def _transaction_row(
    provider_id: int, currency: str, now: Any, actor: str, *, account_id: int, kind: TransactionKind, number: str,
    net: int, tax: int, issued_on: date, effective_on: date, due_on: date | None, description: str, method: str,
    imported: bool, state: TransactionState,
) -> dict[str, Any]:
    return {
        "provider_id": provider_id, "account_id": account_id, "kind": kind.value, "state": state.value,
        "number": number, "currency": currency, "amount_minor": net + tax, "net_minor": net, "tax_minor": tax,
        "issued_on": issued_on, "effective_on": effective_on, "due_on": due_on, "recorded_at": now,
        "posted_by": actor, "description": description, "method": method, "imported": imported, "cancels_id": None,
    }


def _write_lines(session: Session, ids: Sequence[int], invoices: Sequence[NewInvoice]) -> None:
    insert_rows(session, InvoiceDetail, [
        {"transaction_id": id_, "period_from": i.period_from, "period_to": i.period_to, "terms_days": i.terms_days,
         "delivery_method": i.delivery_method.value, "layout": i.layout.value}
        for id_, i in zip(ids, invoices, strict=True)
    ])
    lines = [
        {"transaction_id": id_, "position": position, "heading": line.heading, "description": line.description,
         "note": line.note, "quantity": line.quantity, "unit_price_minor": line.unit_price_minor,
         "net_minor": line.net_minor, "tax_minor": line.tax_minor, "tax_rate_bp": line.tax_rate_bp,
         "amount_minor": line.net_minor + line.tax_minor}
        for id_, i in zip(ids, invoices, strict=True) for position, line in enumerate(i.lines, start=1)
    ]
    insert_rows(session, InvoiceLine, lines)


def _post(session: Session, ids: Sequence[int]) -> None:
    """The one door to a posted row: drafts become posted, and the database checks that their lines add up."""
    for part in _parts(ids):
        session.execute(
            update(FinancialTransaction).where(FinancialTransaction.id.in_(part))
            .values(state=TransactionState.POSTED.value).execution_options(synchronize_session=False)
        )


def record_payments(
    session: Session, *, provider_id: int, currency: str, payments: Sequence[NewPayment], imported: bool
) -> list[int]:
    """Write payments of one provider in the order given; returns their ids. Allocation is a second step."""
    if not payments:
        return []
    lock_ledger(session, provider_id)
    now, actor = recorded_now(session), actor_of(session)
    for payment in payments:
        if payment.amount_minor <= 0:
            raise RefusedByRule(
                f"A payment is more than nothing; {payment.number} says "
                f"{grouped_amount(payment.amount_minor, currency)} {currency}."
            )
    rows = [_transaction_row(
        provider_id, currency, now, actor, account_id=p.account_id, kind=TransactionKind.PAYMENT, number=p.number,
        net=p.amount_minor, tax=0, issued_on=p.received_on, effective_on=p.received_on, due_on=None,
        description=p.description, method=p.method, imported=imported, state=TransactionState.POSTED,
    ) for p in payments]
    ids = insert_rows_with_ids(session, FinancialTransaction, rows)
    targets = [{"payment_id": id_, "invoice_id": t} for id_, p in zip(ids, payments, strict=True) for t in p.targets]
    insert_rows(session, PaymentTarget, targets)
    return ids


def raise_dispute(
    session: Session, *, invoice_id: int, amount_minor: int, on: date, until: date | None = None,
    reason: str = "Default",
) -> Created:
    """Put an amount of a posted invoice in dispute from a day on; with `until`, the dispute ends on that day.

    Raises RefusedByRule without a reason, and where the amount is nothing or more than what of the invoice is not in
    dispute already.
    """
    if not reason.strip():
        raise RefusedByRule("A dispute needs a reason, so that colleagues know what it is about.")
    require_text("reason", "The reason", reason, has_lines=True)
    require_account(session, account_of_document(session, invoice_id), Power.LEDGER_DISPUTES, edit=True)
    invoice = session.get_one(FinancialTransaction, invoice_id)
    _lock_books(session, invoice.provider_id, invoice.account_id)
    disputed = session.scalar(select(func.sum(DisputeEntry.delta_minor))
                              .where(DisputeEntry.invoice_id == invoice_id)) or 0
    covered = session.scalar(select(planned(on)).where(FinancialTransaction.id == invoice_id)) or 0
    most = invoice.amount_minor - disputed - covered
    if disputed and invoice.amount_minor <= disputed:
        raise RefusedByRule(f"All of {invoice.number} is in dispute already. Nothing was changed.")
    if covered and amount_minor > most:
        words = ("{covered} {currency} of {number} are in a payment plan, so {most} {currency} can be in dispute. "
                 "Cancel the plan to put more in dispute.")
        raise RefusedByRule(words.format(
            covered=grouped_amount(covered, invoice.currency), most=grouped_amount(max(0, most), invoice.currency),
            currency=invoice.currency, number=invoice.number))
    if not 0 < amount_minor <= most:
        words = ("Between {least} and {most} {currency} of {number} can be in dispute, beside {disputed} {currency} "
                 "that are already." if disputed else
                 "Between {least} and {most} {currency} of {number} can be in dispute.")
        raise RefusedByRule(words.format(
            least=grouped_amount(1, invoice.currency), most=grouped_amount(most, invoice.currency),
            disputed=grouped_amount(disputed, invoice.currency), currency=invoice.currency, number=invoice.number))
    dispute = Dispute(provider_id=invoice.provider_id, account_id=invoice.account_id, invoice_id=invoice_id,
                      reason=reason.strip()[:50], effective_on=on, recorded_at=recorded_now(session))
    session.add(dispute)
    session.flush()
    _dispute_entry(session, dispute, "raised", amount_minor, on)
    if until is not None:
        _dispute_entry(session, dispute, "ended", -amount_minor, until)
    changes = ChangeSet.of(Changed.LEDGER, accounts={dispute.account_id})
    if until is not None:
        return Created(id=dispute.id, changes=changes)  # it has ended
    return Created(id=dispute.id, changes=changes.with_undo(Undo(
        of=f"dispute about {invoice.number}",
        done=f"{grouped_amount(amount_minor, invoice.currency)} {invoice.currency} of {invoice.number} put in dispute.",
        command=end_dispute, arguments={"dispute_id": dispute.id, "on": on})))


def end_dispute(session: Session, *, dispute_id: int, on: date) -> ChangeSet:
    """End a dispute on a day, which is no longer part of it.

    Raises RefusedByRule, saying who ended it and when, where it has ended already.
    """
    dispute = session.get(Dispute, dispute_id)
    if dispute is None:
        raise NotFound("There is no such dispute in this database.")
    require_account(session, dispute.account_id, Power.LEDGER_DISPUTES_END, edit=True)
    _lock_books(session, dispute.provider_id, dispute.account_id)
    left = session.scalar(select(func.sum(DisputeEntry.delta_minor)).where(DisputeEntry.dispute_id == dispute_id)) or 0
    if left == 0:
        raise RefusedByRule(_ended_already(session, dispute))
    if on < dispute.effective_on:
        raise RefusedByRule(f"The dispute began on {dispute.effective_on.isoformat()}; it cannot end before that.")
    _dispute_entry(session, dispute, "ended", -left, on)
    allocate_accounts(session, [dispute.account_id])
    return ChangeSet.of(Changed.LEDGER, accounts={dispute.account_id})


def _lock_books(session: Session, provider_id: int, account_id: int) -> None:
    """Let one at a time change what is in dispute at an account; judging it waits as well."""
    lock_ledger(session, provider_id)
    lock_row(session, "account", "id", account_id)


def _ended_already(session: Session, dispute: Dispute) -> str:
    row = session.execute(
        select(DisputeEntry.actor, DisputeEntry.recorded_at, DisputeEntry.effective_on, Provider.time_zone,
               FinancialTransaction.number)
        .join(Provider, Provider.account_id == DisputeEntry.provider_id)
        .join(FinancialTransaction, FinancialTransaction.id == DisputeEntry.invoice_id)
        .where(DisputeEntry.dispute_id == dispute.id).order_by(DisputeEntry.id.desc()).limit(1)).one()
    return (f"The dispute about {row.number} has ended already, on {day_text(row.effective_on)}: {row.actor} ended it "
            f"{moment_text(row.recorded_at, row.time_zone)}. Nothing was changed.")


def _dispute_entry(session: Session, dispute: Dispute, kind: str, delta_minor: int, on: date) -> None:
    session.add(DisputeEntry(
        provider_id=dispute.provider_id, dispute_id=dispute.id, invoice_id=dispute.invoice_id,
        account_id=dispute.account_id, kind=kind, delta_minor=delta_minor, effective_on=on,
        recorded_at=recorded_now(session), actor=actor_of(session),
    ))
    session.flush()


# --------------------------------------------------------------------------- allocation


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
    debits, credits = _open_rows(session, account_ids, plans)
    now = recorded_now(session)
    by_hand = provider_effective.c.auto_allocate_payments.is_(False)
    owners = session.execute(
        select(Account.id, Account.provider_id, func.coalesce(by_hand, literal(False)))  # noqa: FBT003  a literal
        .outerjoin(provider_effective, provider_effective.c.provider_id == Account.provider_id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
    )
    return [
        ({
            "provider_id": provider_id, "account_id": account_id, "credit_id": a.credit_id, "debit_id": a.debit_id,
            "amount_minor": a.amount_minor, "kind": "against_item" if a.named else "fifo",
            "effective_on": a.effective_on, "recorded_at": now, "reverses_id": None,
        }, a.instalment)
        for account_id, provider_id, named_only in owners
        for a in allocate(debits.get(account_id, ()), credits.get(account_id, ()),
                          instalments=plans.instalments.get(account_id, ()), named_only=bool(named_only))
    ]


def _open_rows(
    session: Session, account_ids: Sequence[int], plans: PlansOfAccounts
) -> tuple[dict[int, list[OpenDebit]], dict[int, list[OpenCredit]]]:
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
