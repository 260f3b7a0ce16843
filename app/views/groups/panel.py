"""The chosen group beside the list: what it does, its members, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QWidget

from app.models.values import GroupKind
from app.services.groups.queries import GroupSheet
from app.views.groups.member_list import MemberList
from app.views.groups.words import ACCESS, ACCESS_HELP, KIND, units_of
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row

_MANAGES: Final = 'needs the power "Manage groups"'
_ASSIGNS: Final = 'needs the power "Assign groups to org units"'
_REMOVES: Final = 'needs the power "Remove customers from groups"'


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelWork:
    """What the buttons of the panel do with the group that is shown; `open` is given an account."""

    edit: Callable[[GroupSheet], object]
    assign: Callable[[GroupSheet], object]
    delete: Callable[[GroupSheet], object]
    add: Callable[[GroupSheet], object]
    remove: Callable[[GroupSheet], object]
    open: Callable[[int], object]


class GroupPanel(QWidget):
    """Hidden while no group is chosen."""

    def __init__(self, theme: Theme, runner: Runner, work: PanelWork) -> None:
        super().__init__()
        self._theme = theme
        self.sheet: GroupSheet | None = None
        self._title = Label(theme, size=tk.SECTION, weight=600, wraps=True)
        self._words = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self.members = MemberList(theme, runner)
        self._actions: RowActions[GroupSheet] = RowActions(theme, lambda: self.sheet, (
            RowAction(text="E&dit group…", icon=Icon.EDIT, run=work.edit, refusal=_why_not_edit),
            RowAction(text="Ass&ign group…", icon=Icon.ACCOUNTS, run=work.assign, refusal=_why_not_assign),
            RowAction(text="De&lete group", run=work.delete, refusal=lambda sheet: sheet.why_not_delete),
            RowAction(text="Add c&ustomers…", run=work.add, refusal=_why_not_edit),
            RowAction(text="&Remove selected", icon=Icon.REMOVE, run=work.remove, refusal=self._why_not_remove,
                      says=self._removing),
        ), owner=self)
        buttons = self._actions.buttons
        column(self._title, self._words, row(*buttons[:3], ...), grows(self.members), row(*buttons[3:], ...),
               on=self, margins=(16, 12, tk.PAGE_MARGIN, 12), spacing=8)
        self.members.chosen_changed.connect(self._actions.refresh)
        self.members.opened.connect(work.open)
        self.show_nothing()

    def show_nothing(self) -> None:
        """No group is chosen."""
        self.sheet = None
        self.setVisible(False)

    def show_group(self, sheet: GroupSheet) -> None:
        """Show a group, or the same one again."""
        self.sheet = sheet
        self._title.setText(sheet.row.name)
        self._words.setText(_describe(sheet))
        self.members.show_group(sheet.row.id)
        self.setVisible(True)
        self._actions.refresh()

    def press_edit(self) -> None:
        self._actions.buttons[0].click()

    def _removing(self, _sheet: GroupSheet) -> str:
        count = len(self.members.chosen_ids())
        return f"&Remove {self._theme.formatter.counted(count, 'customer', 'customers')}" if count else (
            "&Remove selected")

    def _why_not_remove(self, sheet: GroupSheet) -> str:
        if not sheet.may_remove:
            return _REMOVES
        return "" if self.members.chosen_ids() else "Select members first."


def _why_not_edit(sheet: GroupSheet) -> str:
    return "" if sheet.may_edit else _MANAGES


def _why_not_assign(sheet: GroupSheet) -> str:
    if sheet.row.kind is not GroupKind.SECURITY:
        return "A distribution group limits nobody."
    return "" if sheet.may_assign else _ASSIGNS


def _describe(sheet: GroupSheet) -> str:
    row = sheet.row
    parts = [row.description.rstrip(".") + "." if row.description else "", f"{KIND[row.kind]}."]
    if row.kind is GroupKind.SECURITY:
        parts.append(f"{ACCESS[row.access]}: {ACCESS_HELP[row.access][0].lower()}{ACCESS_HELP[row.access][1:]}")
        limits = f"Limits the staff of {units_of(row)}." if row.units else "It is assigned to no org unit yet."
        parts.append(limits)
    return " ".join(part for part in parts if part)
