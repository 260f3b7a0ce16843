"""The services of an account, and what restricts them now."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.accounts.header import AccountHeader
from app.services.accounts.services import ServiceRow, service_rows
from app.services.database.asking import asking
from app.views.accounts.page_tabs import PageTab
from app.views.accounts.words import HOLD, SERVICE
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.tokens import Ink
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.empty_state import WayOn


class ServicesTab(PageTab):
    """Shows one account. `counted` feeds the count behind the tab."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._header: AccountHeader | None = None
        self._model: RowsTableModel[ServiceRow] = RowsTableModel(
            service_columns(), lambda row: row.id, theme.formatter, self)
        self._question = Question(runner, self)
        self._question.answered.connect(self._on_rows)
        self._question.failed.connect(self._on_failed)
        self._table = DataTable(theme, "Services", self)
        self._table.show_model(self._model)
        self._area = StatefulArea(theme, self._table, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)

    def show_account(self, header: AccountHeader) -> None:
        """Show an account, or the same one again."""
        self._header = header
        self._area.show_reading("Reading services.")
        self._ask()

    def focus_first(self) -> None:
        self._table.setFocus()

    def _ask(self) -> None:
        if self._header is not None:
            self._question.ask(asking(service_rows, account_id=self._header.id))

    def _on_rows(self, rows: list[ServiceRow]) -> None:
        self._model.set_rows(rows)
        self.counted.emit(len(rows))
        self.summary_changed.emit(self._theme.formatter.counted(len(rows), "service", "services"))
        if not rows:
            name = self._header.name if self._header is not None else "This account"
            self._area.show_words(f"{name} has no services.", "A scan judges it as an account, by its invoices alone.",
                                  icon=Icon.SERVICE)
            return
        self._area.show_content()
        if not self._table.currentIndex().isValid():
            self._table.go_to_row(0)

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_words("The services could not be read.", str(error), icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])


def service_columns() -> tuple[Column[ServiceRow], ...]:
    return (
        Column(key="identifier", title="Identifier", text=lambda r, _: r.identifier, width=160,
               sort_value=lambda r: r.identifier, tooltip=lambda r, _: r.identifier),
        Column(key="name", title="Name", text=lambda r, _: r.name, width=180, stretches=True,
               sort_value=lambda r: r.name, tooltip=lambda r, _: r.name),
        Column(key="state", title="State", kind=Kind.STATUS, text=lambda r, _: SERVICE[r.state].text, width=130,
               sort_value=lambda r: SERVICE[r.state].text, tone=lambda r: SERVICE[r.state].tone,
               icon=lambda r: SERVICE[r.state].icon if SERVICE[r.state].tone is not None else None,
               dot=lambda r: SERVICE[r.state].dot if SERVICE[r.state].tone is None else None),
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
