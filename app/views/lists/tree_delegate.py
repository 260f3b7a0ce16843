"""One row of the account tree: icon, name, and at the right a count or a sign of exception."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.views.lists.models import roles
from app.views.lists.models.tree_source import TreeNode
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.theme import Theme

_SELECTED: Final = QStyle.StateFlag.State_Selected
_RIGHT_PADDING: Final = 12


class TreeDelegate(QStyledItemDelegate):
    """Paints `TreeNode`; rows that are being read are muted words."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.theme = theme
        self.hovered = QPersistentModelIndex()

    def paint_ground(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex, *,
                     is_selected: bool) -> None:
        """Selection or hover; the tree calls it for the part left of the cell too."""
        if is_selected:
            painter.fillRect(rect, self.theme.tokens.selection)
        elif self.hovered.isValid() and self.hovered == index:
            painter.fillRect(rect, self.theme.tokens.hover)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
              ) -> None:
        rect: QRect = option.rect
        is_selected = bool(option.state & _SELECTED)
        node: TreeNode | None = index.data(roles.NODE)
        painter.save()
        self.paint_ground(painter, rect, index, is_selected=is_selected)
        if node is None:
            self._paint_waiting(painter, rect, str(index.data(roles.DISPLAY) or ""))
        else:
            self._paint_node(painter, rect, node, is_selected=is_selected)
        painter.restore()

    def _paint_waiting(self, painter: QPainter, rect: QRect, text: str) -> None:
        painter.setPen(self.theme.tokens.muted)
        painting.draw_text(painter, rect.adjusted(4, 0, 0, 0), text, self.theme.font(tk.LABEL),
                           self.theme.metrics(tk.LABEL))

    def _paint_node(self, painter: QPainter, rect: QRect, node: TreeNode, *, is_selected: bool) -> None:
        theme, tokens = self.theme, self.theme.tokens
        size = theme.sizes.icon
        left, right = rect.x() + 2, rect.right() + 1 - _RIGHT_PADDING
        if node.icon is not None:
            painting.draw_icon(painter, theme, QRect(left, rect.y(), size, rect.height()), node.icon,
                               role=tk.Ink.ON_SELECTION if is_selected else tk.Ink.MUTED, size=size)
            left += size + 7
        if node.mark is not None:
            side = theme.sizes.small_icon
            right -= side
            painting.draw_icon(painter, theme, QRect(right, rect.y(), side, rect.height()), node.mark,
                               role=node.mark_ink, size=side)
            right -= 6
        if node.count is not None:
            text = theme.formatter.number(node.count)
            metrics = theme.metrics(tk.LABEL)
            width = metrics.horizontalAdvance(text)
            right -= width
            painter.setPen(tokens.muted)
            painting.draw_text(painter, QRect(right, rect.y(), width + 1, rect.height()), text,
                               theme.font(tk.LABEL), metrics)
            right -= 6
        painter.setPen(tokens.on_selection if is_selected else tokens.text)
        weight = 600 if is_selected else 400
        painting.draw_text(painter, QRect(left, rect.y(), max(0, right - left), rect.height()), node.text,
                           theme.font(tk.BODY, weight), theme.metrics(tk.BODY, weight))

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        del option, index
        return QSize(0, self.theme.sizes.row)
