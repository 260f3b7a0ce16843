"""One job among the jobs: what it does, how far it is, how long it will take, and how to stop it.

It appears after half a second, changes at most four times a second (the runner sees to it), and tells the time left
only after two seconds, rounded. Screen readers hear its beginning and its end, not every tick.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import JobCard, JobHandle, JobState
from app.views.widgets.basics import Button, ElidedLabel, LinkButton
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import Free, grows, holding, row
from app.views.widgets.painted import PaintedWidget

_SIGNS = {
    JobState.SUCCEEDED: (Icon.GOOD, tk.Ink.GOOD),
    JobState.FAILED: (Icon.ERROR, tk.Ink.BAD),
    JobState.CANCELLED: (Icon.CANCELLED, tk.Ink.NEUTRAL),
}


class ProgressBar(PaintedWidget):
    """A bar of 6 px; while the total is unknown it stays empty and the words tell how far the job is."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._share = 0.0
        self.setFixedHeight(10)
        self.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        if share != self._share:
            self._share = share
            self.setAccessibleName(f"{round(share * 100)} percent")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(210), 10)

    def paint(self, painter: QPainter) -> None:
        painting.draw_bar(painter, self.theme, self.rect(), self._share)


class ProgressRow(QWidget):
    """Follows one `JobHandle` with a card, from its start to its result in words."""

    ended = Signal()
    details_asked = Signal(object)  # JobHandle that failed

    def __init__(self, theme: Theme, handle: JobHandle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if handle.card is None:
            raise ValueError("a job without a card works unseen")
        self._theme = theme
        self._handle = handle
        self._card: JobCard = handle.card
        self._sign = IconSign(theme, self._card.icon, size=16)
        self._title = ElidedLabel(theme, self._card.title)
        self._bar = ProgressBar(theme)
        self._done = ElidedLabel(theme, "Waiting", size=tk.LABEL, ink=tk.Ink.TEXT)
        self._left = ElidedLabel(theme, "", size=tk.LABEL, ink=tk.Ink.MUTED)
        self._stop = Button(theme, self._card.stop_text)
        self._stop.setAccessibleName(f"{self._card.stop_text}: {self._card.title}")
        self._stop.clicked.connect(self._on_stop)
        self._link = LinkButton(theme, "")
        self._link.hide()
        self._link.clicked.connect(self._on_link)
        shares = {self._title: 30, self._bar: 22, self._done: 22, self._left: 14}
        for widget in shares:
            widget.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row(self._sign, *(grows(widget, share) for widget, share in shares.items()), Free(2),
            self._build_end(), on=self, margins=(tk.PAGE_MARGIN, 2), spacing=10)
        self.setAccessibleName(self._card.title)
        handle.started.connect(self._show_progress)
        handle.progressed.connect(self._show_progress)
        handle.finished.connect(self._show_end)
        if handle.is_over:
            self._show_end()
        elif handle.state is JobState.RUNNING:
            self._show_progress()

    def _build_end(self) -> QWidget:
        """Stop button or link in a room of one width, so that the columns of all rows line up."""
        end = holding(row(..., self._stop, self._link, spacing=10))
        end.setFixedWidth(max(self._theme.sizes.px(170), self._stop.sizeHint().width()))
        return end

    @property
    def handle(self) -> JobHandle:
        return self._handle

    def words(self) -> str:
        """What the row says beside its title."""
        return " ".join(part for part in (self._done.text, self._left.text) if part)

    def _show_progress(self, _progress: object = None) -> None:
        if self._handle.is_over:
            return
        formatter = self._theme.formatter
        progress = self._handle.progress
        if progress.total > 0:
            self._bar.set_share(progress.done / progress.total)
            unit = f" {self._card.unit}" if self._card.unit else ""
            text = f"{formatter.number(progress.done)} of {formatter.number(progress.total)}{unit}"
        else:
            text = f"{formatter.number(progress.done)} so far" if progress.done else "Working"
        self._done.set_text(f"{text}, {progress.note}" if progress.note else text)
        left = self._handle.left_s()
        if self._handle.is_stopping:
            self._left.set_text("stopping")
        else:
            self._left.set_text(f"about {formatter.duration(left)} left" if left is not None else "")

    def _show_end(self) -> None:
        handle = self._handle
        icon, ink = _SIGNS[handle.state]
        self._sign.set(icon, ink)
        self._bar.hide()
        self._stop.hide()
        took = self._theme.formatter.duration(handle.elapsed_s())
        if handle.state is JobState.SUCCEEDED:
            words = self._card.summary(handle.result) if self._card.summary is not None else "Done."
            self._show_link(self._card.report_text if self._card.open_report is not None else "")
        elif handle.state is JobState.CANCELLED:
            words = "Stopped. What was finished before stays."
        else:
            words = str(handle.error) or "It failed."
            self._show_link("Show details")
        self._done.set_text(words, tk.Ink.BAD if handle.state is JobState.FAILED else tk.Ink.MUTED)
        self._left.set_text(f"took {took}")
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretchFactor(self._done, 44)
        self.setAccessibleName(f"{self._card.title}. {words}")
        self.ended.emit()

    def _show_link(self, text: str) -> None:
        self._link.setText(text)
        self._link.setVisible(bool(text))

    def _on_stop(self) -> None:
        self._handle.cancel()
        self._stop.setEnabled(False)
        self._left.set_text("stopping")

    def _on_link(self) -> None:
        if self._handle.state is JobState.FAILED:
            self.details_asked.emit(self._handle)
        elif self._card.open_report is not None:
            partial(self._card.open_report, self._handle.result)()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.sizes.control + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.sizes.px(320), self._theme.sizes.control + 6)

    def hasHeightForWidth(self) -> bool:
        return False
