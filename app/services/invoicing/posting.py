"""Posting invoices made here: number, due date, delivery and layout are settled and frozen in one transaction.

The number comes from the provider's series without gaps. The due date follows from the posting date and the account's
terms; delivery method and layout are the effective ones of the day. What was posted keeps all of this whatever is set
later (ARCHITECTURE.md, "Trading terms" and "Inheritance").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail
from app.models.parties.account import Account
from app.models.rules.due_date import DueTerms, days_to_type, due_date, may_be_typed
from app.models.values import (
    AccountStatus,
    AccountType,
    DeliveryMethod,
    InvoiceLayout,
    TransactionKind,
    grouped_amount,
)
from app.services.attributes.columns import effective_columns
from app.services.attributes.terms import TERMS_KEYS, due_terms, terms_in_force, terms_of_row, terms_words
from app.services.credit.telling import tell_exceeded
from app.services.database.dialects import among, inserter_of, lock_ledger
from app.services.errors import NotFound, RefusedByRule
from app.services.events.raising import no_cause_yet, raising, this_moment
from app.services.invoicing.statements import freeze_statements
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.numbering import take_document_numbers, take_references
from app.services.ledger.writing import NewInvoice, NewLine, record_invoices

NOT_INVOICED: dict[AccountStatus, str] = {
    AccountStatus.INACTIVE: "inactive",
    AccountStatus.CANCELLED: "cancelled",
    AccountStatus.PREACTIVE: "preactive",
    AccountStatus.SYSTEM_SUSPENDED: "suspended by the system",
    AccountStatus.SUSPENDED_BILLING_AND_ORDERING: "suspended for billing and ordering",
}
"""Statuses in which an account is not invoiced (ARCHITECTURE.md, "Invoices"), in words; all others are."""

_ATTRIBUTES = ("invoice_delivery_method", "invoice_layout", "auto_allocate_payments")
_PART = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceToPost:
    """An invoice made here, before posting settles the rest. The lines carry net and tax, rounded per line."""

    account_id: int
    posted_on: date
    lines: tuple[NewLine, ...]
    issued_on: date | None = None
    """None: issued on the day it is posted."""
    period_from: date | None = None
    period_to: date | None = None
    due_on: date | None = None
    """As typed; it must lie where the terms let it. None takes the computed one."""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Billed:
    """What posting needs to know of an account."""

    code: str
    currency: str
    start_date: date
    status: AccountStatus
    type: AccountType
    terms: DueTerms
    delivery_method: DeliveryMethod
    layout: InvoiceLayout
    allocate: bool


def post_invoice(
    session: Session,
    *,
    account_id: int,
    posted_on: date,
    lines: Sequence[NewLine],
    issued_on: date | None = None,
    period_from: date | None = None,
    period_to: date | None = None,
    due_on: date | None = None,
    description: str = "",
) -> int:
    """Post one invoice of an account; returns its id. See `post_invoices`."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("This account is not in the database any more.")
    invoice = InvoiceToPost(account_id=account_id, posted_on=posted_on, lines=tuple(lines), issued_on=issued_on,
                            period_from=period_from, period_to=period_to, due_on=due_on, description=description)
    return post_invoices(session, provider_id=account.provider_id, invoices=[invoice])[0]


