"""The band below the toolbar while the database does not answer, and shortly after it does again.

Its room is taken once, when the connection is lost, and given back when somebody has read that it is there again; a
try in between changes a few words and moves nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolBar, QWidget

from app.services.clock import local_now
from app.services.database.listening import Silence
from app.services.errors import ConnectionLost
from app.views.desk.own_powers import PowersHere
from app.views.desk.screen import Screen
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.elsewhere import Elsewhere
from app.views.running.pause import pause
from app.views.shell.main_window import MainWindow
from app.views.shell.parts import add_fixed_bar
from app.views.widgets.basics import ElidedLabel, LinkButton
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import grows, row
from app.views.widgets.painted import PaintedWidget

_HEIGHT: Final = 32
_COUNT_MS: Final = 1000
_READ_BY_MS: Final = 15_000
"""So long it says that the connection is back, where nothing waits to be saved."""


class ConnectionBand(PaintedWidget):
    """One line of words in the colour of a warning, with what can be done at its right."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        ink = f"on_{tk.Tone.WARN}"
        self._sign = IconSign(theme, Icon.WARNING, ink, size=16)
        self._head = ElidedLabel(theme, weight=600, ink=ink)
        self._text = ElidedLabel(theme, ink=ink)
        self._next = ElidedLabel(theme, ink=ink)
        self.try_now, self.details, self.show_waiting, self.close_band = (
            LinkButton(theme, text) for text in ("Try now", "Details", "Show it", "Close"))
        for label in (self._head, self._next):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row(self._sign, self._head, grows(self._text), self._next, self.try_now, self.details, self.show_waiting,
            self.close_band, on=self, margins=(16, 0, 12, 0), spacing=12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.on_theme_changed()

    @property
    def words(self) -> str:
        """All that it says."""
        return " ".join(filter(None, (self._head.text, self._text.text, self._next.text)))

    def show_lost(self, since: str) -> None:
        self._say(f"No answer from the database since {since}.",
                  "You can look, but not save; what you typed is kept.", Icon.WARNING)
        self._offer(self.try_now, self.details)

    def count(self, seconds: int) -> None:
        """Say when it is tried again; quietly, for it changes each second."""
        self._next.set_text(f"Next try in {seconds} s." if seconds > 0 else "Trying now.")

    def show_back(self, at: str, waiting: int) -> None:
        counted = self.theme.formatter.counted(waiting, "form waits", "forms wait")
        self._say(f"Connected again at {at}.",
                  f"Lists are fresh. {counted} to be saved." if waiting else "Lists are fresh.", Icon.GOOD)
        self._next.set_text("")
        self._offer(*((self.show_waiting,) if waiting else ()), self.close_band)

    def _say(self, head: str, text: str, icon: Icon) -> None:
        self._sign.set(icon, f"on_{tk.Tone.WARN}")
        self._head.set_text(head)
        self._text.set_text(text)
        self.setAccessibleName(head)
        self.setAccessibleDescription(text)

    def _offer(self, *buttons: LinkButton) -> None:
        for button in (self.try_now, self.details, self.show_waiting, self.close_band):
            button.setVisible(button in buttons)

    def on_theme_changed(self) -> None:
        self.setFixedHeight(self.theme.sizes.px(_HEIGHT))
        self.update()

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.tokens.soft(tk.Tone.WARN))


