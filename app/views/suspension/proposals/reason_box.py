"""The reasoning of one account below its line, with the strip of its group at the left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.services.scans.previewed import ProposalRow
from app.services.suspension.explain import OUTCOME_WORDS, ScanExplanation
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.status.reasoning_panel import ReasoningPanel
from app.views.suspension.words import OUTCOME_TONES
from app.views.widgets.basics import Label
from app.views.widgets.layout import column
from app.views.widgets.painted import PaintedWidget

_STRIP = 4
_LEFT, _TOP, _BOTTOM = 70, 10, 12
_WAITING_HEIGHT = 176
"""Room kept while the reasoning is read: what most of them take, so that little moves when it comes."""


class ReasonBox(PaintedWidget):
    """Fills an opened line; shows words until the reasoning is there."""

    height_changed = Signal()

    def __init__(self, theme: Theme, row: ProposalRow, open_account: Callable[[int], object],
                 parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._row = row
        self._is_waiting = True
        self._since = Label(theme, weight=600, ink=tk.Ink.WARN, wraps=True)
        self._since.hide()
        self.panel = ReasoningPanel(theme, self, shows_outcome=False, shows_exclusions=False)
        self.panel.set_link("Open account", partial(open_account, row.account_id))
        self.panel.show_words("Reading the reasoning.")
        column(self._since, self.panel, ..., on=self, margins=(_LEFT, _TOP, tk.PAGE_MARGIN, _BOTTOM), spacing=6)

    def show_answer(self, answer: ScanExplanation | BaseException) -> None:
        """Show the reasoning, or why there is none."""
        self._is_waiting = False
        if isinstance(answer, ScanExplanation):
            self._say_what_changed(answer)
            self.panel.show_explanation(answer)
        else:
            self.panel.show_words(str(answer) or "The reasoning cannot be read.")
        self.height_changed.emit()

    def _say_what_changed(self, answer: ScanExplanation) -> None:
        """The reasoning is of now; where it comes to something else than the preview, that is said first."""
        is_other = answer.outcome is not self._row.outcome
        self._since.setVisible(is_other)
        if is_other:
            self._since.setText(f"Changed since the preview: judged now, {answer.name} "
                                f"{OUTCOME_WORDS[answer.outcome]}.")

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

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.tokens.raised)
        painter.fillRect(0, 0, _STRIP, self.height(), self.theme.color(str(OUTCOME_TONES[self._row.outcome])))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.theme.tokens.rule)


_LAYOUT = QEvent.Type.LayoutRequest
