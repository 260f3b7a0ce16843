"""The left side of a wizard: its steps from the top, with what was chosen in those behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedWidget

_WIDTH: Final = 216
_MARGIN: Final = 20
_HEAD: Final = 60
_PITCH: Final = 52
_DISC: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its title, and what was chosen there."""

    title: str
    chosen: str = ""


class WizardSteps(PaintedWidget):
    """`asked` says the number of an earlier step that was clicked; the keyboard has the button Back for it."""

    asked = Signal(int)

    def __init__(self, theme: Theme, title: str, icon: Icon, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._title, self._icon = title, icon
        self._steps: Sequence[Step] = ()
        self._current = 0
        self._fit()

    @property
    def steps(self) -> Sequence[Step]:
        return self._steps

    def show_steps(self, steps: Sequence[Step], current: int) -> None:
        """All steps and the number of the present one, from 0."""
        self._steps, self._current = tuple(steps), current
        here = steps[current].title if steps else ""
        self.setAccessibleName(f"Step {current + 1} of {len(steps)}, {here}")
        self.setAccessibleDescription(". ".join(f"{s.title}: {s.chosen}" for s in steps[:current] if s.chosen))
        self.update()

    def on_theme_changed(self) -> None:
        self._fit()
        self.update()

    def _fit(self) -> None:
        self.setFixedWidth(self.theme.sizes.px(_WIDTH))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(_WIDTH), self._top(len(self._steps)))

    def _top(self, number: int) -> int:
        return self.theme.sizes.px(_HEAD + number * _PITCH)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for number in range(self._current):
            if self._top(number) <= event.position().y() < self._top(number + 1):
                self.asked.emit(number)
                return

    def paint(self, painter: QPainter) -> None:
        theme, px = self.theme, self.theme.sizes.px
        painter.fillRect(self.rect(), theme.tokens.raised)
        painter.setPen(theme.tokens.border)
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        side = theme.sizes.icon
        head = QRect(px(_MARGIN), px(20), self.width() - 2 * px(_MARGIN), theme.metrics(tk.SECTION, 600).height())
        painting.draw_icon(painter, theme, QRect(head.x(), head.y(), side, head.height()), self._icon,
                           role=tk.Ink.ACCENT, size=side)
        painter.setPen(theme.tokens.text)
        painting.draw_text(painter, head.adjusted(side + 10, 0, 0, 0), self._title, theme.font(tk.SECTION, 600),
                           theme.metrics(tk.SECTION, 600))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, step in enumerate(self._steps):
            self._paint_step(painter, number, step)

    def _paint_step(self, painter: QPainter, number: int, step: Step) -> None:
        theme, px, tokens = self.theme, self.theme.sizes.px, self.theme.tokens
        is_done, is_here = number < self._current, number == self._current
        disc = QRect(px(_MARGIN), self._top(number) + px(2), px(_DISC), px(_DISC))
        if number + 1 < len(self._steps):
            painter.setPen(QPen(tokens.accent if is_done else tokens.border, 2))
            middle = disc.center().x() + 1
            painter.drawLine(QPoint(middle, disc.bottom() + px(4)), QPoint(middle, self._top(number + 1) - px(2)))
        painter.setPen(QPen(tokens.accent if is_done or is_here else tokens.outline, 2 if is_here else 1))
        painter.setBrush(tokens.accent if is_done else tokens.surface)
        painter.drawEllipse(disc)
        if is_done:
            painting.draw_icon(painter, theme, disc, Icon.TICK, role=tk.Ink.ON_ACCENT, size=px(12))
        else:
            painter.setPen(tokens.text if is_here else tokens.muted)
            painter.setFont(theme.font(tk.LABEL, 600 if is_here else 400))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter.value, str(number + 1))
        words = QRect(disc.right() + px(10), self._top(number), self.width() - disc.right() - px(10 + 10), px(24))
        weight = 600 if is_here else 400
        painter.setPen(tokens.text if is_done or is_here else tokens.muted)
        painting.draw_text(painter, words, step.title, theme.font(tk.BODY, weight), theme.metrics(tk.BODY, weight))
        if step.chosen:
            painter.setPen(tokens.muted)
            painting.draw_text(painter, words.translated(0, px(19)).adjusted(0, 0, 0, -px(6)), step.chosen,
                               theme.font(tk.LABEL), theme.metrics(tk.LABEL))
