"""What a profile overrides: a switch for each attribute, its value, and beside it what members would get without it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QWidget

from app.services.profiles.page import Inherited, ProfilePage
from app.views.asking.conflict_sheet import ConflictSheet
from app.views.attributes.editing import AttributeEditing, AttributeTable
from app.views.attributes.lines import AttributeModel, lines_of
from app.views.lists.data_table import DataTable
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.profiles.columns import override_columns, provider_of
from app.views.running.runner import Runner
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.layout import column, grows, row

_HINT = "Space turns an override on or off, F2 changes its value; what that does to members is shown first."


class OverridesTab(QWidget):
    """Shows one profile."""

    open_asked = Signal(int)  # provider id
    left_upwards = Signal()
    outdated = Signal()  # somebody else set what is shown

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._inherited: dict[str, Inherited] = {}
        self._profile_id = 0
        self._model = AttributeModel(override_columns(self._inherited), lambda line: line.number, theme.formatter, self)
        self._table = AttributeTable(theme, "Overrides", self)
        self._table.setSelectionMode(DataTable.SelectionMode.SingleSelection)
        self._table.show_model(self._model)
        conflict = ConflictSheet(theme, self)
        self._editing = AttributeEditing(theme, runner, self._table, self._model, conflict)
        self._words = ElidedLabel(theme, _HINT, size=tk.LABEL, ink=tk.Ink.MUTED)
        column(grows(self._table), conflict, row(self._words, margins=(tk.PAGE_MARGIN, 6, tk.PAGE_MARGIN, 8)), on=self)
        self._table.left_upwards.connect(self.left_upwards)
        self._table.link_clicked.connect(self._on_link)
        self._editing.said.connect(self._say)
        self._editing.outdated.connect(self.outdated)

    def show_profile(self, page: ProfilePage) -> None:
        """Show a profile, or the same one again."""
        if page.id != self._profile_id:
            self._profile_id = page.id
            self._editing.leave()
            self._say("")
        self._inherited.clear()
        self._inherited.update(page.inherited)
        self._model.set_rows(lines_of(page.sheet))
        self._editing.place()
        if not self._table.currentIndex().isValid():
            self._table.go_to_row(0)
            self._table.scrollToTop()  # with the head of its section

    def focus_first(self) -> None:
        self._table.setFocus()

    def unsaved_text(self) -> str:
        return self._editing.unsaved_text()

    def _on_link(self, index: QModelIndex) -> None:
        line = self._model.row_of(index)
        row = line.row if line is not None else None
        provider = provider_of(self._inherited.get(row.key)) if row is not None else None
        if provider is not None:
            self.open_asked.emit(provider)

    def _say(self, text: str) -> None:
        self._words.set_text(text or _HINT, tk.Ink.BAD if text else tk.Ink.MUTED)
