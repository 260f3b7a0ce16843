"""Variables offered while somebody types `%%`: one list for every field of a template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QListView, QPlainTextEdit, QTextEdit

from app.services.events.drafting import VariableRow
from app.views.events.document_html import Marks

_BEGUN: Final = re.compile(r"%%(?P<condition>if )?(?P<name>[A-Za-z0-9_.]*)$")
_WORDS: Final = (("else", "What is said where the condition does not hold"), ("end", "Ends a condition"))
_NAME: Final = int(Qt.ItemDataRole.UserRole)


def begun_mark(before: str, marks: Marks) -> tuple[str, str] | None:
    """What of a mark stands before the cursor, "%%" included, and the name in it; None where none is begun."""
    done = max((mark.end for mark in marks(before)), default=0)
    found = _BEGUN.search(before[done:])
    return None if found is None else (found.group(), found["name"])


def offered(variables: Sequence[VariableRow], name: str, *, in_condition: bool) -> list[tuple[str, str]]:
    """Names with their help that fit what was typed: those that begin so first, then those that hold it."""
    typed = name.casefold()
    all_of_them = [(each.name, each.help) for each in variables]
    if not in_condition:
        all_of_them += _WORDS
    begin = [each for each in all_of_them if each[0].casefold().startswith(typed)]
    return begin + [each for each in all_of_them
                    if each not in begin and (typed in each[0].casefold() or typed in each[1].casefold())]


class Offers(QObject):
    """The list under the cursor of one field. `taken` says what replaces so many characters before the cursor."""

    taken = Signal(int, str)  # characters before the cursor, and the words of the mark

    def __init__(self, field: QTextEdit | QPlainTextEdit) -> None:
        super().__init__(field)
        self._field = field
        self._variables: Sequence[VariableRow] = ()
        self._begun = ""
        self._model = QStandardItemModel(self)
        self._popup = QListView()
        self._popup.setAccessibleName("Variables that fit")
        self._popup.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._completer = QCompleter(self._model, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCompletionRole(_NAME)
        self._completer.setPopup(self._popup)
        self._completer.setWidget(field)
        self._completer.activated.connect(self._on_activated)

    def set_variables(self, variables: Sequence[VariableRow]) -> None:
        self._variables = variables

    @property
    def names(self) -> list[str]:
        """What is offered now; empty while the list is closed."""
        if not self._popup.isVisible():
            return []
        return [str(self._model.item(row).data(_NAME)) for row in range(self._model.rowCount())]

    def look(self, before: str, marks: Marks) -> None:
        """Offer what fits the text before the cursor, or close the list."""
        begun = begun_mark(before, marks)
        fitting = [] if begun is None else offered(self._variables, begun[1], in_condition="if " in begun[0])
        if begun is None or not fitting:
            self._popup.hide()
            return
        self._begun = begun[0]
        self._model.clear()
        for name, words in fitting:
            item = QStandardItem(f"{name}   {words}")
            item.setData(name, _NAME)
            self._model.appendRow(item)
        place = self._field.cursorRect()
        advance = self._field.fontMetrics().horizontalAdvance
        place.setWidth(max(advance(self._model.item(row).text()) for row in range(self._model.rowCount())) + 48)
        place.translate(self._field.viewport().x(), self._field.viewport().y())
        self._completer.complete(place)
        self._popup.setCurrentIndex(self._model.index(0, 0))

    def close_list(self) -> None:
        self._popup.hide()

    def _on_activated(self, name: str) -> None:
        condition = "if " if "if " in self._begun and name not in dict(_WORDS) else ""
        self.taken.emit(len(self._begun), f"{condition}{name}")

    def wait_for(self, event: QKeyEvent) -> bool:
        """Whether Enter means the open list: the field lets it pass, and the completer takes it from there."""
        is_meant = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._popup.isVisible()
        if is_meant:
            event.ignore()
        return is_meant

    def take_by_tab(self) -> bool:
        """Take what is chosen in the open list; whether it was open."""
        if not self._popup.isVisible():
            return False
        self._popup.hide()
        self._on_activated(str(self._popup.currentIndex().data(_NAME)))
        return True


def written(words: str) -> str:
    """A mark as it stands in a text."""
    return f"%%{words}%%"


