"""How far a job on a period is: one step behind the other, between which it can be stopped."""

from __future__ import annotations

from app.services.jobs import JobContext, Progress


class Steps:
    """Told of each step before it begins; with it a job says how far it is, and stops where somebody asked it to."""

    def __init__(self, context: JobContext, *, total: int) -> None:
        self._context, self._total = context, total
        self.done = 0

    def __call__(self, note: str) -> None:
        self._context.raise_if_cancelled()
        self._context.report(Progress(done=self.done, total=max(self._total, self.done + 1), note=note))
        self.done += 1
