"""The selection of a customer list: its count and sums for the status bar, and copying rows that are not read yet.

Currencies are never added up. Rows at hand are added up here; those of a whole list in the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.services.customers.choice import (
    CustomerQuestion,
    Selected,
    Totals,
    read_selected,
    selected_totals,
    totals_of,
)
from app.services.customers.list import CustomerRow, CustomerSort
from app.views.lists.data_table import DataTable
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner

_PAUSE_MS: Final = 60
_SUMMED_HERE: Final = 2_000
_LARGEST_COPY: Final = 20_000
_MOST_LEFT_OUT: Final = 1_000
"""Rows taken out of a whole list one by one that are still named; beyond them the rows are meant by number."""


class CustomerSelection(QObject):
    """Watches one table; `said` is the text for the right of the status bar."""

    said = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, table: DataTable, model: PagedTableModel[CustomerRow]) -> None:
        super().__init__(table)
        self._theme = theme
        self._table = table
        self._model = model
        self._question: CustomerQuestion | None = None
        self._adding = Question(runner, self, answered=self._on_totals, failed=self._on_failed)
        self._copying = Question(runner, self, answered=self._on_rows, failed=self._on_failed)
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

    def selected(self) -> Selected | None:
        """The customers that are selected, as services take them; None where there are none."""
        count = self._table.selected_count()
        return self._selected(count) if count else None

    def everything(self) -> Selected | None:
        """All the list shows, in its order; None while nothing is asked."""
        return None if self._question is None else self._made(self._model.rowCount())

    def shown_or_selected(self) -> Selected | None:
        """What an export takes: the selection where it is more than the one row under the keyboard, else the list."""
        return self.selected() if self._table.selected_count() > 1 else self.everything()

    # --- inside ---

    def _selected(self, count: int) -> Selected | None:
        total = self._model.rowCount()
        if self._question is None or self._model.is_stale:
            return None
        if total - count <= _MOST_LEFT_OUT and self._model.true_count == total:
            rest = self._ids(self._table.unselected_row_numbers()) if count < total else []
            if rest is not None:
                return self._made(count, without=frozenset(rest))
        ids = self._ids(self._table.selected_row_numbers()) if count <= _LARGEST_COPY else None
        if ids is not None:
            return self._made(count, ids=tuple(ids))
        return self._made(count, spans=tuple(self._table.selected_spans()), listed=total)

    def _made(self, count: int, **how: Any) -> Selected:
        order = self._model.order
        assert self._question is not None  # noqa: S101  every caller has looked
        return Selected(question=self._question, count=count,
                        sort=CustomerSort(order.key) if order is not None else CustomerSort.CODE,
                        descending=order is not None and order.descending, **how)

    def _ids(self, numbers: Any) -> list[int] | None:
        """Ids of rows by their numbers; None where one of them is not read."""
        found: list[int] = []
        for number in numbers:
            row = self._model.peek(number)
            if row is None:
                return None
            found.append(row.id)
        return found

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
        selected = self.selected()
        if selected is not None:
            self._adding.ask(partial(selected_totals, selected=selected))

    def _on_totals(self, totals: Totals) -> None:
        total = max(totals.rows, self._model.rowCount())
        self.said.emit(selection_words(totals.rows, total, totals, self._theme.formatter))

    def _on_failed(self, error: BaseException) -> None:
        self.said.emit(str(error))

    # --- copying ---

    def _on_copy_refused(self, words: str) -> None:
        """Rows that are not read yet are read for the copy, in the order shown."""
        count, selected = self._table.selected_count(), self.selected()
        if selected is None or count > _LARGEST_COPY:
            self.said.emit(words)
            return
        self.said.emit(f"Copying {self._theme.formatter.counted(count, 'row', 'rows')}.")
        self._copying.ask(partial(read_selected, selected=selected))

    def _on_rows(self, rows: Sequence[CustomerRow]) -> None:
        formatter, columns = self._theme.formatter, self._table.shown_columns()
        lines = ["\t".join(column.title for column in columns)]
        lines += ["\t".join(_one_line(column.copied_text(row, formatter)) for column in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.said.emit(f"{formatter.counted(len(rows), 'row', 'rows')} copied.")


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
