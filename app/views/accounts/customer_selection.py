"""The selection of a customer list: its count and sums for the status bar, and copying rows that are not read yet.

Currencies are never added up. Rows at hand are added up here; those of a whole list in the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.services.account_jobs import Totals, all_customers, customer_totals
from app.services.account_queries import CustomerRow
from app.views.accounts.sources import CustomerQuestion
from app.views.formatting import NO_BREAK, Formatter
from app.views.item_models.paged_table_model import PagedTableModel
from app.views.job_runner import Runner
from app.views.question import Question
from app.views.theme import Theme
from app.views.widgets.data_table import DataTable

_PAUSE_MS: Final = 60
_SUMMED_HERE: Final = 2_000
_LARGEST_COPY: Final = 20_000


class CustomerSelection(QObject):
    """Watches one table; `said` is the text for the right of the status bar."""

    said = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, table: DataTable, model: PagedTableModel[CustomerRow]) -> None:
        super().__init__(table)
        self._theme = theme
        self._table = table
        self._model = model
        self._question: CustomerQuestion | None = None
        self._adding = Question(runner, self)
        self._adding.answered.connect(self._on_totals)
        self._adding.failed.connect(self._on_failed)
        self._copying = Question(runner, self)
        self._copying.answered.connect(self._on_rows)
        self._copying.failed.connect(self._on_failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._say)
        table.selection_changed.connect(self._timer.start)
        table.copy_refused.connect(self._on_copy_refused)
        model.modelReset.connect(self._timer.start)

    def follow(self, question: CustomerQuestion) -> None:
        """The list asks this from now on."""
        self._question = question
        self._adding.drop()
        self._copying.drop()

    def _say(self) -> None:
        self._adding.drop()
        count, total, formatter = self._table.selected_count(), self._model.rowCount(), self._theme.formatter
        if count == 0 or self._question is None:
            self.said.emit("")
            return
        rows = self._table.selected_rows() if count < _SUMMED_HERE else []
        if len(rows) == count:
            self.said.emit(selection_words(count, total, totals_of(rows), formatter))
            return
        self.said.emit(selection_words(count, total, None, formatter))
        if count == total:
            q = self._question
            self._adding.ask(partial(customer_totals, provider_id=q.provider_id, as_of=q.as_of,
                                     filter_text=q.filter_text, quick=q.quick))

    def _on_totals(self, totals: Totals) -> None:
        self.said.emit(selection_words(totals.rows, totals.rows, totals, self._theme.formatter))

    def _on_failed(self, error: BaseException) -> None:
        self.said.emit(str(error))

    # --- copying ---

    def _on_copy_refused(self, words: str) -> None:
        """Rows that are not read yet are read for the copy, in the order shown."""
        count, q, order = self._table.selected_count(), self._question, self._model.order
        if q is None or count > _LARGEST_COPY:
            self.said.emit(words)
            return
        self.said.emit(f"Copying {self._theme.formatter.counted(count, 'row', 'rows')}.")
        last = max(self._table.selected_row_numbers())
        self._copying.ask(partial(
            all_customers, provider_id=q.provider_id, as_of=q.as_of, filter_text=q.filter_text, quick=q.quick,
            sort=order.key if order is not None else "code", descending=order is not None and order.descending,
            limit=last + 1))

    def _on_rows(self, rows: Sequence[CustomerRow]) -> None:
        numbers = [number for number in self._table.selected_row_numbers() if number < len(rows)]
        formatter, columns = self._theme.formatter, self._table.shown_columns()
        lines = ["\t".join(column.title for column in columns)]
        lines += ["\t".join(_one_line(column.copied_text(rows[number], formatter)) for column in columns)
                  for number in numbers]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.emit(f"{formatter.counted(len(numbers), 'row', 'rows')} copied.")


def totals_of(rows: Sequence[CustomerRow]) -> Totals:
    """Sums by currency of rows at hand."""
    balances: dict[str, int] = {}
    payables: dict[str, int] = {}
    for row in rows:
        balances[row.currency] = balances.get(row.currency, 0) + row.balance_minor
        payables[row.currency] = payables.get(row.currency, 0) + row.overdue_payable_minor
    return Totals(len(rows), tuple(sorted(balances.items())), tuple(sorted(payables.items())))


def selection_words(count: int, total: int, totals: Totals | None, formatter: Formatter) -> str:
    """"3 of 812 selected, balance 120.00 AUD, payable 66.00 AUD"; without sums while they are added up."""
    head = f"{formatter.number(count)} of {formatter.number(total)} selected"
    if totals is None:
        return head
    return f"{head}, balance {_sums(totals.balances, formatter)}, payable {_sums(totals.payables, formatter)}"


def _sums(sums: Sequence[tuple[str, int]], formatter: Formatter) -> str:
    return " and ".join(f"{formatter.amount(minor, currency)}{NO_BREAK}{currency}" for currency, minor in sums)


def _one_line(text: Any) -> str:
    return str(text).replace("\t", " ").replace("\n", " ")
