"""The notice of a stop of the safety brake: whoever may look at scans is told, wherever they are in the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.scans.stops import StopRow, open_stops
from app.views.desk.desk import Desk
from app.views.look import tokens as tk
from app.views.running.question import Question
from app.views.suspension.feature import SCAN_TARGET, SESSION
from app.views.widgets.notices import Notice

_KINDS: Final = frozenset({Changed.SCHEDULE, Changed.DATABASE})


class BrakeNotice(QObject):
    """Reads once the first page is there, and again when a stop may have come or gone; each stop is told once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._told: set[int] = set()
        self._open: frozenset[int] = frozenset()
        self._question = Question(desk.runner, self, answered=self._on_stops)
        desk.bus.published.connect(self._on_published)
        desk.powers.changed.connect(self._read)
        desk.runner.when_read(self, self._read)

    def _read(self) -> None:
        if not self._desk.powers.refusal("suspension"):
            self._question.ask(asking(open_stops))

    def _on_published(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.kinds & _KINDS:
            self._read()

    def _on_stops(self, stops: tuple[StopRow, ...]) -> None:
        self._open = frozenset(stop.id for stop in stops)
        for stop in stops:
            if stop.id not in self._told:
                self._told.add(stop.id)
                self._tell(stop)

    def _tell(self, stop: StopRow) -> None:
        formatter = self._desk.theme.formatter
        changed = formatter.counted(stop.figures.changes, "account", "accounts")
        self._desk.notices.show(Notice(
            title=f"The safety brake stopped the scan of {stop.provider_name}",
            text=f"It would have changed {changed}. Nothing was changed; it waits for a decision.", tone=tk.Tone.BAD,
            link="Look at it", run=lambda: self._look(stop), holds=lambda: stop.id in self._open))

    def _look(self, stop: StopRow) -> None:
        session = self._desk.offers.get(SESSION)
        question = session.question
        (question.choose if question.is_loaded else question.prefer)(stop.provider_id)
        self._desk.navigator.go(SCAN_TARGET)
        session.brake.read()
        session.preview_when_loaded()
