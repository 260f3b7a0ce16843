"""Forms of services: adding, changing, activating, stopping and moving one, each from a day on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.models.values import ServiceState
from app.services.accounts.header import AccountHeader
from app.services.accounts.service_steps import (
    ServiceOptions,
    activate_service,
    add_service,
    change_service,
    move_service,
    stop_service,
)
from app.services.accounts.services import ServiceRow
from app.services.changes import ChangeSet, Created
from app.services.database.asking import asking, doing
from app.services.hierarchy.search import JumpHit, find_accounts
from app.views.asking.fields import DateField, MoneyField
from app.views.asking.form_dialog import FormDialog, in_fields, in_one
from app.views.asking.form_fields import Form, FormField
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import STATUS
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column
from app.views.widgets.search_field import SearchField

_LONGEST: Final = {"identifier": 80, "name": 120}
_CHARGE_HINT: Final = "Asked of the credit limit; nothing is posted. Empty where it is billed later."
_BEGINS: Final = (("Active at once", True), ("To be activated later", False))
_STOPS: Final = {ServiceState.SUSPENDED: "Suspend: it can be activated again",
                 ServiceState.DEACTIVATED: "Deactivate: it ends, and can be activated again",
                 ServiceState.CANCELLED: "Cancel: it ends for good"}
_TEXTS: Final = (
    FormField(key="identifier", label="&Identifier", hint="Its number, for instance; never used twice at a provider.",
              needed="Type an identifier, such as its number."),
    FormField(key="name", label="&Name", needed="Type what the service is called."),
)


def _day(options: ServiceOptions, hint: str = "") -> FormField:
    today: Callable[[], date] = partial(_same, options.today)
    return FormField(key="on", label="&From", hint=hint or "Today or earlier.", needed="Say from which day on.",
                     made=lambda theme: DateField(theme, "From", today))


def _same(day: date) -> date:
    return day


def _charge(options: ServiceOptions, key: str = "first_charge_minor", label: str = "First &charge",
            hint: str = _CHARGE_HINT) -> FormField:
    return FormField(key=key, label=label, hint=hint, unit=options.currency,
                     made=lambda theme: MoneyField(theme, label.replace("&", ""), options.currency))


class AddServiceDialog(FormDialog):
    """A service that begins on a day."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, options: ServiceOptions, parent: QWidget
                 ) -> None:
        super().__init__(
            theme, runner, f"New service of {header.name}", "The credit limit of the account is asked first.",
            verb="Add service", icon=Icon.SERVICE, parent=parent, limits=_LONGEST,
            fields=(*_TEXTS, _day(options), FormField(key="is_active", label="&Begins", choices=_BEGINS),
                    _charge(options)))
        self._account_id = header.id
        self.entries.fill({"on": options.today, "is_active": True})

    def command(self) -> Job[Created]:
        values = self.values()
        return doing(add_service, account_id=self._account_id, **values | _no_charge(values))


class EditServiceDialog(FormDialog):
    """Name and identifier; with a charge it is an upgrade."""

    def __init__(self, theme: Theme, runner: Runner, service: ServiceRow, options: ServiceOptions, parent: QWidget
                 ) -> None:
        seen = {"identifier": service.identifier, "name": service.name}
        super().__init__(
            theme, runner, f"Edit {service.name} {service.identifier}",
            "With a charge it counts as an upgrade, and the credit limit is asked.", verb="Save service",
            icon=Icon.TICK, parent=parent, limits=_LONGEST, row=service, seen=seen, sees=in_fields,
            fields=(*_TEXTS, _charge(options, "upgrade", "&Charge of the upgrade",
                                     "Nothing is posted. Empty where it is no upgrade.")))
        self._service_id = service.id

    def command(self) -> Job[ChangeSet]:
        values = dict(self.values())
        upgrade = values.pop("upgrade")
        return doing(change_service, service_id=self._service_id, after=values, seen=self.seen,
                     upgrade_charge_minor=upgrade)

    def show_taken(self, taken: Mapping[str, Any]) -> bool:
        self.entries.fill(taken)
        values = self.values()
        return values["upgrade"] is not None or any(values[name] != self.seen[name] for name in _LONGEST)


