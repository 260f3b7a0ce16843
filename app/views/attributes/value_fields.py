"""One typed field for each kind of attribute: number with unit, money, percent, choice, yes or no, date and text.

All of them are asked the same: what the value is, and why what stands there is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.values import AttributeKind, to_decimal
from app.services.attributes.rows import AttributeRow
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField, MoneyField, NumberField, ReadField
from app.views.look.formatting import MINUS, ReadingError
from app.views.look.theme import Theme

Value = bool | int | str | date | None
_LOWEST, _HIGHEST = -999_999_999, 999_999_999
_HUNDREDTHS = "EUR"
"""Stands for "two places": rates are kept in hundredths of a percent."""


class PercentField(ReadField[int]):
    """Hundredths of a percent, with at most two places: 10, 7.5 %."""

    def __init__(self, theme: Theme, name: str, high: int, parent: QWidget | None = None) -> None:
        self._high = high
        super().__init__(theme, name, parent)

    def read(self, text: str) -> int:
        cleaned = text.strip().removesuffix("%").strip().replace(MINUS, "-").replace(",", ".")
        try:
            hundredths = Decimal(cleaned) * 100
        except InvalidOperation:
            raise ReadingError(f'"{text.strip()}" is not a percentage. Write for instance 7.5.') from None
        if not hundredths.is_finite() or hundredths != hundredths.to_integral_value():
            raise ReadingError("A percentage has at most two decimal places.")
        if not 0 <= hundredths <= self._high:
            raise ReadingError(f"Write a percentage from 0 to {self._high // 100}.")
        return int(hundredths)

    def written(self, value: int) -> str:
        exact = to_decimal(value, _HUNDREDTHS).normalize()
        places = max(0, -int(exact.as_tuple().exponent))
        return self._theme.formatter.decimal(exact, places)


class ValueField(QObject):
    """A field for one attribute, whatever its kind. `edited` says that something was typed or chosen."""

    edited = Signal()

    def __init__(self, row: AttributeRow, theme: Theme, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        self._row = row
        self.widget = _field_of(row, theme, today, parent)
        self.unit = row.here_currency if row.kind is AttributeKind.MONEY else row.unit
        if isinstance(self.widget, QLineEdit):
            self.widget.textChanged.connect(self._on_edited)
        elif isinstance(self.widget, ChoiceBox):
            self.widget.activated.connect(self._on_edited)

    def put(self, value: Value) -> None:
        """Show a value as the beginning of the edit."""
        widget = self.widget
        if isinstance(widget, ChoiceBox):
            widget.choose(value)
        elif isinstance(widget, ReadField):
            widget.set_value(value)
        elif isinstance(widget, QLineEdit):
            widget.setText(str(value or ""))

    def value(self) -> Value:
        """What stands in the field; None while it is empty or refused."""
        widget = self.widget
        if isinstance(widget, ChoiceBox):
            chosen = widget.chosen()
            return chosen if isinstance(chosen, bool | str) else None
        if isinstance(widget, ReadField):
            read = widget.value
            return read if isinstance(read, int | date) else None
        return widget.text().strip() if isinstance(widget, QLineEdit) else None

    def refusal(self) -> str:
        """Why what stands there cannot be set, in words."""
        widget = self.widget
        if isinstance(widget, ReadField) and widget.refusal:
            return widget.refusal
        if isinstance(widget, MoneyField) and widget.value is not None and widget.value < (self._row.minimum or 0):
            return "An amount is 0.00 or more here."
        if isinstance(widget, ReadField) and widget.value is None:
            return "Type a value, or press Esc to leave it as it was."
        if not isinstance(widget, ChoiceBox | ReadField) and not self.value():
            return "Type a text, or press Esc to leave it as it was."
        return ""

    def text(self) -> str:
        """What was typed, to be kept over a refusal."""
        return self.widget.text() if isinstance(self.widget, QLineEdit) else ""

    def put_text(self, text: str) -> None:
        if isinstance(self.widget, QLineEdit):
            self.widget.setText(text)

    def _on_edited(self, _what: object) -> None:
        self.edited.emit()


def _field_of(row: AttributeRow, theme: Theme, today: Callable[[], date], parent: QWidget) -> QWidget:
    low = row.minimum if row.minimum is not None else _LOWEST
    high = row.maximum if row.maximum is not None else _HIGHEST
    match row.kind:
        case AttributeKind.MONEY:
            return MoneyField(theme, row.label, row.here_currency, parent)
        case AttributeKind.RATE:
            return PercentField(theme, row.label, high, parent)
        case AttributeKind.INTEGER:
            return NumberField(theme, row.label, low, high, parent)
        case AttributeKind.DATE:
            return DateField(theme, row.label, today, parent)
        case AttributeKind.BOOLEAN | AttributeKind.CHOICE:
            box = ChoiceBox(theme, row.label, parent)
            yes_no: list[tuple[str, object]] = [("Yes", True), ("No", False)]
            choices: list[tuple[str, object]] = [(words, stored) for stored, words in row.choices]
            box.set_choices(yes_no if row.kind is AttributeKind.BOOLEAN else choices)
            return box
    line = QLineEdit(parent)
    line.setAccessibleName(row.label)
    if row.maximum is not None:
        line.setMaxLength(row.maximum)
    return line
