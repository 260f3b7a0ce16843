"""Making a payment plan in two steps: which parts of which invoices, then first day, frequency and number.

The second shows the schedule that comes of it while it is typed, reckoned by the rule that makes the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from PySide6.QtWidgets import QGridLayout, QWidget

from app.models.values import PlanFrequency
from app.services.accounts.agreements import AgreementSheet
from app.services.database.asking import doing
from app.services.errors import RefusedField
from app.services.ledger.plan_reading import InstalmentRow, PlannableInvoice
from app.services.ledger.plans import CoveredPart, create_plan, plan_schedule
from app.views.asking.choices import TickBox
from app.views.asking.fields import DateField, MoneyField, NumberField
from app.views.asking.form_fields import Form, FormField
from app.views.asking.wizard import Wizard, WizardPage
from app.views.ledger.agreement_columns import instalment_columns
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, holding, row

_MOST: Final = 60
_USUAL_COUNT: Final = 3
_TABLE_COLUMNS: Final = ("position", "due", "amount")


@dataclass(slots=True)
class PlanAnswers:
    """What both pages decide."""

    sheet: AgreementSheet
    covered: dict[int, int] = field(default_factory=dict)
    """Amounts by invoice, of those that are ticked and can be read."""

    @property
    def currency(self) -> str:
        return self.sheet.plannable.currency

    @property
    def today(self) -> date:
        return self.sheet.promises.today

    @property
    def total_minor(self) -> int:
        return sum(self.covered.values())


class InvoicesPage(WizardPage):
    """A line for each invoice that may be covered: a tick, the amount, and what is payable of it."""

    def __init__(self, theme: Theme, answers: PlanAnswers, parent: QWidget | None = None) -> None:
        invoices = answers.sheet.plannable.invoices
        super().__init__("Invoices", "What is to be paid in instalments?", _beginning(answers), parent)
        self._theme, self._answers, self._invoices = theme, answers, invoices
        self._lines: dict[int, tuple[TickBox, MoneyField, Label]] = {}
        self._total = Label(theme, "", self, weight=600)
        lines = QGridLayout()
        lines.setHorizontalSpacing(16)
        lines.setVerticalSpacing(4)
        lines.setColumnStretch(0, 1)
        for place, invoice in enumerate(invoices):
            self._add(lines, place, invoice)
        column(lines, row(self._total, ..., margins=(0, 12, 0, 0)), ..., on=self, margins=(0, 8, 0, 0))
        self._keep()

    def _add(self, lines: QGridLayout, place: int, invoice: PlannableInvoice) -> None:
        formatter, currency = self._theme.formatter, self._answers.currency
        tick = TickBox(self._theme, f"{invoice.number}, due {formatter.day(invoice.due_on)}", self)
        amount = MoneyField(self._theme, f"Amount of {invoice.number}", currency, self)
        amount.set_value(invoice.payable_minor)
        amount.setMaximumWidth(self._theme.sizes.px(120))
        amount.setEnabled(False)
        words = Label(self._theme, f"of {formatter.amount(invoice.payable_minor, currency)} {currency}", self,
                      ink=tk.Ink.MUTED)
        note = Label(self._theme, "", self, size=tk.LABEL, ink=tk.Ink.BAD)
        note.hide()
        for across, widget in enumerate((tick, amount, words)):
            lines.addWidget(widget, 2 * place, across)
        lines.addWidget(note, 2 * place + 1, 0, 1, 3)
        self._lines[invoice.id] = tick, amount, note
        is_late = invoice.due_on < self._answers.today
        tick.toggled.connect(amount.setEnabled)
        tick.toggled.connect(self._keep)
        amount.value_changed.connect(self._keep)
        tick.setChecked(is_late or len(self._invoices) == 1)

    def chosen(self) -> str:
        return self._words() if self._answers.covered else ""

    def is_ready(self) -> bool:
        return bool(self._invoices)

    def check(self) -> bool:
        """Every ticked amount is between 0.01 and what is payable; one at least is ticked."""
        refused = None
        for invoice in self._invoices:
            tick, amount, note = self._lines[invoice.id]
            words = self._refusal(invoice, amount) if tick.isChecked() else ""
            note.setText(words)
            note.setVisible(bool(words))
            if words and refused is None:
                refused = amount
        if refused is not None:
            refused.setFocus()
            return False
        if not self._answers.covered:
            self._total.setText("Tick at least one invoice.")
            self.focus_first()
            return False
        return True

    def focus_first(self) -> None:
        first = next(iter(self._lines.values()), None)
        if first is not None:
            first[0].setFocus()

    def _refusal(self, invoice: PlannableInvoice, amount: MoneyField) -> str:
        if amount.value is not None and 0 < amount.value <= invoice.payable_minor:
            return ""
        formatter, currency = self._theme.formatter, self._answers.currency
        least, most = (formatter.amount(minor, currency) for minor in (1, invoice.payable_minor))
        return amount.refusal or f"Between {least} and {most} {currency} can be in the plan."

    def _words(self) -> str:
        answers = self._answers
        amount = f"{self._theme.formatter.amount(answers.total_minor, answers.currency)} {answers.currency}"
        invoices = self._theme.formatter.counted(len(answers.covered), "invoice", "invoices")
        return f"{amount} of {invoices}"

    def _keep(self, _what: object = None) -> None:
        if len(self._lines) < len(self._invoices):
            return  # the lines are being made
        self._answers.covered = {
            invoice.id: amount.value for invoice in self._invoices
            for tick, amount, _ in [self._lines[invoice.id]] if tick.isChecked() and amount.value}
        self._total.setText(f"{self._words()} in the plan" if self._answers.covered else "")
        self.changed.emit()


def _beginning(answers: PlanAnswers) -> str:
    if not answers.sheet.plannable.is_on:
        return "Payment plans are switched off for this provider."
    if not answers.sheet.plannable.invoices:
        return "Nothing is payable of an invoice that is neither in dispute nor in a plan already."
    return ("What a plan covers is not asked for and suspends nobody while the plan goes on. Invoices in dispute, and "
            "those in a plan already, are not offered.")


class SchedulePage(WizardPage):
    """First day, frequency and number, and the instalments that come of them."""

    def __init__(self, theme: Theme, answers: PlanAnswers, parent: QWidget | None = None) -> None:
        super().__init__("Schedule", "When does it come in?",
                         "The first instalment is due on the first day. What does not divide comes with the last one.",
                         parent)
        self.verb = "Make plan"
        self._theme, self._answers = theme, answers
        fields = QWidget(self)
        self.entries = Form(theme, fields, (
            FormField(key="first_on", label="&First day", needed="Type the day of the first instalment.",
                      made=lambda theme: DateField(theme, "First day", lambda: answers.today)),
            FormField(key="frequency", label="F&requency", choices=[(f.label, f) for f in PlanFrequency]),
            FormField(key="count", label="N&umber of instalments", needed="Type how many instalments.",
                      made=lambda theme: NumberField(theme, "Number of instalments", 1, _MOST)),
            FormField(key="note", label="No&te", longest=400, example="For instance: agreed by telephone")))
        self._first = self.entries.field("first_on", DateField)
        self._count = self.entries.field("count", NumberField)
        for short in (self._first, self._count):
            short.setMaximumWidth(theme.sizes.px(160))
        self._model: RowsTableModel[InstalmentRow] = RowsTableModel(
            [c for c in instalment_columns() if c.key in _TABLE_COLUMNS], lambda r: r.position, theme.formatter, self)
        self._table = DataTable(theme, "Schedule", self)
        self._table.show_model(self._model)
        self._table.setMinimumHeight(theme.sizes.head + 4 * theme.sizes.row)
        self._sum = Label(theme, "", self, ink=tk.Ink.MUTED)
        column(fields, row(grows(holding(column(self._table)))), row(self._sum, margins=(0, 6, 0, 0)), spacing=12,
               on=self)
        self.entries.fill({"first_on": answers.today + timedelta(days=7), "frequency": PlanFrequency.MONTHLY,
                           "count": _USUAL_COUNT})
        self._first.value_changed.connect(self._renew)
        self._count.value_changed.connect(self._renew)
        self.entries.choice("frequency").activated.connect(self._renew)

    def enter(self) -> None:
        self._renew()

    def chosen(self) -> str:
        rows = self._model.rows
        return self._theme.formatter.counted(len(rows), "instalment", "instalments") if rows else ""

    def check(self) -> bool:
        refusals = self.entries.refusals()
        first = self._first.value
        if first is not None and first < self._answers.today:
            refusals["first_on"] = f"Today, {self._theme.formatter.day(self._answers.today)}, or later."
        if not refusals:
            try:
                self._schedule()
            except RefusedField as error:
                refusals[error.field] = str(error)
        self.entries.refuse(refusals)
        return not refusals

    def refuse(self, field: str, words: str) -> bool:
        if not self.entries.has(field):
            return False
        self.entries.refuse({field: words})
        return True

    def focus_first(self) -> None:
        self.entries.focus("first_on")

    def _schedule(self) -> Sequence[InstalmentRow]:
        first, count, answers = self._first.value, self._count.value, self._answers
        if first is None or count is None:
            return ()
        return [InstalmentRow(plan_id=0, position=each.position, due_on=each.due_on, currency=answers.currency,
                              amount_minor=each.amount_minor, paid_minor=0, is_missed=False)
                for each in plan_schedule(answers.total_minor, first_on=first, count=count,
                                          frequency=self.entries.value("frequency"))]

    def _renew(self, _what: object = None) -> None:
        try:
            rows = self._schedule()
        except RefusedField:
            rows = ()
        self._model.set_rows(rows)
        formatter, answers = self._theme.formatter, self._answers
        total = f"{formatter.amount(answers.total_minor, answers.currency)} {answers.currency}"
        self._sum.setText(f"{total} by {formatter.day(rows[-1].due_on)}" if rows else "")
        self.changed.emit()


class PlanWizard(Wizard):
    """Two pages over one set of answers; the verb of the second makes the plan."""

    def __init__(self, theme: Theme, runner: Runner, sheet: AgreementSheet, parent: QWidget) -> None:
        super().__init__(theme, f"Payment plan of {sheet.name}", Icon.CALENDAR, parent)
        self._runner = runner
        self.answers = PlanAnswers(sheet)
        self.invoices = InvoicesPage(theme, self.answers)
        self.schedule = SchedulePage(theme, self.answers)
        self.show_pages((self.invoices, self.schedule))

    def finish(self) -> None:
        values, answers = self.schedule.entries.values(), self.answers
        parts = [CoveredPart(invoice_id=id_, covered_minor=minor) for id_, minor in answers.covered.items()]
        self.set_busy(busy=True)
        self._runner.write(
            doing(create_plan, account_id=answers.sheet.account_id, parts=parts, **values),
            succeeded=self._on_done, failed=self._on_failed)

    def _on_done(self, _result: object) -> None:
        self.set_busy(busy=False)
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self.set_busy(busy=False)
        self.refuse(in_words(error), error.field if isinstance(error, RefusedField) else "")
