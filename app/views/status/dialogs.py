"""Small dialogs that change the status of one account: a step of its life, a hold placed, a hold lifted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QLabel, QWidget

from app.models.values import HoldKind, Lifecycle, StatusReason
from app.services.accounts.header import HoldRow
from app.services.changes import ChangeSet
from app.services.database.asking import doing
from app.services.status.changes import StatusOptions, change_lifecycle, lift_hold, place_hold
from app.views.accounts.words import HOLD, HOLD_STOPS
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import DateField
from app.views.asking.form_dialog import FormDialog
from app.views.forms.ui_status_fields import Ui_StatusFields
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.status.hold_strips import hold_head, hold_text

PLACED_BY_HAND: Final = (HoldKind.MANUAL, HoldKind.BILLING_AND_ORDERING, HoldKind.PARENT_PROVIDER, HoldKind.SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """How a step of the lifecycle reads; {name} is the account."""

    title: str
    text: str
    verb: str
    icon: Icon
    kind: str = "main"


STEPS: Final = {
    Lifecycle.ACTIVE: StepWords(title="Activate {name}", text="It is invoiced and may order from that day on.",
                                verb="Activate account",
                                icon=Icon.TICK),
    Lifecycle.INACTIVE: StepWords(title="Set {name} inactive",
                                  text="It is no longer invoiced and may not order, until it is activated again.",
                                  verb="Set inactive", icon=Icon.INACTIVE),
    Lifecycle.TERMINATED: StepWords(title="Cancel {name}",
                                    text="It is closed for good: a cancelled account never becomes active "
                                    "again. Its documents stay, and payments can still arrive.", verb="Cancel account",
                                    icon=Icon.CANCELLED, kind="danger"),
}


class StatusDialog(FormDialog):
    """The fields that all of them share; `kind` and `reason` are there where they are asked for."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, verb: str, icon: Icon,
                 options: StatusOptions, parent: QWidget) -> None:
        super().__init__(theme, runner, title, text, verb=verb, icon=icon, parent=parent)
        self._options = options
        self._fields = fields = Ui_StatusFields()
        put = self.lay_fields(fields).put
        self.kind = put(fields.kind, ChoiceBox(theme, fields.kind.accessibleName()))
        self.reason = put(fields.reason, ChoiceBox(theme, fields.reason.accessibleName()))
        self.note = fields.note
        self.day = put(fields.day, DateField(theme, fields.day.accessibleName(), lambda: options.today))
        self.day.set_value(options.today)

    def leave_out(self, label: QLabel, field: QWidget) -> None:
        """Take a field away that this change does not ask for."""
        label.setText("")  # its mnemonic is free for others
        label.hide()
        field.hide()

    def refusal(self) -> str:
        formatter = self._theme.formatter
        if self.day.value is None:
            return self.day.refusal or "Type the day from which it counts."
        if self.day.value > self._options.today:
            return f"The day may not lie ahead; today is {formatter.day(self._options.today)}."
        if self.reason.isVisibleTo(self) and self.chosen_reason() is StatusReason.OTHER and not self._words():
            return "Write the other reason in words, so that colleagues know why."
        return ""

    def chosen_reason(self) -> StatusReason | None:
        """The reason chosen; None for none. The box hands back plain text."""
        chosen = self.reason.chosen()
        return None if chosen is None else StatusReason(str(chosen))

    def _words(self) -> str:
        return self.note.text().strip()

    def _reasons(self, first: StatusReason, *, optional: bool = False) -> None:
        choices: list[tuple[str, object]] = [("No reason", None)] if optional else []
        choices += [(reason.value, reason) for reason in StatusReason]
        self.reason.set_choices(choices, None if optional else first)


