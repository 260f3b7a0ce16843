"""A question that must be answered now: the title is the verb phrase, the button repeats verb and count.

Focus starts on the way back. The dialog is opened, never executed; `accepted` does it.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.views import tokens as tk
from app.views.theme import Theme
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label


class ConfirmDialog(Dialog):
    """Title, what it does, [stay] [verb]. `content` may hold figures old → new."""

    def __init__(self, theme: Theme, title: str, text: str, *, verb: str, parent: QWidget, kind: str = "main",
                 stay: str = "Cancel", content: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self.setAccessibleDescription(text)
        body = QVBoxLayout()
        body.setContentsMargins(24, 20, 24, 16)
        body.setSpacing(8)
        body.addWidget(Label(theme, title, size=tk.TITLE, weight=600, wraps=True))
        body.addWidget(Label(theme, text, wraps=True))
        if content is not None:
            body.addWidget(content, 1)
        self._stay = Button(theme, stay, self)
        self._stay.clicked.connect(self.reject)
        self._verb = Button(theme, verb, self, kind=kind)
        self._verb.clicked.connect(self.accept)
        self._verb.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(24, 12, 24, 12)
        buttons.setSpacing(12)
        buttons.addStretch(1)
        buttons.addWidget(self._stay)
        buttons.addWidget(self._verb)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(body, 1)
        column.addWidget(HorizontalRule(theme))
        column.addLayout(buttons)
        self.setMinimumWidth(theme.sizes.px(440))
        self._stay.setDefault(True)
        self._stay.setFocus()

    @property
    def verb_button(self) -> Button:
        return self._verb
