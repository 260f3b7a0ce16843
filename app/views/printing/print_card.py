"""How the printing goes: what is under way, how far it is and how long it takes; at the end, what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.asking.error_dialog import advice
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.printing.session import BatchSession
from app.views.printing.words import counts_words, invoices, progress_words
from app.views.running.handle import JobHandle
from app.views.widgets.basics import Button, ElidedLabel, Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, grows, row
from app.views.widgets.progress_row import ProgressBar


class PrintCard(QWidget):
    """In the place of the form while a batch is printed, and after it."""

    def __init__(self, theme: Theme, session: BatchSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._sign = IconSign(theme, Icon.PRINTING, tk.Ink.ACCENT, size=18)
        self._title = ElidedLabel(theme, size=tk.SECTION, weight=600)
        self.bar = ProgressBar(theme)
        self._time = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._counts = ElidedLabel(theme, align=Qt.AlignmentFlag.AlignRight)
        self.stop = Button(theme, "Stop after this chunk", icon=Icon.STOP, run=session.stop)
        self.open_folder = Button(theme, "Open folder", icon=Icon.FOLDER, run=session.open_folder)
        self.again = Button(theme, "Retry", icon=Icon.READ_AGAIN, kind="main", run=session.print_now)
        self._took_s = 0.0
        head = row(self._sign, grows(self._title), self.stop, self.open_folder, self.again, spacing=10)
        foot = row(grows(self._time, 3), at_top(self._counts, 2))
        column(head, self.bar, foot, ..., on=self, margins=(0, 4), spacing=8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        session.state_changed.connect(self.refresh)
        session.counts_changed.connect(self.refresh)
        session.setup_changed.connect(self._show_again)
        session.progressed.connect(self._show_progress)
        self.refresh()

    def refresh(self) -> None:
        """Show the session as it is."""
        session, counts = self._session, self._session.counts
        self.stop.setVisible(session.is_printing)
        self.stop.setEnabled(session.handle is None or not session.handle.is_stopping)
        self.open_folder.setVisible(not session.is_printing)
        self._show_again()
        if session.is_printing:
            self._sign.set(Icon.PRINTING, tk.Ink.ACCENT)
            if session.handle is not None:
                self._show_progress(session.handle)
            else:
                self._title.set_text("Printing")
        else:
            self._counts.set_text(counts_words(counts, self._theme.formatter) if counts is not None else "")
            self._show_end()

    def _show_again(self) -> None:
        """What is left to do: retry what failed, or go on where it was stopped."""
        session = self._session
        failed, waiting = session.not_printed()
        number = self._theme.formatter.number
        if waiting:
            left = waiting + failed
            self.again.setText(f"Print {invoices(left, self._theme.formatter)}" if session.printed_nothing else
                               f"Print the other {number(left)}")
        else:
            self.again.setText(f"Retry {number(failed)} failed" if failed else "Try again")
        self.again.offer(session.not_now())
        self.again.setVisible(self.offers_again and not session.is_printing)

    @property
    def offers_again(self) -> bool:
        """Whether something is left to print."""
        return any(self._session.not_printed()) or self._session.failure is not None

    def _show_progress(self, handle: JobHandle) -> None:
        formatter, progress = self._theme.formatter, handle.progress
        self._took_s = handle.elapsed_s()
        self._say(self._time_words(handle))
        if not progress.total:
            self._title.set_text("Looking what is there already")
            self.bar.set_share(0.0)
            return
        done, total = formatter.number(progress.done), formatter.number(progress.total)
        verb = "Writing the merged file" if progress.note == "merged file" else "Printing"
        self._title.set_text(f"{verb}, {done} of {total}" if progress.done else f"Getting ready to print {total}")
        self._counts.set_text(progress_words(progress, formatter))
        self.bar.set_share(progress.done / progress.total)
        self.stop.setEnabled(not handle.is_stopping)

    def _say(self, words: str, ink: str = tk.Ink.MUTED) -> None:
        self._time.setText(words)
        self._time.set_ink(ink)

    def _time_words(self, handle: JobHandle) -> str:
        formatter, left, took = self._theme.formatter, handle.left_s(), handle.elapsed_s()
        if handle.is_stopping:
            return "Stopping when the files under way are written."
        parts = [f"{formatter.duration(took)} so far"]
        if left is not None:
            parts.append(f"about {formatter.duration(left)} left")
            rate = handle.progress.done / took
            parts.append(f"{formatter.number(max(1, round(rate)))} a second")
        return ", ".join(parts)

    def _show_end(self) -> None:
        session = self._session
        if session.failure is not None:
            self._sign.set(Icon.ERROR, tk.Ink.BAD)
            self._title.set_text("Nothing was printed" if session.printed_nothing else "Not everything was printed")
            self._say(advice(session.failure), tk.Ink.BAD)
            return
        has_failures = session.report is not None and bool(session.report.failed)
        if session.was_stopped:
            self._sign.set(Icon.CANCELLED, tk.Ink.NEUTRAL)
        else:
            self._sign.set(Icon.WARNING if has_failures else Icon.GOOD, tk.Ink.WARN if has_failures else tk.Ink.GOOD)
        self._title.set_text(session.result())
        self.bar.set_share(self._share())
        self._say(self._end_words())

    def _share(self) -> float:
        counts = self._session.counts
        return (counts.printed + counts.failed) / counts.all if counts is not None and counts.all else 0.0

    def _end_words(self) -> str:
        parts = [f"Took {self._theme.formatter.duration(self._took_s)}."] if self._took_s else []
        counts = self._session.counts
        if counts is not None and counts.warned:
            parts.append(f"{self._theme.formatter.counted(counts.warned, 'invoice', 'invoices')} with a warning.")
        return " ".join(parts)
