"""What the charts of the cockpit share: stops that the keyboard walks, and the table behind a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import IconButton, Label
from app.views.widgets.layout import column, grows, row, scrolling, stacked
from app.views.widgets.painted import PaintedWidget

R = TypeVar("R")
_RADIUS: Final = 6
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class Chart(PaintedWidget):
    """A drawing with stops. What the keyboard stands on is a part of its name, all of it is its description."""

    text_asked = Signal()

    def __init__(self, theme: Theme, title: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._title = title
        self._stop = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # --- what a chart says ---

    def stops(self) -> int:
        """How many there are."""
        raise NotImplementedError

    def spoken(self, stop: int) -> str:
        """A stop in words, with its figures."""
        raise NotImplementedError

    def rect_of(self, stop: int) -> QRectF:
        """Where a stop is drawn."""
        raise NotImplementedError

    def neighbour(self, stop: int, key: Qt.Key) -> int:
        """The stop that an arrow leads to."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(key, 0)
        return min(max(stop + step, 0), self.stops() - 1)

    def open_stop(self, stop: int) -> None:
        """Show the rows behind a stop."""

    # --- for its owner ---

    @property
    def stop(self) -> int:
        return self._stop

    def go_to(self, stop: int) -> None:
        """Put the keyboard on a stop."""
        self._stop = stop
        self.say()
        self.update()

    def say(self) -> None:
        """Give names to what is shown now."""
        count = self.stops()
        self._stop = min(self._stop, max(count - 1, 0))
        here = self.spoken(self._stop) if count else "nothing"
        self.setAccessibleName(f"{self._title}. {here}")
        self.setAccessibleDescription(". ".join(self.spoken(stop) for stop in range(count)))
        if self.hasFocus():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))

    # --- hands ---

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        arrows = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self.stops():
            super().keyPressEvent(event)
        elif key in arrows:
            self.go_to(self.neighbour(self._stop, key))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.go_to(0 if key is Qt.Key.Key_Home else self.stops() - 1)
        elif key in _ENTER:
            self.open_stop(self._stop)
        elif key is Qt.Key.Key_T:
            self.text_asked.emit()
        else:
            super().keyPressEvent(event)

    def _at(self, event: QMouseEvent) -> int | None:
        return next((stop for stop in range(self.stops()) if self.rect_of(stop).contains(event.position())), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        stop = self._at(event)
        self.setToolTip("" if stop is None else self.spoken(stop))
        self.setCursor(Qt.CursorShape.ArrowCursor if stop is None else Qt.CursorShape.PointingHandCursor)
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        stop = self._at(event)
        if stop is not None and event.button() is Qt.MouseButton.LeftButton:
            self.setFocus()
            self.go_to(stop)
            self.open_stop(stop)
        else:
            super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paint(self, painter: QPainter) -> None:
        self.draw(painter)
        if self.hasFocus() and self.stops():
            painting.draw_focus_ring(painter, self.theme, self.rect_of(self._stop).toRect().adjusted(-4, -4, 4, 4))

    def draw(self, painter: QPainter) -> None:
        """Draw all of it; the ring comes after."""
        raise NotImplementedError


class Framed(PaintedWidget):
    """A card with a border."""

    def paint(self, painter: QPainter) -> None:
        tokens = self.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(tokens.surface)
        painter.setPen(tokens.border)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)


class ChartCard(Framed, Generic[R]):
    """A chart below its title, and the table behind it."""

    def __init__(self, theme: Theme, title: str, chart: Chart, columns: Sequence[Column[R]], *,
                 row_id: Any, scrolls: bool = False) -> None:
        super().__init__(theme)
        self.chart = chart
        self.setAccessibleName(title)
        self.model: RowsTableModel[R] = RowsTableModel(columns, row_id, theme.formatter, self)
        self.table = DataTable(theme, f"{title}, as a table")
        self.table.show_model(self.model)
        self._drawing = scrolling(chart, takes_focus=False) if scrolls else chart
        self._pages = stacked(self._drawing, self.table)
        self._foot = Label(theme, size=tk.CAPTION, ink=tk.Ink.MUTED)
        self._turn = IconButton(theme, Icon.TABLE, f"{title}: drawing or table", keys="T", run=self.turn)
        column(row(Label(theme, title, size=tk.SECTION, weight=600), ..., self._turn),
               grows(self._pages), self._foot, on=self, margins=(14, 8, 14, 8), spacing=4)
        chart.text_asked.connect(self.turn)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_rows(self, rows: Sequence[R], foot: str) -> None:
        """Show the same in the table, and what it counts."""
        self.model.set_rows(rows)
        self._foot.setText(foot)
        self._foot.setToolTip(foot)

    def turn(self) -> None:
        """Show the table behind the chart, or the chart again."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self._pages.setCurrentWidget(self.table if self._pages.currentWidget() is self._drawing else self._drawing)
        if had_focus:
            (self.table if self._pages.currentWidget() is self.table else self.chart).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_T and self.table.hasFocus():
            self.turn()
        else:
            super().keyPressEvent(event)
