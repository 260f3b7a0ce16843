"""Reading posted invoices out of the ledger into frozen documents, with a handful of statements for any number.

What was frozen (layout, terms, statement, letterhead, lines) is taken as it stands. An invoice that has no statement
yet, an imported one before its first print, gets the same figures reckoned and the letterhead of today; nothing is
written here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail, InvoiceLine, InvoiceStatement
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact, Contact
from app.models.values import DeliveryMethod, InvoiceLayout, TransactionKind, TransactionState
from app.services.invoicing.document import (
    DocumentLine,
    GatheredInvoice,
    InvoiceDocument,
    Letterhead,
    TaxSummaryLine,
)
from app.services.invoicing.letterheads import filled_lines, frozen_letterheads, letterheads_of_today
from app.services.invoicing.statements import reckoned_statements

_PART = 400
"""Ids of one `IN (…)` list: below the parameter limits of both databases."""

_BY_EMAIL = frozenset({DeliveryMethod.EMAIL.value, DeliveryMethod.EMAIL_AND_POST.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    previous_balance_minor: int
    payments_since_minor: int
    total_due_minor: int
    bill_to_name: str
    bill_to_address: str
    letterhead_id: int | None = None
    """None where nothing is frozen yet."""


def gather_documents(session: Session, invoice_ids: Iterable[int]) -> list[InvoiceDocument]:
    """The documents of posted invoices, in the order of the ids; ids of anything else are left out."""
    return [gathered.document for gathered in gather_invoices(session, invoice_ids)]


def gather_invoices(session: Session, invoice_ids: Iterable[int]) -> list[GatheredInvoice]:
    """Like `gather_documents`, with remarks."""
    ids = list(invoice_ids)
    found: list[GatheredInvoice] = []
    for start in range(0, len(ids), _PART):
        found += _gather_part(session, ids[start : start + _PART])
    return found


def without_statement(session: Session, invoice_ids: Iterable[int]) -> list[int]:
    """Those of some posted invoices whose statement was never frozen: imported and not yet printed."""
    ids = list(invoice_ids)
    t = FinancialTransaction
    lacking: list[int] = []
    for start in range(0, len(ids), _PART):
        lacking += session.scalars(
            select(t.id)
            .outerjoin(InvoiceStatement, InvoiceStatement.transaction_id == t.id)
            .where(t.id.in_(ids[start : start + _PART]), InvoiceStatement.transaction_id.is_(None))
        )
    return lacking


def _gather_part(session: Session, ids: Sequence[int]) -> list[GatheredInvoice]:
    rows = {row.id: row for row in _invoice_rows(session, ids)}
    statements = _statements(session, rows)
    lines = _lines(session, rows)
    letterheads = _letterheads(session, rows, statements)
    emails = _emails(session, {row.account_id for row in rows.values() if row.delivery_method in _BY_EMAIL})
    return [
        GatheredInvoice(
            _document(rows[id_], letterheads[id_], statements[id_], lines[id_]),
            _remarks(rows[id_], emails),
        )
        for id_ in ids
        if id_ in rows
    ]


def _invoice_rows(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    t, detail = FinancialTransaction, InvoiceDetail
    return session.execute(
        select(
            t.id, t.provider_id, t.account_id, t.number, t.currency, t.issued_on, t.due_on,
            t.net_minor, t.tax_minor, t.amount_minor,
            detail.period_from, detail.period_to, detail.terms_days, detail.delivery_method, detail.layout,
            Account.code.label("account_code"),
        )
        .join(detail, detail.transaction_id == t.id)
        .join(Account, Account.id == t.account_id)
        .where(
            t.id.in_(ids), t.kind == TransactionKind.INVOICE.value, t.state == TransactionState.POSTED.value
        )
    ).all()


def _statements(session: Session, ids: Iterable[int]) -> dict[int, _Statement]:
    """The frozen statements, and reckoned ones where none is frozen."""
    wanted = list(ids)
    s = InvoiceStatement
    frozen = session.execute(
        select(s.transaction_id, s.previous_balance_minor, s.payments_since_minor, s.total_due_minor,
               s.bill_to_name, s.bill_to_address, s.letterhead_id)
        .where(s.transaction_id.in_(wanted))
    )
    found = {row.transaction_id: _statement(row._asdict()) for row in frozen}
    lacking = [id_ for id_ in wanted if id_ not in found]
    if lacking:
        for values in reckoned_statements(session, lacking):
            found[values["transaction_id"]] = _statement(values)
    return found


def _statement(values: Mapping[str, Any]) -> _Statement:
    return _Statement(**{name: values[name] for name in _Statement.__dataclass_fields__ if name in values})


def _lines(session: Session, ids: Iterable[int]) -> dict[int, list[DocumentLine]]:
    line = InvoiceLine
    rows = session.execute(
        select(line.transaction_id, line.heading, line.description, line.note, line.quantity, line.unit_price_minor,
               line.net_minor, line.tax_minor, line.tax_rate_bp, line.amount_minor.label("total_minor"))
        .where(line.transaction_id.in_(list(ids)))
        .order_by(line.transaction_id, line.position)
    )
    lines: dict[int, list[DocumentLine]] = defaultdict(list)
    for row in rows:
        values = row._asdict()
        lines[values.pop("transaction_id")].append(DocumentLine(**values))
    return lines


def _letterheads(session: Session, rows: dict[int, Any], statements: dict[int, _Statement]) -> dict[int, Letterhead]:
    """The letterhead of each invoice: the frozen one, else that of today."""
    versions = {id_: s.letterhead_id for id_, s in statements.items() if s.letterhead_id is not None}
    frozen = frozen_letterheads(session, versions.values())
    today = letterheads_of_today(session, {row.provider_id for id_, row in rows.items() if id_ not in versions})
    return {id_: frozen[versions[id_]] if id_ in versions else today[row.provider_id] for id_, row in rows.items()}


def _emails(session: Session, account_ids: Iterable[int]) -> dict[int, str]:
    """The e-mail address of the billing contact of each account."""
    rows = session.execute(
        select(AccountContact.account_id, Contact.email)
        .join(Contact, Contact.id == AccountContact.contact_id)
        .where(AccountContact.account_id.in_(list(account_ids)), AccountContact.is_billing)
    )
    return {account_id: email.strip() for account_id, email in rows}


def _remarks(row: Any, emails: dict[int, str]) -> tuple[str, ...]:
    if row.delivery_method in _BY_EMAIL and not emails.get(row.account_id):
        return ("No e-mail address, though the invoice goes out by e-mail",)
    return ()


def _document(
    row: Any, letterhead: Letterhead, statement: _Statement, lines: Sequence[DocumentLine]
) -> InvoiceDocument:
    return InvoiceDocument(
        invoice_id=row.id,
        number=row.number,
        layout=InvoiceLayout(row.layout),
        currency=row.currency,
        letterhead=letterhead,
        account_code=row.account_code,
        bill_to_name=statement.bill_to_name,
        bill_to_lines=tuple(filled_lines(statement.bill_to_address)),
        issued_on=row.issued_on,
        due_on=row.due_on,
        period_from=row.period_from,
        period_to=row.period_to,
        terms_days=row.terms_days,
        lines=tuple(lines),
        taxes=_taxes(lines),
        net_minor=row.net_minor,
        tax_minor=row.tax_minor,
        total_minor=row.amount_minor,
        previous_balance_minor=statement.previous_balance_minor,
        payments_since_minor=statement.payments_since_minor,
        total_due_minor=statement.total_due_minor,
    )


def _taxes(lines: Iterable[DocumentLine]) -> tuple[TaxSummaryLine, ...]:
    """Net and tax by rate, lowest rate first; their sums are those of the lines, to the minor unit."""
    net: dict[int, int] = defaultdict(int)
    tax: dict[int, int] = defaultdict(int)
    for line in lines:
        net[line.tax_rate_bp] += line.net_minor
        tax[line.tax_rate_bp] += line.tax_minor
    return tuple(TaxSummaryLine(rate_bp=rate, net_minor=net[rate], tax_minor=tax[rate]) for rate in sorted(net))
