"""Waiting until somebody pauses: a key held down asks once, not each time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


def pause(owner: QObject, milliseconds: int, run: Callable[[], object]) -> QTimer:
    """A timer that runs something once, so long after it was last started."""
    timer = QTimer(owner, singleShot=True, interval=milliseconds)
    timer.timeout.connect(run)
    return timer
