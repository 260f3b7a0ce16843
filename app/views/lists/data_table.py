"""The table of every list: whole rows, no grid, keys for everything, and nothing that moves under the hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QByteArray,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.models.values import fold
from app.views.lists.models.column_model import ColumnModel
from app.views.lists.models.columns import Column, Kind, SwitchState
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.row_delegate import DELEGATES, ClickDelegate, RowDelegate
from app.views.lists.row_spans import Span, merged, rows_in, rows_outside
from app.views.lists.table_header import TableHeader
from app.views.look import painting
from app.views.look.theme import Theme

_SELECT_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_ALSO_ROW = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
_LARGEST_COPY = 20_000
_KEPT_SELECTION = 1000
"""Larger selections are let go when all rows are read anew."""


class DataTable(QTableView):
    """Shows a `ColumnModel`. The screen connects to what people ask for; the table decides nothing."""

    opened = Signal(QModelIndex)  # Enter or double click
    opened_aside = Signal(QModelIndex)  # Shift+Enter, in a new tab
    current_row_changed = Signal(object)  # row of the service, or None
    selection_changed = Signal()
    link_clicked = Signal(QModelIndex)  # a link, chip or number
    switch_clicked = Signal(QModelIndex)  # a switch or tick: Space or a click
    space_pressed = Signal(QModelIndex)  # where the row has no switch: preview
    menu_asked = Signal(QModelIndex, QPoint)  # the point is global
    filter_by_cell = Signal(QModelIndex)  # Ctrl+Shift+F
    left_upwards = Signal()  # Up on the first row: back to the filter
    copy_refused = Signal(str)  # why, in words

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._delegates: list[RowDelegate] = []
        self._hovered_row = -1
        self._new_id: int | None = None
        self._kept_id: int | None = None
        self._kept_column = 0
        self._kept_top: int | None = None
        self._kept_offset = 0
        self._kept_selection: frozenset[int] = frozenset()
        self._sorted: tuple[int, bool] | None = None
        self._awaited: int | None = None
        self._header = TableHeader(theme, self)
        self.setHorizontalHeader(self._header)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._header.sectionClicked.connect(self._on_head_clicked)
        self._header.sectionMoved.connect(self._find_edges)
        self._header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(self.opened)
        self.entered.connect(self._on_entered)
        theme.changed.connect(self._apply)
        self._apply()

    # --- model and columns ---

    def show_model(self, model: ColumnModel[Any]) -> None:
        """Take the model, its columns and their delegates."""
        self.setModel(model)
        for column, spec in enumerate(model.columns):
            delegate = DELEGATES[spec.kind](self._theme, self)
            if isinstance(delegate, ClickDelegate):
                signal = self.switch_clicked if spec.kind in {Kind.SWITCH, Kind.TICK} else self.link_clicked
                delegate.clicked.connect(signal)
            self._delegates.append(delegate)
            self.setItemDelegateForColumn(column, delegate)
        model.modelAboutToBeReset.connect(self._keep_current)
        model.modelReset.connect(self._find_current)
        model.modelReset.connect(self._find_new)
        if isinstance(model, PagedTableModel):
            model.stale_changed.connect(self._on_stale)
            model.count_known.connect(self._on_count_known)
        self.selectionModel().currentRowChanged.connect(self._on_current)
        self.selectionModel().selectionChanged.connect(self.selection_changed)
        self._apply()
        self._apply_widths()

    def column_model(self) -> ColumnModel[Any]:
        model = self.model()
        if not isinstance(model, ColumnModel):
            raise TypeError("this table has no model yet")
        return model

    def show_sort(self, key: str, *, descending: bool = False) -> None:
        """Put the caret where the order is, without sorting."""
        self._sorted = self.column_model().column_of(key), descending
        self._show_caret()

    def save_columns(self) -> QByteArray:
        return self._header.saveState()

    def restore_columns(self, state: QByteArray) -> bool:
        """Widths, order and hidden columns as they were; the order of rows is restored by the screen."""
        restored = self._header.restoreState(state)
        self._show_caret()
        self._stretch()
        self._find_edges()
        return restored

    def shown_columns(self) -> list[Column[Any]]:
        """The columns in the order in which they stand on screen."""
        return [self.column_model().columns[column] for column in self._shown_columns()]

    def choose_columns(self, keys: Sequence[str]) -> None:
        """Show these columns in this order, and hide the others."""
        wanted = [self.column_model().column_of(key) for key in keys]
        for column in range(self._header.count()):
            self._header.setSectionHidden(column, column not in wanted)
        for place, column in enumerate(wanted):
            self._header.moveSection(self._header.visualIndex(column), place)
        self._stretch()
        self._find_edges()

    def set_widths(self, widths: Mapping[str, int]) -> None:
        """Give columns, by their keys, these widths in px at 100 % text size."""
        for key, width in widths.items():
            self._header.resizeSection(self.column_model().column_of(key), self._theme.sizes.px(width))
        self._stretch()

    # --- selection ---

    def current_row(self) -> Any:
        """The row of the service under the keyboard, or None."""
        index = self.currentIndex()
        return self.column_model().row_of(index) if index.isValid() else None

    def selected_row_numbers(self) -> Iterator[int]:
        """Positions of the selected rows, in order; cheap for a million of them until it is walked."""
        return rows_in(self.selected_spans())

    def unselected_row_numbers(self) -> Iterator[int]:
        """The other rows, in order."""
        return rows_outside(self.selected_spans(), self.column_model().rowCount())

    def selected_spans(self) -> list[Span]:
        """First and last row of each run of selected rows, in order and apart."""
        selection = self.selectionModel().selection()
        ranges = [selection.at(number) for number in range(selection.size())]
        return merged((span.top(), span.bottom()) for span in ranges)

    def selected_count(self) -> int:
        return sum(bottom - top + 1 for top, bottom in self.selected_spans())

    def selected_rows(self) -> list[Any]:
        """The selected rows that are loaded."""
        model = self.column_model()
        return [row for row in (model.peek(number) for number in self.selected_row_numbers()) if row is not None]

    def selectAll(self) -> None:
        """Everything found, also rows that are not read yet; rows still being counted join in when they are."""
        super().selectAll()
        model = self.model()
        is_counting = isinstance(model, PagedTableModel) and model.true_count is None
        self._awaited = model.rowCount() if is_counting else None

    def _on_count_known(self, count: int) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is not None and count > awaited and self.selected_count() == awaited:
            super().selectAll()

    def go_to_row(self, row: int) -> None:
        """Make a row current and selected, and show it."""
        model = self.model()
        if model is not None and 0 <= row < model.rowCount():
            column = max(0, self.currentIndex().column())
            self.selectionModel().setCurrentIndex(model.index(row, column), _SELECT_ROW)
            self.scrollTo(model.index(row, column))

    def go_to_new(self, row_id: int) -> None:
        """Give the keyboard to a row that was just made: now, or when the next answer brings it."""
        self._new_id = row_id
        if self.column_model().loaded_row_of_id(row_id) is not None:
            self._find_new()

    def _find_new(self) -> None:
        """Once: a row that a filter hides is not gone to when somebody clears the filter later."""
        new_id, self._new_id = self._new_id, None
        place = self.column_model().loaded_row_of_id(new_id) if new_id is not None else None
        if place is not None:
            self.go_to_row(place)
            self.setFocus()

    # --- copying ---

    def copy_rows(self) -> None:
        """The selected rows as tab-separated text with a head, in the order and the columns shown."""
        count = self.selected_count()
        if count == 0:
            return
        if count > _LARGEST_COPY:
            self.copy_refused.emit(f"Copying takes up to {self._theme.formatter.number(_LARGEST_COPY)} rows. "
                                   f"Export writes them all.")
            return
        model, columns = self.column_model(), self._shown_columns()
        numbers = list(self.selected_row_numbers())
        if any(model.peek(number) is None for number in numbers):
            self.copy_refused.emit("Some of these rows are not read yet. Export writes them all.")
            return
        lines = ["\t".join(model.columns[column].title for column in columns)]
        lines += ["\t".join(_one_line(model.copied_text(number, column)) for column in columns) for number in numbers]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def copy_cell(self) -> None:
        index = self.currentIndex()
        if index.isValid():
            QGuiApplication.clipboard().setText(self.column_model().copied_text(index.row(), index.column()))

    # --- inside ---

    def _shown_columns(self) -> list[int]:
        places = range(self._header.count())
        logical = (self._header.logicalIndex(place) for place in places)
        return [column for column in logical if not self._header.isSectionHidden(column)]

    def _apply(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self._theme.sizes.row)
        self._header.setMinimumSectionSize(self._theme.sizes.px(40))
        self._header.updateGeometry()
        self._find_edges()
        self.viewport().update()

    def _apply_widths(self) -> None:
        for column, spec in enumerate(self.column_model().columns):
            self._header.resizeSection(column, self._theme.sizes.px(spec.width))
        self._stretch()

    def _stretch(self) -> None:
        """Give the room that is left to the column that takes it; it never gets less than its own width."""
        if self.model() is None:
            return
        for column, spec in enumerate(self.column_model().columns):
            if spec.stretches and not self._header.isSectionHidden(column):
                others = self._header.length() - self._header.sectionSize(column)
                self._header.resizeSection(column, max(self._theme.sizes.px(spec.width),
                                                       self.viewport().width() - others))
                return

    def _find_edges(self) -> None:
        shown = self._shown_columns() if self.model() is not None else []
        edges = (shown[0], shown[-1]) if shown else (0, -1)
        self._header.edge_columns = edges
        for delegate in self._delegates:
            delegate.edge_columns = edges
        self.viewport().update()

    def _on_head_clicked(self, column: int) -> None:
        """Ascending at first, then the other way. Qt has moved the caret by now, so what it says is not asked."""
        spec = self.column_model().columns[column]
        if spec.sort_key is None and spec.sort_value is None:
            self._show_caret()
            return
        descending = self._sorted == (column, False)
        self._sorted = column, descending
        self._show_caret()
        order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
        self.column_model().sort(column, order)

    def _show_caret(self) -> None:
        self._header.setSortIndicatorShown(self._sorted is not None)
        if self._sorted is not None:
            column, descending = self._sorted
            order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
            self._header.setSortIndicator(column, order)

    def _on_entered(self, index: QModelIndex) -> None:
        self._set_hovered(index.row())

    def _set_hovered(self, row: int) -> None:
        if row != self._hovered_row:
            self._hovered_row = row
            for delegate in self._delegates:
                delegate.hovered_row = row
            self.viewport().update()

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        self.current_row_changed.emit(self.column_model().row_of(current) if current.isValid() else None)
        self.viewport().update()

    def _on_stale(self, stale: bool) -> None:  # noqa: FBT001  a slot
        for delegate in self._delegates:
            delegate.is_dimmed = stale
        self.viewport().update()

    def _keep_current(self) -> None:
        model, index = self.column_model(), self.currentIndex()
        self._kept_id = model.id_at(index.row()) if index.isValid() else None
        self._kept_column = max(0, index.column())
        first = self.rowAt(0)
        self._kept_top = model.id_at(first) if first >= 0 else None
        self._kept_offset = self.rowViewportPosition(first) if first >= 0 else 0
        chosen = self.selected_count()
        self._kept_selection = frozenset(
            row_id for row_id in map(model.id_at, self.selected_row_numbers()) if row_id is not None
        ) if 1 < chosen <= _KEPT_SELECTION else frozenset()

    def _find_current(self) -> None:
        """After a new question the same thing is current again, where it is among the first rows.

        Where the question was the old one, nothing moves: what was selected and what stood at the top are so again.
        """
        model = self.column_model()
        row = model.loaded_row_of_id(self._kept_id)
        if row is not None:
            self.selectionModel().setCurrentIndex(model.index(row, self._kept_column), _SELECT_ROW)
            for each in sorted(self._kept_selection):
                place = model.loaded_row_of_id(each)
                if place is not None:
                    self.selectionModel().select(model.index(place, 0), _ALSO_ROW)
        top = model.loaded_row_of_id(self._kept_top) if model.is_same_question else None
        if top is not None:
            self.updateGeometries()
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.rowViewportPosition(top) - self._kept_offset)
        self._find_edges()

    def _press_space(self, index: QModelIndex) -> None:
        """Turn the switch of the row, wherever in it the keyboard is; else ask for a preview."""
        model = self.column_model()
        for column, spec in enumerate(model.columns):
            if spec.kind in {Kind.SWITCH, Kind.TICK}:
                if model.cell(index.row(), column).switch in {SwitchState.ON, SwitchState.OFF}:
                    self.switch_clicked.emit(model.index(index.row(), column))
                return
        self.space_pressed.emit(index)

    def _leave_out_cut_row(self) -> None:
        """A row of which half would show at the bottom waits until it fits; the scroll bar tells that it is there."""
        height = self.viewport().height()
        row = self.rowAt(height - 1)
        top = self.rowViewportPosition(row)
        is_cut = row > self.rowAt(0) and top + self.rowHeight(row) > height
        if is_cut and self.rowHeight(row) <= self.verticalHeader().defaultSectionSize():
            painter = QPainter(self.viewport())
            painter.fillRect(0, top, self.viewport().width(), height - top, self._theme.tokens.surface)
            painter.end()

    def _row_rect(self, row: int) -> QRect:
        top = self.rowViewportPosition(row)
        width = min(self.viewport().width(), self._header.length())
        return QRect(0, top, width, self.rowHeight(row))

    def keyboardSearch(self, search: str) -> None:
        """Letters jump by name among the rows at hand; Qt's own search would read the whole table."""
        model = self.column_model()
        wanted, columns = fold(search), self._shown_columns()
        texts = [c for c in columns if model.columns[c].kind is Kind.TEXT]
        if not wanted or not texts:
            return
        start = max(0, self.currentIndex().row())
        end = min(model.rowCount(), start + 400)
        order = [*range(start + (len(wanted) == 1), end), *range(max(0, start - 400), start + 1)]
        for row in order:
            if any(fold(model.copied_text(row, column)).startswith(wanted) for column in texts[:2]):
                self.go_to_row(row)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key, modifiers = self.currentIndex(), event.key(), event.modifiers()
        has_shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        has_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_rows()
        elif has_control and has_shift and key == Qt.Key.Key_C:
            self.copy_cell()
        elif has_control and has_shift and key == Qt.Key.Key_F and index.isValid():
            self.filter_by_cell.emit(index)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and index.isValid() and not has_control:
            (self.opened_aside if has_shift else self.opened).emit(index)
        elif key == Qt.Key.Key_Space and index.isValid() and not modifiers:
            self._press_space(index)
        elif key == Qt.Key.Key_Up and index.row() <= 0 and not modifiers:
            self.left_upwards.emit()
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End} and not modifiers:
            self.go_to_row(0 if key == Qt.Key.Key_Home else self.column_model().rowCount() - 1)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index, position = self.indexAt(event.pos()), event.globalPos()
        else:
            index = self.currentIndex()
            position = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        if index.isValid():
            self.menu_asked.emit(index, position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stretch()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(-1)
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._leave_out_cut_row()
        index = self.currentIndex()
        if index.isValid() and self.hasFocus():
            painter = QPainter(self.viewport())
            painting.draw_focus_ring(painter, self._theme, self._row_rect(index.row()).adjusted(1, 0, -1, 0), 3)
            painter.end()


def _one_line(text: str) -> str:
    return text.replace("\t", " ").replace("\n", " ")
