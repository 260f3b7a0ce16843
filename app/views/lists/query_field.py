"""The box of a list: offers fields and their values while they are typed, and underlines what was not understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QListView, QWidget

from app.services.customers.query.completion import complete
from app.services.customers.query.terms import MisreadQueryError
from app.views.look import painting
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Ink
from app.views.widgets.search_field import SearchField


class QueryField(SearchField):
    """Down goes into the offers while they are open, Enter takes the chosen one; Enter without a choice stays Enter."""

    def __init__(self, theme: Theme, hint: str, parent: QWidget | None = None, *, icon: Icon = Icon.FILTER) -> None:
        super().__init__(theme, hint, parent, icon=icon)
        self._misread: tuple[int, int] | None = None
        self._names: Mapping[str, Sequence[str]] = {}
        self._offers = QStandardItemModel(self)
        completer = QCompleter(self._offers, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setCompletionRole(Qt.ItemDataRole.UserRole)
        self._popup = QListView()
        completer.setPopup(self._popup)
        self.setCompleter(completer)
        self.textEdited.connect(self._offer)

    def set_names(self, names: Mapping[str, Sequence[str]]) -> None:
        """Names that are offered for fields of texts: profiles, groups."""
        self._names = names

    def offers(self) -> list[str]:
        """What is offered for the text as it stands."""
        return [self._offers.item(row).text() for row in range(self._offers.rowCount())]

    def show_misread(self, error: MisreadQueryError | None) -> None:
        """Underline the part of the text that an error names."""
        self._misread = None if error is None else (error.start, max(error.end, error.start + 1))
        self.update()

    def _offer(self, text: str) -> None:
        self._offers.clear()
        ways = complete(text, self._names) if self.cursorPosition() == len(text) else []
        for way in ways:
            item = QStandardItem(f"{way.offered}   {way.help}" if way.help else way.offered)
            item.setData(way.text, Qt.ItemDataRole.UserRole)
            self._offers.appendRow(item)
        if not ways:
            self._popup.hide()
        advance = self.fontMetrics().horizontalAdvance
        self._popup.setMinimumWidth(max([self.width(), *[advance(offer) + 32 for offer in self.offers()]]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._popup.isVisible():
            if self._popup.selectionModel().hasSelection():
                event.ignore()  # the offers take it
                return
            self._popup.hide()
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._misread is None:
            return
        metrics, text = self.fontMetrics(), self.text()
        caret = self.cursorRect()
        origin = caret.center().x() - metrics.horizontalAdvance(text[:self.cursorPosition()])
        start, end = (origin + metrics.horizontalAdvance(text[:place]) for place in self._misread)
        below = caret.bottom() - 1
        with QPainter(self) as painter:
            painter.setClipRect(self.rect().adjusted(28, 0, -28, 0))
            painting.underline(painter, self._theme, QPointF(start, below), QPointF(end, below), Ink.BAD)
