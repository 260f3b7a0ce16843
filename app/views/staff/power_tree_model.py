"""The tree of powers of a role: each with a box. Ticking one ticks what it needs above it, unticking one unticks what
hangs below it, so that the tree never shows a power that would open nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.services.staff.queries import PowerRow

Index = QModelIndex | QPersistentModelIndex
_SHOWN = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class PowerTreeModel(QAbstractItemModel):
    """Two columns: the power with its box, and what it opens. What the person cannot give is off, with the reason."""

    ticked_changed = Signal()

    def __init__(self, rows: Sequence[PowerRow], ticked: Collection[str], *, is_fixed: bool = False,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = list(rows)
        self._places = {row.key: place for place, row in enumerate(self._rows)}
        self._below: dict[str, list[int]] = {}
        for place, row in enumerate(self._rows):
            self._below.setdefault(row.parent, []).append(place)
        self._ticked = set(ticked) & self._places.keys()
        self._is_fixed = is_fixed

    def ticked(self) -> frozenset[str]:
        """Keys of the ticked powers."""
        return frozenset(self._ticked)

    def tick(self, keys: Collection[str]) -> None:
        """Tick these powers and no others."""
        before, self._ticked = self._ticked, {str(key) for key in keys} & self._places.keys()
        self._say_changed(before ^ self._ticked)

    def row_at(self, index: Index) -> PowerRow | None:
        return self._rows[index.internalId()] if index.isValid() else None

    # --- Qt ---

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008  Qt's signature
        places = self._below.get(self._key(parent), [])
        if not 0 <= row < len(places) or not 0 <= column < 2 or parent.column() > 0:
            return QModelIndex()
        return self.createIndex(row, column, places[row])

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        row = self.row_at(child)
        return self._index_of(row.parent) if row is not None and row.parent else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's signature
        return len(self._below.get(self._key(parent), [])) if parent.column() <= 0 else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: ARG002, B008  Qt's signature
        return 2

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and 0 <= section < 2:
            return ("Power", "What it opens")[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row_at(index)
        if row is None:
            return Qt.ItemFlag.NoItemFlags
        if row.refusal and row.key not in self._ticked:
            return Qt.ItemFlag.ItemIsSelectable
        can_turn = index.column() == 0 and not self._is_fixed
        return _SHOWN | Qt.ItemFlag.ItemIsUserCheckable if can_turn else _SHOWN

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row_at(index)
        if row is None:
            return None
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            return Qt.CheckState.Checked if row.key in self._ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return row.label if index.column() == 0 else row.refusal or row.help
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return f"{row.help} {'' if self._is_fixed else row.refusal}".strip()
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row_at(index)
        if row is None or role != Qt.ItemDataRole.CheckStateRole or not self.flags(
                index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        before = set(self._ticked)
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self._ticked |= self._with_parents(row.key)
        else:
            self._ticked -= {key for key in self._ticked if key == row.key or self._hangs_below(key, row.key)}
        self._say_changed(before ^ self._ticked)
        return True

    # --- inside ---

    def _say_changed(self, keys: Collection[str]) -> None:
        for key in keys:
            changed = self._index_of(key)
            self.dataChanged.emit(changed, changed.siblingAtColumn(1))
        self.ticked_changed.emit()

    def _key(self, index: Index) -> str:
        row = self.row_at(index)
        return row.key if row is not None else ""

    def _index_of(self, key: str) -> QModelIndex:
        place = self._places[key]
        return self.createIndex(self._below[self._rows[place].parent].index(place), 0, place)

    def _with_parents(self, key: str) -> set[str]:
        found: set[str] = set()
        while key:
            found.add(key)
            key = self._rows[self._places[key]].parent
        return found

    def _hangs_below(self, key: str, above: str) -> bool:
        return above in self._with_parents(key) - {key}
