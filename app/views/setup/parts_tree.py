"""The tree of what differs: everything, each kind of thing, each thing, with the number of its changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QItemSelection, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QTreeView, QWidget

from app.services.setup.comparing import SetUpChange
from app.services.setup.document import OF_PROVIDER
from app.services.setup.words import KIND_NAMES
from app.views.look.theme import Theme

Chosen = tuple[str, str]
"""Kind and name of what is chosen; empty for all kinds, or all of a kind."""
EVERYTHING: Final[Chosen] = ("", "")
_CHOSEN: Final = Qt.ItemDataRole.UserRole


class PartsTree(QTreeView):
    """Everything is open; `chosen_changed` says which part is under the keyboard."""

    chosen_changed = Signal(object)  # Chosen

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._model = QStandardItemModel(self)
        self._model.setHorizontalHeaderLabels(["What differs", "Changes"])
        self.setAccessibleName("What differs")
        self.setModel(self._model)
        self.setUniformRowHeights(True)
        self.setAnimated(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setRootIsDecorated(False)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        theme.changed.connect(self._apply)
        self._apply()

    @property
    def chosen(self) -> Chosen:
        """What is under the keyboard."""
        found = self.currentIndex().siblingAtColumn(0).data(_CHOSEN)
        return EVERYTHING if found is None else (found[0], found[1])

    def show_changes(self, changes: Iterable[SetUpChange]) -> None:
        """Show the things that differ; what was chosen stays chosen where it is still there."""
        kept = self.chosen
        counts: dict[str, dict[str, int]] = {}
        for change in changes:
            of_kind = counts.setdefault(change.kind, {})
            of_kind[change.name] = of_kind.get(change.name, 0) + 1
        self._model.removeRows(0, self._model.rowCount())
        total = sum(sum(of_kind.values()) for of_kind in counts.values())
        root = self._append(self._model.invisibleRootItem(), "Everything", total, EVERYTHING)
        places = {EVERYTHING: root}
        for kind, of_kind in counts.items():
            branch = places[kind, ""] = self._append(root, KIND_NAMES[kind], sum(of_kind.values()), (kind, ""))
            for name, count in () if kind in OF_PROVIDER else of_kind.items():
                places[kind, name] = self._append(branch, name, count, (kind, name))
        self.expandAll()
        self.setCurrentIndex(places.get(kept, root).index())

    def _append(self, above: QStandardItem, text: str, count: int, chosen: Chosen) -> QStandardItem:
        item, number = QStandardItem(text), QStandardItem(self._theme.formatter.number(count))
        item.setData(list(chosen), _CHOSEN)
        item.setToolTip(text)
        number.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        above.appendRow([item, number])
        return item

    def _apply(self) -> None:
        self.setFont(self._theme.font())
        self._keep_heads_whole()

    def _keep_heads_whole(self) -> None:
        """The border beside the tree can be pulled, as far as its heads allow."""
        header = self.header()
        heads = sum(header.sectionSizeFromContents(section).width() for section in range(header.count()))
        self.setMinimumWidth(heads + 2 * self.frameWidth())

    # --- Qt ---

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.ApplicationFontChange}:
            self._keep_heads_whole()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if not selected.isEmpty():
            self.chosen_changed.emit(self.chosen)
