"""Before a value of a provider or a profile is changed: whom it reaches while it is typed, what it does when asked."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.attributes.reach import Reach, reach_of
from app.services.attributes.rows import AttributeRow
from app.services.database.asking import asking, telling
from app.services.profiles.impact import impact_of_values
from app.views.asking.effect_dialog import EffectDialog
from app.views.attributes.effect_words import KEPT, effect_of_value
from app.views.attributes.value_fields import Value
from app.views.look.formatting import Formatter
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner


class DefaultEffect(QObject):
    """Counts in the background whom one default reaches; only the newest question is answered."""

    known = Signal(object, object)  # AttributeRow, Reach

    def __init__(self, runner: Runner, owner: QObject) -> None:
        super().__init__(owner)
        self._row: AttributeRow | None = None
        self._question = Question(runner, self, answered=self._on_reach)

    def ask(self, row: AttributeRow) -> None:
        self._row = row
        self._question.ask(asking(reach_of, tier=row.here_tier, owner_id=row.here_id, key=row.key))

    def _on_reach(self, reach: Reach) -> None:
        self.known.emit(self._row, reach)


def reach_words(reach: Reach, formatter: Formatter) -> str:
    """"412 accounts take it, 37 keep their own.\""""
    takes = formatter.counted(reach.inherit, "account takes it", "accounts take it")
    keeps = f", {formatter.counted(reach.keep, 'keeps its own', 'keep their own')}" if reach.keep else ""
    return f"{takes}{keeps}."


def verb_words(row: AttributeRow, reach: Reach, formatter: Formatter) -> str:
    verb = "Change" if row.own_value is not None else "Set"
    return f"{verb} for {formatter.counted(reach.inherit, 'account', 'accounts')}"


def value_dialog(theme: Theme, runner: Runner, row: AttributeRow, value: Value, *, owner: str,
                 parent: QWidget) -> EffectDialog:
    """The question before a provider or a profile sets a value, or gives it up with None: what that does first."""
    name = f"{row.label[:1].lower()}{row.label[1:]}"
    verb = "Give up" if value is None else "Change" if row.own_value is not None else "Set"
    title = f"Give up {name} on {owner}" if value is None else f"{verb} {name} on {owner}"
    return EffectDialog(
        theme, runner, title, KEPT, verb=verb, parent=parent,
        job=telling(impact_of_values, tier=row.here_tier, owner_id=row.here_id, values={row.key: value}),
        tell=partial(effect_of_value, row=row, verb=verb, formatter=theme.formatter))
