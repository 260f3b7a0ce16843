"""What the cards of a summary say, and where each of their words leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from app.models.values import AccountType
from app.services.accounts.contacts import AccountContactRow
from app.services.accounts.header import AccountHeader
from app.services.accounts.summary import AccountSummary, Alert, AlertKind, status_sentence
from app.services.ledger.page import LedgerRow
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.status.account_words import credit_words
from app.views.status.hold_strips import hold_head, hold_text
from app.views.widgets.fact_card import Fact

TITLES: Final = {"status": "Status", "alerts": "Needs attention", "invoices": "Recent invoices", "money": "Money",
                 "people": "Contacts", "place": "Belongs to"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadsTo:
    """What opens another part, a row of the ledger, what the credit limit comes from, or another account."""

    part: Callable[[str], object]
    row: Callable[[LedgerRow], object]
    limit: Callable[[], object]
    terms: Callable[[], object]
    """Asks for other credit terms."""
    account: Callable[[int], object]


def facts_of(summary: AccountSummary, to: LeadsTo, formatter: Formatter) -> dict[str, list[Fact]]:
    """The facts of each card."""
    return {
        "status": _status(summary, formatter),
        "alerts": [_alert(alert, to) for alert in summary.alerts] or [_muted("Nothing needs attention.")],
        "invoices": _invoices(summary, to, formatter),
        "money": _money(summary.header, to, formatter),
        "people": [*_person("Primary", summary.contacts.primary, to),
                   *_person("Billing", summary.contacts.billing, to)],
        "place": _place(summary, to, formatter),
    }


def _muted(words: str, name: str = "") -> Fact:
    return Fact(value=words, name=name, ink=tk.Ink.MUTED)


def _status(summary: AccountSummary, formatter: Formatter) -> list[Fact]:
    holds = [Fact(value=f"{hold_head(hold, formatter)} {hold_text(hold)}".strip()) for hold in summary.header.holds]
    return [Fact(value=status_sentence(summary.status)), *(holds or [_muted("No hold is open.")])]


def _alert(alert: Alert, to: LeadsTo) -> Fact:
    opens: dict[AlertKind, Callable[[], object]] = {
        AlertKind.LEDGER: partial(to.part, "ledger"), AlertKind.LIMIT: to.limit,
        AlertKind.CONTACTS: partial(to.part, "contacts"), AlertKind.DETAILS: partial(to.part, "details"),
    }
    return Fact(value=alert.text, opens=opens[alert.kind])


def _invoices(summary: AccountSummary, to: LeadsTo, formatter: Formatter) -> list[Fact]:
    if summary.header.rights.see_ledger:
        return [_muted(summary.header.rights.see_ledger)]
    return [_invoice(row, to, formatter) for row in summary.invoices] or [_muted("Nothing was invoiced yet.")]


def _invoice(row: LedgerRow, to: LeadsTo, formatter: Formatter) -> Fact:
    amount = f"{formatter.amount(row.debit_minor or 0, row.currency)}{NO_BREAK}{row.currency}"
    due = f", due {formatter.day(row.due_on)}" if row.due_on is not None else ""
    payable = f", {formatter.amount(row.payable_minor, row.currency)} payable" if row.payable_minor else ""
    return Fact(value=f"{amount}{due}{payable}", name=row.number, opens=partial(to.row, row))


def _money(header: AccountHeader, to: LeadsTo, formatter: Formatter) -> list[Fact]:
    figures = header.figures

    def fact(name: str, minor: int) -> Fact:
        text = f"{formatter.amount(minor, header.currency)}{NO_BREAK}{header.currency}"
        return Fact(value=text, name=name, opens=partial(to.part, "ledger"), is_figure=True)

    credit, unit, _ = credit_words(header, formatter)
    return [
        fact("Balance", figures.balance_minor), fact("Past its due date", figures.outstanding_minor),
        fact("In dispute", figures.disputed_minor),
        *([fact("In payment plans", figures.planned_minor)] if figures.planned_minor else []),
        fact("Not allocated", figures.unallocated_minor),
        fact("Overdue payable", figures.overdue_payable_minor),
        Fact(value=f"{credit}{NO_BREAK}{unit}" if unit else credit, name=f"Credit left ({header.credit.note})",
             opens=to.limit, is_figure=True),
        *([Fact(value="Change credit terms…", name="Credit terms", opens=to.terms, is_figure=True)]
          if header.type is AccountType.END_USER and not header.rights.terms else []),
    ]


def _person(name: str, contact: AccountContactRow | None, to: LeadsTo) -> list[Fact]:
    """A contact with the ways to reach it below."""
    opens = partial(to.part, "contacts")
    if contact is None:
        return [Fact(value="none", name=name, opens=opens)]
    reach = ", ".join(contact.values[way] for way in ("email", "phone", "mobile") if contact.values[way])
    return [Fact(value=contact.name, name=name, opens=opens), *([_muted(reach, name=" ")] if reach else [])]


def _place(summary: AccountSummary, to: LeadsTo, formatter: Formatter) -> list[Fact]:
    header = summary.header
    kept_back = header.rights.see_groups
    facts = [Fact(value=header.profile, name="Profile", opens=partial(to.part, "details")),
             _muted(kept_back, name="Groups") if kept_back else
             Fact(value=", ".join(summary.groups) or "None", name="Groups", opens=partial(to.part, "groups"))]
    for name, owner, owner_id in (("Agent", header.agent_name, header.agent_id),
                                  ("Parent", summary.parent, summary.parent_id)):
        if owner_id is not None:
            facts.append(Fact(value=owner or "", name=name, opens=partial(to.account, owner_id)))
    since = "Customer since" if header.type is AccountType.END_USER else "Here since"
    return [*facts, Fact(value=formatter.day(header.since), name=since)]
