"""A short form as a table of fields: what each is called, what may stand in it, and why it is refused.

A `FormField` names an argument of the command that saves the form, and the attribute of the row that fills it. `Form`
makes the fields below each other, gives their values back under those names, and says a refusal below its field until
the field is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar, runtime_checkable

from PySide6.QtWidgets import QLineEdit, QWidget

from app.views.asking.choices import ChoiceBox, MarkedWords
from app.views.asking.field_rows import FieldRows
from app.views.asking.fields import ReadField
from app.views.look.theme import Theme

W = TypeVar("W", bound=QWidget)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One field: of text, of one choice among `choices`, or whatever `made` makes."""

    key: str
    """Argument of the command, and attribute of the row."""
    label: str
    """With its mnemonic; "" for a field that carries its own words, as a tick does."""
    spoken: str = ""
    """Name for screen readers, where the label alone says too little."""
    hint: str = ""
    """Stands below the field while it is not refused."""
    unit: str = ""
    """Stands behind the field."""
    example: str = ""
    """Stands in the field while it is empty."""
    needed: str = ""
    """Why the form is refused while the field is empty, or is not what it repeats; "" where it may be so."""
    repeats: str = ""
    """Key of the field that is typed once more here, as a password is; it is no value of the form."""
    longest: int = 0
    """Most characters; 0 where the limits of the form, or nobody, say it."""
    is_secret: bool = False
    """Hidden while it is typed, and forgotten when the form closes."""
    is_fixed: bool = False
    """Shown, and never changed here."""
    choices: Sequence[tuple[str, object]] | None = None
    made: Callable[[Theme], QWidget] | None = None


@runtime_checkable
class Chooser(Protocol):
    """A field that knows what is chosen in it: a box, a list of ticks, a tree of powers."""

    def chosen(self) -> Any: ...


class Form:
    """The fields on a holder that has no layout yet, filled from `row` where there is one."""

    def __init__(self, theme: Theme, holder: QWidget, fields: Sequence[FormField], *, row: object = None,
                 limits: Mapping[str, int] | None = None) -> None:
        self._theme = theme
        self._fields = {field.key: field for field in fields}
        self._widgets: dict[str, QWidget] = {}
        self._refused: dict[str, str] = {}
        self._rows = FieldRows(theme, holder)
        for field in fields:
            widget = self._made(field, (limits or {}).get(field.key, field.longest))
            widget.setAccessibleName(field.spoken or widget.accessibleName() or field.label.replace("&", ""))
            widget.setObjectName(field.key)
            widget.setEnabled(not field.is_fixed)
            self._widgets[field.key] = self._rows.add(field.label, widget, field.hint, field.unit)
        if row is not None:
            self.fill({key: getattr(row, key) for key in self._fields if hasattr(row, key)})

    def field(self, key: str, kind: type[W]) -> W:
        """The widget of a field, of the kind it is known to be."""
        widget = self._widgets[key]
        if not isinstance(widget, kind):
            raise TypeError(f"the field {key} is a {type(widget).__name__}")
        return widget

    def has(self, key: str) -> bool:
        """Whether there is a field under this name."""
        return key in self._widgets

    def choice(self, key: str) -> ChoiceBox:
        """The box of a field with choices."""
        return self.field(key, ChoiceBox)

    def text(self, key: str) -> str:
        """What stands in a field of text, without blanks around it."""
        return self.field(key, QLineEdit).text().strip()

    def value(self, key: str) -> Any:
        """What a field holds: its text, its choice, its reading, or whether it is ticked."""
        widget = self._widgets[key]
        if isinstance(widget, ReadField):
            return widget.value
        if isinstance(widget, QLineEdit):
            return widget.text() if self._fields[key].is_secret else widget.text().strip()
        if isinstance(widget, Chooser):
            return widget.chosen()
        if isinstance(widget, MarkedWords):
            return widget.isChecked()
        raise TypeError(f"the field {key} has no value of its own")

    def values(self, *keys: str) -> dict[str, Any]:
        """The values of these fields under their names; of all that can be changed where none is named."""
        own = [field.key for field in self._fields.values() if not field.is_fixed and not field.repeats]
        return {key: self.value(key) for key in keys or own}

    def fill(self, values: Mapping[str, Any]) -> None:
        """Show these values; fields of other kinds are left to whoever made them."""
        for key, value in values.items():
            widget = self._widgets[key]
            if isinstance(widget, ReadField):
                widget.set_value(value)
            elif isinstance(widget, QLineEdit):
                widget.setText(str(value))
            elif isinstance(widget, ChoiceBox):
                widget.choose(value)
            elif isinstance(widget, MarkedWords):
                widget.setChecked(bool(value))

    def hint(self, key: str, words: str) -> None:
        """Say something else below a field."""
        self._rows.say_below(self._widgets[key], words)

    def focus(self, key: str) -> None:
        """Put the keyboard into a field, where typing replaces what stands there."""
        widget = self._widgets[key]
        widget.setFocus()
        if isinstance(widget, QLineEdit):
            widget.selectAll()

    def focus_first(self) -> None:
        """Put the keyboard into the first field that can be changed."""
        first = next((widget for key, widget in self._widgets.items() if not self._fields[key].is_fixed), None)
        if first is not None:
            first.setFocus()

    def forget_secrets(self) -> None:
        for key, field in self._fields.items():
            if field.is_secret:
                self.field(key, QLineEdit).clear()

    # --- refusals ---

    def refusals(self) -> dict[str, str]:
        """Why fields are refused by what stands in them alone, in their order."""
        found = {key: self._refusal(key) for key in self._fields}
        return {key: words for key, words in found.items() if words}

    @property
    def refused(self) -> Mapping[str, str]:
        """The refusals that are shown."""
        return self._refused

    def refuse(self, refusals: Mapping[str, str]) -> None:
        """Show these refusals and no others, with the keyboard in the first such field."""
        for key in self._refused.keys() - refusals.keys():
            self._accept(key)
        self._refused = dict(refusals)
        for key, words in refusals.items():
            self._rows.refuse(self._widgets[key], words)
        first = next(iter(refusals), None)
        if first is not None:
            self._widgets[first].setFocus()

    # --- inside ---

    def _made(self, field: FormField, longest: int) -> QWidget:
        if field.made is not None:
            return field.made(self._theme)
        if field.choices is not None:
            box = ChoiceBox(self._theme, field.spoken or field.label.replace("&", ""))
            box.set_choices(list(field.choices))
            box.activated.connect(partial(self._on_edited, field.key))
            return box
        edit = QLineEdit()
        edit.setPlaceholderText(field.example)
        if longest:
            edit.setMaxLength(longest)
        if field.is_secret:
            edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.textEdited.connect(partial(self._on_edited, field.key))
        return edit

    def _refusal(self, key: str) -> str:
        widget, needed = self._widgets[key], self._fields[key].needed
        if isinstance(widget, ReadField) and widget.refusal:
            return widget.refusal
        if not needed or widget.isHidden():
            return ""
        repeated = self._fields[key].repeats
        if repeated:
            return needed if self.value(key) != self.value(repeated) else ""
        return needed if self.value(key) in (None, "") else ""

    def _on_edited(self, key: str, _what: object = None) -> None:
        if key in self._refused:
            self._accept(key)

    def _accept(self, key: str) -> None:
        self._refused.pop(key, None)
        self._rows.refuse(self._widgets[key], "")
