"""The history of an account: who did what, when, from which value to which. Newest first, filtered by kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.services.accounts.history import HistoryRow, history_count, history_page
from app.services.accounts.history_words import HistoryKind
from app.views.accounts.tabs.reading import ListTab
from app.views.asking.choices import ChoiceBox
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.lists.models.columns import Column, text_column
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row, walk_in_order

KINDS: Final = {
    HistoryKind.DETAILS: "Details", HistoryKind.CONTACTS: "Contacts", HistoryKind.ATTRIBUTES: "Attributes",
    HistoryKind.STATUS: "Status and holds", HistoryKind.PROFILE: "Profile", HistoryKind.GROUPS: "Groups",
    HistoryKind.SERVICES: "Services", HistoryKind.REQUESTS: "Service requests",
}


class HistoryTab(ListTab[HistoryRow]):
    """Shows one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        self._zone = ZoneInfo("UTC")
        words = ListWords(name="History", reading="Reading the history.", unread="The history could not be read.",
                          empty=self._none)
        self._pages = PageListing(theme, runner, words, history_columns(lambda: self._zone))
        super().__init__(theme, self._pages, ("change", "changes"), parent)
        self._kind = ChoiceBox(theme, "Which acts")
        self._kind.set_choices([("Everything", None), *[(words, kind) for kind, words in KINDS.items()]])
        column(row(Label(theme, "Sh&ow", ink=tk.Ink.MUTED, buddy=self._kind), self._kind, ...,
                   margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8), spacing=10), grows(self._pages), on=self)
        walk_in_order(self._kind, self._pages.table)
        self._kind.currentIndexChanged.connect(without_arguments(self._ask_kind))
        self._pages.table.left_upwards.connect(self._kind.setFocus)

    def ask(self, header: AccountHeader) -> None:
        self._zone = ZoneInfo(header.time_zone)
        asked = {"account_id": header.id, "kind": self._kind.chosen()}
        self._pages.ask(partial(history_page, **asked), partial(history_count, **asked))

    def say_count(self, count: int) -> None:
        """The changes have no count behind the name of the tab."""
        self.summary_changed.emit(self.theme.formatter.counted(count, "change", "changes"))

    def _ask_kind(self) -> None:
        if self.header is not None:
            self.ask(self.header)

    def _none(self) -> Instead:
        everything = self._kind.chosen() is None
        return Instead(
            head="Nothing was changed yet." if everything else "Nothing of this kind was changed yet.",
            text="Who changed what and when stands here.", icon=Icon.HISTORY,
            ways=() if everything else (WayOn("Show everything", partial(self._kind.setCurrentIndex, 0)),))


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
        text_column("what", "What", lambda r: r.what, 145),
        text_column("field", "Field", lambda r: r.field, 115),
        text_column("old", "Before", lambda r: r.old, 115, is_second_rank=True),
        text_column("new", "After", lambda r: r.new, 130),
        Column(key="detail", title="Why", text=detail, width=130, stretches=True, is_second_rank=True, tooltip=detail),
    )
