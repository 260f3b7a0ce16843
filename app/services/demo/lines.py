"""The lines of one invoice: a line or two per service, under its heading, and the fee for paper."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.rules.invoice_totals import LineAmounts, from_inclusive, from_net, share
from app.models.values import DeliveryMethod, InvoiceLayout
from app.services.demo.billing_calendar import Period
from app.services.demo.customers import Customer, PlannedService
from app.services.demo.world import ProviderSpec, Words
from app.services.ledger.writing import NewLine

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Effective values of an account, as the resolver gave them."""

    terms_days: int
    delivery_method: DeliveryMethod
    layout: InvoiceLayout
    paper_fee_minor: int
    tax_rate_bp: int

    @property
    def is_on_paper(self) -> bool:
        return self.delivery_method in (DeliveryMethod.POST, DeliveryMethod.EMAIL_AND_POST)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMaker:
    """Makes the lines of a customer's invoices, drawing what was used from the customer's own chance."""

    spec: ProviderSpec
    customer: Customer
    terms: Terms
    fixed_minor: int | None
    """What a whole period costs, tax included and fees apart; None where products decide."""

    def lines(self, period: Period) -> tuple[NewLine, ...]:
        words = self.spec.words
        note = _span(words, period)
        if self.fixed_minor is None:
            lines = [line for s in self.customer.services for line in self._of_service(s, period, note)]
        else:
            lines = self._of_fixed_price(self.fixed_minor, period, note)
        if lines and self.terms.is_on_paper and self.terms.paper_fee_minor:
            fee = from_inclusive(self.terms.paper_fee_minor, self.terms.tax_rate_bp)
            lines.append(_line(words.paper_fee, fee, heading=words.fees, note=words.paper_fee_note,
                               unit_price=fee.net_minor))
        return tuple(lines)

    def _of_service(self, service: PlannedService, period: Period, note: str) -> list[NewLine]:
        product, months, rate = service.product, self.customer.outline.cycle.months, self.terms.tax_rate_bp
        heading = self._heading(service)
        whole = product.net_minor * months
        net = whole if period.is_whole else share(whole, period.days, period.full_days)
        lines = [_line(product.name, from_net(net, rate), heading=heading, note=note,
                       quantity=_quantity(self.spec.words, period, months),
                       unit_price=product.net_minor if period.is_whole else None)]
        chance = self.customer.chance
        used = chance.randint(*product.usage_net_minor) if product.usage else 0
        if used:
            lines.append(_line(product.usage, from_net(used * months, rate), heading=heading,
                               quantity=f"{chance.randint(2, 400)} {product.usage_unit}"))
        return lines

    def _of_fixed_price(self, fixed_minor: int, period: Period, note: str) -> list[NewLine]:
        """A price for the whole account, shared evenly among its services."""
        total = fixed_minor if period.is_whole else share(fixed_minor, period.days, period.full_days)
        services, rate = self.customer.services, self.terms.tax_rate_bp
        named = self.customer.named
        if named is not None and named.charges and period.is_whole:
            return [_line(description, from_net(number * each, rate), heading=self._heading(services[0]), note=note,
                          quantity=self.spec.words.months[1].format(n=number) if number > 1 else "1", unit_price=each)
                    for description, number, each in named.charges]
        if not services:
            return [_line(self.spec.words.without_service, from_inclusive(total, rate), note=note)]
        each = total // len(services)
        first = total - each * (len(services) - 1)
        return [
            _line(s.product.name, from_inclusive(each if i else first, rate), note=note, heading=self._heading(s))
            for i, s in enumerate(services)
        ]

    def _heading(self, service: PlannedService) -> str:
        return self.spec.words.service.format(identifier=service.identifier, place=service.place)


def _line(
    description: str, amounts: LineAmounts, *, heading: str = "", note: str = "", quantity: str = "1",
    unit_price: int | None = None,
) -> NewLine:
    return NewLine(description=description, net_minor=amounts.net_minor, tax_minor=amounts.tax_minor,
                   tax_rate_bp=amounts.tax_rate_bp, heading=heading, note=note, quantity=quantity,
                   unit_price_minor=unit_price)


def _quantity(words: Words, period: Period, months: int) -> str:
    number, forms = (months, words.months) if period.is_whole else (period.days, words.days)
    return forms[number != 1].format(n=number)


def _span(words: Words, period: Period) -> str:
    first, last = period.first, period.last
    if words.numeric_dates:
        return words.period.format(first=f"{first:%d.%m.%Y}", last=f"{last:%d.%m.%Y}")
    year = f" {first.year}" if first.year != last.year else ""
    return words.period.format(first=f"{first.day} {_MONTHS[first.month - 1]}{year}",
                               last=f"{last.day} {_MONTHS[last.month - 1]} {last.year}")
