"""How receivables went over a year of month ends, and how many accounts scans suspended meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.services.credit.cockpit import TrendPoint
from app.views.credit.chart import Chart
from app.views.lists.models.columns import Column, Kind, count_column
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.theme import Theme

_LINE_SHARE: Final = 0.62
_DOT: Final = 3.0


class TrendChart(Chart):
    """Points are stops; the last one is today, and opens who owes it."""

    today_opened = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Receivables and suspensions", parent)
        self._points: Sequence[TrendPoint] = ()
        self._currency = ""
        self.say()

    def show_trend(self, points: Sequence[TrendPoint], currency: str) -> None:
        is_new = len(points) != len(self._points)
        self._points, self._currency = points, currency
        self.go_to(len(points) - 1 if is_new and points else self.stop)

    def stops(self) -> int:
        return len(self._points)

    def spoken(self, stop: int) -> str:
        point, formatter = self._points[stop], self.theme.formatter
        amount = f"{formatter.amount(point.owing_minor, self._currency)}{NO_BREAK}{self._currency}"
        return f"{formatter.day(point.on)}: {amount}, {formatter.number(point.suspended)} suspended"

    def open_stop(self, stop: int) -> None:
        if stop == self.stops() - 1:
            self.today_opened.emit()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(240), self.theme.sizes.px(130))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(140), self.theme.sizes.px(90))

    # --- where things stand ---

    def _frame(self) -> QRectF:
        caption = self.theme.metrics(tk.CAPTION).height()
        return QRectF(6, caption + 6, max(1, self.width() - 12), max(1, self.height() - 2 * caption - 10))

    def _x(self, stop: int) -> float:
        frame = self._frame()
        return frame.x() + frame.width() * (stop + 0.5) / max(1, self.stops())

    def _point(self, stop: int) -> QPointF:
        frame = self._frame()
        amounts = [point.owing_minor for point in self._points]
        low, high = min(0, *amounts), max(1, *amounts)
        share = (self._points[stop].owing_minor - low) / (high - low)
        room = frame.height() * _LINE_SHARE
        return QPointF(self._x(stop), frame.y() + room * (1 - share))

    def _bar(self, stop: int) -> QRectF:
        frame = self._frame()
        most = max(1, *[point.suspended for point in self._points])
        room = frame.height() * (1 - _LINE_SHARE) - 8
        height = room * self._points[stop].suspended / most
        width = max(3.0, frame.width() / max(1, self.stops()) * 0.5)
        return QRectF(round(self._x(stop) - width / 2), round(frame.bottom() - height), round(width), round(height))

    def rect_of(self, stop: int) -> QRectF:
        frame = self._frame()
        width = frame.width() / max(1, self.stops())
        return QRectF(self._x(stop) - width / 2, frame.y(), width, frame.height())

    # --- drawing ---

    def draw(self, painter: QPainter) -> None:
        if not self._points:
            return
        theme, frame = self.theme, self._frame()
        painter.fillRect(QRectF(frame.x(), round(frame.bottom()), frame.width(), 1), theme.tokens.rule)
        for stop in range(self.stops()):
            painter.fillRect(self._bar(stop), theme.tokens.warn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.tokens.accent, 2))
        line = [self._point(stop) for stop in range(self.stops())]
        painter.drawPolyline(QPolygonF(line))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tokens.accent)
        painter.drawEllipse(line[self.stop], _DOT + 1, _DOT + 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._draw_words(painter)

    def _draw_words(self, painter: QPainter) -> None:
        theme = self.theme
        metrics, font = theme.metrics(tk.CAPTION), theme.font(tk.CAPTION)
        painter.setPen(theme.tokens.text)
        painting.draw_text(painter, QRect(0, 0, self.width(), metrics.height()), self.spoken(self.stop), font, metrics)
        painter.setPen(theme.tokens.muted)
        foot = QRect(0, self.height() - metrics.height(), self.width(), metrics.height())
        first, last = self._points[0].on, self._points[-1].on
        painting.draw_text(painter, foot, theme.formatter.day(first), font, metrics)
        painting.draw_text(painter, foot, theme.formatter.day(last), font, metrics, align=painting.RIGHT)


def columns_for(currency: list[str]) -> tuple[Column[TrendPoint], ...]:
    """The columns of the table behind; the one currency that is shown stands in the list."""
    return (
        Column(key="on", title="On", text=lambda r, f: f.day(r.on), width=100, stretches=True),
        Column(key="owing", title="Receivables", kind=Kind.FIGURE, width=110,
               text=lambda r, f: f.amount(r.owing_minor, currency[0])),
        count_column("suspended", "Suspended", lambda r: r.suspended, 84),
    )
