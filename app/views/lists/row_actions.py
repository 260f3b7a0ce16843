"""What can be done with the row under the keyboard: buttons beside its table, and a menu and keys that press them."""

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
    """It is off while no row is current, and is in the menu of a row."""
    icon: Icon | None = None
    kind: str = ""
    key: Qt.Key | None = None


class RowActions(QObject, Generic[R]):
    """The buttons of one table; `none` is what they say while no row is current."""

    def __init__(self, theme: Theme, table: DataTable, actions: Sequence[RowAction[R]], *, none: str,
                 has_menu: bool = False) -> None:
        super().__init__(table)
        self._table = table
        self._none = none
        self._actions = tuple(actions)
        self.buttons = tuple(Button(theme, action.text, icon=action.icon, kind=action.kind,
                                    run=partial(self._run, action)) for action in actions)
        table.current_row_changed.connect(self.refresh)
        if has_menu:
            table.menu_asked.connect(self._pop_up)

    def refresh(self, _row: object = None) -> None:
        """Say anew what can be done."""
        row = self._table.current_row()
        for action, button in zip(self._actions, self.buttons, strict=True):
            button.offer(self._none if action.needs_row and row is None else action.refusal(row))

    def press(self, key: int) -> bool:
        """Press the button of a key; False where no button has it."""
        for action, button in zip(self._actions, self.buttons, strict=True):
            if action.key is not None and action.key == key:
                button.click()
                return True
        return False

    def _run(self, action: RowAction[R]) -> None:
        row = self._table.current_row()
        if row is not None or not action.needs_row:
            action.run(row)

    def _pop_up(self, _index: QModelIndex, position: QPoint) -> None:
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action, button in zip(self._actions, self.buttons, strict=True):
            if action.needs_row:
                menu.addAction(button.text(), button.click).setEnabled(button.isEnabled())
        menu.addSeparator()
        menu.addAction("&Copy rows", self._table.copy_rows)
        menu.popup(position)
