"""Reading printed files back, with another library than the one that wrote them."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium

MM = 72 / 25.4


@dataclass(frozen=True)
class Box:
    """A piece of text and its place, in millimetres from the top left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page, runs of blanks and line ends as one blank."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [" ".join(page.get_textpage().get_text_range().replace("\u00a0", " ").split()) for page in document]
    finally:
        document.close()


def boxes(pdf: bytes, page: int = 0) -> list[Box]:
    """The pieces of text of one page with their places."""
    document = pdfium.PdfDocument(pdf)
    try:
        text_page = document[page].get_textpage()
        height = document[page].get_height()
        found = []
        for index in range(text_page.count_rects()):
            left, bottom, right, top = text_page.get_rect(index)
            text = text_page.get_text_bounded(left, bottom, right, top)
            found.append(Box(text.strip(), left / MM, (height - top) / MM, right / MM, (height - bottom) / MM))
        return found
    finally:
        document.close()


def text_within(pdf: bytes, left: float, top: float, right: float, bottom: float) -> str:
    """The text inside a rectangle of the first page, in millimetres from the top left corner."""
    document = pdfium.PdfDocument(pdf)
    try:
        height = document[0].get_height()
        text_page = document[0].get_textpage()
        return text_page.get_text_bounded(left * MM, height - bottom * MM, right * MM, height - top * MM)
    finally:
        document.close()
