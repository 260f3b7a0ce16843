"""What the font can show, and what becomes of the rest."""

from __future__ import annotations

import pytest

from app.services.paper import fonts
from app.services.paper.drawing import TextStyle
from app.services.paper.sheet import warnings_of
from app.services.paper.text_fit import shrunk, shrunk_or_wrapped, wrap
from tests.support import invoice_samples as samples

STYLE = TextStyle(face=fonts.REGULAR, size_pt=10, colour=(0, 0, 0))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("plain", "plain"),
        ("Ελλάδα, Россия, Łódź, 5 €", "Ελλάδα, Россия, Łódź, 5 €"),
        ("1\u202f234", "1\u00a0234"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),  # composed, so that marks sit where they belong
        ("a\nb\tc", "a b c"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("non\u2011breaking", "non-breaking"),
        ("25 ㎡", "25 m2"),
        ("paid ✓", "paid \ufffd"),
    ],
)
def test_printable(given: str, shown: str) -> None:
    assert fonts.printable(given) == shown


def test_missing_characters_are_named_once() -> None:
    assert fonts.missing_characters("→ a ✓ b → \u202f\n漢") == "→✓漢"
    assert fonts.missing_characters("all of it is here: ü, ψ, ж") == ""


def test_warnings_name_character_address_and_logo() -> None:
    document = samples.document(
        [samples.line(100, description="Fibre ✓")],
        bill_to_lines=(),
        letterhead=samples.replace(samples.HARBOUR, logo=b"no picture"),
    )
    glyph, address, logo = warnings_of(document)
    assert "✓ (U+2713)" in glyph
    assert "address" in address
    assert "Harbour Telecom" in logo
    assert warnings_of(samples.document()) == ()


def test_digits_are_equally_wide_in_every_weight_of_a_column() -> None:
    widths = {fonts.text_width_mm(digit, fonts.REGULAR, 10) for digit in "0123456789−"}
    assert len(widths) == 1


def test_wrapped_lines_keep_their_width_and_lose_nothing() -> None:
    text = "a charge with quite some words and one Donaudampfschifffahrtsgesellschaftskapitänswitwe among them"
    lines = wrap(text, STYLE, 30)
    assert all(STYLE.width_mm(line) <= 30 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrap("", STYLE, 30) == []


def test_a_word_wider_than_any_line_is_broken() -> None:
    lines = wrap("W" * 50, STYLE, 20)
    assert all(STYLE.width_mm(line) <= 20 for line in lines)
    assert "".join(lines) == "W" * 50


def test_shrinking_fits_and_leaves_short_texts_alone() -> None:
    assert shrunk("short", STYLE, 50) is STYLE
    assert shrunk("x" * 100, STYLE, 50).width_mm("x" * 100) <= 50


def test_shrunk_first_and_wrapped_when_that_is_not_enough() -> None:
    text = "twenty-seven millimetres"
    width = STYLE.width_mm(text)
    [line], smaller = shrunk_or_wrapped(text, STYLE, width * 0.9)
    assert line == text
    assert smaller.size_pt < STYLE.size_pt
    lines, _ = shrunk_or_wrapped(text, STYLE, width * 0.6)
    assert lines == ["twenty-seven", "millimetres"]
