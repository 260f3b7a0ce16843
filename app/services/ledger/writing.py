"""Writing the rows of the ledger: drafts, posting, payments, and the disputes that come with an invoice of a file.

There is one door to a posted row, `post_rows`: whatever is posted was a draft before, if only for a moment. Documents
made here get their number, due date, layout and delivery when they are posted; documents read from a file keep theirs.
The bulk forms serve imports and the demo: they write with a handful of statements, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select, update
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
from app.services.ledger.keeping import keep_figures
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
    number: str | None
    """None while it is a draft."""
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
    series_number: int | None = None
    """Its place in the series, where it has its number from there."""
    reference: str | None = None
    typed_due_on: date | None = None


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
    series_number: int | None = None
    """Its place in the series, where it has its number from there."""
    reference: str | None = None
    meant_for: str | None = None
    """The code of the account that a file named, where nobody could have it."""


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
    drafts = [NewDraft(
        account_id=i.account_id, kind=TransactionKind.INVOICE, number=i.number,
        net_minor=sum(line.net_minor for line in i.lines), tax_minor=sum(line.tax_minor for line in i.lines),
        issued_on=i.issued_on, effective_on=i.posted_on, due_on=i.due_on, description=i.description,
        imported=imported, series_number=i.series_number, reference=i.reference,
    ) for i in invoices]
    rows = [_row(session, provider_id, currency, draft) for draft in drafts]
    ids = insert_rows_with_ids(session, FinancialTransaction, rows)
    write_lines(session, ids, invoices)
    post_rows(session, ids)
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
    keep_figures(session, [each["account_id"] for each in shared.values()])


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDraft:
    """A row of the ledger before it is posted. Amounts in minor units, never negative: the kind says which way."""

    account_id: int
    kind: TransactionKind
    net_minor: int
    issued_on: date
    effective_on: date
    tax_minor: int = 0
    due_on: date | None = None
    number: str | None = None
    series_number: int | None = None
    reference: str | None = None
    description: str = ""
    method: str = ""
    imported: bool = False
    cancels_id: int | None = None
    type_id: int | None = None
    category: str | None = None
    back_office_code: str | None = None
    beneficiary_id: int | None = None
    meant_for: str | None = None
    allocates: str | None = None
    is_kept: bool = False
    """Whether it stays a draft for now, so that who wrote it, and when, is kept beside who posts it."""


def write_draft(session: Session, *, provider_id: int, currency: str, draft: NewDraft) -> int:
    """Write one draft; returns its id. The lines of an invoice and what a credit names come beside it.

    Raises RefusedByRule for a day of a closed accounting period.
    """
    lock_ledger(session, provider_id)
    require_open(session, provider_id, draft.effective_on)
    return insert_rows_with_ids(session, FinancialTransaction, [_row(session, provider_id, currency, draft)])[0]


def _row(session: Session, provider_id: int, currency: str, draft: NewDraft) -> dict[str, Any]:
    now, actor = recorded_now(session), actor_of(session)
    values = {field.name: getattr(draft, field.name) for field in fields(NewDraft) if field.name != "is_kept"}
    return {
        **values, "provider_id": provider_id, "currency": currency, "kind": draft.kind.value,
        "state": TransactionState.DRAFT.value, "amount_minor": draft.net_minor + draft.tax_minor, "recorded_at": now,
        "posted_by": actor, "drafted_at": now if draft.is_kept else None,
        "drafted_by": actor if draft.is_kept else None,
    }


def write_lines(session: Session, ids: Sequence[int], invoices: Sequence[NewInvoice]) -> None:
    """Write the lines of drafts, and what is frozen beside them."""
    insert_rows(session, InvoiceDetail, [
        {"transaction_id": id_, "period_from": i.period_from, "period_to": i.period_to, "terms_days": i.terms_days,
         "delivery_method": i.delivery_method.value, "layout": i.layout.value,
         "typed_due_on": i.typed_due_on}
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


def post_rows(session: Session, ids: Sequence[int]) -> None:
    """The one door to a posted row: drafts become posted, and the database checks that their lines add up."""
    t, accounts = FinancialTransaction, set[int]()
    for part in _parts(ids):
        session.execute(
            update(t).where(t.id.in_(part))
            .values(state=TransactionState.POSTED.value).execution_options(synchronize_session=False)
        )
        accounts.update(session.scalars(select(t.account_id).where(t.id.in_(part)).distinct()))
    keep_figures(session, accounts)


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
    for payment in payments:
        if payment.amount_minor <= 0:
            raise RefusedByRule(
                f"A payment is more than nothing; {payment.number} says "
                f"{grouped_amount(payment.amount_minor, currency)} {currency}."
            )
    rows = [_row(session, provider_id, currency, NewDraft(
        account_id=p.account_id, kind=TransactionKind.PAYMENT, number=p.number, net_minor=p.amount_minor,
        issued_on=p.received_on, effective_on=p.received_on, description=p.description, method=p.method,
        imported=imported, series_number=p.series_number, reference=p.reference, meant_for=p.meant_for,
    )) for p in payments]
    ids = insert_rows_with_ids(session, FinancialTransaction, rows)
    write_targets(session, {id_: dict.fromkeys(p.targets) for id_, p in zip(ids, payments, strict=True)})
    post_rows(session, ids)
    return ids


def write_targets(session: Session, targets: Mapping[int, Mapping[int, int | None]]) -> None:
    """Write what drafts of credits name: by credit and debit, at most how much goes there, None as much as it takes."""
    insert_rows(session, PaymentTarget, [
        {"payment_id": credit_id, "invoice_id": debit_id, "amount_minor": most}
        for credit_id, named in targets.items() for debit_id, most in named.items()])


def _parts(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start:start + _CHUNK]
