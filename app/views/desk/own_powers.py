"""What whoever works in the window may do, so that buttons say ahead why they are off.

Read at the start, when somebody else signs in, and when roles or org units change. Until it is known nothing is off:
the services ask in any case.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.staff.queries import OwnPowers, own_powers
from app.views.desk.actions import WRITING
from app.views.running.change_bus import ChangeBus
from app.views.running.question import Question
from app.views.running.runner import Runner

_LOOKING: Final = frozenset({"customers", "customers.downstream", "providers", "profiles", "groups", "ledger",
                             "suspension", "staff"})
"""Powers that open only what is read."""


class PowersHere(QObject):
    """Tells for the key of a power why it is missing; `changed` when the answers may be others."""

    changed = Signal()

    def __init__(self, runner: Runner, bus: ChangeBus, parent: QObject) -> None:
        super().__init__(parent)
        self._own: OwnPowers | None = None
        self._no_writing = ""
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_answer)
        bus.published.connect(self._on_published)

    def read(self) -> None:
        """Ask anew."""
        self._question.ask(asking(own_powers))

    def refusal(self, key: str) -> str:
        """Why what needs this power is off, as the rest of a sentence; empty where it is not."""
        lacking = "" if self._own is None or key == WRITING else self._own.refusal(key)
        return lacking or (self._no_writing if key and key not in _LOOKING else "")

    def forbid_writing(self, why: str) -> None:
        """From now on nothing can be saved, whoever asks: why, as the rest of a sentence; empty ends it."""
        if why != self._no_writing:
            self._no_writing = why
            self.changed.emit()

    def _on_answer(self, own: OwnPowers) -> None:
        if own != self._own:
            self._own = own
            self.changed.emit()

    def _on_published(self, changes: ChangeSet, _initiator: object) -> None:
        if {Changed.STAFF, Changed.DATABASE} & changes.kinds:
            self.read()
