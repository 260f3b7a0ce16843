"""What happens to the database outside this window: changes of others, and a server that goes and comes back.

One listener thread hears it (`services/database/listening.py`); here it arrives on the window's thread. Changes of
others go to the same bus as our own, with `ELSEWHERE` as their initiator; what comes within a second is said together,
so that a scan of another workstation does not have every list read again with each of its chunks.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from app.services.changes import ChangeSet
from app.services.database.announcing import EVERYTHING
from app.services.database.listening import Listener, Silence
from app.services.database.unit_of_work import Database
from app.views.running.change_bus import ELSEWHERE, ChangeBus
from app.views.running.pause import pause
from app.views.running.runner import Runner

TOGETHER_MS: Final = 1000
_SHOWING: Final = frozenset({QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.WindowStateChange})


class Elsewhere(QObject):
    """See the module. It listens from `start` to `stop`."""

    lost = Signal(object)  # Silence: no answer; said after each try
    back = Signal()  # it answers again; the lists are being read anew

    def __init__(self, database: Database, runner: Runner, bus: ChangeBus, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._runner = runner
        self._bus = bus
        post = _Post(self)
        self._listener = Listener(database, post)
        self._waiting = ChangeSet.empty()
        self._silence: Silence | None = None
        self._calm = pause(self, TOGETHER_MS, self._say_waiting)
        queued = Qt.ConnectionType.QueuedConnection
        post.heard.connect(self._on_heard, queued)
        post.silent.connect(self._on_lost, queued)
        post.answering.connect(self._on_back, queued)
        runner.found_no_answer.connect(self._listener.doubt)
        window.installEventFilter(self)

    @property
    def silence(self) -> Silence | None:
        """Why there is no answer; None while there is one."""
        return self._silence

    def start(self) -> None:
        self._listener.start()

    def stop(self) -> None:
        """Listen no longer; waits for the thread."""
        self._listener.stop()
        self._calm.stop()

    def try_now(self) -> None:
        """Try at once whether the database answers."""
        self._listener.try_now()

    def _on_heard(self, changes: ChangeSet) -> None:
        self._waiting |= changes
        if not self._calm.isActive():
            self._say_waiting()

    def _say_waiting(self) -> None:
        changes, self._waiting = self._waiting, ChangeSet.empty()
        if changes:
            self._calm.start()
            self._bus.publish(changes, ELSEWHERE)

    def _on_lost(self, silence: Silence) -> None:
        self._silence = silence
        self.lost.emit(silence)

    def _on_back(self) -> None:
        was_lost, self._silence = self._silence is not None, None
        if was_lost:
            self.back.emit()
        self._runner.answers_again.emit()
        self._on_heard(EVERYTHING)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() in _SHOWING:
            self._listener.watch(is_watched=self._window.isVisible() and not self._window.isMinimized())
        return False


class _Post(QObject):
    """Hands over what the listener thread says; posting is all that thread does to the window."""

    heard = Signal(object)
    silent = Signal(object)
    answering = Signal()

    def changed(self, changes: ChangeSet) -> None:
        self.heard.emit(changes)

    def lost(self, silence: Silence) -> None:
        self.silent.emit(silence)

    def back(self) -> None:
        self.answering.emit()