class StepDialog(StatusDialog):
    """Activates, sets inactive or cancels an account."""

    def __init__(self, theme: Theme, runner: Runner, options: StatusOptions, to: Lifecycle, parent: QWidget) -> None:
        words = STEPS[to]
        text = " ".join((words.text, *options.steps[to].warnings))
        super().__init__(theme, runner, words.title.format(name=options.name), text, verb=words.verb, icon=words.icon,
                         options=options, parent=parent)
        self._to = to
        self.verb_button.setProperty("kind", words.kind)
        if to is Lifecycle.TERMINATED:
            self._form.cancel.setText("Keep account")
        self.leave_out(self._fields.kind_name, self.kind)
        self._reasons(StatusReason.CLOSURE, optional=to is not Lifecycle.TERMINATED)
        self.reason.setFocus()

    def command(self) -> Job[ChangeSet]:
        if self.day.value is None:
            raise ValueError("the form was not checked")
        return doing(change_lifecycle, account_id=self._options.account_id, to=self._to,
                     reason=self.chosen_reason(), note=self._words(), on=self.day.value)


class PlaceHoldDialog(StatusDialog):
    """Places a hold of a kind that is allowed here."""

    def __init__(self, theme: Theme, runner: Runner, options: StatusOptions, parent: QWidget) -> None:
        super().__init__(theme, runner, f"Place a hold on {options.name}",
                         "",
                         verb="Place hold", icon=Icon.LOCK, options=options, parent=parent)
        allowed: list[tuple[str, object]] = [
            (HOLD[kind], kind) for kind in PLACED_BY_HAND if not options.place[kind]]
        self.kind.set_choices(allowed)
        self.kind.currentIndexChanged.connect(self._explain)
        self._reasons(StatusReason.DISPUTE)
        self._explain()
        self.kind.setFocus()

    def _explain(self) -> None:
        kind = self._kind()
        self.kind.setAccessibleDescription(HOLD_STOPS[kind])
        self._form.text.setText(f"{HOLD_STOPS[kind]} Services stay as they are.")

    def _kind(self) -> HoldKind:
        return HoldKind(str(self.kind.chosen()))

    def command(self) -> Job[ChangeSet]:
        reason, day = self.chosen_reason(), self.day.value
        if day is None or reason is None:
            raise ValueError("the form was not checked")
        return doing(place_hold, account_id=self._options.account_id, kind=self._kind(), reason=reason,
                     note=self._words(), on=day)


class LiftHoldDialog(StatusDialog):
    """Lifts one hold; which one, where several may be lifted."""

    def __init__(self, theme: Theme, runner: Runner, options: StatusOptions, holds: list[HoldRow],
                 parent: QWidget) -> None:
        text = "" if len(holds) > 1 else f"{hold_head(holds[0], theme.formatter)} {hold_text(holds[0])}"
        super().__init__(theme, runner, f"Lift a hold of {options.name}", text, verb="Lift hold", icon=Icon.UNDO,
                         options=options, parent=parent)
        self._holds = holds
        self.kind.set_choices([(_short(hold, theme), hold.id) for hold in holds], holds[0].id)
        if len(holds) == 1:
            self.leave_out(self._fields.kind_name, self.kind)
        else:
            self._fields.kind_name.setText("&Hold")
        self.leave_out(self._fields.reason_name, self.reason)
        self._fields.note_name.setText("&Reason")
        self.note.setPlaceholderText("For instance: the dispute is settled")
        self.note.setFocus()

    def refusal(self) -> str:
        hold = next(hold for hold in self._holds if hold.id == self.kind.chosen())
        if not self._words():
            return "Write a reason, so that colleagues know why."
        if self.day.value is not None and self.day.value < hold.since:
            return f"It is held since {self._theme.formatter.day(hold.since)}; it cannot be lifted before."
        return super().refusal()

    def command(self) -> Job[ChangeSet]:
        day, hold_id = self.day.value, self.kind.chosen()
        if day is None or not isinstance(hold_id, int):
            raise ValueError("the form was not checked")
        return doing(lift_hold, account_id=self._options.account_id, hold_id=hold_id, reason=self._words(), on=day)


def _short(hold: HoldRow, theme: Theme) -> str:
    return f"{HOLD[hold.kind]}, {hold.reason or 'no reason'}, since {theme.formatter.day(hold.since)}"
