"""The chosen account beside the list: how much of its limit is used, and what would be refused next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.credit.exceeded import LimitRow
from app.services.credit.limits import USUAL_NEAR
from app.services.credit.words import refused_words
from app.views.credit.chart import Framed
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, ElidedLabel, Label
from app.views.widgets.layout import column, grid, grows, row
from app.views.widgets.painted import PaintedWidget
from app.views.widgets.wrapped_words import WrappedWords

_HEIGHT: Final = 22
_BEYOND_LIMIT: Final = 1.125
_BEYOND_OWING: Final = 1.05


def head_room_words(entry: LimitRow, formatter: Formatter) -> str:
    """"Head-room 689.25 AUD of 8,000.00, rating A"."""
    if entry.limit_minor is None:
        return "No limit"
    room, limit = entry.head_room_minor or 0, formatter.amount(entry.limit_minor, entry.currency)
    rating = f", rating {entry.rating}" if entry.rating else ""
    if entry.limit_minor == 0:
        return f"No credit{rating}"
    amount = f"{formatter.amount(abs(room), entry.currency)}{NO_BREAK}{entry.currency}"
    return f"{amount} above the limit of {limit}{rating}" if room < 0 else f"Head-room {amount} of {limit}{rating}"


def refused_next(entry: LimitRow, formatter: Formatter) -> str:
    """What an account cannot do next, in one sentence."""
    if entry.limit_minor is None:
        return "Nothing is refused: there is no limit."
    words = refused_words(entry.refused_events)
    if not entry.refused_events or entry.is_exceeded:
        return f"Refused next: {words[0].lower()}{words[1:]}."
    room = f"{formatter.amount(entry.head_room_minor or 0, entry.currency)}{NO_BREAK}{entry.currency}"
    return f"Refused next: {words[0].lower()}{words[1:]}, over {room}."


class HeadRoomGauge(PaintedWidget):
    """Balance and drafts side by side against the limit; what lies above it is hatched."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._entry: LimitRow | None = None
        self._drafts = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Head-room")

    def show_account(self, entry: LimitRow | None, drafts: int) -> None:
        self._entry, self._drafts = entry, drafts
        words = "" if entry is None else head_room_words(entry, self.theme.formatter)
        self.setAccessibleName(f"Head-room: {words}")
        self.update()

    def sizeHint(self) -> QSize:
        px = self.theme.sizes.px
        return QSize(px(220), px(_HEIGHT) + px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(120), self.sizeHint().height())

    def paint(self, painter: QPainter) -> None:
        entry, tokens = self._entry, self.theme.tokens
        if entry is None or not entry.limit_minor:
            return  # no limit, or no credit: words say it
        limit, height = entry.limit_minor, self.theme.sizes.px(_HEIGHT)
        owing = max(entry.balance_minor, 0)
        top = self.theme.sizes.px(4)
        full = max(limit * _BEYOND_LIMIT, (owing + max(self._drafts, 0)) * _BEYOND_OWING)

        def x(minor: float) -> int:
            return round(min(minor, full) * self.width() / full)

        painter.fillRect(0, top, self.width(), height, tokens.sunken)
        painter.fillRect(0, top, x(min(owing, limit)), height, tokens.accent)
        if self._drafts > 0:
            painter.fillRect(x(owing), top, x(owing + self._drafts) - x(owing), height, tokens.info)
        if owing > limit:
            over = QRect(x(limit), top, x(owing) - x(limit), height)
            painter.fillRect(over, tokens.bad_soft)
            painter.fillRect(over, QBrush(tokens.bad, Qt.BrushStyle.BDiagPattern))
        near = x(limit * USUAL_NEAR / 100)
        painter.setPen(QPen(tokens.text, 1, Qt.PenStyle.DotLine))
        painter.drawLine(near, top, near, top + height)
        painter.fillRect(QRectF(x(limit) - 1, top - 3, 2, height + 6), tokens.text)
        self._draw_words(painter, x(limit), near, top + height + 2)

    def _draw_words(self, painter: QPainter, limit: int, near: int, top: int) -> None:
        theme = self.theme
        for words, place, weight, ink in (("Limit", limit, 600, tk.Ink.TEXT), (f"{USUAL_NEAR}{NO_BREAK}%", near, 400,
                                                                               tk.Ink.MUTED)):
            metrics = theme.metrics(tk.CAPTION, weight)
            width = metrics.horizontalAdvance(words) + 2
            left = min(max(0, place - width // 2), self.width() - width)
            if words != "Limit":
                beside = limit - theme.metrics(tk.CAPTION, 600).horizontalAdvance("Limit") // 2 - width - 6
                left = max(0, min(left, beside))
            painter.setPen(theme.color(ink))
            painting.draw_text(painter, QRect(left, top, width, metrics.height()), words,
                               theme.font(tk.CAPTION, weight), metrics)


class AccountCard(Framed):
    """The account under the keyboard of the list."""

    open_asked = Signal()
    terms_asked = Signal()

    def __init__(self, theme: Theme, may_not: Callable[[], str]) -> None:
        """`may_not` says why whoever works here cannot change terms."""
        super().__init__(theme)
        self._may_not = may_not
        self.setAccessibleName("Chosen account")
        self._name = ElidedLabel(theme, size=tk.SECTION, weight=600)
        self._badge = Badge(theme)
        self._line = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self.gauge = HeadRoomGauge(theme)
        self._lines = [(Label(theme, words, ink=tk.Ink.MUTED), Label(theme, weight=600))
                       for words in ("Posted balance", "Drafts, not counted yet")]
        self._refused = WrappedWords(theme, lines=2, ink=tk.Ink.MUTED)
        self.open_button = Button(theme, "Show account", icon=Icon.OPEN, run=self.open_asked.emit)
        self.terms_button = Button(theme, "Change terms…", icon=Icon.RATING, run=self.terms_asked.emit)
        for _, figure in self._lines:
            figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        column(row(grows(self._name), self._badge), self._line, self.gauge,
               grid(*[list(pair) for pair in self._lines], shares={1: 1}, down=2), 2, self._refused, ...,
               row(self.open_button, self.terms_button, ...), on=self, margins=(14, 10, 14, 10), spacing=3)

    @property
    def terms_refusal(self) -> str:
        """Why terms cannot be changed here; empty where they can."""
        why = self._may_not()
        return f"Changing terms {why}" if why else ""

    def show_account(self, entry: LimitRow | None, drafts: int) -> None:
        """Show an account, or that none is chosen."""
        formatter = self.theme.formatter
        self.gauge.show_account(entry, drafts)
        self._badge.setVisible(entry is not None and entry.limit_minor is not None)
        nobody = "" if entry is not None else "Choose an account of the list."
        self.open_button.offer(nobody)
        self.terms_button.offer(nobody or self.terms_refusal)
        if entry is None:
            self._name.set_text("No account is chosen")
            self._line.set_text("")
            self._refused.set_text("")
            for _, figure in self._lines:
                figure.setText("")
            return
        self._name.set_text(entry.name)
        tone, words, icon = _standing(entry)
        self._badge.set(words, tone, icon)
        self._line.set_text(head_room_words(entry, formatter))
        for (words_label, figure), minor in zip(self._lines, (entry.balance_minor, drafts), strict=True):
            amount = f"{formatter.amount(minor, entry.currency)}{NO_BREAK}{entry.currency}"
            figure.setText(amount)
            figure.setAccessibleName(f"{words_label.text()}: {amount}")
        self._refused.set_text(refused_next(entry, formatter))


def _standing(entry: LimitRow) -> tuple[tk.Tone, str, Icon]:
    if entry.is_exceeded:
        return tk.Tone.BAD, "Over its limit", Icon.ERROR
    if entry.balance_minor > 0 and entry.balance_minor * 100 >= (entry.limit_minor or 0) * USUAL_NEAR:
        return tk.Tone.WARN, "Nearly at limit", Icon.WARNING
    return tk.Tone.GOOD, "Within its limit", Icon.GOOD
