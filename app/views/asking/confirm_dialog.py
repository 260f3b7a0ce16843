"""A question that must be answered now: the title is the verb phrase, the button repeats verb and count.

Focus starts on the way back. The dialog is opened, never executed; `accepted` does it.
"""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

from app.views.asking.dressing import Dressing
from app.views.look.theme import Theme
from app.views.widgets.basics import Dialog, HorizontalRule


class ConfirmDialog(Dialog):
    """Title, what it does, [stay] [verb]. `content` may hold figures old → new."""

    def __init__(self, theme: Theme, title: str, text: str, *, verb: str, parent: QWidget, kind: str = "main",
                 stay: str = "", content: QWidget | None = None) -> None:
        from app.views.forms.ui_confirm_dialog import Ui_ConfirmDialog  # the first form imported loads much of Qt

        super().__init__(title, parent)
        self.setAccessibleDescription(text)
        self._form = form = Ui_ConfirmDialog()
        Dressing(form, self, theme).put(form.rule, HorizontalRule(theme))
        form.title.setText(title)
        form.text.setText(text)
        if content is not None:
            form.body.addWidget(content, 1)
        if stay:
            form.stay.setText(stay)
        form.verb.setText(verb)
        form.verb.setProperty("kind", kind)
        form.stay.clicked.connect(self.reject)
        form.verb.clicked.connect(self.accept)
        form.stay.setFocus()

    @property
    def verb_button(self) -> QPushButton:
        return self._form.verb
