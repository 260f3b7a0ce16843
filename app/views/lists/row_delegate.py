"""Cells of a table row: one delegate per kind of column, all on the same ground.

A delegate asks the model once per cell (`Cell`), the theme for roles, and the view which row the mouse is over. It
never calls the style: no grid, no focus rectangle, no gradient to undo. The ring of the current row is drawn by the
table itself, over all cells.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.views.lists.models import roles
from app.views.lists.models.columns import EMPTY, Cell, Kind, SwitchState
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_SELECTED: Final = QStyle.StateFlag.State_Selected
_RELEASE: Final = QEvent.Type.MouseButtonRelease
_LEFT_BUTTON: Final = Qt.MouseButton.LeftButton
CELL_PADDING: Final = 8
_DIMMED: Final = 0.45
_GAUGE_WORDS: Final = 64


class RowDelegate(QStyledItemDelegate):
    """Text with an optional icon; the base of the others."""

    def __init__(self, theme: Theme, view: QAbstractItemView) -> None:
        super().__init__(view)
        self.theme = theme
        self._view = view
        self.hovered_row = -1
        self.edge_columns = (0, -1)
        """First and last column as they stand on screen; their outer padding is the page margin."""
        self.is_dimmed = False

    def content_rect(self, rect: QRect, column: int) -> QRect:
        """Where the content of a cell stands."""
        first, last = self.edge_columns
        left = tk.PAGE_MARGIN if column == first else CELL_PADDING
        right = tk.PAGE_MARGIN if column == last else CELL_PADDING
        return rect.adjusted(left, 0, -right, -1)

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        """Draw one cell; the ground is there already."""
        if cell.icon is not None:
            size = self.theme.sizes.icon
            painting.draw_icon(painter, self.theme, QRect(rect.x(), rect.y(), size, rect.height()), cell.icon,
                               role=_on(cell.icon_ink, is_selected=is_selected), size=size)
            rect = rect.adjusted(size + 8, 0, 0, 0)
        self.paint_text(painter, rect, cell, align=painting.LEFT, is_selected=is_selected)

    def paint_text(self, painter: QPainter, rect: QRect, cell: Cell, *, align: Qt.AlignmentFlag,
                   is_selected: bool) -> None:
        weight = 600 if cell.is_bold else 400
        font = self.theme.font(tk.BODY, weight, italic=cell.is_italic)
        if cell.is_struck:
            font = QFont(font)
            font.setStrikeOut(True)
        painter.setPen(self.theme.color(_on(cell.ink, is_selected=is_selected)))
        painting.draw_text(painter, rect, cell.text, font, self.theme.metrics(tk.BODY, weight, italic=cell.is_italic),
                           align=align)

    def content_width(self, cell: Cell) -> int:
        weight = 600 if cell.is_bold else 400
        width = self.theme.metrics(tk.BODY, weight).horizontalAdvance(cell.text)
        return width + (self.theme.sizes.icon + 8 if cell.icon is not None else 0)

    def is_hit(self, rect: QRect, cell: Cell, position: QPoint) -> bool:
        """Whether a click at a position means the content and not only its row."""
        width = min(rect.width(), self.content_width(cell))
        return QRect(rect.x(), rect.y(), width, rect.height()).contains(position)

    def paint_placeholder(self, painter: QPainter, rect: QRect) -> None:
        painting.draw_placeholder(painter, self.theme, rect, 0.55)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell: Cell = index.data(roles.CELL) or EMPTY
        rect: QRect = option.rect
        is_selected = bool(option.state & _SELECTED)
        painter.save()
        self._paint_ground(painter, rect, row=index.row(), is_selected=is_selected)
        content = self.content_rect(rect, index.column())
        painter.setClipRect(rect)
        if cell.is_placeholder:
            self.paint_placeholder(painter, content)
        elif cell.text or cell.switch is not None or cell.icon is not None:
            if self.is_dimmed:
                painter.setOpacity(_DIMMED)
            self.paint_content(painter, content, cell, is_selected=is_selected)
        painter.restore()

    def _paint_ground(self, painter: QPainter, rect: QRect, *, row: int, is_selected: bool) -> None:
        tokens = self.theme.tokens
        if is_selected:
            painter.fillRect(rect, tokens.selection)
        elif row == self.hovered_row:
            painter.fillRect(rect, tokens.hover)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, tokens.rule)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002  Qt's signature
        cell: Cell = index.data(roles.CELL) or EMPTY
        return QSize(self.content_width(cell) + 2 * CELL_PADDING + 4, self.theme.sizes.row)


class FigureDelegate(RowDelegate):
    """Numbers and amounts, right-aligned on tabular digits; nil is a faint en dash; red only where the model says."""

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        self.paint_text(painter, rect, cell, align=painting.RIGHT, is_selected=is_selected)

    def is_hit(self, rect: QRect, cell: Cell, position: QPoint) -> bool:
        width = min(rect.width(), self.content_width(cell))
        return QRect(rect.right() - width, rect.y(), width, rect.height()).contains(position)

    def paint_placeholder(self, painter: QPainter, rect: QRect) -> None:
        painting.draw_placeholder(painter, self.theme, rect, 0.45, at_right=True)


class StatusDelegate(RowDelegate):
    """A dot with a plain word, or a filled badge where attention is due."""

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        if cell.tone is not None:
            # the badge begins a little before the words above and below it, so that the words align
            painting.draw_badge(painter, self.theme, rect.adjusted(-4, 0, 0, 0), cell.text, tone=cell.tone,
                                icon=cell.icon)
        elif cell.dot is not None:
            painting.draw_dot_word(painter, self.theme, rect, cell.text, dot_role=cell.dot,
                                   text_role=_on(cell.ink, is_selected=is_selected))
        else:
            super().paint_content(painter, rect, cell, is_selected=is_selected)

    def content_width(self, cell: Cell) -> int:
        if cell.tone is not None:
            return painting.badge_width(self.theme, cell.text, cell.icon)
        return super().content_width(cell) + self.theme.sizes.px(16)


class ClickDelegate(RowDelegate):
    """A delegate whose content can be clicked; the row is selected all the same."""

    clicked = Signal(QModelIndex)

    def answers(self, cell: Cell) -> bool:
        """Whether this cell can be clicked."""
        raise NotImplementedError

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem,
                    index: Index) -> bool:
        if event.type() == _RELEASE and isinstance(event, QMouseEvent) and event.button() == _LEFT_BUTTON:
            cell: Cell = index.data(roles.CELL) or EMPTY
            rect = self.content_rect(option.rect, index.column())
            if self.answers(cell) and self.is_hit(rect, cell, event.position().toPoint()):
                self.clicked.emit(model.index(index.row(), index.column()))
                return True
        return super().editorEvent(event, model, option, index)


class LinkDelegate(ClickDelegate):
    """Text of which some cells are links: a name, a number."""

    def answers(self, cell: Cell) -> bool:
        return cell.is_link


class SourceDelegate(ClickDelegate):
    """Source chips; a click opens the owner."""

    def answers(self, cell: Cell) -> bool:
        return cell.tier is not None

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        if cell.tier is None:
            super().paint_content(painter, rect, cell, is_selected=is_selected)
        else:
            painting.draw_chip(painter, self.theme, rect, cell.text, cell.tier)

    def content_width(self, cell: Cell) -> int:
        return painting.chip_width(self.theme, cell.text)


class SwitchDelegate(ClickDelegate):
    """*Set here* in a cell: a switch, or a lock where the tier may not set it."""

    def answers(self, cell: Cell) -> bool:
        return cell.switch in {SwitchState.ON, SwitchState.OFF}

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        if cell.switch is SwitchState.LOCKED:
            size = self.theme.sizes.icon
            painting.draw_icon(painter, self.theme, rect, Icon.LOCK,
                               role=_on(tk.Ink.MUTED, is_selected=is_selected), size=size)
        elif cell.switch is not None:
            painting.draw_switch(painter, self.theme, rect, is_on=cell.switch is SwitchState.ON)

    def content_width(self, cell: Cell) -> int:  # noqa: ARG002  all switches are as wide
        return painting.switch_size(self.theme)[0]

    def is_hit(self, rect: QRect, cell: Cell, position: QPoint) -> bool:  # noqa: ARG002
        width = max(24, painting.switch_size(self.theme)[0] + 8)
        return QRect(rect.center().x() - width // 2, rect.y(), width, rect.height()).contains(position)


class TickDelegate(ClickDelegate):
    """A box to take a row along; rows without a choice show none."""

    def answers(self, cell: Cell) -> bool:
        return cell.switch in {SwitchState.ON, SwitchState.OFF}

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        if cell.switch in {SwitchState.ON, SwitchState.OFF}:
            painting.draw_tick_box(painter, self.theme, rect, is_on=cell.switch is SwitchState.ON,
                                   on_selection=is_selected)

    def content_width(self, cell: Cell) -> int:  # noqa: ARG002
        return self.theme.sizes.icon

    def is_hit(self, rect: QRect, cell: Cell, position: QPoint) -> bool:  # noqa: ARG002
        return QRect(rect.x() - 4, rect.y(), 24 + 8, rect.height()).contains(position)


class GaugeDelegate(RowDelegate):
    """How much of a limit is used; the mark of the limit stands at the same place in every row."""

    def paint_content(self, painter: QPainter, rect: QRect, cell: Cell, *, is_selected: bool) -> None:
        words = min(self.theme.sizes.px(_GAUGE_WORDS), rect.width() // 2)
        if cell.share is not None:
            bar = rect.adjusted(0, 0, -words - 8, 0)
            painting.draw_gauge(painter, self.theme, bar, cell.share)
        self.paint_text(painter, QRect(rect.right() - words + 1, rect.y(), words, rect.height()), cell,
                        align=painting.RIGHT, is_selected=is_selected)

    def content_width(self, cell: Cell) -> int:
        return super().content_width(cell) + self.theme.sizes.px(80)


DELEGATES: Final[dict[Kind, type[RowDelegate]]] = {
    Kind.TEXT: LinkDelegate,
    Kind.FIGURE: FigureDelegate,
    Kind.STATUS: StatusDelegate,
    Kind.SOURCE: SourceDelegate,
    Kind.SWITCH: SwitchDelegate,
    Kind.TICK: TickDelegate,
    Kind.GAUGE: GaugeDelegate,
}


def _on(role: str, *, is_selected: bool) -> str:
    """The role that is legible on a selected row; faint is not used there."""
    if not is_selected:
        return role
    return {"text": "on_selection", "faint": "muted"}.get(role, role)
