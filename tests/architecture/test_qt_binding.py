"""The Qt binding keeps the reference counts of Python's constants: a release that does not is deadly, but slowly."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Calls of several kinds that return nothing; each must leave the count of None where it was.
_PROBE = """
import gc, sys
from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QLabel

class Painted(QLabel):
    def paintEvent(self, event):
        pass
    def event(self, event):
        return super().event(event)

class Sender(QObject):
    sent = Signal(object)

app = QApplication([])
label, sender, heard = Painted("x"), Sender(), []
label.show()
sender.sent.connect(lambda value: heard.append(value) if len(heard) < 1 else None)

def exercise(times):
    for number in range(times):
        label.setText(str(number)); label.setEnabled(True); label.update(); label.repaint()
        sender.sent.emit(None); label.setProperty("a", None); label.parentWidget()
        QTimer.singleShot(0, lambda: None)
        app.sendEvent(label, QEvent(QEvent.Type.User))
        app.processEvents()

exercise(10)
constants = (None, True, False)
gc.collect(); before = [sys.getrefcount(constant) for constant in constants]
exercise(500)
gc.collect(); after = [sys.getrefcount(constant) for constant in constants]
print(max(abs(b - a) for a, b in zip(before, after)))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the constants cannot die there, whatever their counts show")
def test_void_calls_leave_the_constants_alone() -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    result = subprocess.run(
        [sys.executable, "-c", _PROBE], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) < 100, "one reference in five calls is lost or leaked"
