"""The history of an account: who did what, when, from which value to which. Newest first, filtered by kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.accounts.header import AccountHeader
from app.services.accounts.history import HistoryRow, history_count, history_page
from app.services.accounts.history_words import HistoryKind
from app.views.accounts.page_tabs import PageTab
from app.views.asking.choices import ChoiceBox
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column
from app.views.lists.models.keyset_source import KeysetSource
from app.views.lists.models.paged_table_model import PagedTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.empty_state import WayOn

KINDS: Final = {
    HistoryKind.DETAILS: "Details", HistoryKind.CONTACTS: "Contacts", HistoryKind.ATTRIBUTES: "Attributes",
    HistoryKind.STATUS: "Status and holds", HistoryKind.PROFILE: "Profile", HistoryKind.GROUPS: "Groups",
}


class HistoryTab(PageTab):
    """Shows one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._header: AccountHeader | None = None
        self._zone = ZoneInfo("UTC")
        self._model: PagedTableModel[HistoryRow] = PagedTableModel(
            history_columns(lambda: self._zone), runner, theme.formatter, self)
        self._table = DataTable(theme, "History", self)
        self._table.show_model(self._model)
        self._area = StatefulArea(theme, self._table, self)
        self._kind = ChoiceBox(theme, "Which acts", self)
        self._kind.set_choices([("Everything", None), *[(words, kind) for kind, words in KINDS.items()]])
        label = Label(theme, "S&how", self, ink=tk.Ink.MUTED)
        label.setBuddy(self._kind)
        tools = QHBoxLayout()
        tools.setContentsMargins(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8)
        tools.setSpacing(10)
        tools.addWidget(label)
        tools.addWidget(self._kind)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(self._area, 1)
        QWidget.setTabOrder(self._kind, self._table)
        self._kind.currentIndexChanged.connect(without_arguments(self._ask))
        self._table.left_upwards.connect(self._kind.setFocus)
        self._model.count_known.connect(self._on_count)
        self._model.modelReset.connect(self._on_reset)
        self._area.follow(self._model, say_empty=self._say_empty, say_failed=self._say_failed,
                          reading_text="Reading the history.")

    def show_account(self, header: AccountHeader) -> None:
        self._header = header
        self._zone = ZoneInfo(header.time_zone)
        self._ask()

    def focus_first(self) -> None:
        self._table.setFocus()

    def _ask(self) -> None:
        if self._header is not None:
            ident, chosen = self._header.id, self._kind.chosen()
            kind = HistoryKind(str(chosen)) if chosen is not None else None
            self._model.set_source(KeysetSource(page=partial(history_page, account_id=ident, kind=kind),
                                                number=partial(history_count, account_id=ident, kind=kind),
                                                ident=lambda row: row.id))

    def _on_count(self, count: int) -> None:
        self.summary_changed.emit(self._theme.formatter.counted(count, "change", "changes"))

    def _on_reset(self) -> None:
        if self._model.rowCount() and not self._table.currentIndex().isValid():
            self._table.go_to_row(0)

    def _say_empty(self) -> None:
        everything = self._kind.chosen() is None
        head = "Nothing was changed yet." if everything else "Nothing of this kind was changed yet."
        ways = [] if everything else [WayOn("Show everything", partial(self._kind.setCurrentIndex, 0))]
        self._area.show_words(head, "Who changed what and when stands here.", icon=Icon.HISTORY, ways=ways)

    def _say_failed(self) -> None:
        self._area.show_words("The history could not be read.", "Nothing was changed.", icon=Icon.ERROR,
                              ways=[WayOn("Try again", self._ask)])


def history_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[HistoryRow], ...]:
    """`zone` gives the time zone of the account's provider when a row is painted."""

    def when(row: HistoryRow, formatter: Formatter) -> str:
        return formatter.instant(row.recorded_at, zone())

    def detail(row: HistoryRow, formatter: Formatter) -> str:
        day = row.effective_on
        if day is None or day == row.recorded_at.astimezone(zone()).date():
            return row.detail
        return f"From {formatter.day(day)}" + (f": {row.detail}" if row.detail else "")

    return (
        Column(key="when", title="When", text=when, width=140),
        Column(key="actor", title="By", text=lambda r, _: "The scan" if r.by_scan else r.actor, width=100,
               is_second_rank=True, tooltip=lambda r, _: r.actor),
        Column(key="what", title="What", text=lambda r, _: r.what, width=145, tooltip=lambda r, _: r.what),
        Column(key="field", title="Field", text=lambda r, _: r.field, width=115, tooltip=lambda r, _: r.field),
        Column(key="old", title="Before", text=lambda r, _: r.old, width=115, is_second_rank=True,
               tooltip=lambda r, _: r.old),
        Column(key="new", title="After", text=lambda r, _: r.new, width=130, tooltip=lambda r, _: r.new),
        Column(key="detail", title="Why", text=detail, width=130, stretches=True, is_second_rank=True, tooltip=detail),
    )
