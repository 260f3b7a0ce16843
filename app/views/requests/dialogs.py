"""Forms of service requests: opening one, and changing or assigning one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.services.access.colleagues import Colleague
from app.services.changes import ChangeSet, Created
from app.services.database.asking import doing
from app.services.requests.queries import RequestOptions, RequestSheet
from app.services.requests.requests import change_request, open_request
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.asking.form_fields import FormField
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner

_LONGEST_SUBJECT: Final = 200
_LINES: Final = 6


class TextBox(QPlainTextEdit):
    """A field of several lines; the tabulator leaves it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setFixedHeight(_LINES * theme.metrics().lineSpacing() + 14)

    def chosen(self) -> str:
        """What was written."""
        return self.toPlainText().strip()


def _fields(colleagues: Sequence[Colleague], also: tuple[str, str] | None = None) -> tuple[FormField, ...]:
    """`also` is the name and id of somebody who has it and could not get it any more."""
    people = [("Nobody", ""), *((f"{each.name} ({each.login})", str(each.id)) for each in colleagues)]
    if also is not None and also[1] not in {key for _, key in people}:
        people.append(also)
    return (
        FormField(key="subject", label="Su&bject", longest=_LONGEST_SUBJECT,
                  needed="Say in a few words what it is about."),
        FormField(key="text", label="Te&xt", made=TextBox),
        FormField(key="assignee", label="Ass&igned to", choices=people),
    )


class OpenRequestDialog(FormDialog):
    """A new request of an account."""

    def __init__(self, theme: Theme, runner: Runner, options: RequestOptions, parent: QWidget) -> None:
        super().__init__(theme, runner, f"New service request of {options.account}",
                         "It gets the next number of the provider. While it is open, the account cannot be ended.",
                         verb="Open request", icon=Icon.DISPUTE, parent=parent, fields=_fields(options.colleagues))
        self._account_id = options.account_id

    def command(self) -> Job[Created]:
        values = self.values()
        who = values["assignee"]
        return doing(open_request, account_id=self._account_id, subject=values["subject"], text=values["text"],
                     assignee_id=int(who) if who else None)


class RequestDialog(FormDialog):
    """An open request, to be changed or given to somebody."""

    def __init__(self, theme: Theme, runner: Runner, sheet: RequestSheet, parent: QWidget) -> None:
        holder = (sheet.row.assignee, sheet.values["assignee"]) if sheet.values["assignee"] else None
        super().__init__(theme, runner, f"Service request {sheet.row.number}", f"Of {sheet.row.account}.",
                         verb="Save request", icon=Icon.TICK, parent=parent, fields=_fields(sheet.colleagues, holder),
                         seen=dict(sheet.values), sees=in_fields)
        self._request_id = sheet.row.id
        self._fill(sheet.values)

    def command(self) -> Job[ChangeSet]:
        return doing(change_request, request_id=self._request_id, after=self.values(), seen=self.seen)

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        self._fill({**self.values(), **taken})
        return any(value.strip() != self.seen[name] for name, value in self.values().items())

    def _fill(self, values: Mapping[str, str]) -> None:
        self.entries.fill({name: values[name] for name in ("subject", "assignee")})
        self.entries.field("text", TextBox).setPlainText(values["text"])
