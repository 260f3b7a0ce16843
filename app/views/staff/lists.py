"""The lists of the staff screen: users, org units and roles, each with its columns and its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.staff.queries import RoleRow, StaffRow, UnitRow
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, count_column, state_column, text_column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import LEVEL, Look
from app.views.widgets.basics import without_arguments
from app.views.widgets.layout import column, grows, row
from app.views.widgets.search_field import SearchField

R = TypeVar("R", bound=StaffRow | UnitRow | RoleRow)
_ACTIVE: Final = Look("Active", None, Icon.GOOD)
_INACTIVE: Final = Look("Inactive", tk.Tone.NEUTRAL, Icon.INACTIVE)
_NARROWEST_FILTER: Final = 150
"""In px at 100 %: its words stay legible beside the buttons."""


class StaffList(QWidget, Generic[R]):
    """A list with a filter and its buttons; Enter presses the one before the last, which edits."""

    counted = Signal(int)

    def __init__(self, theme: Theme, name: str, columns: Sequence[Column[R]], actions: Sequence[RowAction[R]]) -> None:
        super().__init__()
        self._theme = theme
        self._columns = columns
        self._rows: list[R] = []
        self.model: RowsTableModel[R] = RowsTableModel(columns, lambda row: row.id, theme.formatter, self)
        self.table = DataTable(theme, name)
        self.table.show_model(self.model)
        self.field = SearchField(theme, f"Filter {name.lower()}", icon=Icon.FILTER)
        self.field.setMinimumWidth(theme.sizes.px(_NARROWEST_FILTER))
        self.field.setMaximumWidth(theme.sizes.px(300))
        self.row_actions: RowActions[R] = RowActions(theme, self.table, actions, owner=self, none="Choose a row first.")
        column(row(grows(self.field), ..., *self.row_actions.buttons, margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)),
               grows(self.table), on=self)
        self.field.settled.connect(without_arguments(self._filter))
        self.field.left_downwards.connect(self.table.setFocus)
        self.table.left_upwards.connect(self.field.setFocus)
        self.table.opened.connect(without_arguments(self.row_actions.buttons[-2].click))

    def show_rows(self, rows: Sequence[R]) -> None:
        self._rows = list(rows)
        self.counted.emit(len(rows))
        self._filter()
        self.row_actions.refresh()

    def _filter(self) -> None:
        wanted = self.field.text().strip().casefold()
        kept = [row for row in self._rows
                if any(wanted in column.text(row, self._theme.formatter).casefold() for column in self._columns)]
        self.model.set_rows(kept)
        if kept and not self.table.currentIndex().isValid():
            self.table.go_to_row(0)


def user_columns() -> tuple[Column[StaffRow], ...]:
    return (
        text_column("login", "Login", lambda r: r.login, 220, sorts=True),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=130, stretches=True,
               sort_value=lambda r: r.name.casefold()),
        text_column("unit", "Org unit", lambda r: r.unit, 150, sorts=True),
        text_column("provider", "Provider", lambda r: r.provider, 130, sorts=True, is_second_rank=True),
        state_column("active", "Status", lambda r: _ACTIVE if r.active else _INACTIVE, 90,
                     sort_value=lambda r: not r.active),
        Column(key="seen", title="Last sign-in", width=130, is_second_rank=True, sort_value=lambda r: r.signed_in_at,
               text=lambda r, f: f.instant(r.signed_in_at) if r.signed_in_at is not None else "Never"),
    )


def unit_columns() -> tuple[Column[UnitRow], ...]:
    def groups(row: UnitRow) -> str:
        return ", ".join(f"{group.name} ({LEVEL[group.level]})" for group in row.groups)

    return (
        text_column("name", "Org unit", lambda r: r.name, 160, stretches=True, sort_value=lambda r: r.name.casefold(),
                    tooltip=lambda r, _: r.description or r.name),
        text_column("provider", "Provider", lambda r: r.provider, 130, sorts=True, is_second_rank=True),
        text_column("agent", "Agent", lambda r: r.agent, 110, sorts=True, is_second_rank=True),
        text_column("roles", "Roles", lambda r: ", ".join(name for _, name in r.roles), 150, sorts=True),
        text_column("groups", "Limited by", groups, 180, sorts=True,
                    help="Account groups that decide which accounts its staff see"),
        count_column("staff", "Staff", lambda r: r.staff, 64, sorts=True),
    )


def role_columns() -> tuple[Column[RoleRow], ...]:
    return (
        Column(key="name", title="Role", text=lambda r, _: r.name, width=170, sort_value=lambda r: r.name.casefold()),
        text_column("provider", "Provider", lambda r: r.provider, 130, sorts=True, is_second_rank=True),
        count_column("powers", "Powers", lambda r: len(r.powers), 72, sorts=True),
        text_column("units", "Org units", lambda r: ", ".join(r.units), 200, sort_value=lambda r: r.units),
        text_column("words", "Description", lambda r: r.description, 160, stretches=True, is_second_rank=True),
    )
