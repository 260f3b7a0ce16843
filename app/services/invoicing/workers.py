"""Invoices drawn in processes of their own, so that the window's thread keeps the interpreter to itself.

One thread, usually that of a job, drives the pool: it hands out small chunks of documents and yields results as they
come. A worker has one chunk at a time and the next one lies ready here, so memory stays flat however long the batch.

A worker may die at any moment (out of memory, a kill, a fault in a library). Its chunk is then given to other workers
one invoice at a time; an invoice with which a worker dies once more is reported as failed. Workers in turn watch the
process that started them and go when it goes. They are spawned, never forked, and import neither Qt nor SQLAlchemy.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from app.services.errors import BursarError, Cancelled
from app.services.invoicing.document import InvoiceDocument

if TYPE_CHECKING:
    from multiprocessing.context import SpawnProcess

_CONTEXT = multiprocessing.get_context("spawn")
_CHUNK = 16
_START_ATTEMPTS = 3
_LEAVE_S = 2.0


class WorkersFailed(BursarError):
    """The processes that draw invoices cannot be started, or one was lost at work that cannot be repeated."""


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
class MergeResult:
    """The merged file with its pages, and the invoices that could not be drawn into it."""

    path: Path
    pages: int
    failed: tuple[RenderResult, ...]


class RenderPool:
    """Worker processes for as long as the context lasts; for one thread at a time."""

    def __init__(self, workers: int = 2, *, timeout_s: float = 120.0) -> None:
        self._size = max(1, workers)
        self._timeout_s = timeout_s
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """Process ids of the workers alive."""
        return tuple(worker.pid for worker in self._workers)

    def __enter__(self) -> Self:
        self._fill()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.bury()
        self._workers.clear()

    def render(
        self, tasks: Iterable[RenderTask], *, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[RenderResult]:
        """Write one file per task and yield results in the order of completion.

        Tasks are taken from the iterable as workers become free. Once cancelled, no further chunk is begun; what is
        being drawn is finished and yielded. Raises WorkersFailed where no worker can be started.
        """
        feed = _Feed(iter(tasks), is_cancelled)
        try:
            while True:
                self._fill()
                self._hand_out(feed)
                if not any(worker.chunk for worker in self._workers) and feed.is_empty():
                    return
                feed.prepare()
                for worker in self._reporting():
                    yield from self._results(worker, feed)
        finally:
            self._settle()

    def merge(
        self,
        documents: Iterable[InvoiceDocument],
        path: Path,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> MergeResult:
        """Write one file of all documents, in their order, in one worker.

        Raises Cancelled when asked to stop, and WorkersFailed when the worker is lost: the documents are gone by
        then, so the caller begins again. Either way no file is left.
        """
        worker = self._ready_worker()
        chunks = _merge_chunks(documents, is_cancelled)
        failed: list[RenderResult] = []
        try:
            message = pickle.dumps(("merge", path))
            for upcoming in chunks:
                failed += worker.ask(message, self._timeout_s)
                message = upcoming
            failed += worker.ask(message, self._timeout_s)
            pages = worker.ask(pickle.dumps(("finish",)), self._timeout_s)
        except _WorkerLost as lost:
            self._drop(worker)
            raise WorkersFailed(f"{path.name} was not written: {lost}. Print again.") from None
        except BaseException:
            self._drop(worker)
            _remove_parts(path, worker.pid)
            raise
        if isinstance(pages, str):
            raise WorkersFailed(f"{path.name} was not written: {pages}")
        return MergeResult(path, pages, tuple(failed))

    # Coordination

    def _fill(self) -> None:
        """Start as many workers as are missing."""
        while len(self._workers) < self._size:
            self._workers.append(_Worker())

    def _hand_out(self, feed: _Feed) -> None:
        for worker in list(self._workers):
            if worker.is_ready and worker.chunk is None and (chunk := feed.next()):
                try:
                    worker.give(chunk, self._timeout_s)
                except OSError:  # died while idle: the chunk was not begun
                    worker.chunk = None
                    feed.put_back(chunk)
                    self._drop(worker)

    def _reporting(self) -> list[_Worker]:
        """Workers that said something, were lost, or are over their time; waits up to half a second for one."""
        pipes = {worker.pipe: worker for worker in self._workers}
        said = [pipes[pipe] for pipe in wait(list(pipes), timeout=0.5) if isinstance(pipe, Connection)]
        now = time.monotonic()
        return said + [worker for worker in self._workers if worker not in said and worker.is_late(now)]

    def _results(self, worker: _Worker, feed: _Feed) -> Iterator[RenderResult]:
        try:
            kind, *payload = worker.receive()
        except _WorkerLost as lost:
            yield from self._bereaved(worker, feed, str(lost))
            return
        if kind == "ready":
            worker.is_ready = True
            self._failed_starts = 0
            return
        worker.chunk = None
        yield from payload[0]

    def _bereaved(self, worker: _Worker, feed: _Feed, why: str) -> Iterator[RenderResult]:
        """Give a lost worker's invoices to others one by one, or report the one it was lost with for good."""
        chunk = worker.chunk
        self._drop(worker)
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _START_ATTEMPTS:
                raise WorkersFailed(f"The processes that draw invoices do not start: {why}.")
        if chunk is None:
            return
        if not chunk.is_second_attempt:
            feed.retry_singly(chunk)
            return
        [task] = chunk.tasks
        sentence = f"Invoice {task.document.number} was not printed: the process drawing it was lost twice, {why}."
        yield _failure(task, sentence)

    def _ready_worker(self) -> _Worker:
        """An idle worker that has reported itself; starts others where some are lost."""
        while True:
            self._fill()
            for worker in self._workers:
                if worker.is_ready and worker.is_alive():
                    return worker
            for worker in self._reporting():
                for _ in self._results(worker, _Feed(iter(()), lambda: True)):
                    pass

    def _settle(self) -> None:
        """Leave no worker at a chunk: an abandoned batch must not speak up in the next one."""
        for worker in [worker for worker in self._workers if worker.chunk]:
            if worker.pipe.poll(_LEAVE_S):
                try:
                    worker.receive()
                    worker.chunk = None
                    continue
                except _WorkerLost:
                    pass
            self._drop(worker)

    def _drop(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        worker.bury(at_once=True)


@dataclass(slots=True)
class _Chunk:
    tasks: Sequence[RenderTask]
    is_second_attempt: bool = False
    packed: bytes = b""

    def __post_init__(self) -> None:
        self.packed = pickle.dumps(("render", list(self.tasks)))


@dataclass(slots=True)
class _Feed:
    """Chunks in the order they are due: second attempts first, then the one packed ahead, then the batch."""

    tasks: Iterator[RenderTask]
    is_cancelled: Callable[[], bool]
    _again: deque[_Chunk] = field(default_factory=deque)
    _ahead: _Chunk | None = None
    _exhausted: bool = False

    def next(self) -> _Chunk | None:
        """The chunk due, unless there is none or the batch was cancelled."""
        if self.is_cancelled():
            return None
        if self._again:
            return self._again.popleft()
        self.prepare()
        chunk, self._ahead = self._ahead, None
        return chunk

    def prepare(self) -> None:
        """Read and pack one chunk ahead, while the workers are busy anyway."""
        if self._ahead is None and not self._exhausted and not self.is_cancelled():
            tasks = list(islice(self.tasks, _CHUNK))
            self._exhausted = len(tasks) < _CHUNK
            self._ahead = _Chunk(tasks) if tasks else None

    def is_empty(self) -> bool:
        """Whether nothing will come any more."""
        return self.is_cancelled() or (self._exhausted and self._ahead is None and not self._again)

    def put_back(self, chunk: _Chunk) -> None:
        """Return a chunk nobody began."""
        self._again.appendleft(chunk)

    def retry_singly(self, chunk: _Chunk) -> None:
        """Queue each invoice of a chunk by itself, for the second and last time."""
        self._again.extend(_Chunk([task], is_second_attempt=True) for task in chunk.tasks)


class _WorkerLost(Exception):
    """A worker is gone; the text says how, to be used within a sentence."""


class _Worker:
    """One process as its parent sees it."""

    def __init__(self) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self._process: SpawnProcess = _CONTEXT.Process(target=_serve, args=(theirs,), daemon=True, name="bursar-pdf")
        self._process.start()
        theirs.close()  # so that the pipe ends when the process does
        self.pid: int = self._process.pid or 0
        self.is_ready = False
        self.chunk: _Chunk | None = None
        self._deadline = float("inf")
        self._timeout_s = 0.0

    def give(self, chunk: _Chunk, timeout_s: float) -> None:
        """Send a chunk; the worker waits for it, so this never blocks for long."""
        self.chunk = chunk
        self._timeout_s = timeout_s
        self._deadline = time.monotonic() + timeout_s
        self.pipe.send_bytes(chunk.packed)

    def is_late(self, now: float) -> bool:
        """Whether its chunk takes longer than allowed."""
        return self.chunk is not None and now > self._deadline

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.is_alive()

    def receive(self) -> Any:
        """Its next message; raises _WorkerLost where it is gone or over its time."""
        if not self.pipe.poll():
            raise _WorkerLost(f"it took longer than {self._timeout_s:.0f} seconds")
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            raise _WorkerLost(self._how_it_ended()) from None

    def ask(self, message: bytes, timeout_s: float) -> Any:
        """Send a message and wait for the answer to it."""
        self._timeout_s = timeout_s
        try:
            self.pipe.send_bytes(message)
            self.pipe.poll(timeout_s)
        except OSError:
            raise _WorkerLost(self._how_it_ended()) from None
        return self.receive()

    def dismiss(self) -> None:
        """Ask it to go; an idle one does at once."""
        self.pipe.close()

    def bury(self, *, at_once: bool = False) -> None:
        """See it off: with a moment's grace, or at once."""
        if not self.pipe.closed:
            self.pipe.close()
        if not at_once:
            self._process.join(_LEAVE_S)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()

    def _how_it_ended(self) -> str:
        self._process.join(_LEAVE_S)
        code = self._process.exitcode
        if code is not None and code < 0:
            return f"killed by signal {-code}"
        return f"ended with code {code}"


def _merge_chunks(documents: Iterable[InvoiceDocument], is_cancelled: Callable[[], bool]) -> Iterator[bytes]:
    source = iter(documents)
    while chunk := list(islice(source, _CHUNK)):
        if is_cancelled():
            raise Cancelled("Stopped. The merged file was not written.")
        yield pickle.dumps(("add", chunk))


def _remove_parts(path: Path, pid: int) -> None:
    """Remove what a worker killed on purpose had written so far."""
    path.with_name(f".{path.name}.{pid}.part").unlink(missing_ok=True)


# In the worker


def _serve(pipe: Connection) -> None:
    """Body of a worker: draw what comes through the pipe until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group; the parent decides what it means
    threading.Thread(target=_follow_parent, daemon=True).start()
    from app.services.invoicing import pdf  # heavy, and needed here alone

    try:
        pipe.send(("ready",))
        while True:
            kind, payload = pipe.recv()
            if kind == "render":
                pipe.send(("done", [_render(pdf.write_invoice, task) for task in payload]))
            else:
                _serve_merge(pipe, payload)
    except (EOFError, OSError):
        return


def _serve_merge(pipe: Connection, path: Path) -> None:
    """Gather documents into one file until told to finish; answers failures per chunk, and the pages at the end."""
    from app.services.invoicing import pdf

    try:
        with pdf.MergedFile(path) as merged:
            pipe.send([])
            while (message := pipe.recv())[0] == "add":
                results = [
                    _render(lambda document, _: merged.add(document), RenderTask(one, path)) for one in message[1]
                ]
                pipe.send([result for result in results if not result.ok])
        pipe.send(merged.page_count)
    except EOFError:
        raise
    except OSError as error:
        pipe.send(_reason(error))


def _render(write: Callable[[InvoiceDocument, Path], Any], task: RenderTask) -> RenderResult:
    """Draw one invoice; whatever goes wrong is said of this invoice and does not end the batch."""
    document = task.document
    try:
        written = write(document, task.path)
    except Exception as error:  # noqa: BLE001  # reported: one bad document must not stop the others
        message = f"Invoice {document.number} was not printed: {_reason(error)}"
        return _failure(task, message)
    pages, warnings = (written, ()) if isinstance(written, int) else (written.pages, written.warnings)
    return RenderResult(document.invoice_id, ok=True, path=task.path, pages=pages, message="", warnings=warnings)


def _failure(task: RenderTask, message: str) -> RenderResult:
    return RenderResult(task.document.invoice_id, ok=False, path=task.path, pages=0, message=message, warnings=())


def _reason(error: Exception) -> str:
    """The end of a sentence: what the system or the value said, the kind of fault where that is ours."""
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
