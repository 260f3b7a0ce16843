"""Drafts: documents that are written and not posted yet. They change, are posted, or are rejected with a reason.

A draft counts nowhere: neither in a balance nor in what is owing. It has a reference from the moment it is written,
and gets its number when it is posted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models.audit import Subject
from app.models.base import text_limits
from app.models.ledger.entries import FinancialTransaction, InvoiceDetail, InvoiceLine, PaymentTarget
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.rules.invoice_totals import share
from app.models.values import DEBIT_KINDS, TransactionKind, TransactionState
from app.services.access.audit import About, traces_about, write_audit, zone_of
from app.services.access.authorize import account_of_document, require_account
from app.services.changes import Changed, ChangeSet, Created, Undo
from app.services.database.unit_of_work import actor_of, recorded_now
from app.services.documents.books import (
    KIND_WORDS,
    MADE_BY_HAND,
    Books,
    open_books,
    open_draft,
    power_to_write,
    require_postable,
    require_words,
)
from app.services.documents.types import type_code, type_of
from app.services.errors import NotFound, RefusedByRule, RefusedField
from app.services.invoicing.compose import taxed_amounts
from app.services.invoicing.posting import InvoiceToPost, SettledInvoice, settle_invoices
from app.services.ledger.allocating import CHOSEN
from app.services.ledger.numbering import take_references
from app.services.ledger.writing import NewDraft, NewLine, write_draft, write_lines, write_targets
from app.services.saving import Speech, Trace, wanted_changes
from app.services.wording import day_text

LIMITS = text_limits(FinancialTransaction, "description", "method", "back_office_code", "rejection_reason")
_CREDITS = frozenset({TransactionKind.PAYMENT, TransactionKind.CREDIT_NOTE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargedLine:
    """One line of an invoice; the amount has its tax inside."""

    description: str
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """An invoice, payment, credit note or refund to write. Amounts have their tax inside, in the account's currency."""

    account_id: int
    kind: TransactionKind
    amount_minor: int
    on: date
    """The day it is posted for; of a draft, the one proposed."""
    due_on: date | None = None
    """Of an invoice, as typed; None: as the terms say."""
    type: str = ""
    """Code or name of a type; empty: the default of the kind."""
    category: str = ""
    text: str = ""
    method: str = ""
    back_office_code: str = ""
    targets: Mapping[int, int | None] = field(default_factory=dict)
    """Invoices that a payment or a credit note names: at most how much goes to each, None: as much as it takes."""
    is_chosen: bool = False
    """A payment that settles what it names and nothing else; the rest waits for somebody's hand."""
    beneficiary_id: int | None = None
    lines: tuple[ChargedLine, ...] = ()
    """Of an invoice; without any it has one of the text."""


DraftValues = Mapping[str, Any]
"""What a draft says, by the names of `NewDocument`."""
_EDITABLE = ("amount_minor", "on", "due_on", "type", "category", "text", "method", "back_office_code", "targets",
             "is_chosen", "lines")
_LABELS = {"amount_minor": "the amount", "on": "the day", "due_on": "the due date", "type": "the type",
           "category": "the category", "text": "the text", "method": "the method",
           "back_office_code": "the back-office code", "targets": "what it is for", "is_chosen": "how it is allocated",
           "lines": "the lines"}


def create_draft(session: Session, *, document: NewDocument) -> Created:
    """Write a draft; its reference is there from now on.

    Raises RefusedByRule where the account takes no such document, or the document is none.
    """
    books = open_books(session, document.account_id, power_to_write(document.kind))
    draft_id = write_document(session, books, document, is_kept=True)
    words = f"{KIND_WORDS[document.kind].partition(' ')[2]} of {books.money(document.amount_minor)}"
    return Created(id=draft_id, changes=ChangeSet.of(Changed.LEDGER, accounts={document.account_id}).with_undo(Undo(
        of=f"draft of {books.account.name}", done=f"Draft written: {words}.", command=reject_draft,
        arguments={"draft_id": draft_id, "reason": "Taken back"})))


