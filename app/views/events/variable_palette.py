"""All variables of an event with what they stand for and an example, to look through and put in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTreeView, QWidget

from app.services.events.drafting import VariableRow
from app.views.events.completing import offered
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows
from app.views.widgets.search_field import SearchField

_WIDTH: Final = 620
_HEIGHT: Final = 380


class VariablePalette(QFrame):
    """Opens below its button; Enter or a double click puts the variable in, Esc leaves."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._theme = theme
        self._variables: Sequence[VariableRow] = ()
        self.setAccessibleName("Variables")
        self.setFrameShape(QFrame.Shape.Box)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self._field = SearchField(theme, "Name or meaning of a variable", self)
        self._model = QStandardItemModel(self)
        self._model.setHorizontalHeaderLabels(["Variable", "Stands for", "For instance"])
        self._list = QTreeView(self)
        self._list.setModel(self._model)
        self._list.setAccessibleName("Variables of this event")
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.header().setStretchLastSection(False)
        for place, mode in enumerate((QHeaderView.ResizeMode.ResizeToContents, QHeaderView.ResizeMode.Stretch,
                                      QHeaderView.ResizeMode.ResizeToContents)):
            self._list.header().setSectionResizeMode(place, mode)
        self._list.doubleClicked.connect(self._take)
        hint = Label(theme, "Enter puts it in. In the text, typing %% offers the same.", size=tk.LABEL,
                     ink=tk.Ink.MUTED)
        column(self._field, grows(self._list), hint, on=self, margins=12, spacing=8)
        self._field.textChanged.connect(self._show)
        self._field.installEventFilter(self)

    def set_variables(self, variables: Sequence[VariableRow]) -> None:
        self._variables = variables

    def open_below(self, button: QWidget) -> None:
        """Show it below a button, with the keyboard in its field."""
        self._field.clear()
        self._show("")
        self.resize(self._theme.sizes.px(_WIDTH), self._theme.sizes.px(_HEIGHT))
        place = button.mapToGlobal(QPoint(0, button.height() + 2))
        screen = button.screen().availableGeometry()
        self.move(max(screen.left(), min(place.x(), screen.right() - self.width())),
                  max(screen.top(), min(place.y(), screen.bottom() - self.height())))
        self.show()
        self._field.setFocus()

    def names(self) -> list[str]:
        """The variables that are listed."""
        return [self._model.item(row).text() for row in range(self._model.rowCount())]

    def _show(self, text: str) -> None:
        known = {variable.name: variable for variable in self._variables}
        self._model.removeRows(0, self._model.rowCount())
        for name, _ in offered(self._variables, text.strip().strip("%"), in_condition=True):
            variable = known[name]
            items = [QStandardItem(words) for words in (name, variable.help, variable.example)]
            items[1].setToolTip(variable.help)
            self._model.appendRow(items)
        if self._model.rowCount():
            self._list.setCurrentIndex(self._model.index(0, 0))

    def _take(self) -> None:
        index = self._list.currentIndex().siblingAtColumn(0)
        if index.isValid():
            self.hide()
            self.chosen.emit(str(index.data()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows of the field walk the list, Enter takes what is chosen there."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._take()
                return True
            if event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp}:
                self._list.keyPressEvent(event)
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._take()
        else:
            super().keyPressEvent(event)
