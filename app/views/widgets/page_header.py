"""The head of a page: title, badges, one muted line, and its buttons at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.badge import Badge
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.layout import at_top, column, grows, row


class PageHeader(QWidget):
    """Title 20/600 with badges after it; the second line keeps its height while it is empty."""

    def __init__(self, theme: Theme, title: str = "", subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title = ElidedLabel(theme, title, size=tk.PAGE, weight=600)
        self._subtitle = ElidedLabel(theme, subtitle, ink=tk.Ink.MUTED)
        self._badges, self._buttons = row(spacing=8), row(spacing=12)
        words = column(row(self._title, self._badges, ..., spacing=12), self._subtitle, spacing=2)
        row(grows(words), at_top(self._buttons), on=self, margins=(tk.PAGE_MARGIN, 14, tk.PAGE_MARGIN, 12), spacing=16)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def title(self) -> str:
        return self._title.text

    def set_title(self, title: str, subtitle: str | None = None) -> None:
        self._title.set_text(title)
        self.setAccessibleName(title)
        if subtitle is not None:
            self._subtitle.set_text(subtitle)

    def set_subtitle(self, subtitle: str) -> None:
        self._subtitle.set_text(subtitle)

    def add_badge(self, badge: Badge) -> None:
        self._badges.addWidget(badge)

    def add_button(self, button: QWidget, *, first: bool = False) -> None:
        """Buttons stand in the order added, the main one last; `first` puts one before those that are there."""
        self._buttons.insertWidget(0 if first else -1, button)
