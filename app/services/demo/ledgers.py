"""Two years in the ledger of one customer: invoices, how it pays them, what it contests. Pure, drawn from its chance.

Most pay a little early, some late, a few in parts, too much, in lumps without naming an invoice, or no more at all.
Accounts that play a part pay everything on time but the invoice their part turns on.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from app.models.rules.invoice_totals import share
from app.models.values import Lifecycle
from app.services.demo.billing_calendar import Period
from app.services.demo.customers import Customer
from app.services.demo.lines import LineMaker, Terms
from app.services.demo.roles import Part
from app.services.demo.world import ProviderSpec, RuleSpec
from app.services.ledger.writing import NewLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedInvoice:
    period: Period
    terms: Terms
    lines: tuple[NewLine, ...]

    @property
    def posted_on(self) -> date:
        return self.period.posted_on

    @property
    def due_on(self) -> date:
        return self.posted_on + timedelta(days=self.terms.terms_days)

    @property
    def total_minor(self) -> int:
        return sum(line.net_minor + line.tax_minor for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPayment:
    received_on: date
    amount_minor: int
    method: str
    target: int | None
    """Index of the invoice it names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDispute:
    invoice: int
    amount_minor: int
    raised_on: date
    ended_on: date | None
    reason: str


@dataclass(slots=True)
class Ledger:
    """What is written for one customer; every date is on or before the last day."""

    invoices: list[PlannedInvoice]
    payments: list[PlannedPayment] = field(default_factory=list)
    disputes: list[PlannedDispute] = field(default_factory=list)


class Payer(StrEnum):
    """How a customer pays."""

    PROMPT = "prompt"
    LATE = "late"
    LUMPS = "lumps"
    PARTS = "parts"
    ROUND = "round"
    SLOW = "slow"
    STOPPED = "stopped"


_PAYERS = ((Payer.PROMPT, 66), (Payer.LATE, 15), (Payer.LUMPS, 6), (Payer.PARTS, 4), (Payer.ROUND, 3),
           (Payer.SLOW, 4), (Payer.STOPPED, 2))
_METHODS = ("Direct Debit", "EFT or Direct Deposit", "Credit Card", "BPAY", "Cheque")
_REASONS = ("Default", "Charged twice", "Service not working", "Wrong plan")


def draw_ledger(spec: ProviderSpec, customer: Customer, terms: Terms, until: date) -> Ledger:
    """Invoices, payments and disputes of a customer up to the last day."""
    chance = customer.chance
    maker = LineMaker(spec=spec, customer=customer, terms=terms, fixed_minor=_fixed_price(chance, spec, customer))
    ledger = Ledger([PlannedInvoice(period=period, terms=terms, lines=maker.lines(period))
                     for period in customer.outline.periods(until)])
    if maker.fixed_minor is not None:
        _play(chance, spec.rule, customer, ledger, until)
    else:
        _pay(chance, customer, ledger, until)
    return ledger


