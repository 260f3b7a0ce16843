"""The jobs: running first, then finished with their result in words. One line high, or open.

A job appears after half a second, or when it ends sooner, with its result. The line is always there, so nothing moves
when a job begins.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import JobHandle
from app.views.running.runner import Runner
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Label, Panel
from app.views.widgets.layout import column, grows, holding, row, scrolling
from app.views.widgets.progress_row import ProgressRow

_APPEARS_AFTER_MS = 500
_FINISHED_KEPT = 20
OPEN_HEIGHT = 146


class JobsPanel(Panel):
    """Follows the runner's jobs that have a card."""

    folded_changed = Signal(bool)  # True when only the line is shown
    details_asked = Signal(object)  # JobHandle that failed

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fill="raised")
        self._theme = theme
        self._rows: list[ProgressRow] = []
        self._is_folded = False
        self._badge = Badge(theme, "1 running", tk.Tone.INFO)
        self._quiet = Label(theme, "Nothing is running.", ink=tk.Ink.MUTED, size=tk.LABEL)
        self._fold = QToolButton(self)
        self._fold.setAutoRaise(True)
        self._fold.clicked.connect(self.toggle)
        self._top = QWidget(self)
        row(Label(theme, "Jobs", weight=600), self._badge, self._quiet, ..., self._fold, on=self._top,
            margins=(tk.PAGE_MARGIN, 0, 12, 0), spacing=12)
        self._hint = Label(theme, "Scans, prints and imports are listed here while they work, and their results stay.",
                           ink=tk.Ink.MUTED)
        self._hint.setContentsMargins(tk.PAGE_MARGIN, 2, tk.PAGE_MARGIN, 0)
        self._column = column(self._hint, ..., margins=(0, 0, 0, 4), spacing=2)
        self._list = holding(self._column)
        self._scroll = scrolling(self._list, name="Jobs", sideways=True)
        column(self._top, grows(self._scroll), on=self)
        self.setAccessibleName("Jobs")
        runner.job_added.connect(self._on_job)
        self._update_words()
        self.on_theme_changed()

    @property
    def is_folded(self) -> bool:
        return self._is_folded

    @property
    def rows(self) -> tuple[ProgressRow, ...]:
        return tuple(self._rows)

    def line_height(self) -> int:
        return self._theme.sizes.px(34)

    def set_folded(self, *, folded: bool) -> None:
        """One line, or open; the owner of the panel gives it the height."""
        if folded != self._is_folded:
            self._is_folded = folded
            self.on_theme_changed()
            self.folded_changed.emit(folded)

    def toggle(self) -> None:
        self.set_folded(folded=not self._is_folded)

    def focus_first(self) -> None:
        self._fold.setFocus()

    def on_theme_changed(self) -> None:
        folded = self._is_folded
        self._top.setFixedHeight(self.line_height())
        self._scroll.setVisible(not folded)
        self.setMinimumHeight(self.line_height() + (0 if folded else self._theme.sizes.px(60)))
        self.setMaximumHeight(self.line_height() if folded else 16_777_215)
        caret = Icon.CARET_UP if folded else Icon.CARET_DOWN
        side = self._theme.sizes.icon
        self._fold.setIconSize(QSize(side, side))
        self._fold.setIcon(self._theme.icons.icon(caret, tk.Ink.MUTED, side))
        name = "Show the jobs (Ctrl+J)" if folded else "Fold the jobs to one line (Ctrl+J)"
        self._fold.setAccessibleName(name.partition(" (")[0])
        self._fold.setToolTip(name)
        self.update()

    def _on_job(self, handle: JobHandle) -> None:
        timer = QTimer(handle)
        timer.setSingleShot(True)
        timer.timeout.connect(partial(self._show, handle))
        handle.finished.connect(partial(self._on_finished_early, timer, handle))
        timer.start(_APPEARS_AFTER_MS)

    def _on_finished_early(self, timer: QTimer, handle: JobHandle) -> None:
        if timer.isActive():
            timer.stop()
            self._show(handle)

    def _show(self, handle: JobHandle) -> None:
        row = ProgressRow(self._theme, handle, self._list)
        row.ended.connect(self._on_ended)
        row.details_asked.connect(self.details_asked)
        self._rows.insert(0, row)
        self._hint.hide()
        self._sort()

    def _on_ended(self) -> None:
        self._sort()

    def _sort(self) -> None:
        """Running first, then the newest finished; the oldest finished leave."""
        running = [row for row in self._rows if not row.handle.is_over]
        finished = [row for row in self._rows if row.handle.is_over]
        finished.sort(key=lambda row: row.handle.ended_at or 0.0, reverse=True)
        for old in finished[_FINISHED_KEPT:]:
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._rows = [*running, *finished[:_FINISHED_KEPT]]
        for place, shown in enumerate(self._rows):
            if self._column.indexOf(shown) != place + 1:
                self._column.removeWidget(shown)
                self._column.insertWidget(place + 1, shown)
        self._update_words()

    def _update_words(self) -> None:
        running = sum(not row.handle.is_over for row in self._rows)
        self._badge.set(f"{running} running", tk.Tone.INFO)
        self._badge.setVisible(bool(running))
        self._quiet.setVisible(not running)
