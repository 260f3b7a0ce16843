"""Printing a batch: the invoices of a selection, one file each in a folder, and all in one file where wanted.

Selection and folder identify a batch. Its rows say which invoice became which file, and are written after the files
are in their place: a run that was killed draws at most a few files again, to the same bytes under the same names, so
repeating a batch writes what is missing and never doubles anything. Two workstations may print the same batch at once.

This thread names the invoices, freezes their statements and records results, in short units of work; the worker
processes read the documents and draw them. No transaction is open while a page is drawn.
"""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import Database
from app.services.errors import Cancelled, InputRejected
from app.services.files.unfinished import remove_leftovers, remove_leftovers_of
from app.services.jobs import JobContext, Progress
from app.services.printing.folder import (
    prepare_file,
    prepare_folder,
    require_room,
    require_writable,
    taking_back,
)
from app.services.printing.ledger_source import LedgerSource
from app.services.printing.records import (
    FAILED,
    PRINTED,
    ItemRecord,
    begin_batch,
    printed_items,
    record_items,
)
from app.services.printing.selection import (
    ResolvedSelection,
    Selection,
    resolve,
)
from app.services.printing.source import frozen_names, merged_contents, names_of, parts, selected_ids
from app.services.printing.worker_process import RenderResult, RenderTask
from app.services.printing.workers import MergeResult, RenderPool, WorkersFailed
from app.services.wording import by_count, counted

_RECORD_EVERY = 32
_RECORD_AFTER_S = 1.0
"""After so many files or so long their rows are written: a killed run draws no more than that again."""
_MOST_WORKERS = 8
_WORTH_A_WORKER = 50
"""So few invoices are drawn by one worker about as soon as by two, which take twice as much to start."""
_MERGE_ATTEMPTS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintFailure:
    """An invoice that could not be printed, or the merged file by its name; the next run tries again."""

    number: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
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
    merged_file: Path | None = None, inputs: Sequence[Path] = (), workers: int | None = None, gives_way: bool = False,
) -> PrintReport:
    """Print what is missing of a batch and report on the whole of it.

    `inputs` are files that the selection was read from, which the merged file must not replace.
    `gives_way`: somebody works at a window meanwhile, which comes first.
    The merged file is written anew when any invoice was, or when what stands under its name is not this batch.
    Raises NotFound, RefusedByRule or InputRejected before anything is written; InputRejected also where the disk fills
    up half-way, and Cancelled when asked to stop: what is printed by then stays and is not printed again.
    """
    with database.read() as session:
        resolved = resolve(session, selection)
        ids = selected_ids(session, resolved)
        left_out = _left_out(session, resolved, ids)
    with taking_back(folder, *([] if merged_file is None else [merged_file.parent])):
        folder = prepare_folder(folder)
        if merged_file is not None:
            merged_file = prepare_file(merged_file, inputs=inputs)
            _refuse_name_of_invoice(database, merged_file, folder, ids)
        batch_id = database.attempt(partial(begin_batch, described=resolved.described, folder=folder))
    run = _Run(database, context, folder, merged_file, ids, batch_id, warnings=left_out)
    run.look_up()
    run.write(workers or min(os.cpu_count() or 1, _MOST_WORKERS), gives_way=gives_way)
    return run.report()


def _left_out(session: Session, resolved: ResolvedSelection, ids: array[int]) -> list[str]:
    """Invoices that were named by number, but that the other conditions leave out."""
    names = names_of(session, sorted(set(resolved.numbered_ids or ()).difference(ids)))
    return [
        f"Invoice {name.number} of {name.provider_code} is in the list of numbers, but not within the account and "
        "dates asked for; it was not printed."
        for name in sorted(names.values(), key=lambda name: (name.provider_code, name.number))
    ]


def _refuse_name_of_invoice(database: Database, merged_file: Path, folder: Path, ids: array[int]) -> None:
    """The merged file may lie in the folder of the batch, but not under the name of one of its invoices."""
    if merged_file.parent != folder:
        return
    for part in parts(ids):
        with database.read() as session:
            names = names_of(session, part)
        for name in names.values():
            if name.file_name.casefold() == merged_file.name.casefold():
                raise InputRejected(
                    f"{merged_file} is the file of invoice {name.number}. Name the merged file otherwise."
                )


