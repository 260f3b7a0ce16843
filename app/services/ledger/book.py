"""The documents of a provider as one list, whatever account they stand on: what waits, what came in, what is left.

Newest first is the order in which they were entered, which is that of their ids: a page costs the same anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.values import DEBIT_KINDS, TransactionKind, TransactionState, fold
from app.services.access.authorize import require_provider, visible
from app.services.ledger.reading import disputed, unallocated, unsettled
from app.services.paging import Cursor, Order, Page, cut, page_of
from app.services.providers.business_day import business_day

PAGE = 100
_DEBITS = sorted(kind.value for kind in DEBIT_KINDS)
_LAST = "\U0010ffff"


class BookPart(StrEnum):
    """Which documents are listed."""

    DRAFTS = "drafts"
    INVOICES = "invoices"
    PAYMENTS = "payments"
    UNALLOCATED = "unallocated"
    """Payments and other credits of which something settles nothing yet."""
    CREDITS = "credits"
    """Credit notes, refunds, cancellations and write-offs."""
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRow:
    """One document. Amounts in minor units of `currency`, never negative."""

    id: int
    kind: TransactionKind
    state: TransactionState
    number: str
    """Empty of a draft."""
    reference: str
    account_id: int
    account_code: str
    account_name: str
    posted_on: date
    """Of a draft the day it is meant for."""
    due_on: date | None
    currency: str
    amount_minor: int
    open_minor: int
    """Unsettled of a debit, unallocated of a credit, as of the provider's today; 0 of what is not posted."""
    disputed_minor: int
    text: str
    posted_by: str
    is_cancelled: bool
    imported: bool

    @property
    def is_draft(self) -> bool:
        return self.state is TransactionState.DRAFT


def book_page(
    session: Session, *, provider_id: int, part: BookPart = BookPart.ALL, text: str = "",
    after: Cursor | None = None, before: Cursor | None = None, offset: int = 0, limit: int = PAGE,
) -> Page[BookRow]:
    """One page of the documents of a provider; `text` begins a number or a reference, or a word of the account."""
    require_provider(session, provider_id, Power.LEDGER)
    today = business_day(session, provider_id)
    t = FinancialTransaction
    order = Order((t.id.expression,), descending=True)
    wanted = (select(t.id).join(Account, Account.id == t.account_id)
              .where(*_conditions(provider_id, part, text, today), visible(session)))
    ids = session.scalars(cut(wanted, order, after=after, before=before, offset=offset, limit=limit)).all()
    rows = {row.id: row for row in _rows(session, ids[:limit], today)}
    return page_of([rows[id_] for id_ in ids[:limit]], [(id_,) for id_ in ids], limit=limit,
                   backwards=before is not None)


def book_count(session: Session, *, provider_id: int, part: BookPart = BookPart.ALL, text: str = "") -> int:
    """How many documents `book_page` goes through."""
    require_provider(session, provider_id, Power.LEDGER)
    t = FinancialTransaction
    return session.scalar(
        select(func.count()).select_from(t).join(Account, Account.id == t.account_id)
        .where(*_conditions(provider_id, part, text, business_day(session, provider_id)), visible(session))) or 0


def _conditions(provider_id: int, part: BookPart, text: str, today: date) -> list[ColumnElement[bool]]:
    t = FinancialTransaction
    posted = t.state == TransactionState.POSTED.value
    of_part: dict[BookPart, ColumnElement[bool]] = {
        BookPart.DRAFTS: t.state == TransactionState.DRAFT.value,
        BookPart.INVOICES: and_(t.kind == TransactionKind.INVOICE.value, posted),
        BookPart.PAYMENTS: and_(t.kind == TransactionKind.PAYMENT.value, posted),
        BookPart.UNALLOCATED: and_(t.kind.not_in(_DEBITS), posted, unallocated(today) > 0),
        BookPart.CREDITS: and_(t.kind.not_in([TransactionKind.INVOICE.value, TransactionKind.PAYMENT.value]), posted),
        BookPart.ALL: true(),
    }
    found = [t.provider_id == provider_id, of_part[part]]
    typed = text.strip()
    if typed:
        words = [Account.search_text.contains(word, autoescape=True) for word in fold(typed).split()]
        found.append(or_(_starts(t.number, typed), _starts(t.reference, typed), and_(*words) if words else true()))
    return found


def _starts(column: Any, text: str) -> ColumnElement[bool]:
    return or_(*[and_(column >= spelled, column < f"{spelled}{_LAST}") for spelled in {text, text.upper()}])


def _rows(session: Session, ids: Any, today: date) -> list[BookRow]:
    t, counter = FinancialTransaction, aliased(FinancialTransaction)
    posted = t.state == TransactionState.POSTED.value
    rows = session.execute(
        select(t.id, t.kind, t.state, t.number, t.reference, t.account_id, Account.code, Account.name, t.effective_on,
               t.due_on, t.currency, t.amount_minor, t.description, t.method, t.posted_by, t.imported,
               unsettled(today).label("unsettled"), unallocated(today).label("unallocated"),
               disputed(today).label("disputed"), posted.label("is_posted"),
               exists(select(literal(1)).where(counter.cancels_id == t.id)).label("is_cancelled"))
        .join(Account, Account.id == t.account_id).where(t.id.in_(list(ids))))
    return [_row(row) for row in rows]


def _row(row: Any) -> BookRow:
    is_debit = row.kind in DEBIT_KINDS
    open_minor = 0 if not row.is_posted else int(row.unsettled if is_debit else row.unallocated)
    return BookRow(
        id=row.id, kind=TransactionKind(row.kind), state=TransactionState(row.state), number=row.number or "",
        reference=row.reference or "", account_id=row.account_id, account_code=row.code, account_name=row.name,
        posted_on=row.effective_on, due_on=row.due_on, currency=row.currency, amount_minor=row.amount_minor,
        open_minor=open_minor, disputed_minor=min(int(row.disputed), open_minor) if is_debit else 0,
        text=row.description or row.method, posted_by=row.posted_by, is_cancelled=bool(row.is_cancelled),
        imported=row.imported)
