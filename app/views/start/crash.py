"""Nothing fails silently: native crashes, Python errors in slots and threads, and Qt's own messages are all written.

PySide hands an exception from a slot to `sys.excepthook` and goes on; here it reaches the log and, through the
callback, a dialog with *Copy details*.
"""

from __future__ import annotations

import faulthandler
import logging
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

log = logging.getLogger(__name__)
qt_log = logging.getLogger("qt")

_QT_LEVELS: Final = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_OFFSCREEN_NOISE: Final = "This plugin does not support propagateSizeHints()"


class CrashHandling(QObject):
    """Installed once at start; `error_caught` is said on the window's thread, whichever thread failed."""

    error_caught = Signal(object)  # BaseException
    _posted = Signal(object)

    def __init__(self, crash_file: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._posted.connect(self._on_posted, Qt.ConnectionType.QueuedConnection)
        self._previous: tuple[Callable[..., object], Callable[..., object]] | None = None
        crash_file.parent.mkdir(parents=True, exist_ok=True)
        # the file stays open as long as the process: the fault handler writes to its descriptor
        self._file = crash_file.open("a", encoding="utf-8")

    def install(self) -> None:
        """Take over the three hooks and Qt's messages."""
        faulthandler.enable(self._file, all_threads=True)
        self._previous = sys.excepthook, threading.excepthook
        sys.excepthook = self._on_error
        threading.excepthook = self._on_thread_error
        qInstallMessageHandler(write_qt_message)

    def uninstall(self) -> None:
        """Give all hooks back; for the end of the process and for tests."""
        if self._previous is not None:
            sys.excepthook, threading.excepthook = self._previous
            self._previous = None
        qInstallMessageHandler(None)
        faulthandler.disable()
        self._file.close()

    def _on_error(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("unhandled error", exc_info=(kind, error, trace))
        self._posted.emit(error)

    def _on_thread_error(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._on_error(args.exc_type, args.exc_value, args.exc_traceback)

    def _on_posted(self, error: BaseException) -> None:
        self.error_caught.emit(error)


def write_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:  # noqa: ARG001
    """Qt's messages go to the log, but for the one that the offscreen platform repeats at every window."""
    if message != _OFFSCREEN_NOISE:
        qt_log.log(_QT_LEVELS.get(kind, logging.WARNING), "%s", message)
