"""Counts over a list that are switches for its groups: "All 214", "Printed 129", "Failed 2"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.layout import row
from app.views.widgets.painted import PaintedButton


@dataclass(frozen=True, slots=True, kw_only=True)
class CountChoice:
    """One group of a list; a tone gives it a strip (in picture and word, never by colour alone)."""

    key: str
    text: str
    tone: tk.Tone | None = None


class CountSwitch(PaintedButton):
    """A pill with a word and a count; checked means shown."""

    def __init__(self, theme: Theme, choice: CountChoice, parent: QWidget | None = None, *, shows_eye: bool = False
                 ) -> None:
        super().__init__(theme, parent)
        self.choice = choice
        self._count: int | None = None
        self._shows_eye = shows_eye
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self._name)
        self.set_count(None)

    @property
    def count(self) -> int | None:
        return self._count

    def set_count(self, count: int | None) -> None:
        """The count, or None while it is not known; the pill keeps its width for four figures."""
        self._count = count
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        count = self._count_text()
        state = "shown" if self.isChecked() else "hidden"
        self.setAccessibleName(f"{self.choice.text} {count}, {state}".replace("  ", " "))

    def _count_text(self) -> str:
        return "" if self._count is None else self.theme.formatter.number(self._count)

    def _lead(self) -> int:
        return self.theme.sizes.px(10) if self.choice.tone is not None else 0

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def sizeHint(self) -> QSize:
        text = self.theme.metrics(tk.BODY, 600).horizontalAdvance(self.choice.text)
        metrics = self.theme.metrics(tk.LABEL, 600)
        count = max(metrics.horizontalAdvance(self._count_text()), metrics.horizontalAdvance("000"))
        eye = self.theme.sizes.small_icon + 8 if self._shows_eye else 0
        return QSize(12 + self._lead() + text + 7 + count + eye + 12, self.theme.sizes.control)

    def paint(self, painter: QPainter) -> None:
        theme, tokens = self.theme, self.theme.tokens
        is_on = self.isChecked()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.accent if is_on else tokens.outline, 1))
        painter.setBrush(tokens.accent_soft if is_on else tokens.hover if self.underMouse() else tokens.surface)
        body = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        left = 12
        if self.choice.tone is not None:
            painter.fillRect(QRectF(left, self.height() * 0.28, 4, self.height() * 0.44),
                             theme.color(str(self.choice.tone)))
            left += self._lead()
        weight = 600 if is_on else 400
        metrics = theme.metrics(tk.BODY, weight)
        painter.setPen(tokens.on_accent_soft if is_on else tokens.text)
        width = metrics.horizontalAdvance(self.choice.text)
        painting.draw_text(painter, QRect(left, 0, width + 1, self.height()), self.choice.text,
                           theme.font(tk.BODY, weight), metrics)
        left += width + 7
        painter.setPen(tokens.on_accent_soft if is_on else tokens.muted)
        painting.draw_text(painter, QRect(left, 0, self.width() - left, self.height()), self._count_text(),
                           theme.font(tk.LABEL, 600), theme.metrics(tk.LABEL, 600))
        if self._shows_eye:
            side = theme.sizes.small_icon
            place = QRect(self.width() - 12 - side, 0, side, self.height())
            painting.draw_icon(painter, theme, place, Icon.SHOW if is_on else Icon.HIDE, role="muted", size=side)
        if self.hasFocus():
            painting.draw_focus_ring(painter, theme, self.rect(), self.height() / 2)


class CountSwitches(QWidget):
    """A row of count switches: one at a time ("All", "Printed"), or each for itself (groups of a scan)."""

    changed = Signal(object)  # frozenset of the keys that are on

    def __init__(self, theme: Theme, choices: Sequence[CountChoice], parent: QWidget | None = None, *,
                 exclusive: bool = True) -> None:
        super().__init__(parent)
        self._switches = {choice.key: CountSwitch(theme, choice, self, shows_eye=not exclusive) for choice in choices}
        self._group = QButtonGroup(self)
        self._group.setExclusive(exclusive)
        for place, switch in enumerate(self._switches.values()):
            switch.setChecked(not exclusive or place == 0)
            self._group.addButton(switch)
        row(*self._switches.values(), ..., on=self)
        self._group.buttonToggled.connect(self._on_toggled)

    def switch(self, key: str) -> CountSwitch:
        return self._switches[key]

    def set_counts(self, counts: dict[str, int]) -> None:
        for key, switch in self._switches.items():
            switch.set_count(counts.get(key, 0))

    def on(self) -> frozenset[str]:
        """Keys of the switches that are on."""
        return frozenset(key for key, switch in self._switches.items() if switch.isChecked())

    def _on_toggled(self, _button: object, checked: bool) -> None:  # noqa: FBT001  a slot
        if checked or not self._group.exclusive():
            self.changed.emit(self.on())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right walk the switches."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        switches = list(self._switches.values())
        focused = next((place for place, switch in enumerate(switches) if switch.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        switches[(focused + step) % len(switches)].setFocus(Qt.FocusReason.TabFocusReason)
