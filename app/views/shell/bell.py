"""The bell of the toolbar: how many notices are unread, and all of them in a list below it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import Part, at_top, column, grows, row, scrolling
from app.views.widgets.notices import Notice, Notices
from app.views.widgets.painted import PaintedButton

_SIGNS = {tk.Tone.GOOD: Icon.GOOD, tk.Tone.WARN: Icon.WARNING, tk.Tone.BAD: Icon.ERROR}


class Bell(PaintedButton):
    """Opens the list; the count has its room reserved."""

    def __init__(self, theme: Theme, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._notices = notices
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(self._on_clicked)
        notices.unread_changed.connect(self._on_unread)
        self._on_unread(notices.unread)

    def _on_unread(self, unread: int) -> None:
        name = "Notices" if not unread else f"Notices, {unread} unread"
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.update()

    def _on_clicked(self) -> None:
        panel = NoticesPanel(self.theme, self._notices.kept, self)
        panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self.mapToGlobal(QPoint(self.width() - panel.sizeHint().width(), self.height() + 4))
        panel.move(corner)
        panel.show()
        self._notices.mark_read()

    def sizeHint(self) -> QSize:
        return QSize(self.theme.sizes.px(40), self.theme.sizes.px(34))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        theme, unread = self.theme, self._notices.unread
        if self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tokens.hover)
            painter.drawRoundedRect(self.rect(), 4, 4)
        size = theme.sizes.px(18)
        painting.draw_icon(painter, theme, self.rect(), Icon.BELL, role=tk.Ink.TEXT, size=size)
        if unread:
            side = theme.sizes.px(15)
            text = str(unread) if unread < 10 else "9+"
            spot = QRect(self.width() // 2 + 2, self.height() // 2 - side, side + 3 * (len(text) - 1), side)
            painter.setRenderHint(painter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.tokens.bad)
            painter.drawRoundedRect(QRectF(spot), side / 2, side / 2)
            painter.setPen(theme.tokens.on_bad_fill)
            painting.draw_text(painter, spot, text, theme.font(tk.CAPTION, 600), theme.metrics(tk.CAPTION, 600),
                               align=painting.CENTRE)
        if self.hasFocus():
            painting.draw_focus_ring(painter, theme, self.rect())


class NoticesPanel(QFrame):
    """A pop-up with the notices of this run, the newest first. Esc closes it."""

    def __init__(self, theme: Theme, notices: tuple[Notice, ...], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName("Notices")
        self._theme = theme
        self.setFrameShape(QFrame.Shape.NoFrame)
        body = QWidget()
        body.setAutoFillBackground(True)
        body.setBackgroundRole(QPalette.ColorRole.Base)
        lines: list[Part] = [Label(theme, "No notices yet.", ink=tk.Ink.MUTED)] if not notices else []
        for place, notice in enumerate(notices):
            lines += [HorizontalRule(theme, role="rule") if place else None, self._line(theme, notice)]
        column(*lines, ..., on=body, margins=(16, 12), spacing=10)
        scroll = scrolling(body, sideways=True)
        body.setAutoFillBackground(True)
        column(scroll, on=self, margins=1)
        self._width = theme.sizes.px(380)
        self._height = min(theme.sizes.px(420), body.heightForWidth(theme.sizes.px(360)) + 4)
        self.resize(self.sizeHint())

    def _line(self, theme: Theme, notice: Notice) -> QHBoxLayout:
        sign = IconSign(theme, _SIGNS.get(notice.tone, Icon.INFO), str(notice.tone), size=16)
        second = f"{theme.formatter.time(notice.at)}  {notice.text}".strip()
        words = column(Label(theme, notice.title, weight=600, wraps=True),
                       Label(theme, second, ink=tk.Ink.MUTED, size=tk.LABEL, wraps=True), spacing=2)
        link = notice.make_link(theme) if notice.leads_on else None
        if link is not None:
            link.clicked.connect(self.close)
        return row(at_top(sign), grows(words), at_top(link) if link is not None else None, spacing=10)

    def sizeHint(self) -> QSize:
        return QSize(self._width, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        painter = QPainter(self)
        painter.setPen(self._theme.tokens.outline)
        painter.setBrush(self._theme.tokens.surface)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
