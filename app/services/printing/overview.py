"""A batch as its screen shows it: what a selection comes to, what of it is in the folder, its pages of lines.

A batch is its selection and folder, so every question is told both and finds what was printed by itself; the screen
needs no id, and a batch that somebody else goes on with shows at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.printing.batches import PrintItem
from app.models.values import fold
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.paging import Cursor, Page, cut, page_of
from app.services.printing.queries import (
    SelectedInvoice,
    SelectionSummary,
    find_batch,
    selected_invoices,
    selection_summary,
)
from app.services.printing.records import FAILED, PRINTED
from app.services.printing.selection import Selection, print_order, resolve, selected


class ItemState(StrEnum):
    """Which invoices of a batch to list."""

    ALL = "all"
    PRINTED = "printed"
    WARNED = "warned"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Batch:
    """A selection and the folder it goes to; without a folder nothing is printed yet."""

    selection: Selection
    folder: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts:
    """How many invoices of a batch are in which state, by what is recorded."""

    all: int
    printed: int
    warned: int
    failed: int

    @property
    def waiting(self) -> int:
        return self.all - self.printed - self.failed

    def of(self, state: ItemState) -> int:
        return int(getattr(self, state.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSetup:
    """A batch before it is printed."""

    summary: SelectionSummary
    counts: BatchCounts
    there: int
    """Printed before, and the file is still in the folder."""
    has_merged: bool
    """The merged file is in the folder; whether it is whole is seen when it is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuestion:
    """Which lines of a batch to list: a state, and words looked for in number, account code and name."""

    batch: Batch
    state: ItemState = ItemState.ALL
    words: str = ""


def batch_setup(database: Database, context: JobContext, *, batch: Batch, merged_name: str) -> BatchSetup:
    """Count, sums and what is in the folder already. Raises what `resolve` raises."""
    with database.read() as session:
        summary = selection_summary(session, selection=batch.selection)
        context.raise_if_cancelled()
        counts = batch_counts(session, batch=batch)
        names = _printed_names(session, batch)
    context.raise_if_cancelled()
    files = _files_in(batch.folder)
    return BatchSetup(summary=summary, counts=counts, there=sum(name in files for name in names),
                      has_merged=merged_name in files)


def batch_counts(session: Session, *, batch: Batch) -> BatchCounts:
    """How far a batch is, by what is recorded."""
    item = PrintItem
    is_printed = item.state == PRINTED
    row = session.execute(_with_items(selected(
        resolve(session, batch.selection), func.count(),
        _sum_of(is_printed), _sum_of(and_(is_printed, item.message != "")), _sum_of(item.state == FAILED),
    ), _batch_id(session, batch))).one()
    total, printed, warned, failed = (int(figure or 0) for figure in row)
    return BatchCounts(all=total, printed=printed, warned=warned, failed=failed)


def list_count(session: Session, *, question: ListQuestion) -> int:
    """How many lines a list has."""
    return session.scalar(_listed(session, question, func.count())) or 0


def list_page(
    session: Session, *, question: ListQuestion, after: Cursor | None, offset: int, limit: int
) -> Page[SelectedInvoice]:
    """Lines in the order of printing: behind a place, so many passed over."""
    order = print_order()
    places = session.execute(
        cut(_listed(session, question, *order.keys), order, after=after, offset=offset, limit=limit)).all()
    rows = selected_invoices(session, invoice_ids=[row[-1] for row in places[:limit]],
                             batch_id=_batch_id(session, question.batch))
    return page_of(rows, [tuple(row) for row in places], limit=limit)


def list_again(session: Session, *, batch: Batch, invoice_ids: Sequence[int]) -> list[SelectedInvoice]:
    """Known lines with their state of now."""
    batch_id = _batch_id(session, batch)
    found: list[SelectedInvoice] = []
    for start in range(0, len(invoice_ids), _PART):
        found += selected_invoices(session, invoice_ids=invoice_ids[start:start + _PART], batch_id=batch_id)
    return found


# --------------------------------------------------------------------------- inside

_PART = 400


def _batch_id(session: Session, batch: Batch) -> int | None:
    found = find_batch(session, selection=batch.selection, folder=batch.folder) if batch.folder else None
    return None if found is None else found.id


def _with_items(statement: Select[Any], batch_id: int | None) -> Select[Any]:
    item = PrintItem
    here = and_(item.transaction_id == FinancialTransaction.id, item.batch_id == literal(batch_id))
    return statement.outerjoin(item, here)


def _sum_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _listed(session: Session, question: ListQuestion, *columns: Any) -> Select[Any]:
    statement = selected(resolve(session, question.batch.selection), *columns)
    statement = _with_items(statement, _batch_id(session, question.batch))
    conditions = _state_conditions(question.state)
    words = fold(question.words).split()
    if words:
        statement = statement.join(Account, Account.id == FinancialTransaction.account_id)
        conditions += [_holds(word) for word in words]
    return statement.where(*conditions)


def _state_conditions(state: ItemState) -> list[ColumnElement[bool]]:
    item = PrintItem
    conditions: dict[ItemState, list[ColumnElement[bool]]] = {
        ItemState.ALL: [],
        ItemState.PRINTED: [item.state == PRINTED],
        ItemState.WARNED: [item.state == PRINTED, item.message != ""],
        ItemState.FAILED: [item.state == FAILED],
        ItemState.WAITING: [item.state.is_(None)],
    }
    return conditions[state]


def _holds(word: str) -> ColumnElement[bool]:
    """The number begins with a word, or code or name of the account hold it."""
    return or_(
        func.lower(FinancialTransaction.number).startswith(word, autoescape=True),
        Account.search_text.contains(word, autoescape=True),
    )


def _printed_names(session: Session, batch: Batch) -> list[str]:
    """Names of the files that the batch recorded as printed."""
    batch_id = _batch_id(session, batch)
    if batch_id is None:
        return []
    item = PrintItem
    within = selected(resolve(session, batch.selection), FinancialTransaction.id)
    return list(session.scalars(
        select(item.file_name).where(item.batch_id == batch_id, item.state == PRINTED, item.transaction_id.in_(within))
    ))


def _files_in(folder: Path | None) -> frozenset[str]:
    """Names of the files in a folder that are not empty; none where it is not there or cannot be read."""
    if folder is None:
        return frozenset()
    try:
        with os.scandir(folder.expanduser()) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file() and entry.stat().st_size > 0)
    except OSError:
        return frozenset()
