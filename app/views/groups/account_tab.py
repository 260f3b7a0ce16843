"""The account groups of an account, and the others it may join; which of them limit staff, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.values import GroupAccess, GroupKind
from app.services.accounts.header import AccountHeader
from app.services.database.asking import asking, doing
from app.services.errors import BursarError
from app.services.groups.groups import MembersChanged, add_to_group, remove_from_group
from app.services.groups.queries import AccountGroupRow, groups_of_account
from app.views.accounts.page_tabs import PageTab
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label
from app.views.widgets.empty_state import WayOn

_EFFECT: Final = {
    GroupAccess.SEE_ALL: "Staff tied to it see every account",
    GroupAccess.ALLOW: "Staff tied to it see its members alone",
    GroupAccess.DENY: "Staff tied to it never see its members",
}
_NO_LIMIT: Final = "Limits nobody: for lists, and to be left out of suspension"


class GroupsTab(PageTab):
    """Shows one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._header: AccountHeader | None = None
        self._model: RowsTableModel[AccountGroupRow] = RowsTableModel(
            group_columns(), lambda row: row.id, theme.formatter, self)
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_rows)
        self._question.failed.connect(self._on_failed)
        self._table = DataTable(theme, "Account groups", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._area = StatefulArea(theme, self._table, self)
        self._join = Button(theme, "Add to &group", self, icon=Icon.TICK)
        self._leave = Button(theme, "&Remove from group", self, icon=Icon.REMOVE)
        self._says = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        tools = QHBoxLayout()
        tools.setContentsMargins(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)
        tools.setSpacing(8)
        tools.addWidget(self._join)
        tools.addWidget(self._leave)
        tools.addWidget(self._says, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(self._area, 1)
        self._join.clicked.connect(lambda: self._write(add_to_group))
        self._leave.clicked.connect(lambda: self._write(remove_from_group))
        self._table.current_row_changed.connect(self._on_current)
        self._table.space_pressed.connect(self._turn)
        self._table.opened.connect(self._turn)
        self._on_current()

    def show_account(self, header: AccountHeader) -> None:
        self._header = header
        if header.rights.see_groups:
            self._area.show_words("Account groups are not shown.", header.rights.see_groups, icon=Icon.LOCK)
            self._on_current()
            return
        self._area.show_reading("Reading account groups.")
        self._ask()

    def focus_first(self) -> None:
        self._table.setFocus()

    def _ask(self) -> None:
        if self._header is not None:
            self._question.ask(asking(groups_of_account, account_id=self._header.id))

    def _on_rows(self, rows: list[AccountGroupRow]) -> None:
        rows = sorted(rows, key=lambda row: not row.is_member)
        self._model.set_rows(rows)
        members = sum(row.is_member for row in rows)
        self.counted.emit(members)
        self.summary_changed.emit(f"In {self._theme.formatter.counted(members, 'group', 'groups')}")
        if rows:
            self._area.show_content()
            if not self._table.currentIndex().isValid():
                self._table.go_to_row(0)
        else:
            self._area.show_words("The provider has no account groups.",
                                  "An account group decides which staff see an account.", icon=Icon.PROFILE)
        self._on_current()

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_words("The account groups could not be read.", str(error), icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])

    def current(self) -> AccountGroupRow | None:
        row = self._table.current_row()
        return row if isinstance(row, AccountGroupRow) else None

    def _on_current(self, _row: object = None) -> None:
        row, rights = self.current(), self._header.rights if self._header is not None else None
        none = "Choose a group first."
        join = leave = none
        if row is not None and rights is not None:
            join = rights.join_groups or (f"It is in {row.name} already." if row.is_member else "")
            leave = rights.leave_groups or ("" if row.is_member else f"It is not in {row.name}.")
        for button, refusal in ((self._join, join), (self._leave, leave)):
            button.setEnabled(not refusal)
            button.setToolTip(refusal)
        self._say("")

    def _turn(self, _index: object = None) -> None:
        """Space or Enter turns the membership of the group under the keyboard."""
        row = self.current()
        if row is not None:
            (self._leave if row.is_member else self._join).click()

    def _write(self, command: Callable[..., MembersChanged]) -> None:
        row = self.current()
        if self._header is not None and row is not None:
            self._runner.write(doing(command, group_id=row.id, account_ids=[self._header.id]),
                               failed=self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        self._say(str(error) if isinstance(error, BursarError) else f"That did not work: {error}")

    def _say(self, refusal: str) -> None:
        self._says.set_ink(tk.Ink.BAD if refusal else tk.Ink.MUTED)
        self._says.setText(refusal)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the account out of the group under the keyboard."""
        if event.key() == Qt.Key.Key_Delete:
            self._leave.click()
        else:
            super().keyPressEvent(event)


def group_columns() -> tuple[Column[AccountGroupRow], ...]:
    return (
        Column(key="name", title="Group", text=lambda r, _: r.name, width=230, is_bold=lambda r: r.is_member,
               tooltip=lambda r, _: r.description or r.name),
        Column(key="member", title="This account", kind=Kind.STATUS, width=120,
               text=lambda r, _: "Member" if r.is_member else "Not in it",
               dot=lambda r: "good" if r.is_member else "faint"),
        Column(key="kind", title="Kind", width=110, is_second_rank=True,
               text=lambda r, _: "Security" if r.kind is GroupKind.SECURITY else "Distribution"),
        Column(key="effect", title="What it does", text=_effect, width=280, stretches=True, tooltip=_effect),
        Column(key="code", title="Code", text=lambda r, _: r.code, width=90, is_second_rank=True),
    )


def _effect(row: AccountGroupRow, _formatter: object) -> str:
    return _EFFECT[row.access] if row.kind is GroupKind.SECURITY else _NO_LIMIT
