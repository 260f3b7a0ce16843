"""Giving the customers selected in a list another profile: which one, and what it would do before it is done."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.services.customers.choice import Selected
from app.services.database.asking import asking, doing, stoppable
from app.services.profiles.choice import impact_of_moving, move_selected
from app.services.profiles.moves import MoveResult
from app.services.profiles.page import ProfileList, profile_list
from app.views.asking.choices import ChoiceBox
from app.views.asking.effect_panel import Effect, EffectPanel
from app.views.asking.form_dialog import FormDialog, in_one
from app.views.attributes.effect_words import KEPT
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.profiles.move_work import effect_of_move
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, row

_WIDTH: Final = 640
_EFFECT_HEIGHT: Final = 220
_BOX: Final = 300


class ToProfileDialog(FormDialog):
    """Chooses the profile, with what that would change."""

    def __init__(self, theme: Theme, runner: Runner, selected: Selected, parent: QWidget) -> None:
        count = theme.formatter.counted(selected.count, "customer", "customers")
        super().__init__(theme, runner, f"Move {count} to another profile", KEPT, verb="Move accounts",
                         icon=Icon.PROFILE, parent=parent, sees=in_one)
        self._selected = selected
        self._names: dict[int, str] = {}
        self.profile_box = ChoiceBox(theme, "Profile they get")
        self.profile_box.setMinimumWidth(theme.sizes.px(_BOX))  # filled once the profiles are read
        self.effect = EffectPanel(theme, runner, what="Setting")
        self.effect.setAccessibleName("What would change")
        column(row(Label(theme, "&Profile", ink=tk.Ink.MUTED, buddy=self.profile_box), self.profile_box, ...,
                   spacing=16), self.effect, on=self.field_holder, spacing=8)
        self.effect.setMinimumHeight(theme.sizes.px(_EFFECT_HEIGHT))
        self.setMinimumWidth(theme.sizes.px(_WIDTH))
        self.verb_button.setEnabled(False)
        self.effect.known.connect(self._on_effect)
        self.finished.connect(self.effect.stop)
        self.profile_box.currentIndexChanged.connect(self._ask)
        self.profile_box.setFocus()
        reading = Question(runner, self, answered=self._on_profiles, failed=self._on_unread)
        reading.ask(asking(profile_list, provider_id=selected.question.provider_id))

    def command(self) -> Job[MoveResult]:
        return doing(move_selected, selected=self._selected, to_profile_id=self._to(), seen=self.seen)

    def refusal(self) -> str:
        return "" if self._names else "There is no profile to move them to."

    # --- inside ---

    def _to(self) -> int:
        chosen = self.profile_box.chosen()
        if not isinstance(chosen, int):
            raise TypeError("no profile is chosen")
        return chosen

    def _on_profiles(self, listed: ProfileList) -> None:
        rows, self.seen = listed.rows, listed.newest_move
        self._names = {row.id: row.name for row in rows}
        self.profile_box.set_choices([(f"{row.name} (default)" if row.is_default else row.name, row.id)
                                      for row in rows])
        self._ask()

    def _ask(self) -> None:
        self.verb_button.setEnabled(False)
        if self._names:
            tell = partial(effect_of_move, name=self._names[self._to()], formatter=self._theme.formatter)
            self.effect.ask(stoppable(impact_of_moving, selected=self._selected, to_profile_id=self._to()), tell)

    def _on_effect(self, effect: Effect) -> None:
        if effect.verb:
            self.verb_button.setText(effect.verb)
        self.verb_button.setEnabled(not effect.refusal)

    def _on_unread(self, error: BaseException) -> None:
        self.effect.say(in_words(error, "The profiles could not be read"))
