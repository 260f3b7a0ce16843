"""Open Sans for printed pages: registered once per process, measured in millimetres, embedded as an exact subset.

The font covers Latin, Greek and Cyrillic. What it lacks is never dropped: `printable` puts U+FFFD in its place, which
the font does draw, and `missing_characters` names the culprits so that the caller can list a warning.
"""

from __future__ import annotations

import threading
import unicodedata
from functools import lru_cache
from typing import Any

import ttf_opensans
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "OpenSans-400"
SEMIBOLD = "OpenSans-600"
BOLD = "OpenSans-700"
ITALIC = "OpenSans-400-Italic"

POINTS_PER_MM = 72 / 25.4

_FACES: dict[str, tuple[int, bool]] = {
    REGULAR: (400, False),
    SEMIBOLD: (600, False),
    BOLD: (700, False),
    ITALIC: (400, True),
}
_REPLACEMENT = "\ufffd"
# U+202F is the thousands mark of French; neither it nor the unbreakable hyphen is in the font.
_STAND_INS = {"\u00a0": "\u00a0", "\u202f": "\u00a0", "\u2010": "-", "\u2011": "-"}
_REGISTERING = threading.Lock()
_SUBSETTING = threading.Lock()


class EmbeddedFont(TTFont):
    """A TrueType font of which every document embeds just the glyphs it shows.

    Codes are handed out in the order of first use from 33 upwards, so the same document always gives the same bytes
    and most of a content stream needs no escapes.
    """

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False, shapable=False)

    def open(self, document: PDFDocument) -> None:
        """Begin an empty subset for one document; call once, before the first text of this font."""
        self._assignState(document).nextCode = 33

    def addObjects(self, doc: PDFDocument) -> None:
        """Embed the subset; reportlab's font reader has one file position, so two threads must take turns."""
        with _SUBSETTING:
            super().addObjects(doc)


class Encoder(dict[int, str]):
    """`text.translate(encoder)` gives the inside of a PDF string in one font of one document.

    Filled as characters first occur. A subset holds 255 glyphs; a character of a later subset becomes a switch of
    fonts and back, in which SIZE stands for the font size in force.
    """

    SIZE = "\ue000"

    def __init__(self, face: str, document: PDFDocument) -> None:
        super().__init__()
        self._font = embedded_font(face)
        self._document = document
        self._font.open(document)
        self.name: str = self._font.getSubsetInternalName(0, document)

    def __missing__(self, code: int) -> str:
        shown = chr(code) if _has_glyph(chr(code)) else _REPLACEMENT
        [(subset, raw)] = self._font.splitString(shown, self._document)
        piece = _escaped(raw)
        if subset:
            other = self._font.getSubsetInternalName(subset, self._document)
            piece = f") Tj {other} {self.SIZE} Tf ({piece}) Tj {self.name} {self.SIZE} Tf ("
        self[code] = piece
        return piece


def register_fonts() -> None:
    """Register the four faces with reportlab; further calls do nothing."""
    with _REGISTERING:
        known = pdfmetrics.getRegisteredFontNames()
        for face, (weight, italic) in _FACES.items():
            if face not in known:
                path = ttf_opensans.opensans(font_weight=weight, italic=italic).path
                pdfmetrics.registerFont(EmbeddedFont(face, str(path)))


def embedded_font(face: str) -> EmbeddedFont:
    """The registered font of a face name such as REGULAR."""
    font = pdfmetrics.getFont(face)
    assert isinstance(font, EmbeddedFont)  # noqa: S101  # narrowing for the type checker; only our names come here
    return font


def text_width_mm(text: str, face: str, size_pt: float) -> float:
    """Width of a text as it is drawn (no kerning), in millimetres."""
    return float(_width_of(face)(text, size_pt)) / POINTS_PER_MM


def printable(text: str) -> str:
    """The text as the page can show it: composed (NFC), one line, blanks for U+202F and controls, U+FFFD for gaps."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, unicodedata.normalize("NFC", text)))


def missing_characters(text: str) -> str:
    """Characters of the text that the font lacks, each once, in code order: "→✓" of "a → b ✓"."""
    if text.isascii():
        return ""
    composed = set(unicodedata.normalize("NFC", text))
    return "".join(sorted(char for char in composed if _shown(char) == _REPLACEMENT != char))


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    """What stands on paper for one character: itself, a blank, nothing, or U+FFFD."""
    if _has_glyph(char):
        return char
    if char in _STAND_INS:
        return _STAND_INS[char]
    alike = unicodedata.normalize("NFKC", char)  # ㎡ as m2, full-width Latin as Latin
    if alike != char and all(map(_has_glyph, alike)):
        return alike
    category = unicodedata.category(char)
    if category in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    return "" if category == "Cf" else _REPLACEMENT  # Cf: soft hyphens, joiners, direction marks have no shape


def _has_glyph(char: str) -> bool:
    return char.isprintable() and ord(char) in _glyphs()


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Code points that all faces can draw (they share one character set; the regular face speaks for them)."""
    return frozenset(embedded_font(REGULAR).face.charToGlyph)


@lru_cache(maxsize=8)
def _width_of(face: str) -> Any:
    return embedded_font(face).stringWidth


def _escaped(raw: bytes) -> str:
    """One code inside a PDF string: brackets and backslash escaped, codes beyond ASCII in octal."""
    return "".join(f"\\{code:03o}" if code > 126 or code < 32 or code in b"()\\" else chr(code) for code in raw)


register_fonts()
