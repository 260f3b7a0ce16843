"""A short form that must be answered now: fields, what it will do, a refusal beside the fields, and the verb.

It is opened, never executed. The command runs in the background; a refusal keeps everything that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.services.changes import Created
from app.services.database.asking import doing
from app.services.errors import ConnectionLost
from app.services.saving import SavedMeanwhile
from app.views.asking.conflict_sheet import ConflictSheet, Settlement
from app.views.asking.dressing import Dressing
from app.views.asking.dressing import Form as DrawnForm
from app.views.asking.form_fields import Form, FormField
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.widgets.basics import Dialog, HorizontalRule
from app.views.widgets.empty_state import IconSign

_SHEET_WIDTH: Final = 620
_FRAME: Final = 48
"""Pixels that the title bar may take of a screen; how many is known only once a window is shown."""
Sees = Callable[[Any, Mapping[str, Any]], Any]
"""What has been seen by somebody who read a refusal: from what was seen before, and what it says of some fields."""


def in_fields(seen: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Seen of a form that keeps its fields by name."""
    return {**seen, **theirs}


def in_row(seen: Any, theirs: Mapping[str, Any]) -> Any:
    """Seen of a form that keeps its fields in a frozen row."""
    return replace(seen, **theirs)


def in_one(_seen: Any, theirs: Mapping[str, Any]) -> Any:
    """Seen of a form that changes one thing."""
    (value,) = theirs.values()
    return value


