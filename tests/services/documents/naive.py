"""A ledger as one would keep it on paper: every row, and which part of which credit settled which debit from when on.

It knows nothing of the program and takes its rules from the books about ledgers alone: the oldest credit, by the day it
came in, settles the invoice that is due first; what is named goes first; what is in dispute waits; nothing is settled
before both rows are there, nor what was settled otherwise by then. Money is whole cents, days are numbers. Whatever is
asked about is added up anew, by looking at every row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

FOR_GOOD = 10**6


@dataclass
class Debit:
    amount: int
    day: int
    due: int
    is_invoice: bool = True
    is_gone: bool = False
    """Cancelled, written off, or itself a row that took another back."""
    disputes: list[tuple[int, int, int]] = field(default_factory=list)
    """From which day on how much more or less is in dispute, and in which dispute."""


@dataclass
class Credit:
    amount: int
    day: int
    named: dict[int, int | None] = field(default_factory=dict)
    """By place of the debit: at most how much."""
    is_chosen: bool = False
    is_payment: bool = True
    is_gone: bool = False


@dataclass
class Piece:
    """A part of a credit that settles a part of a debit."""

    credit: int
    debit: int
    amount: int
    since: int
    until: int = FOR_GOOD


class NaiveLedger:
    """One account."""

    def __init__(self) -> None:
        self.debits: list[Debit] = []
        self.credits: list[Credit] = []
        self.pieces: list[Piece] = []

    # ---- entries; `today` is the day on which they are made

    def invoice(self, amount: int, day: int, due: int, today: int) -> None:
        self.debits.append(Debit(amount, day, due))
        self.settle(today)

    def credit(
        self, amount: int, day: int, today: int, named: dict[int, int | None] | None = None, *,
        is_chosen: bool = False, is_payment: bool = True,
    ) -> None:
        self.credits.append(Credit(amount, day, dict(named or {}), is_chosen, is_payment))
        self.settle(today)

    def refund(self, amount: int, day: int, today: int) -> None:
        self.debits.append(Debit(amount, day, day, is_invoice=False))
        self.settle(today, debits=[len(self.debits) - 1], takes_all=True)
        assert self.left_of_debit(len(self.debits) - 1, FOR_GOOD) == 0
        self.settle(today)

    def cancel_invoice(self, place: int, today: int) -> None:
        invoice = self.debits[place]
        for piece in self.pieces:
            if piece.debit == place and piece.until == FOR_GOOD:
                piece.until = max(today, piece.since)
        self.end_disputes(place, today)
        self.credits.append(Credit(invoice.amount, today, is_payment=False, is_gone=True))
        self.pieces.append(Piece(len(self.credits) - 1, place, invoice.amount, today))
        invoice.is_gone = True
        self.settle(today)

    def cancel_payment(self, place: int, today: int) -> None:
        payment = self.credits[place]
        for piece in self.pieces:
            if piece.credit == place and piece.until == FOR_GOOD:
                piece.until = max(today, piece.since)
        self.debits.append(Debit(payment.amount, today, today, is_invoice=False, is_gone=True))
        self.pieces.append(Piece(place, len(self.debits) - 1, payment.amount, today))
        payment.is_gone = True
        self.settle(today)

    def write_off(self, day: int, today: int) -> int:
        self.settle(today)
        owed = [place for place, _ in self._first_due() if self.left_of_debit(place, FOR_GOOD)]
        total = sum(self.left_of_debit(place, FOR_GOOD) for place in owed)
        for place in owed:
            self.end_disputes(place, day)
        for place in owed:
            self.credits.append(Credit(self.left_of_debit(place, FOR_GOOD), day, is_payment=False, is_gone=True))
            self.settle(today, debits=[place], credits=[len(self.credits) - 1], takes_all=True)
            self.debits[place].is_gone = True
        return total

    def dispute(self, place: int, day: int, amount: int, until: int | None = None) -> int:
        """Somebody contests an amount; the dispute is named by the order in which they came."""
        entries = self.debits[place].disputes
        which = 1 + max((each for _, _, each in entries), default=-1)
        entries.append((day, amount, which))
        if until is not None:
            entries.append((until, -amount, which))
        return which

    def end_dispute(self, place: int, which: int, day: int) -> int:
        """End a dispute on a day; what was to come of it is off."""
        debit = self.debits[place]
        debit.disputes = [entry for entry in debit.disputes if entry[2] != which or entry[0] <= day]
        amount = sum(delta for _, delta, each in debit.disputes if each == which)
        debit.disputes.append((day, -amount, which))
        return amount

    def end_disputes(self, place: int, day: int) -> int:
        all_of_them = {which for _, _, which in self.debits[place].disputes}
        return sum(self.end_dispute(place, which, day) for which in all_of_them)

    def settle_dispute(self, place: int, day: int, today: int, *, for_customer: bool) -> int:
        amount = self.end_disputes(place, day)
        if for_customer:
            self.credit(amount, day, today, {place: None}, is_payment=False)
        self.settle(today)
        return amount

    # ---- settling

    def settle(
        self, today: int, *, debits: Collection[int] | None = None, credits: Collection[int] | None = None,
        takes_all: bool = False,
    ) -> None:
        """Settle what can be settled by the evening of a day; of some debits and credits alone where they are given."""
        owed = [place for place, _ in self._first_due()
                if (debits is None or place in debits) and self.left_of_debit(place, FOR_GOOD)]
        money = [place for place, _ in self._oldest()
                 if (credits is None or place in credits) and self.left_of_credit(place, FOR_GOOD)]
        for day in [day for day in self.days() if owed and money and day <= today]:
            for credit in money:
                for debit in owed:
                    if debit in self.credits[credit].named:
                        most = self.credits[credit].named[debit]
                        given = sum(p.amount for p in self.pieces
                                    if (p.credit, p.debit, p.until) == (credit, debit, FOR_GOOD))
                        self._give(credit, debit, day, FOR_GOOD if most is None else max(0, most - given))
            for credit in money:
                if takes_all or not self.credits[credit].is_chosen:
                    for debit in owed:
                        self._give(credit, debit, day, FOR_GOOD)

    def _give(self, credit: int, debit: int, day: int, most: int) -> None:
        if self.credits[credit].day > day or self.debits[debit].day > day:
            return
        ahead = [later for later in self.days() if later >= day]
        waits = min(self.left_of_credit(credit, later) for later in ahead)
        owing = min(self.left_of_debit(debit, later) for later in ahead) - self.disputed(debit, day)
        amount = min(waits, owing, most)
        if amount > 0:
            self.pieces.append(Piece(credit, debit, amount, day))

    def days(self) -> list[int]:
        """Every day on which anything changes, and the end of all days."""
        found = {row.day for row in (*self.debits, *self.credits)}
        found |= {day for debit in self.debits for day, _, _ in debit.disputes}
        found |= {day for piece in self.pieces for day in (piece.since, piece.until)}
        return sorted(found | {FOR_GOOD})

    def _oldest(self) -> list[tuple[int, Credit]]:
        return sorted(enumerate(self.credits), key=lambda entry: (entry[1].day, entry[0]))

    def _first_due(self) -> list[tuple[int, Debit]]:
        return sorted(enumerate(self.debits), key=lambda entry: (entry[1].due, entry[1].day, entry[0]))

    # ---- what one can ask

    def left_of_debit(self, place: int, day: int) -> int:
        return self.debits[place].amount - sum(p.amount for p in self._standing(day) if p.debit == place)

    def left_of_credit(self, place: int, day: int) -> int:
        return self.credits[place].amount - sum(p.amount for p in self._standing(day) if p.credit == place)

    def disputed(self, place: int, day: int) -> int:
        return sum(delta for since, delta, _ in self.debits[place].disputes if since <= day)

    def balance(self, day: int) -> int:
        return (sum(row.amount for row in self.debits if row.day <= day)
                - sum(row.amount for row in self.credits if row.day <= day))

    def _standing(self, day: int) -> Iterator[Piece]:
        return (piece for piece in self.pieces if piece.since <= day and (day < piece.until or piece.until == FOR_GOOD))

    def figures(self, day: int) -> dict[str, object]:
        """What the account looks like in the evening of a day."""
        still_open = [(place, row) for place, row in enumerate(self.debits)
                      if row.is_invoice and row.day <= day and self.left_of_debit(place, day) > 0]
        left = {place: self.left_of_debit(place, day) for place, _ in still_open}
        contested = {place: min(left[place], self.disputed(place, day)) for place, _ in still_open}
        late = [(place, row) for place, row in still_open if row.due < day]
        unallocated = sum(self.left_of_credit(place, day) for place, row in enumerate(self.credits) if row.day <= day)
        ages = [0, 0, 0, 0, 0]
        for place, row in still_open:
            days = day - row.due
            ages[0 if days <= 0 else min(4, 1 + (days - 1) // 30)] += left[place]
        return {
            "balance_minor": self.balance(day),
            "outstanding_minor": sum(left[place] for place, _ in late),
            "payable_minor": sum(left[place] - contested[place] for place, _ in still_open),
            "disputed_minor": sum(contested.values()),
            "unallocated_minor": unallocated,
            "overdue_payable_minor": max(0, sum(left[place] - contested[place] for place, _ in late) - unallocated),
            "oldest_overdue_days": max(
                (day - row.due for place, row in late if left[place] > contested[place]), default=0),
            "open_invoices": len(still_open),
            "ageing_minor": tuple(ages),
        }
