"""Words beside the fields of a drawn form: a hint, how the text is read, or why it is refused.

A form gives each field NAME a label NAME_note beside it. What is refused stays in its field; the words go when the
field is edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from app.views.asking.dressing import Dressing, Look
from app.views.asking.fields import ReadField

_NOTE = "_note"


class FieldNotes(QObject):
    """Follows the fields of one form; make it when all of them are in their places."""

    def __init__(self, dressing: Dressing, form: Any, fields: Mapping[str, QWidget], owner: QWidget) -> None:
        super().__init__(owner)
        self._dressing = dressing
        self._fields = dict(fields)
        self._notes: dict[str, QLabel] = {name: getattr(form, name + _NOTE) for name in fields}
        self._hints = {name: note.text() for name, note in self._notes.items()}
        self._refused: set[str] = set()
        for name, field in self._fields.items():
            if isinstance(field, ReadField):
                field.reading_changed.connect(partial(self._on_reading, name))
            elif isinstance(field, QLineEdit):
                field.textEdited.connect(partial(self._on_edited, name))
            elif isinstance(field, QComboBox):
                field.activated.connect(partial(self._on_edited, name))

    @property
    def refused(self) -> frozenset[str]:
        """Names of the fields that are refused now."""
        return frozenset(self._refused)

    def words(self, name: str) -> str:
        """What stands beside a field now."""
        return self._notes[name].text()

    def hint(self, name: str, words: str) -> None:
        """Say something else beside a field that is not refused."""
        self._hints[name] = words
        if name not in self._refused:
            self._show(name, words, Look.HINT)

    def refuse(self, name: str, words: str) -> bool:
        """Say beside a field why it is refused; False where there is no such field."""
        if name not in self._notes:
            return False
        self._refused.add(name)
        self._show(name, words, Look.REFUSAL)
        return True

    def refuse_all(self, refusals: Mapping[str, str]) -> bool:
        """Show these refusals and no others, with the keyboard in the first such field; True where there are any."""
        for name in self._notes:
            if name in refusals:
                self.refuse(name, refusals[name])
            elif name in self._refused:
                self._accept(name)
        first = next((field for name, field in self._fields.items() if name in refusals), None)
        if first is not None:
            first.setFocus()
        return bool(refusals)

    def _accept(self, name: str) -> None:
        self._refused.discard(name)
        self._show(name, self._hints[name], Look.HINT)

    def _on_edited(self, name: str, _what: object) -> None:
        if name in self._refused:
            self._accept(name)

    def _on_reading(self, name: str, words: str, refused: bool) -> None:  # noqa: FBT001  a slot
        if refused:
            self.refuse(name, words)
        else:
            self._refused.discard(name)
            is_said = isinstance(field := self._fields[name], QLineEdit) and field.text() == words
            self._show(name, self._hints[name] if is_said or not words else words, Look.HINT)

    def _show(self, name: str, words: str, look: Look) -> None:
        note, field = self._notes[name], self._fields[name]
        note.setText(words)
        self._dressing.set_look(note, look)
        field.setAccessibleDescription(words)
        is_refused = look is Look.REFUSAL
        if bool(field.property("refused")) != is_refused:
            field.setProperty("refused", is_refused)
            field.style().unpolish(field)
            field.style().polish(field)
