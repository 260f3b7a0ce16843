"""Second page, for a map made by hand: which column fills which field, and how dates and figures are written."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.files.texts import DateFormat
from app.services.imports.drafting import (
    DATE_FORMATS,
    FileLook,
    MapDraft,
    columns_of_dates,
    date_formats,
    field_label,
    fields_of,
    missing,
    most_fitting,
)
from app.services.imports.maps.fields import KEY_FIELD, Field
from app.views.asking.choices import ChoiceBox
from app.views.asking.dressing import Dressing
from app.views.asking.field_notes import FieldNotes
from app.views.asking.wizard import WizardPage
from app.views.forms.ui_import_format_fields import Ui_ImportFormatFields
from app.views.importing.answers import ImportAnswers
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import ElidedLabel, Label
from app.views.widgets.layout import column, grid

_NEEDED: Final = "{label} is needed by every row: choose its column, or a value for all rows."
_NEEDED_KEY: Final = "{label} is needed by every row: choose its column."
_NOTHING: Final = ("", "")
_ALWAYS: Final = ("always", "")
_NOT_THERE, _SAME = "Not in the file", "The same for all rows…"
_FIGURES: Final = (("1234.50", (".", "")), ("1234,50", (",", "")), ("1,234.50", (".", ",")), ("1.234,50", (",", ".")),
                   ("1 234,50", (",", " ")), ("1'234.50", (".", "'")))


class FieldLine:
    """One field: its name, the column or the word for all rows, and an example from the file."""

    def __init__(self, theme: Theme, wanted: Field, page: QWidget) -> None:
        self.field = wanted
        label = field_label(wanted)
        self.name = Label(theme, f"{label}, needed" if wanted.required else label, page,
                          weight=600 if wanted.required else 400)
        self.column = ChoiceBox(theme, f"Column of {label}", page)
        self.column.fill_its_place()
        self.word = QLineEdit(page)
        self.word.setAccessibleName(f"{label} of all rows")
        self.word.setPlaceholderText("for all rows")
        self.example = ElidedLabel(theme, "", page, size=tk.LABEL, ink=tk.Ink.MUTED)

    def show(self, look: FileLook, draft: MapDraft) -> None:
        """Show what the draft says of this field."""
        name = self.field.name
        choices: list[tuple[str, object]] = [(_NOT_THERE, _NOTHING)]
        choices += [(column, ("column", column)) for column in look.columns]
        if name != KEY_FIELD[draft.kind]:
            choices.append((_SAME, _ALWAYS))
        column, word = draft.columns.get(name, ""), draft.constants.get(name)
        self.column.set_choices(choices, ("column", column) if column else _NOTHING if word is None else _ALWAYS)
        self.word.setVisible(word is not None)
        if word is not None and self.word.text() != word:
            self.word.setText(word)
        self.example.set_text(f"for instance {look.example(column)}" if look.example(column) else
                              "empty in the rows read" if column else "")
        self.example.setVisible(word is None)


class MappingPage(WizardPage):
    """Changes the draft of the answers."""

    def __init__(self, theme: Theme, answers: ImportAnswers, parent: QWidget | None = None) -> None:
        super().__init__("Columns", "What do the columns mean?",
                         "Proposed from their names. What every row needs comes first.", parent)
        self._theme = theme
        self._answers = answers
        self._lines: list[FieldLine] = []
        self._shown: tuple[object, ...] = ()
        head = QWidget(self)
        form = Ui_ImportFormatFields()
        dressing = Dressing(form, head, theme)
        self._provider = dressing.put(form.provider, ChoiceBox(theme, "Provider"))
        self._date = dressing.put(form.date, ChoiceBox(theme, "How dates are written"))
        self._figures = dressing.put(form.figures, ChoiceBox(theme, "How figures are written"))
        for box in (self._provider, self._date, self._figures):
            box.fill_its_place()
        self._notes = FieldNotes(dressing, form, {
            "provider": self._provider, "date": self._date, "figures": self._figures}, self)
        self._refusal = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self._grid = grid(down=6, shares={1: 3, 2: 4})
        self._grid.setColumnMinimumWidth(0, theme.sizes.px(150))
        column(head, self._refusal, self._grid, ..., on=self, spacing=12)
        self._provider.activated.connect(self._on_provider)
        self._date.activated.connect(self._on_date)
        self._figures.activated.connect(self._on_figures)

    @property
    def words(self) -> str:
        """What is refused, in words."""
        return self._refusal.text() if self._refusal.isVisibleTo(self) else ""

    def line_of(self, name: str) -> FieldLine:
        """The line of one field."""
        return next(line for line in self._lines if line.field.name == name)

    def applies(self) -> bool:
        return self._answers.by_hand

    def chosen(self) -> str:
        draft = self._answers.draft
        return f"{len(draft.columns)} mapped" if draft is not None else ""

    def enter(self) -> None:
        answers = self._answers
        if answers.look is None or answers.draft is None:
            return
        if self._shown != (answers.look, answers.draft.kind):
            self._shown = (answers.look, answers.draft.kind)
            self._lay_lines()
        self._provider.set_choices([(f"{p.name} ({p.code})", p.code) for p in answers.beginning.providers],
                                   answers.draft.provider_code)
        chosen = self._provider.chosen()
        if isinstance(chosen, str):
            answers.change(provider_code=chosen)
        self._show()

    def check(self) -> bool:
        draft = self._answers.draft
        lacking = missing(draft) if draft is not None else []
        key = KEY_FIELD[draft.kind] if draft is not None else ""
        self._refusal.setText(" ".join((_NEEDED_KEY if wanted.name == key else _NEEDED)
                                       .format(label=field_label(wanted)) for wanted in lacking))
        self._refusal.setVisible(bool(lacking))
        if lacking:
            self.line_of(lacking[0].name).column.setFocus()
        return not lacking

    def focus_first(self) -> None:
        self._provider.setFocus()

    # --- inside ---

    def _lay_lines(self) -> None:
        for line in self._lines:
            for widget in (line.name, line.column, line.word, line.example):
                self._grid.removeWidget(widget)
                widget.deleteLater()
        draft = self._answers.draft
        self._lines = [FieldLine(self._theme, wanted, self) for wanted in fields_of(draft.kind)] if draft else []
        before: QWidget = self._figures
        for place, line in enumerate(self._lines):
            self._grid.addWidget(line.name, place, 0)
            self._grid.addWidget(line.column, place, 1)
            self._grid.addWidget(line.word, place, 2)
            self._grid.addWidget(line.example, place, 2)
            line.name.setBuddy(line.column)
            line.column.activated.connect(partial(self._on_column, line))
            line.word.textEdited.connect(partial(self._on_word, line))
            for widget in (line.column, line.word):
                QWidget.setTabOrder(before, widget)
                before = widget

    def _show(self) -> None:
        answers = self._answers
        look, draft = answers.look, answers.draft
        if look is None or draft is None:
            return
        for line in self._lines:
            line.show(look, draft)
        fitting = date_formats(look, columns_of_dates(draft))
        ways = dict.fromkeys([*fitting, *DATE_FORMATS])
        self._date.set_choices([(f"{DateFormat.of(way).words}, as {DateFormat.of(way).example}", way)
                                for way in ways], draft.date_format)
        self._notes.hint("date", _date_words(look, draft, fitting))
        self._figures.set_choices([(text, marks) for text, marks in _FIGURES],
                                  (draft.decimal_mark, draft.grouping))
        self.changed.emit()

    def _on_column(self, line: FieldLine, _place: int) -> None:
        draft, name = self._answers.draft, line.field.name
        chosen = line.column.chosen()
        if draft is None or not isinstance(chosen, tuple | list):
            return
        kind, column = chosen
        columns = {key: value for key, value in draft.columns.items() if key != name}
        constants = {key: value for key, value in draft.constants.items() if key != name}
        if kind == "column":
            columns[name] = str(column)
        elif kind == _ALWAYS[0]:
            constants[name] = line.word.text()
        self._answers.change(columns=columns, constants=constants)
        self._refusal.hide()
        self._show()
        if kind == _ALWAYS[0]:
            line.word.setFocus()

    def _on_word(self, line: FieldLine, text: str) -> None:
        draft = self._answers.draft
        if draft is not None:
            self._answers.change(constants={**draft.constants, line.field.name: text})

    def _on_provider(self, _place: int) -> None:
        self._answers.change(provider_code=str(self._provider.chosen()))

    def _on_date(self, _place: int) -> None:
        self._answers.change(date_format=str(self._date.chosen()))
        self._show()

    def _on_figures(self, _place: int) -> None:
        chosen = self._figures.chosen()
        if isinstance(chosen, tuple | list):
            mark, grouping = chosen
            self._answers.change(decimal_mark=mark, grouping=grouping)


def _date_words(look: FileLook, draft: MapDraft, fitting: list[str]) -> str:
    dates = columns_of_dates(draft)
    if not dates:
        return "No column is read as a date."
    if not fitting:
        way, unread = most_fitting(look, dates)
        return (f"No way fits all rows that were looked at; {DateFormat.of(way).words} leaves {unread} of them unread."
                " Check them on the next page.")
    if len(fitting) > 1:
        return "More than one way fits the first rows. Check that day and month are not exchanged."
    return "Fits all rows that were looked at." if fitting[0] == draft.date_format else (
        f"The rows that were looked at are written {DateFormat.of(fitting[0]).words}.")
