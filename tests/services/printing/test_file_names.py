"""File names: readable where that is safe, harmless everywhere, and never shared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.printing.file_names import invoice_file_name

ODD = [
    "../../etc/passwd", "..", ".", "/", "\\", "a/b", "a\\b", "a b", " a b", "CON", "nul.", "a:b", "a*b?", "A\tB",
    "inv-1", "INV-1", "Inv-1", "ΤΙΜ-1", "инв-1", "é", "e\u0301", "~", "-", "—", "\U0001f600", "A_B", "9" * 60, "ß" * 60,
]


@pytest.mark.parametrize(("provider", "number", "name"), [
    ("HT", "HT-00451", "HT_HT-00451.pdf"),
    ("391", "6113650345", "391_6113650345.pdf"),
])
def test_plain_numbers_stand_as_they_are(provider: str, number: str, name: str) -> None:
    assert invoice_file_name(provider, number) == name


@pytest.mark.parametrize(("number", "begins"), [
    ("2025/07", "HT_2025_07~"), ("../../x", "HT_x~"), ("..", "HT_x~"), ("ΤΙΜ 1", "HT_ΤΙΜ_1~"), ("inv-1", "HT_inv-1~"),
])
def test_others_are_made_harmless_and_told_apart(number: str, begins: str) -> None:
    name = invoice_file_name("HT", number)
    assert name.startswith(begins)
    assert name == invoice_file_name("HT", number)


def test_no_two_invoices_share_a_name_on_any_file_system() -> None:
    pairs = [(provider, number) for provider in ["HT", "ht", "H_T", "HT_A", "../x", *ODD[:8]] for number in ODD]
    pairs += [("A", "B_C"), ("A_B", "C"), ("A", "B-C"), ("A-B", "C")]
    names = {invoice_file_name(*pair).casefold() for pair in set(pairs)}
    assert len(names) == len(set(pairs))


_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@given(st.text(_CHARACTERS, min_size=1, max_size=40), st.text(_CHARACTERS, min_size=1, max_size=60))
def test_any_text_makes_a_name_that_every_file_system_takes(provider: str, number: str) -> None:
    name = invoice_file_name(provider, number)
    assert name.endswith(".pdf")
    assert not set(name) & set('/\\:*?"<>|\0\n\r\t')
    assert not name.startswith((".", "-", " "))
    assert len(name.encode()) <= 150
    assert name.isprintable()