class ConnectionWatch(QObject):
    """Keeps one window in step with its connection: the band, the status bar, and what cannot be done meanwhile."""

    def __init__(self, theme: Theme, elsewhere: Elsewhere, window: MainWindow, powers: PowersHere,
                 now: Callable[[], datetime] = local_now) -> None:
        super().__init__(window)
        self._theme = theme
        self._elsewhere = elsewhere
        self._window = window
        self._powers = powers
        self._now = now
        self._band: ConnectionBand | None = None
        self._bar: QToolBar | None = None
        self._since = ""
        self._counting = QTimer(self, interval=_COUNT_MS)
        self._counting.timeout.connect(self._count)
        self._read = pause(self, _READ_BY_MS, self._hide)
        self._back_at = ""
        self._waiting: list[QWidget] = []
        """What waited when the connection came back, and waits still: dialogs first."""
        self._looking = QTimer(self, interval=_COUNT_MS)
        self._looking.timeout.connect(self._look_what_waits)
        elsewhere.lost.connect(self._on_lost)
        elsewhere.back.connect(self._on_back)

    @property
    def band(self) -> ConnectionBand | None:
        """The band; None until it was needed for the first time."""
        return self._band

    def _on_lost(self, silence: Silence) -> None:
        if not self._since:
            self._since = self._theme.formatter.time(self._now())
            self._read.stop()
            self._looking.stop()
            self._shown_band().show_lost(self._since)
            self._window.set_saved("Not connected", is_good=False)
            self._powers.forbid_writing(f"must wait, for the database has not answered since {self._since}")
            self._counting.start()
        del silence
        self._count()

    def _count(self) -> None:
        silence = self._elsewhere.silence
        if silence is not None and self._band is not None:
            self._band.count(max(0, round(silence.next_try_at - time.monotonic())))

    def _on_back(self) -> None:
        if not self._since:
            return
        self._since = ""
        self._counting.stop()
        self._powers.forbid_writing("")
        self._window.set_saved()
        self._back_at = self._theme.formatter.time(self._now())
        self._waiting = self._unsaved()
        self._looking.start()
        self._say_back()

    def _say_back(self) -> None:
        self._shown_band().show_back(self._back_at, len(self._waiting))
        if not self._waiting:
            self._looking.stop()
            self._read.start()

    # --- what waits ---

    def _look_what_waits(self) -> None:
        """Say anew how many wait when one of them was saved or given up; what is typed later is another matter."""
        now = self._unsaved()
        waiting = [widget for widget in now if any(widget is former for former in self._waiting)]
        if len(waiting) != len(self._waiting):
            self._waiting = waiting
            self._say_back()

    def _unsaved(self) -> list[QWidget]:
        return [*self._open_forms(), *self._unsaved_screens()]

    def _open_forms(self) -> list[QWidget]:
        from app.views.asking.form_dialog import FormDialog  # the start does without them
        from app.views.asking.wizard import Wizard

        return [widget for widget in QApplication.topLevelWidgets()
                if isinstance(widget, FormDialog | Wizard) and widget.isVisible() and self._is_ours(widget)]

    def _is_ours(self, dialog: QWidget) -> bool:
        parent = dialog.parentWidget()
        return parent is not None and parent.window() is self._window

    def _unsaved_screens(self) -> Sequence[Screen]:
        return [screen for screen in self._window.tabs.screens if screen.unsaved_text()]

    def _show_waiting(self) -> None:
        self._look_what_waits()
        first = self._waiting[0] if self._waiting else None
        if isinstance(first, Screen):
            self._window.go(first.target)
            self._window.tabs.focus_screen(first)
        elif first is not None:
            first.raise_()
            first.activateWindow()
        self._hide()

    def _show_details(self) -> None:
        silence = self._elsewhere.silence
        if silence is not None:
            problem = silence.problem
            details = problem.details if isinstance(problem, ConnectionLost) else ""
            self._window.errors.show(problem, title="The database does not answer", operation=details,
                                     what_is_safe="What you typed is kept.")

    # --- the band ---

    def _shown_band(self) -> ConnectionBand:
        if self._band is None or self._bar is None:
            self._band = band = ConnectionBand(self._theme, self._window)
            band.try_now.clicked.connect(self._elsewhere.try_now)
            band.details.clicked.connect(self._show_details)
            band.show_waiting.clicked.connect(self._show_waiting)
            band.close_band.clicked.connect(self._hide)
            self._window.addToolBarBreak(Qt.ToolBarArea.TopToolBarArea)
            self._bar = add_fixed_bar(self._window, "Connection", band, Qt.ToolBarArea.TopToolBarArea)
        self._bar.show()
        return self._band

    def _hide(self) -> None:
        if self._bar is not None and not self._since:
            self._looking.stop()
            self._bar.hide()
