"""*Reports > Close of day*: one page of figures, each of which opens the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.reports.close_of_day import MOST_ROWS, CloseOfDay, DayLine, DayRow, close_of_day, rows_behind
from app.services.reports.paper import save_close_of_day
from app.services.reports.sources import Section
from app.services.reports.words import SECTION_WORDS, line_words, sums_words
from app.views.asking.fields import DateField
from app.views.asking.files import ask_where_to_save, file_name
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ProviderListScreen
from app.views.desk.screen import ACCOUNT, RUNS, Target
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column, Kind
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.reports.feature import SAVE_PAGE
from app.views.running.failures import in_words
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.layout import column, grows, row

_WORDS: Final = ListWords(name="Close of the day", reading="Reading the day.", unread="The day could not be read.",
                          empty=Instead(head="Nothing happened on this day.", icon=Icon.REPORTS))
_CONCERNS: Final = frozenset({Changed.LEDGER, Changed.HOLDS, Changed.ACCOUNTS})
_RUNS: Final = frozenset({"runs", "stopped"})
"""Lines that count scans; all others count something of accounts."""
_BEHIND: Final = ListWords(name="Behind the figure", reading="Reading the rows.", unread="The rows could not be read.",
                           empty=Instead(head="Nothing is behind it any more.", icon=Icon.REPORTS))


class CloseOfDayScreen(ProviderListScreen[DayLine]):
    """One provider and one day at a time; without a day it is the provider's today."""

    def __init__(self, target: Target, desk: Desk) -> None:
        self._rows: RowListing[DayLine] = RowListing(desk.theme, desk.runner, _WORDS, _COLUMNS, row_id=_row_id,
                                                     rows_of=_shown)
        self._behind: RowListing[DayRow] = RowListing(desk.theme, desk.runner, _BEHIND, _ROW_COLUMNS)
        self._figure = Label(desk.theme, weight=600)
        self._panel = QWidget()
        column(row(self._figure, ..., margins=(tk.PAGE_MARGIN, 8, tk.PAGE_MARGIN, 4)), grows(self._behind),
               on=self._panel)
        self._panel.hide()
        super().__init__(target, desk, ListPlan(
            title="Close of day", subtitle="Every figure opens its rows.", icon=Icon.REPORTS, words=_WORDS,
            columns=_COLUMNS, concerns=_CONCERNS, chooser_in_head=True,
            nowhere=Instead(head="No provider is within your reach.", icon=Icon.PROVIDER)), self._rows,
            head=(HeadAction(text="Save as PDF…", run=self._ask_where, icon=Icon.PRINTING, power="ledger"),))
        self._page: CloseOfDay | None = None
        self._wanted: date | None = None
        self._day = DateField(desk.theme, "Day", self._today, self)
        self._refusal = Label(desk.theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        column(self.header,
               row(Label(desk.theme, "Da&y", ink=tk.Ink.MUTED, buddy=self._day), self._day, ...,
                   margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)),
               row(self._refusal, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 4)), grows(self._rows, 3),
               grows(self._panel, 2), on=self)
        self._day.returnPressed.connect(without_arguments(self._on_day))
        self._day.editingFinished.connect(without_arguments(self._on_day))
        self._rows.answered.connect(self._on_page)
        self._rows.table.opened.connect(self._on_opened)
        self._rows.table.left_upwards.connect(self._day.setFocus)
        self._behind.table.opened.connect(self._on_row)
        self._behind.table.left_upwards.connect(self._rows.table.setFocus)

    # --- for the shell ---

    def bindings(self) -> Mapping[str, Binding]:
        refusal = "" if self._page is not None else "needs a day that was read"
        return {**super().bindings(), SAVE_PAGE: Binding(self._ask_where, refusal=refusal)}

    # --- reading ---

    def ask_rows(self) -> None:
        if self.wanted_provider is not None:
            self._refusal.hide()
            self._rows.ask(asking(close_of_day, provider_id=self.wanted_provider, day=self._wanted))

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()

    def _today(self) -> date:
        return self._page.today if self._page is not None else self.desk.today()

    def _on_page(self, page: CloseOfDay) -> None:
        self._page = page
        self._panel.hide()
        self._day.set_value(page.day)
        day = self.theme.formatter.day(page.day, weekday=True)
        self.header.set_subtitle(f"{page.provider}, {day}. Every figure opens its rows.")
        self.bindings_changed.emit()

    def _on_day(self) -> None:
        day = self._day.value
        if day is not None and self._page is not None and day != self._page.day:
            self._wanted = day if day != self._page.today else None
            self.ask_rows()

    # --- what is behind a figure ---

    def _on_opened(self, index: QModelIndex) -> None:
        line, page = self._rows.model.row_of(index), self._page
        if line is None or page is None:
            return
        if line.code in _RUNS:
            self.desk.navigator.go(Target(RUNS, part=str(page.provider_id)))
            return
        self._figure.setText(_heading(line, self.theme.formatter))
        self._panel.show()
        self._behind.ask(asking(rows_behind, provider_id=page.provider_id, day=page.day, code=line.code, on=line.on))
        self._behind.table.setFocus()

    def _on_row(self, index: QModelIndex) -> None:
        behind = self._behind.model.row_of(index)
        if behind is not None:
            self.desk.navigator.go(Target(ACCOUNT, behind.account_id))

    # --- keeping it ---

    def _ask_where(self) -> None:
        page = self._page
        if page is not None:
            name = file_name(f"Close of {page.day.isoformat()} {page.provider}", "Close of day")
            ask_where_to_save(self, "Save the close of the day", partial(self._save, page), ending="pdf",
                              kinds="PDF (*.pdf)", name=f"{name}.pdf")

    def _save(self, page: CloseOfDay, path: str) -> None:
        self._refusal.hide()
        self.desk.runner.read(
            partial(save_close_of_day, provider_id=page.provider_id, day=page.day, path=Path(path)),
            succeeded=self.desk.notices.say, failed=self.refuse)


