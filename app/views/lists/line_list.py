"""A short list of two-line rows: hits of the filter over the tree, and the lines of an invoice.

The list holds at most some dozens of rows, all in hand. The keyboard does everything: arrows walk, Enter opens, Up on
the first row goes back to where one came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.views.lists.models import roles
from app.views.lists.models.column_model import Index
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

_SELECTED: Final = QStyle.StateFlag.State_Selected
_HOVERED: Final = QStyle.StateFlag.State_MouseOver
_ROW: Final = 44
_MARGIN: Final = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """One row. A row that cannot be opened can be walked over and read all the same."""

    title: str
    second: str = ""
    icon: Icon | None = None
    right: str = ""
    is_strong: bool = False
    """A sum."""
    can_open: bool = True
    is_muted: bool = False
    tooltip: str = ""
    spoken: str = ""
    row: Any = None
    """Whatever the owner wants to find again."""


class LineModel(QAbstractListModel):
    """Holds the rows."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: list[LineItem] = []

    @property
    def items(self) -> Sequence[LineItem]:
        return self._items

    def set_items(self, items: Sequence[LineItem]) -> None:
        if list(items) == self._items:
            return
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def item_of(self, index: Index) -> LineItem | None:
        return self._items[index.row()] if 0 <= index.row() < len(self._items) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._items)

    def flags(self, index: Index) -> Qt.ItemFlag:
        item = self.item_of(index)
        if item is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemNeverHasChildren | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = roles.DISPLAY) -> Any:
        item = self.item_of(index)
        if item is None:
            return None
        if role == roles.DISPLAY:
            return item.title
        if role == roles.ROW:
            return item
        if role == roles.TOOLTIP:
            return item.tooltip or None
        if role == roles.ACCESSIBLE_TEXT:
            return item.spoken or ". ".join(filter(None, (item.title, item.second, item.right)))
        return None


class LineDelegate(QStyledItemDelegate):
    """Icon, two lines at the left, an amount at the right."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view
        self.shows_idle_selection = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: LineItem | None = index.data(roles.ROW)
        if item is None:
            return
        is_selected = bool(option.state & _SELECTED) and (self.shows_idle_selection or self._view.hasFocus())
        painter.save()
        self._paint_ground(painter, option, item, is_selected=is_selected)
        inner: QRect = option.rect.adjusted(_MARGIN, 4, -_MARGIN, -5)
        right_width = self._paint_right(painter, inner, item, is_selected=is_selected)
        self._paint_left(painter, inner.adjusted(0, 0, -right_width, 0), item, is_selected=is_selected)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, item: LineItem, *, is_selected: bool
                      ) -> None:
        tokens, rect = self._theme.tokens, option.rect
        if is_selected:
            painter.fillRect(rect, tokens.selection)
        elif option.state & _HOVERED and item.can_open:
            painter.fillRect(rect, tokens.hover)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, tokens.rule)

    def _ink(self, role: str, *, is_selected: bool) -> str:
        return {"text": "on_selection", "faint": "muted"}.get(role, role) if is_selected else role

    def _paint_right(self, painter: QPainter, inner: QRect, item: LineItem, *, is_selected: bool) -> int:
        if not item.right:
            return 0
        theme = self._theme
        weight = 600 if item.is_strong else 400
        font, metrics = theme.font(tk.BODY, weight), theme.metrics(tk.BODY, weight)
        width = min(metrics.horizontalAdvance(item.right) + 2, inner.width() // 2)
        first, _ = self._halves(QRect(inner.right() + 1 - width, inner.y(), width, inner.height()))
        painter.setPen(theme.color(self._ink("text" if item.is_strong else "muted", is_selected=is_selected)))
        painting.draw_text(painter, first, item.right, font, metrics, align=painting.RIGHT)
        return width + 12

    def _paint_left(self, painter: QPainter, inner: QRect, item: LineItem, *, is_selected: bool) -> None:
        theme, size = self._theme, self._theme.sizes.icon
        if item.icon is not None:
            painting.draw_icon(painter, theme, QRect(inner.x(), inner.y(), size, inner.height()), item.icon,
                               role=self._ink("muted" if item.is_muted else "text", is_selected=is_selected), size=size)
            inner = inner.adjusted(size + 10, 0, 0, 0)
        first, second = self._halves(inner) if item.second else (inner, QRect())
        weight = 600 if item.is_strong else 400
        painter.setPen(theme.color(self._ink("muted" if item.is_muted else "text", is_selected=is_selected)))
        painting.draw_text(painter, first, item.title, theme.font(tk.BODY, weight), theme.metrics(tk.BODY, weight))
        if item.second:
            painter.setPen(theme.color(self._ink("muted", is_selected=is_selected)))
            painting.draw_text(painter, second, item.second, theme.font(tk.LABEL), theme.metrics(tk.LABEL))

    @staticmethod
    def _halves(rect: QRect) -> tuple[QRect, QRect]:
        half = rect.height() // 2
        return (QRect(rect.x(), rect.y(), rect.width(), half),
                QRect(rect.x(), rect.y() + half, rect.width(), rect.height() - half))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        del option, index
        return QSize(0, self._theme.sizes.px(_ROW))


class LineList(QListView):
    """Shows a `LineModel`."""

    opened = Signal(object)  # LineItem, by Enter or a click
    opened_aside = Signal(object)  # LineItem, by Shift+Enter
    left_upwards = Signal()
    escaped = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None, *, answers_field: bool = False) -> None:
        """`answers_field`: it belongs to a field, so its current row shows while one types, and Escape goes back."""
        super().__init__(parent)
        self._theme = theme
        self._answers_field = answers_field
        self._model = LineModel(self)
        self.setModel(self._model)
        delegate = LineDelegate(theme, self)
        delegate.shows_idle_selection = answers_field
        self.setItemDelegate(delegate)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self._apply)

    def line_model(self) -> LineModel:
        return self._model

    def set_items(self, items: Sequence[LineItem]) -> None:
        """Take rows; the strong one becomes current, else the first that can be opened, unless nothing changed."""
        before = list(self._model.items)
        self._model.set_items(items)
        if before != list(items):
            wanted = [item.is_strong for item in items] if not self._answers_field else []
            openable = [item.can_open for item in items]
            first = wanted.index(True) if True in wanted else openable.index(True) if True in openable else 0
            self.setCurrentIndex(self._model.index(first, 0))

    def current_item(self) -> LineItem | None:
        return self._model.item_of(self.currentIndex())

    def _apply(self) -> None:
        self.doItemsLayout()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, item = event.key(), self.current_item()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and item is not None:
            if item.can_open:
                is_aside = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                (self.opened_aside if is_aside else self.opened).emit(item)
        elif key == Qt.Key.Key_Up and self.currentIndex().row() <= 0:
            self.left_upwards.emit()
        elif key == Qt.Key.Key_Escape and self._answers_field:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        item = self._model.item_of(self.indexAt(event.position().toPoint()))
        if item is not None and item.can_open and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(item)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus() and self.currentIndex().isValid():
            painter = QPainter(self.viewport())
            rect = self.visualRect(self.currentIndex())
            painting.draw_focus_ring(painter, self._theme, rect.adjusted(1, 0, -1, -1), 3)
            painter.end()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
