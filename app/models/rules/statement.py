"""What an invoice says of the account besides its own lines: previous balance, payments since, total due.

All three are reckoned as at the invoice's posting date. Invoices come in order of (date, id); every other row counts
on its date, so a payment of the day an invoice is posted has been received by it. What came after never changes what
a printed page said.

Worked example: 110.00 invoiced on 3 Mar and paid on 20 Mar; the invoice of 112.50 on 3 Jun says previous balance
110.00, payments since −110.00, total due 112.50.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One posted row of an account; `signed_minor` is how it changes the balance, debit positive."""

    id: int
    effective_on: date
    signed_minor: int
    is_invoice: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Minor units, debit positive: what the customer owes."""

    previous_balance_minor: int
    """Balance after the previous invoice was posted: everything dated up to then, later invoices of that day not."""
    payments_since_minor: int
    """Rows other than invoices between the two, as they change the balance: mostly negative."""
    total_due_minor: int
    """previous balance + payments since + this invoice."""


def statement_of(rows: Iterable[LedgerRow], invoice_id: int) -> Statement:
    """The statement of one invoice of an account, from all posted rows of that account in any order."""
    known = list(rows)
    invoices = sorted((r for r in known if r.is_invoice), key=lambda r: (r.effective_on, r.id))
    position = next(i for i, r in enumerate(invoices) if r.id == invoice_id)
    this = invoices[position]
    received = _received(known, this.effective_on)
    if position == 0:
        return Statement(previous_balance_minor=0, payments_since_minor=received,
                         total_due_minor=received + this.signed_minor)
    received_before = _received(known, invoices[position - 1].effective_on)
    previous = received_before + sum(r.signed_minor for r in invoices[:position])
    since = received - received_before
    return Statement(previous_balance_minor=previous, payments_since_minor=since,
                     total_due_minor=previous + since + this.signed_minor)


def _received(rows: Iterable[LedgerRow], up_to: date) -> int:
    """What everything but invoices did to the balance up to a date, that day included."""
    return sum(r.signed_minor for r in rows if not r.is_invoice and r.effective_on <= up_to)
