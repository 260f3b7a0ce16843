"""Inherited values, one a row: what would hold, where it comes from, and a switch to set another one instead.

While a switch is off nothing is stored and the value stays inherited, now and later. On, the row becomes a field that
begins with the inherited value. What is refused stays in its field, with the words in the place of the source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.models.values import CURRENCIES, AttributeKind
from app.services.attributes.rows import AttributeRow, RoomState
from app.views.asking.choices import ChoiceBox, SwitchBox
from app.views.attributes.lines import mark_of
from app.views.attributes.value_fields import Value, ValueField
from app.views.creation.answers import OWN_TERMS, Answers
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.look.tokens import TierMark
from app.views.widgets.basics import Label
from app.views.widgets.layout import emptied, grid, holding, stacked, walk_in_order
from app.views.widgets.layout import row as beside
from app.views.widgets.source_chip import SourceChip

_NAME_WIDTH = 150
_CHIP_WIDTH = 164
_FIELD_WIDTH = 116


class OverrideRow(QObject):
    """One attribute. It writes its switch and its value into the answers at once."""

    changed = Signal()

    def __init__(self, theme: Theme, row: AttributeRow, answers: Answers, why_not: str, host: QWidget) -> None:
        super().__init__(host)
        self._answers = answers
        self._row = row
        self._name = Label(theme, row.label, host, wraps=True)
        self._name.setMinimumWidth(theme.sizes.px(_NAME_WIDTH))
        self._name.setToolTip(row.help)
        self._inherited = Label(theme, "", host, wraps=True)
        self._field = ValueField(row, theme, lambda: answers.options.today, host)
        unit = answers.options.period_unit.value if row.key == OWN_TERMS else self._field.unit
        self._value = stacked(self._inherited, _with_unit(theme, self._field, unit, host))
        self._chip = SourceChip(theme, "", TierMark.SYSTEM, "", host)
        self._chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._chip.setCursor(Qt.CursorShape.ArrowCursor)
        self._words = Label(theme, "", host, size=tk.LABEL, ink=tk.Ink.BAD, wraps=True)
        self._source = stacked(holding(beside(self._chip, ...)), self._words)
        self._source.setFixedWidth(theme.sizes.px(_CHIP_WIDTH))
        self.switch = SwitchBox(theme, "Override", host)
        self.switch.setAccessibleName(f"Override {row.label}")
        self.switch.setChecked(row.key in answers.overrides)
        self.switch.setEnabled(not why_not)
        self.switch.setToolTip(why_not)
        self.show_row(row)
        if row.key in answers.overrides:
            self._put_draft()
        self._show()
        self.switch.toggled.connect(self._on_toggled)
        self._field.edited.connect(self._on_edited)

    @property
    def key(self) -> str:
        return self._row.key

    @property
    def field(self) -> ValueField:
        return self._field

    @property
    def words(self) -> str:
        """The refusal that is shown."""
        return self._words.text() if self._source.currentWidget() is self._words else ""

    @property
    def shown(self) -> str:
        """The inherited value and its source as they are said."""
        return f"{self._inherited.text()} ({self._chip.text()})"

    def lay_into(self, grid: QGridLayout, line: int) -> None:
        for column, widget in enumerate((self._name, self._value, self._source, self.switch)):
            grid.addWidget(widget, line, column, Qt.AlignmentFlag.AlignVCenter)
        grid.setRowMinimumHeight(line, 36)

    def show_row(self, row: AttributeRow) -> None:
        """The value that would be inherited, as it is now."""
        self._row = row
        self._inherited.setText(row.value_text)
        self._show()

    def refuse(self, words: str) -> None:
        """Say why the value is refused, with the keyboard in its field."""
        self._say(words)
        self._field.widget.setFocus()

    def check(self) -> str:
        """Why what stands in the field cannot be set; empty where it can, or where the switch is off."""
        words = self._field.refusal() if self.switch.isChecked() else ""
        if words and not self._field.text().strip() and not isinstance(self._field.widget, ChoiceBox):
            words = "Type a value, or switch it off to inherit."
        self._say(words)
        return words

    def _put_draft(self) -> None:
        text = self._answers.override_texts.get(self.key)
        value = self._answers.overrides[self.key]
        if text is not None and value is None:
            self._field.put_text(text)
        else:
            self._field.put(value)

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._source.setCurrentIndex(1 if words else 0)

    def _on_toggled(self, on: bool) -> None:  # noqa: FBT001  a slot
        if on:
            first: Value = self._row.value
            self._field.put(first)
            self._keep()
            self._field.widget.setFocus()
        else:
            for kept in (self._answers.overrides, self._answers.override_texts, self._answers.amounts):
                kept.pop(self.key, None)
            self._say("")
        self._show()
        self.changed.emit()

    def _on_edited(self) -> None:
        if self.switch.isChecked():
            self._keep()
            self._say(self._field.refusal() if self._field.text().strip() else "")
            self.changed.emit()

    def _keep(self) -> None:
        self._answers.overrides[self.key] = self._field.value()
        self._answers.override_texts[self.key] = self._field.text()
        if self._row.kind is AttributeKind.MONEY and self._row.here_currency in CURRENCIES:
            self._answers.amounts[self.key] = self._row.here_currency

    def _show(self) -> None:
        is_on = self.switch.isChecked()
        self._value.setCurrentIndex(1 if is_on else 0)
        if is_on:
            owner = "This provider" if self._answers.is_provider else "This account"
            mark = TierMark.PROVIDER if self._answers.is_provider else TierMark.ACCOUNT
            self._chip.set(owner, mark, f"Set here instead of {self._row.value_text}")
        else:
            owner = f"{self._row.owner}, rating {self._row.rating}" if self._row.rating else self._row.owner
            self._chip.set(owner, mark_of(self._row.tier, self._row.rating) or TierMark.SYSTEM, _story(self._row))
            self._inherited.setAccessibleName(f"{self._row.label}: {self._row.value_text}, from {owner}")


class OverrideRows(QWidget):
    """Rows of some attributes, in the order of their keys."""

    changed = Signal(str)  # key

    def __init__(self, theme: Theme, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answers = answers
        self._grid = grid(on=self, margins=(0, 0, 8, 0), down=4, shares={1: 1})
        self.rows: dict[str, OverrideRow] = {}
        self._currency = ""

    def show_rows(self, rows: Sequence[AttributeRow], *, why_not: Callable[[str], str]) -> None:
        """Take the rows of these attributes; those that stand there are renewed in place while the currency stays."""
        currency = next((row.here_currency for row in rows), "")
        is_same, self._currency = currency == self._currency, currency
        if is_same and [row.key for row in rows] == list(self.rows):
            for row in rows:
                self.rows[row.key].show_row(row)
            return
        emptied(self._grid)
        self.rows = {}
        for line, row in enumerate(rows):
            made = OverrideRow(self._theme, row, self._answers, why_not(row.key) or row.why_not, self)
            made.lay_into(self._grid, line)
            made.changed.connect(lambda key=row.key: self.changed.emit(key))
            self.rows[row.key] = made
        walk_in_order(*chain.from_iterable((made.field.widget, made.switch) for made in self.rows.values()))

    def check(self) -> bool:
        """Say beside every field what is refused, with the keyboard in the first; True where nothing is."""
        refused = [row for row in self.rows.values() if row.check()]
        if refused:
            refused[0].field.widget.setFocus()
        return not refused

    def focus_first(self) -> None:
        first = next((row.switch for row in self.rows.values() if row.switch.isEnabled()), None)
        if first is not None:
            first.setFocus()


def _with_unit(theme: Theme, field: ValueField, unit: str, host: QWidget) -> QWidget:
    if not isinstance(field.widget, ChoiceBox):
        field.widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        field.widget.setFixedWidth(theme.sizes.px(_FIELD_WIDTH))
    return holding(beside(field.widget, Label(theme, unit, host, ink=tk.Ink.MUTED), ...))


def _story(row: AttributeRow) -> str:
    """Where it comes from, and what is overruled on the way."""
    if row.tier is None:
        return f"Not set anywhere: {row.none_text}"
    overruled = [f"{room.value_text} of {room.owner}" for room in row.chain if room.state is RoomState.OVERRULED]
    return f"From {row.owner}" + (f", overrules {' and '.join(overruled)}" if overruled else "")


