"""One background job as the window sees it: its lane, its state, its progress, and how it appears among the jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Signal

from app.services.jobs import JobContext, Progress
from app.views.look.icons import Icon

T = TypeVar("T")
Job = Callable[[Any, JobContext], T]
"""`(database, context) -> result`; the database is whatever services opened, and opaque here."""


class Lane(Enum):
    """Which threads run a job."""

    READ = "read"
    WRITE = "write"
    LONG = "long"


class JobState(Enum):
    """Life of a job; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL_STATES: Final = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCard:
    """How a job appears among the jobs. A job without a card works unseen."""

    title: str
    """What is done, in words: "Print June invoices, 812 of them"."""
    icon: Icon = Icon.CLOCK
    unit: str = ""
    """Plural noun behind the figures: "accounts" gives "147 of 812 accounts"."""
    stop_text: str = "Cancel"
    """What stopping means: "Stop after this page"."""
    summary: Callable[[Any], str] | None = None
    """Result in words, past tense with a count: "214 invoices printed, 2 failed."."""
    report_text: str = ""
    """Text of a link at the end, such as "Open report"; empty for none."""
    open_report: Callable[[Any], None] | None = None
    """Called with the result when the link is used."""


class JobHandle(QObject):
    """One job as the window sees it. All signals are said on the window's thread."""

    started = Signal()
    progressed = Signal(object)  # Progress
    succeeded = Signal(object)  # the result
    failed = Signal(object)  # the exception
    cancelled = Signal()
    finished = Signal()  # after any of the last three

    def __init__(self, lane: Lane, context: JobContext, card: JobCard | None) -> None:
        super().__init__()
        self.lane = lane
        self.card = card
        self.state = JobState.QUEUED
        self.progress = Progress(done=0, total=0)
        self.result: object = None
        self.error: BaseException | None = None
        self.started_at = time.monotonic()
        self.ended_at: float | None = None
        self._context = context

    @property
    def is_over(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def is_stopping(self) -> bool:
        """Asked to stop, but still at something that must be finished first."""
        return self._context.is_cancelled and not self.is_over

    def cancel(self) -> None:
        """Ask the job to stop at its next safe point; what is committed stays."""
        self._context.cancel()

    def elapsed_s(self) -> float:
        return (self.ended_at or time.monotonic()) - self.started_at

    def left_s(self) -> float | None:
        """Seconds left, judged by what is done; None while that would be a guess."""
        done, total, elapsed = self.progress.done, self.progress.total, self.elapsed_s()
        if self.is_over or total <= 0 or done <= 0 or elapsed < 2.0:
            return None
        return elapsed / done * max(0, total - done)