class FormDialog(Dialog):
    """A table of fields, filled from `row`, and the command that `saves` what they hold under their names.

    `seen` is what the command is told was seen: what the fields began with. Where somebody else saved first, a sheet
    in the dialog offers the way on, and `sees` says what has been seen then, given what the refusal says of the fields.

    A subclass adds to `values` what the command asks besides, or says in `command` another way to run it. What is
    wrong with one field is said below it (`refusals`); what is wrong with the whole, or refused by the command, above
    the buttons. Fields that are laid out by hand come as a drawn form instead (`lay_fields`).
    """

    created = Signal(int)  # id of what the command made, once it is there

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, icon: Icon,
                 parent: QWidget, fields: Sequence[FormField] = (), row: object = None,
                 limits: Mapping[str, int] | None = None, saves: Callable[..., object] | None = None,
                 seen: Any = None, sees: Sees | None = None) -> None:
        from app.views.forms.ui_form_dialog import Ui_FormDialog  # the first form that is imported loads much of Qt

        super().__init__(title, parent)
        self._theme = theme
        self._runner = runner
        self._saves = saves
        self.seen = seen
        self._sees = sees
        self.setAccessibleDescription(text)
        self._form = Ui_FormDialog()
        dressing = Dressing(self._form, self, theme)
        self._sign = dressing.put(self._form.sign, IconSign(theme, Icon.ERROR, tk.Ink.BAD, size=16))
        dressing.put(self._form.rule, HorizontalRule(theme))
        self._form.title.setText(title)
        self._form.text.setText(text)
        self._form.verb.setText(verb)
        dressing.set_glyph(self._form.verb, icon)
        self._form.verb.clicked.connect(self.submit)
        self._form.cancel.clicked.connect(self.reject)
        self._say("")
        self.entries = Form(theme, self._form.fields, fields, row=row, limits=limits)
        self.entries.focus_first()
        self.conflict = ConflictSheet(theme, self, margin=14)
        self._form.body.addWidget(self.conflict)
        self.conflict.opened.connect(self._make_room)
        self.conflict.closed.connect(partial(self._form.refusal.setVisible, True))  # noqa: FBT003  Qt's

    def lay_fields(self, fields: DrawnForm) -> Dressing:
        """Put the form of the fields between the words and the buttons."""
        return Dressing(fields, self._form.fields, self._theme)

    @property
    def field_holder(self) -> QWidget:
        """Where fields made in code go, instead of a form drawn in Designer."""
        return self._form.fields

    def values(self) -> dict[str, Any]:
        """What the command is given: what the fields hold that can be changed."""
        return self.entries.values()

    def command(self) -> Job[object]:
        """The write to run with what was typed."""
        saves, values = self._saves, self.values()
        if saves is None:
            raise NotImplementedError("this dialog saves nothing")
        if self._sees is not None:
            values["seen"] = self.seen
        return doing(lambda session: saves(session, **values))

    def refusals(self) -> dict[str, str]:
        """What is missing or wrong in each field, as far as it can be said without asking the database."""
        return self.entries.refusals()

    def refusal(self) -> str:
        """What is wrong with the whole, as far as it can be said without asking the database."""
        return ""

    # --- running ---

    @property
    def words(self) -> str:
        """The refusals that are shown."""
        below = self._form.refusal.text() if self._sign.isVisibleTo(self) else ""
        return " ".join(filter(None, (*self.entries.refused.values(), below)))

    @property
    def verb_button(self) -> QPushButton:
        return self._form.verb

    def submit(self) -> None:
        """Run the command unless something typed is refused."""
        refusals = self.refusals()
        refusal = "" if refusals else self.refusal()
        self.entries.refuse(refusals)
        self._say(refusal)
        if not refusal and not refusals:
            self._let(go_on=False)
            self._runner.write(self.command(), succeeded=self._on_done, failed=self._on_failed,
                               cancelled=partial(self._let, go_on=True))

    def reject(self) -> None:
        """Close, but not while it is saved: refused, what was typed would be gone and nobody told."""
        if self._form.cancel.isEnabled():
            super().reject()

    def _let(self, *, go_on: bool) -> None:
        self._form.verb.setEnabled(go_on)
        self._form.cancel.setEnabled(go_on)

    def _on_done(self, result: object) -> None:
        self.accept()
        if isinstance(result, Created):
            self.created.emit(result.id)

    def _on_failed(self, error: BaseException) -> None:
        self._let(go_on=True)
        if isinstance(error, SavedMeanwhile) and self._sees is not None:
            self.conflict.offer(error, self._settle)
        elif isinstance(error, ConnectionLost):  # it says what of it was saved, which nobody may know
            self._say(f"{error} What you typed is kept.")
        else:
            self._say(f"{in_words(error)} Nothing was changed; what you typed is kept.")

    # --- somebody else saved first ---

    def _make_room(self) -> None:
        """The sheet takes the place of the refusals, and rows of four want more breadth than a short form has."""
        self._form.refusal.hide()
        self._sign.hide()
        self.setMinimumWidth(max(self.minimumWidth(), self._theme.sizes.px(_SHEET_WIDTH)))
        self.adjustSize()  # which stops at two thirds of the screen, and squeezes the fields of a longer form
        layout = self.layout()
        if layout is not None:
            layout.activate()
            needed = layout.totalHeightForWidth(self.width())
            most = self.screen().availableGeometry().height() - self._theme.sizes.px(_FRAME)
            self.resize(self.width(), max(self.height(), min(needed, most)))

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        """Show values of others in their fields; whether there is anything left of one's own to save.

        A dialog that shows what it changes in one field, or in none, has nothing left.
        """
        shown = {key: value for key, value in taken.items() if self.entries.has(key)}
        self.entries.fill(shown)
        return bool(shown) and len(shown) == len(taken) and len(self.entries.values()) > len(shown)

    def _settle(self, settlement: Settlement) -> None:
        if self._sees is not None:
            self.seen = self._sees(self.seen, settlement.theirs)
        has_more = self.show_taken(settlement.taken)
        if settlement.mine or (settlement.saves and has_more):
            self.submit()
        elif not has_more:
            self.reject()
        else:
            self._say("")
            self.entries.focus_first()

    def _say(self, text: str) -> None:
        self._form.refusal.setText(text)
        self._sign.setVisible(bool(text))

    def done(self, result: int) -> None:
        """However it closes, passwords leave the screen with it."""
        self.entries.forget_secrets()
        super().done(result)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if has_control and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.submit()
        else:
            super().keyPressEvent(event)
