"""Open Sans for printed pages: registered once per process, measured in millimetres, embedded as an exact subset.

The font covers Latin, Greek and Cyrillic. What it lacks is never dropped: `printable` puts U+FFFD in its place, which
the font does draw, and `missing_characters` names the culprits so that the caller can list a warning.
"""

from __future__ import annotations

import threading
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import ttf_opensans
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

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
_FIRST_CODE, _LAST_CODE = 33, 255
# Each code as it stands inside a PDF string: brackets and backslash escaped, codes beyond ASCII in octal.
_CODES = [f"\\{code:03o}" if code > 126 or code < 32 or code in b"()\\" else chr(code) for code in range(256)]
_CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<00> <FF>
endcodespacerange
{blocks}
endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
# U+202F is the thousands mark of French; neither it nor the unbreakable hyphen is in the font.
_STAND_INS = {"\u00a0": "\u00a0", "\u202f": "\u00a0", "\u2010": "-", "\u2011": "-"}
_REGISTERING = threading.Lock()
_SUBSETTING = threading.Lock()


class EmbeddedFont(TTFont):
    """A TrueType font of which every document embeds just the glyphs it shows.

    Codes are handed out in the order of first use from 33 upwards, so the same document always gives the same bytes
    and most of a content stream needs no escapes.
    """

    _assignState: Any  # noqa: N815  # reportlab has it, its type stubs have not

    def __init__(self, name: str, path: str) -> None:
        super().__init__(name, path, asciiReadable=False, shapable=False)
        self._widths: dict[int, bytes] = {}

    def open(self, document: PDFDocument) -> Any:
        """Begin an empty subset for one document, before the first text of this font; answers reportlab's record."""
        state = self._assignState(document)
        state.nextCode = _FIRST_CODE
        return state

    def addObjects(self, doc: Any) -> None:
        """Embed the subsets: font, descriptor, glyphs and the way back from codes to Unicode, for search and copying.

        The objects are written out here, because reportlab builds and formats them entry by entry, which takes as
        long as the rest of a page.
        """
        state = self.state.pop(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for index, codes in enumerate(state.subsets):
            name = f"{SUBSETN(index).decode()}+{self.face.name.decode()}"
            with _SUBSETTING:  # reportlab's font reader has one file position: two threads must take turns
                glyphs = self.face.makeSubset(codes)
            length = b"/Length1 %d" % len(glyphs)
            descriptor = doc.Reference(self._descriptor(name, doc.Reference(deflated(glyphs, length)).format(doc)))
            unicodes = doc.Reference(deflated(_to_unicode(codes)))
            fonts[f"{state.internalName}+{index}"] = doc.Reference(
                RawObject(
                    b"<< /Type /Font /Subtype /TrueType /BaseFont /%s /FirstChar 32 /LastChar %d /Widths [%s]"
                    b" /FontDescriptor %s /ToUnicode %s >>"
                    % (
                        name.encode(),
                        len(codes) - 1,
                        b" ".join(map(self._width, codes[32:])),
                        descriptor.format(doc),
                        unicodes.format(doc),
                    )
                )
            )

    def _descriptor(self, name: str, glyphs: bytes) -> RawObject:
        face = self.face
        box = " ".join(f"{side:.0f}" for side in face.bbox)
        symbolic = 1 << 2
        return RawObject(
            f"<< /Type /FontDescriptor /FontName /{name} /Flags {symbolic} /FontBBox [{box}]"
            f" /ItalicAngle {face.italicAngle:.0f} /Ascent {face.ascent:.0f} /Descent {face.descent:.0f}"
            f" /CapHeight {face.capHeight:.0f} /StemV {face.stemV:.0f} /FontFile2 ".encode()
            + glyphs
            + b" >>"
        )

    def _width(self, code: int) -> bytes:
        width = self._widths.get(code)
        if width is None:
            face: Any = self.face
            width = self._widths[code] = f"{face.getCharWidth(code):.5g}".encode()
        return width


class RawObject(PDFObject):
    """A PDF object that is written already; nothing else of the document may depend on its inside."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def format(self, document: object) -> bytes:  # noqa: ARG002  # reportlab's signature
        """The bytes of the object."""
        return self.body


def deflated(content: bytes, entries: bytes = b"") -> RawObject:
    """A compressed stream with further entries of its dictionary."""
    packed = zlib.compress(content)
    head = b"<< /Filter /FlateDecode /Length %d %s >>\nstream\n" % (len(packed), entries)
    return RawObject(head + packed + b"\nendstream")


class Encoder(dict[int, str]):
    """`text.translate(encoder)` gives the inside of a PDF string in one font of one document.

    Filled as characters first occur. A subset holds 255 glyphs; a character of a later subset becomes a switch of
    fonts and back, in which SIZE stands for the font size in force.
    """

    SIZE = "\ue000"

    def __init__(self, face: str, document: PDFDocument) -> None:
        super().__init__({0x20: " ", 0xA0: " "})
        self._font = embedded_font(face)
        self._document = document
        self._state = self._font.open(document)
        self.name: str = self._font.getSubsetInternalName(0, document)

    def __missing__(self, code: int) -> str:
        if code not in _glyphs():
            piece = self[ord(_REPLACEMENT)]
        elif self._state.nextCode <= _LAST_CODE:
            piece = self._next(code)
        else:
            piece = self._from_later_subset(code)
        self[code] = piece
        return piece

    def _next(self, code: int) -> str:
        """Give the character the next code of the first subset, as reportlab would at three times the price."""
        state = self._state
        given: int = state.nextCode
        state.assignments[code] = given
        state.subsets[0].append(code)
        state.nextCode = given + 1
        return _CODES[given]

    def _from_later_subset(self, code: int) -> str:
        [(subset, raw)] = self._font.splitString(chr(code), self._document)
        other = self._font.getSubsetInternalName(subset, self._document)
        return f") Tj {other} {self.SIZE} Tf ({_CODES[raw[0]]}) Tj {self.name} {self.SIZE} Tf ("


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


def _to_unicode(codes: Sequence[int]) -> bytes:
    """The character of each code, in blocks of a hundred as the format demands (ISO 32000-1, 9.10.3)."""
    pairs = [f"<{code:02X}> <{char:04X}>" for code, char in enumerate(codes) if code >= 32]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    listed = "\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks)
    return _CMAP.format(blocks=listed).encode()


register_fonts()
