"""Documents of reference rates: what they say in the books' own currency, and every way one can be odd."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from app.services.currencies.reference_rates import read_reference_rates
from app.services.errors import InputRejected

ENVELOPE = ('<?xml version="1.0" encoding="UTF-8"?>\n<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
            ' xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates'
            "</gesmes:subject><Cube>{days}</Cube></gesmes:Envelope>")


def document(*days: tuple[str, dict[str, str]]) -> bytes:
    """A document in the form of the European Central Bank's."""
    said = "".join(f"<Cube time='{day}'>" + "".join(f"<Cube currency='{c}' rate='{r}'/>" for c, r in rates.items())
                   + "</Cube>" for day, rates in days)
    return ENVELOPE.format(days=said).encode()


DAILY = document(("2024-05-20", {"USD": "1.0861", "JPY": "169.46", "AUD": "1.6250", "XBX": "7"}))


def test_rates_per_euro_become_prices_in_the_books() -> None:
    said = read_reference_rates(DAILY)
    assert said.left_out == ("XBX",)
    day = date(2024, 5, 20)
    assert {c: price for d, c, price in said.prices_in("EUR") if d == day} == {
        "AUD": Fraction(8, 13), "JPY": 1 / Fraction("169.46"), "USD": 1 / Fraction("1.0861")}
    assert {c: price for _, c, price in said.prices_in("AUD")} == {
        "EUR": Fraction("1.625"), "USD": Fraction("1.625") / Fraction("1.0861"),
        "JPY": Fraction("1.625") / Fraction("169.46")}
    with pytest.raises(InputRejected, match="The source quotes no GBP on 20 May 2024"):
        list(said.prices_in("GBP"))


def test_several_days_come_in_their_order() -> None:
    said = read_reference_rates(document(("2024-05-21", {"USD": "1.09"}), ("2024-05-20", {"USD": "1.08"})))
    assert [(day.day, price) for day, _, price in said.prices_in("EUR")] == [
        (20, 1 / Fraction("1.08")), (21, 1 / Fraction("1.09"))]


@pytest.mark.parametrize(("body", "says"), [
    (b"", "no XML"),
    (b"currency,rate\nUSD,1.1\n", "no XML"),
    (DAILY[:-20], "no XML: line"),
    (b"<html><body>Moved</body></html>", "holds no rates"),
    (document(), "holds no rates"),
    (document(("2024-05-20", {})), "holds no rates"),
    (document(("2024-05-20", {"XBX": "1"})), "holds no rates"),
    (document(("20.05.2024", {"USD": "1.1"})), "day that cannot be read"),
    (document(("2024-05-20", {"USD": "1.1"}), ("2024-05-20", {"USD": "1.1"})), "has 20 May 2024 twice"),
    (document(("2024-05-20", {"US": "1.1"})), 'a rate of "US"'),
    (document(("2024-05-20", {"EUR": "1"})), "quotes EUR twice"),
    (document(("2024-05-20", {"USD": "0"})), 'one euro is "0" USD'),
    (document(("2024-05-20", {"USD": "-1.1"})), 'one euro is "-1.1" USD'),
    (document(("2024-05-20", {"USD": "1,1"})), 'one euro is "1,1" USD'),
    (document(("2024-05-20", {"USD": "1e9"})), 'one euro is "1e9" USD'),
    (document(("2024-05-20", {"USD": "N/A"})), 'one euro is "N/A" USD'),
    (document(("2024-05-20", {"USD": "1.1' /><Cube currency='USD' rate='1.2"})), "quotes USD twice on 20 May 2024"),
    (DAILY.replace(b"<Cube><", b"<Cube>\xff<", 1), "not UTF-8"),
    (DAILY.decode().encode("utf-16"), "not UTF-8"),
    (DAILY.replace(b"UTF-8", b"ISO-8859-1"), "says it is ISO-8859-1"),
    (b'<!DOCTYPE a [<!ENTITY b "1.1">]>' + DAILY.partition(b"\n")[2], "defines names of its own"),
])
def test_what_is_odd_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(InputRejected, match=says):
        read_reference_rates(body)
