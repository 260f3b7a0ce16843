"""A run that the safety brake stopped: figures, limit, who may approve it, and the place to do so with a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.scans.approval_sheet import WaitingStop
from app.services.scans.stops import StopRow
from app.services.wording import listed
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.suspension.session import ScanSession
from app.views.suspension.words import verb_text
from app.views.widgets.basics import AskingPanel, Button, Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, grows, row

_TICK_MS: Final = 1000
_EDGE: Final = 2
_LONGEST_REASON: Final = 400


class BrakePanel(AskingPanel):
    """Hidden while nothing waits. It stands where *Apply* stood, which is gone as long as a stop of today waits.

    `left` says that it went while the keyboard was in it, which would come to rest on *Apply* otherwise.
    """

    left = Signal()

    def __init__(self, theme: Theme, session: ScanSession, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fill="surface")
        self._session = session
        self._shown = 0
        self._title = Label(theme, "Stopped before anything changed.", weight=600, wraps=True)
        self._figures = Label(theme, wraps=True)
        self._started = Label(theme, ink=tk.Ink.MUTED, size=tk.LABEL, wraps=True)
        self._who = Label(theme, wraps=True)
        self.reason = QLineEdit()
        self.reason.setAccessibleName("Reason for the decision")
        self.reason.setPlaceholderText("Why, for colleagues")
        self.reason.setMaxLength(_LONGEST_REASON)
        self.approve = Button(theme, "Approve", kind="danger", icon=Icon.SUSPENSION, run=self._approve)
        self.dismiss = Button(theme, "Do not apply it", run=self._dismiss)
        self._refusal = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        column(row(at_top(IconSign(theme, Icon.SUSPENDED, tk.Ink.BAD, size=16)), grows(self._title)), self._figures,
               self._started, self._who, self.reason, self.approve, self.dismiss, self._refusal,
               on=self, margins=(14, 12, 14, 12), spacing=6)
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._show_buttons)
        self.reason.textChanged.connect(self._show_buttons)
        self.reason.returnPressed.connect(self.approve.click)
        session.brake.changed.connect(self.refresh)
        session.state_changed.connect(self._show_buttons)
        session.decided.connect(self._on_decided)
        self.setAccessibleName("What the safety brake stopped")
        self.refresh()

    def refresh(self) -> None:
        """Show the stop that waits, if one does."""
        waiting = self._session.brake.first
        focused = self.window().focusWidget()
        had_keyboard = focused is not None and self.isAncestorOf(focused)
        self.setVisible(waiting is not None)
        if waiting is None:
            self._clock.stop()
            self._shown = 0
            if had_keyboard:
                self.left.emit()
            return
        stop, formatter = waiting.stop, self.theme.formatter
        if stop.id != self._shown:
            self._shown = stop.id
            self.reason.clear()
            self._refusal.hide()
        self._figures.setText(figure_words(stop, formatter))
        self._started.setText(self._started_words(stop))
        self.setAccessibleDescription(f"{self._figures.text()} {self._started.text()}")
        may_decide = not waiting.approval.refusal
        self.reason.setVisible(may_decide)
        self.approve.setVisible(may_decide)
        self.dismiss.setVisible(may_decide)
        self.approve.setText(verb_text(stop.figures.to_suspend, stop.figures.to_restore, formatter))
        if self._session.brake.left_s():
            self._clock.start()
        self._show_buttons()

    def _started_words(self, stop: StopRow) -> str:
        formatter = self.theme.formatter
        words = (f"{stop.provider_name}, for {formatter.day(stop.as_of, weekday=True)}, started by {stop.started_by} "
                 f"at {formatter.time(stop.stopped_at, stop.zone)}.")
        others = len(self._session.brake.stops) - 1
        if others:
            words += f" {formatter.counted(others, 'more stop waits', 'more stops wait')}."
        return words

    def _show_buttons(self) -> None:
        """Say who may decide, and let them once the wait is over and a reason stands there."""
        waiting, left = self._session.brake.first, self._session.brake.left_s()
        if waiting is None:
            return
        if not left:
            self._clock.stop()
        self._who.setText(who_words(waiting, left, self.theme.formatter))
        why = "A scan is at work." if self._session.is_busy else ""
        if not why and not self.reason.text().strip():
            why = "Write a reason, so that colleagues know why."
        self.dismiss.offer(why)
        if left:
            why = f"You may approve it yourself in {self.theme.formatter.duration(left)}."
        self.approve.offer(why)

    def _approve(self) -> None:
        waiting = self._session.brake.first
        if waiting is not None:
            self._refusal.hide()
            self._session.approve(waiting.stop, self.reason.text())

    def _dismiss(self) -> None:
        waiting = self._session.brake.first
        if waiting is not None:
            self._refusal.hide()
            self._session.dismiss(waiting.stop, self.reason.text())

    def _on_decided(self, error: object) -> None:
        if isinstance(error, BaseException):
            self._refusal.setText(f"{in_words(error)} Nothing was changed; what you typed is kept.")
            self._refusal.show()

    def paint(self, painter: QPainter) -> None:
        super().paint(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.theme.tokens.bad, _EDGE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)


def figure_words(stop: StopRow, formatter: Formatter) -> str:
    """What would have changed, as a share, and the limit: "96 of 812 accounts would be suspended, 11.8 %; …"."""
    figures = stop.figures
    share = formatter.percent(Decimal(100) * figures.changes / figures.judged if figures.judged else Decimal(0))
    judged, suspend = formatter.counted(figures.judged, "account", "accounts"), formatter.number(figures.to_suspend)
    restore, limit = formatter.number(figures.to_restore), f"{stop.limit_words[:1].upper()}{stop.limit_words[1:]}."
    if figures.to_suspend and figures.to_restore:
        return f"Of {judged} {suspend} would be suspended and {restore} restored, {share}. {limit}"
    if figures.to_restore:
        return f"Of {judged} {restore} would be restored, {share}. {limit}"
    return f"Of {judged} {suspend} would be suspended, {share}. {limit}"


def who_words(waiting: WaitingStop, left_s: int, formatter: Formatter) -> str:
    """Who may let it go on, and from when."""
    approval, others = waiting.approval, listed(waiting.approval.approvers)
    if approval.refusal:
        return f"{approval.refusal} {others} may." if others else approval.refusal
    if approval.alone and left_s:
        return ("There is nobody else who could approve it. You may do so yourself, with a reason, in "
                f"{formatter.duration(left_s)}.")
    if approval.alone:
        return "There is nobody else who could approve it, so you may do so yourself, with a reason."
    return f"Somebody else started it, so you may approve it; {others} may as well." if others else (
        "Somebody else started it, so you may approve it.")
