"""One thing a screen asks again and again, of which only the newest answer counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.services.errors import ConnectionLost
from app.services.jobs import Progress
from app.views.running.handle import Job, JobHandle
from app.views.running.runner import Runner


class Question(QObject):
    """Asks in the background and lets go of older answers: a filter, a page, the header of an account.

    Asking anew stops the older query and disconnects it, so that a late result can never overwrite a newer one.
    Say once who takes the answer and who the failure, then `ask` as often as needed. It dies with its owner.
    What failed because the database did not answer is asked once more when it does.
    """

    answered = Signal(object)
    told = Signal(object)  # what is known so far of the answer, of a query that tells its parts
    failed = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, runner: Runner, owner: QObject, *, answered: Callable[[Any], object] | None = None,
                 failed: Callable[[BaseException], object] | None = None) -> None:
        super().__init__(owner)
        self._runner = runner
        self._handle: JobHandle | None = None
        self._generation = 0
        self._is_busy = False
        self._asked: Job[Any] | None = None
        self._is_unheard = False
        runner.answers_again.connect(self._ask_unheard)
        if answered is not None:
            self.answered.connect(answered)
        if failed is not None:
            self.failed.connect(failed)

    @property
    def is_busy(self) -> bool:
        return self._is_busy

    @property
    def generation(self) -> int:
        """How often was asked; a caller may keep it beside what it expects."""
        return self._generation

    def ask(self, job: Job[Any]) -> None:
        """Ask; an older question still under way is dropped."""
        self._let_go()
        self._asked = job
        self._generation += 1
        generation = self._generation
        self._set_busy(busy=True)
        handle = self._runner.read(job, succeeded=self._on_answer, failed=self._on_failure,
                                   cancelled=self._on_cancelled, progressed=self._on_progress)
        # a runner that works at once has answered already, and the answer may even have asked anew
        if not handle.is_over and generation == self._generation:
            self._handle = handle

    def drop(self) -> None:
        """Forget the question; its answer will not arrive."""
        self._let_go()
        self._set_busy(busy=False)

    def _ask_unheard(self) -> None:
        if self._is_unheard and self._asked is not None:
            self.ask(self._asked)

    def _let_go(self) -> None:
        self._asked, self._is_unheard = None, False
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.succeeded.disconnect(self._on_answer)
            handle.failed.disconnect(self._on_failure)
            handle.cancelled.disconnect(self._on_cancelled)
            handle.progressed.disconnect(self._on_progress)
            handle.cancel()

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self._is_busy:
            self._is_busy = busy
            self.busy_changed.emit(busy)

    def _on_progress(self, progress: Progress) -> None:
        if progress.part is not None:
            self.told.emit(progress.part)

    def _on_answer(self, result: object) -> None:
        self._handle = self._asked = None
        self._set_busy(busy=False)
        self.answered.emit(result)

    def _on_failure(self, error: BaseException) -> None:
        self._handle = None
        self._is_unheard = isinstance(error, ConnectionLost)
        self._set_busy(busy=False)
        self.failed.emit(error)

    def _on_cancelled(self) -> None:
        self._handle = None
        self._set_busy(busy=False)
