"""Who works in the window, and what the window knows of changing that."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.services.staff.sign_in import SignedIn


class PersonHere(QObject):
    """`changed` is said when somebody else works here from now on."""

    changed = Signal()

    def __init__(self, who: SignedIn | None, switch: Callable[[], object], parent: QObject | None = None) -> None:
        """Without staff in the database nobody signed in; `switch` asks who works here from now on."""
        super().__init__(parent)
        self._who = who
        self.switch = switch

    @property
    def who(self) -> SignedIn | None:
        return self._who

    def begin(self, who: SignedIn) -> None:
        """Somebody works here from now on."""
        self._who = who
        self.changed.emit()
