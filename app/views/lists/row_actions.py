"""What can be done with the row under the keyboard: buttons beside it, and a menu and keys that press them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu

from app.views.lists.data_table import DataTable
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button

R = TypeVar("R")


def _never(_row: object) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAction(Generic[R]):
    """One button. `run` and `refusal` are given the row; where none is needed, whatever row there is, or None."""

    text: str
    run: Callable[[Any], object]
    refusal: Callable[[Any], str] = _never
    """Why it cannot be done now; "" where it can."""
    needs_row: bool = True
    """It is off while there is no row, and is in the menu of one."""
    says: Callable[[Any], str] | None = None
    """Its words for a row, where they are not always `text`."""
    icon: Icon | None = None
    kind: str = ""
    key: Qt.Key | None = None


class RowActions(QObject, Generic[R]):
    """The buttons for one row at a time: that of a table, or whatever `of` gives. `none` is said while it is None."""

    def __init__(self, theme: Theme, of: Callable[[], R | None] | DataTable, actions: Sequence[RowAction[R]], *,
                 owner: QObject, none: str = "") -> None:
        super().__init__(owner)
        self._table = of if isinstance(of, DataTable) else None
        self._of: Callable[[], R | None] = of.current_row if isinstance(of, DataTable) else of
        self._none = none
        self._actions = tuple(actions)
        self.buttons = tuple(Button(theme, action.text, icon=action.icon, kind=action.kind,
                                    run=partial(self._run, action)) for action in actions)
        if isinstance(of, DataTable):
            of.current_row_changed.connect(self.refresh)

    def refresh(self, _row: object = None) -> None:
        """Say anew what can be done. A button that goes off leaves the keyboard to the table, not to the next one."""
        had_keyboard = next((button for button in self.buttons if button.hasFocus()), None)
        self._offer_all()
        if had_keyboard is not None and self._table is not None and not had_keyboard.isEnabled():
            self._table.setFocus()

    def _offer_all(self) -> None:
        row = self._of()
        for action, button in zip(self._actions, self.buttons, strict=True):
            if action.needs_row and row is None:
                button.offer(self._none)
                continue
            button.offer(action.refusal(row))
            if action.says is not None:
                button.setText(action.says(row))

    def press(self, key: int) -> bool:
        """Press the button of a key; False where no button has it."""
        for action, button in zip(self._actions, self.buttons, strict=True):
            if action.key is not None and action.key == key:
                button.click()
                return True
        return False

    def offer_menu(self, table: DataTable) -> None:
        """Have the menu of a row offer them too."""
        table.menu_asked.connect(partial(self._pop_up, table))

    def _run(self, action: RowAction[R]) -> None:
        row = self._of()
        if row is not None or not action.needs_row:
            action.run(row)

    def _pop_up(self, table: DataTable, _index: QModelIndex, position: QPoint) -> None:
        menu = QMenu(table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action, button in zip(self._actions, self.buttons, strict=True):
            if action.needs_row:
                menu.addAction(button.text(), button.click).setEnabled(button.isEnabled())
        menu.addSeparator()
        menu.addAction("&Copy rows", table.copy_rows)
        menu.popup(position)
