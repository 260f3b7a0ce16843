"""Who pays which line of a member's bill (ARCHITECTURE.md, "Group accounts").

Only services for a term and expenses can be funded. A member that is funded fully has all of them paid by the parent;
one that is funded partly those that are named by their product, else by its type, else by its family. A line is paid
as a whole by one of the two, and whoever pays it, the member has the use of it.

Of a fuel card (a service for a term, family FUEL, 300.00), roadside assistance (likewise, ASSIST, 20.00), a toll (an
expense, FUEL, 45.50) and a GPS unit (a physical good, FUEL, 80.00) the parent pays 345.50 where the family FUEL is
funded and 365.50 where everything is; the member pays 100.00 or 80.00.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.models.values import FundedKind, Funding, FundingScope, LineKind, Named

FUNDABLE: Final = frozenset({LineKind.TERMED_SERVICE, LineKind.EXPENSE})
"""Kinds of lines that a parent can pay; goods, one-time services and usage are always the member's."""


class Payer(StrEnum):
    """Whose account a line is invoiced to."""

    PARENT = "parent"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One line of a member's bill."""

    kind: LineKind
    amount_minor: int
    product: str = ""
    type: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLine:
    """One line with who pays it and for whom."""

    line: BillLine
    payer: Payer
    beneficiary: Payer = field(default=Payer.MEMBER, init=False)
    """Whose use it is; a line that the parent pays is invoiced with the member as its beneficiary."""
    by: Named | None
    """What of a partial funding it was matched by; None where everything is funded, and where the member pays."""


def paid(line: BillLine, funding: Funding | None) -> PaidLine:
    """Who pays a line; without a funding the account pays for itself."""
    if funding is None or line.kind not in FUNDABLE:
        return PaidLine(line=line, payer=Payer.MEMBER, by=None)
    if funding.scope is FundingScope.FULL:
        return PaidLine(line=line, payer=Payer.PARENT, by=None)
    said = {FundedKind.PRODUCT: line.product, FundedKind.TYPE: line.type, FundedKind.FAMILY: line.family}
    by = next((named for kind in FundedKind if (named := Named(kind, said[kind])) in funding.items), None)
    return PaidLine(line=line, payer=Payer.MEMBER if by is None else Payer.PARENT, by=by)


def split(lines: Iterable[BillLine], funding: Funding | None) -> list[PaidLine]:
    """The lines of a bill with who pays each, in their order."""
    return [paid(line, funding) for line in lines]


def totals(lines: Iterable[PaidLine]) -> dict[Payer, int]:
    """What each of the two pays, in minor units."""
    found = dict.fromkeys(Payer, 0)
    for line in lines:
        found[line.payer] += line.line.amount_minor
    return found
