"""The ageing of what is payable, one bar per provider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.services.credit.cockpit import AgeingRow
from app.services.credit.words import AGE_WORDS
from app.views.credit.chart import Chart
from app.views.lists.models.columns import Column, Kind, text_column
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.look.theme import Theme

_BAR: Final = 20
_PITCH: Final = 30
_GAP: Final = 1.5
_LEAST_FOR_WORDS: Final = 38
_LEGEND: Final = ("Not due", "1 to 30 days", "31 to 60", "61 to 90", "Over 90")
_SHORT_LEGEND: Final = ("Not due", "1–30", "31–60", "61–90", "Over 90")
"""Where the card is narrow or the text large."""
_BETWEEN: Final = 14
_NAMES: Final = 0.26
"""Most of the width that names take."""
_TICKS: Final = 4


class AgeingBars(Chart):
    """Segments are stops: left and right walk one bar and on, up and down go to the bar above and below."""

    segment_opened = Signal(int, int)  # id of a provider, and one of the ages

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Ageing by provider", parent)
        self._rows: Sequence[AgeingRow] = ()
        self._stops: list[tuple[int, int]] = []
        self.say()

    def show_ageing(self, rows: Sequence[AgeingRow]) -> None:
        """Show bars of one currency."""
        self._rows = rows
        self._stops = [(place, age) for place, row in enumerate(rows) for age, minor in enumerate(row.minor) if minor]
        self.setMinimumHeight(self._height())
        self.updateGeometry()
        self.say()
        self.update()

    # --- stops ---

    def stops(self) -> int:
        return len(self._stops)

    def spoken(self, stop: int) -> str:
        place, age = self._stops[stop]
        row = self._rows[place]
        amount = self.theme.formatter.amount(row.minor[age], row.currency)
        return f"{row.provider}, {AGE_WORDS[age]}: {amount}{NO_BREAK}{row.currency}"

    def neighbour(self, stop: int, key: Qt.Key) -> int:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(key)
        if step is None:
            return super().neighbour(stop, key)
        place, age = self._stops[stop]
        there = [number for number, (row, _) in enumerate(self._stops) if row == place + step]
        return min(there, key=lambda number: abs(self._stops[number][1] - age), default=stop)

    def open_stop(self, stop: int) -> None:
        place, age = self._stops[stop]
        self.segment_opened.emit(self._rows[place].provider_id, age)

    def rect_of(self, stop: int) -> QRectF:
        place, age = self._stops[stop]
        return self._segment(place, age)

    # --- where things stand ---

    def _height(self) -> int:
        px = self.theme.sizes.px
        return px(22) + px(_PITCH) * max(1, len(self._rows)) + px(18)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(460), self._height())

    def _columns(self) -> tuple[int, int]:
        """Where bars begin and end."""
        names = max((self.theme.metrics().horizontalAdvance(row.provider) for row in self._rows), default=0)
        totals = max((self.theme.metrics(tk.BODY, 600).horizontalAdvance(self._total(row)) for row in self._rows),
                     default=0)
        return min(names, int(self.width() * _NAMES)) + 12, self.width() - totals - 14

    def _total(self, row: AgeingRow) -> str:
        return self.theme.formatter.amount(row.total_minor, row.currency)

    def _scale(self) -> int:
        return max((row.total_minor for row in self._rows), default=0) or 1

    def _top(self, place: int) -> int:
        px = self.theme.sizes.px
        return px(22) + px(_PITCH) * place + (px(_PITCH) - px(_BAR)) // 2

    def _segment(self, place: int, age: int) -> QRectF:
        left, right = self._columns()
        row, room = self._rows[place], max(1, right - left)
        before = sum(row.minor[:age])
        start = left + before * room / self._scale()
        width = max(row.minor[age] * room / self._scale() - _GAP, 2.0)
        return QRectF(round(start), self._top(place), round(width), self.theme.sizes.px(_BAR))

    # --- drawing ---

    def draw(self, painter: QPainter) -> None:
        if not self._rows:
            return
        self._draw_legend(painter)
        self._draw_scale(painter)
        for place, row in enumerate(self._rows):
            self._draw_row(painter, place, row)

    def _draw_legend(self, painter: QPainter) -> None:
        theme, x = self.theme, 0
        metrics, side = theme.metrics(tk.CAPTION), theme.sizes.px(10)
        needed = sum(side + 5 + metrics.horizontalAdvance(words) + _BETWEEN for words in _LEGEND) - _BETWEEN
        for age, words in enumerate(_LEGEND if needed <= self.width() else _SHORT_LEGEND):
            painter.fillRect(x, (theme.sizes.px(18) - side) // 2, side, side, theme.tokens.age[age])
            painter.setPen(theme.tokens.muted)
            width = metrics.horizontalAdvance(words)
            painting.draw_text(painter, QRect(x + side + 5, 0, width + 1, theme.sizes.px(18)), words,
                               theme.font(tk.CAPTION), metrics)
            x += side + 5 + width + _BETWEEN

    def _draw_scale(self, painter: QPainter) -> None:
        left, right = self._columns()
        theme, px = self.theme, self.theme.sizes.px
        bottom = px(22) + px(_PITCH) * len(self._rows)
        step = _nice_step(self._scale(), _TICKS)
        metrics = theme.metrics(tk.CAPTION)
        for number in range(self._scale() // step + 1):
            x = left + round(number * step * (right - left) / self._scale())
            painter.fillRect(x, px(22), 1, bottom - px(22), theme.tokens.rule)
            words = theme.formatter.number(number * step // 10**_places(self._rows[0].currency))
            painter.setPen(theme.tokens.muted)
            width = metrics.horizontalAdvance(words) + 2
            painting.draw_text(painter, QRect(x - width // 2, bottom, width, px(18)), words, theme.font(tk.CAPTION),
                               metrics, align=painting.CENTRE)

    def _draw_row(self, painter: QPainter, place: int, row: AgeingRow) -> None:
        theme, height = self.theme, self.theme.sizes.px(_BAR)
        left, right = self._columns()
        painter.setPen(theme.tokens.text)
        painting.draw_text(painter, QRect(0, self._top(place), left - 12, height), row.provider, theme.font(),
                           theme.metrics(), elide=painting.ELIDE_MIDDLE)
        for age, minor in enumerate(row.minor):
            if minor:
                self._draw_segment(painter, self._segment(place, age).toRect(), age, minor, row.currency)
        painter.setPen(theme.tokens.text)
        painting.draw_text(painter, QRect(right, self._top(place), self.width() - right, height), self._total(row),
                           theme.font(tk.BODY, 600), theme.metrics(tk.BODY, 600), align=painting.RIGHT)

    def _draw_segment(self, painter: QPainter, rect: QRect, age: int, minor: int, currency: str) -> None:
        theme = self.theme
        painter.fillRect(rect, theme.tokens.age[age])
        words = theme.formatter.number(round(minor / 10**_places(currency)))
        metrics = theme.metrics(tk.CAPTION, 600)
        if rect.width() >= max(_LEAST_FOR_WORDS, metrics.horizontalAdvance(words) + 8):
            painter.setPen(theme.tokens.on_age[age])
            painting.draw_text(painter, rect, words, theme.font(tk.CAPTION, 600), metrics, align=painting.CENTRE)


def _places(currency: str) -> int:
    from app.models.values import places_of

    return places_of(currency)


def _nice_step(most: int, parts: int) -> int:
    """A round step of a scale that has about so many parts: 1, 2 or 5 and noughts."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * parts >= most:
                return step * factor
        step *= 10


def _age_column(age: int) -> Column[AgeingRow]:
    def text(row: AgeingRow, formatter: Formatter) -> str:
        return formatter.amount(row.minor[age], row.currency) if row.minor[age] else ""

    return Column(key=f"age{age}", title=AGE_WORDS[age], kind=Kind.FIGURE, text=text, width=92)


COLUMNS: Final[tuple[Column[AgeingRow], ...]] = (
    text_column("provider", "Provider", lambda row: row.provider, 110, stretches=True),
    *[_age_column(age) for age in range(len(AGE_WORDS))],
    Column(key="total", title="Total", kind=Kind.FIGURE, width=96, is_bold=lambda _: True,
           text=lambda row, formatter: formatter.amount(row.total_minor, row.currency)),
)
