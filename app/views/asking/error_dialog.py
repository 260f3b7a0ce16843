"""Errors in words: what did not happen, why, what to do, what is safe; with details for support, secrets removed.

`describe` turns any exception into a report. Business errors bring their own sentence; the environment's fault says
what to do; everything else is ours and says so without blame. The dialog is opened, never executed.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.services.errors import BursarError, Cancelled, InputRejected, LeaseHeld, RefusedByRule
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label
from app.views.widgets.layout import Free, at_top, column, grows, row
from app.views.widgets.painted import PaintedWidget

_KEPT_BACK: Final = r"(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|authorization)"
_SECRETS: Final = (
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s@]*@"), r"\1:•••@"),
    (re.compile(rf"(?i)({_KEPT_BACK}\w*[\"']?\s*[=:]\s*)(?:bearer\s+|basic\s+)?"
                r"(\"[^\"]*\"|'[^']*'|[^\s,;)}&]+)"), r"\1•••"),
)


def without_secrets(text: str) -> str:
    """The text with passwords, tokens and keys replaced by dots."""
    for pattern, instead in _SECRETS:
        text = pattern.sub(instead, text)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """What the dialog says; empty parts are left out."""

    title: str
    """What did not happen: "The payment was not posted"."""
    subject: str = ""
    """About what: "Received from Acme Pty Ltd, 112.50 AUD, on 2 Jul 2025"."""
    why: str = ""
    what_to_do: str = ""
    what_is_safe: str = ""
    details: str = ""
    tone: tk.Tone = tk.Tone.BAD


def describe(error: BaseException, *, title: str, subject: str = "", operation: str = "", database: str = "",
             what_is_safe: str = "Nothing was written.", now: datetime | None = None) -> ErrorReport:
    """A report of any exception. `operation` and `database` go to the details only, without their secrets."""
    why, what_to_do = _in_words(error)
    tone = tk.Tone.WARN if isinstance(error, RefusedByRule | InputRejected | LeaseHeld | Cancelled) else tk.Tone.BAD
    moment = now or datetime.now().astimezone()
    head = "   ".join(part for part in (f"{moment:%Y-%m-%d %H:%M:%S %z}", f"Bursar {__version__}", database) if part)
    python = f"Python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}, {sys.platform}"
    trace = "".join(traceback.format_exception(error))
    details = "\n".join(part for part in (head, python, operation, "", trace) if part or part == "")
    return ErrorReport(title=title, subject=subject, why=without_secrets(why), what_to_do=what_to_do,
                       what_is_safe=what_is_safe, details=without_secrets(details), tone=tone)


def _in_words(error: BaseException) -> tuple[str, str]:
    """Why, and what to do."""
    match error:
        case InputRejected() if error.rows:
            first = error.rows[0]
            place = f"Row {first.row}, {first.field}: {first.message}"
            return f"{error} {place}", "Correct what is named and try again."
        case LeaseHeld():
            return str(error), "Wait until it ends, then try again."
        case BursarError():
            return str(error), ""
        case OSError():
            return (f"The system refused: {error.strerror or error}.",
                    "Look whether the folder exists, is not full and may be written to.")
    return ("This is a mistake in the program, not in what you did.",
            "Try again. If it happens again, copy the details and send them to support.")


class ErrorDialog(Dialog):
    """Shows one report; accepted by *Try again*, rejected by *Close*."""

    def __init__(self, report: ErrorReport, theme: Theme, parent: QWidget | None = None, *,
                 can_retry: bool = False) -> None:
        super().__init__(report.title, parent)
        self.setAccessibleDescription(" ".join(p for p in (report.why, report.what_to_do, report.what_is_safe) if p))
        self._report = report
        self._theme = theme
        column(grows(self._build_body()), HorizontalRule(theme), self._build_buttons(can_retry=can_retry), on=self)
        self.setMinimumWidth(theme.sizes.px(560))
        self.adjustSize()

    @property
    def report(self) -> ErrorReport:
        return self._report

    def _build_body(self) -> QHBoxLayout:
        report = self._report
        self._folder = self._build_details()
        words = column(
            self._text(report.title, tk.TITLE, 600),
            self._text(report.subject, tk.BODY, 400, ink=tk.Ink.MUTED) if report.subject else None,
            12, self._build_answers(), 12, grows(self._folder), Free(0), spacing=4)
        return row(at_top(_Sign(self._theme, report.tone, self)), grows(words), margins=(24, 24, 24, 20), spacing=16)

    def _build_answers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for name, text in (("Why", self._report.why), ("What to do", self._report.what_to_do),
                           ("What is safe", self._report.what_is_safe)):
            if text:
                place = grid.rowCount()
                grid.addWidget(self._text(name, tk.BODY, 600), place, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(self._text(text, tk.BODY, 400, selectable=True), place, 1)
        return grid

    def _build_details(self) -> QFrame:
        frame = QFrame(self)
        frame.setAutoFillBackground(True)
        frame.setBackgroundRole(QPalette.ColorRole.AlternateBase)
        within = QVBoxLayout(frame)
        within.setContentsMargins(8, 6, 8, 6)
        self._fold = QToolButton(frame)
        self._fold.setText("Details for support")
        self._fold.setCheckable(True)
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setFont(self._theme.font(tk.LABEL, 600))
        self._fold.toggled.connect(self._on_folded)
        self._details = QPlainTextEdit(self._report.details, frame)
        self._details.setReadOnly(True)
        self._details.setFont(self._theme.fixed_font())
        self._details.setAccessibleName("Details for support")
        self._details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._details.setMinimumHeight(self._theme.sizes.px(150))
        self._details.setTabChangesFocus(True)
        within.addWidget(self._fold)
        within.addWidget(self._details, 1)
        self._show_details(frame, shown=False)
        return frame

    def _build_buttons(self, *, can_retry: bool) -> QWidget:
        bar = QFrame(self)
        beside = QHBoxLayout(bar)
        beside.setContentsMargins(24, 12, 24, 12)
        self._copy = Button(self._theme, "&Copy details", bar, icon=Icon.COPY)
        self._copy.clicked.connect(self._on_copy)
        self._close = Button(self._theme, "C&lose", bar)
        self._close.clicked.connect(self.reject)
        beside.addWidget(self._copy)
        beside.addStretch(1)
        beside.addWidget(self._close)
        self._retry = Button(self._theme, "&Try again", bar, icon=Icon.READ_AGAIN, kind="main")
        self._retry.setVisible(can_retry)
        self._retry.clicked.connect(self.accept)
        beside.addWidget(self._retry)
        first = self._retry if can_retry else self._close
        first.setDefault(True)
        first.setFocus()
        return bar

    def _text(self, text: str, size: int, weight: int, *, ink: str = tk.Ink.TEXT, selectable: bool = False) -> Label:
        label = Label(self._theme, text, self, size=size, weight=weight, ink=ink, wraps=True)
        if selectable:
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _on_folded(self, shown: bool) -> None:  # noqa: FBT001  a slot
        self._show_details(self._folder, shown=shown)
        QTimer.singleShot(0, self.adjustSize)

    def _show_details(self, frame: QFrame, *, shown: bool) -> None:
        caret = Icon.CARET_DOWN if shown else Icon.CARET_RIGHT
        self._fold.setIcon(self._theme.icons.icon(caret, tk.Ink.MUTED, self._theme.sizes.small_icon))
        self._details.setVisible(shown)
        policy = QSizePolicy.Policy
        frame.setSizePolicy(policy.Preferred, policy.Expanding if shown else policy.Maximum)

    def _on_copy(self) -> None:
        report = self._report
        parts = (report.title, report.subject, report.why, report.details)
        QGuiApplication.clipboard().setText("\n".join(part for part in parts if part))
        self._copy.setText("Copied")


class _Sign(PaintedWidget):
    """The round sign at the head of the dialog."""

    def __init__(self, theme: Theme, tone: tk.Tone, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._tone = tone
        self.setFixedSize(40, 40)

    def paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self.theme.tokens.soft(self._tone))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(self.rect())
        icon = Icon.WARNING if self._tone is tk.Tone.WARN else Icon.ERROR
        painting.draw_icon(painter, self.theme, self.rect(), icon, role=f"on_{self._tone}", size=20)


def advice(error: BaseException) -> str:
    """Why it did not happen and what to do about it, where the rest of the dialog is said by the screen."""
    report = describe(error, title="")
    return " ".join(part for part in (report.why, report.what_to_do) if part)


class ErrorPresenter(QObject):
    """Opens one dialog at a time over a window; further errors wait, and the same error is not shown twice."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._waiting: list[tuple[ErrorReport, Callable[[], object] | None]] = []
        self._open: ErrorDialog | None = None
        self._retry: Callable[[], object] | None = None
        self.database_text = ""

    @property
    def dialog(self) -> ErrorDialog | None:
        return self._open

    def show(self, error: BaseException, *, title: str = "That did not work", subject: str = "", operation: str = "",
             what_is_safe: str = "Nothing was written.", retry: Callable[[], object] | None = None) -> None:
        """Tell what did not happen. What the operator stopped themselves is not an error."""
        if isinstance(error, Cancelled):
            return
        self.show_report(describe(error, title=title, subject=subject, operation=operation,
                                  database=self.database_text, what_is_safe=what_is_safe), retry)

    def show_report(self, report: ErrorReport, retry: Callable[[], object] | None = None) -> None:
        known = [waiting for waiting, _ in self._waiting]
        if self._open is not None:
            known.append(self._open.report)
        if any((one.title, one.why, one.subject) == (report.title, report.why, report.subject) for one in known):
            return
        self._waiting.append((report, retry))
        self._open_next()

    def _open_next(self) -> None:
        if self._open is not None or not self._waiting:
            return
        report, self._retry = self._waiting.pop(0)
        self._open = ErrorDialog(report, self._theme, self._window, can_retry=self._retry is not None)
        self._open.finished.connect(self._on_closed)
        self._open.open()

    def _on_closed(self, result: int) -> None:
        retry, self._retry = self._retry, None
        if self._open is not None:
            self._open.deleteLater()
            self._open = None
        if retry is not None and result == QDialog.DialogCode.Accepted:
            retry()
        self._open_next()
