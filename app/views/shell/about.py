"""*About Bursar*: which version this is, for whoever asks or has to tell."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QWidget

from app import __version__
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Dialog, Label
from app.views.widgets.layout import at_right, column


class AboutDialog(Dialog):
    """Closed by Esc or its button; its words can be copied."""

    def __init__(self, theme: Theme, database: str, parent: QWidget) -> None:
        super().__init__("About Bursar", parent)
        python = ".".join(str(part) for part in sys.version_info[:3])
        words = [f"Python {python}", f"Database: {database}" if database else "",
                 "The libraries in use and their licences stand in the settings."]
        close = Button(theme, "Close", self)
        close.clicked.connect(self.accept)
        column(
            Label(theme, f"Bursar {__version__}", self, size=tk.TITLE, weight=600),
            *(Label(theme, text, self, ink=tk.Ink.MUTED, wraps=True) for text in words if text),
            at_right(close), on=self, margins=tk.PAGE_MARGIN, spacing=tk.CARD_GAP)
        self.setMinimumWidth(theme.sizes.px(380))
        close.setFocus()
