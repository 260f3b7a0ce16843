"""Letters of the outbox as one PDF: each begins on a page of its own, with the address where the window is."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, QUrl
from PySide6.QtGui import QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from app.services.outbox.letters import Letter

_MARGINS_MM: Final = QMarginsF(22, 20, 20, 20)
_RESOLUTION: Final = 300
_POINTS: Final = 10
_LINES_OF_ADDRESS: Final = 8
"""What is said begins below, however short the address."""


class _Paper(QTextDocument):
    """Nothing is fetched, neither over the network nor from this computer."""

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: ARG002  Qt's signature
        return None


def letters_pdf(letters: Sequence[Letter], family: str) -> bytes:
    """The document of some letters, at least one, in a font of the program."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle("Letters")
    writer.setCreator("Bursar")
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, _MARGINS_MM,
                                     QPageLayout.Unit.Millimeter))
    writer.setResolution(_RESOLUTION)
    painter = QPainter(writer)
    for place, letter in enumerate(letters):
        if place:
            writer.newPage()
        _draw(letter, family, writer, painter)
    painter.end()
    return bytes(buffer.data().data())


def _draw(letter: Letter, family: str, writer: QPdfWriter, painter: QPainter) -> None:
    paper = _Paper()
    paper.documentLayout().setPaintDevice(writer)
    paper.setDocumentMargin(0)
    paper.setDefaultFont(QFont(family, _POINTS))
    paper.setHtml(_html(letter))
    size = QSizeF(writer.width(), writer.height())
    paper.setPageSize(size)
    for page in range(paper.pageCount()):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * size.height())
        paper.drawContents(painter, QRectF(0, page * size.height(), size.width(), size.height()))
        painter.restore()


def _html(letter: Letter) -> str:
    lines = [letter.name, *letter.address]
    lines += [""] * (_LINES_OF_ADDRESS - len(lines))
    head = "<br>".join(escape(line) or "&nbsp;" for line in lines)
    subject = f"<p><b>{escape(letter.subject)}</b></p>" if letter.subject else ""
    body = letter.html or "<br>".join(escape(line) for line in letter.text.splitlines())
    return f"<div>{head}</div>{subject}{body}"
