"""Setting attributes in the rows of their table: turn, edit, clear, and what is said when a rule refuses.

What was typed survives everything but being saved: a refusal keeps it in the field, and leaving the field keeps it
for the next time.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent

from app.models.values import Tier
from app.services.attributes.reach import Reach
from app.services.attributes.rows import AttributeRow
from app.services.attributes.writing import set_attribute
from app.services.database.asking import doing
from app.services.saving import SavedMeanwhile
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.attributes.default_effect import DefaultEffect, reach_words, value_dialog, verb_words
from app.views.attributes.editor import AttributeEditor
from app.views.attributes.lines import AttributeModel
from app.views.attributes.value_fields import Value
from app.views.lists.data_table import DataTable
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.runner import Runner

_WIDEST = 520
_NARROWEST = 300


class AttributeTable(DataTable):
    """Passes over heads of sections, and hands editing keys to the tab."""

    edit_asked = Signal(QModelIndex)
    clear_asked = Signal(QModelIndex)

    def go_to_row(self, row: int) -> None:
        model = self.model()
        if isinstance(model, AttributeModel):
            found = model.next_row(row)
            super().go_to_row(found if found is not None else model.next_row(row, -1) or 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        model = self.model()
        if event.key() == Qt.Key.Key_F2 and index.isValid():
            self.edit_asked.emit(index)
        elif event.key() == Qt.Key.Key_Space and isinstance(model, AttributeModel) and model.is_locked(index):
            self.edit_asked.emit(index)  # says why not
        elif event.key() == Qt.Key.Key_Delete and index.isValid():
            self.clear_asked.emit(index)
        elif event.key() == Qt.Key.Key_Up and self._is_first(index.row()):
            self.left_upwards.emit()
        else:
            super().keyPressEvent(event)

    def _is_first(self, row: int) -> bool:
        model = self.model()
        return isinstance(model, AttributeModel) and model.next_row(0) == row


class AttributeEditing(QObject):
    """Works on one table; the bus tells its page of what was written, which then reads the rows again."""

    said = Signal(str)  # why not, in words; "" takes it back
    outdated = Signal()  # somebody else set what is shown

    def __init__(self, theme: Theme, runner: Runner, table: AttributeTable, model: AttributeModel,
                 conflict: ConflictSheet) -> None:
        """`conflict` stands beside the table, where a save is settled that somebody else was before."""
        super().__init__(table)
        self._conflict = conflict
        self.today = date.min
        self._theme = theme
        self._runner = runner
        self._table = table
        self._model = model
        self._editor: AttributeEditor | None = None
        self._drafts: dict[str, tuple[str, AttributeRow]] = {}  # what was typed, over which row
        self._effect = DefaultEffect(runner, self)
        self._effect.known.connect(self._on_effect)
        table.switch_clicked.connect(self._on_switch)
        table.edit_asked.connect(self._begin)
        table.clear_asked.connect(self._on_clear)
        for bar in (table.verticalScrollBar(), table.horizontalScrollBar()):
            bar.valueChanged.connect(self.place)
        table.horizontalHeader().sectionResized.connect(self.place)

    def edit(self, key: str) -> None:
        """Edit an attribute in its row."""
        row = self._model.row_of_key(key)
        if row is not None:
            self._table.go_to_row(row)
            self._begin(self._model.index(row, 0))

    def unsaved_text(self) -> str:
        """What is typed and not saved, in words."""
        editor = self._editor
        return f"{editor.field.widget.accessibleName()} is being edited" if editor is not None and editor.draft else ""

    def _row_at(self, index: QModelIndex) -> AttributeRow | None:
        line = self._model.row_of(index)
        return line.row if line is not None else None

    def _on_switch(self, index: QModelIndex) -> None:
        row = self._row_at(index)
        if row is not None:
            self.toggle(row)

    def toggle(self, row: AttributeRow) -> None:
        """On: edit, beginning with the value in force. Off: give the value up at once."""
        if row.own_value is not None:
            self._give_up(row)
        else:
            self.edit(row.key)

    def _on_clear(self, index: QModelIndex) -> None:
        row = self._row_at(index)
        if row is not None and row.may_set and row.own_value is not None:
            self._give_up(row)

    def _give_up(self, row: AttributeRow) -> None:
        """At once on an account; a provider or a profile touches others, so what that does is shown before."""
        if row.here_tier is not Tier.ACCOUNT:
            self._confirm(row, None)
        else:
            self._write(row, None)

    def _confirm(self, row: AttributeRow, value: Value) -> None:
        """Write once the effect on others was seen and accepted; else go on where one was."""
        dialog = value_dialog(self._theme, self._runner, row, value, owner=_owner_of(row), parent=self._table)
        dialog.accepted.connect(partial(self._write, row, value))
        dialog.rejected.connect(self._on_not_confirmed)
        dialog.open_and_forget()

    def _on_not_confirmed(self) -> None:
        if self._editor is not None:
            self._editor.resume()

    def _on_effect(self, row: AttributeRow, reach: Reach) -> None:
        if self._editor is not None and self._editor.key == row.key:
            self._editor.show_effect(reach_words(reach, self._theme.formatter),
                                     verb_words(row, reach, self._theme.formatter))

    def _begin(self, index: QModelIndex) -> None:
        row = self._row_at(index)
        if row is None:
            return
        if not row.may_set:
            self.said.emit(f"{row.label} cannot be set here. {row.why_not}")
            return
        self.leave()
        self.said.emit("")
        self._make_room(index)
        draft, shown = self._drafts.pop(row.key, ("", row))
        row = replace(row, seen=shown.seen)  # a draft goes on from what was shown when it was typed
        editor = AttributeEditor(self._theme, row, lambda: self.today, self._table.viewport())
        editor.saved.connect(self._on_saved)
        editor.left.connect(self._on_left)
        self._editor = editor
        if draft:
            editor.put_draft(draft)
        self.place()
        editor.show()
        editor.begin()
        if row.here_tier is not Tier.ACCOUNT:
            self._effect.ask(row)

    def _make_room(self, index: QModelIndex) -> None:
        """The words below the field cover the next row, so that one is in sight as well."""
        below = self._model.index(min(index.row() + 1, self._model.rowCount() - 1), index.column())
        self._table.scrollTo(below)
        self._table.scrollTo(index)

    def place(self, *_what: object) -> None:
        """Over the value of its row, up to the right edge of the table."""
        editor = self._editor
        if editor is None:
            return
        row = self._model.row_of_key(editor.key)
        if row is None:
            self.leave()
            return
        value = self._table.visualRect(self._model.index(row, self._model.column_of("value")))
        viewport = self._table.viewport()
        right = min(viewport.width() - 8, value.x() + self._theme.sizes.px(_WIDEST))
        width = max(right - value.x(), self._theme.sizes.px(_NARROWEST))
        editor.place(QRect(value.x(), value.y(), width, value.height()), viewport.rect())

    def leave(self) -> None:
        """Close the editor; what was typed is kept for the next time."""
        editor, self._editor = self._editor, None
        if editor is not None:
            if editor.draft:
                self._drafts[editor.key] = editor.draft, editor.row
            editor.hide()
            editor.deleteLater()

    def _on_left(self, _key: str) -> None:
        self.leave()
        self._table.setFocus()

    def _on_saved(self, row: AttributeRow, value: Value) -> None:
        """With the row as the field began with it: the table may have been read again since."""
        if row.here_tier is not Tier.ACCOUNT:
            self._confirm(row, value)
        else:
            self._write(row, value)

    def _write(self, row: AttributeRow, value: Value) -> None:
        self.said.emit("")
        self._runner.write(
            doing(set_attribute, tier=Tier(row.here_tier), owner_id=row.here_id, key=row.key, value=value,
                  seen=row.seen),
            succeeded=partial(self._on_written, row.key), failed=partial(self._on_refused, row, value))

    def _editor_of(self, key: str) -> AttributeEditor | None:
        """The field that is open, where it is that of an attribute: an answer may come when another one is open."""
        return self._editor if self._editor is not None and self._editor.key == key else None

    def _on_written(self, key: str, _changes: object) -> None:
        """The bus has told the page, which reads the rows again."""
        self._drafts.pop(key, None)
        editor = self._editor_of(key)
        if editor is not None:
            self._editor = None
            editor.hide()
            editor.deleteLater()
            self._table.setFocus()

    def _on_refused(self, row: AttributeRow, value: Value, error: BaseException) -> None:
        text, editor = in_words(error, "That was not saved"), self._editor_of(row.key)
        if isinstance(error, SavedMeanwhile):
            if editor is not None:
                editor.refuse("Choose below what is to be kept.")
            self._conflict.offer(error, partial(self._settle, row, value))
        elif editor is not None:
            editor.refuse(text)
        else:
            self.said.emit(text)

    def _settle(self, row: AttributeRow, value: Value, settlement: Settlement) -> None:
        """Write it again, having seen theirs; or let theirs stand, which the table shows once it is read again."""
        if settlement.mine:
            self._write(replace(row, seen={**row.seen, **settlement.theirs}), value)
        else:
            self._on_written(row.key, None)
            self.outdated.emit()


def _owner_of(row: AttributeRow) -> str:
    """The name of whose value it would be."""
    found = (room.owner for room in row.chain if (room.set_tier, room.set_id) == (row.here_tier, row.here_id))
    return next(found, "this provider")
