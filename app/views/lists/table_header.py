"""The head of a table: raised ground, muted words, a caret on the sorted column; its outer padding is the margin."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from app.views.lists.models import roles
from app.views.lists.row_delegate import CELL_PADDING
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

_HORIZONTAL = Qt.Orientation.Horizontal
_ASCENDING = Qt.SortOrder.AscendingOrder


class TableHeader(QHeaderView):
    """Paints its sections itself, so that they line up with the cells below."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(_HORIZONTAL, parent)
        self._theme = theme
        self.edge_columns = (0, -1)
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(theme.sizes.px(40))
        self.setAccessibleName("Columns")

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803  Qt's name
        theme, tokens = self._theme, self._theme.tokens
        painter.save()
        painter.fillRect(rect, tokens.raised)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, tokens.border)
        model = self.model()
        text = str(model.headerData(logicalIndex, _HORIZONTAL) or "")
        is_right = model.headerData(logicalIndex, _HORIZONTAL, roles.ALIGNMENT) == roles.RIGHT
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == logicalIndex
        first, last = self.edge_columns
        left = tk.PAGE_MARGIN if logicalIndex == first else CELL_PADDING
        right = tk.PAGE_MARGIN if logicalIndex == last else CELL_PADDING
        inner = rect.adjusted(left, 0, -right, -1)
        metrics = theme.metrics(tk.LABEL, 600)
        painter.setPen(tokens.text if is_sorted else tokens.muted)
        words = QRect(inner)
        if is_sorted:
            side = theme.sizes.px(12)
            width = min(metrics.horizontalAdvance(text), inner.width() - side - 4)
            start = inner.right() + 1 - width if is_right else inner.x()
            caret_left = start - side - 4 if is_right else start + width + 4
            caret = Icon.CARET_UP if self.sortIndicatorOrder() == _ASCENDING else Icon.CARET_DOWN
            painting.draw_icon(painter, theme, QRect(caret_left, rect.y(), side, rect.height() - 1), caret,
                               role="text", size=side)
            words = QRect(start, inner.y(), width, inner.height())
        painting.draw_text(painter, words, text, theme.font(tk.LABEL, 600), metrics,
                           align=painting.RIGHT if is_right else painting.LEFT)
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._theme.sizes.head)
