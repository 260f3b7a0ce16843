"""Invoices per second: the program's own batch against a plain hand-laid reportlab canvas in one process.

The reference draws the very same pages: every text, line, box and picture of our layouts at its place, through
reportlab's usual calls (`setFont`, `drawString`, `drawRightString`, `line`, `roundRect`, `drawImage`) with fonts
registered once. What to draw where is worked out beforehand and not counted, so the reference is spared the layout.
Both write one file per invoice. Rounds alternate, and the ratio is that of their medians.

    python -m tests.benchmarks.bench_pdf [invoices per round] [rounds]
"""

from __future__ import annotations

import io
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.services.invoicing.drawing import Colour, Pen, TextStyle
from app.services.invoicing.images import PreparedImage
from app.services.invoicing.layout import plan_invoice
from app.services.invoicing.workers import RenderPool, RenderTask
from tests.services.invoicing.samples import HARBOUR, batch

MM = 72 / 25.4
TOP = 297 * MM


@dataclass
class Recorder:
    """A surface that notes each drawing as a name and its arguments, in points from the bottom left."""

    pages: list[list[tuple[Any, ...]]] = field(default_factory=list)

    def new_page(self) -> None:
        self.pages.append([])

    def text(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self._note("left", x_mm * MM, TOP - baseline_mm * MM, text, style.face, style.size_pt, style.colour)

    def text_right(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self._note("right", x_mm * MM, TOP - baseline_mm * MM, text, style.face, style.size_pt, style.colour)

    def text_centre(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self._note("centre", x_mm * MM, TOP - baseline_mm * MM, text, style.face, style.size_pt, style.colour)

    def line(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float, pen: Pen) -> None:
        self._note("line", x1_mm * MM, TOP - y1_mm * MM, x2_mm * MM, TOP - y2_mm * MM, pen)

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
        place = (x_mm * MM, TOP - (y_mm + height_mm) * MM, width_mm * MM, height_mm * MM)
        self._note("box", *place, radius_mm * MM, fill, pen)

    def image(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float, picture: PreparedImage) -> None:
        self._note("image", x_mm * MM, TOP - (y_mm + height_mm) * MM, width_mm * MM, height_mm * MM)

    def _note(self, *drawing: Any) -> None:
        self.pages[-1].append(drawing)


def draw_plainly(pages: list[list[tuple[Any, ...]]], path: str) -> None:
    """Draw recorded pages the way one writes a reportlab canvas by hand."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(path, pagesize=(210 * MM, TOP), pageCompression=1)
    canvas.setTitle("Invoice")
    for page in pages:
        for kind, *rest in page:
            if kind in {"left", "right", "centre"}:
                x, y, text, face, size, colour = rest
                canvas.setFont(face.replace("OpenSans", "Plain"), size)
                canvas.setFillColorRGB(*colour)
                draw = {"left": canvas.drawString, "right": canvas.drawRightString, "centre": canvas.drawCentredString}
                draw[kind](x, y, text)
            elif kind == "line":
                *place, pen = rest
                canvas.setLineWidth(pen.width_pt)
                canvas.setStrokeColorRGB(*pen.colour)
                canvas.setDash([pen.dash_mm * MM] if pen.dash_mm else [])
                canvas.line(*place)
            elif kind == "box":
                *place, fill, pen = rest
                if fill:
                    canvas.setFillColorRGB(*fill)
                if pen:
                    canvas.setLineWidth(pen.width_pt)
                    canvas.setStrokeColorRGB(*pen.colour)
                canvas.roundRect(*place, fill=int(fill is not None), stroke=int(pen is not None))
            else:
                x, y, width, height = rest
                canvas.drawImage(ImageReader(io.BytesIO(HARBOUR.logo or b"")), x, y, width, height, mask="auto")
        canvas.showPage()
    canvas.save()


def serve_reference(pipe: Any, count: int, lines: int) -> None:
    """Body of the reference's own process, in which none of our reportlab customs are in force."""
    import ttf_opensans
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    jobs = []
    for document in batch(count, lines):
        recorder = Recorder()
        plan_invoice(document).draw(recorder)
        jobs.append(recorder.pages)
    for weight in (400, 600, 700):
        pdfmetrics.registerFont(TTFont(f"Plain-{weight}", str(ttf_opensans.opensans(font_weight=weight).path)))
    with tempfile.TemporaryDirectory() as folder:
        draw_plainly(jobs[0], f"{folder}/warm.pdf")
        pipe.send("ready")
        while pipe.recv() == "round":
            begun = time.perf_counter()
            for index, pages in enumerate(jobs):
                draw_plainly(pages, f"{folder}/{index}.pdf")
            pipe.send(time.perf_counter() - begun)
        pipe.send(sum(path.stat().st_size for path in Path(folder).glob("[0-9]*.pdf")) / count)


def product_round(pool: RenderPool, tasks: list[RenderTask]) -> float:
    """Seconds for one batch through a running pool."""
    begun = time.perf_counter()
    written = sum(result.ok for result in pool.render(tasks))
    seconds = time.perf_counter() - begun
    if written != len(tasks):
        raise RuntimeError(f"{len(tasks) - written} invoices were not written")
    return seconds


def run(count: int = 300, rounds: int = 3, lines: int = 12, workers: int = 2) -> dict[str, Any]:
    """Measure and answer the figures; rates are invoices per second."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    reference = context.Process(target=serve_reference, args=(theirs, count, lines), daemon=True)
    reference.start()
    plain: list[float] = []
    product: list[float] = []
    single: list[float] = []
    ours.recv()
    with tempfile.TemporaryDirectory() as folder, RenderPool(workers) as pool, RenderPool(1) as alone:
        tasks = [RenderTask(document, Path(folder, f"{document.number}.pdf")) for document in batch(count, lines)]
        product_round(pool, tasks[:20])
        product_round(alone, tasks[:20])
        for _ in range(rounds):
            ours.send("round")
            plain.append(ours.recv())
            product.append(product_round(pool, tasks))
            single.append(product_round(alone, tasks))
        size = sum(task.path.stat().st_size for task in tasks) / count
    ours.send("stop")
    plain_size = ours.recv()
    reference.join()
    rate: Callable[[list[float]], float] = lambda seconds: round(count / statistics.median(seconds), 1)  # noqa: E731
    return {
        "what": f"{count} invoices of {lines} lines, one file each",
        "plain_canvas_per_s": rate(plain),
        "product_per_s": rate(product),
        "product_one_worker_per_s": rate(single),
        "ratio": round(statistics.median(plain) / statistics.median(product), 2),
        "ratio_one_worker": round(statistics.median(plain) / statistics.median(single), 2),
        "aim": 2.5,
        "rounds": [[round(value, 3) for value in row] for row in zip(plain, product, single, strict=True)],
        "bytes_per_file": round(size),
        "plain_bytes_per_file": round(plain_size),
    }


if __name__ == "__main__":
    figures = run(*map(int, sys.argv[1:3]))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
