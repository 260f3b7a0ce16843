"""Invoices per second: the program's own batch against a plain hand-laid reportlab canvas in one process.

The reference draws the very same pages: every text, line, box and picture of our layouts at its place, through
reportlab's usual calls with fonts registered once. What to draw where is worked out beforehand and not counted, so the
reference is spared the layout. Both write one file per invoice. Rounds alternate, and the ratio is that of their
medians. The pool is running when a round begins; how long it takes to start is given besides.

    python -m tests.benchmarks.bench_pdf [invoices per round] [rounds]
"""

from __future__ import annotations

import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.plain_canvas import MM, Page, serve_reference

if TYPE_CHECKING:  # imported by the spawned reference as well, which must not meet our fonts
    from app.services.invoicing.document import InvoiceDocument
    from app.services.invoicing.drawing import Colour, Pen, TextStyle
    from app.services.invoicing.images import PreparedImage
    from app.services.invoicing.workers import RenderPool, RenderTask

TOP = 297 * MM


@dataclass
class Recorder:
    """A surface that notes each drawing as plain values for the reference."""

    logo: bytes
    pages: list[Page] = field(default_factory=list)

    def new_page(self) -> None:
        self.pages.append([])

    def text(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self._note("left", x_mm * MM, TOP - baseline_mm * MM, text, style.face, style.size_pt, style.colour)

    def text_right(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self._note("right", x_mm * MM, TOP - baseline_mm * MM, text, style.face, style.size_pt, style.colour)

    def text_centre(self, x_mm: float, baseline_mm: float, text: str, style: TextStyle) -> None:
        self.text(x_mm - style.width_mm(text) / 2, baseline_mm, text, style)

    def line(self, x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float, pen: Pen) -> None:
        place = (x1_mm * MM, TOP - y1_mm * MM, x2_mm * MM, TOP - y2_mm * MM)
        self._note("line", *place, pen.width_pt, pen.colour, pen.dash_mm * MM)

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
        place = (x_mm * MM, TOP - (y_mm + height_mm) * MM, width_mm * MM, height_mm * MM, radius_mm * MM)
        self._note("box", *place, fill, pen.width_pt if pen else 0, pen.colour if pen else None)

    def image(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float, picture: PreparedImage) -> None:
        place = (x_mm * MM, TOP - (y_mm + height_mm) * MM, width_mm * MM, height_mm * MM)
        self._note("image", *place, self.logo)

    def _note(self, *drawing: Any) -> None:
        self.pages[-1].append(drawing)


def record(document: InvoiceDocument) -> list[Page]:
    """The drawings of one invoice."""
    from app.services.invoicing.layout import plan_invoice

    recorder = Recorder(document.letterhead.logo or b"")
    plan_invoice(document).draw(recorder)
    return recorder.pages


def product_round(pool: RenderPool, tasks: list[RenderTask]) -> float:
    """Seconds for one batch through a running pool."""
    begun = time.perf_counter()
    written = sum(result.ok for result in pool.render(tasks))
    seconds = time.perf_counter() - begun
    if written != len(tasks):
        raise RuntimeError(f"{len(tasks) - written} invoices were not written")
    return seconds


def measure(
    documents: list[InvoiceDocument], rounds: int, workers: int, folder: Path
) -> tuple[dict[str, list[float]], float, float]:
    """Seconds per round of the reference, of the pool and of one worker; start of the pool; reference bytes."""
    from app.services.invoicing.workers import RenderPool, RenderTask

    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    reference = context.Process(target=serve_reference, args=(theirs,), daemon=True)
    reference.start()
    ours.send([record(document) for document in documents])
    ours.recv()
    tasks = [RenderTask(document, folder / f"{document.number}.pdf") for document in documents]
    seconds: dict[str, list[float]] = {"plain": [], "product": [], "one_worker": []}
    begun = time.perf_counter()
    with RenderPool(workers) as pool:
        product_round(pool, tasks[: workers * 2])
        start_s = time.perf_counter() - begun
        with RenderPool(1) as alone:
            product_round(alone, tasks[:2])
            for _ in range(rounds):
                ours.send("round")
                seconds["plain"].append(ours.recv())
                seconds["product"].append(product_round(pool, tasks))
                seconds["one_worker"].append(product_round(alone, tasks))
    ours.send("stop")
    plain_bytes = ours.recv()
    reference.join()
    return seconds, start_s, plain_bytes


def run(count: int = 300, rounds: int = 3, lines: int = 12, workers: int = 2) -> dict[str, Any]:
    """Measure and answer the figures; rates are invoices per second."""
    from tests.services.invoicing.samples import batch

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds, start_s, plain_bytes = measure(batch(count, lines), rounds, workers, folder)
        size = sum(path.stat().st_size for path in folder.glob("*.pdf")) / count
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    return {
        "what": f"{count} invoices of {lines} lines, one file each, {workers} workers",
        "invoices_per_s": {name: round(count / value, 1) for name, value in middle.items()},
        "ratio": round(middle["plain"] / middle["product"], 2),
        "ratio_one_worker": round(middle["plain"] / middle["one_worker"], 2),
        "aim": 2.5,
        "seconds": {name: [round(value, 3) for value in values] for name, values in seconds.items()},
        "pool_start_s": round(start_s, 2),
        "bytes_per_file": round(size),
        "plain_bytes_per_file": round(plain_bytes),
    }


if __name__ == "__main__":
    figures = run(*map(int, sys.argv[1:3]))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