def edit_draft(session: Session, *, draft_id: int, values: DraftValues, seen: DraftValues) -> ChangeSet:
    """Change what a draft says; fields that are not named stay as they are.

    Raises SavedMeanwhile where somebody changed the same fields since, RefusedByRule where it is no draft any more.
    """
    books, row = open_draft(session, draft_id)
    now = draft_values(session, draft_id=draft_id)
    changes = wanted_changes(seen=seen, now=now, wanted=values,
                             speech=lambda: _speech(session, books.account, draft_id))
    if not changes:
        return ChangeSet.empty()
    wanted = replace(_document_of(row, now), **changes)
    if wanted.kind is TransactionKind.INVOICE and "lines" not in changes and {"text", "amount_minor"} & changes.keys():
        wanted = replace(wanted, lines=())
    _rewrite(session, books, row, wanted)
    for name, value in draft_values(session, draft_id=draft_id).items():
        if value != now[name]:
            write_audit(session, provider_id=row.provider_id, account_id=row.account_id,
                        about=About(kind=Subject.DRAFT, id=draft_id), action="draft_changed",
                        detail=f"Draft {row.reference}: {_LABELS[name]} changed.", field=name,
                        old=_as_text(now[name]), new=_as_text(value))
    return ChangeSet.of(Changed.LEDGER, accounts={row.account_id}).with_undo(Undo(
        of=f"change of draft {row.reference}", done=f"Draft {row.reference} changed.", command=edit_draft,
        arguments={"draft_id": draft_id, "values": {name: now[name] for name in changes}, "seen": dict(changes)}))


def reject_draft(session: Session, *, draft_id: int, reason: str) -> ChangeSet:
    """Reject a draft for good; the reason stays with it. Raises RefusedByRule where it is no draft any more."""
    words = require_words("reason", "The reason", reason, most=LIMITS["rejection_reason"])
    if not words:
        raise RefusedField("reason", "A draft is rejected with a reason, so that colleagues know why.")
    _, row = open_draft(session, draft_id)
    session.execute(update(FinancialTransaction).where(FinancialTransaction.id == draft_id).values(
        state=TransactionState.REJECTED.value, rejected_at=recorded_now(session), rejected_by=actor_of(session),
        rejection_reason=words))
    session.expire(row)
    write_audit(session, provider_id=row.provider_id, account_id=row.account_id,
                about=About(kind=Subject.DRAFT, id=draft_id), action="draft_rejected",
                detail=f"Draft {row.reference} of {KIND_WORDS[TransactionKind(row.kind)]} rejected: {words}")
    return ChangeSet.of(Changed.LEDGER, accounts={row.account_id})


def draft_values(session: Session, *, draft_id: int) -> dict[str, Any]:
    """What a draft says, as a form shows it."""
    require_account(session, account_of_document(session, draft_id), Power.LEDGER)
    draft = session.get_one(FinancialTransaction, draft_id, populate_existing=True)
    typed = session.scalar(select(InvoiceDetail.typed_due_on).where(InvoiceDetail.transaction_id == draft_id))
    lines = session.execute(select(InvoiceLine.description, InvoiceLine.amount_minor)
                            .where(InvoiceLine.transaction_id == draft_id).order_by(InvoiceLine.position))
    targets = session.execute(select(PaymentTarget.invoice_id, PaymentTarget.amount_minor)
                              .where(PaymentTarget.payment_id == draft_id).order_by(PaymentTarget.invoice_id))
    return {"amount_minor": draft.amount_minor, "on": draft.effective_on, "due_on": typed,
            "type": type_code(session, draft.type_id) or draft.kind, "category": draft.category or "",
            "text": draft.description, "method": draft.method, "back_office_code": draft.back_office_code or "",
            "targets": {row.invoice_id: row.amount_minor for row in targets}, "is_chosen": draft.allocates == CHOSEN,
            "lines": tuple(ChargedLine(description=each.description, amount_minor=each.amount_minor)
                           for each in lines)}


def require_as_seen(session: Session, books: Books, draft_id: int, seen: DraftValues) -> None:
    """Raise SavedMeanwhile where a draft says something else by now than somebody saw."""
    now = draft_values(session, draft_id=draft_id)
    wanted_changes(seen=seen, now=now, wanted=seen, speech=lambda: _speech(session, books.account, draft_id),
                   is_explicit=True)


# --------------------------------------------------------------------------- writing


