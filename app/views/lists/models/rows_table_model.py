"""A table of rows that are all in hand: the settings of one account, the lines of one invoice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QObject, Qt

from app.views.lists.models.column_model import ColumnModel, Index
from app.views.lists.models.columns import Column
from app.views.look.formatting import Formatter

R = TypeVar("R")


class RowsTableModel(ColumnModel[R]):
    """Holds at most a few hundred rows; longer lists are paged."""

    def __init__(self, columns: Sequence[Column[R]], row_id: Callable[[R], int], formatter: Formatter,
                 parent: QObject | None = None) -> None:
        super().__init__(columns, row_id, formatter, parent)
        self._rows: list[R] = []
        self._chosen: tuple[Callable[[R], object], bool] | None = None
        """What rows are sorted by, and whether from its end."""

    @property
    def rows(self) -> Sequence[R]:
        return self._rows

    def set_rows(self, rows: Sequence[R], *, keeps_order: bool = False) -> None:
        """Take new rows, in the order that a person chose. Where nothing came, went or moved, all stay in place.

        With `keeps_order` what is shown already stays in its order whatever changed, and rows that came in stand behind
        the one that they follow in the answer: somebody else made the change, and nothing moves under the hand.
        """
        rows = self._in_present_order(rows) if keeps_order else self._in_chosen_order(rows)
        same = [self._row_id(row) for row in rows] == [self._row_id(row) for row in self._rows]
        if not same:
            self.beginResetModel()
        changed = [number for number, pair in enumerate(zip(rows, self._rows, strict=same)) if pair[0] != pair[1]]
        self._rows = list(rows)
        self.forget_cells()
        if not same:
            self.endResetModel()
            return
        for number in changed:
            self.say_rows_changed(number, number)

    def _in_chosen_order(self, rows: Sequence[R]) -> Sequence[R]:
        if self._chosen is None:
            return rows
        hook, descending = self._chosen
        return sorted(rows, key=lambda row: _comparable(hook(row)), reverse=descending)

    def _in_present_order(self, rows: Sequence[R]) -> Sequence[R]:
        answered = {self._row_id(row): row for row in rows}
        kept = [row_id for row_id in map(self._row_id, self._rows) if row_id in answered]
        if not kept:
            return self._in_chosen_order(rows)
        followers: dict[int | None, list[int]] = {}
        known, before = set(kept), None
        for row_id in answered:
            if row_id not in known:
                followers.setdefault(before, []).append(row_id)
            else:
                before = row_id
        order = followers.get(None, []) + [
            each for row_id in kept for each in (row_id, *followers.get(row_id, ()))]
        return [answered[row_id] for row_id in order]

    def loaded_row_of_id(self, row_id: int | None) -> int | None:
        return next((number for number, row in enumerate(self._rows) if self._row_id(row) == row_id), None)

    def row_at(self, row: int) -> R | None:
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by the column's sort value, keeping what is selected."""
        hook = self._columns[column].sort_value if 0 <= column < len(self._columns) else None
        if hook is None:
            return
        self._chosen = hook, order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        kept = [(index, self.id_at(index.row())) for index in self.persistentIndexList()]
        self._rows = list(self._in_chosen_order(self._rows))
        self.forget_cells()
        places = {self._row_id(row): number for number, row in enumerate(self._rows)}
        self.changePersistentIndexList(
            [index for index, _ in kept],
            [self.index(places[row_id], index.column()) if row_id is not None else QModelIndex()
             for index, row_id in kept])
        self.layoutChanged.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return 0 if parent.isValid() else len(self._rows)


def _comparable(value: object) -> tuple[bool, object]:
    """None sorts before everything else."""
    return value is not None, value
