"""The lower end of a scan: what to know before one applies it, the verb, and progress in the place of the verb."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.services.errors import LeaseHeld
from app.views.asking.error_dialog import advice
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import JobHandle
from app.views.suspension.session import ScanSession, ScanState
from app.views.suspension.words import moment_words
from app.views.widgets.basics import Button, ElidedLabel, Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, grows, holding, row, stacked
from app.views.widgets.progress_row import ProgressBar

_LOOK_EVERY_MS: Final = 2000


@dataclass(frozen=True, slots=True)
class Message:
    """What stands above the verb."""

    text: str
    icon: Icon
    ink: str


class ScanFoot(QWidget):
    """Verb and second button; while a job runs, its progress and *Stop* stand in the same room."""

    def __init__(self, theme: Theme, session: ScanSession, parent: QWidget | None = None, *, previews: bool = False
                 ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._previews = previews
        self._sign = IconSign(theme, Icon.INFO, tk.Ink.MUTED, size=16)
        self._message = Label(theme, wraps=True)
        self.verb = Button(theme, "Suspend and restore", icon=Icon.SUSPENSION, kind="danger", tall=True,
                           run=session.apply_now)
        self.second = Button(theme, "Preview scan" if previews else "Discard preview",
                             icon=Icon.READ_AGAIN if previews else None,
                             run=session.preview_now if previews else session.discard)
        self.bar = ProgressBar(theme)
        self.done = ElidedLabel(theme, size=tk.LABEL)
        self.left = ElidedLabel(theme, size=tk.LABEL, ink=tk.Ink.MUTED, align=Qt.AlignmentFlag.AlignRight)
        self.stop = Button(theme, "Stop", icon=Icon.STOP, run=session.stop)
        self._buttons = column(self.verb, self.second, spacing=8)
        words = row(grows(self.done, 2), grows(self.left), spacing=4)
        self._stack = stacked(holding(self._buttons), holding(column(words, self.bar, ..., self.stop, spacing=4)))
        line = row(at_top(self._sign), at_top(self._message, 1))
        self._box = column(grows(line), self._stack, on=self, spacing=10)
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_EVERY_MS)
        self._watch.timeout.connect(session.look_who_scans)
        self._connect()
        self.refresh()

    def set_flat(self, *, flat: bool) -> None:
        """Words and buttons side by side, for where there is more width than height."""
        direction = QBoxLayout.Direction
        for box in (self._box, self._buttons):
            box.setDirection(direction.LeftToRight if flat else direction.TopToBottom)
        self._stack.setMaximumWidth(self._theme.sizes.px(400) if flat else 16_777_215)

    def _connect(self) -> None:
        session = self._session
        session.state_changed.connect(self.refresh)
        session.question.changed.connect(self.refresh)
        session.question.choices_changed.connect(self.refresh)
        session.ticks_changed.connect(self.refresh)
        session.brake.changed.connect(self.refresh)
        session.progressed.connect(self._show_progress)

    # --- showing ---

    def refresh(self) -> None:
        """Show the session as it is."""
        session, had_focus = self._session, self._has_keyboard()
        self._stack.setCurrentIndex(1 if session.is_busy else 0)
        refusal = session.refusal()
        self.verb.setVisible(not session.is_held_back)
        self.verb.setText(session.verb())
        self.verb.setEnabled(not refusal and not session.is_busy)
        self.verb.setToolTip(refusal or "Ctrl+Enter")
        self.verb.setAccessibleDescription(refusal)
        self._show_second()
        self._show_message(self._words(refusal))
        if session.is_busy:
            self._show_busy()
        if had_focus and self.isVisible():
            (self.stop if session.is_busy else self.verb if self.verb.isEnabled() else self.second).setFocus()
        self._watch_others()

    def _has_keyboard(self) -> bool:
        """Asks the window: a widget of its own remembers which child had the keyboard once."""
        focus = self.window().focusWidget()
        return focus is not None and self._stack.isAncestorOf(focus)

    def _show_second(self) -> None:
        session = self._session
        if self._previews:
            again = session.preview is not None and session.asks_as_shown
            self.second.setText("Preview again" if again else "Preview scan")
            self.second.setEnabled(bool(session.question.choices))
            self.second.set_kind("" if session.preview is not None and not session.refusal() else "main")
        else:
            self.second.setEnabled(session.preview is not None)

    def _show_message(self, message: Message | None) -> None:
        self._sign.setVisible(message is not None)
        self._message.setVisible(message is not None)
        if message is not None:
            self._sign.set(message.icon, message.ink)
            self._message.setText(message.text)
            self._message.set_ink(message.ink if message.ink != tk.Ink.GOOD else tk.Ink.TEXT)

    def _words(self, refusal: str) -> Message | None:
        session = self._session
        if session.is_busy or session.is_held_back:  # the panel of the brake says it, where the verb stood
            return self._busy_words() if session.is_busy else None
        if session.failure is not None:
            return self._failure_words(session.failure)
        if session.state is ScanState.APPLIED:
            return Message(session.result, Icon.GOOD, tk.Ink.GOOD)
        if session.is_stale:
            return Message("Something was changed since this preview; its rows stay as they were judged. Preview "
                           "again to see it. What is applied is judged anew in any case.", Icon.WARNING, tk.Ink.WARN)
        if refusal:
            return Message(refusal, Icon.INFO, tk.Ink.MUTED)
        return self._waiting_words()

    def _busy_words(self) -> Message:
        if self._session.state is ScanState.APPLYING:
            return Message("Each chunk is committed as a whole. What is committed stays when you stop.", Icon.INFO,
                           tk.Ink.MUTED)
        return Message("A preview changes nothing.", Icon.INFO, tk.Ink.MUTED)

    def _failure_words(self, failure: BaseException) -> Message:
        if isinstance(failure, LeaseHeld):
            running = self._session.running
            if not running:
                return Message("The other scan has ended. Preview again, then apply.", Icon.GOOD, tk.Ink.GOOD)
            return Message(" ".join(self._running_words(scan.provider, scan.owner, scan.done, scan.total)
                                    for scan in running)
                           + " Nothing was changed here. You can watch, or start when it ends.",
                           Icon.HOURGLASS, tk.Ink.WARN)
        return Message(advice(failure), Icon.ERROR, tk.Ink.BAD)

    def _running_words(self, provider: str, owner: str, done: int, total: int) -> str:
        words = ("{provider} is being scanned by {owner}, {percent} %." if total else
                 "{provider} is being scanned by {owner}.")
        return words.format(provider=provider, owner=owner, percent=done * 100 // (total or 1))

    def _waiting_words(self) -> Message | None:
        preview, formatter = self._session.preview, self._theme.formatter
        if preview is None or preview.first_opening is None:
            return None
        count = formatter.counted(preview.waiting, "proposal waits", "proposals wait")
        first = moment_words(preview.first_opening, formatter)
        why = "for the window of the rule set, or since it was restored by hand"
        return Message(f"{count} until {first}, {why}.", Icon.CLOCK, tk.Ink.MUTED)

    def _show_busy(self) -> None:
        is_applying = self._session.state is ScanState.APPLYING
        self.stop.setText("Stop after this chunk" if is_applying else "Stop")
        self.stop.setEnabled(True)
        self.bar.set_share(0.0)
        self.done.set_text("Applying" if is_applying else "Judging")
        self.left.set_text("")
        if self._session.handle is not None:
            self._show_progress(self._session.handle)

    def _show_progress(self, handle: JobHandle) -> None:
        formatter, progress = self._theme.formatter, handle.progress
        verb = "Applied" if self._session.state is ScanState.APPLYING else "Judged"
        if progress.total:
            self.bar.set_share(progress.done / progress.total)
            self.done.set_text(f"{verb} {formatter.number(progress.done)} of {formatter.number(progress.total)}")
        left = handle.left_s()
        if handle.is_stopping:
            self.left.set_text("stopping")
            self.stop.setEnabled(False)
        else:
            self.left.set_text(f"about {formatter.duration(left)} left" if left is not None else "")

    def _watch_others(self) -> None:
        """While somebody else's scan is in the way, look every other second how far it is."""
        wanted = isinstance(self._session.failure, LeaseHeld) and bool(self._session.running)
        if wanted and not self._watch.isActive():
            self._watch.start()
        elif not wanted:
            self._watch.stop()
