"""The services of an account, and what restricts them now."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.services.accounts.services import ServiceRow, service_rows
from app.services.changes import Changed
from app.services.database.asking import asking
from app.views.accounts.tabs.reading import ListTab
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Ink
from app.views.look.words import HOLD, SERVICE
from app.views.running.runner import Runner
from app.views.widgets.layout import column


class ServicesTab(ListTab[ServiceRow]):
    """Shows one account. `counted` feeds the count behind the tab."""

    concerned_by = frozenset({Changed.SERVICES, Changed.HOLDS})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        words = ListWords(name="Services", reading="Reading services.", unread="The services could not be read.",
                          empty=self._none)
        self._rows = RowListing(theme, runner, words, service_columns())
        super().__init__(theme, self._rows, ("service", "services"), parent)
        column(self._rows, on=self)

    def ask(self, header: AccountHeader) -> None:
        self._rows.ask(asking(service_rows, account_id=header.id))

    def _none(self) -> Instead:
        name = self.header.name if self.header is not None else "This account"
        return Instead(head=f"{name} has no services.", text="A scan judges it as an account, by its invoices alone.",
                       icon=Icon.SERVICE)


def service_columns() -> tuple[Column[ServiceRow], ...]:
    return (
        text_column("identifier", "Identifier", lambda r: r.identifier, 160, sorts=True),
        text_column("name", "Name", lambda r: r.name, 180, sorts=True, stretches=True),
        state_column("state", "State", lambda r: SERVICE[r.state], 130, sort_value=lambda r: SERVICE[r.state].text),
        Column(key="since", title="Since", text=_since, width=120, is_second_rank=True,
               sort_value=lambda r: r.started_on, help="The day on which the service began"),
        Column(key="restricted", title="Restricted by", text=_restricted, width=280, ink=lambda _: Ink.TEXT,
               sort_value=lambda r: r.restricted_since, tooltip=_returns),
    )


def _since(row: ServiceRow, formatter: Formatter) -> str:
    return formatter.day(row.started_on) if row.started_on is not None else ""


def _restricted(row: ServiceRow, formatter: Formatter) -> str:
    if row.restricted_by is None:
        return ""
    since = f" since {formatter.day(row.restricted_since)}" if row.restricted_since is not None else ""
    return f"{HOLD[row.restricted_by]}{since}"


def _returns(row: ServiceRow, formatter: Formatter) -> str:
    text = _restricted(row, formatter)
    back = f"; it becomes {SERVICE[row.returns_to].text} again once that is lifted" if row.returns_to else ""
    return f"{text}{back}" if text else "Nothing restricts it"
