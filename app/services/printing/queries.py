"""What the print screen shows before and after a batch: count and sum of a selection, its invoices, past batches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select, true
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceDetail, InvoiceStatement
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.printing.batches import PrintBatch, PrintItem
from app.models.values import DeliveryMethod, Money
from app.services.access.authorize import authorize, visible
from app.services.addresses.billing import lacks_lines, with_billing_address
from app.services.database.unit_of_work import actor_of
from app.services.errors import NotFound
from app.services.paging import Cursor, Page, cut, page_of
from app.services.printing.records import FAILED, PRINTED, batch_key
from app.services.printing.selection import (
    ResolvedSelection,
    Selection,
    issuer_code,
    print_order,
    resolve,
    selected,
)
from app.services.printing.warning_words import bare_warnings

PAGE = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionSummary:
    """A selection at a glance, before anything is printed. Pages are not known until the invoices are drawn."""

    count: int
    sums: tuple[Money, ...]
    """One sum per currency, by code; currencies are never added up."""
    accounts: int
    first_issued_on: date | None
    last_issued_on: date | None
    missing_addresses: int
    """Invoices that will show a name alone; they are printed all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectedInvoice:
    """One line of the list of invoices to print."""

    id: int
    provider_code: str
    number: str
    account_id: int
    account_code: str
    account_name: str
    issued_on: date
    due_on: date
    currency: str
    amount_minor: int
    delivery: DeliveryMethod
    state: str | None
    """In the batch asked about: "printed", "failed", or None where it was not tried yet."""
    message: str
    """Why it failed, or the warnings it was printed with."""
    pages: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """What it was printed with, for a place that names the invoice."""
        return bare_warnings(self.number, self.account_code, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """A batch that was begun some time. A printed file may have been moved or deleted since."""

    id: int
    selection: Selection
    folder: str
    created_at: datetime
    created_by: str
    printed: int
    failed: int


def selection_summary(session: Session, *, selection: Selection) -> SelectionSummary:
    """Count and sums of what a selection would print. Raises what `resolve` raises."""
    resolved = resolve(session, selection)
    t = FinancialTransaction
    rows = session.execute(
        _with_addressee(selected(
            resolved, t.currency, func.count(), func.sum(t.amount_minor), func.min(t.issued_on),
            func.max(t.issued_on), func.sum(case((_lacks_address(), 1), else_=0)),
        )).group_by(t.currency).order_by(t.currency)
    ).all()
    return SelectionSummary(
        count=sum(row[1] for row in rows),
        sums=tuple(Money(int(row[2]), row[0]) for row in rows),
        accounts=session.scalar(selected(resolved, func.count(t.account_id.distinct()))) or 0,
        first_issued_on=min((row[3] for row in rows), default=None),
        last_issued_on=max((row[4] for row in rows), default=None),
        missing_addresses=sum(int(row[5]) for row in rows),
    )


def selection_page(
    session: Session, *, selection: Selection, batch_id: int | None = None, after: Cursor | None = None,
    before: Cursor | None = None, offset: int = 0, limit: int = PAGE,
) -> Page[SelectedInvoice]:
    """One page of a selection in the order of printing, each invoice with its state in a batch."""
    resolved = resolve(session, selection)
    order = print_order(resolved)
    places = session.execute(cut(
        selected(resolved, *order.keys), order, after=after, before=before, offset=offset, limit=limit,
    )).all()
    rows = selected_invoices(session, invoice_ids=[row[-1] for row in places[:limit]], batch_id=batch_id)
    return page_of(rows, [tuple(row) for row in places], limit=limit, backwards=before is not None)


def selected_invoices(
    session: Session, *, invoice_ids: Sequence[int], batch_id: int | None = None
) -> list[SelectedInvoice]:
    """The lines of some invoices in the order given; refreshes what is on screen while a batch goes on."""
    t, item = FinancialTransaction, PrintItem
    everything = ResolvedSelection(conditions=(t.id.in_(invoice_ids), visible(session)), described={})
    rows = session.execute(
        selected(
            everything, t.id, issuer_code().label("provider_code"), t.number, t.account_id,
            Account.code.label("account_code"), Account.name.label("account_name"), t.issued_on, t.due_on, t.currency,
            t.amount_minor, InvoiceDetail.delivery_method.label("delivery"), item.state,
            func.coalesce(item.message, "").label("message"), func.coalesce(item.pages, 0).label("pages"),
        )
        .join(Account, Account.id == t.account_id)
        .join(InvoiceDetail, InvoiceDetail.transaction_id == t.id)
        .outerjoin(item, and_(item.transaction_id == t.id, item.batch_id == literal(batch_id)))
    )
    found = {row.id: _selected_invoice(row) for row in rows}
    return [found[id_] for id_ in invoice_ids if id_ in found]


def _selected_invoice(row: Any) -> SelectedInvoice:
    return SelectedInvoice(**{**row._asdict(), "delivery": DeliveryMethod(row.delivery)})


def find_batch(session: Session, *, selection: Selection, folder: Path) -> BatchRow | None:
    """The batch that printing this selection into this folder would go on with; None where it would begin one."""
    key = batch_key(resolve(session, selection).described, folder.expanduser().resolve())
    found = _batches(session, PrintBatch.batch_key == key)
    return found[0] if found else None


def batch(session: Session, *, batch_id: int) -> BatchRow:
    """One batch by its id; raises NotFound."""
    found = _batches(session, PrintBatch.id == batch_id, _own(session))
    if not found:
        raise NotFound(f"There is no batch {batch_id}.")
    return found[0]


def _own(session: Session) -> ColumnElement[bool]:
    """Whoever does not reach every account sees the batches they began: others tell of accounts out of reach."""
    who = authorize(session, Power.INVOICES_PRINT)
    return true() if who.reaches_everything else PrintBatch.created_by == actor_of(session)


def _batches(session: Session, *conditions: ColumnElement[bool]) -> list[BatchRow]:
    """The newest one that meets the conditions, or none."""
    b = PrintBatch
    rows = session.execute(
        select(b.id, b.selection, b.folder, b.created_at, b.created_by,
               _items(PRINTED).label("printed"), _items(FAILED).label("failed"))
        .where(*conditions).order_by(b.id.desc()).limit(1)
    )
    return [BatchRow(id=r.id, selection=_selection_of(r.selection), folder=r.folder, created_at=r.created_at,
                     created_by=r.created_by, printed=r.printed, failed=r.failed) for r in rows]


def _items(state: str) -> ColumnElement[int]:
    item = PrintItem
    return (
        select(func.count()).where(item.batch_id == PrintBatch.id, item.state == state)
        .correlate(PrintBatch).scalar_subquery()
    )


def _selection_of(stored: str) -> Selection:
    """The selection a batch was begun with, its codes and numbers written with their provider."""
    described = json.loads(stored)
    numbers = described["numbers"]
    return Selection(
        provider=described["provider"],
        account=described["account"],
        issued_from=date.fromisoformat(described["from"]) if described["from"] else None,
        issued_to=date.fromisoformat(described["to"]) if described["to"] else None,
        numbers=None if numbers is None else tuple(numbers),
    )


def _with_addressee(statement: Any) -> Any:
    """The statement with the frozen address of each invoice, else the one its account has now."""
    t = FinancialTransaction
    return with_billing_address(statement.outerjoin(InvoiceStatement, InvoiceStatement.transaction_id == t.id),
                                t.account_id)


def _lacks_address() -> ColumnElement[bool]:
    return case((InvoiceStatement.transaction_id.is_not(None), InvoiceStatement.bill_to_address == ""),
                else_=lacks_lines())
