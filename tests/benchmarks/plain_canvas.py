"""The reference of the PDF benchmark: pages drawn by hand on a plain reportlab canvas, in a process of its own.

Nothing of the program is imported here: its fonts are registered under the same faces, and reportlab would hand them
to the reference.
"""

from __future__ import annotations

import io
import tempfile
import time
from pathlib import Path
from typing import Any

Page = list[tuple[Any, ...]]
"""Drawings in points from the bottom left: what to draw, then its arguments."""

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)


def serve_reference(pipe: Any) -> None:
    """Receive the pages of each invoice, then draw all of them whenever asked, and answer the seconds it took."""
    _register_fonts()
    jobs: list[list[Page]] = pipe.recv()
    with tempfile.TemporaryDirectory() as folder:
        draw_plainly(jobs[0], f"{folder}/warm.pdf")
        pipe.send("ready")
        while pipe.recv() == "round":
            begun = time.perf_counter()
            for index, pages in enumerate(jobs):
                draw_plainly(pages, f"{folder}/{index}.pdf")
            pipe.send(time.perf_counter() - begun)
        pipe.send(sum(path.stat().st_size for path in Path(folder).glob("[0-9]*.pdf")) / len(jobs))


def draw_plainly(pages: list[Page], path: str) -> None:
    """Draw one invoice the way one writes a reportlab canvas by hand."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(path, pagesize=A4, pageCompression=1)
    canvas.setTitle("Invoice")
    for page in pages:
        for kind, *rest in page:
            _DRAW[kind](canvas, *rest)
        canvas.showPage()
    canvas.save()


def _left(canvas: Any, x: float, y: float, text: str, face: str, size: float, colour: tuple[float, ...]) -> None:
    canvas.setFont(face, size)
    canvas.setFillColorRGB(*colour)
    canvas.drawString(x, y, text)


def _right(canvas: Any, x: float, y: float, text: str, face: str, size: float, colour: tuple[float, ...]) -> None:
    canvas.setFont(face, size)
    canvas.setFillColorRGB(*colour)
    canvas.drawRightString(x, y, text)


def _line(canvas: Any, *drawing: Any) -> None:
    *place, width, colour, dash = drawing
    canvas.setLineWidth(width)
    canvas.setStrokeColorRGB(*colour)
    canvas.setDash([dash] if dash else [])
    canvas.line(*place)


def _box(canvas: Any, *drawing: Any) -> None:
    *place, fill, width, colour = drawing
    if fill:
        canvas.setFillColorRGB(*fill)
    if colour:
        canvas.setLineWidth(width)
        canvas.setStrokeColorRGB(*colour)
    canvas.roundRect(*place, fill=int(bool(fill)), stroke=int(bool(colour)))


def _image(canvas: Any, x: float, y: float, width: float, height: float, data: bytes) -> None:
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(io.BytesIO(data)), x, y, width, height, mask="auto")


_DRAW = {"left": _left, "right": _right, "line": _line, "box": _box, "image": _image}


def _register_fonts() -> None:
    import ttf_opensans
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for weight in (400, 600, 700):
        path = ttf_opensans.opensans(font_weight=weight).path
        pdfmetrics.registerFont(TTFont(f"OpenSans-{weight}", str(path)))
