"""The body of a worker process, and what it and its pool say to each other.

The pool sends `(kind, payload)` and gets one answer to each. A worker imports reportlab once it runs; this module,
which the window's process imports too, stays light.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

from app.services.invoicing.document import InvoiceDocument


@dataclass(frozen=True, slots=True)
class RenderTask:
    """One invoice and the file to write it to."""

    document: InvoiceDocument
    path: Path


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What became of one invoice. `message` says in a sentence why a failed one was not written."""

    invoice_id: int
    ok: bool
    path: Path
    pages: int
    message: str
    warnings: tuple[str, ...]


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
    """The merged file could not be written, and no part of it is left."""

    reason: str


Answer = Ready | Rendered | Merged | MergeFailed


def failure(task: RenderTask, message: str) -> RenderResult:
    """The result of an invoice that was not written."""
    return RenderResult(task.document.invoice_id, ok=False, path=task.path, pages=0, message=message, warnings=())


def serve(pipe: Connection) -> None:
    """Draw what comes through the pipe until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides what it means
    threading.Thread(target=_follow_parent, daemon=True).start()
    from app.services.invoicing import pdf  # noqa: F401  # the slow part of starting, before the worker is called ready

    try:
        pipe.send(Ready())
        while True:
            kind, payload = pipe.recv()
            if kind == "render":
                pipe.send(Rendered(tuple(map(_render, payload))))
            else:
                pipe.send(_merge(pipe, payload))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _render(task: RenderTask) -> RenderResult:
    """Write one invoice; whatever goes wrong is said of this invoice and does not end the batch."""
    from app.services.invoicing.pdf import write_invoice

    document = task.document
    try:
        written = write_invoice(document, task.path)
    except Exception as error:  # noqa: BLE001  # reported: one bad document must not stop the others
        return failure(task, f"Invoice {document.number} was not printed: {_reason(error)}")
    return RenderResult(
        document.invoice_id, ok=True, path=task.path, pages=written.pages, message="", warnings=written.warnings
    )


def _merge(pipe: Connection, path: Path) -> Merged | MergeFailed:
    """Take chunks into one file until told to finish, answering each."""
    from app.services.invoicing.pdf import MergedFile

    try:
        with MergedFile(path) as merged:
            pipe.send(Rendered(()))
            while True:
                kind, documents = pipe.recv()
                if kind == "finish":
                    break
                pipe.send(Rendered(_added(merged, documents, path)))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise  # the pool is gone, and leaving the context has removed the file
    except OSError as error:
        return MergeFailed(_reason(error))
    return Merged(merged.page_count)


def _added(merged: object, documents: Sequence[InvoiceDocument], path: Path) -> tuple[RenderResult, ...]:
    from app.services.invoicing.pdf import MergedFile

    assert isinstance(merged, MergedFile)  # noqa: S101  # its type may not be imported above
    failed = []
    for document in documents:
        try:
            merged.add(document)
        except OSError:
            raise  # of the file, not of the document
        except Exception as error:  # noqa: BLE001  # reported: one bad document must not stop the others
            message = f"Invoice {document.number} is not in {path.name}: {_reason(error)}"
            failed.append(failure(RenderTask(document, path), message))
    return tuple(failed)


def _reason(error: Exception) -> str:
    """The end of a sentence: what the system or the value said; the kind of fault where it is ours."""
    if isinstance(error, OSError):
        return f"{error.strerror or error} ({error.filename})" if error.filename else str(error)
    text = str(error)
    return text if isinstance(error, ValueError) and text else f"{type(error).__name__}: {text}"


def _follow_parent() -> None:
    """End this process as soon as its parent is gone, even in the middle of a chunk."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
