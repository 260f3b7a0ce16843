"""The view of a lazy tree: carets of its own, whole rows, one click selects, Enter opens."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget

from app.models.values import fold
from app.views.lists.models import roles
from app.views.lists.models.tree_model import LazyTreeModel
from app.views.lists.tree_delegate import TreeDelegate
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

_SELECT: Final = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


class LazyTree(QTreeView):
    """Shows a `LazyTreeModel`. Expanded nodes and the current one survive loading anew."""

    node_selected = Signal(object)  # TreeNode, by click or arrow
    node_opened = Signal(object)  # TreeNode, by Enter or double click
    node_opened_aside = Signal(object)  # TreeNode, by Shift+Enter: in a new tab
    menu_asked = Signal(object, QPoint)  # TreeNode; the point is global
    left_upwards = Signal()  # Up on the first row: back to the filter

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._expanded: set[int] = set()
        self._is_restoring = False
        self._wanted_current: int | None = None
        self._delegate = TreeDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setAnimated(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.entered.connect(self._on_entered)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.doubleClicked.connect(self._on_activated)
        theme.changed.connect(self._apply)
        self._apply()

    def show_model(self, model: LazyTreeModel) -> None:
        self.setModel(model)
        model.loaded.connect(self._on_loaded)
        model.revealed.connect(self._on_revealed)
        # taking the focus makes a row current without selecting it, which nobody asked for
        self.selectionModel().selectionChanged.connect(self._on_selected)

    def tree_model(self) -> LazyTreeModel:
        model = self.model()
        if not isinstance(model, LazyTreeModel):
            raise TypeError("this tree has no model yet")
        return model

    def current_node_id(self) -> int | None:
        return self.tree_model().node_id_of(self.currentIndex())

    def expanded_ids(self) -> list[int]:
        """For remembering over a restart."""
        return sorted(self._expanded)

    def restore(self, expanded: list[int], current: int | None) -> None:
        """Expand these as they become known, and make one current."""
        self._expanded = set(expanded)
        self._wanted_current = current
        self._expand_known(0)

    # --- inside ---

    def _apply(self) -> None:
        self.setIndentation(self._theme.sizes.px(18))
        self.doItemsLayout()
        self.viewport().update()

    def _expand_known(self, parent_id: int) -> None:
        model = self.tree_model()
        parent = model.index_of(parent_id) if parent_id else QModelIndex()
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            node_id = model.node_id_of(index)
            if node_id in self._expanded and not self.isExpanded(index):
                self.expand(index)
            if node_id is not None and node_id in self._expanded and model.rowCount(index):
                self._expand_known(node_id)  # its branch is there already, so nobody will say that it was loaded
            if node_id is not None and node_id == self._wanted_current:
                self._wanted_current = None
                self._is_restoring = True  # nobody chose it now
                self.selectionModel().setCurrentIndex(index, _SELECT)
                self._is_restoring = False

    def _on_loaded(self, parent_id: int) -> None:
        self._expand_known(parent_id)

    def _on_revealed(self, index: QModelIndex) -> None:
        parent = index.parent()
        while parent.isValid():
            self.expand(parent)
            parent = parent.parent()
        self.selectionModel().setCurrentIndex(index, _SELECT)
        self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    def _on_expanded(self, index: QModelIndex) -> None:
        node_id = self.tree_model().node_id_of(index)
        if node_id is not None:
            self._expanded.add(node_id)

    def _on_collapsed(self, index: QModelIndex) -> None:
        node_id = self.tree_model().node_id_of(index)
        if node_id is not None:
            self._expanded.discard(node_id)

    def _on_entered(self, index: QModelIndex) -> None:
        self._delegate.hovered = QPersistentModelIndex(index)
        self.viewport().update()

    def _on_selected(self) -> None:
        index = self.currentIndex()
        node = index.data(roles.NODE) if index.isValid() else None
        if node is not None and self.selectionModel().isSelected(index) and not self._is_restoring:
            self.node_selected.emit(node)
        self.viewport().update()

    def _on_activated(self, index: QModelIndex) -> None:
        node = index.data(roles.NODE)
        if node is None:
            self.tree_model().load_more(index)
        else:
            self.node_opened.emit(node)

    def _row_rect(self, index: QModelIndex) -> QRect:
        rect = self.visualRect(index)
        return QRect(0, rect.y(), self.viewport().width(), rect.height())

    def keyboardSearch(self, search: str) -> None:
        """Letters jump by name among the rows shown; Qt's own search would open every branch."""
        wanted = fold(search)
        index = self.currentIndex()
        if not wanted:
            return
        if len(wanted) == 1 and index.isValid():
            index = self.indexBelow(index)
        seen = 0
        while index.isValid() and seen < 2000:
            if fold(str(index.data() or "")).startswith(wanted) and index.data(roles.NODE) is not None:
                self.selectionModel().setCurrentIndex(index, _SELECT)
                self.scrollTo(index)
                return
            index = self.indexBelow(index)
            seen += 1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), event.key()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid():
            node = index.data(roles.NODE)
            if node is not None and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.node_opened_aside.emit(node)
            else:
                self._on_activated(index)
        elif key == Qt.Key.Key_Up and index.isValid() and not self.indexAbove(index).isValid():
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index, position = self.indexAt(event.pos()), event.globalPos()
        else:
            index = self.currentIndex()
            position = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        node = index.data(roles.NODE) if index.isValid() else None
        if node is not None:
            self.menu_asked.emit(node, position)

    def leaveEvent(self, event: QEvent) -> None:
        self._delegate.hovered = QPersistentModelIndex()
        self.viewport().update()
        super().leaveEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        is_selected = self.selectionModel().isSelected(index)
        self._delegate.paint_ground(painter, rect, index, is_selected=is_selected)
        if self.tree_model().hasChildren(index):
            side = self._theme.sizes.px(12)
            caret = Icon.CARET_DOWN if self.isExpanded(index) else Icon.CARET_RIGHT
            step = self.indentation()
            place = QRect(rect.right() + 1 - step, rect.y(), step, rect.height())
            role = tk.Ink.ON_SELECTION if is_selected else tk.Ink.MUTED
            painting.draw_icon(painter, self._theme, place, caret, role=role, size=side)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            painter = QPainter(self.viewport())
            painting.draw_focus_ring(painter, self._theme, self._row_rect(index).adjusted(1, 0, -1, 0), 3)
            painter.end()
