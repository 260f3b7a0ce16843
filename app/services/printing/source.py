"""The invoices of a batch as its run reads them: ids in order, then names in chunks, made ready for the workers.

Ids alone grow with the batch, at eight bytes each. Every chunk is a short unit of work of its own.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceStatement
from app.models.parties.account import Account
from app.services.database.unit_of_work import Database
from app.services.invoicing.gather import without_statement
from app.services.invoicing.statements import freeze_statements
from app.services.printing.file_names import invoice_file_name
from app.services.printing.records import printed_items
from app.services.printing.selection import ResolvedSelection, print_order, selected

_CHUNK = 64
"""Invoices made ready at a time: a few worker chunks, so that this never keeps the workers waiting for long."""
_LOOK_UP = 400
"""Rows looked up at a time: below the parameter limits of both databases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceName:
    """What an invoice goes by, and the file that follows from it."""

    provider_code: str
    number: str

    @property
    def file_name(self) -> str:
        return invoice_file_name(self.provider_code, self.number)


def selected_ids(session: Session, resolved: ResolvedSelection) -> array[int]:
    """Ids in the order of the batch: provider, issue date, number."""
    statement = selected(resolved, FinancialTransaction.id).order_by(*print_order(resolved).by())
    return array("q", session.scalars(statement.execution_options(yield_per=500)))


def names_of(session: Session, invoice_ids: Iterable[int]) -> dict[int, InvoiceName]:
    """Provider code and number of invoices."""
    t = FinancialTransaction
    names: dict[int, InvoiceName] = {}
    for part in parts(array("q", invoice_ids)):
        rows = session.execute(
            select(t.id, Account.code, t.number).join(Account, Account.id == t.provider_id).where(t.id.in_(part))
        )
        names.update((id_, InvoiceName(provider_code=code, number=number or "")) for id_, code, number in rows)
    return names


def frozen_names(database: Database, ids: array[int]) -> Iterator[tuple[int, InvoiceName]]:
    """Ids in order with their names, the statements of each chunk frozen first; no unit of work is open meanwhile."""
    for part in parts(ids, _CHUNK):
        with database.read() as session:
            names = names_of(session, part)
            lacking = without_statement(session, part)
        if lacking:
            database.attempt(partial(freeze_statements, invoice_ids=lacking))
        for id_ in part:
            yield id_, names[id_]


def merged_contents(database: Database, batch_id: int, ids: array[int]) -> tuple[int, list[tuple[str, str]]]:
    """What the merged file of a batch holds when it is whole: its pages, and number and addressee of each invoice."""
    pages, listed = 0, []
    for part in parts(ids):
        with database.read() as session:
            recorded = printed_items(session, batch_id=batch_id, invoice_ids=part)
            names = names_of(session, recorded)
            addressees = _addressees(session, list(recorded))
        pages += sum(item.pages for item in recorded.values())
        listed += [(names[id_].number, addressees.get(id_, "")) for id_ in part if id_ in recorded]
    return pages, listed


def parts(ids: array[int], size: int = _LOOK_UP) -> Iterator[list[int]]:
    """The ids in lists of a size that one statement takes."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def _addressees(session: Session, invoice_ids: Sequence[int]) -> dict[int, str]:
    statement = InvoiceStatement
    rows = session.execute(
        select(statement.transaction_id, statement.bill_to_name).where(statement.transaction_id.in_(invoice_ids))
    )
    return {row.transaction_id: row.bill_to_name for row in rows}
