"""The table of proposals: headings that fold, ticks, and the reasoning below an opened account.

Right opens and Left closes, Space ticks, Enter opens the account's page. Only opened lines hold a widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QToolTip

from app.views.lists.data_table import DataTable
from app.views.lists.models import roles
from app.views.lists.models.columns import EMPTY, Cell, SwitchState
from app.views.lists.row_delegate import Index, TickDelegate
from app.views.look import painting
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.pause import pause
from app.views.suspension.proposals.model import Heading, Line, LineKind, ProposalModel
from app.views.suspension.proposals.reason_box import ReasonBox
from app.views.suspension.words import OUTCOME_TONES

_SELECTED: Final = QStyle.StateFlag.State_Selected
_RELEASE: Final = QEvent.Type.MouseButtonRelease
_CARET: Final = 12
_TICK_LEFT: Final = 21
"""From the caret to the tick box."""

_WIDE: Final = 1060
_WIDTHS: Final = {"account": (150, 230), "profile": (100, 140)}


class LeadDelegate(TickDelegate):
    """Caret and tick of a proposal, and the whole line of a heading, which spans the table."""

    caret_clicked = Signal(QModelIndex)

    def line_of(self, index: Index) -> Line | None:
        model = index.model()
        return model.line(index.row()) if isinstance(model, ProposalModel) else None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line, model = self.line_of(index), index.model()
        if line is None or not isinstance(model, ProposalModel):
            return
        is_selected = bool(option.state & _SELECTED)
        painter.save()
        self._paint_ground(painter, option.rect, row=index.row(), is_selected=is_selected)
        if self.is_dimmed:
            painter.setOpacity(0.45)
        if line.kind is LineKind.HEADING:
            self._paint_heading(painter, option.rect, model.heading(line.outcome), is_selected=is_selected)
        elif line.row is not None and line.kind is LineKind.PROPOSAL:
            rect = self.content_rect(option.rect, index.column())
            self._paint_caret(painter, rect, is_open=model.is_opened(line.row.account_id), is_selected=is_selected)
            cell: Cell = index.data(roles.CELL) or EMPTY
            self.paint_content(painter, self._tick_rect(rect), cell, is_selected=is_selected)
        painter.restore()

    def _tick_rect(self, rect: QRect) -> QRect:
        return rect.adjusted(self.theme.sizes.px(_TICK_LEFT), 0, 0, 0)

    def _paint_caret(self, painter: QPainter, rect: QRect, *, is_open: bool, is_selected: bool) -> None:
        side = self.theme.sizes.px(_CARET)
        role = tk.Ink.ON_SELECTION if is_selected else tk.Ink.MUTED
        painting.draw_icon(painter, self.theme, QRect(rect.x(), rect.y(), side, rect.height()),
                           Icon.CARET_DOWN if is_open else Icon.CARET_RIGHT, role=role, size=side)

    def _paint_heading(self, painter: QPainter, rect: QRect, heading: Heading, *, is_selected: bool) -> None:
        theme, metrics = self.theme, self.theme.metrics(tk.BODY, 600)
        right = min(rect.right(), self._view.viewport().width() - 1)
        inner = QRect(rect.x(), rect.y(), right + 1 - rect.x(), rect.height()).adjusted(
            tk.PAGE_MARGIN, 0, -tk.PAGE_MARGIN, -1)
        self._paint_caret(painter, inner, is_open=heading.is_open, is_selected=is_selected)
        words = self._tick_rect(inner)
        if heading.switch is not None:
            painting.draw_tick_box(painter, theme, words, is_on=heading.switch is SwitchState.ON,
                                   on_selection=is_selected)
        words = words.adjusted(theme.sizes.icon + 17, 0, 0, 0)
        painter.setPen(theme.tokens.on_selection if is_selected else theme.tokens.text)
        painting.draw_text(painter, words, heading.title, theme.font(tk.BODY, 600), metrics)
        badge = words.adjusted(metrics.horizontalAdvance(heading.title) + 10, 0, 0, 0)
        count = theme.formatter.number(heading.count)
        painting.draw_badge(painter, theme, badge, count, tone=OUTCOME_TONES[heading.outcome])
        note = badge.adjusted(painting.badge_width(theme, count, None) + 12, 0, 0, 0)
        painter.setPen(theme.tokens.on_selection if is_selected else theme.tokens.muted)
        painting.draw_text(painter, note, heading.note, theme.font(tk.LABEL), theme.metrics(tk.LABEL),
                           align=painting.RIGHT)

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem,
                    index: Index) -> bool:
        """A click on the tick turns it; elsewhere on a heading, or on the caret, it opens and closes."""
        if event.type() != _RELEASE or not isinstance(event, QMouseEvent):
            return False
        line, at = self.line_of(index), event.position().toPoint()
        if line is None or event.button() != Qt.MouseButton.LeftButton or line.kind is LineKind.REASONS:
            return False
        here = model.index(index.row(), index.column())
        left = option.rect.x() + tk.PAGE_MARGIN + self.theme.sizes.px(_TICK_LEFT)
        cell: Cell = index.data(roles.CELL) or EMPTY
        on_tick = left - 4 <= at.x() < left + self.theme.sizes.icon + 4
        if cell.switch is not None and on_tick:
            self.clicked.emit(here)
        elif at.x() < left - 4 or line.kind is LineKind.HEADING:
            self.caret_clicked.emit(here)
        return False

    def is_hit(self, rect: QRect, cell: Cell, position: QPoint) -> bool:
        return self._tick_rect(rect).contains(position) and cell.switch is not None


class ProposalTable(DataTable):
    """Shows a `ProposalModel`; the reasoning of an opened line is asked for and filled in from outside."""

    reasons_wanted = Signal(int)  # account id

    def __init__(self, theme: Theme, open_account: Callable[[int], object]) -> None:
        super().__init__(theme, "Proposals")
        self._open_account = open_account
        self._boxes: dict[int, ReasonBox] = {}
        self._tip: tuple[int, QPersistentModelIndex, QPoint] | None = None
        """Account, cell and place of the tooltip that was asked for last."""
        self._fitting = pause(self, 0, self._fit_boxes)

    def show_proposals(self, model: ProposalModel) -> None:
        """Take a model; an older one is let go."""
        self._delegates.clear()
        self._boxes.clear()
        self.show_model(model)
        lead = LeadDelegate(self._theme, self)
        lead.clicked.connect(self.switch_clicked)
        lead.caret_clicked.connect(self._on_caret)
        self._delegates[0] = lead
        self.setItemDelegateForColumn(0, lead)
        model.rowsInserted.connect(self._dress)
        model.rowsRemoved.connect(self._dress)
        model.modelAboutToBeReset.connect(self._level)
        model.modelReset.connect(self._dress)
        self._find_edges()
        self._dress()

    def proposal_model(self) -> ProposalModel:
        model = self.model()
        if not isinstance(model, ProposalModel):
            raise TypeError("this table has no proposals yet")
        return model

    def set_dimmed(self, *, dimmed: bool) -> None:
        """Old rows while new ones are on their way."""
        self._on_stale(dimmed)

    def viewportEvent(self, event: QEvent) -> bool:
        """A tooltip says the reasons, so whoever waits for one has them read."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self.model() is not None:
            index = self.indexAt(event.pos())
            line = self.proposal_model().row_at(index.row())
            if line is not None:
                self._tip = (line.account_id, QPersistentModelIndex(index), event.globalPos())
                self.reasons_wanted.emit(line.account_id)
        return super().viewportEvent(event)

    def renew_tip(self, account_id: int) -> None:
        """The reasons of an account were read: a tooltip of it that is still there says them in full."""
        if self._tip is not None and self._tip[0] == account_id and QToolTip.isVisible():
            _, cell, place = self._tip
            QToolTip.showText(place, str(cell.data(roles.TOOLTIP) or ""), self.viewport())

    def restretch(self) -> None:
        """Columns came or went."""
        self._stretch()
        self._find_edges()

    def open_reasons(self, account_id: int) -> None:
        """Open the reasoning of a proposal, or bring an open one into view."""
        model = self.proposal_model()
        if not model.is_opened(account_id):
            model.open_reasons(account_id, is_open=True)
            self.reasons_wanted.emit(account_id)
        place = model.loaded_row_of_id(account_id)
        if place is not None:
            self.scrollTo(model.index(place + 1, 0))
            self.scrollTo(model.index(place, 0))

    def box(self, account_id: int) -> ReasonBox | None:
        """The reasoning shown for an opened line."""
        return self._boxes.get(account_id)

    # --- opening and closing ---

    def set_open(self, index: QModelIndex, *, is_open: bool) -> None:
        """Open or close what a line stands for: a group or a reasoning."""
        model = self.proposal_model()
        line = model.line(index.row())
        if line is None:
            return
        if line.kind is LineKind.HEADING:
            model.fold_group(line.outcome, folded=not is_open)
        elif line.row is not None and is_open:
            self.open_reasons(line.row.account_id)
        elif line.row is not None:
            model.open_reasons(line.row.account_id, is_open=False)

    def toggle(self, index: QModelIndex) -> None:
        self.set_open(index, is_open=not self._is_open(index))

    def _is_open(self, index: QModelIndex) -> bool:
        model = self.proposal_model()
        line = model.line(index.row())
        if line is None or line.row is None:
            return line is not None and model.heading(line.outcome).is_open
        return model.is_opened(line.row.account_id)

    def _on_caret(self, index: QModelIndex) -> None:
        self.toggle(index)

    # --- lines that are no row of the table ---

    def _dress(self) -> None:
        """Let headings and reasonings span the table, and put a box into each opened line."""
        model = self.proposal_model()
        columns = model.columnCount()
        self.clearSpans()
        opened: dict[int, ReasonBox] = {}
        for place, line in enumerate(model.lines()):
            if line.kind is not LineKind.PROPOSAL:
                self.setSpan(place, 0, 1, columns)
            if line.kind is LineKind.REASONS and line.row is not None:
                opened[line.row.account_id] = self._put_box(place, line)
        self._boxes = opened
        self._fitting.start()

    def _level(self) -> None:
        """Other lines will come: none keeps the height of a reasoning."""
        for place, line in enumerate(self.proposal_model().lines()):
            if line.kind is LineKind.REASONS:
                self.setRowHeight(place, self._theme.sizes.row)

    def _put_box(self, place: int, line: Line) -> ReasonBox:
        assert line.row is not None  # noqa: S101  reasons belong to a proposal
        index = self.proposal_model().index(place, 0)
        account_id = line.row.account_id
        box = self.indexWidget(index)
        if not isinstance(box, ReasonBox):
            box = ReasonBox(self._theme, line.row, self._open_account)
            box.height_changed.connect(self._fitting.start)
            self.setIndexWidget(index, box)
            self._boxes[account_id] = box
            self.reasons_wanted.emit(account_id)
        return box

    def _fit_boxes(self) -> None:
        """Give each opened line the height of its reasoning."""
        model = self.proposal_model()
        whole = self.horizontalHeader().length()
        cut = max(0, whole - self.viewport().width())
        for place, line in enumerate(model.lines()):
            if line.kind is LineKind.REASONS and line.row is not None:
                box = self._boxes.get(line.row.account_id)
                wanted = box.height_for(whole, cut) if box is not None else 0
                if wanted and self.rowHeight(place) != wanted:
                    self.setRowHeight(place, wanted)

    # --- keys and changes of the look ---

    def _stretch(self) -> None:
        """A wide table gives names more room, unless somebody chose their width."""
        if self.model() is not None:
            is_wide = self.viewport().width() > self._theme.sizes.px(_WIDE)
            for key, widths in _WIDTHS.items():
                column = self.proposal_model().column_of(key)
                narrow, wide = (self._theme.sizes.px(width) for width in widths)
                if self.horizontalHeader().sectionSize(column) in {narrow, wide}:
                    self.horizontalHeader().resizeSection(column, wide if is_wide else narrow)
        super()._stretch()

    def _apply(self) -> None:
        super()._apply()
        if self.model() is not None:
            self._fitting.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fitting.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), event.key()
        if key in {Qt.Key.Key_Right, Qt.Key.Key_Left} and index.isValid() and not event.modifiers():
            self.set_open(index, is_open=key == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)
