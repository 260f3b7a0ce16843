"""Line arithmetic: tables of cases, and properties that hold for any amount."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.invoice_totals import LineAmounts, from_inclusive, from_net, share, totals

AMOUNTS = st.integers(-10**12, 10**12)
RATES = st.integers(0, 10_000)


@pytest.mark.parametrize(("total", "rate", "net", "tax"), [
    (250, 1000, 227, 23),        # the paper invoice fee of the worked example
    (11_000, 1000, 10_000, 1_000),
    (4_999, 1000, 4_545, 454),
    (11_900, 1900, 10_000, 1_900),
    (12_000, 2000, 10_000, 2_000),
    (100, 0, 100, 0),
    (1, 10_000, 0, 1),           # exactly half: up
    (-250, 1000, -227, -23),     # a credit mirrors its charge
    (0, 1000, 0, 0),
])
def test_tax_is_taken_out_of_an_inclusive_amount(total: int, rate: int, net: int, tax: int) -> None:
    assert from_inclusive(total, rate) == LineAmounts(net_minor=net, tax_minor=tax, tax_rate_bp=rate)
    assert from_inclusive(total, rate).total_minor == total


@pytest.mark.parametrize(("net", "rate", "tax"), [
    (9_000, 1000, 900),
    (227, 1000, 23),             # 22.7
    (5, 1000, 1),                # 0.5 is rounded up
    (4, 1000, 0),
    (-5, 1000, -1),
    (333, 1900, 63),             # 63.27
    (980, 1000, 98),             # yen have no places, and nothing changes
])
def test_tax_is_put_on_top_of_a_net_amount(net: int, rate: int, tax: int) -> None:
    assert from_net(net, rate) == LineAmounts(net_minor=net, tax_minor=tax, tax_rate_bp=rate)


@pytest.mark.parametrize(("amount", "part", "whole", "expected"), [
    (6_200, 17, 31, 3_400),      # 15 to 31 May
    (100, 1, 3, 33),
    (200, 1, 3, 67),
    (1, 1, 2, 1),
    (-1, 1, 2, -1),
    (6_200, 31, 31, 6_200),
    (6_200, 0, 31, 0),
])
def test_a_share_is_rounded_half_up(amount: int, part: int, whole: int, expected: int) -> None:
    assert share(amount, part, whole) == expected


@given(AMOUNTS, RATES)
def test_tax_agrees_with_decimal_rounding(amount: int, rate: int) -> None:
    exact = (Decimal(amount) * rate / (10_000 + rate)).quantize(Decimal(1), ROUND_HALF_UP)
    line = from_inclusive(amount, rate)
    assert (line.tax_minor, line.total_minor) == (exact, amount)
    assert from_net(amount, rate).tax_minor == (Decimal(amount) * rate / 10_000).quantize(Decimal(1), ROUND_HALF_UP)


def test_totals_add_lines_and_never_compute_tax_anew() -> None:
    lines = [from_net(5, 1000), from_net(5, 1000), from_net(100, 0)]
    found = totals(lines)
    assert (found.net_minor, found.tax_minor, found.total_minor) == (110, 2, 112)
    assert found.by_rate == (LineAmounts(net_minor=100, tax_minor=0, tax_rate_bp=0),
                             LineAmounts(net_minor=10, tax_minor=2, tax_rate_bp=1000))


def test_totals_of_nothing_are_nothing() -> None:
    assert totals([]) == totals(())
    assert totals([]).total_minor == 0
