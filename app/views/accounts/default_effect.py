"""Before a value of a provider or a profile is changed: whom it reaches, on the button and in the question."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.values import Tier
from app.services.account_jobs import reach_of
from app.services.account_page import AttributeRow, RoomState
from app.services.attribute_reach import Reach
from app.views.formatting import Formatter
from app.views.job_runner import Runner
from app.views.question import Question
from app.views.theme import Theme
from app.views.widgets.confirm_dialog import ConfirmDialog


class DefaultEffect(QObject):
    """Counts in the background whom one default reaches; only the newest question is answered."""

    known = Signal(object, object)  # AttributeRow, Reach

    def __init__(self, runner: Runner, owner: QObject) -> None:
        super().__init__(owner)
        self._row: AttributeRow | None = None
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_reach)

    def ask(self, row: AttributeRow) -> None:
        self._row = row
        self._question.ask(partial(reach_of, tier=row.here_tier, owner_id=row.here_id, key=row.key))

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


def give_up_dialog(theme: Theme, row: AttributeRow, reach: Reach, parent: QWidget) -> ConfirmDialog:
    """The question before a provider or a profile gives up a value: what its customers get instead."""
    formatter = theme.formatter
    count = formatter.counted(reach.inherit, "account", "accounts")
    verb = "takes" if reach.inherit == 1 else "take"
    text = f"{count} {verb} {_instead(row)} instead of {row.value_text}."
    if reach.keep:
        text += f" {formatter.counted(reach.keep, 'keeps its own', 'keep their own')}."
    return ConfirmDialog(theme, f"Give up {row.label[:1].lower()}{row.label[1:]} here",
                         f"{text} What is posted stays as it is.", verb=f"Give up for {count}", parent=parent)


def _instead(row: AttributeRow) -> str:
    """The value that comes from above once this one is gone."""
    place = next((n for n, room in enumerate(row.chain)
                  if (room.set_tier, room.set_id) == (row.here_tier, row.here_id)), len(row.chain))
    above = [room for room in row.chain[:place] if room.value is not None and room.state is not RoomState.NO_SAY]
    if not above:
        return f'"{row.none_text}"'
    owner = "the system default" if above[-1].tier is Tier.SYSTEM else above[-1].owner
    return f"{above[-1].value_text} of {owner}"
