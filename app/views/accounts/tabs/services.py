"""The services of an account, what restricts them now, and adding, changing, stopping and moving them by hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.models.values import ServiceState
from app.services.accounts.header import AccountHeader
from app.services.accounts.service_steps import ServiceOptions, service_options, why_not_active
from app.services.accounts.services import ServiceRow, service_rows
from app.services.changes import Changed
from app.services.database.asking import asking
from app.views.accounts.tabs.reading import ListTab
from app.views.accounts.tabs.service_dialogs import (
    ActivateDialog,
    AddServiceDialog,
    EditServiceDialog,
    MoveServiceDialog,
    StopDialog,
)
from app.views.asking.form_dialog import FormDialog
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import PAGE_MARGIN, Ink
from app.views.look.words import HOLD, SERVICE
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row


class ServicesTab(ListTab[ServiceRow]):
    """Shows one account. `counted` feeds the count behind the tab."""

    concerned_by = frozenset({Changed.SERVICES, Changed.HOLDS, Changed.ACCOUNTS})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        words = ListWords(name="Services", reading="Reading services.", unread="The services could not be read.",
                          empty=self._none)
        self._rows = RowListing(theme, runner, words, service_columns(), one_at_a_time=True)
        super().__init__(theme, self._rows, ("service", "services"), parent)
        self._runner = runner
        self._options: ServiceOptions | None = None
        self._question = Question(runner, self, answered=self._on_options, failed=self._on_failed)
        self._actions: RowActions[ServiceRow] = RowActions(theme, self._rows.table, (
            RowAction(text="&New service…", icon=Icon.SERVICE, needs_row=False, run=self._add,
                      refusal=lambda _row: self._why_not("add")),
            RowAction(text="E&dit service…", icon=Icon.EDIT, key=Qt.Key.Key_F2, run=self._edit,
                      refusal=self._why_not_edit),
            RowAction(text="Act&ivate…", icon=Icon.TICK, run=self._activate, refusal=self._why_not_activate),
            RowAction(text="St&op…", icon=Icon.STOP, key=Qt.Key.Key_Delete, run=self._stop,
                      refusal=self._why_not_stop),
            RowAction(text="Move to anothe&r account…", run=self._move, refusal=self._why_not_move),
        ), owner=self, none="Choose a service first.")
        self._actions.offer_menu(self._rows.table)
        self._says = Label(theme, ink=Ink.BAD, wraps=True)
        self._says.hide()
        column(row(*self._actions.buttons, ..., margins=(PAGE_MARGIN, 10, PAGE_MARGIN, 8)),
               row(grows(self._says), margins=(PAGE_MARGIN, 0)), grows(self._rows), on=self)
        self._rows.table.opened.connect(lambda _index: self._actions.press(Qt.Key.Key_F2))
        self._rows.answered.connect(lambda _rows: self._actions.refresh())
        self._actions.refresh()

    def ask(self, header: AccountHeader) -> None:
        self._rows.ask(asking(service_rows, account_id=header.id))
        self._question.ask(asking(service_options, account_id=header.id))

    def _none(self) -> Instead:
        name = self.header.name if self.header is not None else "This account"
        return Instead(head=f"{name} has no services.", text="A scan judges it as an account, by its invoices alone.",
                       icon=Icon.SERVICE)

    def _on_options(self, options: ServiceOptions) -> None:
        self._options = options
        self._says.hide()
        self._actions.refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._says.setText(in_words(error, "What can be done with services could not be read"))
        self._says.show()

    # --- why not ---

    def _why_not(self, what: str) -> str:
        options = self._options
        if options is None:
            return "Being read."
        return {"add": options.add, "change": options.change, "stop": options.stop}[what]

    def _why_not_edit(self, service: ServiceRow) -> str:
        ended = f"{service.name} {service.identifier} is cancelled and stays as it was."
        return self._why_not("change") or (ended if service.state is ServiceState.CANCELLED else "")

    def _why_not_activate(self, service: ServiceRow) -> str:
        return self._why_not("change") or why_not_active(service)

    def _why_not_stop(self, service: ServiceRow) -> str:
        ended = f"{service.name} {service.identifier} is cancelled already."
        return self._why_not("stop") or ("" if set(service.steps) - {ServiceState.ACTIVE} else ended)

    def _why_not_move(self, service: ServiceRow) -> str:
        stays = f"{service.name} {service.identifier} is {SERVICE[service.state].text.lower()} and cannot be moved."
        can = bool({ServiceState.ACTIVE, ServiceState.SUSPENDED} & set(service.steps))
        return self._why_not("change") or ("" if can else stays)

    # --- doing it ---

    def _add(self, _service: ServiceRow | None) -> None:
        if self.header is not None and self._options is not None:
            dialog = AddServiceDialog(self.theme, self._runner, self.header, self._options, self)
            dialog.created.connect(self._rows.table.go_to_new)
            dialog.open_and_forget()

    def _edit(self, service: ServiceRow) -> None:
        self._open(EditServiceDialog, service)

    def _activate(self, service: ServiceRow) -> None:
        self._open(ActivateDialog, service)

    def _stop(self, service: ServiceRow) -> None:
        self._open(StopDialog, service)

    def _open(self, dialog: Callable[..., FormDialog], service: ServiceRow) -> None:
        if self._options is not None:
            dialog(self.theme, self._runner, service, self._options, self).open_and_forget()

    def _move(self, service: ServiceRow) -> None:
        if self.header is not None and self._options is not None:
            MoveServiceDialog(self.theme, self._runner, self.header, service, self,
                              options=self._options).open_and_forget()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits, Delete stops the service under the keyboard."""
        if not self._actions.press(event.key()):
            super().keyPressEvent(event)


def service_columns() -> tuple[Column[ServiceRow], ...]:
    return (
        text_column("identifier", "Identifier", lambda r: r.identifier, 140, sorts=True),
        text_column("name", "Name", lambda r: r.name, 150, sorts=True, stretches=True),
        state_column("state", "State", lambda r: SERVICE[r.state], 116, sort_value=lambda r: SERVICE[r.state].text),
        Column(key="since", title="Since", text=_since, width=104, is_second_rank=True,
               sort_value=lambda r: r.started_on, help="The day on which the service began"),
        Column(key="ended", title="Ended", text=_ended, width=104, is_second_rank=True,
               sort_value=lambda r: r.ended_on, help="The day on which it was deactivated or cancelled"),
        Column(key="restricted", title="Restricted by", text=_restricted, width=220, ink=lambda _: Ink.TEXT,
               sort_value=lambda r: r.restricted_since, tooltip=_returns),
    )


def _since(row: ServiceRow, formatter: Formatter) -> str:
    return formatter.day(row.started_on) if row.started_on is not None else ""


def _ended(row: ServiceRow, formatter: Formatter) -> str:
    return formatter.day(row.ended_on) if row.ended_on is not None else ""


def _restricted(row: ServiceRow, formatter: Formatter) -> str:
    if row.restricted_by is None:
        return ""
    since = f" since {formatter.day(row.restricted_since)}" if row.restricted_since is not None else ""
    return f"{HOLD[row.restricted_by]}{since}"


def _returns(row: ServiceRow, formatter: Formatter) -> str:
    text = _restricted(row, formatter)
    back = f"; it becomes {SERVICE[row.returns_to].text} again once that is lifted" if row.returns_to else ""
    return f"{text}{back}" if text else "Nothing restricts it"
