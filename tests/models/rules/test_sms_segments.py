"""Parts of a text message: alphabets, limits, pairs that are never cut, and the letter that makes it dear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.rules.sms_segments import SmsEncoding, count_segments

GSM, UCS = SmsEncoding.GSM_7, SmsEncoding.UCS_2


@pytest.mark.parametrize(("text", "encoding", "units", "segments", "capacity"), [
    ("", GSM, 0, 0, 160),
    ("a", GSM, 1, 1, 160),
    ("a" * 160, GSM, 160, 1, 160),
    ("a" * 161, GSM, 161, 2, 306),
    ("a" * 306, GSM, 306, 2, 306),
    ("a" * 307, GSM, 307, 3, 459),
    ("£ñØÄ\n", GSM, 5, 1, 160),
    ("€", GSM, 2, 1, 160),
    ("€" * 80, GSM, 160, 1, 160),
    ("€" * 81, GSM, 162, 2, 306),
    ("^{}\\[~]|\f", GSM, 18, 1, 160),
    ("a" * 158 + "€", GSM, 160, 1, 160),
    ("a" * 159 + "€", GSM, 161, 2, 306),
    ("a" * 152 + "€" + "a" * 151, GSM, 305, 2, 306),
    ("a" * 152 + "€" + "a" * 152, GSM, 306, 3, 459),      # the pair is not cut, a place stays empty
    ("€" * 77, GSM, 154, 1, 160),
    ("€" * 153, GSM, 306, 3, 459),                         # 76 to a part
    ("ж" * 70, UCS, 70, 1, 70),
    ("ж" * 71, UCS, 71, 2, 134),
    ("ж" * 134, UCS, 134, 2, 134),
    ("ж" * 135, UCS, 135, 3, 201),
    ("😀" * 35, UCS, 70, 1, 70),
    ("😀" * 36, UCS, 72, 2, 134),
    ("😀" * 67, UCS, 134, 3, 201),                          # 33 to a part
    ("“" + "a" * 69, UCS, 70, 1, 70),
    ("“" + "a" * 70, UCS, 71, 2, 134),
    ("ж€", UCS, 2, 1, 70),                                 # one place each, once the message is UCS-2
    ("a`", UCS, 2, 1, 70),
    ("\x1b", UCS, 1, 1, 70),                               # the escape itself is no letter
    ("ç", UCS, 1, 1, 70),                                  # the alphabet has the capital alone
])
def test_parts(text: str, encoding: SmsEncoding, units: int, segments: int, capacity: int) -> None:
    count = count_segments(text)
    assert (count.encoding, count.units, count.segments, count.capacity) == (encoding, units, segments, capacity)


@pytest.mark.parametrize(("text", "character", "position", "words"), [
    ("Pay “now”", "“", 5, "“ (left double quotation mark) at position 5"),
    ("Zażółć", "ż", 3, "ż (latin small letter z with dot above) at position 3"),
    ("ok 😀", "😀", 4, "😀 (grinning face) at position 4"),
    ("a\u00a0b", "\u00a0", 2, "(no-break space) at position 2"),
    ("a\x07b", "\x07", 2, "(U+0007) at position 2"),
])
def test_the_letter_that_makes_it_dear_is_named(text: str, character: str, position: int, words: str) -> None:
    dear = count_segments(text).dear
    assert dear is not None
    assert (dear.character, dear.position, dear.words) == (character, position, words)


def test_nothing_is_dear_in_the_plain_alphabet() -> None:
    assert count_segments("Invoice HT-7: 12.50 € @ [x]").dear is None


LETTERS = st.lists(st.sampled_from("aZ é€[ж😀“\n"), max_size=500).map("".join)


@given(LETTERS)
def test_parts_hold_what_a_plain_filling_of_parts_says(text: str) -> None:
    count = count_segments(text)
    single, each = (160, 153) if count.encoding is GSM else (70, 67)
    wide = "€[" if count.encoding is GSM else "😀"
    sizes = [2 if letter in wide else 1 for letter in text]
    assert count.units == sum(sizes)
    if sum(sizes) <= single:
        assert count.segments == min(1, len(text))
        return
    filled = [0]
    for size in sizes:
        if filled[-1] + size > each:
            filled.append(0)
        filled[-1] += size
    assert count.segments == len(filled)
    assert max(filled) <= each
