"""Who changed what: after every write the runner publishes the change set here, and each screen judges for itself.

A screen that is out of date reads again when it is visible, and otherwise remembers that it must. The initiator
travels along, so that a screen which already shows its own change need not read it a second time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.changes import Changed, ChangeSet


class _Elsewhere:
    """Who is not in this window."""


ELSEWHERE: Final = _Elsewhere()
"""The initiator of changes that somebody else made, on another workstation or by the command line."""


class ChangeBus(QObject):
    """One signal for the whole window; made once at start and handed to whoever needs it."""

    published = Signal(object, object)  # ChangeSet, initiator (any object or None)

    def publish(self, changes: ChangeSet, initiator: object | None = None) -> None:
        """Tell everyone; an empty change set is nobody's business."""
        if changes:
            self.published.emit(changes, initiator)


class RefreshWhenVisible(QObject):
    """Watches the bus for one widget and says `due` when it should read again: now, or when it is next shown.

    Without accounts any change of the kinds counts; with accounts only those that touch one of them or all. While it
    says so, `changes` holds what came together since the last time.
    """

    due = Signal()

    def __init__(self, bus: ChangeBus, widget: QWidget, kinds: Iterable[Changed]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._kinds = frozenset(kinds)
        self._accounts: frozenset[int] | None = None
        self._is_stale = False
        self._changes = ChangeSet.empty()
        self._is_elsewhere = True
        bus.published.connect(self._on_published)
        widget.installEventFilter(self)

    def watch_accounts(self, account_ids: Iterable[int]) -> None:
        """From now on only changes of these accounts count."""
        self._accounts = frozenset(account_ids)

    @property
    def is_stale(self) -> bool:
        return self._is_stale

    @property
    def changes(self) -> ChangeSet:
        """What the widget does not show yet."""
        return self._changes

    @property
    def is_elsewhere(self) -> bool:
        """Whether all of that was changed by others, so that nobody here expects anything to move."""
        return bool(self._changes) and self._is_elsewhere

    def mark_stale(self) -> None:
        """Read again as soon as the widget is visible."""
        self._is_stale = True
        if self._widget.isVisible():
            self._say_due()

    def concerns(self, changes: ChangeSet) -> bool:
        if Changed.DATABASE in changes.kinds:
            return True
        if not self._kinds & changes.kinds:
            return False
        if self._accounts is None or not changes.account_ids:
            return True
        return bool(self._accounts & changes.account_ids)

    def _on_published(self, changes: ChangeSet, initiator: object) -> None:
        if initiator is not self._widget and self.concerns(changes):
            self._changes |= changes
            self._is_elsewhere = self._is_elsewhere and initiator is ELSEWHERE
            self.mark_stale()

    def _say_due(self) -> None:
        self._is_stale = False
        self.due.emit()
        self._changes, self._is_elsewhere = ChangeSet.empty(), True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == _SHOWN and self._is_stale and watched is self._widget:
            self._say_due()
        return False


_SHOWN = QEvent.Type.Show
