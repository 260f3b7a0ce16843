"""Looks at a window that starts, from inside: when it was painted first, when its rows were, what it holds at rest.

Instants are of the monotonic clock, which all processes of a machine share; the parent knows when it began.
"""

from __future__ import annotations

import json
import time

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

LOOK_EVERY_MS = 5
ROWS_EVERY = 4
"""Looking for the table takes a while itself."""
REST_MS = 4000
"""So long after its rows a window is at rest."""
MIB = 2**20


class StartClock(QObject):
    """Prints one line of JSON when the window has come to rest, and ends the program where that is asked."""

    def __init__(self, app: QApplication, *, ends: bool) -> None:
        super().__init__(app)
        self._app = app
        self._ends = ends
        self._name = ""
        self._window: QMainWindow | None = None
        self._watched: QTableView | None = None
        self._painted_ns = 0
        self._rows_ns = 0
        self._painted_cpu_s = 0.0
        self._rows_cpu_s = 0.0
        self._late_ms = 0.0
        self._last_ns = 0
        self._looks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def watch_window(self, window: QMainWindow) -> None:
        """Wait until this window is painted.

        Its events alone are looked at: those of the whole application bring up objects that PySide does not know,
        for which it makes the classes of all that Qt has (2 MiB).
        """
        self._window = window
        window.installEventFilter(self)

    def watch_rows(self, name: str) -> None:
        """Wait for rows in the table of this accessible name; it need not be there yet."""
        self._name = name

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._painted_ns:
            if event.type() == QEvent.Type.Paint:
                self._painted_ns = -1
                QTimer.singleShot(0, self._on_painted)  # once what was painted is handed to the screen
        elif self._watched is not None and watched is self._watched.viewport() and event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._on_rows)
            watched.removeEventFilter(self)
        return False

    def _on_painted(self) -> None:
        self._painted_ns, self._painted_cpu_s = time.monotonic_ns(), time.process_time()
        assert self._window is not None
        self._window.removeEventFilter(self)
        self._timer.start()

    def _look(self) -> None:
        now = time.monotonic_ns()
        if self._last_ns:
            self._late_ms = max(self._late_ms, (now - self._last_ns) / 1e6 - LOOK_EVERY_MS)
        self._last_ns = now
        self._looks += 1
        if self._watched is None and self._looks % ROWS_EVERY == 0:
            self._watched = self._filled_table()
            if self._watched is not None:
                self._watched.viewport().installEventFilter(self)
                self._watched.viewport().update()

    def _filled_table(self) -> QTableView | None:
        assert self._window is not None
        tables = [table for table in self._window.findChildren(QTableView)
                  if table.accessibleName() == self._name and table.isVisible()]
        return next((table for table in tables if table.model().index(0, 0).data()), None)

    def _on_rows(self) -> None:
        if not self._rows_ns:
            self._rows_ns, self._rows_cpu_s = time.monotonic_ns(), time.process_time()
            QTimer.singleShot(REST_MS, self._on_rest)

    def _on_rest(self) -> None:
        import psutil  # not before: it would count as a part of the start

        self._timer.stop()
        memory = psutil.Process().memory_info().rss
        print(json.dumps({"painted_ns": self._painted_ns, "rows_ns": self._rows_ns,
                          "painted_cpu_s": self._painted_cpu_s, "rows_cpu_s": self._rows_cpu_s,
                          "late_ms": self._late_ms, "rest_mib": memory / MIB}), flush=True)
        if self._ends:
            self._app.quit()
