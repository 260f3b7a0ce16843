"""Which credit settles which debit, and from which day on (ARCHITECTURE.md, "Allocation").

A credit that names invoices goes there first; the rest goes oldest credit (by posting date) against oldest invoice
(by due date). Parts in dispute are skipped while the dispute lasts; on the day it ends they may be settled. The rule
walks through the days on which anything becomes possible, so that history entered late gives the same answer as
history entered day by day.

What a payment plan covers is settled by its instalments and by nothing else (ARCHITECTURE.md, "Payment plans"): an
instalment takes its turn as an invoice that is due on its day, and what it takes settles the invoices of the plan, the
one that is due first before the others.

What was allocated and taken back, because a document was cancelled, is free again from that day on and not before: on
the days between, it was settled. A credit that was entered as chosen settles what it names and waits with the rest.

Example: invoice 100.00 due 17 Jun with 95.00 in dispute until 1 Jul; a payment of 100.00 on 20 Jun settles 5.00 on
20 Jun and 95.00 on 1 Jul.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An allocation by the days on which it holds: from its own until it was taken back, or for good."""

    since: date
    amount_minor: int
    until: date | None = None


def _held_from(day: date, allocations: Sequence[Held]) -> int:
    """How much more is allocated by them than in the end, on the one day of those from a day on that has most."""
    days = {day, *(a.since for a in allocations if a.since > day)}
    most = max(sum(a.amount_minor for a in allocations if a.since <= d and (a.until is None or d < a.until))
               for d in days)
    return most - sum(a.amount_minor for a in allocations if a.until is None)


@dataclass(slots=True)
class OpenDebit:
    """A posted debit with something left to settle. Amounts in minor units."""

    id: int
    effective_on: date
    due_on: date
    open_minor: int
    disputes: tuple[tuple[date, int], ...] = ()
    """Changes of the disputed amount by date (their sum so far is in dispute); a plan that ended is one, too."""
    covered_minor: int = 0
    """What a plan that stands still covers of it."""
    held: tuple[Held, ...] = ()
    """Every allocation of it, where one was taken back."""

    def free_on(self, day: date) -> int:
        """What may be settled on a day: the open amount less what is then in dispute or in a plan, never below 0."""
        disputed = sum(delta for since, delta in self.disputes if since <= day)
        return max(0, self.left_on(day) - self.covered_minor - disputed)

    def left_on(self, day: date) -> int:
        """What is open on a day and on all that follow."""
        return self.open_minor - _held_from(day, self.held)


@dataclass(slots=True)
class OpenInstalment:
    """An instalment of a plan that stands, with something left to pay. Amounts in minor units."""

    plan_id: int
    position: int
    since: date
    """The first day of the plan: nothing comes in for it before."""
    due_on: date
    open_minor: int
    invoices: tuple[int, ...]
    """The debits of the plan."""


@dataclass(slots=True)
class OpenCredit:
    """A posted credit with something left to allocate; `targets` are the debits that it names."""

    id: int
    effective_on: date
    open_minor: int
    targets: tuple[int, ...] = ()
    most: Mapping[int, int] = field(default_factory=dict)
    """How much may still go to a debit by its name, where that has a limit."""
    is_chosen: bool = False
    """It settles what it names and nothing else."""
    held: tuple[Held, ...] = ()
    """Every allocation of it, where one was taken back."""

    def free_on(self, day: date) -> int:
        """What may be allocated on a day."""
        return max(0, self.open_minor - _held_from(day, self.held))

    def named_on(self, day: date, debit_id: int) -> int:
        """What may go to a debit that it names, on a day."""
        return min(self.free_on(day), self.most.get(debit_id, self.open_minor))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAllocation:
    """One allocation to write."""

    credit_id: int
    debit_id: int
    amount_minor: int
    named: bool
    effective_on: date
    instalment: tuple[int, int] | None = None
    """Plan and position of the instalment that it came in for."""