class ActivateDialog(FormDialog):
    """A service is activated, for the first time or again."""

    def __init__(self, theme: Theme, runner: Runner, service: ServiceRow, options: ServiceOptions, parent: QWidget
                 ) -> None:
        super().__init__(
            theme, runner, f"Activate {service.name} {service.identifier}",
            "The credit limit of the account is asked first.", verb="Activate", icon=Icon.TICK, parent=parent,
            fields=(_day(options, "Not before its last change."), _charge(options)), seen=service.state, sees=in_one)
        self._service_id = service.id
        self.entries.fill({"on": options.today})

    def command(self) -> Job[ChangeSet]:
        values = self.values()
        return doing(activate_service, service_id=self._service_id, seen=self.seen, **values | _no_charge(values))


class StopDialog(FormDialog):
    """A service is suspended, deactivated or cancelled."""

    def __init__(self, theme: Theme, runner: Runner, service: ServiceRow, options: ServiceOptions, parent: QWidget
                 ) -> None:
        ways = [(words, state) for state, words in _STOPS.items() if state in service.steps]
        super().__init__(
            theme, runner, f"Stop {service.name} {service.identifier}", "What was billed stays as it is.",
            verb="Stop service", icon=Icon.STOP, parent=parent, seen=service.state, sees=in_one,
            fields=(FormField(key="to", label="&How", choices=ways),
                    _day(options, "Not before its last change.")))
        self._service_id = service.id
        self.entries.fill({"on": options.today})

    def command(self) -> Job[ChangeSet]:
        return doing(stop_service, service_id=self._service_id, seen=self.seen, **self.values())


_FOUND: Final = ListWords(
    name="Accounts found", reading="Looking for accounts.", unread="The accounts could not be read.",
    empty=Instead(head="No account of this provider matches.", text="Type the beginning of its code or name."))
_COLUMNS: Final[tuple[Column[JumpHit], ...]] = (
    Column(key="code", title="Code", text=lambda r, _: r.code, width=100, is_second_rank=True),
    Column(key="name", title="Name", text=lambda r, _: r.name, width=180, stretches=True),
    Column(key="status", title="Status", text=lambda r, _: STATUS[r.status].text, width=110, is_second_rank=True),
)


class MoveServiceDialog(FormDialog):
    """A service goes to another account of its provider."""

    def __init__(self, theme: Theme, runner: Runner, header: AccountHeader, service: ServiceRow, parent: QWidget, *,
                 options: ServiceOptions) -> None:
        super().__init__(
            theme, runner, f"Move {service.name} {service.identifier}",
            "The credit limit of the account that gets it is asked. What was billed stays where it is.",
            verb="Move service", icon=Icon.FORWARD, parent=parent, seen=header.id, sees=in_one)
        self._header, self._service_id = header, service.id
        self.field = SearchField(theme, "Code or name of the account that gets it")
        self.found: RowListing[JumpHit] = RowListing(theme, runner, _FOUND, _COLUMNS,
                                                     row_id=lambda hit: hit.account_id)
        self.found.setMinimumSize(theme.sizes.px(480), theme.sizes.px(180))
        self.found.say(Instead(head="Find the account that gets the service."))
        below = QWidget()
        self.terms = Form(theme, below, (_day(options, "Not before its last change."), _charge(options)))
        self.terms.fill({"on": options.today})
        column(Label(theme, "&To", ink=tk.Ink.MUTED, buddy=self.field), self.field, self.found, below,
               on=self.field_holder, spacing=6)
        self._search = Question(runner, self, answered=self._on_hits)
        self.field.settled.connect(self._on_typed)
        self.field.left_downwards.connect(self.found.table.setFocus)
        self.found.table.left_upwards.connect(self.field.setFocus)
        self.field.setFocus()

    def refusal(self) -> str:
        wrong = next(iter(self.terms.refusals().values()), "")
        return wrong or ("" if self.found.current is not None else "Choose the account that gets it.")

    def command(self) -> Job[ChangeSet]:
        hit, values = self.found.current, self.terms.values()
        return doing(move_service, service_id=self._service_id, seen=self.seen,
                     to_account_id=hit.account_id if hit is not None else 0, **values | _no_charge(values))

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._search.ask(asking(find_accounts, text=text, anywhere=True))

    def _on_hits(self, hits: Sequence[JumpHit]) -> None:
        fitting = [hit for hit in hits if hit.provider_id == self._header.provider_id
                   and hit.account_id not in (self._header.id, self._header.provider_id)]
        self.found.show_rows(fitting)
        if fitting:
            self.found.table.go_to_row(0)


def _no_charge(values: Mapping[str, Any]) -> dict[str, int]:
    """An empty charge is one of 0."""
    return {"first_charge_minor": 0} if values["first_charge_minor"] is None else {}
