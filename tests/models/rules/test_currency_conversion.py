"""Amounts in other currencies: a table of cases, and how far a converted amount may be from the exact one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.currency_conversion import RateError, converted, is_storable, parse_rate, rate_text, rounded
from app.models.values import CURRENCIES, MoneyError, Rounding, parse_amount

HALF, UP, DOWN = Rounding.HALF_UP, Rounding.UP, Rounding.DOWN
ONE = Fraction(1)


def in_euros(text: str) -> Fraction:
    return parse_rate(text)


@pytest.mark.parametrize(("amount", "source", "rate_of_source", "target", "rate_of_target", "rounding", "wanted"), [
    (46_000, "EUR", "1", "USD", "0.92", HALF, 50_000),      # a rating's limit
    (4_600, "EUR", "1", "USD", "0.92", HALF, 5_000),
    (50_000, "USD", "0.92", "EUR", "1", HALF, 46_000),
    (1_000, "EUR", "1", "USD", "0.92", HALF, 1_087),        # 10.8695…
    (1_000, "EUR", "1", "USD", "0.92", DOWN, 1_086),
    (1_001, "USD", "0.92", "EUR", "1", UP, 921),            # 9.2092
    (10_000, "EUR", "1", "JPY", "0.0061", HALF, 16_393),    # yen have no places: 16393.44…
    (16_393, "JPY", "0.0061", "EUR", "1", HALF, 10_000),    # 99.9973
    (1, "JPY", "0.0061", "EUR", "1", HALF, 1),              # 0.0061 is a cent
    (1, "JPY", "0.0049", "EUR", "1", HALF, 0),
    (10_000, "EUR", "1", "KWD", "3.125", HALF, 32_000),     # 32.000 dinars have three places
    (12_345, "KWD", "3", "EUR", "1", HALF, 3_704),          # 37.035 euros
    (12_345, "KWD", "3", "EUR", "1", DOWN, 3_703),
    (10_000, "USD", "0.92", "JPY", "0.0061", HALF, 15_082),  # by way of euros, rounded once: 15081.96…
    (-1_000, "EUR", "1", "USD", "0.92", HALF, -1_087),      # a credit mirrors a debit
    (-1_000, "EUR", "1", "USD", "0.92", UP, -1_087),
    (-1_000, "EUR", "1", "USD", "0.92", DOWN, -1_086),
    (5, "EUR", "1", "USD", "1.1", HALF, 5),                 # 0.04545
    (0, "EUR", "1", "USD", "0.92", UP, 0),
])
def test_an_amount_in_another_currency(
    amount: int, source: str, rate_of_source: str, target: str, rate_of_target: str, rounding: Rounding, wanted: int,
) -> None:
    assert converted(amount, source=source, target=target, source_rate=in_euros(rate_of_source),
                     target_rate=in_euros(rate_of_target), rounding=rounding) == wanted


def test_a_rate_quoted_the_other_way_round_is_exact() -> None:
    """1 EUR = 1.10 USD: 0.05 EUR are 0.055 USD, which is 0.06; one over 1.10 in decimals would make it 0.05."""
    dollar = 1 / parse_rate("1.10")
    assert converted(5, source="EUR", target="USD", source_rate=ONE, target_rate=dollar, rounding=HALF) == 6
    assert rate_text(dollar) == "0.909090909091"
    assert rate_text(1 / dollar) == "1.1"


@pytest.mark.parametrize(("text", "shown"), [
    ("0.92", "0.92"), (" 1.50 ", "1.5"), ("100", "100"), ("0.000000000001", "0.000000000001"),
    ("999999999999999", "999999999999999"),
])
def test_a_rate_is_read_and_written(text: str, shown: str) -> None:
    assert rate_text(parse_rate(text)) == shown


@pytest.mark.parametrize("text", ["", "0", "0.00", "-1", "+1", "0,92", "1e3", "abc", ".92", "1.", "NaN", "٣",
                                  "0.0000000000001", "1234567890123456", "123456789012345.123456789012"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(RateError, match=r"for instance 0\.92"):
        parse_rate(text)


def test_what_is_beyond_an_amount_is_refused() -> None:
    with pytest.raises(MoneyError, match="beyond what one amount in JPY may be"):
        converted(10**14, source="EUR", target="JPY", source_rate=ONE, target_rate=Fraction(1, 10**6), rounding=HALF)
    with pytest.raises(MoneyError, match="not an ISO 4217"):
        converted(1, source="EUR", target="XYZ", source_rate=ONE, target_rate=ONE, rounding=HALF)


AMOUNTS = st.integers(-10**9, 10**9)
RATES = st.builds(Fraction, st.integers(1, 10**6), st.integers(1, 10**6))
CODES = st.sampled_from(sorted(CURRENCIES))


@given(amount=AMOUNTS, source=CODES, target=CODES, source_rate=RATES, target_rate=RATES,
       rounding=st.sampled_from(list(Rounding)))
def test_a_converted_amount_is_the_nearest_there_is(
    amount: int, source: str, target: str, source_rate: Fraction, target_rate: Fraction, rounding: Rounding,
) -> None:
    exact = amount * source_rate / target_rate * Fraction(10) ** (CURRENCIES[target] - CURRENCIES[source])
    found = rounded(exact.numerator, exact.denominator, rounding)
    off = abs(found) - abs(exact)
    assert {HALF: abs(off) <= Fraction(1, 2), UP: 0 <= off < 1, DOWN: -1 < off <= 0}[rounding]
    assert found * exact >= 0, "nothing changes sides"


@given(amount=AMOUNTS, rate=RATES)
def test_there_and_back_is_no_further_off_than_one_unit_and_the_other(amount: int, rate: Fraction) -> None:
    """Half a cent in dollars, brought back, and half a cent in euros."""
    there = rounded((amount / rate).numerator, (amount / rate).denominator, HALF)
    back = rounded((there * rate).numerator, (there * rate).denominator, HALF)
    assert abs(back - amount) <= rate / 2 + Fraction(1, 2)


def test_what_has_room_where_rates_are_kept() -> None:
    assert is_storable(Fraction(999_999_999_999_999, 7))
    assert not is_storable(Fraction(0))
    assert not is_storable(Fraction(10**15))
    assert not is_storable(Fraction(1, 10**15))


def test_a_place_too_many_is_counted_in_words() -> None:
    for text, currency, said in (("100.5", "JPY", '"100.5" has 1 decimal place, JPY has 0'),
                                 ("1.005", "EUR", '"1.005" has 3 decimal places, EUR has 2')):
        with pytest.raises(MoneyError) as refused:
            parse_amount(text, currency)
        assert str(refused.value) == said
