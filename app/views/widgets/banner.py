"""A strip across a page that says what is wrong or special now, with the verb that mends it.

Holds of an account, a lost server, a preview: bold words, a second line, an optional link and one or two buttons.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import column, row
from app.views.widgets.painted import PaintedWidget

_STRIP = 4
_WORDS = 300
"""Width that words need beside buttons, with icon and margins."""


class Banner(PaintedWidget):
    """Soft fill of a tone with a strip at its left."""

    def __init__(self, theme: Theme, tone: tk.Tone, icon: Icon, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._tone = tone
        role = f"on_{tone}" if tone is not tk.Tone.ACCENT else "on_accent_soft"
        self._sign = IconSign(theme, icon, role, size=16)
        self._head = Label(theme, weight=600, ink=role, wraps=True)
        self._text = Label(theme, ink=role, wraps=True)
        self._buttons = row(spacing=12)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16 + _STRIP, 8, 12, 8)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._grid.addWidget(self._sign, 0, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addLayout(column(self._head, self._text, spacing=2), 0, 1)
        self._is_below = False
        self._place_buttons()

    def set_words(self, head: str, text: str = "") -> None:
        self._head.setText(head)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.setAccessibleName(head)
        self.setAccessibleDescription(text)

    def add_button(self, text: str, run: Callable[[], object], icon: Icon | None = None) -> Button:
        """Add a button at the right; verbs only."""
        button = Button(self.theme, text, self, icon=icon, run=run)
        self._buttons.addWidget(button)
        self._fold()
        return button

    def _fold(self) -> None:
        """Buttons go below the words where they would leave too little room beside them."""
        beside = self.width() - self._buttons.sizeHint().width()
        is_below = beside < self.theme.sizes.px(_WORDS) and self._buttons.count() > 0
        if is_below != self._is_below:
            self._is_below = is_below
            self._grid.removeItem(self._buttons)
            self._place_buttons()

    def _place_buttons(self) -> None:
        row, column = (1, 1) if self._is_below else (0, 2)
        align = Qt.AlignmentFlag.AlignLeft if self._is_below else Qt.AlignmentFlag.AlignVCenter
        self._grid.addLayout(self._buttons, row, column, align)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.tokens.soft(self._tone))
        painter.fillRect(0, 0, _STRIP, self.height(), self.theme.color(str(self._tone)))
