"""What widgets and delegates both draw: icons, badges, chips, switches, placeholders and the focus ring.

Every function takes the theme and asks it for roles; none keeps state. Sizes come in pairs: `..._width` says how much
room a thing wants, `draw_...` draws it into what it gets and elides the rest.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen

from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

ELIDE_END: Final = Qt.TextElideMode.ElideRight
ELIDE_MIDDLE: Final = Qt.TextElideMode.ElideMiddle
LEFT: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE: Final = Qt.AlignmentFlag.AlignCenter
_NO_PEN: Final = Qt.PenStyle.NoPen
_NO_BRUSH: Final = Qt.BrushStyle.NoBrush
_SINGLE_LINE: Final = int(Qt.TextFlag.TextSingleLine)

CHIP_STRIP: Final = 4
CHIP_RADIUS: Final = 3
_BADGE_PADDING: Final = 8


def draw_text(painter: QPainter, rect: QRect, text: str, font: QFont, metrics: QFontMetrics, *,
              align: Qt.AlignmentFlag = LEFT, elide: Qt.TextElideMode = ELIDE_END) -> None:
    """One line of text in the current pen, elided where it does not fit."""
    if metrics.horizontalAdvance(text) > rect.width():
        text = metrics.elidedText(text, elide, rect.width())
    painter.setFont(font)
    painter.drawText(rect, align.value | _SINGLE_LINE, text)


def draw_icon(painter: QPainter, theme: Theme, rect: QRect, icon: Icon, *, role: str, size: int) -> None:
    """An icon centred in a rectangle, on whole pixels."""
    scale = painter.device().devicePixelRatio()
    pixmap = theme.icons.pixmap(icon, role, size, scale)
    left = rect.x() + (rect.width() - size) // 2
    top = rect.y() + (rect.height() - size) // 2
    painter.drawPixmap(left, top, pixmap)


def draw_focus_ring(painter: QPainter, theme: Theme, rect: QRect, radius: float = 4) -> None:
    """The ring of 2 px inside a rectangle; it is drawn last, and never filled."""
    painter.setBrush(_NO_BRUSH)
    painter.setPen(QPen(theme.tokens.focus, 2))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), radius, radius)


# --- badge ---------------------------------------------------------------------------------------------------------


def badge_width(theme: Theme, text: str, icon: Icon | None) -> int:
    width = theme.metrics(tk.LABEL, 600).horizontalAdvance(text) + 2 * _BADGE_PADDING
    return width + (theme.sizes.px(13) + 4 if icon else 0)


def draw_badge(painter: QPainter, theme: Theme, rect: QRect, text: str, *, tone: tk.Tone,
               icon: Icon | None = None) -> None:
    """A pill at the left of the rectangle, centred in its height, as wide as it needs and the rectangle allows."""
    tokens, height = theme.tokens, theme.sizes.badge
    width = min(badge_width(theme, text, icon), rect.width())
    pill = QRect(rect.x(), rect.y() + (rect.height() - height) // 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(tokens.soft(tone))
    painter.drawRoundedRect(QRectF(pill), height / 2, height / 2)
    role = "on_accent_soft" if tone is tk.Tone.ACCENT else f"on_{tone}"
    left = pill.x() + _BADGE_PADDING
    if icon:
        size = theme.sizes.px(13)
        draw_icon(painter, theme, QRect(left, pill.y(), size, height), icon, role=role, size=size)
        left += size + 4
    painter.setPen(tokens.role(role))
    inner = QRect(left, pill.y(), pill.right() + 1 - _BADGE_PADDING - left, height)
    draw_text(painter, inner, text, theme.font(tk.LABEL, 600), theme.metrics(tk.LABEL, 600))


# --- status: a dot with a word, or a badge -------------------------------------------------------------------------


def draw_dot_word(painter: QPainter, theme: Theme, rect: QRect, text: str, *, dot_role: str,
                  text_role: str) -> None:
    """The quiet form of a status: a dot and a plain word."""
    side = theme.sizes.px(7)
    dot = QRectF(rect.x() + 1, rect.y() + (rect.height() - side) / 2, side, side)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(theme.color(dot_role))
    painter.drawEllipse(dot)
    painter.setPen(theme.color(text_role))
    words = rect.adjusted(side + 9, 0, 0, 0)
    draw_text(painter, words, text, theme.font(), theme.metrics())


# --- source chip ---------------------------------------------------------------------------------------------------


def chip_width(theme: Theme, text: str) -> int:
    icon = theme.sizes.px(13)
    return CHIP_STRIP + 6 + icon + 5 + theme.metrics(tk.LABEL).horizontalAdvance(text) + 8


def draw_chip(painter: QPainter, theme: Theme, rect: QRect, text: str, mark: tk.TierMark, *,
              underlined: bool = False) -> QRect:
    """A source chip at the left of the rectangle; returns where it stands, for clicks."""
    tokens, height = theme.tokens, theme.sizes.badge
    width = min(chip_width(theme, text), rect.width())
    body = QRect(rect.x(), rect.y() + (rect.height() - height) // 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(tokens.tint(mark))
    painter.drawRoundedRect(QRectF(body), CHIP_RADIUS, CHIP_RADIUS)
    painter.setBrush(tokens.strip(mark))
    painter.drawRect(QRect(body.x(), body.y(), CHIP_STRIP, height))
    size = theme.sizes.px(13)
    left = body.x() + CHIP_STRIP + 6
    draw_icon(painter, theme, QRect(left, body.y(), size, height), Icon.of_tier(mark), role="text", size=size)
    left += size + 5
    painter.setPen(tokens.text)
    font = theme.font(tk.LABEL)
    if underlined:
        font = QFont(font)
        font.setUnderline(True)
    inner = QRect(left, body.y(), body.right() + 1 - 6 - left, height)
    draw_text(painter, inner, text, font, theme.metrics(tk.LABEL), elide=ELIDE_MIDDLE)
    return body


# --- switch --------------------------------------------------------------------------------------------------------


def switch_size(theme: Theme) -> tuple[int, int]:
    return theme.sizes.px(31), theme.sizes.px(17)


def draw_switch(painter: QPainter, theme: Theme, rect: QRect, *, is_on: bool, is_enabled: bool = True) -> None:
    """A switch centred in the rectangle. On and off differ by the place of the knob, not by colour alone."""
    tokens = theme.tokens
    width, height = switch_size(theme)
    track = QRectF(rect.x() + (rect.width() - width) // 2 + 0.5, rect.y() + (rect.height() - height) // 2 + 0.5,
                   width - 1, height - 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = tokens.faint if is_enabled else tokens.border
    painter.setPen(QPen(tokens.accent if is_on and is_enabled else edge, 1))
    painter.setBrush(tokens.accent if is_on and is_enabled else tokens.field)
    painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
    knob = track.height() - 5
    left = track.right() - knob - 2.5 if is_on else track.left() + 2.5
    painter.setPen(_NO_PEN)
    painter.setBrush(tokens.on_accent if is_on and is_enabled else edge)
    painter.drawEllipse(QRectF(left, track.top() + 2.5, knob, knob))


# --- tick box ------------------------------------------------------------------------------------------------------


def draw_tick_box(painter: QPainter, theme: Theme, rect: QRect, *, is_on: bool, on_selection: bool = False,
                  is_enabled: bool = True) -> None:
    """A box of 16 px at the left of the rectangle, ticked or not."""
    tokens, side = theme.tokens, theme.sizes.icon
    box = QRectF(rect.x() + 0.5, rect.y() + (rect.height() - side) // 2 + 0.5, side - 1, side - 1)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if is_on and is_enabled:
        painter.setPen(QPen(tokens.accent, 1))
        painter.setBrush(tokens.accent)
    else:
        edge = tokens.muted if on_selection else tokens.outline
        painter.setPen(QPen(edge if is_enabled else tokens.border, 1))
        painter.setBrush(tokens.field if is_enabled else tokens.raised)
    painter.drawRoundedRect(box, 3, 3)
    if is_on:
        mark = theme.sizes.px(12)
        draw_icon(painter, theme, QRect(rect.x(), rect.y(), side, rect.height()), Icon.TICK,
                  role="on_accent" if is_enabled else "faint", size=mark)


# --- loading -------------------------------------------------------------------------------------------------------


def draw_placeholder(painter: QPainter, theme: Theme, rect: QRect, share: float, *, at_right: bool = False) -> None:
    """A grey bar where a text will stand, this share of the width; grey on purpose, and said in words elsewhere."""
    height = max(4, theme.sizes.px(8))
    width = max(12, int(rect.width() * share))
    left = rect.right() + 1 - width if at_right else rect.x()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(theme.tokens.sunken if not theme.is_dark else theme.tokens.rule)
    painter.drawRoundedRect(QRectF(left, rect.y() + (rect.height() - height) / 2, width, height), 3, 3)


def draw_bar(painter: QPainter, theme: Theme, rect: QRect, share: float, role: str = "accent") -> None:
    """A progress bar of 6 px: trough and filled part."""
    height = 6
    trough = QRectF(rect.x(), rect.y() + (rect.height() - height) / 2, rect.width(), height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(_NO_PEN)
    painter.setBrush(theme.tokens.sunken)
    painter.drawRoundedRect(trough, 3, 3)
    filled = QRectF(trough)
    filled.setWidth(trough.width() * max(0.0, min(1.0, share)))
    if filled.width() >= 1:
        painter.setBrush(theme.color(role))
        painter.drawRoundedRect(filled, 3, 3)


_GAUGE_END: Final = 1.6
"""So many times the limit a gauge is long."""
_GAUGE_NEAR: Final = 0.9


def draw_gauge(painter: QPainter, theme: Theme, rect: QRect, share: float) -> None:
    """A bar of 7 px: how much of a limit is used, with a mark at the limit."""
    height, tokens = 7, theme.tokens
    top = rect.y() + (rect.height() - height) // 2
    painter.fillRect(rect.x(), top, rect.width(), height, tokens.sunken)
    filled = round(rect.width() * max(0.0, min(share, _GAUGE_END)) / _GAUGE_END)
    role = tokens.bad if share > 1 else tokens.warn if share >= _GAUGE_NEAR else tokens.accent
    painter.fillRect(rect.x(), top, filled, height, role)
    painter.fillRect(rect.x() + round(rect.width() / _GAUGE_END) - 1, top - 3, 2, height + 6, tokens.text)


def underline(painter: QPainter, theme: Theme, start: QPointF, end: QPointF, role: str = "rule") -> None:
    """A line of 1 px in a role."""
    painter.setPen(QPen(theme.color(role), 1))
    painter.drawLine(start, end)
