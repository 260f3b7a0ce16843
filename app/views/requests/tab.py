"""The service requests of one account, on its page."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.services.changes import Changed
from app.views.desk.page_tab import PageTab
from app.views.look.theme import Theme
from app.views.requests.panel import RequestPanel
from app.views.running.runner import Runner
from app.views.widgets.layout import column, grows


class RequestsTab(PageTab):
    """Shows one account."""

    concerned_by = frozenset({Changed.REQUESTS, Changed.ACCOUNTS, Changed.HOLDS})

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.panel = RequestPanel(theme, runner, of_account=True, parent=self)
        column(grows(self.panel), on=self)
        self.panel.listing.counted.connect(self._on_counted)

    def show_account(self, header: AccountHeader) -> None:
        self.panel.show_account(header.id)

    def focus_first(self) -> None:
        self.panel.listing.table.setFocus()

    def _on_counted(self, count: int) -> None:
        self.counted.emit(count)
        self.summary_changed.emit(self._theme.formatter.counted(count, "service request", "service requests"))
