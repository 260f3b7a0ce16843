"""Open Sans for printed pages: registered once per process, measured in millimetres, embedded as an exact subset.

The font covers Latin, Greek and Cyrillic. What it lacks is never dropped: `printable` puts U+FFFD in its place, which
the font does draw, and `missing_characters` names the culprits so that the caller can list a warning.
"""

from __future__ import annotations

import threading
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
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
_ASCII = "".join(map(chr, range(0x21, 0x7F)))
_SIGNS = "–—‘’“”„…·•−×€£¥§°№«»"
_LATIN = "".join(map(chr, range(0xC0, 0x100)))
_GREEK = "ΆΈΉΊΌΎΏΐΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΪΫάέήίΰαβγδεζηθικλμνξοπρςστυφχψωϊϋόύώ"
_CYRILLIC = "ЁАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюяёІіЇїЄєҐґЎў"
# Letters of the first subset beside ASCII and signs, by language; the letters of western Europe for all others.
_ALPHABETS = {"en": "", "el": _GREEK, **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "sr"), _CYRILLIC)}
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
    """A TrueType font of which every document embeds a subset: the letters of its language, then what else it shows.

    The first subset holds the same glyphs for all documents of a language. It is cut and compressed once per process,
    which halves the cost of a page, and the same document always gives the same bytes. Other characters go to further
    subsets of their own in the order of their use.
    """

    _assignState: Any  # noqa: N815  # reportlab has it, its type stubs have not

    def open(self, document: PDFDocument, language: str) -> None:
        """Begin one document, before the first text of this font."""
        state = self._assignState(document)
        state.first = _first_subset(self.fontName, language)
        state.subsets = [state.first.codes]
        state.assignments = {0x20: 0x20, 0xA0: 0x20}
        state.nextCode = 256  # reportlab opens the second subset with the next character it is asked for

    def addObjects(self, doc: Any) -> None:
        """Embed the subsets: font, descriptor, glyphs and the way back from codes to Unicode, for search and copying.

        The objects are written out here, because reportlab builds and formats them entry by entry, which takes as
        long as the rest of a page.
        """
        state: Any = self.state.pop(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for index, codes in enumerate(state.subsets):
            subset = state.first if index == 0 else self.subset(codes, begin=1)
            name = f"{SUBSETN(index).decode()}+{self.face.name.decode()}".encode()
            glyphs = doc.Reference(RawObject(subset.glyphs)).format(doc)
            descriptor = RawObject(b"<< /FontName /%s %s /FontFile2 %s >>" % (name, self._descriptor(), glyphs))
            font = b"<< /Type /Font /Subtype /TrueType /BaseFont /%s %s /FontDescriptor %s /ToUnicode %s >>" % (
                name,
                subset.widths,
                doc.Reference(descriptor).format(doc),
                doc.Reference(RawObject(subset.to_unicode)).format(doc),
            )
            fonts[f"{state.internalName}+{index}"] = doc.Reference(RawObject(font))

    def subset(self, codes: list[int], *, begin: int) -> _Subset:
        """Cut and compress the glyphs of characters; a place in the list, from `begin` on, is its code."""
        with _SUBSETTING:  # reportlab's font reader has one file position: two threads must take turns
            glyphs = self.face.makeSubset(codes)
        face: Any = self.face
        widths = " ".join(f"{face.getCharWidth(code):.5g}" for code in codes[begin:])
        return _Subset(
            codes=codes,
            glyphs=deflated(glyphs, b"/Length1 %d" % len(glyphs)),
            to_unicode=deflated(_to_unicode(codes, begin)),
            widths=f"/FirstChar {begin} /LastChar {len(codes) - 1} /Widths [{widths}]".encode(),
        )

    def _descriptor(self) -> bytes:
        face = self.face
        box = " ".join(f"{side:.0f}" for side in face.bbox)
        symbolic = 1 << 2
        return (
            f"/Type /FontDescriptor /Flags {symbolic} /FontBBox [{box}] /ItalicAngle {face.italicAngle:.0f}"
            f" /Ascent {face.ascent:.0f} /Descent {face.descent:.0f} /CapHeight {face.capHeight:.0f}"
            f" /StemV {face.stemV:.0f}"
        ).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subset:
    """Characters by code, and the parts of the file that hold them, ready to be written."""

    codes: list[int]
    glyphs: bytes
    to_unicode: bytes
    widths: bytes


class RawObject(PDFObject):
    """A PDF object that is written already; nothing else of the document may depend on its inside."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def format(self, document: object) -> bytes:  # noqa: ARG002  # reportlab's signature
        """The bytes of the object."""
        return self.body


def deflated(content: bytes, entries: bytes = b"") -> bytes:
    """A compressed stream with further entries of its dictionary, as it stands in the file."""
    packed = zlib.compress(content)
    return b"<< /Filter /FlateDecode /Length %d %s >>\nstream\n%s\nendstream\n" % (len(packed), entries, packed)


class Encoder(dict[int, str]):
    """`text.translate(encoder)` gives the inside of a PDF string in one font of one document.

    A character outside the first subset becomes a switch of fonts and back, in which SIZE stands for the font size in
    force; `encoded` puts it in, and takes out switches back and forth between neighbours.
    """

    _SIZE = "\ue000"

    def __init__(self, face: str, document: PDFDocument, language: str) -> None:
        self._font = embedded_font(face)
        self._document = document
        self._font.open(document, language)
        self.name: str = self._font.getSubsetInternalName(0, document)
        super().__init__(_first_table(face, language))

    def encoded(self, text: str, size: str) -> str:
        """The inside of a PDF string, brackets not included, in the font's size as it is written in the file."""
        shown = text.translate(self)
        if self._SIZE not in shown:
            return shown
        for further in range(1, len(self._font.state[self._document].subsets)):
            enter, leave = self._enter(further), self._leave(further)
            shown = shown.replace(leave + enter, "").replace(leave, self._enter(0))
        return shown.replace(self._SIZE, size)

    def __missing__(self, code: int) -> str:
        if code not in _glyphs() and code != ord(_REPLACEMENT):
            piece = self[ord(_REPLACEMENT)]
        else:
            [(subset, raw)] = self._font.splitString(chr(code), self._document)
            piece = f"{self._enter(subset)}{_CODES[raw[0]]}{self._leave(subset)}"
        self[code] = piece
        return piece

    def _enter(self, subset: int) -> str:
        name = self._font.getSubsetInternalName(subset, self._document)
        return f") Tj {name} {self._SIZE} Tf ("

    def _leave(self, subset: int) -> str:
        """Stands for the way back to the first subset, and tells from where."""
        return chr(0xE100 + subset)


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


@lru_cache(maxsize=8192)
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


@lru_cache(maxsize=64)
def _first_subset(face: str, language: str) -> _Subset:
    """The subset all documents of a language begin with: ASCII at its own codes, the language's letters behind."""
    letters = _ALPHABETS.get(language.replace("_", "-").partition("-")[0], _LATIN)
    further = [ord(char) for char in dict.fromkeys(_SIGNS + letters) if ord(char) in _glyphs()]
    return embedded_font(face).subset([0x20] * 33 + list(map(ord, _ASCII)) + further, begin=32)


@lru_cache(maxsize=64)
def _first_table(face: str, language: str) -> dict[int, str]:
    """How each character of the first subset stands inside a PDF string."""
    codes = _first_subset(face, language).codes
    return {0x20: " ", 0xA0: " "} | {char: _CODES[code] for code, char in enumerate(codes) if code > 32}


@lru_cache(maxsize=8)
def _width_of(face: str) -> Any:
    return embedded_font(face).stringWidth


def _to_unicode(codes: Sequence[int], begin: int) -> bytes:
    """The character of each code, in blocks of a hundred as the format demands (ISO 32000-1, 9.10.3)."""
    pairs = [f"<{code:02X}> <{char:04X}>" for code, char in enumerate(codes) if code >= begin]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    listed = "\n".join("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks)
    return _CMAP.format(blocks=listed).encode()


register_fonts()
