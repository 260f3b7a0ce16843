"""The promises and payment plans of an account below its ledger; out of sight where nothing was ever agreed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.accounts.agreements import AgreementSheet, agreement_sheet
from app.services.database.asking import asking
from app.services.ledger.plan_reading import PlanRow
from app.services.suspension.promises import PromiseRow
from app.views.desk.actions import Binding
from app.views.ledger.agreement_columns import agreement_columns, row_id
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.layout import column, row

_SHOWN: Final = 3


class Agreements(QWidget):
    """As many rows as there are agreements, three at most without scrolling."""

    chosen_changed = Signal()  # another one is under the keyboard, or they were read again

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget, *,
                 failed: Callable[[BaseException], object]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._sheet: AgreementSheet | None = None
        self._refusal = ""
        self._question = Question(runner, self, answered=self._on_sheet, failed=failed)
        self._model: RowsTableModel[PromiseRow | PlanRow] = RowsTableModel(
            agreement_columns(), row_id, theme.formatter, self)
        self._schedule = Button(theme, "Schedule…", self, run=self._show_schedule)
        self._end = Button(theme, "Withdraw…", self, run=self._end_chosen)
        self._table = DataTable(theme, "Promises and payment plans", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._table.opened.connect(self._on_opened)
        self._table.current_row_changed.connect(self._on_current)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._counts = Label(theme, "", ink=tk.Ink.MUTED)
        head = row(Label(theme, "Promises and payment plans", weight=600), self._counts, ..., self._schedule, self._end,
                   margins=(tk.PAGE_MARGIN, 6))
        column(HorizontalRule(theme), head, self._table, on=self)
        self.hide()

    def ask(self, account_id: int, *, refusal: str) -> None:
        """Read those of an account; `refusal` says why the person may end none of them."""
        self._refusal = refusal
        self._question.ask(asking(agreement_sheet, account_id=account_id))

    def bindings(self) -> Mapping[str, Binding]:
        found: dict[str, Binding] = {}
        chosen = self._chosen()
        if isinstance(chosen, PlanRow):
            found["ledger.plan_schedule"] = Binding(self._show_schedule)
        if self._can_end():
            key = "ledger.cancel_plan" if isinstance(chosen, PlanRow) else "ledger.withdraw_promise"
            found[key] = Binding(self._end_chosen, refusal=self._refusal)
        return found

    def _chosen(self) -> PromiseRow | PlanRow | None:
        chosen = self._table.current_row()
        return chosen if isinstance(chosen, PromiseRow | PlanRow) else None

    def _can_end(self) -> bool:
        chosen, sheet = self._chosen(), self._sheet
        if chosen is None or sheet is None:
            return False
        return chosen.ended_on is None if isinstance(chosen, PlanRow) else chosen == sheet.promises.stands

    def _on_sheet(self, sheet: AgreementSheet) -> None:
        self._sheet = sheet
        self._model.set_rows(sheet.rows)
        formatter, sizes = self._theme.formatter, self._theme.sizes
        promises = sheet.promises
        kept, broken = formatter.number(promises.kept), formatter.number(promises.broken)
        self._counts.setText(f"Promises: {kept} kept, {broken} broken" if promises.kept or promises.broken else "")
        self._table.setFixedHeight(sizes.head + min(len(sheet.rows), _SHOWN) * sizes.row + 2)
        self.setVisible(bool(sheet.rows))  # with its height known, so that it never takes more room
        if sheet.rows and not self._table.currentIndex().isValid():
            self._table.go_to_row(0)
        self._on_current()

    def _on_current(self, _row: object = None) -> None:
        is_plan = isinstance(self._chosen(), PlanRow)
        self._schedule.setEnabled(is_plan)
        self._end.setText("Cancel plan…" if is_plan else "Withdraw…")
        self._end.offer("Has ended" if not self._can_end() else self._refusal)
        self.chosen_changed.emit()

    def _on_opened(self, _what: object = None) -> None:
        if isinstance(self._chosen(), PlanRow):
            self._show_schedule()
        elif self._can_end():
            self._end_chosen()

    def _show_schedule(self) -> None:
        from app.views.ledger.plan_schedule import ScheduleDialog

        chosen, sheet = self._chosen(), self._sheet
        if isinstance(chosen, PlanRow) and sheet is not None:
            ScheduleDialog(self._theme, self._runner, chosen, sheet.promises.today, refusal=self._refusal,
                           parent=self).open_and_forget()

    def _end_chosen(self) -> None:
        from app.views.ledger.agreement_dialogs import CancelPlanDialog, WithdrawDialog

        chosen = self._chosen()
        if chosen is None or not self._can_end() or self._refusal:
            return
        if isinstance(chosen, PlanRow):
            CancelPlanDialog(self._theme, self._runner, chosen, self).open_and_forget()
        else:
            WithdrawDialog(self._theme, self._runner, chosen, self).open_and_forget()
