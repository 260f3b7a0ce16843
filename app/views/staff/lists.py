"""The lists of the staff screen: users, org units and roles, each with its columns and its buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.staff.queries import RoleRow, StaffRow, UnitRow
from app.views.groups.words import LEVEL
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, without_arguments
from app.views.widgets.search_field import SearchField

R = TypeVar("R", bound=StaffRow | UnitRow | RoleRow)


class StaffList(QWidget, Generic[R]):
    """A list with a filter; `act` says which button was pressed."""

    act = Signal(str)
    counted = Signal(int)

    def __init__(self, theme: Theme, name: str, columns: Sequence[Column[R]], buttons: dict[str, str],
                 parent: QWidget) -> None:
        super().__init__(parent)
        self._columns = columns
        self._formatter: Formatter = theme.formatter
        self._rows: list[R] = []
        self.model: RowsTableModel[R] = RowsTableModel(columns, lambda row: row.id, theme.formatter, self)
        self.table = DataTable(theme, name, self)
        self.table.show_model(self.model)
        self.field = SearchField(theme, f"Filter {name.lower()}", self, icon=Icon.FILTER)
        self.field.setMaximumWidth(theme.sizes.px(300))
        self.buttons: dict[str, Button] = {}
        row = QHBoxLayout()
        row.setContentsMargins(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addStretch(1)
        for key, words in buttons.items():
            button = Button(theme, words, self, kind="main" if key == "add" else "")
            button.clicked.connect(without_arguments(self._saying(key)))
            self.buttons[key] = button
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.table, 1)
        self.field.settled.connect(without_arguments(self._filter))
        self.field.left_downwards.connect(self.table.setFocus)
        self.table.left_upwards.connect(self.field.setFocus)
        self.table.opened.connect(without_arguments(self._saying("edit")))

    def _saying(self, key: str) -> Callable[[], object]:
        def say() -> None:
            if key not in self.buttons or self.buttons[key].isEnabled():
                self.act.emit(key)

        return say

    @property
    def chosen(self) -> R | None:
        row: R | None = self.table.current_row()
        return row

    def show_rows(self, rows: Sequence[R]) -> None:
        self._rows = list(rows)
        self.counted.emit(len(rows))
        self._filter()

    def _filter(self) -> None:
        wanted = self.field.text().strip().casefold()
        kept = [row for row in self._rows
                if any(wanted in column.text(row, self._formatter).casefold() for column in self._columns)]
        self.model.set_rows(kept)
        if kept and not self.table.currentIndex().isValid():
            self.table.go_to_row(0)


def user_columns() -> tuple[Column[StaffRow], ...]:
    return (
        Column(key="login", title="Login", text=lambda r, _: r.login, width=220, sort_value=lambda r: r.login,
               tooltip=lambda r, _: r.login),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=130, stretches=True,
               sort_value=lambda r: r.name.casefold()),
        Column(key="unit", title="Org unit", text=lambda r, _: r.unit, width=150, sort_value=lambda r: r.unit,
               tooltip=lambda r, _: r.unit),
        Column(key="provider", title="Provider", text=lambda r, _: r.provider, width=130, is_second_rank=True,
               sort_value=lambda r: r.provider, tooltip=lambda r, _: r.provider),
        Column(key="active", title="Status", kind=Kind.STATUS, width=90,
               text=lambda r, _: "Active" if r.active else "Inactive", sort_value=lambda r: not r.active,
               tone=lambda r: None if r.active else tk.Tone.NEUTRAL, dot=lambda r: "good" if r.active else None,
               icon=lambda r: None if r.active else Icon.INACTIVE),
        Column(key="seen", title="Last sign-in", width=130, is_second_rank=True, sort_value=lambda r: r.signed_in_at,
               text=lambda r, f: f.instant(r.signed_in_at) if r.signed_in_at is not None else "Never"),
    )


def unit_columns() -> tuple[Column[UnitRow], ...]:
    def roles(row: UnitRow) -> str:
        return ", ".join(name for _, name in row.roles)

    def groups(row: UnitRow) -> str:
        return ", ".join(f"{group.name} ({LEVEL[group.level]})" for group in row.groups)

    return (
        Column(key="name", title="Org unit", text=lambda r, _: r.name, width=160, stretches=True,
               sort_value=lambda r: r.name.casefold(), tooltip=lambda r, _: r.description or r.name),
        Column(key="provider", title="Provider", text=lambda r, _: r.provider, width=130, is_second_rank=True,
               sort_value=lambda r: r.provider, tooltip=lambda r, _: r.provider),
        Column(key="agent", title="Agent", text=lambda r, _: r.agent, width=110, is_second_rank=True,
               sort_value=lambda r: r.agent, tooltip=lambda r, _: r.agent),
        Column(key="roles", title="Roles", text=lambda r, _: roles(r), width=150, sort_value=roles,
               tooltip=lambda r, _: roles(r)),
        Column(key="groups", title="Limited by", text=lambda r, _: groups(r), width=180, sort_value=groups,
               tooltip=lambda r, _: groups(r), help="Account groups that decide which accounts its staff see"),
        Column(key="staff", title="Staff", kind=Kind.FIGURE, text=lambda r, f: f.number(r.staff) if r.staff else "",
               width=64, sort_value=lambda r: r.staff),
    )


def role_columns() -> tuple[Column[RoleRow], ...]:
    return (
        Column(key="name", title="Role", text=lambda r, _: r.name, width=170, sort_value=lambda r: r.name.casefold()),
        Column(key="provider", title="Provider", text=lambda r, _: r.provider, width=130, is_second_rank=True,
               sort_value=lambda r: r.provider, tooltip=lambda r, _: r.provider),
        Column(key="powers", title="Powers", kind=Kind.FIGURE, width=72, sort_value=lambda r: len(r.powers),
               text=lambda r, f: f.number(len(r.powers)) if r.powers else ""),
        Column(key="units", title="Org units", text=lambda r, _: ", ".join(r.units), width=200,
               sort_value=lambda r: r.units, tooltip=lambda r, _: ", ".join(r.units)),
        Column(key="words", title="Description", text=lambda r, _: r.description, width=160, stretches=True,
               is_second_rank=True, tooltip=lambda r, _: r.description),
    )
