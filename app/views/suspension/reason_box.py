"""The reasoning of one account below its line, with the strip of its group at the left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.suspension.explain import ScanExplanation
from app.views import tokens as tk
from app.views.accounts.reasoning_panel import ReasoningPanel
from app.views.theme import Theme
from app.views.widgets.painted import PaintedWidget

_STRIP = 4
_LEFT, _TOP, _BOTTOM = 70, 10, 12
_WAITING_HEIGHT = 176
"""Room kept while the reasoning is read: what most of them take, so that little moves when it comes."""


class ReasonBox(PaintedWidget):
    """Fills an opened line; shows words until the reasoning is there."""

    height_changed = Signal()

    def __init__(self, theme: Theme, tone: tk.Tone, account_id: int, open_account: Callable[[int], object],
                 parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._tone = tone
        self._is_waiting = True
        self.panel = ReasoningPanel(theme, self, shows_outcome=False)
        self.panel.set_link("Open account", partial(open_account, account_id))
        self.panel.show_words("Reading the reasoning.")
        column = QVBoxLayout(self)
        column.setContentsMargins(_LEFT, _TOP, tk.PAGE_MARGIN, _BOTTOM)
        column.addWidget(self.panel)
        column.addStretch(1)

    def show_answer(self, answer: ScanExplanation | BaseException) -> None:
        """Show the reasoning, or why there is none."""
        self._is_waiting = False
        if isinstance(answer, ScanExplanation):
            self.panel.show_explanation(answer)
        else:
            self.panel.show_words(str(answer) or "The reasoning cannot be read.")
        self.height_changed.emit()

    def height_for(self, width: int, cut: int = 0) -> int:
        """The height its content takes at a width of which so much lies beyond the right edge."""
        layout = self.layout()
        if layout is None or self._is_waiting:
            return self.theme.sizes.px(_WAITING_HEIGHT)
        if self.width() != width:
            self.resize(width, self.height())
        layout.setContentsMargins(_LEFT, _TOP, tk.PAGE_MARGIN + cut, _BOTTOM)
        layout.activate()
        return max(layout.totalHeightForWidth(width), self.theme.sizes.px(60))

    def event(self, event: QEvent) -> bool:
        if event.type() == _LAYOUT:
            self.height_changed.emit()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        with self.painter() as painter:
            painter.fillRect(event.rect(), self.theme.tokens.raised)
            painter.fillRect(0, 0, _STRIP, self.height(), self.theme.color(str(self._tone)))
            painter.fillRect(0, self.height() - 1, self.width(), 1, self.theme.tokens.rule)


_LAYOUT = QEvent.Type.LayoutRequest