@dataclass(slots=True)
class _Book:
    debits: list[OpenDebit]
    credits: list[OpenCredit]
    instalments: list[OpenInstalment]
    written: list[NewAllocation] = field(default_factory=list)

    def settle(self, credit: OpenCredit, debit: OpenDebit, day: date, *, named: bool) -> None:
        most = credit.named_on(day, debit.id) if named else credit.free_on(day)
        self._write(credit, debit, min(most, debit.free_on(day)), day, named=named)

    def pay(self, credit: OpenCredit, instalment: OpenInstalment, day: date, *, named: bool) -> None:
        """Pay an instalment as far as the credit goes, by settling the invoices of its plan in their order."""
        for debit in self.debits:
            if debit.id not in instalment.invoices:
                continue
            most = credit.named_on(day, debit.id) if named else credit.free_on(day)
            amount = min(most, instalment.open_minor, debit.covered_minor, debit.left_on(day))
            if self._write(credit, debit, amount, day, named=named,
                           instalment=(instalment.plan_id, instalment.position)):
                debit.covered_minor -= amount
                instalment.open_minor -= amount

    def _write(
        self, credit: OpenCredit, debit: OpenDebit, amount: int, day: date, *, named: bool,
        instalment: tuple[int, int] | None = None,
    ) -> bool:
        if amount <= 0:
            return False
        credit.open_minor -= amount
        debit.open_minor -= amount
        if named and debit.id in credit.most:
            credit.most = {**credit.most, debit.id: credit.most[debit.id] - amount}
        self.written.append(NewAllocation(credit_id=credit.id, debit_id=debit.id, amount_minor=amount, named=named,
                                          effective_on=day, instalment=instalment))
        return True


def allocate(
    debits: Sequence[OpenDebit], credits: Sequence[OpenCredit], *, instalments: Sequence[OpenInstalment] = (),
    named_only: bool = False, until: date = date.max,
) -> list[NewAllocation]:
    """Allocate what can be allocated among the open rows of one account; the arguments are left as they were.

    Nothing is allocated for days after `until`: what becomes possible later is done then. Of rows with the same days
    the one that was given first comes first.

    With `named_only` a credit settles what it names and the rest waits, because the provider allocates by hand. Who
    names an invoice of a plan names its instalments as well, once what the plan does not cover of it is settled.
    """
    book = _Book(
        sorted((replace(d) for d in debits), key=lambda d: (d.due_on, d.effective_on)),
        sorted((replace(c) for c in credits), key=lambda c: c.effective_on),
        sorted((replace(i) for i in instalments), key=lambda i: (i.due_on, i.plan_id, i.position)),
    )
    if not book.debits or not book.credits:
        return []
    days = {d.effective_on for d in book.debits} | {c.effective_on for c in book.credits}
    days |= {since for debit in book.debits for since, _ in debit.disputes} | {i.since for i in book.instalments}
    days |= {a.until for held in [row.held for row in book.debits] + [row.held for row in book.credits]
             for a in held if a.until is not None}
    first = max(min(d.effective_on for d in book.debits), min(c.effective_on for c in book.credits))
    for day in sorted(d for d in days if first <= d <= until):
        _settle_day(book, day, named_only=named_only)
    return book.written


def _settle_day(book: _Book, day: date, *, named_only: bool) -> None:
    credits = [c for c in book.credits if c.open_minor > 0 and c.effective_on <= day]
    debits = [d for d in book.debits if d.open_minor > 0 and d.effective_on <= day]
    instalments = [i for i in book.instalments if i.open_minor > 0 and i.since <= day]
    for credit in credits:
        for debit in debits:
            if debit.id in credit.targets:
                book.settle(credit, debit, day, named=True)
        for instalment in instalments:
            if not set(credit.targets).isdisjoint(instalment.invoices):
                book.pay(credit, instalment, day, named=True)
    if named_only:
        return
    # Of one day, what is due as an invoice goes before what is due as an instalment.
    turns: list[OpenDebit | OpenInstalment] = [*debits, *instalments]
    turns.sort(key=lambda owed: owed.due_on)
    for credit in credits:
        if credit.is_chosen:
            continue
        for owed in turns:
            if credit.open_minor == 0:
                break
            if isinstance(owed, OpenInstalment):
                book.pay(credit, owed, day, named=False)
            else:
                book.settle(credit, owed, day, named=False)
