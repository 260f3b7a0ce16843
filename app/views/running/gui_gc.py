"""Python's cyclic garbage collector, run on the window's thread only.

Automatic collection happens in whichever thread allocates. A worker that collects a cycle holding Qt wrappers destroys
their C++ objects in the wrong thread, which ends in "Timers cannot be stopped from another thread" or a crash. Memory
freed by reference counts is not affected, so turning automatic collection off does not make it grow. The full
collection, which may take tens of milliseconds, waits until nobody has typed or clicked for two seconds. A start makes
a lot and drops little of it, so the first look is later than that of every second after it.
"""

from __future__ import annotations

import gc
import time
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QWindow

_QUIET_S: Final = 2.0
_START_MS: Final = 5000
_INPUT: Final = frozenset({
    QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.Wheel,
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate,
})


class GuiGarbageCollector(QObject):
    """Collects by timer; exists once, from the start of the application to its end."""

    def __init__(self, parent: QObject | None = None, interval_ms: int = 1000) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        self._last_input = 0.0
        gc.disable()
        gc.freeze()  # what start-up made stays for good, so no later collection need look at it
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.check)
        self._timer.timeout.connect(partial(self._timer.setInterval, interval_ms))
        self._timer.start(max(interval_ms, _START_MS))

    def watch(self, window: QWindow) -> None:
        """Count what happens in this window as input; one filter per window, none for the whole application."""
        window.installEventFilter(self)

    def check(self) -> None:
        """Collect the generations whose thresholds are passed, the oldest only while all is quiet."""
        young, middle, old = gc.get_count()
        young_limit, middle_limit, old_limit = self._thresholds
        if young <= young_limit:
            return
        is_quiet = time.monotonic() - self._last_input > _QUIET_S
        if old > old_limit and middle > middle_limit and is_quiet:
            gc.collect(2)
        else:
            gc.collect(1 if middle > middle_limit else 0)

    def stop(self) -> None:
        """Give the collector back to Python; call on the window's thread, after all workers ended."""
        self._timer.stop()
        gc.enable()
        gc.unfreeze()
        gc.collect()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002  Qt's signature
        if event.type() in _INPUT:
            self._last_input = time.monotonic()
        return False
