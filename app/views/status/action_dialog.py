"""What is done to an account as a whole: its preconditions one by one, and the button once all of them are met.

They are asked when the dialog opens; the command asks them again under its locks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.models.values import AccountAction, StatusReason
from app.services.accounts.header import AccountHeader
from app.services.actions.acting import reactivate_account, suspend_account, terminate_account
from app.services.actions.checklist import ActionSheet, action_sheet
from app.services.database.asking import asking, doing
from app.services.documents.writing_off import clear_write_off, write_off_account
from app.views.asking.check_lines import CheckLine, CheckLines
from app.views.asking.fields import DateField
from app.views.asking.form_dialog import FormDialog, in_one
from app.views.asking.form_fields import Form, FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.status.dialogs import NEEDS_WORDS, NOTE, REASON
from app.views.widgets.layout import column, grows, scrolling

_WIDTH, _CHECKS = 620, 210


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionWords:
    """How an action reads; {name} is the account."""

    title: str
    text: str
    verb: str
    icon: Icon
    command: Callable[..., object]
    reason: StatusReason
    """What is offered first."""
    is_of_status: bool = True
    """It changes the status, and is told which one was shown."""
    has_day: bool = True
    kind: str = "main"


WORDS: Final[Mapping[AccountAction, ActionWords]] = {
    AccountAction.SUSPEND: ActionWords(
        title="Suspend {name}", verb="Suspend account", icon=Icon.SUSPENDED, command=suspend_account,
        reason=StatusReason.DISPUTE,
        text="It takes no new services and no service requests. Documents and payments go on."),
    AccountAction.REACTIVATE: ActionWords(
        title="Reactivate {name}", verb="Reactivate account", icon=Icon.UNDO, command=reactivate_account,
        reason=StatusReason.OTHER, text="Every hold by staff is lifted. Holds of others stay."),
    AccountAction.TERMINATE: ActionWords(
        title="Terminate {name}", verb="Terminate account", icon=Icon.CANCELLED, command=terminate_account,
        reason=StatusReason.CLOSURE, kind="danger",
        text="It ends for good: a terminated account never becomes active again. Its documents stay."),
    AccountAction.WRITE_OFF: ActionWords(
        title="Write off the debt of {name}", verb="Write off", icon=Icon.REMOVE, command=write_off_account,
        reason=StatusReason.COLLECTION_SUBMITTED, is_of_status=False, kind="danger",
        text="One row for each unsettled debit; the account is marked and orders nothing until the mark is cleared. "
             "This cannot be taken back; what is paid later leaves the account in credit."),
    AccountAction.CLEAR_WRITE_OFF: ActionWords(
        title="Clear the mark of {name}", verb="Clear mark", icon=Icon.TICK, command=clear_write_off,
        reason=StatusReason.OTHER, is_of_status=False, has_day=False,
        text="What was written off stays so; the account orders again. The mark is not put back; another write-off "
             "makes another one."),
}


class ActionDialog(FormDialog):
    """See the module."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, action: AccountAction, parent: QWidget
                 ) -> None:
        words = WORDS[action]
        super().__init__(theme, runner, words.title.format(name=header.name), words.text, verb=words.verb,
                         icon=words.icon, parent=parent, seen=header.status,
                         sees=in_one if words.is_of_status else None)
        self._header, self._action, self._words = header, action, words
        self._allowed = False
        self.verb_button.setProperty("kind", words.kind)
        if action is AccountAction.TERMINATE:
            self._form.cancel.setText("Keep account")
        holder = QWidget()
        day = FormField(key="on", label="&From", needed="Type the day from which it counts.",
                        made=lambda theme: DateField(theme, "Day on which it counts", lambda: header.as_of))
        self.entries = Form(theme, holder, (REASON, NOTE, *([day] if words.has_day else [])))
        self.entries.fill({"reason": words.reason, **({"on": header.as_of} if words.has_day else {})})
        self.checks = CheckLines(theme, "Preconditions")
        column(holder, grows(scrolling(self.checks, name="Preconditions, met or not")), on=self.field_holder,
               spacing=10)
        self.field_holder.setMinimumHeight(theme.sizes.px(_CHECKS) + holder.sizeHint().height())
        self.setMinimumWidth(theme.sizes.px(_WIDTH))
        self.verb_button.setEnabled(False)
        self.checks.say("Looking at the account.")
        self._question = Question(runner, self, answered=self._on_sheet, failed=self._on_unread)
        self._question.ask(asking(action_sheet, account_id=header.id))
        self.entries.focus_first()

    def refusals(self) -> dict[str, str]:
        found, values = super().refusals(), self.entries.values()
        if values["reason"] is StatusReason.OTHER and not values["note"] and self._words.is_of_status:
            found = {"note": NEEDS_WORDS, **found}
        on = values.get("on")
        if on is not None and on > self._header.as_of:
            today = self._theme.formatter.day(self._header.as_of)
            found["on"] = f"The day may not lie ahead; today is {today}."
        return found

    def refusal(self) -> str:
        return "" if self._allowed else "A precondition is not met."

    def command(self) -> Job[object]:
        values = self.entries.values()
        reason: StatusReason | str = values["reason"]
        if values["note"]:
            reason = f"{reason}: {values['note']}"
        given: dict[str, Any] = {"account_id": self._header.id,
                                 "reason": reason if self._words.is_of_status else str(reason)}
        if self._words.has_day:
            given["on"] = values["on"]
        if self._words.is_of_status:
            given["seen"] = self.seen
        return doing(partial(self._words.command, **given))

    def _on_sheet(self, sheet: ActionSheet) -> None:
        ahead = sheet.of(self._action)
        self._allowed = ahead.allowed
        self.checks.show_lines([CheckLine(words=check.words, is_met=check.passed, is_warning=check.is_warning)
                                for check in ahead.checks])
        self.verb_button.setEnabled(ahead.allowed)

    def _on_unread(self, error: BaseException) -> None:
        self.checks.say(in_words(error, "The account could not be read"))