def _heading(line: DayLine, formatter: Formatter) -> str:
    """What the rows below add up to."""
    parts = [part for part in (line_words(line), _on(line, formatter), sums_words(line)) if part]
    if line.count > MOST_ROWS:
        parts.append(f"the first {MOST_ROWS} by account")
    return ", ".join(parts)


def _minor(r: DayRow, formatter: Formatter) -> str:
    return "" if r.minor is None else f"{formatter.amount(r.minor, r.currency)} {r.currency}"


def _shown(page: CloseOfDay) -> list[DayLine]:
    """The lines that say something; of a part in which nothing is, its first line says so."""
    found: list[DayLine] = []
    for section in Section:
        lines = page.of(section)
        found += [line for line in lines if line.count] or list(lines[:1])
    return found


def _row_id(line: DayLine) -> int:
    return hash((line.section, line.code, line.on)) & 0x7FFF_FFFF


def _on(line: DayLine, formatter: Formatter) -> str:
    return formatter.day(line.on, weekday=True) if line.on is not None else ""


_COLUMNS: Final[tuple[Column[DayLine], ...]] = (
    Column(key="part", title="Part", text=lambda r, _: SECTION_WORDS[r.section], width=200, is_second_rank=True),
    Column(key="on", title="Day", text=_on, width=130, is_second_rank=True),
    Column(key="what", title="What", text=lambda r, _: line_words(r), width=340, stretches=True,
           is_link=lambda r: r.count > 0),
    Column(key="amount", title="Amount", kind=Kind.FIGURE, text=lambda r, _: sums_words(r), width=220),
)
_ROW_COLUMNS: Final[tuple[Column[DayRow], ...]] = (
    Column(key="code", title="Account", text=lambda r, _: r.code, width=110, is_second_rank=True),
    Column(key="name", title="Name", text=lambda r, _: r.name, width=240, stretches=True, is_link=lambda _: True),
    Column(key="what", title="What", text=lambda r, _: r.what, width=240),
    Column(key="amount", title="Amount", kind=Kind.FIGURE, text=_minor, width=160),
)
