"""The rail: the places of the program, each with its icon and its word, in a fixed order."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from app.views.desk.actions import key_text
from app.views.desk.screen import Place
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Panel
from app.views.widgets.painted import PaintedButton

WIDTH = 76
_STRIP = 4


class RailButton(PaintedButton):
    """One place; checked while its screen is in front."""

    def __init__(self, theme: Theme, place: Place, key: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.place = place
        self.setText(place.title)
        self.setCheckable(True)
        self.setAccessibleName(place.title)
        self.setToolTip(f"{place.title} ({key_text(key)})" if key else place.title)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(max(WIDTH, self.theme.sizes.px(WIDTH)), self.theme.sizes.px(60))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), self.theme.sizes.px(46))

    def paint(self, painter: QPainter) -> None:
        theme, tokens = self.theme, self.theme.tokens
        is_current = self.isChecked()
        if is_current:
            painter.fillRect(self.rect(), tokens.accent_soft)
            painter.fillRect(0, 0, _STRIP, self.height(), tokens.accent)
        elif self.underMouse():
            painter.fillRect(self.rect(), tokens.hover)
        role = tk.Ink.ON_ACCENT_SOFT if is_current else tk.Ink.MUTED
        size = theme.sizes.rail_icon
        weight = 600 if is_current else 400
        metrics = theme.metrics(tk.CAPTION, weight)
        top = (self.height() - size - 6 - metrics.height()) // 2
        painting.draw_icon(painter, theme, QRect(0, top, self.width(), size), self.place.icon, role=role, size=size)
        painter.setPen(tokens.role(role))
        words = QRect(2, top + size + 6, self.width() - 4, metrics.height())
        painting.draw_text(painter, words, self.text(), theme.font(tk.CAPTION, weight), metrics,
                           align=Qt.AlignmentFlag.AlignCenter)
        if self.hasFocus():
            painting.draw_focus_ring(painter, theme, self.rect().adjusted(1, 1, -1, -1))


class Rail(Panel):
    """Only places that exist are shown."""

    chosen = Signal(object)  # Place

    def __init__(self, theme: Theme, places: Sequence[Place], keys: Sequence[str], parent: QWidget | None = None
                 ) -> None:
        super().__init__(theme, parent, fill="raised", line=Qt.Edge.RightEdge)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self._buttons: list[RailButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 1, 6)
        column.setSpacing(0)
        has_gap = False
        for place, key in zip(places, keys, strict=True):
            if place.at_bottom and not has_gap:
                column.addStretch(1)
                has_gap = True
            button = RailButton(theme, place, key, self)
            button.clicked.connect(self._on_clicked)
            self._buttons.append(button)
            self._group.addButton(button)
            column.addWidget(button)
        if not has_gap:
            column.addStretch(1)
        self.setAccessibleName("Places")

    def show_current(self, kind: str, key: str = "") -> None:
        """Mark the place whose screen is in front, or that of a `key` to which the screen belongs.

        A screen of no place, such as a page that is opened from several, keeps the former.
        """
        found = [button for button in self._buttons if button.place.target.kind == kind or button.place.key == key]
        for button in self._buttons if found else ():
            button.setChecked(button in found)

    def hide_places(self, keys: Collection[str]) -> None:
        """Leave these places out, and bring back what was left out before."""
        for button in self._buttons:
            button.setVisible(button.place.key not in keys)

    def buttons(self) -> tuple[RailButton, ...]:
        return tuple(self._buttons)

    def focus_first(self) -> None:
        current = next((button for button in self._buttons if button.isChecked()), None)
        chosen = current or (self._buttons[0] if self._buttons else None)
        if chosen is not None:
            chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            # the shell checks the place once its screen is in front
            button.setChecked(not button.isChecked())
            self.chosen.emit(button.place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk the places."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        focused = next((place for place, button in enumerate(self._buttons) if button.hasFocus()), None)
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        shown = [button for button in self._buttons if not button.isHidden()]
        place = shown.index(self._buttons[focused])
        shown[(place + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)
