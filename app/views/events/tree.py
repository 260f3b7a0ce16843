"""The view of the tree: whole rows, the state at the right, one branch for each profile."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from app.views.events.tree_model import EventNode, EventsTreeModel, Key
from app.views.lists.models import roles
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

_SELECT: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_RIGHT: Final = 12


class _Delegate(QStyledItemDelegate):
    """Paints one `EventNode`: icon, words, and its state at the right."""

    def __init__(self, theme: Theme, view: QTreeView) -> None:
        super().__init__(view)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
              ) -> None:
        node: EventNode | None = index.data(roles.NODE)
        if node is None:
            return
        theme, rect = self._theme, option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if is_selected:
            painter.fillRect(rect, theme.tokens.selection)
        size = theme.sizes.icon
        painting.draw_icon(painter, theme, QRect(rect.x() + 2, rect.y(), size, rect.height()), node.icon,
                           role=tk.Ink.ON_SELECTION if is_selected else tk.Ink.MUTED, size=size)
        weight = 600 if node.ink in {tk.Ink.GOOD, tk.Ink.WARN} else 400
        metrics = theme.metrics(tk.LABEL, weight)
        width = metrics.horizontalAdvance(node.state)
        right = rect.right() + 1 - _RIGHT - width
        painter.setPen(theme.color(tk.Ink.ON_SELECTION if is_selected else node.ink))
        painting.draw_text(painter, QRect(right, rect.y(), width + 1, rect.height()), node.state,
                           theme.font(tk.LABEL, weight), metrics)
        left = rect.x() + 2 + size + 7
        painter.setPen(theme.tokens.on_selection if is_selected else theme.tokens.text)
        strong = 600 if is_selected or node.mapping is None else 400
        painting.draw_text(painter, QRect(left, rect.y(), max(0, right - 8 - left), rect.height()), node.text,
                           theme.font(tk.BODY, strong), theme.metrics(tk.BODY, strong))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(0, self._theme.sizes.row)


class EventsTree(QTreeView):
    """`chosen` says which row is under the keyboard; `opened` that somebody wants to work on it."""

    chosen = Signal(object)  # EventNode
    opened = Signal(object)  # EventNode, by Enter or double click
    menu_asked = Signal(object, QPoint)  # EventNode; the point is global
    left_upwards = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._events = EventsTreeModel(self)
        self._wanted: Key | None = None
        self._expanded: set[Key] = set()
        self._is_restoring = False
        self.setModel(self._events)
        self.setItemDelegate(_Delegate(theme, self))
        self.setAccessibleName("Events by profile")
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setAnimated(False)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.doubleClicked.connect(self._on_activated)
        self._events.modelAboutToBeReset.connect(self._keep)
        self._events.modelReset.connect(self._restore)
        theme.changed.connect(self._apply)
        self._apply()

    @property
    def events(self) -> EventsTreeModel:
        return self._events

    @property
    def current(self) -> EventNode | None:
        """The row under the keyboard."""
        index = self.currentIndex()
        return self._events.node(index) if index.isValid() else None

    def expanded_keys(self) -> list[Key]:
        return sorted(self._expanded)

    def go_to(self, key: Key) -> bool:
        """Make a row current, its branches opened; whether it is there. One that is not there yet is waited for."""
        index = self._events.index_of(key)
        if not index.isValid():
            self._wanted = key
            return False
        self._wanted = None
        above = index.parent()
        while above.isValid():
            self.expand(above)
            above = above.parent()
        self.selectionModel().setCurrentIndex(index, _SELECT)
        self.scrollTo(index)
        return True

    def open_branch(self, key: Key) -> None:
        """Show what lies in a row."""
        index = self._events.index_of(key)
        if index.isValid():
            self.expand(index)

    # --- inside ---

    def _apply(self) -> None:
        self.setIndentation(self._theme.sizes.px(18))
        self.doItemsLayout()
        self.viewport().update()

    def _keep(self) -> None:
        node = self.current
        self._wanted = self._wanted or (node.key if node is not None else None)
        self._is_restoring = True

    def _restore(self) -> None:
        for key in self._expanded:
            index = self._events.index_of(key)
            if index.isValid():
                self.setExpanded(index, True)  # noqa: FBT003  Qt's
        self._is_restoring = False
        if self._wanted is not None:
            self.go_to(self._wanted)

    def _on_expanded(self, index: QModelIndex) -> None:
        node = self._events.node(index)
        if node is not None:
            self._expanded.add(node.key)

    def _on_collapsed(self, index: QModelIndex) -> None:
        node = self._events.node(index)
        if node is not None and not self._is_restoring:
            self._expanded.discard(node.key)

    def _on_activated(self, index: QModelIndex) -> None:
        node = self._events.node(index)
        if node is None:
            return
        if node.action is None:
            self.setExpanded(index, not self.isExpanded(index))
        self.opened.emit(node)

    # --- Qt ---

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        node = self.current
        if node is not None and selected.indexes():
            self.chosen.emit(node)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers() and index.isValid():
            self._on_activated(index)
        elif event.key() == Qt.Key.Key_Up and index.isValid() and not self.indexAbove(index).isValid():
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index, position = self.indexAt(event.pos()), event.globalPos()
        else:
            index = self.currentIndex()
            position = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        node = self._events.node(index) if index.isValid() else None
        if node is not None:
            self.menu_asked.emit(node, position)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        is_selected = self.selectionModel().isSelected(index)
        if is_selected:
            painter.fillRect(rect, self._theme.tokens.selection)
        if self._events.rowCount(index):
            step = self.indentation()
            painting.draw_icon(painter, self._theme, QRect(rect.right() + 1 - step, rect.y(), step, rect.height()),
                               Icon.CARET_DOWN if self.isExpanded(index) else Icon.CARET_RIGHT,
                               role=tk.Ink.ON_SELECTION if is_selected else tk.Ink.MUTED,
                               size=self._theme.sizes.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            row = self.visualRect(index)
            painter = QPainter(self.viewport())
            painting.draw_focus_ring(painter, self._theme, QRect(1, row.y(), self.viewport().width() - 2,
                                                                 row.height()), 3)
            painter.end()
