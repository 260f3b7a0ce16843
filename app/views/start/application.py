"""The application object: one a process, named so that settings find their place."""

from __future__ import annotations

import sys

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

APP_NAME = "bursar"
HAND_OVER_S = 0.0005
"""After so long a job's thread hands the interpreter to the window's; Python's own 5 ms add up within one click."""


def make_application() -> QApplication:
    """The application, made at the first call.

    It never quits on its own: closing the last dialog would end the event loop under a running coroutine.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    if QLocale().language() == QLocale.Language.C:
        # A system without a locale would write 4887.50 where people read 4,887.50.
        QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    sys.setswitchinterval(HAND_OVER_S)
    app.setOrganizationName(APP_NAME)
    app.setApplicationName(APP_NAME)
    app.setApplicationDisplayName("Bursar")
    app.setQuitOnLastWindowClosed(False)
    return app
