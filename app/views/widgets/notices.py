"""Notices: short results that come up at the bottom right, and the list of the last of them under the bell.

A notice stays until it is read when it reports a failure or carries a link; others leave after 6 s. Of the changes
that can be undone only the newest stays on screen, or a day's work would cover the page; the bell has the others. The
stack stands over the status bar, and never over a button or over a question in the page (`AskingPanel`), also where
they come up after it. Screen readers are told politely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QToolButton, QWidget

from app.services.clock import local_now
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import AskingPanel, Label, LinkButton
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import at_top, column, grows, row
from app.views.widgets.painted import PaintedWidget

_WIDTH: Final = 360
_STAY_MS: Final = 6000
_MOST_SHOWN: Final = 4
_KEPT: Final = 20
_ICONS: Final = {
    tk.Tone.GOOD: Icon.GOOD,
    tk.Tone.WARN: Icon.WARNING,
    tk.Tone.BAD: Icon.ERROR,
    tk.Tone.INFO: Icon.INFO,
    tk.Tone.NEUTRAL: Icon.INFO,
    tk.Tone.ACCENT: Icon.INFO,
}


def _always() -> bool:
    return True


def _never() -> str:
    return ""


def _forgotten() -> None:
    """Nobody asks whether it was dismissed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One result: "64 accounts moved to Residential", "Finished 09:12, took 1 s", and perhaps a link."""

    title: str
    text: str = ""
    tone: tk.Tone = tk.Tone.GOOD
    link: str = ""
    """A verb: "Undo", "Open report"."""
    run: Callable[[], object] | None = None
    holds: Callable[[], bool] = _always
    """Whether its link still leads anywhere; what was taken back cannot be taken back again."""
    refusal: Callable[[], str] = _never
    """Why its link cannot be followed for now, in a sentence; it can be later, so the notice stays."""
    dismissed: Callable[[], object] = _forgotten
    """Run where a person closes it or follows its link, and not where it only makes room for others."""
    instead_of: str = ""
    """A word that a newer notice shares with the card it takes the place of; empty where cards stand together."""
    at: datetime = field(default_factory=local_now)

    @property
    def stays(self) -> bool:
        return self.tone is tk.Tone.BAD or bool(self.link)

    @property
    def leads_on(self) -> bool:
        """It has a link that can be followed."""
        return bool(self.link) and self.run is not None and self.holds()

    def make_link(self, theme: Theme) -> LinkButton | None:
        """The button of its link, off with the reason where it cannot be followed now; None without one."""
        if not self.link or self.run is None:
            return None
        link = LinkButton(theme, self.link, run=self.run)
        _offer(link, self)
        return link


def _offer(link: LinkButton, notice: Notice) -> None:
    refusal = notice.refusal()
    link.setEnabled(not refusal)
    link.setToolTip(refusal)
    link.setAccessibleDescription(refusal)


class NoticeCard(PaintedWidget):
    """One notice on screen."""

    closed = Signal()

    def __init__(self, theme: Theme, notice: Notice, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.notice = notice
        self.setAccessibleName(f"{notice.title}. {notice.text}".strip())
        sign = IconSign(theme, _ICONS[notice.tone], str(notice.tone), self, size=16)
        self._link = link = notice.make_link(theme)
        if link is not None:
            link.clicked.connect(self._dismiss)
        close = QToolButton(self)
        side = theme.sizes.small_icon
        close.setIconSize(QSize(side, side))
        close.setIcon(theme.icons.icon(Icon.CLOSE, tk.Ink.MUTED, side))
        close.setFixedSize(24, 24)
        close.setAccessibleName("Close this notice")
        close.setToolTip("Close this notice")
        close.clicked.connect(self._dismiss)
        said = Label(theme, notice.text, ink=tk.Ink.MUTED, size=tk.LABEL, wraps=True)
        words = column(Label(theme, notice.title, weight=600, wraps=True),
                       row(grows(said), None if link is None else at_top(link), spacing=4), spacing=4)
        row(at_top(sign), grows(words), at_top(close), on=self, margins=(18, 10, 8, 10), spacing=10)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_STAY_MS)
        self._timer.timeout.connect(self.close_now)
        if not notice.stays:
            self._timer.start()

    def renew(self) -> None:
        """Whether its link can be followed may be another matter now."""
        if self._link is not None:
            _offer(self._link, self.notice)

    def _dismiss(self) -> None:
        self.notice.dismissed()
        self.close_now()

    def close_now(self) -> None:
        self._timer.stop()
        self.closed.emit()

    def sizeHint(self) -> QSize:
        width = self.theme.sizes.px(_WIDTH)
        layout = self.layout()
        height = layout.totalHeightForWidth(width) if layout is not None else 60
        return QSize(width, max(height, 44))

    def paint(self, painter: QPainter) -> None:
        tokens = self.theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.outline, 1))
        painter.setBrush(tokens.surface)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.fillRect(1, 4, 4, self.height() - 8, self.theme.color(str(self.notice.tone)))


class Notices(QObject):
    """Shows notices over a window and keeps the last of them. `unread_changed` feeds the bell."""

    unread_changed = Signal(int)

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self._window = window
        self._cards: list[NoticeCard] = []
        self._kept: list[Notice] = []
        self._unread = 0
        self._area = window
        window.installEventFilter(self)
        theme.changed.connect(self._place)
        self._making_way = QTimer(self)  # once the layouts have settled
        self._making_way.setSingleShot(True)
        self._making_way.setInterval(0)
        self._making_way.timeout.connect(self._place)
        # Whatever asks something takes the keyboard as it comes up, and so does another page.
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_focus)

    @property
    def kept(self) -> tuple[Notice, ...]:
        """The last notices of this run, the newest first."""
        return tuple(reversed(self._kept))

    @property
    def shown(self) -> tuple[NoticeCard, ...]:
        return tuple(self._cards)

    @property
    def unread(self) -> int:
        return self._unread

    def stand_in(self, area: QWidget) -> None:
        """Stack the notices in the lower right corner of this part of the window."""
        self._area = area
        area.installEventFilter(self)
        self._place()

    def say(self, title: str, text: str = "", *, tone: tk.Tone = tk.Tone.GOOD, link: str = "",
            run: Callable[[], object] | None = None) -> None:
        """Show a result."""
        self.show(Notice(title=title, text=text, tone=tone, link=link, run=run))

    def show(self, notice: Notice) -> None:
        self._kept = [*self._kept[-_KEPT + 1:], notice]
        self._unread += 1
        self.unread_changed.emit(self._unread)
        for former in [card for card in self._cards if notice.instead_of == card.notice.instead_of != ""]:
            self._take_away(former)
        while len(self._cards) >= _MOST_SHOWN:
            self._take_away(self._cards[0])
        card = NoticeCard(self._theme, notice, self._window)
        card.closed.connect(self._on_closed)
        self._cards.append(card)
        card.show()
        self._place()
        QAccessible.updateAccessibility(QAccessibleEvent(card, QAccessible.Event.Alert))

    def refresh(self) -> None:
        """Take away the cards whose link leads nowhere any more; the list under the bell keeps their words.

        Of the others, say whether it can be followed now.
        """
        for card in [card for card in self._cards if card.notice.link and not card.notice.holds()]:
            self._take_away(card)
        for card in self._cards:
            card.renew()
        self._place()

    def mark_read(self) -> None:
        """The list under the bell was opened."""
        self._unread = 0
        self.unread_changed.emit(0)

    def _on_closed(self) -> None:
        card = self.sender()
        if isinstance(card, NoticeCard):
            self._take_away(card)
            self._place()

    def _take_away(self, card: NoticeCard) -> None:
        if card in self._cards:
            self._cards.remove(card)
        card.hide()
        card.deleteLater()

    def _on_focus(self) -> None:
        if self._cards:
            self._making_way.start()

    def _place(self) -> None:
        """Stack the cards from the lower right corner upwards, the newest lowest, clear of what asks."""
        area = QRect(self._area.mapTo(self._window, QPoint(0, 0)), self._area.size())
        obstacles = self._obstacles(area) if self._cards else []
        bottom = area.bottom() - 12
        for card in reversed(self._cards):
            size = card.sizeHint()
            spot = QRect(area.right() - size.width() - 16, bottom - size.height(), size.width(), size.height())
            for obstacle in obstacles:
                if obstacle.intersects(spot) and obstacle.top() - size.height() - 8 > area.top():
                    spot.moveBottom(obstacle.top() - 8)
            card.setGeometry(spot)
            card.raise_()
            bottom = spot.top() - 8

    def _obstacles(self, area: QRect) -> list[QRect]:
        """Places of the buttons and of the questions in the area, the lowest first."""
        found = (*self._area.findChildren(AskingPanel), *self._area.findChildren(QAbstractButton))
        rects = [QRect(part.mapTo(self._window, QPoint(0, 0)), part.size()) for part in found if part.isVisible()]
        return sorted((rect for rect in rects if rect.intersects(area)), key=QRect.top, reverse=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == _RESIZED and watched in {self._window, self._area}:
            self._place()
        return False


_RESIZED = QEvent.Type.Resize