@dataclass(slots=True)
class _Run:
    """One run of a batch, from looking what is there to the report."""

    database: Database
    context: JobContext
    folder: Path
    merged_file: Path | None
    ids: array[int]
    batch_id: int
    warnings: list[str]
    printed: int = 0
    skipped: int = 0
    failures: list[PrintFailure] = field(default_factory=list)
    _missing: array[int] = field(default_factory=lambda: array("q"))
    _failed_ids: set[int] = field(default_factory=set)
    _unrecorded: list[ItemRecord] = field(default_factory=list)
    _recorded_at: float = 0.0

    def look_up(self) -> None:
        """Tell what is missing from what is there: recorded as printed, and its file not empty."""
        for part in parts(self.ids):
            self.context.raise_if_cancelled()
            with self.database.read() as session:
                names = names_of(session, part)
                recorded = printed_items(session, batch_id=self.batch_id, invoice_ids=part)
            for id_ in part:
                if id_ in recorded and _is_there(self.folder / names[id_].file_name):
                    self.skipped += 1
                    self.warnings += recorded[id_].messages
                else:
                    self._missing.append(id_)

    def write(self, workers: int, *, gives_way: bool) -> None:
        """Draw what is missing, then the merged file where it is wanted and not there."""
        self._clear_leftovers()
        if not self._missing and self._is_merged():
            return
        workers = max(1, min(workers, -(-len(self._missing) // _WORTH_A_WORKER)))
        try:
            with RenderPool(LedgerSource(self.database.url), workers, gives_way=gives_way) as pool:
                if self._missing:
                    self._print_missing(pool)
                if self.merged_file is not None and not self._is_merged():
                    self._merge(pool, self.merged_file)
        finally:
            self._clear_leftovers()

    def report(self) -> PrintReport:
        """The whole of the batch, not this run alone."""
        return PrintReport(
            batch_id=self.batch_id, printed=self.printed, skipped=self.skipped, failed=tuple(self.failures),
            warnings=tuple(self.warnings),
            changes=ChangeSet.of(Changed.PRINTING) if self.printed or self.failures else ChangeSet.empty(),
        )

    # --------------------------------------------------------------------------- one file each

    def _print_missing(self, pool: RenderPool) -> None:
        require_room(self.folder, len(self._missing))
        self._recorded_at = time.monotonic()
        self._tell_progress()
        try:
            for result in pool.render(self._tasks(), is_cancelled=self._is_cancelled):
                self._take(result)
        finally:
            self._record()
        if self.context.is_cancelled:
            raise Cancelled(f"Stopped. {self._rest_later()}")

    def _tasks(self) -> Iterator[RenderTask]:
        for id_, name in frozen_names(self.database, self._missing):
            yield RenderTask(invoice_id=id_, number=name.number, path=self.folder / name.file_name)

    def _take(self, result: RenderResult) -> None:
        if result.ok:
            told = result.warnings
            self.printed += 1
            self.warnings += told
        else:
            self._require_writable(self.folder)
            told = (result.message,)
            self.failures.append(PrintFailure(number=result.number, message=result.message))
            self._failed_ids.add(result.invoice_id)
        state = PRINTED if result.ok else FAILED
        self._unrecorded.append(ItemRecord(invoice_id=result.invoice_id, state=state, file_name=result.path.name,
                                           pages=result.pages, messages=told))
        if len(self._unrecorded) >= _RECORD_EVERY or time.monotonic() - self._recorded_at > _RECORD_AFTER_S:
            self._record()
        self._tell_progress()

    def _record(self) -> None:
        self._recorded_at = time.monotonic()
        if self._unrecorded:
            self.database.attempt(partial(record_items, batch_id=self.batch_id, items=self._unrecorded))
            self._unrecorded.clear()

    # --------------------------------------------------------------------------- all in one file

    def _is_merged(self) -> bool:
        """Whether the merged file lists exactly the printed invoices of this batch, in order and with all pages.

        The file itself is asked: it may be that of another batch, or older than an invoice that was printed since.
        """
        path = self.merged_file
        if path is None or not self.ids:
            return True
        if self.printed or not _is_there(path):
            return False
        from app.services.paper.pdf import outline_title, pages_and_titles

        pages, listed = merged_contents(self.database, self.batch_id, self.ids)
        return pages_and_titles(path) == (pages, [outline_title(number, name) for number, name in listed])

    def _merge(self, pool: RenderPool, path: Path) -> None:
        """Write all invoices of the batch that can be drawn into one file; tried twice where a worker is lost."""
        for attempt in range(1, _MERGE_ATTEMPTS + 1):
            try:
                result = pool.merge(self._tasks_to_merge(path), path, is_cancelled=self._is_cancelled)
            except WorkersFailed as error:
                self._require_writable(path.parent)
                if attempt == _MERGE_ATTEMPTS:
                    self.failures.append(PrintFailure(number=path.name, message=str(error)))
            except Cancelled:
                raise Cancelled(f"Stopped. {self._without(path.name)}") from None
            else:
                self._take_merged(result)
                return

    def _tasks_to_merge(self, path: Path) -> Iterator[RenderTask]:
        total = len(self.ids)
        for done, (id_, name) in enumerate(frozen_names(self.database, self.ids)):
            if id_ not in self._failed_ids:
                yield RenderTask(invoice_id=id_, number=name.number, path=path)
            if done % _RECORD_EVERY == 0:
                self.context.report(Progress(done=done, total=total, note="merged file"))

    def _take_merged(self, result: MergeResult) -> None:
        self.failures += [PrintFailure(number=failed.number, message=failed.message) for failed in result.failed]

    # --------------------------------------------------------------------------- telling and tidying

    def _is_cancelled(self) -> bool:
        return self.context.is_cancelled

    def _require_writable(self, folder: Path) -> None:
        """Tell a fault of the disk, with which nothing more can be printed, from one of the document."""
        try:
            require_writable(folder)
        except InputRejected as refusal:
            raise InputRejected(f"{refusal} {self._rest_later()}") from None

    def _rest_later(self) -> str:
        return by_count(
            self.printed + self.skipped,
            "{count} of {invoices} is printed and stays; the same batch prints the rest.",
            "{count} of {invoices} are printed and stay; the same batch prints the rest.",
            invoices=counted(len(self.ids), "invoice"))

    def _without(self, file: str) -> str:
        return by_count(
            self.printed + self.skipped, "{count} of {invoices} is printed and stays; {file} was not written.",
            "{count} of {invoices} are printed and stay; {file} was not written.",
            invoices=counted(len(self.ids), "invoice"), file=file)

    def _tell_progress(self) -> None:
        failed = len(self.failures)
        note = f"{failed} failed" if failed else ""
        self.context.report(Progress(done=self.skipped + self.printed + failed, total=len(self.ids), note=note,
                                     failed=failed))

    def _clear_leftovers(self) -> None:
        """Remove what processes that were killed left half-written."""
        remove_leftovers(self.folder, lambda name: name.endswith(".pdf"))
        if self.merged_file is not None:
            remove_leftovers_of(self.merged_file)


def _is_there(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
