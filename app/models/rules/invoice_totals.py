"""Arithmetic of invoice lines in whole minor units: tax, shares of a period, sums.

Tax is rounded half up on every line, and a document's tax is the sum of its lines', so that the figures on paper add
up. A credit line mirrors its charge: halves are rounded away from zero on both sides.

Worked examples: a paper invoice fee of 2.50 with 10 % tax included is 2.27 + 0.23; 62.00 a month for 17 of 31 days is
34.00 (ARCHITECTURE.md, "The worked example").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

_WHOLE_BP = 10_000
"""100 % in hundredths of a percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAmounts:
    """Net, tax and rate of one line; the total is their sum."""

    net_minor: int
    tax_minor: int
    tax_rate_bp: int

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


class TaxedLine(Protocol):
    """Whatever has the amounts of a line."""

    @property
    def net_minor(self) -> int: ...

    @property
    def tax_minor(self) -> int: ...

    @property
    def tax_rate_bp(self) -> int: ...


def share(amount_minor: int, part: int, whole: int) -> int:
    """`part` of `whole` of an amount, rounded half up: 62.00 × 17 / 31 = 34.00. `whole` is more than nothing."""
    numerator = amount_minor * part
    rounded = (2 * abs(numerator) + whole) // (2 * whole)
    return -rounded if numerator < 0 else rounded


def from_net(net_minor: int, tax_rate_bp: int) -> LineAmounts:
    """Tax on top of a net amount: 10.00 at 10 % is 10.00 + 1.00."""
    return LineAmounts(net_minor=net_minor, tax_minor=share(net_minor, tax_rate_bp, _WHOLE_BP), tax_rate_bp=tax_rate_bp)


def from_inclusive(total_minor: int, tax_rate_bp: int) -> LineAmounts:
    """Take the tax out of an amount that includes it: 2.50 at 10 % is 2.27 + 0.23."""
    tax = share(total_minor, tax_rate_bp, _WHOLE_BP + tax_rate_bp)
    return LineAmounts(net_minor=total_minor - tax, tax_minor=tax, tax_rate_bp=tax_rate_bp)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTotals:
    """Sums of a document; `by_rate` holds one entry per tax rate, lowest rate first."""

    net_minor: int
    tax_minor: int
    by_rate: tuple[LineAmounts, ...]

    @property
    def total_minor(self) -> int:
        return self.net_minor + self.tax_minor


def totals(lines: Iterable[TaxedLine]) -> InvoiceTotals:
    """Add lines up, over all and per tax rate. Tax is added, never computed anew from a sum."""
    net: dict[int, int] = {}
    tax: dict[int, int] = {}
    for line in lines:
        net[line.tax_rate_bp] = net.get(line.tax_rate_bp, 0) + line.net_minor
        tax[line.tax_rate_bp] = tax.get(line.tax_rate_bp, 0) + line.tax_minor
    by_rate = tuple(LineAmounts(net_minor=net[rate], tax_minor=tax[rate], tax_rate_bp=rate) for rate in sorted(net))
    return InvoiceTotals(net_minor=sum(net.values()), tax_minor=sum(tax.values()), by_rate=by_rate)
