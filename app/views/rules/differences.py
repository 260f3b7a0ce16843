"""What the version in front says otherwise than another one, field by field."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.services.rules.versions import Difference, RuleBook, RuleDraft, VersionRow, differences
from app.views.asking.choices import ChoiceBox
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, text_column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.layout import column, grows, row

_LEAST_ROWS: Final = 4
"""So many rows are seen on the smallest window."""
Numbered = tuple[int, Difference]


class DifferencesPanel(QWidget):
    """The other version is chosen in a box; at first it is the one in force."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._book: RuleBook | None = None
        self._draft: RuleDraft | None = None
        self._front: int | None = None
        self.other = ChoiceBox(theme, "Compared with")
        self.other.activated.connect(without_arguments(self._show))
        self._words = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self.model: RowsTableModel[Numbered] = RowsTableModel(
            difference_columns(), lambda line: line[0], theme.formatter, self)
        self.table = DataTable(theme, "Differences")
        self.table.show_model(self.model)
        self.table.setMinimumHeight(theme.sizes.row * _LEAST_ROWS)
        column(Label(theme, "Compared with", size=tk.SECTION, weight=600, buddy=self.other), row(self.other, ...),
               self._words, grows(self.table), on=self, spacing=8)
        self.setAccessibleName("Compared with another version")

    def show_version(self, book: RuleBook, draft: RuleDraft | None, front: int | None) -> None:
        """Compare a version, or what is entered, with another one; `front` is the id of the version in front."""
        others = [row for row in book.versions if row.id != front]
        kept = self.other.chosen() if self._book is not None and self._book.provider_id == book.provider_id else None
        if book is not self._book or front != self._front:
            usual = next((row.id for row in others if row.is_in_force), others[0].id if others else None)
            self.other.set_choices([(_name(row), row.id) for row in others],
                                   kept if kept in {row.id for row in others} else usual)
        self._book, self._draft, self._front = book, draft, front
        self._show()

    def _show(self) -> None:
        book, chosen = self._book, self.other.chosen()
        other = next((row for row in book.versions if row.id == chosen), None) if book is not None else None
        found: tuple[Difference, ...] = ()
        if book is not None and other is not None and self._draft is not None:
            found = differences(other.content, self._draft, book)
        if other is None:
            words = "There is no other version."
        elif self._draft is None:
            words = "It is compared once every field can be read."
        else:
            words = "" if found else f"It says the same as version {other.version}."
        self.other.setEnabled(other is not None)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self.model.set_rows(list(enumerate(found)))


def _name(version: VersionRow) -> str:
    return f"Version {version.version}, in force" if version.is_in_force else f"Version {version.version}"


def difference_columns() -> tuple[Column[Numbered], ...]:
    return (
        text_column("field", "What", lambda line: line[1].label, 104, is_second_rank=True),
        text_column("old", "There", lambda line: line[1].old, 88),
        text_column("new", "Here", lambda line: line[1].new, 88, stretches=True, is_bold=lambda _line: True),
    )
