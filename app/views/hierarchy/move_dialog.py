"""Moving an account below another parent: where to, with which profile and agent, and what would change by it.

The effect is computed in the background and shown before the button can be pressed; whatever ties the account to its
place is said in its stead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QWidget

from app.services.changes import ChangeSet
from app.services.database.asking import asking, doing, telling
from app.services.hierarchy.move_choices import MoveChoices, ParentChoice, move_choices
from app.services.hierarchy.moves import MovePreview, NewParent, impact_of_parent_move, move_account
from app.services.impact.comparing import Impact
from app.views.asking.choices import ChoiceBox
from app.views.asking.effect_panel import Effect, EffectLine, EffectPanel
from app.views.asking.form_dialog import FormDialog
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grid, grows

_VERB: Final = "Move account"
_WIDTH: Final = 760
_EFFECT_HEIGHT: Final = 260
_BOX: Final = 300


class MoveDialog(FormDialog):
    """`accepted` is said once the account is moved."""

    def __init__(self, theme: Theme, runner: Runner, account_id: int, name: str, parent: QWidget) -> None:
        super().__init__(theme, runner, f"Move {name}", "What the account sets itself stays. What it inherits comes "
                         "from its new provider and profile.", verb=_VERB, icon=Icon.TREE, parent=parent,
                         sees=_in_place)
        self._account_id = account_id
        self._choices: MoveChoices | None = None
        self.parent_box, self.profile_box, self.agent_box = (
            ChoiceBox(theme, name) for name in ("Provider it shall stand below", "Profile there", "Agent"))
        self.effect = EffectPanel(theme, runner, what="Attribute", whom="For", whom_width=160)
        self.effect.setAccessibleName("What would change")
        below, profile, self._agent_name = (
            Label(theme, name, ink=tk.Ink.MUTED, buddy=box) for name, box in
            (("&Below", self.parent_box), ("&Profile", self.profile_box), ("&Agent", self.agent_box)))
        boxes = grid([below, self.parent_box], [profile, self.profile_box], [self._agent_name, self.agent_box],
                     across=16, shares={2: 1})
        column(boxes, grows(self.effect), on=self.field_holder, spacing=8)
        self.effect.setMinimumHeight(theme.sizes.px(_EFFECT_HEIGHT))
        self.setMinimumWidth(theme.sizes.px(_WIDTH))
        for box in (self.parent_box, self.profile_box, self.agent_box):
            box.setMinimumWidth(theme.sizes.px(_BOX))  # filled once the choices are read
        self.verb_button.setEnabled(False)
        self.effect.known.connect(self._on_effect)
        self.finished.connect(self.effect.stop)
        reading = Question(runner, self, answered=self._on_choices, failed=self._on_question_failed)
        self.parent_box.currentIndexChanged.connect(self._on_parent)
        self.profile_box.currentIndexChanged.connect(self._ask)
        self.agent_box.currentIndexChanged.connect(self._ask)
        self.parent_box.setFocus()
        reading.ask(asking(move_choices, account_id=account_id))

    def command(self) -> Job[ChangeSet]:
        return doing(move_account, account_id=self._account_id, to=self._to(), seen=self.seen)

    # --- choosing ---

    def _on_choices(self, choices: MoveChoices) -> None:
        self._choices, self.seen = choices, choices.now
        parents: list[tuple[str, object]] = [(f"{p.name}, {p.code}", p.provider_id) for p in choices.parents]
        self.parent_box.set_choices(parents, choices.now.provider_id)
        self._on_parent()

    def _chosen(self) -> ParentChoice | None:
        parents = () if self._choices is None else self._choices.parents
        return next((parent for parent in parents if parent.provider_id == self.parent_box.chosen()), None)

    def _on_parent(self) -> None:
        """Profiles and agents are those of the provider chosen."""
        parent = self._chosen()
        if parent is None or self._choices is None:
            self.effect.say("There is no other provider that it may stand below.")
            return
        stays = parent.provider_id == self._choices.now.provider_id
        with QSignalBlocker(self.profile_box), QSignalBlocker(self.agent_box):
            self.profile_box.set_choices([(name, id_) for id_, name in parent.profiles], parent.profile_id)
            self.agent_box.set_choices([("No agent", None), *((name, id_) for id_, name in parent.agents)],
                                       self._choices.now.agent_id if stays else None)
        for part in (self._agent_name, self.agent_box):
            part.setVisible(bool(parent.agents))
        self._ask()

    def _to(self) -> NewParent:
        parent, profile, agent = self._chosen(), self.profile_box.chosen(), self.agent_box.chosen()
        if parent is None:
            raise ValueError("no parent is chosen")
        return NewParent(provider_id=parent.provider_id, profile_id=profile if isinstance(profile, int) else None,
                         agent_id=agent if isinstance(agent, int) else None)

    # --- the effect ---

    def _ask(self) -> None:
        self.verb_button.setEnabled(False)
        if self._chosen() is not None:
            self.effect.ask(telling(impact_of_parent_move, account_id=self._account_id, to=self._to()),
                            partial(effect_of_preview, theme=self._theme))

    def _on_effect(self, effect: Effect) -> None:
        self.verb_button.setEnabled(not effect.refusal)

    def _on_question_failed(self, error: BaseException) -> None:
        self.verb_button.setEnabled(False)
        self.effect.say(in_words(error, "That could not be read"))


def _in_place(seen: NewParent, theirs: Mapping[str, Any]) -> NewParent:
    return replace(seen, **{_OF_FIELD[field]: value for field, value in theirs.items()})


_OF_FIELD: Final = {"provider": "provider_id", "profile": "profile_id", "agent": "agent_id"}


def effect_of_preview(preview: MovePreview, *, theme: Theme) -> Effect:
    """What the move does, or everything that is in its way."""
    if preview.refusals:
        return Effect(sentence="", verb=_VERB, refusal=" ".join(preview.refusals))
    if not preview.changes:
        return Effect(sentence="", verb=_VERB,
                      refusal="It stands there already. Choose another provider, profile or agent.")
    counted = theme.formatter.counted
    words = []
    if preview.groups:
        words.append(f"It leaves {counted(len(preview.groups), 'account group', 'account groups')}: "
                     f"{', '.join(preview.groups)}.")
    if preview.for_good:
        words.append("This move cannot be taken back as a whole.")
    for impact, whom in ((preview.own, "The account"), (preview.below, "Below it")):
        if impact is not None:
            words += _consequences(impact, whom, theme)
    changes = " ".join(f"{change.what}: {change.new} instead of {change.old}." for change in preview.changes)
    return Effect(sentence=changes, verb=_VERB, lines=_lines(preview, theme), consequences=tuple(words))


def _consequences(impact: Impact, whom: str, theme: Theme) -> list[str]:
    counted, number = theme.formatter.counted, theme.formatter.number
    changed = sum(1 for each in impact.attributes if each.changes)
    if whom == "The account":
        words = [f"{counted(changed, 'inherited value changes', 'inherited values change')}." if changed else
                 "No inherited value changes."]
    else:
        words = [f"Below it, {counted(impact.accounts, 'account is', 'accounts are')} concerned."]
    if impact.exceeded_before is not None and impact.exceeded_after not in (None, impact.exceeded_before):
        words.append(f"Over their credit limit: {number(impact.exceeded_after)} instead of "
                     f"{number(impact.exceeded_before)}.")
    if impact.candidates:
        candidates = counted(impact.candidates, "candidate", "candidates")
        words.append(f"The next scan is not touched: {candidates} as before.")
    return words


def _lines(preview: MovePreview, theme: Theme) -> tuple[EffectLine, ...]:
    found: list[EffectLine] = []
    for impact, one in ((preview.own, True), (preview.below, False)):
        for each in impact.attributes if impact is not None else ():
            for change in each.changes:
                whom = "The account" if one else theme.formatter.counted(change.accounts, "account below",
                                                                         "accounts below")
                found.append(EffectLine(what=each.label, old=change.old_text, new=change.new_text, count=whom))
    return tuple(found)
