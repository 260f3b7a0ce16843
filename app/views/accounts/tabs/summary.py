"""One account at a glance: status in words, what needs attention, money, contacts, invoices, where it belongs.

Every figure and name leads to the rows or the page behind it.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.services.accounts.header import AccountHeader
from app.services.accounts.summary import AccountSummary, account_summary
from app.services.database.asking import asking
from app.views.accounts.tabs.reading import ReadingTab
from app.views.accounts.tabs.summary_facts import TITLES, LeadsTo, facts_of
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.runner import Runner
from app.views.widgets.fact_card import FactCard
from app.views.widgets.layout import column, grows, holding, row, scrolling


class SummaryTab(ReadingTab):
    """Shows one account."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        self._cards = {key: FactCard(theme, title) for key, title in TITLES.items()}
        status, alerts, invoices, money, people, place = self._cards.values()
        cards = row(grows(column(status, alerts, invoices, ..., spacing=20)),
                    grows(column(money, people, place, ..., spacing=20)),
                    margins=(tk.PAGE_MARGIN, 16, tk.PAGE_MARGIN, tk.PAGE_MARGIN), spacing=40)
        self._scroll = scrolling(holding(cards), name="Summary", sideways=True)
        super().__init__(theme, runner, self._scroll, parent, reading="Reading the summary.",
                         unread="The summary could not be read.")
        column(self.area, on=self)

    def query(self, header: AccountHeader) -> Job[AccountSummary]:
        return asking(account_summary, account_id=header.id, as_of=header.as_of)

    def draw(self, answer: AccountSummary) -> None:
        ways = LeadsTo(part=self.part_asked.emit, row=self.row_asked.emit, account=self.open_asked.emit,
                       limit=partial(self.attribute_asked.emit, "credit_limit"), terms=self.terms_asked.emit)
        for key, facts in facts_of(answer, ways, self.theme.formatter).items():
            self._cards[key].show_facts(facts)
        count = self.theme.formatter.counted(len(answer.alerts), "thing needs", "things need")
        self.summary_changed.emit(f"{count} attention" if answer.alerts else "Nothing needs attention")

    def focus_first(self) -> None:
        links = [link for key in ("alerts", "invoices", "money") for link in self._cards[key].links()]
        (links[0] if links else self._scroll).setFocus()
