"""What is done with the rows of a customer list: select, copy, filter by a cell, export; by keys and by menus."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from app.services.customers.choice import Selected
from app.services.customers.columns import USUAL, term_of, with_term
from app.services.customers.export import export_customers
from app.services.customers.head import CustomersHead
from app.services.customers.list import CustomerRow
from app.services.files.sheets import FORMATS, Exported
from app.views.asking.files import file_name
from app.views.customers.selection import CustomerSelection
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.offers import MOVE_TO_PROFILE
from app.views.lists.filter_bar import FilterBar
from app.views.lists.kept_table import KeptTable
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.look.icons import Icon
from app.views.running.handle import JobCard

_IN_MENU: Final = (("account.reasoning", "customers.status", "customers.profile"),
                   ("customers.select_all", "customers.copy", "customers.copy_cell"),
                   ("customers.filter_cell", "customers.export"))
_MAY_NOT: Final = 'needs the power "Export customers"'


class CustomerWork(QObject):
    """Belongs to one list."""

    def __init__(self, desk: Desk, *, table: KeptTable, model: PagedTableModel[CustomerRow],
                 selection: CustomerSelection, bar: FilterBar) -> None:
        super().__init__(table)
        self._desk = desk
        self._theme = desk.theme
        self._runner = desk.runner
        self._table = table
        self._model = model
        self._selection = selection
        self._bar = bar
        self._actions = desk.actions
        self._head: CustomersHead | None = None

    def show_head(self, head: CustomersHead) -> None:
        """The list is of this provider now."""
        self._head = head

    def bindings(self) -> Mapping[str, Binding]:
        """What can be done now; what cannot says why."""
        table, head = self._table, self._head
        empty = "" if self._model.rowCount() else "needs a list with rows"
        no_row = "" if table.currentIndex().isValid() else "needs a row of the list"
        may_not = _MAY_NOT if head is None or not head.may_export else ""
        return {
            "customers.select_all": Binding(self._select_all, refusal=empty),
            "customers.copy": Binding(table.copy_rows, refusal=no_row),
            "customers.copy_cell": Binding(table.copy_cell, refusal=no_row),
            "customers.filter_cell": Binding(partial(self.filter_by_cell, table.currentIndex()), refusal=no_row),
            "customers.columns": Binding(self.ask_columns),
            "customers.export": Binding(self.ask_for_file, refusal=empty or may_not),
            "customers.status": Binding(self.change_status, refusal=no_row),
            "customers.profile": Binding(self.move_to_profile, refusal=no_row),
            "customers.status_file": Binding(self.status_file),
        }

    # --- by the cell ---

    def filter_by_cell(self, _index: QModelIndex) -> None:
        """Narrow the list to what the cell under the keyboard holds."""
        index, head = self._table.currentIndex(), self._head
        row = self._model.row_of(index)
        if row is None or head is None:
            return
        column = self._model.columns[index.column()]
        term = term_of(column.key, row, head.provider.currency)
        if not term:
            self._selection.said.emit(f'The filter cannot ask for "{column.title}" of this row.')
            return
        self._bar.set_text(with_term(self._bar.typed, term, currency=head.provider.currency,
                                     today=head.provider.today))

    def on_menu(self, index: QModelIndex, position: QPoint) -> None:
        """The menu of a row; the cell it was opened on becomes the current one."""
        if not self._table.selectionModel().isRowSelected(index.row(), QModelIndex()):
            self._table.setCurrentIndex(index)
        else:
            self._table.selectionModel().setCurrentIndex(index, self._table.selectionModel().SelectionFlag.NoUpdate)
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Open account", partial(self._table.opened.emit, index))
        menu.addAction("Open in a new tab", partial(self._table.opened_aside.emit, index))
        for section in _IN_MENU:
            for action_id in section:
                menu.addAction(self._actions.action(action_id))
            menu.addSeparator()
        menu.popup(position)

    def _select_all(self) -> None:
        self._table.selectAll()
        self._table.setFocus()

    # --- statuses ---

    def change_status(self) -> None:
        """Give the customers that are selected one status, after a look at what would happen."""
        from app.views.status.bulk_dialog import BulkStatusDialog

        selected = self._selection.selected()
        if selected is not None:
            BulkStatusDialog(self._theme, self._runner, selected, self._table).open_and_forget()

    def status_file(self) -> None:
        """Change the statuses that a file names."""
        from app.views.status.bulk_dialog import StatusFileDialog

        StatusFileDialog(self._theme, self._runner, self._table).open_and_forget()

    # --- profiles ---

    def move_to_profile(self) -> None:
        """Give the customers that are selected another profile, after a look at what that would do."""
        selected = self._selection.selected()
        if selected is not None:
            self._desk.offers.get(MOVE_TO_PROFILE)(selected, self._table)

    # --- columns ---

    def ask_columns(self) -> None:
        """Choose the columns, their order and their widths."""
        from app.views.asking.columns_dialog import ColumnsDialog

        dialog = ColumnsDialog(self._theme, self._model.columns, self._table.shown_widths(), USUAL,
                               self._table.window())
        dialog.chosen.connect(self._on_columns)
        dialog.open_and_forget()

    def _on_columns(self, keys: list[str], widths: dict[str, int]) -> None:
        self._table.take_columns(keys, widths)

    # --- export ---

    def ask_for_file(self) -> None:
        """Ask where to write what is shown, or what is selected where that is more than one row."""
        meant = self._selection.shown_or_selected()
        if meant is None or self._head is None:
            return
        rows = self._theme.formatter.counted(meant.count, "row", "rows")
        dialog = QFileDialog(self._table, f"Export {rows}", "",
                             ";;".join(f"{words} (*{ending})" for ending, words in reversed(FORMATS.items())))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile(file_name(f"Customers of {self._head.provider.name}"))
        dialog.filterSelected.connect(lambda words: dialog.setDefaultSuffix("csv" if ".csv" in words else "xlsx"))
        dialog.fileSelected.connect(partial(self.export, meant))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, meant: Selected, path: str) -> None:
        """Write these customers, with the columns as they stand now."""
        columns = tuple(column.key for column in self._table.shown_columns())
        rows = self._theme.formatter.counted(meant.count, "customer", "customers")
        card = JobCard(title=f"Export {rows}", icon=Icon.EXPORT, unit="rows", stop_text="Stop, and write nothing",
                       summary=_summary)
        self._runner.long(partial(export_customers, selected=meant, columns=columns, path=Path(path)), card=card,
                          succeeded=self._on_exported)

    def _on_exported(self, done: Exported) -> None:
        self._selection.said.emit(done.sentence)


def _summary(done: Exported) -> str:
    return done.sentence
