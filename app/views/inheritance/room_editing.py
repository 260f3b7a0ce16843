"""Setting and clearing a value in a room of the diagram, wherever along the chain its owner is.

What is asked and shown before is the same as in the table: whom a value of a provider or a profile reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.values import Tier
from app.services.attributes.rows import AttributeRow, ChainRow
from app.services.attributes.writing import set_attribute
from app.services.changes import ChangeSet
from app.services.database.asking import doing, telling
from app.services.profiles.impact import impact_of_values
from app.services.saving import SavedMeanwhile
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.asking.effect_panel import Effect, EffectPanel
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.attributes.default_effect import value_dialog
from app.views.attributes.effect_words import effect_of_value
from app.views.attributes.value_fields import Value, ValueField
from app.views.inheritance.subject import row_in
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.pause import pause
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows
from app.views.widgets.layout import row as beside

_TYPING_PAUSE_MS = 350


class SetThereDialog(FormDialog):
    """One value of one owner. The field begins with what is set there, else with what holds.

    On a provider or a profile the dialog shows, for the value that stands in the field, what it would do; it can be
    set once that is known.
    """

    def __init__(self, theme: Theme, runner: Runner, row: AttributeRow, *, owner: str,
                 today: Callable[[], date], parent: QWidget) -> None:
        verb = "Change" if row.own_value is not None else "Set"
        super().__init__(theme, runner, f"{verb} {row.label[:1].lower()}{row.label[1:]} on {owner}", row.help,
                         verb=f"{verb} on {owner}", icon=Icon.EDIT, parent=parent, seen=row.seen, sees=in_fields)
        self._row = row
        self._field = ValueField(row, theme, today, self)
        self._field.put(row.own_value if row.own_value is not None else row.value)
        self._unit = Label(theme, self._field.unit, self, ink=tk.Ink.MUTED)
        self._effect = EffectPanel(theme, runner, self, what="Setting")
        column(beside(grows(self._field.widget), self._unit), self._effect, on=self.field_holder, spacing=6)
        self._effect.known.connect(self._on_effect)
        self._pause = pause(self, _TYPING_PAUSE_MS, self._preview)
        self.finished.connect(self._stop)
        touches_others = row.here_tier is not Tier.ACCOUNT
        self._effect.setVisible(touches_others)
        if touches_others:
            self._field.edited.connect(self._on_edited)
            self._preview()
        self._field.widget.setFocus()

    @property
    def field(self) -> ValueField:
        return self._field

    @property
    def effect(self) -> EffectPanel:
        """What it would do; empty on an account, where nobody else is touched."""
        return self._effect

    def refusal(self) -> str:
        return self._field.refusal()

    def command(self) -> Job[ChangeSet]:
        row = self._row
        return doing(set_attribute, tier=row.here_tier, owner_id=row.here_id, key=row.key, value=self._field.value(),
                     seen=self.seen)

    def submit(self) -> None:
        """Set the value once its effect is shown; asked for earlier, it shows the effect first."""
        if self._pause.isActive() and not self.refusal():
            self._pause.stop()
            self._preview()
        elif self.verb_button.isEnabled() or self.refusal():
            super().submit()

    # --- the effect on others ---

    def _on_edited(self) -> None:
        """What was computed for another value no longer counts."""
        self.verb_button.setEnabled(False)
        self._pause.start()

    def _preview(self) -> None:
        refusal = self._field.refusal()
        if refusal:
            self._effect.say(refusal)
            return
        row = self._row
        self.verb_button.setEnabled(False)
        verb = "Change" if row.own_value is not None else "Set"
        self._effect.ask(
            telling(impact_of_values, tier=row.here_tier, owner_id=row.here_id,
                      values={row.key: self._field.value()}),
            partial(effect_of_value, row=row, verb=verb, formatter=self._theme.formatter))

    def _on_effect(self, effect: Effect) -> None:
        self.verb_button.setText(effect.verb)
        self.verb_button.setEnabled(True)
        self.adjustSize()

    def _stop(self, _result: int) -> None:
        self._pause.stop()
        self._effect.stop()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not self.verb_button.isEnabled():
            self.submit()  # a button that is off lets Enter go by
        else:
            super().keyPressEvent(event)


class RoomEditing(QObject):
    """Opens the dialogs over one widget; `said` tells in words why something cannot be done."""

    said = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, owner: QWidget, conflict: ConflictSheet) -> None:
        """`conflict` stands on the widget, where a save is settled that somebody else was before."""
        super().__init__(owner)
        self._conflict = conflict
        self.today = date.min
        self._theme = theme
        self._runner = runner
        self._widget = owner

    def set_in(self, row: AttributeRow, room: ChainRow) -> None:
        """Ask for the value to be set in a room."""
        if not room.may_set:
            self.said.emit(f"{row.label} cannot be set there. {room.why_not}")
            return
        SetThereDialog(self._theme, self._runner, row_in(row, room), owner=room.owner, today=lambda: self.today,
                       parent=self._widget).open_and_forget()

    def clear_in(self, row: AttributeRow, room: ChainRow) -> None:
        """Give up what is set in a room: at once on an account, else after its effect was shown."""
        refusal = _why_not_cleared(row, room)
        if refusal:
            self.said.emit(refusal)
        elif room.set_tier is Tier.ACCOUNT:
            self._write(row_in(row, room), None)
        else:
            there = row_in(row, room)
            dialog = value_dialog(self._theme, self._runner, there, None, owner=room.owner, parent=self._widget)
            dialog.accepted.connect(partial(self._write, there, None))
            dialog.open_and_forget()

    def _write(self, row: AttributeRow, value: Value) -> None:
        self.said.emit("")
        self._runner.write(doing(set_attribute, tier=row.here_tier, owner_id=row.here_id, key=row.key, value=value,
                                 seen=row.seen), failed=partial(self._on_failed, row, value))

    def _on_failed(self, row: AttributeRow, value: Value, error: BaseException) -> None:
        if isinstance(error, SavedMeanwhile):
            self._conflict.offer(error, partial(self._settle, row, value))
        else:
            self.said.emit(in_words(error, "That was not saved"))

    def _settle(self, row: AttributeRow, value: Value, settlement: Settlement) -> None:
        if settlement.mine:
            self._write(replace(row, seen={**row.seen, **settlement.theirs}), value)


def _why_not_cleared(row: AttributeRow, room: ChainRow) -> str:
    if room.rating:
        return f"The limit comes from rating {room.rating}; clear the credit rating there instead."
    if room.own_value is None:
        return "Nothing is set there." if room.set_tier is not None else "The system default is built in."
    return "" if room.may_set else f"{row.label} cannot be changed there. {room.why_not}"
