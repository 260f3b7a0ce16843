"""The disputes of an account below its ledger, and the way to end one; out of sight where there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.database.asking import asking
from app.services.ledger.page import DisputeRow, disputes_of
from app.views.desk.actions import Binding
from app.views.ledger.columns import dispute_columns
from app.views.ledger.dispute_dialogs import EndDisputeDialog
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.layout import column, row

_SHOWN: Final = 3


class Disputes(QWidget):
    """As many rows as there are disputes, three at most without scrolling."""

    chosen_changed = Signal()  # another one is under the keyboard, or they were read again

    def __init__(self, theme: Theme, runner: Runner, today: Callable[[], date], parent: QWidget, *,
                 failed: Callable[[BaseException], object]) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runner = runner
        self._today = today
        self._question = Question(runner, self, answered=self._on_rows, failed=failed)
        self._model: RowsTableModel[DisputeRow] = RowsTableModel(
            dispute_columns(), lambda dispute: dispute.id, theme.formatter, self)
        self._end = Button(theme, "End dispute…", self, run=self._end_chosen)
        self._table = DataTable(theme, "Disputes", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._table.opened.connect(self._end_chosen)
        self._table.current_row_changed.connect(self._on_current)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        head = row(Label(theme, "Disputes", weight=600), ..., self._end, margins=(tk.PAGE_MARGIN, 6))
        column(HorizontalRule(theme), head, self._table, on=self)
        self.hide()

    def ask(self, account_id: int, as_of: date) -> None:
        """Read those raised by a day."""
        self._question.ask(asking(disputes_of, account_id=account_id, as_of=as_of))

    def go_to_new(self, dispute_id: int) -> None:
        """Give the keyboard to a dispute that was just raised."""
        self._table.go_to_new(dispute_id)

    def bindings(self) -> Mapping[str, Binding]:
        dispute = self._chosen()
        return {} if dispute is None else {"ledger.end_dispute": Binding(partial(self._end_dispute, dispute))}

    def _chosen(self) -> DisputeRow | None:
        """The open dispute under the keyboard."""
        dispute = self._table.current_row()
        return dispute if isinstance(dispute, DisputeRow) and dispute.is_open else None

    def _on_rows(self, disputes: list[DisputeRow]) -> None:
        self._model.set_rows(disputes)
        sizes = self._theme.sizes
        self._table.setFixedHeight(sizes.head + min(len(disputes), _SHOWN) * sizes.row + 2)
        self.setVisible(bool(disputes))  # with its height known, so that it never takes more room
        if disputes and not self._table.currentIndex().isValid():
            self._table.go_to_row(0)
        self._on_current()

    def _on_current(self, _row: object = None) -> None:
        self._end.setEnabled(self._chosen() is not None)
        self.chosen_changed.emit()

    def _end_chosen(self, _what: object = None) -> None:
        dispute = self._chosen()
        if dispute is not None:
            self._end_dispute(dispute)

    def _end_dispute(self, dispute: DisputeRow) -> None:
        EndDisputeDialog(self._theme, self._runner, dispute, self._today(), self).open_and_forget()
