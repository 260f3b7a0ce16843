"""The hours of a rule set as a week: seven days by twenty-four hours, turned with the keyboard or the mouse."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.rules.week import CLOSED, HOUR, Week, open_minutes, turned
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedWidget

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS: Final = 24
_LEAST: Final = 11
"""Least width of an hour in px at 100 %."""
_NAMED_EVERY: Final = 3


class WeekGrid(PaintedWidget):
    """Arrows walk the hours, Space turns one, Shift with an arrow takes the next hour along.

    What is open is filled; an hour that is open in part is filled in part. `changed` carries the new week.
    """

    changed = Signal(object)  # Week

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._name = name
        self._week: Week = CLOSED
        self._at = (0, 9)
        self._painting: bool | None = None
        self._is_fixed = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._say()

    @property
    def week(self) -> Week:
        return self._week

    @property
    def at(self) -> tuple[int, int]:
        """Day from Monday, 0, and hour under the keyboard."""
        return self._at

    def set_week(self, week: Week) -> None:
        """Show a week that somebody typed or that is stored."""
        if week != self._week:
            self._week = week
            self._say()
            self.update()

    def set_fixed(self, *, fixed: bool) -> None:
        """Show it, and let nobody turn an hour; it can be walked all the same."""
        self._is_fixed = fixed
        self.update()

    # --- turning ---

    def turn(self, day: int, hour: int, *, is_open: bool) -> None:
        """Open or shut one hour."""
        week = turned(self._week, day, hour, is_open=is_open)
        if week != self._week and not self._is_fixed:
            self._week = week
            self._say()
            self.update()
            self.changed.emit(week)

    def _is_open(self, day: int, hour: int) -> bool:
        return open_minutes(self._week, day, hour) == HOUR

    def _go(self, day: int, hour: int) -> None:
        self._at = max(0, min(day, len(DAYS) - 1)), max(0, min(hour, _HOURS - 1))
        self._say()
        self.update()

    def _say(self) -> None:
        """What a screen reader says: where the keyboard is, and whether that hour is open."""
        day, hour = self._at
        minutes = open_minutes(self._week, day, hour)
        state = {0: "shut", HOUR: "open"}.get(minutes, f"open for {minutes} minutes")
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(f"{DAYS[day]} {hour:02d}:00 to {hour + 1:02d}:00, {state}.")

    # --- places ---

    def _cell_width(self) -> float:
        return max(1.0, (self.width() - self._left() - 1) / _HOURS)

    def _left(self) -> int:
        return self.theme.metrics(tk.LABEL).horizontalAdvance("Wed") + 8

    def _top(self) -> int:
        return self.theme.metrics(tk.CAPTION).height() + 2

    def _row_height(self) -> int:
        return max(18, self.theme.sizes.px(20))

    def cell(self, day: int, hour: int) -> QRect:
        """The place of an hour."""
        width = self._cell_width()
        left = self._left() + round(hour * width)
        right = self._left() + round((hour + 1) * width)
        return QRect(left, self._top() + day * self._row_height(), right - left, self._row_height())

    def _cell_at(self, point: QPoint) -> tuple[int, int] | None:
        hour = int((point.x() - self._left()) // self._cell_width())
        day = (point.y() - self._top()) // self._row_height()
        return (day, hour) if 0 <= day < len(DAYS) and 0 <= hour < _HOURS else None

    def sizeHint(self) -> QSize:
        return QSize(self._left() + _HOURS * self.theme.sizes.px(18), self._top() + len(DAYS) * self._row_height() + 1)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left() + _HOURS * self.theme.sizes.px(_LEAST), self.sizeHint().height())

    # --- painting ---

    def paint(self, painter: QPainter) -> None:
        self._paint_names(painter)
        for day in range(len(DAYS)):
            for hour in range(_HOURS):
                self._paint_hour(painter, day, hour)
        if self.hasFocus():
            here = self.cell(*self._at)  # the ring stands around the hour, so that it is seen on a filled one too
            painter.setPen(QPen(self.theme.tokens.surface, 1))
            painter.drawRect(here.adjusted(1, 1, -1, -1))
            painting.draw_focus_ring(painter, self.theme, here.adjusted(-2, -2, 3, 3), 2)

    def _paint_names(self, painter: QPainter) -> None:
        theme = self.theme
        painter.setPen(theme.tokens.muted)
        for day, name in enumerate(DAYS):
            place = QRect(0, self._top() + day * self._row_height(), self._left() - 4, self._row_height())
            painting.draw_text(painter, place, name[:3], theme.font(tk.LABEL), theme.metrics(tk.LABEL))
        for hour in range(0, _HOURS, _NAMED_EVERY):
            place = QRect(self.cell(0, hour).x(), 0, round(self._cell_width() * _NAMED_EVERY), self._top())
            painting.draw_text(painter, place, f"{hour:02d}", theme.font(tk.CAPTION), theme.metrics(tk.CAPTION))

    def _paint_hour(self, painter: QPainter, day: int, hour: int) -> None:
        tokens, place = self.theme.tokens, self.cell(day, hour)
        painter.setPen(Qt.PenStyle.NoPen)
        for opens, closes in self._week[day]:
            begin, end = max(opens, hour * HOUR) - hour * HOUR, min(closes, (hour + 1) * HOUR) - hour * HOUR
            if begin < end:
                part = QRectF(place.x() + place.width() * begin / HOUR, place.y(),
                              place.width() * (end - begin) / HOUR, place.height())
                painter.fillRect(part, tokens.accent if self.isEnabled() and not self._is_fixed else tokens.neutral)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(tokens.border, 1))
        painter.drawRect(place)

    # --- hands ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        day, hour = self._at
        step = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
                Qt.Key.Key_Home: (0, -_HOURS), Qt.Key.Key_End: (0, _HOURS)}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Space:
            self.turn(day, hour, is_open=not self._is_open(day, hour))
        elif step is not None:
            is_open = self._is_open(day, hour)
            self._go(day + step[0], hour + step[1])
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.turn(*self._at, is_open=is_open)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._cell_at(event.position().toPoint())
        if found is not None and event.button() is Qt.MouseButton.LeftButton:
            self._go(*found)
            self._painting = not self._is_open(*found)
            self.turn(*found, is_open=self._painting)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._cell_at(event.position().toPoint())
        if found is not None and self._painting is not None:
            self._go(*found)
            self.turn(*found, is_open=self._painting)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: ARG002  Qt's signature
        self._painting = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()
