"""A ledger as one would keep it on paper: every row with what is left of it, settled anew after each entry.

It knows nothing of the program. Money is whole cents, days are numbers, what is entered later comes behind. At the end
of each day it is photographed, so that the program can be asked what it says of that evening long afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Debit:
    amount: int
    day: int
    due: int
    is_invoice: bool = True
    left: int = 0
    disputed: int = 0
    is_gone: bool = False
    """Cancelled or written off."""
    settled_by: dict[int, int] = field(default_factory=dict)
    """By place of the credit."""

    def __post_init__(self) -> None:
        self.left = self.amount


@dataclass
class Credit:
    amount: int
    day: int
    named: dict[int, int | None] = field(default_factory=dict)
    """By place of the debit: at most how much."""
    is_chosen: bool = False
    is_payment: bool = True
    left: int = 0
    is_gone: bool = False

    def __post_init__(self) -> None:
        self.left = self.amount


class NaiveLedger:
    """One account."""

    def __init__(self) -> None:
        self.debits: list[Debit] = []
        self.credits: list[Credit] = []
        self.balance = 0
        self.evenings: dict[int, dict[str, object]] = {}

    # ---- entries

    def invoice(self, amount: int, day: int, due: int) -> None:
        self.debits.append(Debit(amount, day, due))
        self.balance += amount
        self.settle()

    def credit(
        self, amount: int, day: int, named: dict[int, int | None] | None = None, *, is_chosen: bool = False,
        is_payment: bool = True,
    ) -> None:
        self.credits.append(Credit(amount, day, dict(named or {}), is_chosen, is_payment))
        self.balance -= amount
        self.settle()

    def refund(self, amount: int, day: int) -> None:
        refund = Debit(amount, day, day, is_invoice=False)
        self.debits.append(refund)
        self.balance += amount
        for place, _ in self._oldest_credits():
            self._give(place, len(self.debits) - 1, min(self.credits[place].left, refund.left))
        assert refund.left == 0
        self.settle()

    def cancel_invoice(self, place: int) -> None:
        invoice = self.debits[place]
        for credit, amount in invoice.settled_by.items():
            self.credits[credit].left += amount
        invoice.settled_by, invoice.left, invoice.disputed, invoice.is_gone = {}, 0, 0, True
        self.balance -= invoice.amount
        self.settle()

    def cancel_payment(self, place: int) -> None:
        payment = self.credits[place]
        for debit in self.debits:
            debit.left += debit.settled_by.pop(place, 0)
        payment.left, payment.is_gone = 0, True
        self.balance += payment.amount
        self.settle()

    def write_off(self) -> int:
        total = sum(debit.left for debit in self.debits)
        for debit in self.debits:
            if debit.left:
                debit.left, debit.disputed, debit.is_gone = 0, 0, True
        self.balance -= total
        return total

    def dispute(self, place: int, amount: int) -> None:
        self.debits[place].disputed += amount

    def end_disputes(self, place: int, day: int, *, for_customer: bool) -> None:
        amount, self.debits[place].disputed = self.debits[place].disputed, 0
        if for_customer:
            self.credit(amount, day, {place: None}, is_payment=False)
        self.settle()

    # ---- settling

    def settle(self) -> None:
        for is_named in (True, False):
            for place, credit in self._oldest_credits():
                for number, debit in self._first_due():
                    most = credit.named.get(number) if is_named else None
                    if is_named and number not in credit.named:
                        continue
                    if not is_named and credit.is_chosen:
                        continue
                    free = max(0, debit.left - debit.disputed)
                    given = debit.settled_by.get(place, 0)
                    part = min(credit.left, free, credit.amount if most is None else max(0, most - given))
                    self._give(place, number, part)

    def _give(self, credit: int, debit: int, amount: int) -> None:
        if amount > 0:
            self.credits[credit].left -= amount
            self.debits[debit].left -= amount
            settled = self.debits[debit].settled_by
            settled[credit] = settled.get(credit, 0) + amount

    def _oldest_credits(self) -> list[tuple[int, Credit]]:
        return sorted(enumerate(self.credits), key=lambda entry: (entry[1].day, entry[0]))

    def _first_due(self) -> list[tuple[int, Debit]]:
        return sorted(enumerate(self.debits), key=lambda entry: (entry[1].due, entry[1].day, entry[0]))

    # ---- what one can ask

    def photograph(self, day: int) -> None:
        self.evenings[day] = self.figures(day)

    def figures(self, day: int) -> dict[str, object]:
        """What the account looks like in the evening of a day."""
        still_open = [d for d in self.debits if d.is_invoice and d.left > 0]
        late = [d for d in still_open if d.due < day]
        payable = [(d, max(0, d.left - d.disputed)) for d in late]
        unallocated = sum(credit.left for credit in self.credits)
        ages = [0, 0, 0, 0, 0]
        for debit in still_open:
            days = day - debit.due
            ages[0 if days <= 0 else min(4, 1 + (days - 1) // 30)] += debit.left
        return {
            "balance_minor": self.balance,
            "outstanding_minor": sum(d.left for d in late),
            "disputed_minor": sum(d.disputed for d in still_open),
            "unallocated_minor": unallocated,
            "overdue_payable_minor": max(0, sum(minor for _, minor in payable) - unallocated),
            "oldest_overdue_days": max((day - d.due for d, minor in payable if minor > 0), default=0),
            "open_invoices": len(still_open),
            "ageing_minor": tuple(ages),
        }
