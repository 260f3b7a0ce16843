"""Tabs of the window, and the tabs within a page. Both keep their widths when the current one changes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QToolButton, QWidget

from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

_LARGEST = 240
_PADDING = 14
_BUTTON = 24


class WindowTabs(QTabBar):
    """Tabs of the centre: icon, title, and a pin or a close button."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icons: dict[int, Icon] = {}
        self._next_key = 1
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setAccessibleName("Open tabs")
        self.setMouseTracking(True)
        theme.changed.connect(self._refresh)

    def add(self, title: str, icon: Icon, *, is_pinned: bool, place: int) -> int:
        """Add a tab; pinned ones cannot be closed."""
        place = self.insertTab(place, title)
        key, self._next_key = self._next_key, self._next_key + 1
        self._icons[key] = icon
        self.setTabData(place, (key, is_pinned))
        self.setTabToolTip(place, title)
        if not is_pinned:
            self.setTabButton(place, QTabBar.ButtonPosition.RightSide, self._close_button(title))
        return place

    def set_title(self, place: int, title: str) -> None:
        self.setTabText(place, title)
        self.setTabToolTip(place, title)
        button = self.tabButton(place, QTabBar.ButtonPosition.RightSide)
        if button is not None:
            button.setAccessibleName(f"Close {title}")

    def _is_pinned(self, place: int) -> bool:
        data = self.tabData(place)
        return bool(data and data[1])

    def _close_button(self, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(f"Close {title}")
        button.setToolTip("Close tab (Ctrl+W)")
        button.clicked.connect(self._on_close)
        self._set_close_icon(button)
        return button

    def _set_close_icon(self, button: QToolButton) -> None:
        side = self._theme.sizes.small_icon
        button.setIconSize(QSize(side, side))
        button.setIcon(self._theme.icons.icon(Icon.CLOSE, tk.Ink.MUTED, side))

    def _on_close(self) -> None:
        button = self.sender()
        for place in range(self.count()):
            if self.tabButton(place, QTabBar.ButtonPosition.RightSide) is button:
                self.tabCloseRequested.emit(place)
                return

    def _refresh(self) -> None:
        for place in range(self.count()):
            button = self.tabButton(place, QTabBar.ButtonPosition.RightSide)
            if isinstance(button, QToolButton):
                self._set_close_icon(button)
        self.updateGeometry()
        self.update()

    def _paint_tab(self, painter: QPainter, place: int) -> None:
        theme, tokens = self._theme, self._theme.tokens
        rect, is_current = self.tabRect(place), place == self.currentIndex()
        if is_current:
            painter.fillRect(rect, tokens.surface)
            painter.fillRect(rect.x(), rect.y(), rect.width(), 2, tokens.accent)
        else:
            painter.fillRect(rect.right(), rect.y() + 10, 1, rect.height() - 20, tokens.border)
        icon = self._icons[self.tabData(place)[0]]
        size, weight = theme.sizes.icon, 600 if is_current else 400
        role = tk.Ink.TEXT if is_current else tk.Ink.MUTED
        left = rect.x() + _PADDING
        painting.draw_icon(painter, theme, QRect(left, rect.y(), size, rect.height()), icon, role=role, size=size)
        left += size + 8
        end = rect.right() + 1 - (_BUTTON + 10)
        painter.setPen(tokens.role(role))
        painting.draw_text(painter, QRect(left, rect.y(), end - left, rect.height()), self.tabText(place),
                           theme.font(tk.BODY, weight), theme.metrics(tk.BODY, weight))
        if self._is_pinned(place):
            side = theme.sizes.small_icon
            painting.draw_icon(painter, theme, QRect(end, rect.y(), _BUTTON, rect.height()), Icon.PIN,
                               role=tk.Ink.MUTED, size=side)
        if is_current and self.hasFocus():
            painting.draw_focus_ring(painter, theme, rect.adjusted(1, 1, -1, -1))

    def tabSizeHint(self, index: int) -> QSize:
        words = self._theme.metrics(tk.BODY, 600).horizontalAdvance(self.tabText(index))
        width = _PADDING + self._theme.sizes.icon + 8 + words + 4 + _BUTTON + 10
        return QSize(min(width, self._theme.sizes.px(_LARGEST)), self._theme.sizes.tab)

    def minimumTabSizeHint(self, index: int) -> QSize:
        return QSize(min(self.tabSizeHint(index).width(), 120), self._theme.sizes.tab)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.sizes.tab)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.tokens.sunken)
        for place in range(self.count()):
            self._paint_tab(painter, place)
        painter.end()


