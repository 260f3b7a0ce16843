"""One account at a glance: status in words, what needs attention, money, contacts, invoices, where it belongs.

Every figure and name leads to the rows or the page behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.services.accounts.contacts import AccountContactRow
from app.services.accounts.header import AccountHeader
from app.services.accounts.summary import AccountSummary, Alert, AlertKind, account_summary, status_sentence
from app.services.database.asking import asking
from app.services.ledger.page import LedgerRow
from app.views.accounts.page_tabs import PageTab
from app.views.customers.preview import credit_words
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.status.hold_strips import hold_head, hold_text
from app.views.widgets.fact_card import Fact, FactCard
from app.views.widgets.layout import column, grows, holding, row, scrolling


class SummaryTab(PageTab):
    """Shows one account."""

    part_asked = Signal(str)  # key of a tab
    row_asked = Signal(object)  # LedgerRow
    limit_asked = Signal()
    open_asked = Signal(int)  # account id

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._header: AccountHeader | None = None
        self._question = Question(runner, self, answered=self._on_summary, failed=self._on_failed)
        self._status, self._alerts, self._invoices, self._money, self._people, self._place = (
            FactCard(theme, title, self) for title in
            ("Status", "Needs attention", "Recent invoices", "Money", "Contacts", "Belongs to"))
        left = column(self._status, self._alerts, self._invoices, ..., spacing=20)
        right = column(self._money, self._people, self._place, ..., spacing=20)
        cards = row(grows(left), grows(right), margins=(tk.PAGE_MARGIN, 16, tk.PAGE_MARGIN, tk.PAGE_MARGIN), spacing=40)
        self._scroll = scrolling(holding(cards), name="Summary", sideways=True)
        self._area = StatefulArea(theme, self._scroll, self)
        column(self._area, on=self)

    def show_account(self, header: AccountHeader) -> None:
        self._header = header
        self._area.show_reading("Reading the summary.")
        self._ask()

    def focus_first(self) -> None:
        links = [link for card in (self._alerts, self._invoices, self._money) for link in card.links()]
        (links[0] if links else self._scroll).setFocus()

    def _ask(self) -> None:
        if self._header is not None:
            self._question.ask(asking(account_summary, account_id=self._header.id, as_of=self._header.as_of))

    def _on_failed(self, error: BaseException) -> None:
        self._area.show_failure("The summary could not be read.", str(error), self._ask)

    # --- showing ---

    def _on_summary(self, summary: AccountSummary) -> None:
        header = summary.header
        self._status.show_facts(self._status_facts(summary))
        self._alerts.show_facts([self._alert(alert) for alert in summary.alerts]
                                or [Fact(value="Nothing needs attention.", ink=tk.Ink.MUTED)])
        self._invoices.show_facts(self._invoice_facts(summary))
        self._money.show_facts(self._money_facts(header))
        self._people.show_facts(self._people_facts(summary))
        self._place.show_facts(self._place_facts(summary))
        self._area.show_content()
        count = self._theme.formatter.counted(len(summary.alerts), "thing needs", "things need")
        self.summary_changed.emit(f"{count} attention" if summary.alerts else "Nothing needs attention")

    def _status_facts(self, summary: AccountSummary) -> list[Fact]:
        formatter = self._theme.formatter
        holds = [Fact(value=f"{hold_head(hold, formatter)} {hold_text(hold)}".strip()) for hold in summary.header.holds]
        return [Fact(value=status_sentence(summary.status)),
                *(holds or [Fact(value="No hold is open.", ink=tk.Ink.MUTED)])]

    def _alert(self, alert: Alert) -> Fact:
        opens: dict[AlertKind, Callable[[], object]] = {
            AlertKind.LEDGER: partial(self.part_asked.emit, "ledger"),
            AlertKind.LIMIT: self.limit_asked.emit,
            AlertKind.CONTACTS: partial(self.part_asked.emit, "contacts"),
            AlertKind.DETAILS: partial(self.part_asked.emit, "details"),
        }
        return Fact(value=alert.text, opens=opens[alert.kind])

    def _invoice_facts(self, summary: AccountSummary) -> list[Fact]:
        refusal = summary.header.rights.see_ledger
        if refusal:
            return [Fact(value=refusal, ink=tk.Ink.MUTED)]
        facts = [self._invoice(row) for row in summary.invoices]
        return facts or [Fact(value="Nothing was invoiced yet.", ink=tk.Ink.MUTED)]

    def _invoice(self, row: LedgerRow) -> Fact:
        formatter = self._theme.formatter
        open_words = ""
        if row.payable_minor:
            open_words = f", {formatter.amount(row.payable_minor, row.currency)} payable"
        due = f", due {formatter.day(row.due_on)}" if row.due_on is not None else ""
        amount = f"{formatter.amount(row.debit_minor or 0, row.currency)}{NO_BREAK}{row.currency}"
        return Fact(value=f"{amount}{due}{open_words}", name=row.number, opens=partial(self.row_asked.emit, row))

    def _money_facts(self, header: AccountHeader) -> list[Fact]:
        formatter, figures = self._theme.formatter, header.figures

        def fact(name: str, minor: int) -> Fact:
            text = f"{formatter.amount(minor, header.currency)}{NO_BREAK}{header.currency}"
            return Fact(value=text, name=name, opens=partial(self.part_asked.emit, "ledger"), is_figure=True)

        credit, unit, _ = credit_words(header, formatter)
        left = f"{credit}{NO_BREAK}{unit}" if unit else credit
        return [
            fact("Balance", figures.balance_minor), fact("Past its due date", figures.outstanding_minor),
            fact("In dispute", figures.disputed_minor), fact("Not allocated", figures.unallocated_minor),
            fact("Overdue payable", figures.overdue_payable_minor),
            Fact(value=left, name=f"Credit left ({header.credit.note})", opens=self.limit_asked.emit, is_figure=True),
        ]

    def _people_facts(self, summary: AccountSummary) -> list[Fact]:
        facts: list[Fact] = []
        for word, one in (("Primary", summary.contacts.primary), ("Billing", summary.contacts.billing)):
            if one is None:
                facts.append(Fact(value="none", name=word, opens=partial(self.part_asked.emit, "contacts")))
                continue
            facts.append(Fact(value=one.name, name=word, opens=partial(self.part_asked.emit, "contacts")))
            reach = _reach(one)
            if reach:
                facts.append(Fact(value=reach, name=" ", ink=tk.Ink.MUTED))
        return facts

    def _place_facts(self, summary: AccountSummary) -> list[Fact]:
        header = summary.header
        facts = [Fact(value=header.profile, name="Profile", opens=partial(self.part_asked.emit, "details"))]
        if header.rights.see_groups:
            groups = Fact(value=header.rights.see_groups, name="Groups", ink=tk.Ink.MUTED)
        else:
            groups = Fact(value=", ".join(summary.groups) or "None", name="Groups",
                          opens=partial(self.part_asked.emit, "groups"))
        facts.append(groups)
        if header.agent_id is not None:
            facts.append(Fact(value=header.agent_name or "", name="Agent",
                              opens=partial(self.open_asked.emit, header.agent_id)))
        if summary.parent_id is not None:
            facts.append(Fact(value=summary.parent, name="Parent",
                              opens=partial(self.open_asked.emit, summary.parent_id)))
        facts.append(Fact(value=self._theme.formatter.day(header.since), name="Customer since"
                          if header.type.value == "end_user" else "Here since"))
        return facts


def _reach(row: AccountContactRow) -> str:
    return ", ".join(row.values[name] for name in ("email", "phone", "mobile") if row.values[name])
