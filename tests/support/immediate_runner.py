"""The runner of the tests: the same interface, each job run at once in the calling thread."""

from __future__ import annotations

from collections import deque
from functools import partial

from PySide6.QtCore import QObject

from app.views.running.change_bus import ChangeBus
from app.views.running.runner import Entry, Runner, run_job


class ImmediateRunner(Runner):
    """Runs each job as it is asked for, progress included.

    While held, jobs wait until `release`, so that a test can look at what a screen shows meanwhile.
    """

    def __init__(self, database: object, bus: ChangeBus, parent: QObject | None = None) -> None:
        super().__init__(database, bus, parent)
        self.waiting: deque[int] = deque()
        """The jobs that wait while it is held, by number; a test may have them answer in another order."""
        self._is_held = False

    def hold(self) -> None:
        self._is_held = True

    def release(self, count: int | None = None) -> int:
        """Run the jobs that wait, all of them or the first few; returns how many ran."""
        ran = 0
        while self.waiting and (count is None or ran < count):
            self._run_now(self.waiting.popleft())
            ran += 1
        if count is None:
            self._is_held = False
        return ran

    def shutdown(self, limit_s: float = 0.0) -> bool:
        self._is_accepting = False
        self.cancel_all()
        self.release()
        return True

    def _start(self, number: int, entry: Entry) -> None:
        if not self._is_accepting:
            entry.context.cancel()
        if self._is_held and self._is_accepting:
            self.waiting.append(number)
        else:
            self._run_now(number)

    def _run_now(self, number: int) -> None:
        entry = self._entries[number]
        self._mark_started(number)
        entry.slot.on_change = partial(self.look_at_progress, entry)
        self._finish(number, run_job(entry.job, self._database, entry.context))
