"""Invoices drawn in processes of their own, so that the window's thread keeps the interpreter to itself.

One thread, usually that of a job, drives the pool: it hands out small chunks of tasks and yields results as they come.
The workers read the documents themselves, because this thread shares the interpreter with the window. A worker has one
chunk at a time and the next one lies ready here, so memory stays flat however long the batch.

A worker may die at any moment (out of memory, a kill, a fault in a library). Its chunk is then given to other workers
one invoice at a time; an invoice with which a worker dies once more is reported as failed. Workers in turn watch the
process that started them and go when it goes. They are spawned, never forked, and import no Qt.
"""

from __future__ import annotations

import multiprocessing
import pickle
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.services.errors import BursarError, Cancelled
from app.services.files.unfinished import remove_leftovers_of
from app.services.printing.worker_process import (
    Answer,
    DocumentSource,
    Merged,
    MergeFailed,
    Ready,
    Rendered,
    RenderResult,
    RenderTask,
    SourceLost,
    failure,
    serve,
)
from app.services.wording import counted

_CONTEXT = multiprocessing.get_context("spawn")
_CHUNK = 16
_START_ATTEMPTS = 3
_LEAVE_S = 2.0


class WorkersFailed(BursarError):
    """The processes that draw invoices cannot be started, or one was lost at work that cannot be repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeResult:
    """The merged file with its pages, and the invoices that could not be drawn into it."""

    path: Path
    pages: int
    failed: tuple[RenderResult, ...]


class RenderPool:
    """Worker processes for as long as the context lasts; for one thread at a time."""

    def __init__(
        self, source: DocumentSource, workers: int = 2, *, timeout_s: float = 120.0, gives_way: bool = False
    ) -> None:
        """A chunk that takes longer than `timeout_s` counts as a lost worker; `gives_way` lets other programs first."""
        self._gives_way = gives_way
        self._packed_source = pickle.dumps(source)
        self._size = max(1, workers)
        self._timeout_s = timeout_s
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    @property
    def worker_pids(self) -> tuple[int, ...]:
        """Process ids of the workers."""
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
            worker.bury(grace_s=_LEAVE_S)
        self._workers.clear()

    def render(
        self, tasks: Iterable[RenderTask], *, is_cancelled: Callable[[], bool] = lambda: False
    ) -> Iterator[RenderResult]:
        """Write one file per task and yield results in the order of completion.

        Tasks are taken from the iterable as workers become free. Once cancelled, no further chunk is begun; what is
        being drawn is finished and yielded. Raises WorkersFailed where no worker can be started, and what the source
        raises where nothing can be read any more.
        """
        feed = _Feed(iter(tasks), is_cancelled)
        try:
            while True:
                self._fill()
                self._hand_out(feed)
                if feed.is_empty() and not any(worker.chunk for worker in self._workers):
                    return
                feed.prepare()
                for worker in self._reporting():
                    yield from self._results(worker, feed)
        finally:
            self._settle()

    def merge(
        self,
        tasks: Iterable[RenderTask],
        path: Path,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> MergeResult:
        """Write one file of all invoices, in their order, in one worker.

        Raises Cancelled when asked to stop, WorkersFailed when the file cannot be written or the worker is lost (the
        tasks are gone by then, so the caller begins again), and what the source raises. In each case no file is left.
        Without tasks there is none either, and no page.
        """
        worker = self._ready_worker()
        failed: list[RenderResult] = []
        try:
            answer = worker.ask(("merge", path), self._timeout_s)
            for chunk in _chunks_to_merge(tasks, is_cancelled):
                if not isinstance(answer, Rendered):
                    break
                answer = worker.ask(("add", chunk), self._timeout_s)
                failed += answer.results if isinstance(answer, Rendered) else ()
            if isinstance(answer, Rendered):
                answer = worker.ask(("finish", None), self._timeout_s)
        except BaseException as error:
            self._drop(worker)
            remove_leftovers_of(path)  # its worker is gone
            if isinstance(error, _WorkerLost):
                raise WorkersFailed(f"{path.name} was not written: the process writing it {error}.") from None
            raise
        if isinstance(answer, SourceLost):
            raise answer.error
        if isinstance(answer, MergeFailed):
            raise WorkersFailed(answer.reason)
        assert isinstance(answer, Merged)  # noqa: S101  # the only answer left
        return MergeResult(path=path, pages=answer.pages, failed=tuple(failed))

    def _fill(self) -> None:
        """Start as many workers as are missing."""
        while len(self._workers) < self._size:
            self._workers.append(_Worker(self._packed_source, gives_way=self._gives_way))

    def _hand_out(self, feed: _Feed) -> None:
        for worker in list(self._workers):
            if worker.is_ready and worker.chunk is None and (chunk := feed.next()):
                try:
                    worker.give(chunk, self._timeout_s)
                except OSError:  # it died idle: nobody has begun the chunk
                    worker.chunk = None
                    feed.put_back(chunk)
                    self._drop(worker)

    def _reporting(self) -> list[_Worker]:
        """Workers that said something, were lost, or are over their time; waits up to half a second for one."""
        by_pipe: dict[Any, _Worker] = {worker.pipe: worker for worker in self._workers}
        said = [by_pipe[pipe] for pipe in wait(list(by_pipe), timeout=0.5)]
        now = time.monotonic()
        return said + [worker for worker in self._workers if worker not in said and worker.is_late(now)]

    def _results(self, worker: _Worker, feed: _Feed) -> Iterator[RenderResult]:
        try:
            answer = worker.receive()
        except _WorkerLost as lost:
            yield from self._bereaved(worker, feed, str(lost))
            return
        if isinstance(answer, Ready):
            worker.is_ready = True
            self._failed_starts = 0
        elif isinstance(answer, Rendered):
            worker.chunk = None
            yield from answer.results
        elif isinstance(answer, SourceLost):
            worker.chunk = None
            raise answer.error

    def _bereaved(self, worker: _Worker, feed: _Feed, how: str) -> Iterator[RenderResult]:
        """Give a lost worker's invoices to others one by one, or report the one it was lost with for good."""
        self._drop(worker)
        if not worker.is_ready:
            self._count_failed_start(how)
        chunk = worker.chunk
        if chunk is None:
            return
        if not chunk.is_second_attempt:
            feed.retry_singly(chunk)
            return
        [task] = chunk.tasks
        yield failure(task, f"Invoice {task.number} was not printed: each process that tried to draw it {how}.")

    def _count_failed_start(self, how: str) -> None:
        """Give up where worker after worker is lost before it is ready: another would be no different."""
        self._failed_starts += 1
        if self._failed_starts >= _START_ATTEMPTS:
            raise WorkersFailed(f"The processes that draw invoices do not start: the last one {how}.")

    def _ready_worker(self) -> _Worker:
        """An idle worker that has reported itself; starts others where some are lost."""
        nothing = _Feed(iter(()), lambda: False)
        while True:
            self._fill()
            for worker in self._workers:
                if worker.is_ready and worker.is_alive():
                    return worker
            for worker in self._reporting():
                deque(self._results(worker, nothing), maxlen=0)

    def _settle(self) -> None:
        """Leave no worker at a chunk: an abandoned batch must not speak up in the next one."""
        for worker in [worker for worker in self._workers if worker.chunk]:
            try:
                worker.pipe.poll(_LEAVE_S)
                worker.receive()
                worker.chunk = None
            except (_WorkerLost, OSError):
                self._drop(worker)

    def _drop(self, worker: _Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
        worker.bury(grace_s=0.0)


@dataclass(slots=True)
class _Chunk:
    """Tasks for one worker, packed ahead of the time it asks for them."""

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


def _chunks_to_merge(tasks: Iterable[RenderTask], is_cancelled: Callable[[], bool]) -> Iterator[list[RenderTask]]:
    source = iter(tasks)
    while chunk := list(islice(source, _CHUNK)):
        if is_cancelled():
            raise Cancelled("Stopped. The merged file was not written.")
        yield chunk


class _WorkerLost(Exception):
    """A worker is gone; the text says what happened to it, as the end of a sentence about it."""


class _Worker:
    """One process as its pool sees it."""

    def __init__(self, packed_source: bytes, *, gives_way: bool) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(
            target=serve, args=(theirs,), kwargs={"gives_way": gives_way}, daemon=True, name="bursar-pdf"
        )
        self._process.start()
        theirs.close()  # so that the pipe ends when the process does
        # What the source holds, maybe a password, goes through the pipe and stands on no command line.
        with suppress(OSError):  # it is gone already, which whoever waits for it learns
            self.pipe.send_bytes(packed_source)
        self.pid: int = self._process.pid or 0
        self.is_ready = False
        self.chunk: _Chunk | None = None
        self._deadline = float("inf")
        self._timeout_s = 0.0

    def give(self, chunk: _Chunk, timeout_s: float) -> None:
        """Send a chunk to an idle worker, which is waiting for it: this never blocks for long."""
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

    def receive(self) -> Answer:
        """Its next message; raises _WorkerLost where it is gone or over its time."""
        try:
            if not self.pipe.poll():
                raise _WorkerLost(f"took longer than {counted(round(self._timeout_s), 'second')}")
            answer: Answer = self.pipe.recv()
        except (EOFError, OSError):
            raise _WorkerLost(self._how_it_ended()) from None
        return answer

    def ask(self, message: tuple[str, object], timeout_s: float) -> Answer:
        """Send a message and wait for the answer to it; raises _WorkerLost."""
        self._timeout_s = timeout_s
        try:
            self.pipe.send(message)
            self.pipe.poll(timeout_s)
        except OSError:
            raise _WorkerLost(self._how_it_ended()) from None
        return self.receive()

    def dismiss(self) -> None:
        """Ask it to go; an idle one does at once."""
        self.pipe.close()

    def bury(self, *, grace_s: float) -> None:
        """See it off, by force where it is not gone in time."""
        self.pipe.close()
        self._process.join(grace_s)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()

    def _how_it_ended(self) -> str:
        self._process.join(_LEAVE_S)
        code = self._process.exitcode
        return f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with code {code}"
