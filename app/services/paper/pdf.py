"""Invoices as PDF files: one each, or many in one file that shares fonts and logos.

Single files are not waited for until the disk has them: after a power cut the batch is printed again, and the same
document gives the same bytes.
"""

from __future__ import annotations

import io
import threading
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes, writing
from app.services.invoicing.document import InvoiceDocument
from app.services.paper.canvas import FileFacts, ReportlabSurface
from app.services.paper.formatting import page_format
from app.services.paper.layout import plan_invoice
from app.services.paper.sheet import warnings_of

# PDFium keeps global state: two threads must never be inside it at once.
_PDFIUM = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One file that was written, its pages, and what the operator should know of it."""

    path: Path
    pages: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """One page as pixels: rows of red, green, blue, alpha bytes without padding."""

    width: int
    height: int
    rgba: bytes


def render_invoice(document: InvoiceDocument) -> bytes:
    """The PDF of one invoice; the same document always gives the same bytes."""
    return _drawn(document)[0].getvalue()


def write_invoice(document: InvoiceDocument, path: Path) -> Written:
    """Write the PDF of one invoice in place of an older one; raises InputRejected where that cannot be."""
    drawn, pages = _drawn(document)
    write_bytes(path, PDF, drawn.getbuffer(), is_one_of_many=True)
    return Written(path=path, pages=pages, warnings=warnings_of(document))


def page_count(document: InvoiceDocument) -> int:
    """Pages the document takes, without drawing it."""
    return plan_invoice(document).page_count


def outline_title(number: str, bill_to_name: str) -> str:
    """How an invoice is listed in the outline of a merged file."""
    return f"{number}  {bill_to_name}".strip()


class _NothingDrawn(Exception):  # no error: how the one writer is told that there is nothing to keep
    """No document was added."""


class MergedFile:
    """Many invoices in one PDF, each with an entry in the outline; memory does not grow with their number.

    Use as a context manager: leaving it well puts the file in its place, leaving it by an exception or without a
    document removes it. Raises InputRejected where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends = ExitStack()
        self._file: BinaryIO | None = None
        self._surface: ReportlabSurface | None = None

    @property
    def page_count(self) -> int:
        """Pages so far."""
        return self._surface.page_count if self._surface else 0

    def __enter__(self) -> Self:
        self._file = self._ends.enter_context(writing(self._path, PDF))
        self._ends.push(self._finish)
        return self

    def add(self, document: InvoiceDocument) -> int:
        """Append one invoice and answer its pages; one that cannot be drawn raises and leaves the file as it was."""
        plan = plan_invoice(document)
        surface = self._surface_for(document)
        try:
            plan.draw(surface)
        except BaseException:
            surface.discard()
            raise
        surface.commit(outline_title(document.number, document.bill_to_name))
        return plan.page_count

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(_NothingDrawn):
            self._ends.__exit__(kind, error, trace)

    def _finish(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._surface is None:
            raise _NothingDrawn
        if kind is None and self._surface is not None:
            self._surface.close()

    def _surface_for(self, document: InvoiceDocument) -> ReportlabSurface:
        """The surface, opened by the first document: its provider, language and date speak for the file."""
        if self._surface is None:
            assert self._file is not None  # noqa: S101  # entered
            first = _facts_of(document)
            title = f"{first.author}: {first.created:%Y-%m-%d}"
            self._surface = ReportlabSurface(self._file,
                                             FileFacts(title=title, author=first.author, language=first.language,
                                                       created=first.created))
        return self._surface


def pages_and_titles(path: Path) -> tuple[int, list[str]]:
    """Number of pages of a file and the titles of its outline; (0, []) where it is no PDF that can be read."""
    import pypdfium2 as pdfium

    with _PDFIUM:
        try:
            opened = pdfium.PdfDocument(path)
        except (pdfium.PdfiumError, OSError):
            return 0, []
        try:
            return len(opened), [bookmark.get_title() for bookmark in opened.get_toc()]
        finally:
            opened.close()


def render_page_rgba(pdf: bytes | Path, page: int, scale: float) -> PagePicture:
    """One page as pixels for a preview; `page` counts from 0, `scale` is pixels per point (1.0 is 72 dpi).

    Raises IndexError where there is no such page. Safe from any thread, one page at a time.
    """
    import pypdfium2 as pdfium

    with _PDFIUM:
        opened = pdfium.PdfDocument(pdf)
        try:
            if not 0 <= page < len(opened):
                raise IndexError(f"page {page + 1} of {len(opened)}")
            bitmap = opened[page].render(
                scale=scale, rev_byteorder=True, force_bitmap_format=pdfium.raw.FPDFBitmap_BGRA
            )
            return PagePicture(width=bitmap.width, height=bitmap.height, rgba=_tight_rows(bitmap))
        finally:
            opened.close()


def _tight_rows(bitmap: object) -> bytes:
    """Pixels without the padding PDFium may put at the end of a row."""
    width, height, stride = bitmap.width, bitmap.height, bitmap.stride  # type: ignore[attr-defined]
    data = bytes(bitmap.buffer)  # type: ignore[attr-defined]
    if stride == width * 4:
        return data
    return b"".join(data[row * stride : row * stride + width * 4] for row in range(height))


def _drawn(document: InvoiceDocument) -> tuple[io.BytesIO, int]:
    """The file of one invoice in memory, and its pages."""
    buffer = io.BytesIO()
    surface = ReportlabSurface(buffer, _facts_of(document))
    plan_invoice(document).draw(surface)
    surface.commit()
    surface.close()
    return buffer, surface.page_count


def _facts_of(document: InvoiceDocument) -> FileFacts:
    head = document.letterhead
    words = page_format(head.language, document.currency).words
    title = f"{words.invoice} {document.number}"
    return FileFacts(title=title, author=head.legal_name or head.name, language=head.language or "en",
                     created=document.issued_on)
