"""The reportlab writer behind `drawing.Surface`.

Three departures from a plain reportlab canvas, each for the batch of thousands. A page's operators are put together
here and handed over as one literal, because reportlab's own text calls cost ten times as much. A finished page leaves
for the file at once instead of staying in memory until the end, so a merged file of 5,000 invoices needs little more
than one. And nothing depends on the clock: the same document gives the same bytes, so a reprint is identical.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from app.services.paper import fonts
from app.services.paper.drawing import Colour, Pen, TextStyle
from app.services.paper.images import PreparedImage

PAGE_WIDTH_MM = 210.0
PAGE_HEIGHT_MM = 297.0
_K = fonts.POINTS_PER_MM
_TOP_PT = PAGE_HEIGHT_MM * _K
_A4_PT = (PAGE_WIDTH_MM * _K, _TOP_PT)
# Share of the radius at which the control points of a quarter circle stand.
_CIRCLE = 0.5523


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What the file says of itself. `created` is the issue date: the clock would make every reprint differ."""

    title: str
    author: str
    language: str
    created: date


class ReportlabSurface:
    """Pages of one PDF file, drawn document by document: draw, then `commit` or `discard`; at the end `close`."""

    def __init__(self, target: IO[bytes], facts: FileFacts) -> None:
        self._canvas = _StreamingCanvas(target, facts)
        self._encoders: dict[str, fonts.Encoder] = {}
        self._pages: list[_PageContent] = []
        self._page = _PageContent()
        self._font_ops: dict[TextStyle, tuple[fonts.Encoder, str, str]] = {}
        self.page_count = 0
        """Pages committed so far."""

    def new_page(self) -> None:
        self._page = _PageContent()
        self._pages.append(self._page)

    def text(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        if not text:
            return
        page = self._page
        if page.style is not style:
            page.style = style
            page.encoder, page.size, operators = self._font(style)
            page.texts.append(operators)
        shown = page.encoder.encoded(text, page.size)
        page.texts.append(f"1 0 0 1 {x_mm * _K:.2f} {_TOP_PT - baseline_mm * _K:.2f} Tm ({shown}) Tj")

    def text_right(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self.text(x_mm - style.width_mm(text), baseline_mm, text, style)

    def text_centre(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self.text(x_mm - style.width_mm(text) / 2, baseline_mm, text, style)

    def line(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float, pen: Pen) -> None:
        path = f"{x1_mm * _K:.2f} {_y(y1_mm)} m {x2_mm * _K:.2f} {_y(y2_mm)} l S"
        self._page.shapes.append(f"{_stroke(pen)} {path}")

    def box(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        *,
        fill: Colour | None = None,
        pen: Pen | None = None,
        radius_mm: float = 0.0,
    ) -> None:
        paint = {(True, False): "f", (False, True): "S", (True, True): "B"}.get((fill is not None, pen is not None))
        if paint is None:
            return
        before = [_fill(fill)] if fill else []
        before += [_stroke(pen)] if pen else []
        path = _rounded(x_mm, y_mm, width_mm, height_mm, radius_mm)
        self._page.shapes.append(" ".join([*before, path, paint]))

    def image(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float, picture: PreparedImage) -> None:
        place = f"{width_mm * _K:.2f} 0 0 {height_mm * _K:.2f} {x_mm * _K:.2f} {_y(y_mm + height_mm)}"
        name = self._canvas.keep_image(picture)
        self._page.images.append((place, name))

    def commit(self, outline: str = "") -> None:
        """Write the pages drawn since the last commit; with an outline title, list the first of them under it."""
        for index, page in enumerate(self._pages):
            self._canvas.write_page(page, outline if index == 0 else "")
        self.page_count += len(self._pages)
        self._pages.clear()

    def discard(self) -> None:
        """Forget the pages drawn since the last commit; the file stays sound."""
        self._pages.clear()

    def close(self) -> None:
        """Write fonts, pictures, outline and the table of objects; the target stays open."""
        self._canvas.save()

    def _font(self, style: TextStyle) -> tuple[fonts.Encoder, str, str]:
        known = self._font_ops.get(style)
        if known is None:
            encoder = self._encoders.get(style.face)
            if encoder is None:
                encoder = self._encoders[style.face] = self._canvas.encoder(style.face)
            size = f"{style.size_pt:g}"
            known = self._font_ops[style] = (encoder, size, f"{encoder.name} {size} Tf {_fill(style.colour)}")
        return known


class _PageContent:
    """Operators of one page, texts apart so that they share one text object."""

    __slots__ = ("encoder", "images", "shapes", "size", "style", "texts")

    def __init__(self) -> None:
        self.shapes: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.style: TextStyle | None = None
        self.encoder: fonts.Encoder
        self.size: str

    def operators(self) -> str:
        """Shapes and texts; pictures are placed by the canvas, which must know of them."""
        return "\n".join([*self.shapes, "BT", *self.texts, "ET"])


class _StreamingCanvas(Canvas):
    """A canvas whose document writes each page as soon as it is shown."""

    def __init__(self, target: IO[bytes], facts: FileFacts) -> None:
        # The initial font is ours: the default one is Helvetica, which would stand in every file unembedded.
        font: Any = fonts.REGULAR  # the type stubs take this argument for a number
        super().__init__(target, pagesize=_A4_PT, invariant=1, initialFontName=font)
        self._doc: Any = _StreamingDocument(target, facts)
        self._language = facts.language
        self.setTitle(facts.title)
        self.setAuthor(facts.author)
        self.setSubject("")
        self.setCreator("Bursar")
        self.setViewerPreference("DisplayDocTitle", "true")

    def encoder(self, face: str) -> fonts.Encoder:
        """A fresh subset of a face for this file."""
        return fonts.Encoder(face, self._doc, self._language)

    def write_page(self, page: _PageContent, outline: str) -> None:
        """Put one page into the file; a non-empty outline title makes it a chapter."""
        for place, name in page.images:
            self.addLiteral(f"q {place} cm")
            self.doForm(name)
            self.addLiteral("Q")
        self.addLiteral(page.operators())
        if outline:
            key = f"p{self.getPageNumber()}"
            self.bookmarkPage(key)
            self.addOutlineEntry(outline, key)
        self.showPage()

    def keep_image(self, picture: PreparedImage) -> str:
        """Enter a picture into the file once; answers its name."""
        if not self.hasForm(picture.key):
            mask = b""
            if picture.alpha is not None:
                alpha = _image_stream(picture, picture.alpha, "/DeviceGray", "FlateDecode")
                mask = b" /SMask %s" % self._doc.Reference(alpha).format(self._doc)
            stream = _image_stream(picture, picture.data, picture.colour_space, picture.encoding, mask)
            self._doc.Reference(stream, self._doc.getXObjectName(picture.key))
        return picture.key


class _StreamingDocument(pdfdoc.PDFDocument):
    """reportlab's object table, with pages written and forgotten as they come and the rest at the end."""

    # reportlab has these, its type stubs have not, or without types.
    Pages: Any
    Catalog: Any
    Reference: Any
    idToObject: Any  # noqa: N815
    _pdfVersion: Any  # noqa: N815

    def __init__(self, target: IO[bytes], facts: FileFacts) -> None:
        super().__init__(compression=1, invariant=1, lang=facts.language, pdfVersion=(1, 4))
        created = f"D:{facts.created:%Y%m%d}000000Z"
        self.setDateFormatter(lambda *_: created)
        out: Any = pdfdoc.PDFFile(self._pdfVersion)
        target.write(b"".join(out.strings))
        out.write = target.write  # instead of gathering strings in memory
        self._file: Any = out
        self._fonts: bytes = pdfdoc.PDFObjectReference("BasicFonts").format(self)

    def addPage(self, page: Any) -> None:
        """Write the page with its content; what stays is a reference and two file positions.

        A page left to reportlab would also be packed into ASCII 85, a quarter longer and slower.
        """
        content: bytes = page.stream.encode("ascii")
        self.updateSignature(content)
        stream = self.Reference(fonts.RawObject(fonts.deflated(content)))
        pictures = page.XObjects.format(self) if page.XObjects else b"<< >>"
        body = b"<< /Type /Page /Parent %s /MediaBox [0 0 %.2f %.2f] /Contents %s" % (
            self.Reference(self.Pages).format(self),
            *_A4_PT,
            stream.format(self),
        )
        body += b" /Resources << /Font %s /XObject %s >> >>" % (self._fonts, pictures)
        name = self.thisPageName()
        super().addPage(fonts.RawObject(body))
        self._write(name)
        self._write(stream.name)
        self.Pages.pages[-1] = pdfdoc.PDFObjectReference(name)

    def SaveToFile(self, filename: Any, canvas: Canvas) -> None:  # noqa: ARG002  # reportlab's signature
        """Write what is left; the canvas calls this, the target is known already."""
        self.GetPDFData(canvas)

    def format(self) -> bytes:
        """Write every object that is not in the file yet, then the table of objects."""
        number = 0
        while (number := number + 1) in self.numberToId:  # formatting an object may append further ones
            name = self.numberToId[number]
            if name not in self.idToOffset:
                self._write(name)
        table = pdfdoc.PDFCrossReferenceTable()
        table.addsection(0, list(self.numberToId.values()))
        start = self._file.add(table.format(self))
        trailer = pdfdoc.PDFTrailer(
            startxref=start,
            Size=number,
            Root=self.Reference(self.Catalog),
            Info=self.Reference(self.info),
            ID=self.ID(),
        )
        self._file.add(trailer.format(self))
        return b""

    def _write(self, name: str) -> None:
        body = pdfdoc.PDFIndirectObject(name, self.idToObject[name]).format(self)
        self.idToOffset[name] = self._file.add(body)
        self.idToObject[name] = None


def _image_stream(picture: PreparedImage, data: bytes, space: str, encoding: str, mask: bytes = b"") -> fonts.RawObject:
    head = (
        f"<< /Type /XObject /Subtype /Image /Width {picture.width_px} /Height {picture.height_px}"
        f" /BitsPerComponent 8 /ColorSpace {space} /Filter /{encoding} /Length {len(data)}"
    )
    return fonts.RawObject(head.encode() + mask + b" >>\nstream\n" + data + b"\nendstream\n")


def _y(y_mm: float) -> str:
    return f"{_TOP_PT - y_mm * _K:.2f}"


def _fill(colour: Colour) -> str:
    return f"{colour[0]:g} {colour[1]:g} {colour[2]:g} rg"


def _stroke(pen: Pen) -> str:
    red, green, blue = pen.colour
    dash = f"[{pen.dash_mm * _K:.2f}]" if pen.dash_mm else "[]"
    return f"{red:g} {green:g} {blue:g} RG {pen.width_pt:g} w {dash} 0 d"


def _rounded(x_mm: float, y_mm: float, width_mm: float, height_mm: float, radius_mm: float) -> str:
    """Path of a rectangle whose corners are quarter circles."""
    left, right = x_mm * _K, (x_mm + width_mm) * _K
    top, bottom = _TOP_PT - y_mm * _K, _TOP_PT - (y_mm + height_mm) * _K
    if not radius_mm:
        return f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re"
    radius = min(radius_mm, width_mm / 2, height_mm / 2) * _K
    near = radius * (1 - _CIRCLE)
    return (
        f"{left + radius:.2f} {bottom:.2f} m {right - radius:.2f} {bottom:.2f} l "
        f"{right - near:.2f} {bottom:.2f} {right:.2f} {bottom + near:.2f} {right:.2f} {bottom + radius:.2f} c "
        f"{right:.2f} {top - radius:.2f} l "
        f"{right:.2f} {top - near:.2f} {right - near:.2f} {top:.2f} {right - radius:.2f} {top:.2f} c "
        f"{left + radius:.2f} {top:.2f} l "
        f"{left + near:.2f} {top:.2f} {left:.2f} {top - near:.2f} {left:.2f} {top - radius:.2f} c "
        f"{left:.2f} {bottom + radius:.2f} l "
        f"{left:.2f} {bottom + near:.2f} {left + near:.2f} {bottom:.2f} {left + radius:.2f} {bottom:.2f} c h"
    )