def write_document(session: Session, books: Books, document: NewDocument, *, is_kept: bool) -> int:
    """Write a document as a draft, checked in every way but what is judged when it is posted; returns its id."""
    kind = document.kind
    if kind not in MADE_BY_HAND:
        raise RefusedByRule(f"{KIND_WORDS[kind].capitalize()} is not written by hand.")
    draft, invoice = _draft(session, books, document, is_kept=is_kept)
    (reference,) = take_references(session, provider_id=books.account.provider_id, count=1, is_locked=True)
    draft_id = write_draft(session, provider_id=books.account.provider_id, currency=books.account.currency,
                           draft=replace(draft, reference=reference))
    _write_parts(session, document, draft_id, invoice)
    return draft_id


def settled_invoice(session: Session, books: Books, document: NewDocument) -> SettledInvoice:
    """Due date, delivery and layout of an invoice as of its day."""
    lines = document.lines or (ChargedLine(description=document.text, amount_minor=document.amount_minor),)
    taxed = []
    for line in lines:
        amounts = taxed_amounts(session, account_id=document.account_id, amount_minor=line.amount_minor)
        taxed.append(NewLine(description=line.description or "Invoice", net_minor=amounts.net_minor,
                             tax_minor=amounts.tax_minor, tax_rate_bp=amounts.tax_rate_bp))
    return settle_invoices(session, provider_id=books.account.provider_id, invoices=[InvoiceToPost(
        account_id=document.account_id, posted_on=document.on, lines=tuple(taxed), due_on=document.due_on,
        description=document.text)])[0]


def document_of(session: Session, row: FinancialTransaction) -> NewDocument:
    """A draft as the document it is to be."""
    return _document_of(row, draft_values(session, draft_id=row.id))


def _document_of(row: FinancialTransaction, values: DraftValues) -> NewDocument:
    return NewDocument(account_id=row.account_id, kind=TransactionKind(row.kind), beneficiary_id=row.beneficiary_id,
                       **{name: values[name] for name in _EDITABLE})


def _draft(
    session: Session, books: Books, document: NewDocument, *, is_kept: bool
) -> tuple[NewDraft, SettledInvoice | None]:
    """The row of a document, and of an invoice what its posting would freeze; nothing is written."""
    kind = document.kind
    require_postable(session, books, kind=kind, on=document.on, is_draft=is_kept)
    _check(books, document)
    type_id, category = type_of(session, provider_id=books.account.provider_id, kind=kind, text=document.type,
                                category=document.category)
    targets = _checked_targets(session, books, document)
    net, tax = document.amount_minor, 0
    invoice: SettledInvoice | None = None
    if kind is TransactionKind.INVOICE:
        invoice = settled_invoice(session, books, document)
        tax = sum(line.tax_minor for line in invoice.invoice.lines)
        net -= tax
    elif kind is TransactionKind.CREDIT_NOTE:
        tax = _credited_tax(session, document, targets)
        net -= tax
    draft = NewDraft(
        account_id=document.account_id, kind=kind, net_minor=net, tax_minor=tax, issued_on=document.on,
        effective_on=document.on, due_on=None if invoice is None else invoice.invoice.due_on,
        description=require_words("text", "The text", document.text, most=LIMITS["description"]),
        method=require_words("method", "The method", document.method, most=LIMITS["method"]),
        type_id=type_id, category=category,
        back_office_code=_back_office_code(session, books, document) or None,
        beneficiary_id=document.beneficiary_id, allocates=CHOSEN if document.is_chosen else None, is_kept=is_kept)
    return draft, invoice


def _check(books: Books, document: NewDocument) -> None:
    kind, words = document.kind, KIND_WORDS[document.kind]
    if document.amount_minor <= 0:
        raise RefusedField("amount", f"{words.capitalize()} is more than nothing, so not "
                                     f"{books.money(document.amount_minor)}.")
    if document.lines and sum(line.amount_minor for line in document.lines) != document.amount_minor:
        raise RefusedField("amount", "The lines do not add up to the amount.")
    if document.due_on is not None and kind is not TransactionKind.INVOICE:
        raise RefusedField("due_on", f"{words.capitalize()} has no due date; invoices have one.")
    if document.targets and kind not in _CREDITS:
        raise RefusedField("targets", f"{words.capitalize()} settles no invoice, so it is for none.")
    if document.is_chosen and kind not in _CREDITS:
        raise RefusedField("is_chosen", f"{words.capitalize()} settles no invoice, so nothing is chosen for it.")


