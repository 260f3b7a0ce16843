"""The account groups of an account, and the others it may join; which of them limit staff, and how."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.values import GroupAccess, GroupKind
from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.groups.groups import MembersChanged, add_to_group, remove_from_group
from app.services.groups.queries import AccountGroupRow, groups_of_account
from app.views.accounts.tabs.reading import ListTab
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, Kind, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row

_EFFECT: Final = {
    GroupAccess.SEE_ALL: "Staff tied to it see every account",
    GroupAccess.ALLOW: "Staff tied to it see its members alone",
    GroupAccess.DENY: "Staff tied to it never see its members",
}
_NO_LIMIT: Final = "Limits nobody: for lists, and to be left out of suspension"
_HELP: Final = ("An account group is a list of accounts. Who pays for whom is a group account: see Account > Group "
                "account.")
_WORDS: Final = ListWords(
    name="Account groups", reading="Reading account groups.", unread="The account groups could not be read.",
    empty=Instead(head="The provider has no account groups.",
                  text="An account group decides which staff see an account.", icon=Icon.PROFILE))


class GroupsTab(ListTab[AccountGroupRow]):
    """Shows one account."""

    concerned_by = frozenset({Changed.GROUPS, Changed.ACCOUNTS})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        self._rows = RowListing(theme, runner, _WORDS, group_columns(), one_at_a_time=True,
                                rows_of=_members_first)
        super().__init__(theme, self._rows, ("group", "groups"), parent)
        self._runner = runner
        table = self._rows.table
        self._actions: RowActions[AccountGroupRow] = RowActions(theme, table, (
            RowAction(text="Add to gro&up", icon=Icon.TICK, refusal=self._why_not_join,
                      run=self._writing(add_to_group)),
            RowAction(text="&Remove from group", icon=Icon.REMOVE, refusal=self._why_not_leave,
                      key=Qt.Key.Key_Delete, run=self._writing(remove_from_group)),
        ), owner=self, none="Choose a group first.")
        self._says = Label(theme, _HELP, ink=tk.Ink.MUTED, wraps=True)
        column(row(*self._actions.buttons, grows(self._says), margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)),
               grows(self._rows), on=self)
        table.current_row_changed.connect(lambda _row: self._say(""))
        table.space_pressed.connect(self._turn)
        table.opened.connect(self._turn)
        self._rows.answered.connect(self._actions.refresh)
        self._actions.refresh()

    def kept_back(self, header: AccountHeader) -> str:
        return header.rights.see_groups

    def ask(self, header: AccountHeader) -> None:
        self._rows.ask(asking(groups_of_account, account_id=header.id))

    def say_count(self, _count: int) -> None:
        members = sum(row.is_member for row in self._rows.model.rows)
        self.counted.emit(members)
        self.summary_changed.emit(f"In {self.theme.formatter.counted(members, 'group', 'groups')}")

    def _why_not_join(self, row: AccountGroupRow) -> str:
        rights = self.header.rights.join_groups if self.header is not None else ""
        return rights or (f"It is in {row.name} already." if row.is_member else "")

    def _why_not_leave(self, row: AccountGroupRow) -> str:
        rights = self.header.rights.leave_groups if self.header is not None else ""
        return rights or ("" if row.is_member else f"It is not in {row.name}.")

    def _turn(self, _index: QModelIndex) -> None:
        """Space or Enter turns the membership of the group under the keyboard."""
        join, leave = self._actions.buttons
        row = self._rows.current
        if row is not None:
            (leave if row.is_member else join).click()

    def _writing(self, command: Callable[..., MembersChanged]) -> Callable[[AccountGroupRow], None]:
        def write(row: AccountGroupRow) -> None:
            if self.header is not None:
                self._runner.write(doing(command, group_id=row.id, account_ids=[self.header.id]),
                                   failed=lambda error: self._say(in_words(error)))

        return write

    def _say(self, refusal: str) -> None:
        self._says.set_ink(tk.Ink.BAD if refusal else tk.Ink.MUTED)
        self._says.setText(refusal or _HELP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the account out of the group under the keyboard."""
        if not self._actions.press(event.key()):
            super().keyPressEvent(event)


def _members_first(rows: Sequence[AccountGroupRow]) -> Sequence[AccountGroupRow]:
    return sorted(rows, key=lambda row: not row.is_member)


def group_columns() -> tuple[Column[AccountGroupRow], ...]:
    return (
        text_column("name", "Group", lambda r: r.name, 230, is_bold=lambda r: r.is_member,
                    tooltip=lambda r, _: r.description or r.name),
        Column(key="member", title="This account", kind=Kind.STATUS, width=120,
               text=lambda r, _: "Member" if r.is_member else "Not in it",
               dot=lambda r: "good" if r.is_member else "faint"),
        text_column("kind", "Kind", lambda r: "Security" if r.kind is GroupKind.SECURITY else "Distribution", 110,
                    is_second_rank=True),
        text_column("effect", "What it does", _effect, 280, stretches=True),
        text_column("code", "Code", lambda r: r.code, 90, is_second_rank=True),
    )


def _effect(row: AccountGroupRow) -> str:
    return _EFFECT[row.access] if row.kind is GroupKind.SECURITY else _NO_LIMIT
