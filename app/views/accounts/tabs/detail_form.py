"""The fields of an account's details, a page for each part; what is wrong or fixed stands beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from app.models.values import AccountNaming, AddressRule, KycState
from app.services.accounts.details import NO, YES
from app.services.accounts.history_words import OPTIONAL_FOR_WORDS, field_label, field_value
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label
from app.views.widgets.layout import Placed, at_top, grid

_LONG: Final = frozenset({"address", "bank_details", "help_text"})
_CHOICES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "enterprise": (("Organisation", "organisation"), ("Individual", "individual")),
    "ombudsman_case_open": (("None", NO), ("Open, so the scan leaves it alone", YES)),
    "account_naming": tuple((field_value("account_naming", naming.value), naming.value) for naming in AccountNaming),
    "billing_address_rule": tuple((field_value("billing_address_rule", rule.value), rule.value)
                                  for rule in AddressRule),
    "billing_address_optional_for": tuple((words, stored) for stored, words in OPTIONAL_FOR_WORDS.items()),
    "account_manager": (("Nobody", ""),), "classification": (("None", ""),), "kyc_profile": (("None", ""),),
    "kyc_state": tuple((state.label, state.value) for state in KycState),
}
"""What a field offers, in words and as it is stored; who can be a manager is known with the account."""
_HINTS: Final[Mapping[str, str]] = {
    "export_reference": "Its name in another system",
    "name": "Left empty, it is filled in as the provider names accounts",
    "kyc_profile": "Of its owner, and so of every account of theirs",
    "account_naming": "Of those that nobody gives a name", "billing_address_rule": "Of its customers",
    "billing_address_optional_for": "Where it is needed, but for some",
    "registration_number": "Of companies or taxes, as it is written",
    "tax_name": "As it stands on invoices, for instance GST", "time_zone": "An IANA name; its business date follows it",
    "language": "Of its invoices, for instance en, de, el or ru", "bank_details": "One label: value a line",
    "address": "One line of the envelope a line",
}
_FIELD_WIDTH: Final = 320


class DetailForm(QWidget):
    """One page of fields by name."""

    changed = Signal()

    def __init__(self, theme: Theme, fields: Sequence[str], today: Callable[[], date], parent: QWidget | None = None
                 ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._today = today
        self._fields: dict[str, QWidget] = {}
        self._notes: dict[str, Label] = {}
        lines = grid(*map(self._line, fields), on=self, margins=(tk.PAGE_MARGIN, 14), across=16, shares={2: 1})
        lines.setRowStretch(len(fields), 1)

    def _line(self, name: str) -> tuple[Placed, Placed, Placed]:
        """Name, field, and what is to be known about it."""
        field = self._made(name)
        field.setAccessibleName(field_label(name))
        if not isinstance(field, ChoiceBox):
            field.setFixedWidth(self._theme.sizes.px(_FIELD_WIDTH))
        label = Label(self._theme, field_label(name), self, ink=tk.Ink.MUTED, buddy=field)
        note = Label(self._theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        for words in (label, note):
            words.setMinimumHeight(self._theme.sizes.control)
        self._fields[name], self._notes[name] = field, note
        top_left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        return at_top(label), Placed(item=field, align=top_left), at_top(note)

    def _made(self, name: str) -> QWidget:
        if name in _CHOICES:
            box = ChoiceBox(self._theme, field_label(name), self)
            box.set_choices([(text, value) for text, value in _CHOICES[name]])
            box.currentIndexChanged.connect(lambda _place: self.changed.emit())
            return box
        if name in _LONG:
            long = QPlainTextEdit(self)
            long.setTabChangesFocus(True)
            long.setFixedHeight(4 * self._theme.metrics().lineSpacing() + 12)
            long.textChanged.connect(self.changed)
            return long
        if name == "start_date":
            day = DateField(self._theme, field_label(name), self._today, self)
            day.textChanged.connect(lambda _text: self.changed.emit())
            return day
        line = QLineEdit(self)
        line.textChanged.connect(lambda _text: self.changed.emit())
        return line

    def offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        """Let a field have these values, in words and as they are stored."""
        box = self._fields[name]
        if isinstance(box, ChoiceBox):
            box.set_choices(list(choices))

    # --- values ---

    def names(self) -> list[str]:
        return list(self._fields)

    def values(self) -> dict[str, str]:
        return {name: self._value(field) for name, field in self._fields.items()}

    def show_value(self, name: str, value: str) -> None:
        field = self._fields[name]
        if isinstance(field, ChoiceBox):
            field.choose(value)
        elif isinstance(field, QPlainTextEdit):
            field.setPlainText(value)
        elif isinstance(field, DateField):
            field.set_value(date.fromisoformat(value))
        elif isinstance(field, QLineEdit):
            field.setText(value)

    def _value(self, field: QWidget) -> str:
        if isinstance(field, ChoiceBox):
            return str(field.chosen())
        if isinstance(field, QPlainTextEdit):
            return field.toPlainText()
        if isinstance(field, DateField):
            return field.value.isoformat() if field.value is not None else field.text()
        return field.text() if isinstance(field, QLineEdit) else ""

    # --- what may be changed, and what is wrong ---

    def allow(self, refusal: str, fixed: Mapping[str, str]) -> None:
        """Let the fields be typed in, but for what is fixed; a refusal fixes them all."""
        for name, field in self._fields.items():
            why = refusal or fixed.get(name, "")
            field.setEnabled(not why)
            field.setToolTip(why)
            self._note(name, fixed.get(name, "") or _HINTS.get(name, ""))

    def say(self, name: str, words: str) -> None:
        """Put words beside a field and the keyboard into it."""
        self._note(name, words, is_refusal=True)
        self._fields[name].setFocus()

    def _note(self, name: str, words: str, *, is_refusal: bool = False) -> None:
        self._notes[name].set_ink(tk.Ink.BAD if is_refusal else tk.Ink.MUTED)
        self._notes[name].setText(words)

    def note(self, name: str) -> str:
        """What stands beside a field."""
        return self._notes[name].text()

    def focus_first(self) -> None:
        next((field for field in self._fields.values() if field.isEnabled()), self).setFocus()
