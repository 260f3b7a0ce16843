"""What a diagram is drawn with: one palette, and fonts, measures and icon outlines kept for it.

Sizes are px at 100 %; the view and the paper scale the whole drawing, so letters keep their place at every zoom. Icons
are outlines, not pictures: they stay sharp enlarged and on paper.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from app.views.inheritance.plan import Box
from app.views.look import tokens as tk
from app.views.look.icons import Icon, IconFont
from app.views.look.theme import FAMILY

LEFT: Final = Qt.AlignmentFlag.AlignLeft
RIGHT: Final = Qt.AlignmentFlag.AlignRight
MIDDLE: Final = Qt.TextElideMode.ElideMiddle
END: Final = Qt.TextElideMode.ElideRight
NO_BRUSH: Final = Qt.BrushStyle.NoBrush
NO_PEN: Final = Qt.PenStyle.NoPen
_SLACK: Final = 1.0
"""Paper and screen measure letters a little differently."""


def rect_of(box: Box) -> QRectF:
    return QRectF(box.x, box.y, box.width, box.height)


class Pencil:
    """Draws in one palette; made anew when the palette changes."""

    def __init__(self, tokens: tk.Tokens, icon_font: IconFont) -> None:
        self.tokens = tokens
        self._icon_font = icon_font
        self._fonts: dict[tuple[int, int, bool], tuple[QFont, QFontMetricsF]] = {}
        self._outlines: dict[tuple[Icon, int], QPainterPath] = {}

    def font(self, size: int, weight: int = 400, *, italic: bool = False) -> tuple[QFont, QFontMetricsF]:
        """Open Sans in px, and its measures."""
        key = (size, weight, italic)
        found = self._fonts.get(key)
        if found is None:
            font = QFont(FAMILY)
            font.setPixelSize(size)
            font.setWeight(QFont.Weight(weight))
            font.setItalic(italic)
            font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            found = self._fonts[key] = (font, QFontMetricsF(font))
        return found

    def pen(self, role: str, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
        """A pen in a role of the palette."""
        pen = QPen(self.tokens.role(role), width, style)
        if style is Qt.PenStyle.CustomDashLine:
            pen.setDashPattern([3.0, 3.0])
        return pen

    def icon(self, painter: QPainter, icon: Icon, x: float, middle: float, *, size: int,
             role: str) -> None:
        """An icon with its left edge at `x`, centred on a height."""
        key = (icon, size)
        outline = self._outlines.get(key)
        if outline is None:
            outline = self._outlines[key] = self._icon_font.outline(icon, size)
        painter.setPen(NO_PEN)
        painter.setBrush(self.tokens.role(role))
        painter.drawPath(outline.translated(x, middle - size / 2))

    def width(self, text: str, size: int, weight: int = 400, *, italic: bool = False) -> float:
        return self.font(size, weight, italic=italic)[1].horizontalAdvance(text)

    def text(self, painter: QPainter, box: Box, text: str, *, sizes: tuple[int, ...], role: str, weight: int = 400,
             align: Qt.AlignmentFlag = LEFT, italic: bool = False, struck: bool = False,
             elide: Qt.TextElideMode = MIDDLE) -> None:
        """One line, in the first of the sizes that fits, else elided in the last one."""
        size = next((s for s in sizes if self.width(text, s, weight, italic=italic) <= box.width), sizes[-1])
        font, metrics = self.font(size, weight, italic=italic)
        if metrics.horizontalAdvance(text) > box.width + _SLACK:
            text = metrics.elidedText(text, elide, box.width)
        length = metrics.horizontalAdvance(text)
        x = box.x if align is LEFT else box.right - length
        baseline = box.middle + (metrics.ascent() - metrics.descent()) / 2
        painter.setFont(font)
        painter.setPen(self.tokens.role(role))
        painter.drawText(QPointF(x, baseline), text)
        if struck:  # a line of our own: vector formats leave out that of the font
            y = baseline - metrics.xHeight() / 2
            painter.setPen(self.pen(role, 1.2))
            painter.drawLine(QPointF(x - 1, y), QPointF(x + length + 1, y))
