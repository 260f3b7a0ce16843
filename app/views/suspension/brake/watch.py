"""The stops of the safety brake that wait at the provider in view, read anew whenever that may be otherwise."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.scans.approval_sheet import WaitingStop, waiting_stops
from app.views.running.change_bus import ChangeBus
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.suspension.question import ScanQuestion

_KINDS: Final = frozenset({Changed.SCHEDULE, Changed.STAFF, Changed.DATABASE})
_MS: Final = 1000


class BrakeWatch(QObject):
    """`changed` says that a stop came or went, or that somebody else may decide about it."""

    changed = Signal()

    def __init__(self, runner: Runner, bus: ChangeBus, question: ScanQuestion, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked = question
        self._stops: tuple[WaitingStop, ...] = ()
        self._since = QElapsedTimer()
        self.failure: BaseException | None = None
        """Why it could not be read."""
        self._reading = Question(runner, self, answered=self._on_stops, failed=self._on_failed)
        question.changed.connect(self.read)
        bus.published.connect(self._on_published)

    def read(self) -> None:
        """Ask which stops wait, once it is known which providers there are."""
        if self._asked.is_loaded:
            self._reading.ask(asking(waiting_stops, provider_id=self._asked.provider_id))

    @property
    def stops(self) -> tuple[WaitingStop, ...]:
        """Those of the provider in view, the newest first."""
        return self._stops

    @property
    def first(self) -> WaitingStop | None:
        """The one to decide about next."""
        return self._stops[0] if self._stops else None

    def left_s(self) -> int:
        """Seconds until whoever approves the first one alone may do so."""
        if self.first is None or not self.first.wait_s:
            return 0
        return max(0, self.first.wait_s - self._since.elapsed() // _MS)

    def _on_stops(self, stops: tuple[WaitingStop, ...]) -> None:
        is_same = stops == self._stops and self.failure is None
        self._stops, self.failure = stops, None
        self._since.start()
        if not is_same:
            self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._stops, self.failure = (), error
        self.changed.emit()

    def _on_published(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.kinds & _KINDS:
            self.read()
