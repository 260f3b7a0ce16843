"""Small dialogs that change the status of one account: a step of its life, a hold placed, a hold lifted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from PySide6.QtWidgets import QWidget

from app.models.values import Lifecycle, StatusReason
from app.services.accounts.header import HoldRow
from app.services.status.changes import StatusOptions, change_lifecycle, lift_hold, place_hold
from app.views.asking.fields import DateField
from app.views.asking.form_dialog import FormDialog, Sees, in_one
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import HOLD, HOLD_STOPS
from app.views.running.runner import Runner
from app.views.status.hold_strips import PLACED_BY_HAND, hold_head, hold_text


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """How a step of the lifecycle reads; {name} is the account."""

    title: str
    text: str
    verb: str
    icon: Icon


STEPS: Final = {
    Lifecycle.ACTIVE: StepWords(title="Activate {name}", text="It is invoiced and may order from that day on, and "
                                "never becomes preactive again.",
                                verb="Activate account",
                                icon=Icon.TICK),
    Lifecycle.INACTIVE: StepWords(title="Set {name} inactive",
                                  text="It is no longer invoiced and may not order, until it is activated again.",
                                  verb="Set inactive", icon=Icon.INACTIVE),
}


NEEDS_WORDS: Final = "Write the other reason in words, so that colleagues know why."
REASON: Final = FormField(key="reason", label="&Reason", choices=[(reason.value, reason) for reason in StatusReason])
_REASON_IF_ANY: Final = replace(REASON, choices=[("No reason", None), *(REASON.choices or ())])
NOTE: Final = FormField(key="note", label="In wor&ds", spoken="The reason in words", longest=300)


class StatusDialog(FormDialog):
    """The fields of one change, and the day from which it counts."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, icon: Icon,
                 options: StatusOptions, fields: Sequence[FormField], saves: Callable[..., object],
                 parent: QWidget, sees: Sees | None = in_one) -> None:
        day = FormField(key="on", label="&From", needed="Type the day from which it counts.",
                        made=lambda theme: DateField(theme, "Day on which it counts", lambda: options.today))
        super().__init__(theme, runner, title, text, verb=verb, icon=icon, parent=parent, fields=(*fields, day),
                         saves=partial(saves, account_id=options.account_id), seen=options.status, sees=sees)
        self._options = options
        self.entries.fill({"on": options.today})

    def refusals(self) -> dict[str, str]:
        found, values = super().refusals(), self.values()
        if values["reason"] is StatusReason.OTHER and not values["note"]:
            found = {"note": NEEDS_WORDS, **found}
        if values["on"] is not None and values["on"] > self._options.today:
            today = self._theme.formatter.day(self._options.today)
            found["on"] = f"The day may not lie ahead; today is {today}."
        return found


class StepDialog(StatusDialog):
    """Activates an account or sets it inactive."""

    def __init__(self, theme: Theme, runner: Runner, options: StatusOptions, to: Lifecycle, parent: QWidget) -> None:
        words = STEPS[to]
        super().__init__(theme, runner, words.title.format(name=options.name),
                         " ".join((words.text, *options.steps[to].warnings)), verb=words.verb, icon=words.icon,
                         options=options, parent=parent, saves=partial(change_lifecycle, to=to),
                         fields=(_REASON_IF_ANY, NOTE))


class PlaceHoldDialog(StatusDialog):
    """Places a hold of a kind that is allowed here."""

    def __init__(self, theme: Theme, runner: Runner, options: StatusOptions, parent: QWidget) -> None:
        allowed = [(HOLD[kind], kind) for kind in PLACED_BY_HAND if not options.place[kind]]
        super().__init__(theme, runner, f"Place a hold on {options.name}", "", verb="Place hold", icon=Icon.LOCK,
                         options=options, parent=parent, saves=place_hold,
                         fields=(FormField(key="kind", label="&Kind", spoken="Kind of hold", choices=allowed),
                                 REASON, NOTE))
        self.entries.fill({"reason": StatusReason.DISPUTE})
        self.entries.choice("kind").currentIndexChanged.connect(self._explain)
        self._explain()

    def _explain(self) -> None:
        stops = HOLD_STOPS[self.entries.value("kind")]
        self.entries.choice("kind").setAccessibleDescription(stops)
        self._form.text.setText(f"{stops} Services stay as they are.")


class LiftHoldDialog(StatusDialog):
    """Lifts one hold; which one, where several may be lifted."""

    def __init__(self, theme: Theme, runner: Runner, options: StatusOptions, holds: list[HoldRow],
                 parent: QWidget) -> None:
        reason = FormField(key="reason", label="&Reason", spoken="The reason in words", longest=300,
                           example="For instance: the dispute is settled",
                           needed="Write a reason, so that colleagues know why.")
        which = FormField(key="hold_id", label="&Hold", choices=[(_short(hold, theme), hold.id) for hold in holds])
        is_one = len(holds) == 1
        super().__init__(theme, runner, f"Lift a hold of {options.name}",
                         f"{hold_head(holds[0], theme.formatter)} {hold_text(holds[0])}" if is_one else "",
                         verb="Lift hold", icon=Icon.UNDO, options=options, parent=parent,
                         saves=partial(lift_hold, hold_id=holds[0].id) if is_one else lift_hold,
                         fields=(reason,) if is_one else (which, reason), sees=None)
        self._holds = holds
        self.entries.focus("reason")

    def refusals(self) -> dict[str, str]:
        found, values = super().refusals(), self.values()
        hold = next(hold for hold in self._holds if hold.id == values.get("hold_id", self._holds[0].id))
        if values["on"] is not None and values["on"] < hold.since:
            found["on"] = f"It is held since {self._theme.formatter.day(hold.since)}; it cannot be lifted before."
        return found


def _short(hold: HoldRow, theme: Theme) -> str:
    return f"{HOLD[hold.kind]}, {hold.reason or 'no reason'}, since {theme.formatter.day(hold.since)}"
