"""The schedule of a payment plan: its instalments with what came in, and the way to move one that lies ahead."""

from __future__ import annotations

from datetime import date

from PySide6.QtWidgets import QWidget

from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.ledger.plan_reading import InstalmentRow, PlanRow, plans_of_account
from app.views.ledger.agreement_columns import instalment_columns
from app.views.ledger.agreement_dialogs import InstalmentDialog
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label
from app.views.widgets.layout import column, grows, row

CONCERNED_BY = frozenset({Changed.LEDGER})


class ScheduleDialog(Dialog):
    """Shows one plan as of today; Enter on an instalment moves it."""

    def __init__(
        self, theme: Theme, runner: Runner, plan: PlanRow, today: date, *, refusal: str, parent: QWidget
    ) -> None:
        super().__init__("Payment plan", parent)
        self._theme, self._runner, self._plan, self._today, self._refusal = theme, runner, plan, today, refusal
        self._question = Question(runner, self, answered=self._on_plans)
        self._model: RowsTableModel[InstalmentRow] = RowsTableModel(
            instalment_columns(), lambda instalment: instalment.position, theme.formatter, self)
        self._words = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._table = DataTable(theme, "Instalments", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._table.opened.connect(self._move)
        self._table.current_row_changed.connect(self._on_current)
        self._mover = Button(theme, "Move to another day…", self, icon=Icon.CALENDAR, run=self._move)
        close = Button(theme, "Close", self, run=self.accept)
        column(row(Label(theme, "Payment plan", size=tk.TITLE, weight=600), margins=(20, 16, 20, 4)),
               row(grows(self._words), margins=(20, 0, 20, 10)), grows(self._table), HorizontalRule(theme),
               row(self._mover, ..., close, margins=(20, 12)), on=self)
        self.resize(theme.sizes.px(560), theme.sizes.px(420))
        self._show(plan)
        self._table.go_to_row(0)
        self._table.setFocus()

    def _show(self, plan: PlanRow) -> None:
        self._plan = plan
        formatter = self._theme.formatter
        covered, left = (f"{formatter.amount(minor, plan.currency)} {plan.currency}"
                         for minor in (plan.covered_minor, plan.left_minor))
        invoices = ", ".join(part.number for part in plan.invoices)
        self._words.setText(f"{covered} of {invoices} since {formatter.day(plan.since)}, {left} left.")
        self.setAccessibleDescription(self._words.text())
        self._model.set_rows(plan.instalments)
        self._on_current()

    def _chosen(self) -> InstalmentRow | None:
        chosen = self._table.current_row()
        return chosen if isinstance(chosen, InstalmentRow) else None

    def _why_not(self) -> str:
        chosen = self._chosen()
        if chosen is None or self._plan.ended_on is not None:
            return "The plan has ended"
        if chosen.is_paid:
            return "It is paid"
        return "Its day is over" if chosen.due_on < self._today else self._refusal

    def _on_current(self, _row: object = None) -> None:
        self._mover.offer(self._why_not())

    def _move(self, _what: object = None) -> None:
        chosen = self._chosen()
        if chosen is None or self._why_not():
            return
        dialog = InstalmentDialog(self._theme, self._runner, chosen, self._today, self)
        dialog.accepted.connect(self._read)
        dialog.open_and_forget()

    def _read(self) -> None:
        self._question.ask(asking(plans_of_account, account_id=self._plan.account_id, as_of=self._today))

    def _on_plans(self, plans: list[PlanRow]) -> None:
        plan = next((plan for plan in plans if plan.id == self._plan.id), None)
        if plan is not None:
            self._show(plan)
