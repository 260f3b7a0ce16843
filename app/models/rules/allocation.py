"""Which credit settles which debit, and from which day on (ARCHITECTURE.md, "Allocation").

A credit that names invoices goes there first; the rest goes oldest credit (by posting date) against oldest invoice
(by due date). Parts in dispute are skipped while the dispute lasts; on the day it ends they may be settled. The rule
walks through the days on which anything becomes possible, so that history entered late gives the same answer as
history entered day by day.

Example: invoice 100.00 due 17 Jun with 95.00 in dispute until 1 Jul; a payment of 100.00 on 20 Jun settles 5.00 on
20 Jun and 95.00 on 1 Jul.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class OpenDebit:
    """A posted debit with something left to settle. Amounts in minor units."""

    id: int
    effective_on: date
    due_on: date
    open_minor: int
    disputes: tuple[tuple[date, int], ...] = ()
    """Changes of the disputed amount by date (their sum so far is in dispute)."""

    def free_on(self, day: date) -> int:
        """What may be settled on a day: the open amount less what is then in dispute, never below 0."""
        disputed = sum(delta for since, delta in self.disputes if since <= day)
        return max(0, self.open_minor - disputed)


@dataclass(slots=True)
class OpenCredit:
    """A posted credit with something left to allocate; `targets` are the debits that it names."""

    id: int
    effective_on: date
    open_minor: int
    targets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAllocation:
    """One allocation to write."""

    credit_id: int
    debit_id: int
    amount_minor: int
    named: bool
    effective_on: date


@dataclass(slots=True)
class _Book:
    debits: list[OpenDebit]
    credits: list[OpenCredit]
    written: list[NewAllocation] = field(default_factory=list)

    def settle(self, credit: OpenCredit, debit: OpenDebit, day: date, *, named: bool) -> None:
        amount = min(credit.open_minor, debit.free_on(day))
        if amount <= 0:
            return
        credit.open_minor -= amount
        debit.open_minor -= amount
        self.written.append(NewAllocation(credit_id=credit.id, debit_id=debit.id, amount_minor=amount, named=named,
                                          effective_on=day))


def allocate(
    debits: Sequence[OpenDebit], credits: Sequence[OpenCredit], *, named_only: bool = False
) -> list[NewAllocation]:
    """Allocate what can be allocated among the open rows of one account; the arguments are left as they were.

    With `named_only` a credit settles what it names and the rest waits, because the provider allocates by hand.
    """
    book = _Book(
        sorted((OpenDebit(d.id, d.effective_on, d.due_on, d.open_minor, d.disputes) for d in debits),
               key=lambda d: (d.due_on, d.effective_on, d.id)),
        sorted((OpenCredit(c.id, c.effective_on, c.open_minor, c.targets) for c in credits),
               key=lambda c: (c.effective_on, c.id)),
    )
    if not book.debits or not book.credits:
        return []
    days = {d.effective_on for d in book.debits} | {c.effective_on for c in book.credits}
    days |= {since for debit in book.debits for since, _ in debit.disputes}
    first = max(min(d.effective_on for d in book.debits), min(c.effective_on for c in book.credits))
    for day in sorted(d for d in days if d >= first):
        _settle_day(book, day, named_only=named_only)
    return book.written


def _settle_day(book: _Book, day: date, *, named_only: bool) -> None:
    credits = [c for c in book.credits if c.open_minor > 0 and c.effective_on <= day]
    debits = [d for d in book.debits if d.open_minor > 0 and d.effective_on <= day]
    for credit in credits:
        for debit in debits:
            if debit.id in credit.targets:
                book.settle(credit, debit, day, named=True)
    if named_only:
        return
    for credit in credits:
        for debit in debits:
            if credit.open_minor == 0:
                break
            book.settle(credit, debit, day, named=False)
