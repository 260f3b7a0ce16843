"""All a background job knows of the outside: where to report progress and whether to stop.

A job is a function `(database, context, **arguments) -> result`. It opens its own short units of work, reports through
the context and calls `raise_if_cancelled` between transactions. It knows no Qt and no widget, so that the command
line, the tests and the window run the very same code.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from app.services.errors import Cancelled

Checkpoint = Callable[[], None]
"""Called where nothing is half done; raises Cancelled to stop."""
Told = Callable[[object], None]
"""Called with what is known so far of an answer that takes long; it has the shape of the answer."""


def untold(_part: object) -> None:
    """For whoever waits for the whole answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is: `done` of `total` units (total 0 while unknown) and one short note in words."""

    done: int
    total: int
    note: str = ""
    failed: int = 0
    """How many of those done did not come out right."""
    part: object = None
    """What is known so far of the answer; None where it comes as a whole."""


class JobContext:
    """Progress and cancellation of one running job; every method may be called from any thread."""

    def __init__(self, on_progress: Callable[[Progress], None] | None = None) -> None:
        self._on_progress = on_progress
        self._cancelled = threading.Event()

    def report(self, progress: Progress) -> None:
        """Tell how far the job is; the receiver throttles, so call as often as convenient."""
        if self._on_progress is not None:
            self._on_progress(progress)

    def tell(self, part: object) -> None:
        """Hand on what is known so far of the answer."""
        self.report(Progress(done=0, total=0, part=part))

    def cancel(self) -> None:
        """Ask the job to stop at its next safe point."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Wait for so long, or until somebody asks to stop; returns whether somebody did."""
        return self._cancelled.wait(seconds)

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled.is_set()

    def raise_if_cancelled(self) -> None:
        """Raise Cancelled when the operator has asked to stop; call only where nothing is half done."""
        if self._cancelled.is_set():
            raise Cancelled("Stopped. What was finished before stays.")
