"""Accounts and invoices as lines of the command box."""

from __future__ import annotations

from functools import partial

from app.services.hierarchy.records import Records, find_records
from app.services.hierarchy.search import InvoiceHit, JumpHit, Matched
from app.views.desk.command_rows import CommandRow, Group, Scope
from app.views.desk.screen import Navigator, Target
from app.views.look.formatting import NO_BREAK, Formatter
from app.views.look.icons import Icon
from app.views.look.words import STATUS, TYPE_ICON
from app.views.running.handle import Job

_RANK = {Matched.CODE: 0.4, Matched.NAME: 1.2, Matched.SERVICE: 1.6}


class RecordRows:
    """Knows how records are asked for and where each leads."""

    def __init__(self, formatter: Formatter, navigator: Navigator) -> None:
        self._formatter = formatter
        self._navigator = navigator

    def question(self, scope: Scope, words: str) -> Job[Records]:
        """The job that finds records for a text."""
        return partial(find_records, text=words, accounts=scope is not Scope.INVOICES,
                       invoices=scope is not Scope.ACCOUNTS)

    def rows(self, found: Records) -> list[CommandRow]:
        """Their lines, best first within each group."""
        accounts = [self._account(hit, place) for place, hit in enumerate(found.accounts)]
        return accounts + [self._invoice(hit, found.text, place) for place, hit in enumerate(found.invoices)]

    def _account(self, hit: JumpHit, place: int) -> CommandRow:
        state = STATUS[hit.status].text if STATUS[hit.status].tone is not None else ""
        matched = hit.matched_text if hit.matched is Matched.SERVICE else ""
        detail = " · ".join(part for part in (hit.code, matched, hit.provider_name, state) if part)
        return CommandRow(key=f"account {hit.account_id}", group=Group.ACCOUNTS, text=hit.name, detail=detail,
                          icon=TYPE_ICON[hit.type],
                          rank=_RANK.get(hit.matched, 2) + place / 100,
                          run=partial(self._go, Target("account", hit.account_id)))

    def _invoice(self, hit: InvoiceHit, text: str, place: int) -> CommandRow:
        amount = f"{self._formatter.amount(hit.amount_minor, hit.currency)}{NO_BREAK}{hit.currency}"
        detail = f"{hit.account_name} · {amount} · {self._formatter.day(hit.issued_on)}"
        is_whole = hit.number.casefold() == text.casefold()
        return CommandRow(key=f"invoice {hit.id}", group=Group.INVOICES, text=hit.number, detail=detail,
                          icon=Icon.INVOICE,
                          rank=(0.3 if is_whole else 1.4) + place / 100,
                          run=partial(self._go, Target("account", hit.account_id, "ledger")))

    def _go(self, target: Target, aside: bool) -> None:  # noqa: FBT001  as the rows call it
        self._navigator.go(target, aside=aside)
