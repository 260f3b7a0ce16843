"""Which columns a list shows, in what order and how wide; all of it by keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.views.asking.dressing import Dressing
from app.views.forms.ui_columns_dialog import Ui_ColumnsDialog
from app.views.lists.models.columns import Column
from app.views.look.theme import Theme
from app.views.widgets.basics import Dialog

_KEY = Qt.ItemDataRole.UserRole
_WIDTH = Qt.ItemDataRole.UserRole + 1


class ColumnList(QListWidget):
    """Columns with a tick; Ctrl+Up and Ctrl+Down move the current one, as dragging does."""

    step_asked = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and event.key() in steps:
            self.step_asked.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)


class ColumnsDialog(Dialog):
    """`chosen` gives the keys shown, in order, and the widths at 100 % text size."""

    chosen = Signal(list, dict)

    def __init__(self, theme: Theme, columns: Sequence[Column[Any]], shown: Mapping[str, int],
                 usual: Sequence[str], parent: QWidget) -> None:
        """`shown` are the widths of the columns shown, in their order."""
        super().__init__("Columns of the list", parent)
        self._columns = {column.key: column for column in columns}
        self._usual = tuple(usual)
        self._form = form = Ui_ColumnsDialog()
        dressing = Dressing(form, self, theme)
        self._list = dressing.put(form.columns, ColumnList(self))
        self._list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self._list.setFrameShape(QListWidget.Shape.StyledPanel)
        self._list.setMinimumSize(theme.sizes.px(280), theme.sizes.px(340))
        self._row_height = theme.sizes.row
        palette = self._list.palette()
        palette.setColor(QPalette.ColorRole.Window, theme.tokens.outline)  # the edge of the boxes is made from it
        self._list.setPalette(palette)
        self._fill(shown)
        self._list.step_asked.connect(self._move)
        self._list.currentItemChanged.connect(self._on_current)
        form.up.clicked.connect(lambda: self._move(-1))
        form.down.clicked.connect(lambda: self._move(1))
        form.width.valueChanged.connect(self._on_width)
        form.usual.clicked.connect(self._take_usual)
        form.cancel.clicked.connect(self.reject)
        form.verb.clicked.connect(self._submit)
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def _fill(self, shown: Mapping[str, int]) -> None:
        self._list.clear()
        for key in [*shown, *[key for key in self._columns if key not in shown]]:
            column = self._columns[key]
            item = QListWidgetItem(column.title)
            item.setData(_KEY, key)
            item.setData(_WIDTH, shown.get(key, column.width))
            item.setToolTip(column.help)
            item.setSizeHint(QSize(0, self._row_height))
            item.setCheckState(Qt.CheckState.Checked if key in shown else Qt.CheckState.Unchecked)
            self._list.addItem(item)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _move(self, step: int) -> None:
        row = self._list.currentRow()
        if 0 <= row + step < self._list.count():
            item = self._list.takeItem(row)
            self._list.insertItem(row + step, item)
            self._list.setCurrentRow(row + step)

    def _on_current(self, item: QListWidgetItem | None, _before: QListWidgetItem | None = None) -> None:
        if item is not None:
            with QSignalBlocker(self._form.width):
                self._form.width.setValue(int(item.data(_WIDTH)))
            is_elastic = self._columns[str(item.data(_KEY))].stretches
            self._form.width.setEnabled(not is_elastic)
            self._form.width.setToolTip("This column takes the room that is left." if is_elastic else "")

    def _on_width(self, width: int) -> None:
        item = self._list.currentItem()
        if item is not None:
            item.setData(_WIDTH, width)

    def _take_usual(self) -> None:
        self._fill({key: self._columns[key].width for key in self._usual})
        self._list.setCurrentRow(0)
        self._list.setFocus()

    def _submit(self) -> None:
        ticked = [item for item in self._items() if item.checkState() is Qt.CheckState.Checked]
        if not ticked:
            self._form.refusal.setText("Tick at least one column; a list without columns shows nothing.")
            return
        self.chosen.emit([str(item.data(_KEY)) for item in ticked],
                         {str(item.data(_KEY)): int(item.data(_WIDTH)) for item in ticked})
        self.accept()
