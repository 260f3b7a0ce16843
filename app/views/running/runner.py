"""Background work: plain Python threads that run jobs, and results that arrive on the window's thread.

A job is a function `(database, context) -> result` (arguments are bound with `functools.partial`). It runs in one of
three lanes: many readers; one writer, for the short saves of a form; and long work (scans, prints, imports), which
takes the database's write lock chunk by chunk, so that a save never waits for a whole scan. Everything a job carries
must be plain data: a widget or another QObject could otherwise be destroyed in a worker thread.

Workers never touch a QObject except to post their outcome; progress is not pushed at all but looked at four times a
second. So a slow window cannot slow a job, and waiting for jobs cannot lock up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from app.services.changes import ChangeSet, changes_of
from app.services.errors import Cancelled, ConnectionLost
from app.services.jobs import JobContext, Progress
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import Job, JobCard, JobHandle, JobState, Lane

T = TypeVar("T")
log = logging.getLogger(__name__)

PROGRESS_INTERVAL_MS: Final = 250
"""Progress changes at most four times a second: faster cannot be read."""


@dataclass(slots=True, eq=False)
class Outcome:
    """How a job ended."""

    state: JobState
    result: object = None
    error: BaseException | None = None


@dataclass(slots=True, eq=False)
class _Slot:
    """Where a worker leaves its newest progress for the window to look at."""

    newest: Progress | None = None
    on_change: Callable[[], None] | None = None

    def take(self, progress: Progress) -> None:
        self.newest = progress
        if self.on_change is not None:
            self.on_change()


@dataclass(slots=True, eq=False)
class Entry:
    """A job that is queued or under way, with all the runner needs to end it."""

    handle: JobHandle
    job: Job[Any]
    context: JobContext
    slot: _Slot
    initiator: object
    touches: ChangeSet
    is_answered: bool
    future: Future[None] | None = None


class Runner(QObject):
    """What screens know: `read`, `write` and `long`. The two runners differ only in when the work is done."""

    job_added = Signal(object)  # JobHandle with a card
    unhandled = Signal(object, object)  # JobHandle, exception: nobody asked to be told of the failure
    found_no_answer = Signal()  # a job failed because the database does not answer
    answers_again = Signal()  # whoever watches the connection says so
    active_changed = Signal(int)  # jobs queued or running

    def __init__(self, database: object, bus: ChangeBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._database = database
        self._bus = bus
        self._entries: dict[int, Entry] = {}
        self._next_number = 1
        self._is_accepting = True
        self._postponed: list[tuple[QObject, Callable[[], object]]] = []

    def use(self, database: object) -> None:
        """Hand this database to the jobs asked for from now on; until one is open they are handed None."""
        self._database = database

    # --- asking for work ---

    def read(self, job: Job[T], *, succeeded: Callable[[T], object] | None = None,
             failed: Callable[[BaseException], object] | None = None, cancelled: Callable[[], object] | None = None,
             progressed: Callable[[Progress], object] | None = None, card: JobCard | None = None) -> JobHandle:
        """Run a query beside others."""
        return self.submit(job, lane=Lane.READ, succeeded=succeeded, failed=failed, cancelled=cancelled,
                           progressed=progressed, card=card)

    def write(self, job: Job[T], *, initiator: object = None, succeeded: Callable[[T], object] | None = None,
              failed: Callable[[BaseException], object] | None = None, cancelled: Callable[[], object] | None = None,
              progressed: Callable[[Progress], object] | None = None, card: JobCard | None = None) -> JobHandle:
        """Run a short command, one at a time and in the order asked; its changes are published."""
        return self.submit(job, lane=Lane.WRITE, initiator=initiator, succeeded=succeeded, failed=failed,
                           cancelled=cancelled, progressed=progressed, card=card)

    def long(self, job: Job[T], *, card: JobCard, initiator: object = None, touches: ChangeSet | None = None,
             succeeded: Callable[[T], object] | None = None, failed: Callable[[BaseException], object] | None = None,
             cancelled: Callable[[], object] | None = None,
             progressed: Callable[[Progress], object] | None = None) -> JobHandle:
        """Run work of seconds or minutes that commits in chunks.

        `touches` is published when it ends without a result (stopped or failed), since chunks may be committed.
        """
        return self.submit(job, lane=Lane.LONG, initiator=initiator, touches=touches, succeeded=succeeded,
                           failed=failed, cancelled=cancelled, progressed=progressed, card=card)

    def submit(self, job: Job[T], *, lane: Lane, initiator: object = None, touches: ChangeSet | None = None,
               succeeded: Callable[[T], object] | None = None, failed: Callable[[BaseException], object] | None = None,
               cancelled: Callable[[], object] | None = None, progressed: Callable[[Progress], object] | None = None,
               card: JobCard | None = None) -> JobHandle:
        """Queue one job. Callbacks are connected before it starts, so none of its signals is missed."""
        slot = _Slot()
        context = JobContext(slot.take)
        handle = JobHandle(lane, context, card)
        for signal, callback in ((handle.succeeded, succeeded), (handle.failed, failed),
                                 (handle.cancelled, cancelled), (handle.progressed, progressed)):
            if callback is not None:
                signal.connect(callback)
        number, self._next_number = self._next_number, self._next_number + 1
        entry = Entry(handle, job, context, slot, initiator, touches or ChangeSet.empty(), failed is not None)
        self._entries[number] = entry
        self.active_changed.emit(len(self._entries))
        if card is not None:
            self.job_added.emit(handle)
        self._start(number, entry)
        return handle

    def when_read(self, owner: QObject, run: Callable[[], object]) -> None:
        """Call this once no query is queued or under way, or at once: for what nothing else should wait behind.

        It is forgotten when its owner is gone by then.
        """
        self._postponed.append((owner, run))
        self._run_postponed()

    @property
    def active(self) -> int:
        return len(self._entries)

    def shown_jobs(self) -> list[JobHandle]:
        """Jobs with a card that are queued or running."""
        return [entry.handle for entry in self._entries.values() if entry.handle.card is not None]

    def cancel_all(self) -> None:
        for entry in self._entries.values():
            entry.context.cancel()

    # --- for the runners ---

    def _start(self, number: int, entry: Entry) -> None:
        raise NotImplementedError

    def _mark_started(self, number: int) -> None:
        entry = self._entries.get(number)
        if entry is not None and entry.handle.state is JobState.QUEUED:
            entry.handle.state = JobState.RUNNING
            entry.handle.started_at = time.monotonic()
            entry.handle.started.emit()

    def look_at_progress(self, entry: Entry) -> None:
        newest, entry.slot.newest = entry.slot.newest, None
        if newest is not None and newest != entry.handle.progress:
            entry.handle.progress = newest
            entry.handle.progressed.emit(newest)

    def _finish(self, number: int, outcome: Outcome) -> None:
        entry = self._entries.pop(number, None)
        if entry is None:
            return
        self.look_at_progress(entry)
        handle = entry.handle
        handle.state, handle.result, handle.error = outcome.state, outcome.result, outcome.error
        handle.ended_at = time.monotonic()
        self._publish(entry, outcome)
        if outcome.state is JobState.SUCCEEDED:
            handle.succeeded.emit(outcome.result)
        elif outcome.state is JobState.CANCELLED:
            handle.cancelled.emit()
        else:
            self._say_failed(entry, outcome)
        handle.finished.emit()
        self.active_changed.emit(len(self._entries))
        self._run_postponed()

    def _run_postponed(self) -> None:
        while self._postponed and not any(e.handle.lane is Lane.READ for e in self._entries.values()):
            owner, run = self._postponed.pop(0)
            if isValid(owner):
                run()

    def _publish(self, entry: Entry, outcome: Outcome) -> None:
        if entry.handle.lane is Lane.READ:
            return
        changes = changes_of(outcome.result) if outcome.state is JobState.SUCCEEDED else entry.touches
        self._bus.publish(changes, entry.initiator)

    def _say_failed(self, entry: Entry, outcome: Outcome) -> None:
        assert outcome.error is not None  # noqa: S101  a failed outcome carries its error
        if isinstance(outcome.error, ConnectionLost):
            self.found_no_answer.emit()
        entry.handle.failed.emit(outcome.error)
        if not entry.is_answered:
            self.unhandled.emit(entry.handle, outcome.error)


def run_job(job: Job[Any], database: object, context: JobContext) -> Outcome:
    """Run one job in this thread. The error is not kept in a local: its traceback would hold this very frame."""
    try:
        context.raise_if_cancelled()
        return Outcome(JobState.SUCCEEDED, result=job(database, context))
    except Cancelled:
        return Outcome(JobState.CANCELLED)
    except BaseException as error:  # noqa: BLE001  whatever it is, the window must hear of it
        log.info("%s failed: %s", getattr(job, "__name__", "a job"), type(error).__name__)
        return Outcome(JobState.FAILED, error=error)


class JobRunner(Runner):
    """Runs jobs in threads. `shutdown` must be called before the application ends."""

    _posted_start = Signal(int)
    _posted_outcome = Signal(int, object)

    def __init__(self, database: object, bus: ChangeBus, parent: QObject | None = None, *, readers: int = 4,
                 long_jobs: int = 3) -> None:
        super().__init__(database, bus, parent)
        self._pools = {
            Lane.READ: ThreadPoolExecutor(readers, thread_name_prefix="read"),
            Lane.WRITE: ThreadPoolExecutor(1, thread_name_prefix="write"),
            Lane.LONG: ThreadPoolExecutor(long_jobs, thread_name_prefix="long"),
        }
        queued = Qt.ConnectionType.QueuedConnection
        self._posted_start.connect(self._on_start, queued)
        self._posted_outcome.connect(self._on_outcome, queued)
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_INTERVAL_MS)
        self._timer.timeout.connect(self._on_tick)

    def begin_shutdown(self) -> None:
        """Accept nothing more and ask everything under way to stop."""
        self._is_accepting = False
        self._timer.stop()
        self.cancel_all()
        for pool in self._pools.values():
            pool.shutdown(wait=False)

    def wait(self, limit_s: float) -> bool:
        """Wait until all threads have left their jobs; False when some had not within the limit. Any thread."""
        futures = [entry.future for entry in list(self._entries.values()) if entry.future is not None]
        _, late = wait(futures, timeout=limit_s)
        if late:
            log.warning("%d job(s) did not stop within %.0f s", len(late), limit_s)
        return not late

    def shutdown(self, limit_s: float = 10.0) -> bool:
        """`begin_shutdown` and `wait`; blocks the calling thread for at most the limit."""
        self.begin_shutdown()
        return self.wait(limit_s)

    def _start(self, number: int, entry: Entry) -> None:
        if not self._is_accepting:
            self._posted_outcome.emit(number, Outcome(JobState.CANCELLED))
            return
        entry.future = self._pools[entry.handle.lane].submit(
            self._work, number, entry.job, self._database, entry.context)
        if not self._timer.isActive():
            self._timer.start()

    def _work(self, number: int, job: Job[Any], database: object, context: JobContext) -> None:
        """Runs in a worker thread; posting is all it does to the runner."""
        if not context.is_cancelled:
            self._posted_start.emit(number)
        self._posted_outcome.emit(number, run_job(job, database, context))

    def _on_start(self, number: int) -> None:
        self._mark_started(number)

    def _on_outcome(self, number: int, outcome: Outcome) -> None:
        self._finish(number, outcome)
        if not self._entries:
            self._timer.stop()

    def _on_tick(self) -> None:
        for entry in list(self._entries.values()):
            self.look_at_progress(entry)
