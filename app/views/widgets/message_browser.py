"""The HTML of a message as its reader would see it."""

from __future__ import annotations

from math import ceil
from typing import Any

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QImage, QPalette, QTextDocument
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QWidget

from app.views.look import tokens as tk
from app.views.look.theme import Theme


class MessageBrowser(QTextBrowser):
    """HTML of a message on white paper, in both palettes; nothing is fetched, and links lead nowhere.

    It is as high as its text at its width, so that the pane around it scrolls and not it.
    """

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._measured = QTextDocument(self)
        self._heights: dict[int, int] = {}
        """By width; a layout asks for one again and again."""
        for document in (self.document(), self._measured):
            document.setDocumentMargin(12)
        theme.changed.connect(self._apply)
        self._apply()

    def show_html(self, source: str) -> None:
        self.setHtml(source)
        self._measured.setHtml(source)
        self._heights.clear()
        self.updateGeometry()

    def _apply(self) -> None:
        paper = QPalette(self.palette())
        paper.setColor(QPalette.ColorRole.Base, tk.LIGHT.surface)
        paper.setColor(QPalette.ColorRole.Text, tk.LIGHT.text)
        paper.setColor(QPalette.ColorRole.Link, tk.LIGHT.link)
        self.setPalette(paper)
        self.viewport().setPalette(paper)
        self._heights.clear()
        for document in (self.document(), self._measured):
            document.setDefaultFont(self._theme.font())
        self.setStyleSheet(f"QTextBrowser {{ background: {tk.LIGHT.surface.name()}; color: {tk.LIGHT.text.name()};"
                           " border: none; border-radius: 0; }")
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._measured.setTextWidth(width)
            self._heights[width] = ceil(self._measured.size().height())
        return self._heights[width]

    def sizeHint(self) -> QSize:
        return QSize(self._theme.sizes.px(240), self.heightForWidth(self._theme.sizes.px(240)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.sizes.px(120), self._theme.sizes.row)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """The logo of a message is an empty place here; whatever else is asked for is not there."""
        if isinstance(name, QUrl) and name.scheme() == "cid":
            return QImage(1, 1, QImage.Format.Format_ARGB32)
        del kind
        return QImage()

    def wheelEvent(self, event: Any) -> None:
        event.ignore()  # the pane scrolls
