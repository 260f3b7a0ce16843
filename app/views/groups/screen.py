"""*Account groups*: the groups of a provider, and the members of the one that is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models.values import GroupKind
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.groups.groups import MembersChanged, delete_group, remove_from_group
from app.services.groups.queries import GroupRow, GroupSheet, group_rows, group_sheet
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ListScreen
from app.views.desk.screen import SIGHT, Target
from app.views.groups.dialogs import AddMembersDialog, AssignDialog, GroupDialog
from app.views.groups.panel import GroupPanel, PanelWork
from app.views.groups.words import ACCESS_HELP, WHAT_IT_IS, access_of, units_of
from app.views.lists.listing import Instead, ListWords
from app.views.lists.models.columns import Column, count_column, text_column
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.widgets.basics import HorizontalRule, Label, without_arguments
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row, split


class GroupsScreen(ListScreen[GroupRow]):
    """`part` is the id of the provider whose groups are shown."""

    def __init__(self, target: Target, desk: Desk) -> None:
        plan = ListPlan(
            title="Account groups", subtitle=WHAT_IT_IS, icon=Icon.ACCOUNTS, columns=group_columns(),
            nowhere=Instead(head="There is no provider whose groups you may see."),
            concerns=(Changed.GROUPS, Changed.STAFF, Changed.ACCOUNTS, Changed.MODULES),
            words=ListWords(name="Account groups", reading="Reading account groups.",
                            unread="The account groups could not be read.", empty=self._no_groups))
        super().__init__(target, desk, plan, (
            HeadAction(text="What does a person &see?", power="staff", icon=Icon.SHOW,
                       run=lambda: desk.navigator.go(Target(SIGHT))),
            HeadAction(text="&New account group…", kind="main", power="groups.admin", action="groups.new",
                       run=self.new_group)))
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        self._panel = GroupPanel(desk.theme, desk.runner, PanelWork(
            edit=self._edit, assign=self._assign, delete=self._ask_to_delete, add=self._add,
            remove=self._ask_to_remove, open=lambda account_id: desk.navigator.go(Target("account", account_id))))
        self._refusal = Label(desk.theme, ink=tk.Ink.BAD, wraps=True)
        px = desk.theme.sizes.px
        column(self.header,
               row(Label(desk.theme, "Pr&ovider", ink=tk.Ink.MUTED, buddy=self.chooser), self.chooser,
                   grows(self._refusal), margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8), spacing=10),
               HorizontalRule(desk.theme),
               grows(split(self.listing, self._panel, shares=(6, 5), sizes=(px(540), px(410)))), on=self)
        self.listing.answered.connect(lambda _rows: self._refusal.setText(""))
        self.listing.table.opened.connect(without_arguments(self._panel.press_edit))

    # --- what the list says ---

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def rows(self, provider_id: int) -> Job[Any]:
        return asking(group_rows, provider_id=provider_id)

    def sheet(self, row: GroupRow) -> Job[Any]:
        return asking(group_sheet, group_id=row.id)

    def show_sheet(self, sheet: GroupSheet) -> None:
        self._panel.show_group(sheet)

    def show_none(self) -> None:
        self._panel.show_nothing()

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(f"{in_words(error)} Nothing was changed.")

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(), "go.list": Binding(self._panel.members.field.setFocus)}

    def _no_groups(self) -> Instead:
        return Instead(head="No account groups yet.", text=WHAT_IT_IS, icon=Icon.ACCOUNTS,
                       ways=(WayOn("New account group…", self.new_group),))

    # --- doing ---

    def new_group(self) -> None:
        """Ask for a new group."""
        if self.wanted_provider is not None:
            dialog = GroupDialog(self.theme, self.desk.runner, self, provider_id=self.wanted_provider)
            dialog.created.connect(self.go_to)
            dialog.open_and_forget()

    def _edit(self, sheet: GroupSheet) -> None:
        GroupDialog(self.theme, self.desk.runner, self, provider_id=sheet.provider_id, group=sheet.row
                    ).open_and_forget()

    def _assign(self, sheet: GroupSheet) -> None:
        AssignDialog(self.theme, self.desk.runner, sheet.row, sheet.provider_id, self).open_and_forget()

    def _add(self, sheet: GroupSheet) -> None:
        dialog = AddMembersDialog(self.theme, self.desk.runner, sheet.row, self)
        dialog.added.connect(self._on_members)
        dialog.open_and_forget()

    def _on_members(self, result: MembersChanged) -> None:
        self.set_selection_text(f"{self.theme.formatter.counted(result.changed, 'customer', 'customers')} changed")

    def _ask_to_remove(self, sheet: GroupSheet) -> None:
        ids = self._panel.members.chosen_ids()
        counted = self.theme.formatter.counted(len(ids), "customer", "customers")
        self.confirm(f"Remove {counted} from {sheet.row.name}?", _effect_of_leaving(sheet.row),
                     doing(remove_from_group, group_id=sheet.row.id, account_ids=ids), verb=f"Remove {counted}",
                     stay="Keep them")

    def _ask_to_delete(self, sheet: GroupSheet) -> None:
        self.confirm(f"Delete the group {sheet.row.name}?",
                     "It has no members and limits nobody. This cannot be taken back.",
                     doing(delete_group, group_id=sheet.row.id), verb="Delete group", kind="danger", stay="Keep it")


def _effect_of_leaving(row: GroupRow) -> str:
    if not row.units:
        return "No org unit is limited by this group, so nobody sees more or less than before."
    return f"The staff of {units_of(row)} may see other accounts from then on."


def group_columns() -> tuple[Column[GroupRow], ...]:
    return (
        text_column("code", "Code", lambda r: r.code, 76, sorts=True, is_second_rank=True),
        text_column("name", "Name", lambda r: r.name, 100, stretches=True, sort_value=lambda r: r.name.casefold(),
                    tooltip=lambda r, _: r.description or r.name),
        text_column("kind", "Kind", access_of, 156, sorts=True, is_second_rank=True,
                    tooltip=lambda r, _: ACCESS_HELP[r.access] if r.kind is GroupKind.SECURITY else "Limits nobody."),
        count_column("members", "Members", lambda r: r.members, 84, sorts=True),
    )
