"""Writing the rows of the ledger: drafts, posting, payments, and the disputes that come with an invoice of a file.

There is one door to a posted row, `_post`. Documents made here get their number, due date, layout and delivery when
they are posted; documents read from a file keep theirs. The bulk forms serve imports and the demo: they write with a
handful of statements, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.ledger.entries import (
    Dispute,
    DisputeEntry,
    FinancialTransaction,
    InvoiceDetail,
    InvoiceLine,
    PaymentTarget,
)
from app.models.values import DeliveryMethod, InvoiceLayout, TransactionKind, TransactionState, grouped_amount
from app.services.database.bulk import insert_rows, insert_rows_with_ids
from app.services.database.dialects import lock_ledger
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.errors import RefusedByRule
from app.services.ledger.open_days import require_open

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
    """Write and post invoices of one provider in the order given; returns their ids. Allocation is a second step.

    Raises RefusedByRule where one is posted on a day of a closed accounting period.
    """
    if not invoices:
        return []
    lock_ledger(session, provider_id)
    require_open(session, provider_id, *{invoice.posted_on for invoice in invoices})
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
    """Write payments of one provider in the order given; returns their ids. Allocation is a second step.

    Raises RefusedByRule where one was received on a day of a closed accounting period.
    """
    if not payments:
        return []
    lock_ledger(session, provider_id)
    require_open(session, provider_id, *{payment.received_on for payment in payments})
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


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start:start + _CHUNK]
