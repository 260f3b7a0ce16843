"""What time it is by the clock of the database, as far as this window knows it: the server's on PostgreSQL.

Read anew every half minute, so that the day turns here when it turns there, whatever the clock of the workstation
says. It tells which date is shown and offered; whether a date may be applied the services decide, by the instant of
their own unit of work.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.database.asking import asking
from app.services.database.unit_of_work import recorded_now
from app.views.running.question import Question
from app.views.running.runner import Runner

_READ_EVERY_MS: Final = 30_000


class DatabaseTime(QObject):
    """See the module. While the database does not answer, the last instant stands."""

    read = Signal()

    def __init__(self, runner: Runner, now: datetime, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._reading = Question(runner, self, answered=self._on_now)
        timer = QTimer(self)
        timer.setInterval(_READ_EVERY_MS)
        timer.timeout.connect(self.look)
        timer.start()

    def date_in(self, time_zone: str) -> date:
        """The date in a time zone, given by its IANA name."""
        return self._now.astimezone(ZoneInfo(time_zone)).date()

    def look(self) -> None:
        """Ask the database what time it is; `read` says when it has answered."""
        if not self._reading.is_busy:
            self._reading.ask(asking(recorded_now))

    def _on_now(self, now: datetime) -> None:
        self._now = now
        self.read.emit()
