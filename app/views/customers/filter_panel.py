"""The fields of the box as a form: it writes the same text into the box, and shows what stands there.

Box and form are one state. What a field holds goes into the box when the field is left or Enter is pressed, and only
if it can be read; otherwise the form says what would be right and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QLineEdit, QSizePolicy, QWidget

from app.services.customers.query.fields import FIELDS, Field, Kind, quoted
from app.services.customers.query.form import form_values, with_value
from app.services.customers.query.parser import parse_query
from app.services.customers.query.terms import MisreadQueryError, Query
from app.views.asking.choices import ChoiceBox
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label

_COLUMNS: Final = 4
_ANY: Final = "Any"


class FilterPanel(QWidget):
    """`text_wanted` is the text that the box should hold."""

    text_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Filter panel")
        self._currency, self._today = "USD", date.min
        self._query: Query | None = None
        """The text as it could last be read."""
        self._refused: dict[str, str] = {}
        """Fields that hold what cannot be read, with why; they keep it until it is mended or emptied."""
        self._fields: dict[str, QLineEdit | ChoiceBox] = {}
        self._names = {name: QStringListModel(self) for name in ("profile", "group")}
        grid = QGridLayout(self)
        grid.setContentsMargins(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        rows = -(-len(FIELDS) // _COLUMNS)
        for number, field in enumerate(FIELDS):
            column, row = divmod(number, rows)
            edit = self._made(theme, field)
            self._fields[field.name] = edit
            label = Label(theme, field.name.capitalize(), self, ink=tk.Ink.MUTED, buddy=edit)
            label.setContentsMargins(12 if column else 0, 0, 0, 0)
            grid.addWidget(label, row, 2 * column)
            grid.addWidget(edit, row, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
        self._refusal = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        grid.addWidget(self._refusal, rows, 0, 1, 2 * _COLUMNS)

    def _made(self, theme: Theme, field: Field) -> QLineEdit | ChoiceBox:
        help_text = f"{field.help}; none: {field.none_means}" if field.none_means else field.help
        if field.kind is Kind.CHOICE:
            box = ChoiceBox(theme, f"{field.name.capitalize()}: {help_text}", self)
            box.setToolTip(help_text)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            box.activated.connect(partial(self._on_entered, field))
            return box
        edit = QLineEdit(self)
        edit.setAccessibleName(f"{field.name.capitalize()}: {help_text}")
        edit.setToolTip(help_text)
        edit.setPlaceholderText(field.example)
        edit.setMinimumWidth(theme.sizes.px(60))
        edit.editingFinished.connect(partial(self._on_entered, field))
        if field.name in self._names:
            completer = QCompleter(self._names[field.name], edit)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            edit.setCompleter(completer)
        return edit

    # --- what is shown ---

    def set_context(self, currency: str, today: date) -> None:
        """What figures and relative dates are read by."""
        self._currency, self._today = currency, today

    def set_names(self, names: Mapping[str, Sequence[str]]) -> None:
        """Names that are offered while a profile or a group is typed."""
        for name, model in self._names.items():
            model.setStringList(list(names.get(name, ())))

    def show_text(self, text: str) -> None:
        """Show what the box asks; a text that cannot be read leaves the form as it is."""
        query = self._read(text)
        if query is None:
            return
        self._query = query
        values = form_values(query)
        for field in FIELDS:
            if field.name not in self._refused:
                self._put(field, values.get(field.name, ""))

    def focus_first(self) -> None:
        next(iter(self._fields.values())).setFocus()

    def value(self, name: str) -> str:
        """What a field holds, as the box would have it."""
        edit = self._fields[name]
        return edit.text() if isinstance(edit, QLineEdit) else str(edit.chosen())

    @property
    def refusal(self) -> str:
        return "" if self._refusal.isHidden() else self._refusal.text()

    # --- inside ---

    def _put(self, field: Field, value: str) -> None:
        edit = self._fields[field.name]
        if isinstance(edit, QLineEdit):
            with QSignalBlocker(edit):
                if edit.text() != value:
                    edit.setText(value)
            return
        choices = [(choice.words[0], choice.words[0].lower()) for choice in field.choices]
        if value and value not in {word for _, word in choices}:
            choices.append((value, value))  # several at once, or another word for the same
        edit.set_choices([(_ANY, ""), *choices], value)

    def _on_entered(self, field: Field, _place: int = 0) -> None:
        if self._query is None:
            return
        edit = self._fields[field.name]
        value = self.value(field.name)
        if value == form_values(self._query).get(field.name, ""):
            self._refuse(field.name, "")
            return
        if isinstance(edit, ChoiceBox) and value and '"' not in value and "," not in value:
            value = quoted(value)
        text = with_value(self._query, field.name, value)
        try:
            parse_query(text, currency=self._currency, today=self._today)
        except MisreadQueryError as error:
            self._refuse(field.name, str(error))
            return
        self._refuse(field.name, "")
        self.text_wanted.emit(text)

    def _read(self, text: str) -> Query | None:
        try:
            return parse_query(text, currency=self._currency, today=self._today)
        except MisreadQueryError:
            return None

    def _refuse(self, name: str, why: str) -> None:
        """Mark a field and say what would be right, or take both back."""
        self._refused.pop(name, None)
        if why:
            self._refused[name] = why
        edit = self._fields[name]
        edit.setProperty("refused", bool(why))
        edit.style().unpolish(edit)
        edit.style().polish(edit)
        self._refusal.setText(" ".join(self._refused.values()))
        self._refusal.setVisible(bool(self._refused))