def _fixed_price(chance: random.Random, spec: ProviderSpec, customer: Customer) -> int | None:
    """What a whole period costs, tax included, where the figure matters; None where products decide."""
    if customer.named is not None and customer.named.inclusive_minor is not None:
        return customer.named.inclusive_minor
    if customer.outline.part is None:
        return None
    x = spec.rule.min_overdue_minor
    return chance.randint(x + x // 5, 3 * x)


# ---- paying ---------------------------------------------------------------------------------------------------------


def _pay(chance: random.Random, customer: Customer, ledger: Ledger, until: date) -> None:
    payers, weights = zip(*_PAYERS, strict=True)
    payer: Payer = chance.choices(payers, weights)[0]
    if customer.outline.lifecycle is not Lifecycle.ACTIVE and payer is Payer.STOPPED:
        payer = Payer.LATE  # whoever left has paid
    if customer.named is not None:
        payer = Payer.PROMPT
    method = chance.choice(_METHODS)
    stops_at = len(ledger.invoices) - chance.randint(1, 4) if payer is Payer.STOPPED else len(ledger.invoices)
    contested = _contest(chance, ledger, until) if customer.named is None else None
    book = _Book(ledger, until, method)
    for i in range(max(0, stops_at)):
        if i == contested:
            _pay_contested(chance, book, ledger.disputes[0])
        else:
            _HABITS[payer](chance, book, i)
    if customer.named is not None and customer.named.overpaid_minor:
        book.pay(len(ledger.invoices) - 1, customer.named.overpaid_minor, until - timedelta(days=9), named=False)
    ledger.payments.sort(key=lambda p: p.received_on)


@dataclass(slots=True)
class _Book:
    """Takes payments down, as far as they are made by the last day."""

    ledger: Ledger
    until: date
    method: str
    ahead_minor: int = 0
    """What has been paid too much so far."""

    def due(self, i: int) -> date:
        return self.ledger.invoices[i].due_on

    def total(self, i: int) -> int:
        return self.ledger.invoices[i].total_minor

    def pay(self, i: int, amount: int, on: date, *, named: bool = True) -> None:
        invoice = self.ledger.invoices[i]
        on = max(on, invoice.posted_on)
        if amount > 0 and on <= self.until:
            self.ledger.payments.append(PlannedPayment(received_on=on, amount_minor=amount, method=self.method,
                                                       target=i if named else None))


def _promptly(chance: random.Random, book: _Book, i: int) -> None:
    book.pay(i, book.total(i), book.due(i) - timedelta(days=chance.randint(0, 6)))


def _late(chance: random.Random, book: _Book, i: int) -> None:
    book.pay(i, book.total(i), book.due(i) + timedelta(days=chance.randint(-2, 12)))


def _in_lumps(chance: random.Random, book: _Book, i: int) -> None:
    """The right sum, but naming no invoice."""
    book.pay(i, book.total(i), book.due(i) + timedelta(days=chance.randint(-3, 4)), named=False)


def _in_parts(chance: random.Random, book: _Book, i: int) -> None:
    first = share(book.total(i), chance.randint(50, 90), 100)
    book.pay(i, first, book.due(i) - timedelta(days=chance.randint(0, 5)))
    book.pay(i, book.total(i) - first, book.due(i) + timedelta(days=chance.randint(8, 34)))


def _rounded_up(chance: random.Random, book: _Book, i: int) -> None:
    """A round sum by standing order; the surplus waits as credit and is used up now and then."""
    if book.ahead_minor >= book.total(i):
        book.ahead_minor -= book.total(i)
        return
    amount = -(-book.total(i) // 1_000) * 1_000
    book.ahead_minor += amount - book.total(i)
    book.pay(i, amount, book.due(i) - timedelta(days=chance.randint(1, 8)), named=False)


def _slowly(chance: random.Random, book: _Book, i: int) -> None:
    """Every third invoice only after reminders; some of these are suspended for a while."""
    late = chance.randint(16, 45) if chance.random() < 0.35 else chance.randint(0, 9)
    book.pay(i, book.total(i), book.due(i) + timedelta(days=late))


_HABITS = {
    Payer.PROMPT: _promptly, Payer.LATE: _late, Payer.LUMPS: _in_lumps, Payer.PARTS: _in_parts,
    Payer.ROUND: _rounded_up, Payer.SLOW: _slowly, Payer.STOPPED: _promptly,
}


def _contest(chance: random.Random, ledger: Ledger, until: date) -> int | None:
    """Now and then an invoice is contested, whole or in part; most disputes have ended. Returns its index."""
    if chance.random() > 0.035 or not ledger.invoices:
        return None
    i = max(0, len(ledger.invoices) - chance.randint(1, 6))
    invoice = ledger.invoices[i]
    amount = invoice.total_minor if chance.random() < 0.4 else share(invoice.total_minor, chance.randint(20, 80), 100)
    raised = invoice.posted_on + timedelta(days=chance.randint(1, 6))
    ends = raised + timedelta(days=chance.randint(12, 60))
    reason = chance.choice(_REASONS)
    if amount <= 0 or raised > until:
        return None
    ledger.disputes.append(PlannedDispute(invoice=i, amount_minor=amount, raised_on=raised,
                                          ended_on=ends if ends <= until else None, reason=reason))
    return i


def _pay_contested(chance: random.Random, book: _Book, dispute: PlannedDispute) -> None:
    i = dispute.invoice
    book.pay(i, book.total(i) - dispute.amount_minor, book.due(i) - timedelta(days=chance.randint(0, 4)))
    if dispute.ended_on is not None:
        book.pay(i, dispute.amount_minor, max(book.due(i), dispute.ended_on + timedelta(days=chance.randint(0, 9))))


# ---- parts ----------------------------------------------------------------------------------------------------------


def _play(chance: random.Random, rule: RuleSpec, customer: Customer, ledger: Ledger, until: date) -> None:
    """Pay everything on time but the invoice a part turns on; that one as the part says."""
    part, named = customer.outline.part, customer.named
    turning = _turning_point(customer, ledger)
    book = _Book(ledger, until, chance.choice(_METHODS))
    pays_later_ones = part in (Part.RESTORE, Part.RESTORE_AT_K)
    for i in range(len(ledger.invoices)):
        if i < turning or (i > turning and pays_later_ones):
            _promptly(chance, book, i)
    if turning >= len(ledger.invoices):
        return
    total, due = book.total(turning), book.due(turning)
    x, k = rule.min_overdue_minor, rule.restore_at_minor
    match part:
        case Part.RESTORE:
            book.pay(turning, total, until)
        case Part.RESTORE_AT_K:
            book.pay(turning, total - k, until)
        case Part.EXACTLY_X:
            book.pay(turning, total - x, due + timedelta(days=2))
        case Part.BELOW_X:
            book.pay(turning, total - x + 1, due + timedelta(days=2))
        case Part.SUSPEND_PARTLY_PAID:
            book.pay(turning, (total - x) // 2, due + timedelta(days=1))
        case Part.DISPUTE:
            _dispute(ledger, turning, total - k // 2, due - timedelta(days=3))
        case None if named is not None and named.disputed_minor:
            _dispute(ledger, turning, named.disputed_minor, ledger.invoices[turning].posted_on + timedelta(days=7))
    ledger.payments.sort(key=lambda p: p.received_on)


def _dispute(ledger: Ledger, i: int, amount: int, on: date) -> None:
    ledger.disputes.append(PlannedDispute(invoice=i, amount_minor=amount, raised_on=on, ended_on=None,
                                          reason="Charged twice"))


def _turning_point(customer: Customer, ledger: Ledger) -> int:
    """Index of the invoice posted on the day the cycle is pinned to."""
    cycle = customer.outline.cycle
    pinned = cycle.anchor + timedelta(days=cycle.lag_days)
    return next((i for i, invoice in enumerate(ledger.invoices) if invoice.posted_on >= pinned), len(ledger.invoices))
