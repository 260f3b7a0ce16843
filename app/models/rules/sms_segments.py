"""How many parts a text message is sent and charged in (3GPP TS 23.038 and 23.040).

Letters of the GSM alphabet take 7 bits each: 160 fit into one message, 153 into each part of a longer one, because
parts say which they are. Some marks of that alphabet (`^ { } \\ [ ~ ] | €` and the form feed) take two places. A single
letter outside it makes the whole message UCS-2: 70, or 67 in each part; letters beyond U+FFFF take two places. What
takes two places is never cut in the middle: where only one place is left in a part, it goes to the next.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ\u00a7¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class SmsEncoding(StrEnum):
    """The alphabet a message is sent in."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_ONE_PART = {SmsEncoding.GSM_7: 160, SmsEncoding.UCS_2: 70}
_EACH_PART = {SmsEncoding.GSM_7: 153, SmsEncoding.UCS_2: 67}


@dataclass(frozen=True, slots=True, kw_only=True)
class DearCharacter:
    """The first letter that the GSM alphabet lacks, so that fewer letters fit into a part."""

    character: str
    position: int
    """Counted from 1."""
    name: str
    """Its Unicode name in small letters: "left double quotation mark"."""

    @property
    def words(self) -> str:
        """The letter as a sentence names it: "“ (left double quotation mark) at position 12"."""
        seen = f"{self.character} " if self.character.isprintable() else ""
        return f"{seen}({self.name}) at position {self.position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsCount:
    """What a text takes as a message."""

    encoding: SmsEncoding
    units: int
    """Places taken: septets of GSM-7, 16-bit units of UCS-2."""
    segments: int
    """Parts it is sent and charged in; 0 for no text."""
    capacity: int
    """Places of that many parts, of one where there is no text."""
    dear: DearCharacter | None
    """What makes it UCS-2; None in GSM-7."""


def count_segments(text: str) -> SmsCount:
    """Count the parts of a text: 160 letters are one, 161 are two; with one “ 70 are one and 71 are two."""
    dear = _dear(text)
    encoding = SmsEncoding.GSM_7 if dear is None else SmsEncoding.UCS_2
    sizes = [1 if c in _BASIC else 2 for c in text] if dear is None else [1 if c <= "\uffff" else 2 for c in text]
    units = sum(sizes)
    if units <= _ONE_PART[encoding]:
        return SmsCount(encoding=encoding, units=units, segments=min(len(text), 1), capacity=_ONE_PART[encoding],
                        dear=dear)
    segments = _parts(sizes, _EACH_PART[encoding])
    return SmsCount(encoding=encoding, units=units, segments=segments, capacity=segments * _EACH_PART[encoding],
                    dear=dear)


def _dear(text: str) -> DearCharacter | None:
    for position, character in enumerate(text, start=1):
        if character not in _BASIC and character not in _EXTENDED:
            name = unicodedata.name(character, f"U+{ord(character):04X}")
            return DearCharacter(character=character, position=position,
                                 name=name if name.startswith("U+") else name.lower())
    return None


def _parts(sizes: list[int], room_of_part: int) -> int:
    """Parts that letters of these sizes fill one after the other, none of them cut."""
    parts, room = 1, room_of_part
    for size in sizes:
        if size > room:
            parts, room = parts + 1, room_of_part
        room -= size
    return parts
