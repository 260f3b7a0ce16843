"""Earlier moves of members of a provider, and which of them can still be taken back."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.database.asking import asking
from app.services.profiles.page import MoveRow, ProfileList, earlier_moves
from app.views.lists.data_table import DataTable
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.columns import move_columns
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label
from app.views.widgets.empty_state import WayOn


class MovesTab(QWidget):
    """Shows one provider; `back_asked` says which move shall be taken back."""

    back_asked = Signal(int)  # move id

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._list: ProfileList | None = None
        self._zone = ZoneInfo("UTC")
        columns = move_columns(lambda: self._zone)
        self._model: RowsTableModel[MoveRow] = RowsTableModel(columns, lambda row: row.id, theme.formatter, self)
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_rows)
        self._question.failed.connect(self._on_failed)
        self._build()
        self._on_current()

    def show_list(self, listed: ProfileList) -> None:
        """Read the moves of a provider."""
        self._list = listed
        self._zone = ZoneInfo(listed.time_zone)
        self._ask()

    def focus_first(self) -> None:
        self._table.setFocus()

    def _build(self) -> None:
        theme = self._theme
        self._table = DataTable(theme, "Earlier moves", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        self._table.current_row_changed.connect(self._on_current)
        self._table.opened.connect(self._on_pressed)
        self._area = StatefulArea(theme, self._table, self)
        self._back = Button(theme, "Move back…", self, icon=Icon.UNDO)
        self._back.clicked.connect(self._on_pressed)
        self._why = Label(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED)
        foot = QHBoxLayout()
        foot.setContentsMargins(tk.PAGE_MARGIN, 8, tk.PAGE_MARGIN, 8)
        foot.setSpacing(12)
        foot.addWidget(self._back)
        foot.addWidget(self._why, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._area, 1)
        column.addLayout(foot)

    def _ask(self) -> None:
        if self._list is None:
            return
        if self._list.rights.move:
            self._model.set_rows([])
            self._area.show_words("Earlier moves are not shown.", self._list.rights.move, icon=Icon.LOCK)
            return
        self._area.show_reading("Reading earlier moves.")
        self._question.ask(asking(earlier_moves, provider_id=self._list.provider_id))

    def _on_rows(self, rows: list[MoveRow]) -> None:
        self._model.set_rows(rows)
        if rows:
            self._area.show_content()
            if not self._table.currentIndex().isValid():
                self._table.go_to_row(0)
        else:
            self._area.show_words("No member was moved yet.", "Moves between profiles stand here, to be taken back.",
                                  icon=Icon.HISTORY)
        self._on_current()

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_words("The moves could not be read.", str(error), icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])

    def _current(self) -> MoveRow | None:
        row = self._table.current_row()
        return row if isinstance(row, MoveRow) else None

    def refusal(self) -> str:
        """Why the chosen move cannot be taken back."""
        row = self._current()
        if row is None:
            return "Choose a move."
        return "" if row.can_go_back else "All accounts of this move changed since, or went back already."

    def _on_current(self, _row: object = None) -> None:
        refusal, row = self.refusal(), self._current()
        count = self._theme.formatter.counted(row.can_go_back, "account", "accounts") if row and row.can_go_back else ""
        self._back.setText(f"Move {count} back…" if count else "Move back…")
        self._back.setEnabled(not refusal)
        self._why.setText(refusal if self._model.rowCount() else "")

    def _on_pressed(self, _what: object = None) -> None:
        row = self._current()
        if row is not None and not self.refusal():
            self.back_asked.emit(row.id)
