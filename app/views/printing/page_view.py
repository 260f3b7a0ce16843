"""One page of an invoice as a picture on its desk: dimmed while another one is drawn, and never stretched for long."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from app.services.printing.preview import PreviewPage
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.painted import PaintedWidget

DESK: Final = 16
"""Room around the page."""
A4_WIDTH_PT: Final = 595.28
A4_HEIGHT_PT: Final = 841.89
_DIMMED: Final = 0.4


def image_of(page: PreviewPage) -> QImage:
    """The page as an image of its own; the bytes may go."""
    return QImage(page.rgba, page.width, page.height, page.width * 4, QImage.Format.Format_RGBA8888).copy()


def desk_of(page: QSize) -> QSize:
    """The least desk that a page lies on."""
    return page + QSize(2 * DESK, 2 * DESK)


class Sheet(PaintedWidget):
    """The paper itself."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._image: QImage | None = None
        self._words = ""
        self._is_dimmed = False
        self._page = QSize()

    @property
    def image(self) -> QImage | None:
        return self._image

    def show_image(self, image: QImage) -> None:
        self._image, self._words, self._is_dimmed = image, "", False
        self.update()

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self._image, self._words, self._is_dimmed = None, words, False
        self.update()

    def set_dimmed(self) -> None:
        """Another picture is on its way; the old one stays until it is there."""
        self._is_dimmed = self._image is not None
        self.update()

    def set_page_size(self, page: QSize, room: QSize) -> None:
        """The size of the page on screen; the desk fills the room that is left."""
        self._page = page
        self.setFixedSize(desk_of(page).expandedTo(room))
        self.update()

    def page_rect(self) -> QRect:
        left = max(DESK, (self.width() - self._page.width()) // 2)
        return QRect(left, DESK, self._page.width(), self._page.height())

    def paint(self, painter: QPainter) -> None:
        tokens = self.theme.tokens
        painter.fillRect(self.rect(), tokens.sunken)
        if self._image is None:
            painter.setPen(tokens.muted)
            painter.setFont(self.theme.font())
            flags = Qt.AlignmentFlag.AlignLeft.value | Qt.TextFlag.TextWordWrap.value
            painter.drawText(self.rect().adjusted(tk.PAGE_MARGIN, 24, -tk.PAGE_MARGIN, 0), flags, self._words)
            return
        rect = self.page_rect()
        painter.setPen(tokens.border)
        painter.drawRect(rect.adjusted(-1, -1, 0, 0))
        painter.setOpacity(_DIMMED if self._is_dimmed else 1.0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(rect, self._image)


class PageView(QScrollArea):
    """Scrolls the sheet; its keys turn pages and zoom."""

    page_asked = Signal(int)  # one page further or back
    zoom_asked = Signal(int)  # larger, smaller, 0 for the whole width
    left = Signal()  # Esc or Space: back to the list
    resized = Signal()
    focus_changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.sheet = Sheet(theme)
        self.setWidget(self.sheet)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Page of the invoice")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.viewport().setAutoFillBackground(False)

    # Sizes come from what the view has without scroll bars. The viewport is none of them: it changes with a bar, the
    # bar comes and goes with the sheet, and a sheet that follows it finds no end (ARCHITECTURE.md, "Room").

    @property
    def page_width(self) -> int:
        """Width in px for a page that fills the view; the upright bar has its room, be it there or not."""
        return self.maximumViewportSize().width() - 2 * DESK - self._bar

    def room_for(self, page: QSize) -> QSize:
        """What is seen at once of a desk with this page, in px, without the bars that it needs."""
        view, desk = self.maximumViewportSize(), desk_of(page)
        is_high = desk.height() > view.height()
        is_wide = desk.width() > view.width() - self._bar * is_high
        is_high = desk.height() > view.height() - self._bar * is_wide
        return view - QSize(self._bar * is_high, self._bar * is_wide)

    @property
    def _bar(self) -> int:
        return self.verticalScrollBar().sizeHint().width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _PAGES:
            self.page_asked.emit(_PAGES[Qt.Key(key)])
        elif key in _ZOOMS:
            self.zoom_asked.emit(_ZOOMS[Qt.Key(key)])
        elif key in {Qt.Key.Key_Escape, Qt.Key.Key_Space}:
            self.left.emit()
        else:
            super().keyPressEvent(event)


class FocusFrame(PaintedWidget):
    """Holds one widget and shows the ring around it while it has the keyboard."""

    def __init__(self, theme: Theme, inner: PageView, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._inner = inner
        inner.setParent(self)
        inner.focus_changed.connect(self.update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._inner.setGeometry(self.rect().adjusted(2, 2, -2, -2))

    def paint(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), self.theme.tokens.sunken)
        if self._inner.hasFocus():
            painting.draw_focus_ring(painter, self.theme, self.rect())


_PAGES: Final = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_ZOOMS: Final = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