def _checked_targets(
    session: Session, books: Books, document: NewDocument
) -> dict[int, FinancialTransaction]:
    """The invoices that a credit names, by id."""
    t = FinancialTransaction
    rows = {row.id: row for row in session.scalars(select(t).where(t.id.in_(list(document.targets))))}
    for target, most in document.targets.items():
        row = rows.get(target)
        if row is None or row.account_id != document.account_id or row.kind not in DEBIT_KINDS:
            raise NotFound(f"{books.account.code} has no such invoice.")
        if row.state != TransactionState.POSTED:
            raise RefusedField("targets", f"{row.reference or row.number} is not posted; name posted invoices.")
        if most is not None and not 0 < most <= row.amount_minor:
            raise RefusedField("targets", f"Between {books.money(1)} and {books.money(row.amount_minor)} can go to "
                                          f"{row.number}, not {books.money(most)}.")
    named = [most for most in document.targets.values() if most is not None]
    if sum(named) > document.amount_minor:
        raise RefusedField("targets", f"{books.money(sum(named))} are given to invoices, and "
                                      f"{KIND_WORDS[document.kind]} of {books.money(document.amount_minor)} has less.")
    return rows


def _credited_tax(session: Session, document: NewDocument, targets: Mapping[int, FinancialTransaction]) -> int:
    """The tax that a credit note takes back: that of the invoice it is for, in proportion, else the account's."""
    if len(targets) == 1:
        (invoice,) = targets.values()
        if invoice.amount_minor:
            return min(document.amount_minor, share(invoice.tax_minor, document.amount_minor, invoice.amount_minor))
    return taxed_amounts(session, account_id=document.account_id, amount_minor=document.amount_minor).tax_minor


def _back_office_code(session: Session, books: Books, document: NewDocument) -> str:
    code = require_words("back_office_code", "The back-office code", document.back_office_code,
                         most=LIMITS["back_office_code"])
    t = FinancialTransaction
    taken = code and session.scalar(select(t.id).where(
        t.provider_id == books.account.provider_id, t.kind == document.kind.value, t.back_office_code == code))
    if taken:
        raise RefusedField("back_office_code", f'{KIND_WORDS[document.kind].capitalize()} has the back-office code '
                                               f'"{code}" already; it names one document of a kind.')
    return code


def _write_parts(
    session: Session, document: NewDocument, draft_id: int, invoice: SettledInvoice | None
) -> None:
    if invoice is not None:
        write_lines(session, [draft_id], [invoice.invoice])
    write_targets(session, {draft_id: document.targets})


def _rewrite(session: Session, books: Books, row: FinancialTransaction, document: NewDocument) -> None:
    """Write a draft anew with what it is to say."""
    session.execute(update(FinancialTransaction).where(FinancialTransaction.id == row.id).values(back_office_code=None))
    draft, invoice = _draft(session, books, document, is_kept=True)
    for part, key in ((InvoiceLine, InvoiceLine.transaction_id), (InvoiceDetail, InvoiceDetail.transaction_id),
                      (PaymentTarget, PaymentTarget.payment_id)):
        session.execute(delete(part).where(key == row.id))
    session.execute(update(FinancialTransaction).where(FinancialTransaction.id == row.id).values(
        net_minor=draft.net_minor, tax_minor=draft.tax_minor, amount_minor=draft.net_minor + draft.tax_minor,
        issued_on=draft.issued_on, effective_on=draft.effective_on, due_on=draft.due_on,
        description=draft.description, method=draft.method, type_id=draft.type_id, category=draft.category,
        back_office_code=draft.back_office_code, allocates=draft.allocates))
    session.expire(row)
    _write_parts(session, document, row.id, invoice)


# --------------------------------------------------------------------------- words


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, Mapping):
        return ", ".join(str(key) for key in value)
    if isinstance(value, tuple):
        return "; ".join(line.description for line in value)
    return "" if value is None else str(value)


def _speech(session: Session, account: Account, draft_id: int) -> Speech:
    def text(name: str, value: Any) -> str:
        if name == "amount_minor" and isinstance(value, int):
            return Books(account=account, today=date.min).money(value)
        return _as_text(value)

    def traces(fields: Collection[str]) -> dict[str, Trace]:
        return traces_about(session, About(kind=Subject.DRAFT, id=draft_id), fields)

    return Speech(zone=zone_of(session, account.provider_id), label=_LABELS.__getitem__, text=text, traces=traces)
