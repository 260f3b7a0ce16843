"""What all tables of columns share: roles, headings, and one cached `Cell` per cell painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.views.lists.models import roles
from app.views.lists.models.columns import EMPTY, Cell, Column
from app.views.look.formatting import Formatter

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

_SELECTABLE: Final = (Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemNeverHasChildren)
_NO_FLAGS: Final = Qt.ItemFlag.NoItemFlags
_CACHED_ROWS: Final = 1000


class ColumnModel(QAbstractTableModel, Generic[R]):
    """A flat table whose rows are found by `row_at`; None is a row that is not loaded."""

    def __init__(self, columns: Sequence[Column[R]], row_id: Callable[[R], int], formatter: Formatter,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._row_id = row_id
        self._formatter = formatter
        self._cells: dict[int, list[Cell | None]] = {}
        self._answers: dict[int, Callable[[int, int], Any]] = {
            roles.ROW_ID: lambda row, _: self.id_at(row),
            roles.ROW: lambda row, _: self.row_at(row),
            roles.IS_PLACEHOLDER: lambda row, _: self.row_at(row) is None,
            roles.ALIGNMENT: lambda _, column: roles.RIGHT if self._columns[column].is_right else roles.LEFT,
            roles.TOOLTIP: self._tooltip,
            roles.ACCESSIBLE_TEXT: self._spoken,
            roles.SORT: self._sort_value,
        }
        self.last_painted_row = 0
        self.is_same_question = True
        """Whether the rows that a reset brings answer what the former ones did; a list then stays where it was."""

    @property
    def columns(self) -> tuple[Column[R], ...]:
        return self._columns

    @property
    def formatter(self) -> Formatter:
        return self._formatter

    def row_at(self, row: int) -> R | None:
        """The row as the service returned it; None where it is not loaded. Must be quick."""
        raise NotImplementedError

    def peek(self, row: int) -> R | None:
        """The row if it is in memory; unlike `row_at` it asks for nothing."""
        return self.row_at(row)

    def waiting_cell(self, row: int) -> Cell:  # noqa: ARG002  for models that load
        """What a row shows that is not loaded."""
        return EMPTY

    def row_of(self, index: Index) -> R | None:
        return self.row_at(index.row()) if index.isValid() else None

    def id_at(self, row: int) -> int | None:
        """Id of a loaded row."""
        found = self.row_at(row)
        return None if found is None else self._row_id(found)

    def loaded_row_of_id(self, row_id: int | None) -> int | None:
        """Position of a thing among the loaded rows; None where it is not there."""
        raise NotImplementedError

    def column_of(self, key: str) -> int:
        """Position of a column by its key."""
        return next(i for i, column in enumerate(self._columns) if column.key == key)

    def cell(self, row: int, column: int) -> Cell:
        """What is painted; made once and kept until the row changes."""
        self.last_painted_row = row
        kept = self._cells.get(row)
        if kept is not None:
            cell = kept[column]
            if cell is not None:
                return cell
        found = self.row_at(row)
        if found is None:
            return self.waiting_cell(row)
        if kept is None:
            if len(self._cells) >= _CACHED_ROWS:
                self._cells.clear()
            kept = self._cells[row] = [None] * len(self._columns)
        made = kept[column] = self._columns[column].cell(found, self._formatter)
        return made

    def copied_text(self, row: int, column: int) -> str:
        """Text for the clipboard and exports; empty for a row that is not loaded."""
        found = self.row_at(row)
        return "" if found is None else self._columns[column].copied_text(found, self._formatter)

    def forget_cells(self) -> None:
        """Cells are made anew when they are next painted."""
        self._cells.clear()

    def say_rows_changed(self, first: int, last: int) -> None:
        """Emit one narrow `dataChanged` for whole rows."""
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def _tooltip(self, row: int, column: int) -> str | None:
        found = self.row_at(row)
        hook = self._columns[column].tooltip
        return hook(found, self._formatter) if hook is not None and found is not None else None

    def _spoken(self, row: int, column: int) -> str:
        found = self.row_at(row)
        if found is None:
            return "Being read"
        spoken = self._columns[column].spoken_text(found, self._formatter)
        return f"{self._columns[column].title}: {spoken or 'none'}"

    def _sort_value(self, row: int, column: int) -> object:
        found = self.row_at(row)
        hook = self._columns[column].sort_value
        if found is None:
            return None
        return hook(found) if hook is not None else self._columns[column].text(found, self._formatter)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = roles.DISPLAY) -> Any:
        row, column = index.row(), index.column()
        if row < 0 or column < 0:
            return None
        if role == roles.CELL:
            return self.cell(row, column)
        if role == roles.DISPLAY:
            return self.cell(row, column).text
        answer = self._answers.get(role)
        return answer(row, column) if answer is not None else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = roles.DISPLAY) -> Any:
        if orientation != roles.HORIZONTAL or not 0 <= section < len(self._columns):
            return None
        column = self._columns[section]
        if role == roles.DISPLAY:
            return column.title
        if role == roles.ALIGNMENT:
            return roles.RIGHT if column.is_right else roles.LEFT
        if role == roles.TOOLTIP:
            return column.help or None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        # the same for rows that are not loaded: Qt asks tens of thousands of rows after *Select all*
        return _SELECTABLE if index.isValid() else _NO_FLAGS
