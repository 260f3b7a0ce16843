"""Creating and editing a group, assigning it to org units, and choosing customers to add."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.values import GroupAccess, GroupKind, GroupLevel
from app.services.changes import ChangeSet
from app.services.database.asking import asking, doing
from app.services.errors import BursarError
from app.services.groups.groups import Matching, MembersChanged, add_to_group, edit_group
from app.services.groups.jobs import CreatedGroup, create_group_job
from app.services.groups.queries import GroupRow
from app.services.staff.queries import UnitRow, unit_rows
from app.services.staff.staff import tie_group
from app.views.asking.choices import ChoiceBox
from app.views.asking.field_rows import FieldRows
from app.views.asking.form_dialog import FormDialog
from app.views.groups.member_list import MemberList
from app.views.groups.words import ACCESS, ACCESS_HELP, KIND, KIND_HELP
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Dialog, Label, without_arguments


class GroupDialog(FormDialog):
    """The words, kind and access code of a new group, or of one there is."""

    saved = Signal(object)  # id of the group, where it is new

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *, provider_id: int,
                 group: GroupRow | None = None) -> None:
        super().__init__(
            theme, runner, "New account group" if group is None else f"Edit {group.name}",
            "An account group decides which staff see an account, once it is assigned to their org unit.",
            verb="Create group" if group is None else "Save group", icon=Icon.ACCOUNTS, parent=parent)
        self._provider_id = provider_id
        self._group = group
        rows = FieldRows(theme, self.field_holder)
        self.code = rows.add("&Code", QLineEdit(), "Short and unique within the provider, for instance KEY.")
        self.name = rows.add("&Name", QLineEdit())
        self.description = rows.add("&Description", QLineEdit())
        self.kind = rows.add("&Kind", ChoiceBox(theme, "Kind"), KIND_HELP)
        self.access = rows.add("&Access code", ChoiceBox(theme, "Access code"))
        self._access_help = rows.say("")
        self.kind.set_choices([(words, kind) for kind, words in KIND.items()])
        self.access.set_choices([(words, access) for access, words in ACCESS.items()])
        if group is not None:
            self.code.setText(group.code)
            self.name.setText(group.name)
            self.description.setText(group.description)
            self.kind.choose(group.kind)
            self.access.choose(group.access)
        self.kind.currentIndexChanged.connect(without_arguments(self._show_access))
        self.access.currentIndexChanged.connect(without_arguments(self._show_access))
        self._show_access()
        self.code.setFocus()

    @property
    def _chosen(self) -> tuple[GroupKind, GroupAccess]:
        kind = GroupKind(str(self.kind.chosen()))
        return kind, GroupAccess(str(self.access.chosen())) if kind is GroupKind.SECURITY else GroupAccess.SEE_ALL

    def _show_access(self) -> None:
        kind, access = self._chosen
        limits = kind is GroupKind.SECURITY
        self.access.setEnabled(limits)
        self._access_help.setText(ACCESS_HELP[access] if limits else "Limits nobody.")

    def refusal(self) -> str:
        if not self.code.text().strip():
            return "Type a code, for instance KEY."
        return "" if self.name.text().strip() else "Type a name, as colleagues will read it."

    def command(self) -> Job[CreatedGroup] | Job[ChangeSet]:
        kind, access = self._chosen
        code, name, description = self.code.text(), self.name.text(), self.description.text()
        if self._group is None:
            return partial(create_group_job, provider_id=self._provider_id, code=code, name=name, kind=kind,
                           access=access, description=description)
        return doing(edit_group, group_id=self._group.id, code=code, name=name, kind=kind, access=access,
                     description=description)

    def _on_done(self, result: object) -> None:
        super()._on_done(result)
        if isinstance(result, CreatedGroup):
            self.saved.emit(result.group_id)


class AssignDialog(FormDialog):
    """Which org unit a security group limits, for looking or for changing."""

    def __init__(self, theme: Theme, runner: Runner, group: GroupRow, provider_id: int, parent: QWidget) -> None:
        super().__init__(
            theme, runner, f"Assign {group.name} to an org unit",
            f"{ACCESS_HELP[group.access]} Several groups of one org unit count together; Deny some goes before all.",
            verb="Assign group", icon=Icon.ACCOUNTS, parent=parent)
        self._group = group
        rows = FieldRows(theme, self.field_holder)
        self.unit = rows.add("&Org unit", ChoiceBox(theme, "Org unit"))
        self.level = rows.add("&Level", ChoiceBox(theme, "Level"),
                              "Powers are asked besides: a group never gives one that the roles do not.")
        self.level.set_choices([("Look at its accounts", GroupLevel.VIEW), ("Change its accounts", GroupLevel.EDIT),
                                ("Not limited by this group", None)])
        self._provider_id = provider_id
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_units)
        self._question.failed.connect(lambda error: self._say(str(error)))
        self.unit.currentIndexChanged.connect(without_arguments(self._show_level))
        self._question.ask(asking(unit_rows))

    def _on_units(self, units: list[UnitRow]) -> None:
        own = [(unit.name, unit.id) for unit in units if unit.provider_id == self._provider_id]
        self.unit.set_choices(list(own))
        if not own:
            self._say("This provider has no org unit yet. Create one under Staff.")
        self._show_level()

    def _show_level(self) -> None:
        tied = {tie.unit_id: tie.level for tie in self._group.units}
        chosen = self.unit.chosen()
        self.level.choose(tied.get(chosen, GroupLevel.VIEW) if isinstance(chosen, int) else GroupLevel.VIEW)

    def refusal(self) -> str:
        return "" if isinstance(self.unit.chosen(), int) else "Choose an org unit."

    def command(self) -> Job[ChangeSet]:
        level, unit = self.level.chosen(), self.unit.chosen()
        if not isinstance(unit, int):
            raise TypeError("the form was not checked")
        return doing(tie_group, unit_id=unit, group_id=self._group.id,
                     level=None if level is None else GroupLevel(str(level)))


class AddMembersDialog(Dialog):
    """Find customers, select some, add them; or add all that were found."""

    added = Signal(object)  # MembersChanged

    def __init__(self, theme: Theme, runner: Runner, group: GroupRow, parent: QWidget) -> None:
        super().__init__(f"Add customers to {group.name}", parent)
        self._theme = theme
        self._runner = runner
        self._group = group
        title = Label(theme, f"Add customers to {group.name}", self, size=tk.TITLE, weight=600)
        self.list = MemberList(theme, runner, candidates=True, parent=self)
        self._refusal = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self.add_selected = Button(theme, "Add selected", self, icon=Icon.TICK, kind="main")
        self.add_all = Button(theme, "Add all found", self)
        cancel = Button(theme, "Cancel", self)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.add_all)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.add_selected)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(10)
        for part in (title, self.list, self._refusal):
            column.addWidget(part, 1 if part is self.list else 0)
        column.addLayout(buttons)
        self.resize(theme.sizes.px(680), theme.sizes.px(560))
        cancel.clicked.connect(without_arguments(self.reject))
        self.add_selected.clicked.connect(without_arguments(self._add_selected))
        self.add_all.clicked.connect(without_arguments(self._add_all))
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

    def _add_selected(self) -> None:
        self._add(self.list.chosen_ids())

    def _add_all(self) -> None:
        self._add(Matching(self.list.text))

    def _add(self, which: list[int] | Matching) -> None:
        self.setEnabled(False)
        self._runner.write(doing(add_to_group, group_id=self._group.id, account_ids=which), succeeded=self._on_added,
                           failed=self._on_failed)

    def _on_added(self, result: MembersChanged) -> None:
        self.accept()
        self.added.emit(result)

    def _on_failed(self, error: BaseException) -> None:
        self.setEnabled(True)
        words = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._refusal.setText(f"{words} Nobody was added.")
