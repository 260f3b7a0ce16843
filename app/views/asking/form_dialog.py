"""A short form that must be answered now: fields, what it will do, a refusal beside the fields, and the verb.

It is opened, never executed. The command runs in the background; a refusal keeps everything that was typed.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.services.errors import BursarError
from app.views.asking.dressing import Dressing, Form
from app.views.forms.ui_form_dialog import Ui_FormDialog
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.widgets.basics import Dialog, HorizontalRule
from app.views.widgets.empty_state import IconSign


class FormDialog(Dialog):
    """Base: subclasses bring the form of their fields and say in `command` what to run, or in `refusal` why not yet."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, icon: Icon,
                 parent: QWidget) -> None:
        super().__init__(title, parent)
        self._theme = theme
        self._runner = runner
        self.setAccessibleDescription(text)
        self._form = Ui_FormDialog()
        dressing = Dressing(self._form, self, theme)
        self._sign = dressing.put(self._form.sign, IconSign(theme, Icon.ERROR, tk.Ink.BAD, size=16))
        dressing.put(self._form.rule, HorizontalRule(theme))
        self._form.title.setText(title)
        self._form.text.setText(text)
        self._form.verb.setText(verb)
        dressing.set_glyph(self._form.verb, icon)
        self._form.verb.clicked.connect(self.submit)
        self._form.cancel.clicked.connect(self.reject)
        self._say("")

    def lay_fields(self, fields: Form) -> Dressing:
        """Put the form of the fields between the words and the buttons."""
        return Dressing(fields, self._form.fields, self._theme)

    @property
    def field_holder(self) -> QWidget:
        """Where fields made in code go, instead of a form drawn in Designer."""
        return self._form.fields

    def command(self) -> Job[object]:
        """The write to run with what was typed."""
        raise NotImplementedError

    def refusal(self) -> str:
        """What is missing or wrong, as far as it can be said without asking the database."""
        return ""

    # --- running ---

    @property
    def words(self) -> str:
        """The refusal that is shown."""
        return self._form.refusal.text() if self._sign.isVisibleTo(self) else ""

    @property
    def verb_button(self) -> QPushButton:
        return self._form.verb

    def submit(self) -> None:
        """Run the command unless something typed is refused."""
        refusal = self.refusal()
        self._say(refusal)
        if not refusal:
            self._form.verb.setEnabled(False)
            self._runner.write(self.command(), succeeded=self._on_done, failed=self._on_failed)

    def _on_done(self, _changes: object) -> None:
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self._form.verb.setEnabled(True)
        text = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._say(f"{text} Nothing was changed; what you typed is kept.")

    def _say(self, text: str) -> None:
        self._form.refusal.setText(text)
        self._sign.setVisible(bool(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submit()
        else:
            super().keyPressEvent(event)
