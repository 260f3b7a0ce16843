"""*Account groups*: the groups of a provider, and the members of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.models.values import GroupKind
from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.errors import BursarError
from app.services.groups.groups import MembersChanged, delete_group, remove_from_group
from app.services.groups.queries import GroupRow, GroupSheet, group_rows, group_sheet
from app.services.providers.queries import ProviderOption, provider_options
from app.views.asking.choices import ChoiceBox
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import SIGHT, Screen, Target
from app.views.groups.dialogs import AddMembersDialog, AssignDialog, GroupDialog
from app.views.groups.panel import GroupPanel
from app.views.groups.words import ACCESS_HELP, WHAT_IT_IS, access_of, units_of
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import ChangeBus, RefreshWhenVisible
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.widgets.basics import Button, HorizontalRule, Label, without_arguments
from app.views.widgets.empty_state import WayOn
from app.views.widgets.page_header import PageHeader

_KINDS: Final = (Changed.GROUPS, Changed.STAFF, Changed.ACCOUNTS, Changed.MODULES)


class GroupsScreen(Screen):
    """`part` is the id of the provider whose groups are shown."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Account groups", Icon.ACCOUNTS, parent)
        self._theme = desk.theme
        self._runner = desk.runner
        self._navigator = desk.navigator
        self._powers = desk.powers
        self._wanted = target.part
        self._wanted_group: int | None = None
        self._providers = self._question(self._on_providers)
        self._rows = self._question(self._on_rows)
        self._sheet = self._question(self._on_sheet)
        self._model: RowsTableModel[GroupRow] = RowsTableModel(group_columns(), lambda r: r.id,
                                                               desk.theme.formatter, self)
        self._build()
        self._connect(desk.bus)
        self._show_powers()

    def _question(self, answered: Callable[[Any], None]) -> Question:
        question = Question(self._runner, self)
        question.answered.connect(answered)
        question.failed.connect(self._on_failed)
        return question

    def _build(self) -> None:
        theme = self._theme
        header = PageHeader(theme, "Account groups", WHAT_IT_IS)
        self._sight = Button(theme, "What does a person &see?", self, icon=Icon.SHOW)
        self._new = Button(theme, "&New account group…", self, kind="main")
        header.add_button(self._sight)
        header.add_button(self._new)
        self._provider = ChoiceBox(theme, "Provider", self)
        label = Label(theme, "&Provider", self, ink=tk.Ink.MUTED)
        label.setBuddy(self._provider)
        self._table = DataTable(theme, "Account groups", self)
        self._table.show_model(self._model)
        self._area = StatefulArea(theme, self._table, self)
        self._panel = GroupPanel(theme, self._runner, self)
        self._refusal = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        tools = QHBoxLayout()
        tools.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)
        tools.setSpacing(10)
        tools.addWidget(label)
        tools.addWidget(self._provider)
        tools.addWidget(self._refusal, 1)
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.addWidget(self._area)
        split.addWidget(self._panel)
        split.setStretchFactor(0, 6)
        split.setStretchFactor(1, 5)
        split.setSizes([theme.sizes.px(540), theme.sizes.px(410)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addLayout(tools)
        column.addWidget(HorizontalRule(theme))
        column.addWidget(split, 1)

    def _connect(self, bus: ChangeBus) -> None:
        RefreshWhenVisible(bus, self, _KINDS).due.connect(self._ask_rows)
        self._powers.changed.connect(self._show_powers)
        self._provider.activated.connect(without_arguments(self._ask_rows))
        self._table.current_row_changed.connect(without_arguments(self._ask_sheet))
        self._table.opened.connect(without_arguments(self._edit))
        self._new.clicked.connect(without_arguments(self.new_group))
        self._sight.clicked.connect(without_arguments(partial(self._navigator.go, Target(SIGHT))))
        panel = self._panel
        panel.edit.clicked.connect(without_arguments(self._edit))
        panel.delete.clicked.connect(without_arguments(self._ask_to_delete))
        panel.assign.clicked.connect(without_arguments(self._assign))
        panel.add.clicked.connect(without_arguments(self._add))
        panel.remove.clicked.connect(without_arguments(self._ask_to_remove))
        panel.members.opened.connect(lambda account_id: self._navigator.go(Target("account", account_id)))

    # --- for the shell ---

    def part(self) -> str:
        chosen = self._provider.chosen()
        return str(chosen) if chosen is not None else self._wanted

    def shown(self) -> None:
        if self._provider.count() == 0:
            self._area.show_reading("Reading account groups.")
            self._providers.ask(asking(provider_options))

    def focus_first(self) -> None:
        self._table.setFocus()

    def bindings(self) -> Mapping[str, Binding]:
        return {"groups.new": Binding(self.new_group), "screen.refresh": Binding(self._ask_rows),
                "go.list": Binding(self._panel.members.field.setFocus)}

    # --- reading ---

    def _on_providers(self, options: list[ProviderOption]) -> None:
        self._provider.set_choices([(option.name, option.id) for option in options])
        wanted = int(self._wanted) if self._wanted.isdigit() else None
        biggest = max(options, key=lambda option: option.customer_count, default=None)
        if wanted is not None and any(option.id == wanted for option in options):
            self._provider.choose(wanted)
        elif biggest is not None:
            self._provider.choose(biggest.id)
        self._ask_rows()

    def _ask_rows(self) -> None:
        provider = self._provider.chosen()
        if isinstance(provider, int):
            self._rows.ask(asking(group_rows, provider_id=provider))

    def _on_rows(self, rows: list[GroupRow]) -> None:
        self._model.set_rows(rows)
        self._refusal.setText("")
        if not rows:
            self._panel.show_nothing()
            self._area.show_words("No account groups yet.", WHAT_IT_IS, icon=Icon.ACCOUNTS,
                                  ways=[WayOn("New account group…", self.new_group)])
            return
        self._area.show_content()
        wanted = self._model.row_of_id(self._wanted_group) if self._wanted_group is not None else None
        self._wanted_group = None
        if wanted is not None or not self._table.currentIndex().isValid():
            self._table.go_to_row(wanted or 0)
        self._ask_sheet()

    def _ask_sheet(self) -> None:
        row = self._table.current_row()
        if row is not None:
            self._sheet.ask(asking(group_sheet, group_id=row.id))

    def _on_sheet(self, sheet: GroupSheet) -> None:
        self._panel.show_group(sheet)

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_words("The account groups could not be read.", str(error), icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask_rows)])

    def _show_powers(self) -> None:
        for button, power in ((self._new, "groups.admin"), (self._sight, "staff")):
            why = self._powers.refusal(power)
            button.setEnabled(not why)
            button.setToolTip(f"{button.text().replace('&', '').rstrip('…')} {why}" if why else "")

    # --- doing ---

    def new_group(self) -> None:
        """Ask for a new group."""
        provider = self._provider.chosen()
        if isinstance(provider, int):
            dialog = GroupDialog(self._theme, self._runner, self, provider_id=provider)
            dialog.created.connect(self._on_saved)
            dialog.open_and_forget()

    def _on_saved(self, group_id: int) -> None:
        self._wanted_group = group_id
        self._ask_rows()

    def _edit(self) -> None:
        sheet = self._panel.sheet
        if sheet is not None and sheet.may_edit:
            GroupDialog(self._theme, self._runner, self, provider_id=sheet.provider_id, group=sheet.row
                        ).open_and_forget()

    def _assign(self) -> None:
        sheet = self._panel.sheet
        if sheet is not None and sheet.row.kind is GroupKind.SECURITY:
            AssignDialog(self._theme, self._runner, sheet.row, sheet.provider_id, self).open_and_forget()

    def _add(self) -> None:
        sheet = self._panel.sheet
        if sheet is not None:
            dialog = AddMembersDialog(self._theme, self._runner, sheet.row, self)
            dialog.added.connect(self._on_members)
            dialog.open_and_forget()

    def _on_members(self, result: MembersChanged) -> None:
        counted = self._theme.formatter.counted
        self.set_selection_text(f"{counted(result.changed, 'customer', 'customers')} changed")

    def _ask_to_remove(self) -> None:
        sheet, ids = self._panel.sheet, self._panel.members.chosen_ids()
        if sheet is None or not ids:
            return
        counted = self._theme.formatter.counted(len(ids), "customer", "customers")
        dialog = ConfirmDialog(self._theme, f"Remove {counted} from {sheet.row.name}?", _effect_of_leaving(sheet.row),
                               verb=f"Remove {counted}", parent=self, stay="Keep them")
        dialog.accepted.connect(partial(self._run, doing(remove_from_group, group_id=sheet.row.id, account_ids=ids)))
        dialog.open_and_forget()

    def _ask_to_delete(self) -> None:
        sheet = self._panel.sheet
        if sheet is not None and not sheet.why_not_delete:
            dialog = ConfirmDialog(self._theme, f"Delete the group {sheet.row.name}?",
                                   "It has no members and limits nobody.", verb="Delete group", kind="danger",
                                   parent=self, stay="Keep it")
            dialog.accepted.connect(partial(self._run, doing(delete_group, group_id=sheet.row.id)))
            dialog.open_and_forget()

    def _run(self, job: Job[Any]) -> None:
        self._runner.write(job, failed=self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        text = str(error) if isinstance(error, BursarError) else f"That did not work: {error}"
        self._refusal.setText(f"{text} Nothing was changed.")


def _effect_of_leaving(row: GroupRow) -> str:
    if not row.units:
        return "No org unit is limited by this group, so nobody sees more or less than before."
    return f"The staff of {units_of(row)} may see other accounts from then on."


def group_columns() -> tuple[Column[GroupRow], ...]:
    return (
        Column(key="code", title="Code", text=lambda r, _: r.code, width=76, is_second_rank=True,
               sort_value=lambda r: r.code, tooltip=lambda r, _: r.code),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=100, stretches=True,
               sort_value=lambda r: r.name.casefold(), tooltip=lambda r, _: r.description or r.name),
        Column(key="kind", title="Kind", text=lambda r, _: access_of(r), width=156, is_second_rank=True,
               sort_value=access_of, tooltip=lambda r, _: ACCESS_HELP[r.access] if r.kind is GroupKind.SECURITY
               else "Limits nobody."),
        Column(key="members", title="Members", kind=Kind.FIGURE, width=84,
               text=lambda r, f: f.number(r.members) if r.members else "", sort_value=lambda r: r.members),
    )