def post_invoices(session: Session, *, provider_id: int, invoices: Sequence[InvoiceToPost]) -> list[int]:
    """Post invoices of accounts of one provider, in the order given; returns their ids.

    Takes the numbers, writes and posts, freezes the statements and allocates credit that was waiting. Locks the ledger
    and the number series of the provider until the transaction ends. Raises RefusedByRule, and nothing is posted, where
    an account may not be invoiced, a typed due date lies where the terms do not let it, or the lines do not make an
    invoice.
    """
    if not invoices:
        return []
    lock_ledger(session, provider_id)
    # Before the accounts are judged: two runs at once then see each other's invoices.
    numbers = take_document_numbers(session, provider_id=provider_id, kind=TransactionKind.INVOICE,
                                    count=len(invoices))
    references = take_references(session, provider_id=provider_id, count=len(invoices), is_locked=True)
    settled = settle_invoices(session, provider_id=provider_id, invoices=invoices)
    ready = [replace(each.invoice, number=number.text, series_number=number.place, reference=reference)
             for each, number, reference in zip(settled, numbers, references, strict=True)]
    ids: dict[int, int] = {}
    for currency in dict.fromkeys(each.currency for each in settled):
        places = [place for place, each in enumerate(settled) if each.currency == currency]
        written = record_invoices(session, provider_id=provider_id, currency=currency,
                                  invoices=[ready[place] for place in places], imported=False)
        ids.update(zip(places, written, strict=True))
    in_order = [ids[place] for place in range(len(settled))]
    finish_invoices(session, dict(zip(in_order, settled, strict=True)))
    return in_order


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledInvoice:
    """An invoice with all that posting freezes but its number."""

    invoice: NewInvoice
    currency: str
    allocates: bool
    """Whether credit that waits goes to it by itself."""


def settle_invoices(
    session: Session, *, provider_id: int, invoices: Sequence[InvoiceToPost]
) -> list[SettledInvoice]:
    """Due date, delivery and layout of invoices of one provider, in the order given; nothing is written.

    Raises RefusedByRule where an account may not be invoiced, a typed due date lies where the terms do not let it, or
    the lines do not make an invoice.
    """
    provider = session.get_one(Account, provider_id)
    if provider.type == AccountType.NON_BILLING:
        raise RefusedByRule(f"{provider.name} is a non-billing provider; its customers are not invoiced here.")
    billed = _billed_accounts(session, provider_id, sorted({i.account_id for i in invoices}))
    for typed in {i.account_id for i in invoices if i.due_on is not None} & billed.keys():
        # What is usual beside a rule of the account's own is asked one by one: nobody types many due dates at once.
        terms = due_terms(session, session.get_one(Account, typed))
        billed[typed] = replace(billed[typed], terms=terms)
    return [_settle(invoice, billed.get(invoice.account_id)) for invoice in invoices]


def finish_invoices(session: Session, posted: Mapping[int, SettledInvoice]) -> None:
    """What follows posting invoices, by their ids: statements, credit that was waiting, and whoever is told."""
    freeze_statements(session, posted)
    allocate_accounts(session, [each.invoice.account_id for each in posted.values() if each.allocates])
    tell_exceeded(session, list(posted), max(each.invoice.posted_on for each in posted.values()))
    for posted_on in sorted({each.invoice.posted_on for each in posted.values()}):
        _raise_delivery(session, [id_ for id_, each in posted.items() if each.invoice.posted_on == posted_on],
                        posted_on)


_DELIVERED_BY = {
    "invoice_delivery": (DeliveryMethod.EMAIL, DeliveryMethod.EMAIL_AND_POST),
    "invoice_post": (DeliveryMethod.POST, DeliveryMethod.EMAIL_AND_POST),
}
"""Events of an invoice that is posted, by the methods of delivery they are for."""


def _raise_delivery(session: Session, ids: Sequence[int], posted_on: date) -> None:
    """Raise the events of invoices that were just posted, by the delivery that was frozen on each."""
    t = FinancialTransaction
    for event, methods in _DELIVERED_BY.items():
        causes = (
            select(t.provider_id, t.account_id, no_cause_yet().label("hold_id"), no_cause_yet().label("service_id"),
                   t.id.label("invoice_id"), literal(0).label("period_days"),
                   literal(f"{event}/0/").concat(cast(t.id, String)).label("cause_key"))
            .join(InvoiceDetail, InvoiceDetail.transaction_id == t.id)
            .where(among(session, t.id, ids), InvoiceDetail.delivery_method.in_(methods)))
        for statement in raising(inserter_of(session), event, causes, this_moment(session, posted_on)):
            session.execute(statement)


