"""Printing a batch: the invoices of a selection, one file each in a folder, and all in one file where wanted.

Selection and folder identify a batch. Its rows say which invoice became which file, and are written after the files
are in their place: a run that was killed draws at most a few files again, to the same bytes under the same names, so
repeating a batch writes what is missing and never doubles anything. Two workstations may print the same batch at once.

The ledger is read in chunks with short units of work, and no transaction is open while the worker processes draw.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.account import Account
from app.models.ledger import FinancialTransaction
from app.models.printing import PrintBatch, PrintItem
from app.services.changes import Changed, ChangeSet
from app.services.database.dialects import insert_for
from app.services.database.engine import Database, actor_of, recorded_now
from app.services.errors import Cancelled
from app.services.invoicing.document import InvoiceDocument
from app.services.invoicing.file_names import invoice_file_name
from app.services.invoicing.gather import GatheredInvoice, gather_invoices, without_statement
from app.services.invoicing.preview import PreviewPage, preview_page
from app.services.invoicing.print_folder import prepare_file, prepare_folder, require_room, require_writable
from app.services.invoicing.selection import (
    ResolvedSelection,
    Selection,
    print_order,
    read_ids_file,
    resolve,
    selected,
)
from app.services.invoicing.statements import freeze_statements
from app.services.invoicing.workers import RenderPool, RenderResult, RenderTask, WorkersFailed
from app.services.jobs import JobContext, Progress

__all__ = [
    "PreviewPage", "PrintFailure", "PrintReport", "Selection", "preview_page", "print_batch", "read_ids_file",
]

_CHUNK = 64
"""Documents gathered at a time: a few worker chunks, so that reading never keeps the workers waiting for long."""
_LOOK_UP = 400
_RECORD_EVERY = 32
_RECORD_AFTER_S = 1.0
_MOST_WORKERS = 8
_MESSAGE_LENGTH = 400


@dataclass(frozen=True, slots=True)
class PrintFailure:
    """An invoice that could not be printed; the next run tries it again."""

    number: str
    message: str


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What became of a batch. `skipped` were there already; `warnings` are those of all its invoices."""

    batch_id: int
    printed: int
    skipped: int
    failed: tuple[PrintFailure, ...]
    warnings: tuple[str, ...]
    changes: ChangeSet


def print_batch(
    database: Database, context: JobContext, *, selection: Selection, folder: Path,
    merged_file: Path | None = None, workers: int | None = None,
) -> PrintReport:
    """Print what is missing of a batch and report on the whole of it.

    Raises NotFound, RefusedByRule or InputRejected before anything is written; InputRejected also where the disk fills
    up half-way, and Cancelled when asked to stop: what is printed by then stays and is not printed again.
    """
    with database.read() as session:
        resolved = resolve(session, selection)
        ids = _invoice_ids(session, resolved)
    folder = prepare_folder(folder)
    merged_file = prepare_file(merged_file) if merged_file else None
    run = _Run(database, context, folder, ids, workers or _workers_of_this_machine())
    run.batch_id = _batch_id(database, resolved, folder)
    run.look_up()
    run.print_missing()
    if merged_file is not None:
        run.merge(merged_file)
    return run.report()


def batch_key(described: dict[str, Any], folder: Path) -> str:
    """Digest of a selection, as resolved, and the absolute path of a folder."""
    return hashlib.sha256(json.dumps([described, _storable(folder)], sort_keys=True).encode()).hexdigest()


def _storable(folder: Path) -> str:
    """The path as text that any database stores; bytes that are no UTF-8 are escaped."""
    return str(folder).encode(errors="backslashreplace").decode()


def _workers_of_this_machine() -> int:
    return min(os.cpu_count() or 1, _MOST_WORKERS)


def _invoice_ids(session: Session, resolved: ResolvedSelection) -> array[int]:
    """Ids in the order of the batch: eight bytes each, the only thing that grows with the batch."""
    statement = selected(resolved, FinancialTransaction.id).order_by(*print_order().by())
    return array("q", session.scalars(statement.execution_options(yield_per=5000)))


def _batch_id(database: Database, resolved: ResolvedSelection, folder: Path) -> int:
    """The batch of this selection and folder, begun by whoever comes first."""
    key = batch_key(resolved.described, folder)
    with database.write() as session:
        statement = insert_for(session, PrintBatch.__table__).on_conflict_do_nothing(
            index_elements=[PrintBatch.batch_key]
        )
        session.execute(statement, {
            "batch_key": key, "selection": json.dumps(resolved.described, ensure_ascii=False),
            "folder": _storable(folder), "created_at": recorded_now(session), "created_by": actor_of(session),
        })
        return session.scalars(select(PrintBatch.id).where(PrintBatch.batch_key == key)).one()