class SectionTabs(QTabBar):
    """Tabs within a page: words with a count, the current one underlined. Alt+1 to 9 belong to the page."""

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._counts: dict[int, int | None] = {}
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        theme.changed.connect(self._refresh)

    def add(self, title: str) -> int:
        return self.addTab(title)

    def set_count(self, place: int, count: int | None) -> None:
        """Count behind a tab; room for two figures is kept once a tab has had one."""
        if self._counts.get(place) != count:
            self._counts[place] = count
            self.setAccessibleTabName(place, f"{self.tabText(place)} {count if count is not None else ''}".strip())
            self.setTabText(place, self.tabText(place))  # has the tabs behind it make room
            self._refresh()

    def _refresh(self) -> None:
        self.updateGeometry()
        self.update()

    def _count_text(self, place: int) -> str:
        count = self._counts.get(place)
        return "" if count is None else self._theme.formatter.number(count)

    def _pill_width(self, place: int) -> int:
        if place not in self._counts:
            return 0
        text = self._theme.metrics(tk.CAPTION, 600).horizontalAdvance(self._count_text(place) or "0")
        return max(self._theme.sizes.px(16), text + 10)

    def _paint_tab(self, painter: QPainter, place: int) -> None:
        theme, tokens = self._theme, self._theme.tokens
        rect, is_current = self.tabRect(place), place == self.currentIndex()
        weight = 600 if is_current else 400
        metrics = theme.metrics(tk.BODY, weight)
        painter.setPen(tokens.text if is_current else tokens.muted)
        left, width = rect.x(), metrics.horizontalAdvance(self.tabText(place))
        painting.draw_text(painter, QRect(left, rect.y(), width + 1, rect.height()), self.tabText(place),
                           theme.font(tk.BODY, weight), metrics)
        pill, count = self._pill_width(place), self._count_text(place)
        if pill and count:
            height = theme.sizes.px(16)
            box = QRect(left + width + 7, rect.y() + (rect.height() - height) // 2, pill, height)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tokens.neutral_soft)
            painter.drawRoundedRect(QRectF(box), height / 2, height / 2)
            painter.setPen(tokens.on_neutral)
            painting.draw_text(painter, box, count, theme.font(tk.CAPTION, 600), theme.metrics(tk.CAPTION, 600),
                               align=painting.CENTRE)
            width += 7 + pill
        if is_current:
            painter.fillRect(left, rect.bottom() - 2, width, 3, tokens.accent)
            if self.hasFocus():
                ring = QRect(left - 6, rect.y() + 4, width + 12, rect.height() - 8)
                painting.draw_focus_ring(painter, theme, ring)

    def tabSizeHint(self, index: int) -> QSize:
        words = self._theme.metrics(tk.BODY, 600).horizontalAdvance(self.tabText(index))
        pill = self._pill_width(index)
        return QSize(words + (7 + pill if pill else 0) + 24, self._theme.sizes.px(38))

    def minimumTabSizeHint(self, index: int) -> QSize:
        return self.tabSizeHint(index)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002  Qt's signature
        painter = QPainter(self)
        for place in range(self.count()):
            if self.isTabVisible(place):
                self._paint_tab(painter, place)
        painter.end()
