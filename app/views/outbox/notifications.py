"""Notifications of events in the window: at sign-in and while people work, until they are dismissed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.outbox.notifications import MOST, NotificationRow, notifications
from app.services.wording import listed
from app.views.desk.desk import Desk
from app.views.desk.screen import ACCOUNT, OUTBOX, Target
from app.views.look import tokens as tk
from app.views.running.question import Question
from app.views.widgets.notices import Notice

_KINDS: Final = frozenset({Changed.OUTBOX, Changed.DATABASE})
_MOST_APART: Final = 3
"""More that come together are told as one."""
_MEMORY: Final = "notifications"


class Notifications(QObject):
    """What a person has dismissed is remembered of these books on this workstation."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._told: set[int] = set()
        self._question = Question(desk.runner, self, answered=self._on_rows)
        desk.bus.published.connect(self._on_published)
        desk.person.changed.connect(self._begin)
        desk.runner.when_read(self, self._begin)

    def _begin(self) -> None:
        """Somebody works here from now on."""
        self._told = set()
        self._read()

    def _read(self) -> None:
        self._question.ask(asking(notifications, after_id=self._dismissed_to()))

    def _on_published(self, changes: ChangeSet, _initiator: object) -> None:
        if changes.kinds & _KINDS:
            self._read()

    def _on_rows(self, rows: Sequence[NotificationRow]) -> None:
        gone = self._dismissed()
        news = [row for row in rows if row.id not in gone and row.id not in self._told]
        self._told |= {row.id for row in news}
        if len(news) > _MOST_APART:
            self._tell_together(news)
        else:
            for row in news:
                self._tell(row)

    def _tell(self, row: NotificationRow) -> None:
        self._desk.notices.show(Notice(
            title=f"{row.event_name}: {row.account_name}", text=row.text, tone=tk.Tone.INFO, link="Open account",
            run=lambda: self._desk.navigator.go(Target(ACCOUNT, row.account_id)),
            dismissed=partial(self._dismiss, (row.id,))))

    def _tell_together(self, rows: Sequence[NotificationRow]) -> None:
        counted = self._desk.theme.formatter.counted
        count = f"{MOST} notifications or more" if len(rows) >= MOST else counted(
            len(rows), "notification", "notifications")
        kinds = Counter(row.event_name for row in rows).most_common()
        self._desk.notices.show(Notice(
            title=count, text=listed([f"{name} {number}" for name, number in kinds]), tone=tk.Tone.INFO,
            link="Look at them", run=lambda: self._desk.navigator.go(Target(OUTBOX)),
            dismissed=partial(self._dismiss, tuple(row.id for row in rows))))

    # --- what was dismissed ---

    def _key(self) -> str:
        who = self._desk.person.who
        return _MEMORY if who is None else f"{_MEMORY}/{who.login}"

    def _dismissed(self) -> set[int]:
        known = self._desk.memory.kept(self._key()).get("ids")
        return {each for each in known if isinstance(each, int)} if isinstance(known, list) else set()

    def _dismissed_to(self) -> int:
        """Up to this one all were dismissed."""
        known = self._desk.memory.kept(self._key()).get("to")
        return known if isinstance(known, int) else 0

    def _dismiss(self, ids: Sequence[int]) -> None:
        gone = self._dismissed() | set(ids)
        waiting = self._told - gone
        to = min(waiting) - 1 if waiting else max(gone)
        self._desk.memory.keep(self._key(), {"to": max(to, self._dismissed_to()),
                                             "ids": sorted(each for each in gone if each > to)})
