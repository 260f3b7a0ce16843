"""The place of a page: a page that needs more height than there is scrolls, and never pushes the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

_RELAID: Final = QEvent.Type.LayoutRequest


class PageFrame(QScrollArea):
    """Holds one page for as long as it lives.

    The page is sized here: a scroll area of Qt would give a page with wrapped words the height it likes best, and a
    scroll bar with it, where this one asks for the least height: `least_height` of a width, both in px, where the page
    knows it better than its least size does.
    """

    def __init__(self, page: QWidget, parent: QWidget | None = None, *,
                 least_height: Callable[[int], int] | None = None) -> None:
        self._page = page  # asked for by the event filter while Qt still sets up
        self._least_height = least_height
        super().__init__(parent)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        fills = page.autoFillBackground()
        self.setWidget(page)
        page.setAutoFillBackground(fills)  # a scroll area fills what it is given with the ground of the window

    def fit_parts(self) -> None:
        """Parts of the page came or went: Qt shows new ones a moment later, and says nothing of it here."""
        for part in self._page.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if not part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide):
                part.show()
        self._fit()

    def _fit(self) -> None:
        page, room = self._page, self.maximumViewportSize()
        needed = self._needed(room.width())
        bar = self.verticalScrollBar().sizeHint().width() if needed > room.height() else 0
        if bar:
            needed = self._needed(room.width() - bar)
        page.resize(room.width() - bar, max(needed, room.height()))

    def _needed(self, width: int) -> int:
        least = self._page.minimumSizeHint().height()
        return least if self._least_height is None else max(least, self._least_height(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page asks for another height, as when a hold came or the text grew."""
        done = super().eventFilter(watched, event)
        if event.type() == _RELAID and watched is self._page:
            self._fit()
        return done

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing in the page wants scroll it where it is cut, and go on to the window where it is not."""
        if self.verticalScrollBar().maximum() > 0:
            super().keyPressEvent(event)
        else:
            event.ignore()