def _billed_accounts(session: Session, provider_id: int, account_ids: Sequence[int]) -> dict[int, _Billed]:
    """Status and effective terms, delivery and layout of many accounts, set-based."""
    columns = effective_columns((*_ATTRIBUTES, *TERMS_KEYS))
    asked = {**{key: columns.values[key] for key in _ATTRIBUTES}, **terms_in_force(columns)}
    values = [column.label(key) for key, column in asked.items()]
    found: dict[int, _Billed] = {}
    for start in range(0, len(account_ids), _PART):
        rows = session.execute(
            select(Account.id, Account.code, Account.currency, Account.start_date, Account.status, Account.type,
                   *values)
            .select_from(columns.joined)
            .where(Account.id.in_(account_ids[start : start + _PART]), Account.provider_id == provider_id)
        )
        found.update((row.id, _as_billed(row)) for row in rows)
    return found


def _as_billed(row: Any) -> _Billed:
    return _Billed(
        code=row.code,
        currency=row.currency,
        start_date=row.start_date,
        status=AccountStatus(row.status),
        type=AccountType(row.type),
        terms=terms_of_row(row),
        delivery_method=DeliveryMethod(row.invoice_delivery_method),
        layout=InvoiceLayout(row.invoice_layout),
        allocate=bool(row.auto_allocate_payments),
    )


def _settle(invoice: InvoiceToPost, account: _Billed | None) -> SettledInvoice:
    """Everything that posting freezes; raises RefusedByRule where the invoice may not be posted."""
    if account is None:
        raise RefusedByRule("An invoice was made out to an account that does not belong to this provider.")
    _check_account(invoice, account)
    _check_document(invoice, account)
    due_on = due_date(account.terms, invoice.posted_on) if invoice.due_on is None else invoice.due_on
    if not may_be_typed(account.terms, invoice.posted_on, due_on):
        raise RefusedByRule(f"{account.code}: {_typed_refusal(account.terms, invoice.posted_on, due_on)}")
    settled = NewInvoice(
        account_id=invoice.account_id,
        number=None,
        issued_on=invoice.issued_on or invoice.posted_on,
        posted_on=invoice.posted_on,
        due_on=due_on,
        lines=invoice.lines,
        delivery_method=account.delivery_method,
        layout=account.layout,
        terms_days=(due_on - invoice.posted_on).days,
        period_from=invoice.period_from,
        period_to=invoice.period_to,
        description=invoice.description,
        typed_due_on=invoice.due_on,
    )
    return SettledInvoice(invoice=settled, currency=account.currency, allocates=account.allocate)


def _typed_refusal(terms: DueTerms, posted_on: date, typed: date) -> str:
    first, last = days_to_type(terms, posted_on)
    said = (f"the due date {typed.isoformat()} is not what the terms give. Posted on {posted_on.isoformat()} with "
            f"terms of {terms_words(terms)}, the invoice is due on {due_date(terms, posted_on).isoformat()}")
    if terms.proximity is None:
        return f"{said}."
    return f"{said}, or by the proximity on another day from {first.isoformat()} to {last.isoformat()}."


def _check_account(invoice: InvoiceToPost, account: _Billed) -> None:
    if account.type in (AccountType.OPERATOR, AccountType.SYSTEM):
        raise RefusedByRule(f"{account.code} is an account of the system itself and is never invoiced.")
    why = NOT_INVOICED.get(account.status)
    if why is not None:
        raise RefusedByRule(f"{account.code} is {why}; an account in this status is not invoiced.")
    if invoice.posted_on < account.start_date:
        raise RefusedByRule(
            f"{account.code} exists from {account.start_date.isoformat()}; it cannot be invoiced on "
            f"{invoice.posted_on.isoformat()}."
        )


def _check_document(invoice: InvoiceToPost, account: _Billed) -> None:
    if not invoice.lines:
        raise RefusedByRule(f"{account.code}: an invoice needs at least one line.")
    total = sum(line.net_minor + line.tax_minor for line in invoice.lines)
    if total < 0:
        raise RefusedByRule(
            f"{account.code}: the lines come to {grouped_amount(total, account.currency)} {account.currency}. An "
            "invoice is never negative; write a credit note."
        )
    if invoice.period_from and invoice.period_to and invoice.period_from > invoice.period_to:
        raise RefusedByRule(
            f"{account.code}: the period begins on {invoice.period_from.isoformat()}, after its end on "
            f"{invoice.period_to.isoformat()}."
        )
