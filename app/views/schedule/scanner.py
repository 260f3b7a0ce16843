"""The background scanner of a window: it does what is due while the window is open, as `bursar watch` does without one.

A round is judged and written by a job in a worker thread; what waits to be sent leaves on the window's own loop after
that. Rounds of several windows do no harm: who holds the lease scans, the others pass over it. A failure is told once,
not every minute.
"""

from __future__ import annotations

import asyncio
from threading import Event
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.changes import Changed, ChangeSet
from app.services.errors import ConnectionLost, NotAllowed
from app.services.jobs import JobContext
from app.views.desk.desk import Desk
from app.views.look import tokens as tk
from app.views.running.failures import in_words
from app.views.running.handle import JobHandle, Lane

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database
    from app.services.schedule.round import RoundReport

    Round = tuple[RoundReport, Database]

FIRST_AFTER_MS: Final = 20_000
"""A window that was just opened has better things to do."""
EVERY_MS: Final = 60_000
RESTS: Final = "schedule/rests"
"""In the settings: this window does no scheduled work; others and `bursar watch` do."""
_POWERS: Final = ("suspension.apply", "events.send")
_TOUCHES: Final = ChangeSet.of(Changed.HOLDS, Changed.SERVICES, Changed.ACCOUNTS, Changed.OUTBOX, Changed.SCHEDULE)


def one_round(database: Database, context: JobContext) -> Round:
    """Do what is due, and hand on the database: what waits is sent by it afterwards.

    What it takes is imported here, in the worker: a window that has just come up does not wait for it.
    """
    from app.services.outbox import delivering  # noqa: F401  needed next
    from app.services.schedule.round import run_round

    return run_round(database, context, origin="window"), database


class Scanner(QObject):
    """Lives as long as the window. `changed` says that it began or ended a round."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._said = ""
        self._handle: JobHandle | None = None
        self.delivering: asyncio.Task[None] | None = None
        """Sends what waits, while it does."""
        # No part of this object, which is gone when what it awaits comes back.
        self._over = over = Event()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_time)
        self._timer.start(FIRST_AFTER_MS)
        self.destroyed.connect(lambda *_: over.set())

    @property
    def is_under_way(self) -> bool:
        return self._handle is not None or self.delivering is not None

    @property
    def rests(self) -> bool:
        """Whether this window does no scheduled work."""
        return self._desk.settings.value(RESTS, defaultValue=False, type=bool) is True

    def refusal(self) -> str:
        """Why this person's window does no scheduled work; empty where it does."""
        return next((why for why in map(self._desk.powers.refusal, _POWERS) if why), "")

    def begin_round(self) -> None:
        """Do what is due now, unless a round is under way."""
        if not self.is_under_way and not self.refusal():
            self._handle = self._desk.runner.submit(
                one_round, lane=Lane.LONG, initiator=self, touches=_TOUCHES, succeeded=self._on_round,
                failed=self._on_failed, cancelled=self._end)
            if self._handle.is_over:  # done at once, where jobs are
                self._handle = None
            self.changed.emit()

    # --- inside ---

    def _on_time(self) -> None:
        self._timer.setInterval(EVERY_MS)
        if not self.rests:
            self.begin_round()

    def _on_round(self, found: Round) -> None:
        report, database = found
        self._handle = None
        self._desk.bus.publish(report.changes, self)
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a window without a loop sends nothing; whoever watches does
            self._tell(report)
            return
        self.delivering = loop.create_task(self._deliver(report, database), name="deliver_due")

    async def _deliver(self, report: RoundReport, database: Database) -> None:
        over = self._over
        from app.services.outbox.delivering import deliver_due

        try:
            sent = await deliver_due(database, is_stopped=over.is_set)
        except Exception as error:  # noqa: BLE001  the window hears of it once, and goes on
            if not over.is_set():
                self.delivering = None
                self._on_failed(error)
            return
        if not over.is_set():
            self.delivering = None
            report.delivered(sent)
            self._desk.bus.publish(sent.changes, self)
            self._tell(report)

    def _tell(self, report: RoundReport) -> None:
        if report.did_work:
            self._desk.notices.say("Scheduled work done", report.sentence)
        self._say_once(" ".join((*report.stops, *report.refused)))
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._handle = None
        if not isinstance(error, ConnectionLost | NotAllowed):  # the band and the powers say those
            self._say_once(in_words(error))
        self.changed.emit()

    def _say_once(self, words: str) -> None:
        """Tell what could not be done, until it is something else."""
        if words and words != self._said:
            self._desk.notices.say("Scheduled work could not be done", words, tone=tk.Tone.WARN)
        self._said = words

    def _end(self) -> None:
        self._handle = None
        self.changed.emit()
