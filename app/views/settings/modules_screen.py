"""Modules of each provider: which parts of the program it has, whose switch that is, and the operator's switches."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.services.changes import Changed
from app.services.database.asking import asking, doing
from app.services.providers.modules import (
    Module,
    ModuleSheet,
    ModuleState,
    ProviderModules,
    module_sheet,
    switch_module,
)
from app.services.saving import SavedMeanwhile
from app.views.asking.choices import ChoiceBox
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import Screen, State, Target
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind, SwitchState
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.change_bus import RefreshWhenVisible
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row
from app.views.widgets.page_header import PageHeader

_NUMBERS: Final = {module: number for number, module in enumerate(Module)}
_HINT_SWITCH: Final = ("Space switches a module for this provider and those below it. Delete lets it follow the "
                       "provider above again.")
_HINT_LOCKED: Final = "Modules are switched by the operator alone."


class ModulesScreen(Screen):
    """One provider at a time; what is off is hidden and refused for it."""

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Modules", Icon.SYSTEM, parent)
        self._theme = desk.theme
        self._runner = desk.runner
        self._sheet: ModuleSheet | None = None
        self._wanted = 0
        self._question = Question(self._runner, self, answered=self._on_sheet, failed=self._on_failed)
        self._build()
        self._refresh = RefreshWhenVisible(desk.bus, self, frozenset({Changed.MODULES, Changed.ACCOUNTS}))
        self._refresh.due.connect(self.read_again)

    def _build(self) -> None:
        theme = self._theme
        self.provider = ChoiceBox(theme, "Provider", self, prefix="Provider: ")
        self.provider.setMinimumWidth(theme.sizes.px(300))
        self.provider.currentIndexChanged.connect(self._show_provider)
        self._model: RowsTableModel[ModuleState] = RowsTableModel(
            self._columns(), lambda state: _NUMBERS[state.module], theme.formatter, self)
        self.table = _ModulesTable(theme, "Modules of the provider", self)
        self.table.show_model(self._model)
        self.table.switch_clicked.connect(self._on_switch)
        self.table.opened.connect(self._on_switch)
        self.table.clear_asked.connect(self.follow_above)
        self._hint = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._area = StatefulArea(theme, self.table, self)
        self._conflict = ConflictSheet(theme, self)
        header = PageHeader(theme, "Modules", "What is switched off is hidden for a provider, and refused.")
        column(header, row(self.provider, ..., margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 12)), grows(self._area),
               self._conflict, row(self._hint, margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 16)), on=self)

    def _columns(self) -> tuple[Column[ModuleState], ...]:
        return (
            Column(key="label", title="Module", text=lambda r, _: r.label, width=200,
                   is_bold=lambda r: r.own is not None),
            Column(key="help", title="What it is", text=lambda r, _: r.help, width=320, stretches=True,
                   is_second_rank=True, tooltip=lambda r, _: r.help),
            Column(key="source", title="Comes from", text=lambda r, _: r.source, width=180),
            Column(key="on", title="Switched on", kind=Kind.SWITCH, text=lambda r, _: "On" if r.is_on else "Off",
                   width=110, switch=self._switch, spoken=lambda r, _: "on" if r.is_on else "off"),
        )

    def _switch(self, _row: ModuleState) -> SwitchState:
        if self._sheet is None or not self._sheet.may_switch:
            return SwitchState.LOCKED
        return SwitchState.ON if _row.is_on else SwitchState.OFF

    # --- for the shell ---

    def focus_first(self) -> None:
        self.table.setFocus()

    def shown(self) -> None:
        if self._sheet is None:
            self.read_again()

    def bindings(self) -> Mapping[str, Binding]:
        return {"screen.refresh": Binding(self.read_again)}

    def read_again(self) -> None:
        """Read all providers again."""
        self._question.ask(asking(module_sheet))

    def save_state(self) -> State:
        chosen = self._chosen()
        return {"provider": chosen.provider_id if chosen is not None else self._wanted}

    def restore_state(self, state: State) -> None:
        wanted = state.get("provider", 0)
        self._wanted = wanted if isinstance(wanted, int) else 0

    # --- reading and switching ---

    def _on_sheet(self, sheet: ModuleSheet) -> None:
        chosen = self._chosen()
        keep = chosen.provider_id if chosen is not None else self._wanted
        self._sheet = sheet
        self.provider.set_choices([(f"{p.name}, {p.code}", p.provider_id) for p in sheet.providers], keep)
        self._hint.setText(_HINT_SWITCH if sheet.may_switch else _HINT_LOCKED)
        self._show_provider()

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_failure("The modules could not be read.", str(error), self.read_again)

    def _chosen(self) -> ProviderModules | None:
        providers = () if self._sheet is None else self._sheet.providers
        return next((p for p in providers if p.provider_id == self.provider.chosen()), None)

    def _show_provider(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            self._area.show_words("No provider is within your reach.", "", icon=Icon.PROVIDER)
            return
        self._model.set_rows(chosen.modules)
        self._area.show_content()
        if not self.table.currentIndex().isValid():
            self.table.go_to_row(0)

    def _on_switch(self, index: QModelIndex) -> None:
        row = self._model.row_at(index.row())
        if row is not None and self._switch(row) is not SwitchState.LOCKED:
            self._set(row, on=not row.is_on, seen=row.own)

    def follow_above(self) -> None:
        """Take the switch of the current module away from this provider."""
        row = self._model.row_at(self.table.currentIndex().row())
        if row is not None and row.own is not None and self._switch(row) is not SwitchState.LOCKED:
            self._set(row, on=None, seen=row.own)

    def _set(self, row: ModuleState, *, on: bool | None, seen: bool | None) -> None:
        chosen = self._chosen()
        if chosen is not None:
            job = doing(switch_module, provider_id=chosen.provider_id, module=row.module, on=on, seen=seen)
            self._runner.write(job, succeeded=self._on_done, failed=partial(self._on_refused, row, on))

    def _on_done(self, _changes: object) -> None:
        self.set_selection_text("")
        self.read_again()

    def _on_refused(self, row: ModuleState, on: bool | None, error: BaseException) -> None:  # noqa: FBT001  a slot
        if isinstance(error, SavedMeanwhile):
            self._conflict.offer(error, partial(self._settle, row, on))
        else:
            self.set_selection_text(in_words(error))

    def _settle(self, row: ModuleState, on: bool | None, settlement: Settlement) -> None:  # noqa: FBT001  a slot
        (theirs,) = settlement.theirs.values()
        if settlement.mine:
            self._set(row, on=on, seen=theirs)
        else:
            self.read_again()


class _ModulesTable(DataTable):
    """Delete takes a switch away."""

    clear_asked = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.clear_asked.emit()
        else:
            super().keyPressEvent(event)
