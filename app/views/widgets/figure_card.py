"""A card with one figure: what it is, how much, in which currency, and one line that says what it counts."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedButton


class FigureCard(PaintedButton):
    """Every number opens its rows: `clicked` asks for them. Without rows to open it takes no focus."""

    def __init__(self, theme: Theme, label: str, parent: QWidget | None = None, *, opens_rows: bool = False,
                 note_lines: int = 1) -> None:
        """`note_lines` of room are kept for the last line; sentences want two."""
        super().__init__(theme, parent)
        self._label = label
        self._value = ""
        self._unit = ""
        self._note = ""
        self._ink: str = tk.Ink.TEXT
        self._opens_rows = opens_rows
        self._note_lines = note_lines
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opens_rows else Qt.FocusPolicy.NoFocus)
        if opens_rows:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set()

    @property
    def value(self) -> str:
        return self._value

    def set(self, value: str = "", unit: str = "", note: str = "", *, ink: str = tk.Ink.TEXT) -> None:
        """Figure, currency and what it counts; room for all three is kept while they are empty."""
        self._value, self._unit, self._note, self._ink = value, unit, note, ink
        spoken = f"{self._label} {value} {unit}".strip()
        self.setAccessibleName(f"{spoken}, {note}" if note else spoken)
        self.updateGeometry()
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(110), self.sizeHint().height())

    def sizeHint(self) -> QSize:
        label, figure = self.theme.metrics(tk.LABEL), self.theme.metrics(tk.TITLE, 600)
        value = figure.horizontalAdvance(self._value) + 6 + self.theme.metrics(tk.CAPTION).horizontalAdvance(self._unit)
        width = max(value, label.horizontalAdvance(self._note), label.horizontalAdvance(self._label))
        return QSize(width + 2 * tk.CARD_PADDING, (1 + self._note_lines) * label.height() + figure.height() + 14)

    def paint(self, painter: QPainter) -> None:
        tokens = self.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.hover if self._opens_rows and self.underMouse() else tokens.raised)
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        self._paint_lines(painter)
        if self.hasFocus():
            painting.draw_focus_ring(painter, self.theme, self.rect(), 6)

    def _paint_lines(self, painter: QPainter) -> None:
        tokens, theme = self.theme.tokens, self.theme
        label, figure = theme.metrics(tk.LABEL), theme.metrics(tk.TITLE, 600)
        inner = self.rect().adjusted(tk.CARD_PADDING, 7, -tk.CARD_PADDING, -7)
        painter.setPen(tokens.muted)
        head = QRect(inner.x(), inner.y(), inner.width(), label.height())
        painting.draw_text(painter, head, self._label, theme.font(tk.LABEL), label)
        unit_metrics = theme.metrics(tk.CAPTION)
        unit_width = unit_metrics.horizontalAdvance(self._unit) + 6 if self._unit else 0
        width = min(figure.horizontalAdvance(self._value), max(0, inner.width() - unit_width))
        middle = QRect(inner.x(), head.bottom() + 1, width, figure.height())
        painter.setPen(tokens.role(self._ink))
        painting.draw_text(painter, middle, self._value, theme.font(tk.TITLE, 600), figure)
        if self._unit:
            painter.setPen(tokens.muted)
            painter.setFont(theme.font(tk.CAPTION))
            painter.drawText(middle.right() + 7, middle.y() + figure.ascent(), self._unit)
        painter.setPen(tokens.muted)
        lines = wrapped(self._note, label, inner.width(), self._note_lines)
        for place, line in enumerate(lines):
            foot = QRect(inner.x(), middle.bottom() + 1 + place * label.height(), inner.width(), label.height())
            painting.draw_text(painter, foot, line, theme.font(tk.LABEL), label)
        cut = bool(lines) and label.horizontalAdvance(lines[-1]) > inner.width()
        self.setToolTip(self._note if cut else "")


def wrapped(text: str, metrics: QFontMetrics, width: int, most: int) -> list[str]:
    """A text in at most so many lines, broken between words; the last takes the rest, fitting or not."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (len(lines) >= most or metrics.horizontalAdvance(longer) <= width):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
