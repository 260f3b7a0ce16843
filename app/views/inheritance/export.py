"""A diagram as a file or on paper: SVG, PNG and PDF, always in the light palette, with its text.

Everything is drawn in memory; writing the file is left to a job.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgGenerator

from app.views.inheritance.drawing import Plan, draw
from app.views.inheritance.pencil import Pencil
from app.views.look import tokens as tk
from app.views.look.icons import IconFont

FORMATS: Final = {"svg": "SVG picture", "png": "PNG picture", "pdf": "PDF document"}
"""Endings and what they are."""
_MARGIN_MM: Final = 15.0
_DOTS: Final = 2.0
"""Dots of a PNG for each px, so that it can be enlarged and printed."""
_UPRIGHT_UP_TO: Final = 760
_HEAD: Final = 34.0
_GAP: Final = 18.0
_PER_INCH: Final = 96
_WRAPPED: Final = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What is saved or printed."""

    plan: Plan
    title: str
    text: str
    """The text equivalent: as description of a picture, and as words below the diagram on paper."""


def encoder(sheet: Sheet, ending: str, icon_font: IconFont) -> Callable[[], bytes]:
    """Draw a file with one of the endings of `FORMATS`; what is returned gives its bytes, in any thread.

    Only the packing of a PNG takes long enough to be put off.
    """
    pencil = Pencil(tk.LIGHT, icon_font)
    if ending == "png":
        return partial(_packed, _picture(sheet, pencil))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    {"svg": _write_svg, "pdf": _write_pdf}[ending](sheet, buffer, pencil)
    data = bytes(buffer.data().data())
    return lambda: data


def rendered(sheet: Sheet, ending: str, icon_font: IconFont) -> bytes:
    """The bytes of a file at once."""
    return encoder(sheet, ending, icon_font)()


def _write_svg(sheet: Sheet, buffer: QBuffer, pencil: Pencil) -> None:
    plan = sheet.plan
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(_PER_INCH)
    generator.setSize(QSize(round(plan.width), round(plan.height)))
    generator.setViewBox(QRectF(0, 0, plan.width, plan.height))
    generator.setTitle(sheet.title)
    generator.setDescription(sheet.text)
    painter = QPainter(generator)
    painter.fillRect(QRectF(0, 0, plan.width, plan.height), pencil.tokens.surface)
    draw(painter, pencil, plan)
    painter.end()


def _picture(sheet: Sheet, pencil: Pencil) -> QImage:
    plan = sheet.plan
    image = QImage(round(plan.width * _DOTS), round(plan.height * _DOTS), QImage.Format.Format_RGB32)
    image.fill(pencil.tokens.surface)
    image.setText("Title", sheet.title)
    image.setText("Description", sheet.text)
    painter = QPainter(image)
    painter.scale(_DOTS, _DOTS)
    draw(painter, pencil, plan)
    painter.end()
    return image


def _packed(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def _write_pdf(sheet: Sheet, buffer: QBuffer, pencil: Pencil) -> None:
    writer = QPdfWriter(buffer)
    writer.setTitle(sheet.title)
    writer.setCreator("Bursar")
    writer.setPageLayout(_page(sheet.plan))
    writer.setResolution(1200)
    painter = QPainter(writer)
    _draw_page(painter, sheet, pencil, QSize(writer.width(), writer.height()), writer.resolution())
    painter.end()


def print_sheet(sheet: Sheet, printer: QPrinter, icon_font: IconFont) -> bool:
    """Send a sheet to a printer; False where it does not answer."""
    printer.setDocName(sheet.title)
    printer.setPageLayout(_page(sheet.plan))
    painter = QPainter()
    if not painter.begin(printer):
        return False
    area = printer.pageLayout().paintRectPixels(printer.resolution())
    _draw_page(painter, sheet, Pencil(tk.LIGHT, icon_font), area.size(), printer.resolution())
    painter.end()
    return True


def _page(plan: Plan) -> QPageLayout:
    """A4, upright unless the diagram is wide."""
    upright, across = QPageLayout.Orientation.Portrait, QPageLayout.Orientation.Landscape
    orientation = across if plan.width > max(plan.height, _UPRIGHT_UP_TO) else upright
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    return QPageLayout(QPageSize(QPageSize.PageSizeId.A4), orientation, margins, QPageLayout.Unit.Millimeter)


def _draw_page(painter: QPainter, sheet: Sheet, pencil: Pencil, area: QSize, per_inch: int) -> None:
    """Title, diagram, and the text below it where there is room; a large diagram is made smaller to fit the page."""
    plan = sheet.plan
    painter.scale(per_inch / _PER_INCH, per_inch / _PER_INCH)
    across, down = area.width() * _PER_INCH / per_inch, area.height() * _PER_INCH / per_inch
    painter.setFont(pencil.font(tk.TITLE, 600)[0])
    painter.setPen(pencil.tokens.text)
    painter.drawText(QRectF(0, 0, across, _HEAD), _WRAPPED, sheet.title)
    font = pencil.font(tk.LABEL)
    text_height = font[1].boundingRect(QRectF(0, 0, across, 10_000), _WRAPPED, sheet.text).height() + 4
    with_text = text_height < down / 3
    left = down - _HEAD - (text_height + _GAP if with_text else 0)
    shrink = min(1.0, across / plan.width, left / plan.height)
    painter.save()
    painter.translate(0, _HEAD)
    painter.scale(shrink, shrink)
    draw(painter, pencil, plan)
    painter.restore()
    if with_text:
        top = _HEAD + plan.height * shrink + _GAP
        painter.setFont(font[0])
        painter.setPen(pencil.tokens.text)
        painter.drawText(QRectF(0, top, across, text_height), _WRAPPED, sheet.text)
