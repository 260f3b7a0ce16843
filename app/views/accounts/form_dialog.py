"""A short form that must be answered now: fields, what it will do, a refusal beside the fields, and the verb.

It is opened, never executed. The command runs in the background; a refusal keeps everything that was typed.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.changes import ChangeSet
from app.services.errors import BursarError
from app.views import tokens as tk
from app.views.icons import Icon
from app.views.job_handle import Job
from app.views.job_runner import Runner
from app.views.theme import Theme
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label
from app.views.widgets.empty_state import IconSign


class FormDialog(Dialog):
    """Base: subclasses add fields and say in `command` what to run, or in `refusal` why not yet."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, icon: Icon,
                 parent: QWidget) -> None:
        super().__init__(title, parent)
        self._theme = theme
        self._runner = runner
        self.setAccessibleDescription(text)
        self._fields = QGridLayout()
        self._fields.setHorizontalSpacing(16)
        self._fields.setVerticalSpacing(8)
        self._fields.setColumnStretch(1, 1)
        self._sign = IconSign(theme, Icon.ERROR, tk.Ink.BAD, size=16)
        self._words = Label(theme, "", self, wraps=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._verb = Button(theme, verb, self, icon=icon, kind="main")
        self._verb.clicked.connect(self.submit)
        self._cancel = Button(theme, "Cancel", self)
        self._cancel.clicked.connect(self.reject)
        self._cancel.setAutoDefault(False)
        self._build(title, text)
        self._say("")

    def command(self) -> Job[ChangeSet]:
        """The write to run with what was typed."""
        raise NotImplementedError

    def refusal(self) -> str:
        """What is missing or wrong, as far as it can be said without asking the database."""
        return ""

    # --- building ---

    def _build(self, title: str, text: str) -> None:
        body = QVBoxLayout()
        body.setContentsMargins(24, 20, 24, 12)
        body.setSpacing(10)
        body.addWidget(Label(self._theme, title, size=tk.TITLE, weight=600, wraps=True))
        body.addWidget(Label(self._theme, text, ink=tk.Ink.MUTED, wraps=True))
        body.addLayout(self._fields)
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        words.addWidget(self._words, 1)
        body.addLayout(words)
        body.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(24, 12, 24, 12)
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._verb)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(body, 1)
        column.addWidget(HorizontalRule(self._theme))
        column.addLayout(buttons)
        self._verb.setDefault(True)
        self.setMinimumWidth(self._theme.sizes.px(480))
        self._words.setMinimumHeight(2 * self._theme.metrics().height())

    def add_field(self, label: str, field: QWidget, beside: QWidget | None = None) -> None:
        """A field with its label; `beside` is a unit or a hint."""
        row = self._fields.rowCount()
        name = Label(self._theme, label, self, ink=tk.Ink.MUTED)
        name.setBuddy(field)
        self._fields.addWidget(name, row, 0)
        self._fields.addWidget(field, row, 1)
        if beside is not None:
            self._fields.addWidget(beside, row, 2)

    # --- running ---

    @property
    def words(self) -> str:
        """The refusal that is shown."""
        return self._words.text() if self._sign.isVisibleTo(self) else ""

    @property
    def verb_button(self) -> Button:
        return self._verb

    def submit(self) -> None:
        """Run the command unless something typed is refused."""
        refusal = self.refusal()
        self._say(refusal)
        if not refusal:
            self._verb.setEnabled(False)
            self._runner.write(self.command(), succeeded=self._on_done, failed=self._on_failed)

    def _on_done(self, _changes: object) -> None:
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self._verb.setEnabled(True)
        text = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._say(f"{text} Nothing was changed; what you typed is kept.")

    def _say(self, text: str) -> None:
        self._words.setText(text)
        self._words.set_ink(tk.Ink.BAD)
        self._sign.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submit()
        else:
            super().keyPressEvent(event)
