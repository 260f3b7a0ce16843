"""Creating and editing a group, assigning it to org units, and choosing customers to add."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.values import GroupAccess, GroupKind, GroupLevel
from app.services.database.asking import asking, doing
from app.services.groups.groups import (
    LIMITS,
    GroupDetails,
    Matching,
    MembersChanged,
    add_to_group,
    create_group,
    edit_group,
)
from app.services.groups.queries import GroupRow
from app.services.staff.queries import UnitRow, unit_rows
from app.services.staff.units import tie_group
from app.views.asking.form_dialog import FormDialog, in_one, in_row
from app.views.asking.form_fields import FormField
from app.views.groups.member_list import MemberList
from app.views.groups.words import ACCESS, ACCESS_HELP, KIND, KIND_HELP, LEVELS
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Dialog, Label, without_arguments
from app.views.widgets.layout import column, grows, row

FIELDS: Final = (
    FormField(key="code", label="&Code", hint="Short and unique within the provider, for instance KEY.",
              needed="Type a code, for instance KEY."),
    FormField(key="name", label="&Name", needed="Type a name, as colleagues will read it."),
    FormField(key="description", label="&Description"),
    FormField(key="kind", label="&Kind", hint=KIND_HELP, choices=[(words, kind) for kind, words in KIND.items()]),
    FormField(key="access", label="&Access code", choices=[(words, access) for access, words in ACCESS.items()]),
)


class GroupDialog(FormDialog):
    """The words, kind and access code of a new group, or of one there is."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int,
                 group: GroupRow | None = None) -> None:
        super().__init__(
            theme, runner, "New account group" if group is None else f"Edit {group.name}",
            "An account group decides which staff see an account, once it is assigned to their org unit.",
            verb="Create group" if group is None else "Save group", icon=Icon.ACCOUNTS, parent=parent,
            fields=FIELDS, row=group, limits=LIMITS,
            saves=partial(create_group, provider_id=provider_id) if group is None
            else partial(edit_group, group_id=group.id),
            seen=None if group is None else GroupDetails(
                code=group.code, name=group.name, description=group.description, kind=group.kind, access=group.access),
            sees=None if group is None else in_row)
        for key in ("kind", "access"):
            self.entries.choice(key).currentIndexChanged.connect(without_arguments(self._show_access))
        self._show_access()

    def _show_access(self) -> None:
        limits = self.entries.value("kind") is GroupKind.SECURITY
        self.entries.choice("access").setEnabled(limits)
        self.entries.hint("access", ACCESS_HELP[self.entries.value("access")] if limits else "Limits nobody.")

    def values(self) -> dict[str, Any]:
        values = super().values()
        return values if values["kind"] is GroupKind.SECURITY else {**values, "access": GroupAccess.SEE_ALL}


class AssignDialog(FormDialog):
    """Which org unit a security group limits, for looking or for changing."""

    def __init__(self, theme: Theme, runner: Runner, group: GroupRow, provider_id: int, parent: QWidget) -> None:
        super().__init__(
            theme, runner, f"Assign {group.name} to an org unit",
            f"{ACCESS_HELP[group.access]} Several groups of one org unit count together; Deny some goes before all.",
            verb="Assign group", icon=Icon.ACCOUNTS, parent=parent, saves=partial(tie_group, group_id=group.id),
            sees=in_one,
            fields=(
                FormField(key="unit_id", label="&Org unit", choices=(), needed="Choose an org unit."),
                FormField(key="level", label="&Level", choices=LEVELS,
                          hint="Powers are asked besides: a group never gives one that the roles do not.")))
        self._group = group
        self._provider_id = provider_id
        self.entries.choice("unit_id").currentIndexChanged.connect(without_arguments(self._show_level))
        question = Question(runner, self, answered=self._on_units, failed=lambda error: self._say(str(error)))
        question.ask(asking(unit_rows))

    def _on_units(self, units: list[UnitRow]) -> None:
        own: list[tuple[str, object]] = [(u.name, u.id) for u in units if u.provider_id == self._provider_id]
        self.entries.choice("unit_id").set_choices(own)
        if not own:
            self._say("This provider has no org unit yet. Create one under Staff.")
        self._show_level()

    def _show_level(self) -> None:
        tied = {tie.unit_id: tie.level for tie in self._group.units}.get(self.entries.value("unit_id"))
        self.seen = tied
        self.entries.fill({"level": tied or GroupLevel.VIEW})



class AddMembersDialog(Dialog):
    """Find customers, select some, add them; or add all that were found."""

    added = Signal(object)  # MembersChanged

    def __init__(self, theme: Theme, runner: Runner, group: GroupRow, parent: QWidget) -> None:
        super().__init__(f"Add customers to {group.name}", parent)
        self._theme = theme
        self._runner = runner
        self._group = group
        title = Label(theme, f"Add customers to {group.name}", self, size=tk.TITLE, weight=600)
        self.list = MemberList(theme, runner, candidates=True)
        self._refusal = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self.add_selected = Button(theme, "Add selected", self, icon=Icon.TICK, kind="main",
                                   run=lambda: self._add(self.list.chosen_ids()))
        self.add_all = Button(theme, "Add all found", self, run=lambda: self._add(Matching(self.list.text)))
        cancel = Button(theme, "Cancel", self, run=self.reject)
        column(title, grows(self.list), self._refusal,
               row(self.add_all, ..., cancel, self.add_selected, spacing=12),
               on=self, margins=(24, 20, 24, 16), spacing=10)
        self.resize(theme.sizes.px(680), theme.sizes.px(560))
        self.list.chosen_changed.connect(self._show_counts)
        self.list.show_group(group.id)
        self._show_counts()
        self.list.field.setFocus()

    def _show_counts(self) -> None:
        count, found = len(self.list.chosen_ids()), self.list.count
        counted = self._theme.formatter.counted
        self.add_selected.setText(f"&Add {counted(count, 'customer', 'customers')}" if count else "&Add selected")
        self.add_selected.setEnabled(bool(count))
        self.add_all.setText(f"Add all {counted(found, 'customer', 'customers')} &found")
        self.add_all.setEnabled(bool(found))

    def _add(self, which: list[int] | Matching) -> None:
        self.setEnabled(False)
        self._runner.write(doing(add_to_group, group_id=self._group.id, account_ids=which), succeeded=self._on_added,
                           failed=self._on_failed)

    def _on_added(self, result: MembersChanged) -> None:
        self.accept()
        self.added.emit(result)

    def _on_failed(self, error: BaseException) -> None:
        self.setEnabled(True)
        self._refusal.setText(f"{in_words(error)} Nobody was added.")
