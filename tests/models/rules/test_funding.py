"""Who pays which line of a member's bill."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.funding import FUNDABLE, BillLine, Payer, paid, split, totals
from app.models.values import FundedKind, Funding, FundingScope, LineKind, Named

CARD = BillLine(kind=LineKind.TERMED_SERVICE, product="FC", type="CARD", family="FUEL", amount_minor=30000)
ROADSIDE = BillLine(kind=LineKind.TERMED_SERVICE, product="RS", type="HELP", family="ASSIST", amount_minor=2000)
TOLL = BillLine(kind=LineKind.EXPENSE, product="TL", type="FEE", family="FUEL", amount_minor=4550)
UNIT = BillLine(kind=LineKind.PHYSICAL_GOOD, product="GPS", type="DEVICE", family="FUEL", amount_minor=8000)
BILL = (CARD, ROADSIDE, TOLL, UNIT)
P, T, F = FundedKind.PRODUCT, FundedKind.TYPE, FundedKind.FAMILY
PARENT, MEMBER = Payer.PARENT, Payer.MEMBER
FULL = Funding(scope=FundingScope.FULL)


def partly(*items: Named) -> Funding:
    return Funding(scope=FundingScope.PARTIAL, items=frozenset(items))


@pytest.mark.parametrize(("funding", "payers", "parent", "member"), [
    (None, (MEMBER, MEMBER, MEMBER, MEMBER), 0, 44550),
    (FULL, (PARENT, PARENT, PARENT, MEMBER), 36550, 8000),
    (partly(Named(F, "FUEL")), (PARENT, MEMBER, PARENT, MEMBER), 34550, 10000),
    (partly(Named(T, "HELP")), (MEMBER, PARENT, MEMBER, MEMBER), 2000, 42550),
    (partly(Named(P, "TL"), Named(T, "HELP")), (MEMBER, PARENT, PARENT, MEMBER), 6550, 38000),
    (partly(Named(F, "GPS")), (MEMBER, MEMBER, MEMBER, MEMBER), 0, 44550),
    (partly(Named(P, "FUEL")), (MEMBER, MEMBER, MEMBER, MEMBER), 0, 44550),
])
def test_who_pays_the_bill_of_march(
    funding: Funding | None, payers: tuple[Payer, ...], parent: int, member: int,
) -> None:
    found = split(BILL, funding)
    assert tuple(line.payer for line in found) == payers
    assert totals(found) == {PARENT: parent, MEMBER: member}


def test_a_line_is_matched_by_its_product_before_its_type_before_its_family() -> None:
    items = [Named(P, "FC"), Named(T, "CARD"), Named(F, "FUEL")]
    for place in range(3):
        assert paid(CARD, partly(*items[place:])).by == items[place]
    assert paid(CARD, FULL).by is None
    assert paid(BillLine(kind=LineKind.EXPENSE, amount_minor=1), partly(*items)).payer is MEMBER, "nothing said of it"


KINDS = st.sampled_from(LineKind)
CODES = st.sampled_from(["", "A", "B", "C"])
LINES = st.lists(st.builds(BillLine, kind=KINDS, amount_minor=st.integers(-10**9, 10**9), product=CODES, type=CODES,
                           family=CODES))
ITEMS = st.frozensets(st.builds(Named, st.sampled_from(FundedKind), st.sampled_from("ABC")), min_size=1)
FUNDINGS = st.none() | st.just(FULL) | st.builds(lambda items: partly(*items), ITEMS)


@given(lines=LINES, funding=FUNDINGS)
def test_every_line_goes_to_exactly_one_of_the_two_and_the_sums_add_up(
    lines: list[BillLine], funding: Funding | None,
) -> None:
    found = split(lines, funding)
    assert [line.line for line in found] == lines
    assert {line.beneficiary for line in found} <= {MEMBER}
    assert sum(totals(found).values()) == sum(line.amount_minor for line in lines)
    for line in found:
        funded = {(P, line.line.product), (T, line.line.type), (F, line.line.family)}
        named = set() if funding is None else {(item.kind, item.code) for item in funding.items}
        may_be = line.line.kind in FUNDABLE and funding is not None
        assert (line.payer is PARENT) == (may_be and (funding is FULL or bool(funded & named)))
