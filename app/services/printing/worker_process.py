"""The body of a worker process, and what it and its pool say to each other.

The pool sends `(kind, payload)` and gets one answer to each. A task names an invoice; what is printed on it the worker
reads itself, from the source it was started with. It imports reportlab once it runs; this module, which the window's
process imports too, stays light.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from app.services.errors import BursarError, InputRejected
from app.services.invoicing.document import GatheredInvoice, InvoiceDocument
from app.services.printing.warning_words import warning_of

if TYPE_CHECKING:  # drags reportlab in
    from app.services.paper.pdf import MergedFile

_POLITENESS = 10


class DocumentSource(Protocol):
    """Where a worker reads documents; it is pickled, so it carries an address and nothing that is open."""

    def read(self, invoice_ids: Sequence[int]) -> Sequence[GatheredInvoice]:
        """The documents of these invoices that are there; raises BursarError where none can be read any more."""
        ...

    def close(self) -> None:
        """Let go of whatever reading has opened."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderTask:
    """One invoice and the file to write it to."""

    invoice_id: int
    number: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderResult:
    """What became of one invoice. `message` says in a sentence why a failed one was not written."""

    invoice_id: int
    number: str
    ok: bool
    path: Path
    pages: int
    message: str
    warnings: tuple[str, ...]
    """Sentences that name the invoice and its account."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chunk is done, or a chunk was added to the merged file; for the latter, failures alone are named."""

    results: tuple[RenderResult, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged file is in its place."""

    pages: int


@dataclass(frozen=True, slots=True)
class MergeFailed:
    """The merged file could not be written, and no part of it is left; `reason` is a sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class SourceLost:
    """Nothing can be read any more, neither by this worker nor by another."""

    error: BursarError


Answer = Ready | Rendered | Merged | MergeFailed | SourceLost


def failure(task: RenderTask, message: str) -> RenderResult:
    """The result of an invoice that was not written."""
    return RenderResult(invoice_id=task.invoice_id, number=task.number, ok=False, path=task.path, pages=0,
                        message=message, warnings=())


def serve(pipe: Connection, *, gives_way: bool) -> None:
    """Draw what comes through the pipe until it ends. First comes the source.

    A worker that gives way draws in the time that others leave: with as many workers as cores, a window would
    otherwise wait for its turn a few hundredths of a second now and then.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides what it means
    threading.Thread(target=_follow_parent, daemon=True).start()
    if gives_way and hasattr(os, "nice"):  # Windows has none
        os.nice(_POLITENESS)
    # The slow part of starting, before the worker is called ready.

    try:
        with closing(pipe.recv()) as source:
            pipe.send(Ready())
            while True:
                kind, payload = pipe.recv()
                pipe.send(_render(source, payload) if kind == "render" else _merge(pipe, source, payload))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _render(source: DocumentSource, tasks: Sequence[RenderTask]) -> Rendered | SourceLost:
    """Write a chunk of invoices, one file each."""
    try:
        return Rendered(tuple(_written(task, found) for task, found in _read(source, tasks)))
    except BursarError as error:
        return SourceLost(error)


def _read(source: DocumentSource, tasks: Sequence[RenderTask]) -> Iterator[tuple[RenderTask, GatheredInvoice | str]]:
    """Each task with its document, or with why it could not be read; one that cannot be read alone stops no other."""
    try:
        found = {gathered.document.invoice_id: gathered for gathered in source.read([t.invoice_id for t in tasks])}
    except BursarError:
        raise
    except Exception as error:  # noqa: BLE001  # reported: one bad row must not stop the others
        for task in tasks:
            if len(tasks) == 1:
                yield task, _reason(error)
            else:
                yield from _read(source, [task])
        return
    for task in tasks:
        yield task, found.get(task.invoice_id, "it is not among the posted invoices any more")


def _written(task: RenderTask, found: GatheredInvoice | str) -> RenderResult:
    """Write one invoice; whatever goes wrong is said of this invoice and does not end the batch."""
    from app.services.paper.pdf import write_invoice

    if isinstance(found, str):
        return failure(task, f"Invoice {task.number} was not printed: {found}")
    document = found.document
    try:
        written = write_invoice(document, task.path)
    except Exception as error:  # noqa: BLE001  # reported: one bad document must not stop the others
        return failure(task, f"Invoice {task.number} was not printed: {_reason(error)}")
    warnings = tuple(
        warning_of(document.number, document.account_code, text)
        for text in (*written.warnings, *found.remarks)
    )
    return RenderResult(
        invoice_id=task.invoice_id, number=task.number, ok=True, path=task.path, pages=written.pages, message="",
        warnings=warnings
    )


def _merge(pipe: Connection, source: DocumentSource, path: Path) -> Merged | MergeFailed | SourceLost:
    """Take chunks into one file until told to finish, answering each."""
    from app.services.paper.pdf import MergedFile

    try:
        with MergedFile(path) as merged:
            pipe.send(Rendered(()))
            while True:
                kind, tasks = pipe.recv()
                if kind == "finish":
                    break
                pipe.send(Rendered(_added(merged, source, tasks)))
    except InputRejected as error:
        return MergeFailed(str(error))
    except BursarError as error:
        return SourceLost(error)
    return Merged(merged.page_count)


def _added(merged: MergedFile, source: DocumentSource, tasks: Sequence[RenderTask]) -> tuple[RenderResult, ...]:
    """Append a chunk and answer the failures."""
    failed = []
    for task, found in _read(source, tasks):
        why = found if isinstance(found, str) else _why_not_added(merged, found.document)
        if why:
            failed.append(failure(task, f"Invoice {task.number} is not in {task.path.name}: {why}"))
    return tuple(failed)


def _why_not_added(merged: MergedFile, document: InvoiceDocument) -> str:
    """Append a document; empty where that went well."""
    try:
        merged.add(document)
    except OSError:
        raise  # of the file, not of the document
    except Exception as error:  # noqa: BLE001  # reported: one bad document must not stop the others
        return _reason(error)
    return ""


def _reason(error: Exception) -> str:
    """The end of a sentence: what the system or the value said; the kind of fault where it is ours."""
    if isinstance(error, OSError):
        return f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
    text = str(error)
    return text if isinstance(error, ValueError | BursarError) and text else f"{type(error).__name__}: {text}"


def _follow_parent() -> None:
    """End this process as soon as its parent is gone, even in the middle of a chunk."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