@dataclass(slots=True)
class _Drawn:
    """A document on its way: what its result must be told apart by."""

    number: str
    account_code: str
    remarks: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """One run of a batch, from looking what is there to the report."""

    database: Database
    context: JobContext
    folder: Path
    ids: array[int]
    workers: int
    batch_id: int = 0
    printed: int = 0
    skipped: int = 0
    missing: array[int] = field(default_factory=lambda: array("q"))
    failures: list[PrintFailure] = field(default_factory=list)
    failed_ids: set[int] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    _under_way: dict[int, _Drawn] = field(default_factory=dict)
    _unrecorded: list[dict[str, Any]] = field(default_factory=list)
    _recorded_at: float = 0.0

    def look_up(self) -> None:
        """Tell what is missing from what is there: recorded as printed, and its file not empty."""
        for part in _parts(self.ids, _LOOK_UP):
            self.context.raise_if_cancelled()
            with self.database.read() as session:
                names = _file_names(session, part)
                recorded = _printed_items(session, self.batch_id, part)
            for id_ in part:
                if id_ in recorded and _is_there(self.folder / names[id_]):
                    self.skipped += 1
                    self.warnings += filter(None, recorded[id_].split("\n"))
                elif id_ in names:
                    self.missing.append(id_)

    def print_missing(self) -> None:
        """Draw what is missing and record it; raises Cancelled and InputRejected (disk full) once recorded."""
        if not self.missing:
            return
        require_room(self.folder, len(self.missing))
        self._recorded_at = time.monotonic()
        try:
            with RenderPool(min(self.workers, len(self.missing))) as pool:
                for result in pool.render(self._tasks(), is_cancelled=lambda: self.context.is_cancelled):
                    self._take(result)
        finally:
            self._record()
        if self.printed + len(self.failures) < len(self.missing):
            raise Cancelled(f"Stopped. {self.printed} invoices were printed and stay; the same batch prints the rest.")

    def merge(self, path: Path) -> None:
        """Write all invoices of the batch that could be printed into one file."""
        documents = (g.document for g in self._gathered(self.ids) if g.document.invoice_id not in self.failed_ids)
        with RenderPool(1) as pool:
            try:
                result = pool.merge(documents, path, is_cancelled=lambda: self.context.is_cancelled)
            except WorkersFailed as error:
                self.failures.append(PrintFailure(path.name, str(error)))
                return
        self.failures += [PrintFailure(path.name, failed.message) for failed in result.failed]

    def report(self) -> PrintReport:
        return PrintReport(
            self.batch_id, self.printed, self.skipped, tuple(self.failures), tuple(self.warnings),
            ChangeSet.of(Changed.PRINTING) if self.printed or self.failures else ChangeSet.empty(),
        )

    def _gathered(self, ids: array[int]) -> Iterator[GatheredInvoice]:
        """Documents in chunks, each chunk's statements frozen first; no unit of work is open while they are used."""
        for part in _parts(ids, _CHUNK):
            with self.database.read() as session:
                lacking = without_statement(session, part)
            if lacking:
                with self.database.write() as session:
                    freeze_statements(session, lacking)
            with self.database.read() as session:
                chunk = gather_invoices(session, part)
            yield from chunk

    def _tasks(self) -> Iterator[RenderTask]:
        for gathered in self._gathered(self.missing):
            document = gathered.document
            self._under_way[document.invoice_id] = _Drawn(document.number, document.account_code, gathered.remarks)
            yield RenderTask(document, self.folder / _name_of(document))

    def _take(self, result: RenderResult) -> None:
        drawn = self._under_way.pop(result.invoice_id)
        if result.ok:
            self.printed += 1
            told = [f"Invoice {drawn.number} of account {drawn.account_code}: {text}."
                    for text in (*result.warnings, *drawn.remarks)]
            self.warnings += told
            self._note(result, "printed", "\n".join(told))
        else:
            require_writable(self.folder)
            self.failures.append(PrintFailure(drawn.number, result.message))
            self.failed_ids.add(result.invoice_id)
            self._note(result, "failed", result.message)
        done = self.skipped + self.printed + len(self.failures)
        note = f"{len(self.failures)} failed" if self.failures else ""
        self.context.report(Progress(done, len(self.ids), note))

    def _note(self, result: RenderResult, state: str, message: str) -> None:
        self._unrecorded.append({
            "batch_id": self.batch_id, "transaction_id": result.invoice_id, "state": state,
            "file_name": result.path.name, "pages": result.pages, "message": message[:_MESSAGE_LENGTH],
        })
        now = time.monotonic()
        if len(self._unrecorded) >= _RECORD_EVERY or now - self._recorded_at > _RECORD_AFTER_S:
            self._record()

    def _record(self) -> None:
        """Write what is printed; in the order of ids, so that two runs of one batch never wait crosswise."""
        rows = sorted(self._unrecorded, key=lambda row: row["transaction_id"])
        self._recorded_at = time.monotonic()
        if not rows:
            return
        with self.database.write() as session:
            now = recorded_now(session)
            insert = insert_for(session, PrintItem.__table__)
            changed = {name: insert.excluded[name] for name in ("state", "file_name", "pages", "message", "printed_at")}
            session.execute(
                insert.on_conflict_do_update(
                    index_elements=[PrintItem.batch_id, PrintItem.transaction_id], set_=changed
                ),
                [row | {"printed_at": now} for row in rows],
            )
        self._unrecorded.clear()


def _file_names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    t = FinancialTransaction
    rows = session.execute(
        select(t.id, Account.code, t.number).join(Account, Account.id == t.provider_id).where(t.id.in_(ids))
    )
    return {id_: invoice_file_name(code, number or "") for id_, code, number in rows}


def _name_of(document: InvoiceDocument) -> str:
    return invoice_file_name(document.letterhead.provider_code, document.number)


def _printed_items(session: Session, batch_id: int, ids: Sequence[int]) -> dict[int, str]:
    """Invoices recorded as printed, with the warnings they came with."""
    rows = session.execute(
        select(PrintItem.transaction_id, PrintItem.message)
        .where(PrintItem.batch_id == batch_id, PrintItem.transaction_id.in_(ids), PrintItem.state == "printed")
    )
    return {row.transaction_id: row.message for row in rows}


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _parts(ids: array[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])
