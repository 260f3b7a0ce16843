"""Invoices per second: a real batch through the ledger against a plain hand-laid reportlab canvas in one process.

The reference draws the very same pages: every text, line, box and picture of our layouts at its place, through
reportlab's usual calls with fonts registered once. What to draw where is worked out beforehand and not counted, so the
reference is spared the ledger and the layout. Both write one file per invoice. Rounds alternate, and the ratio is that
of their medians. A round of the program is `print_batch` as the command runs it: looking what is there, starting the
workers, reading the books, drawing, recording.

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

from sqlalchemy import select

from app.models.ledger.entries import InvoiceStatement
from app.services.hierarchy.new_contacts import NewContact
from tests.benchmarks.plain_canvas import MM, Page, serve_reference

if TYPE_CHECKING:  # imported by the spawned reference as well, which must not meet our fonts
    from app.services.database.unit_of_work import Database
    from app.services.invoicing.document import InvoiceDocument
    from app.services.paper.drawing import Colour, Pen, TextStyle
    from app.services.paper.images import PreparedImage

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
    from app.services.paper.layout import plan_invoice

    recorder = Recorder(document.letterhead.logo or b"")
    plan_invoice(document).draw(recorder)
    return recorder.pages


def write_books(url: str, count: int, lines: int) -> None:
    """One provider with so many customers, each with a posted invoice of so many lines."""
    from app.services.database.opening import open_database
    from app.services.database.upgrade import upgrade
    from app.services.hierarchy.operator import create_operator
    from app.services.ledger.writing import NewLine
    from tests.support.invoice_samples import batch
    from tests.support.invoicing_books import harbour

    upgrade(url, seed=create_operator)
    database = open_database(url)
    with database.write() as session:
        shop = harbour(session)
        for document in batch(count, lines):
            address = NewContact(name=document.bill_to_name, address_line1="88 Wharf Road", city="PYRMONT",
                                 postcode="2009")
            account = shop.account(document.account_code, address, profile_id=shop.business)
            shop.post(account, lines=[
                NewLine(description=each.description, net_minor=each.net_minor, tax_minor=each.tax_minor,
                        tax_rate_bp=each.tax_rate_bp, heading=each.heading,
                        note=each.note, quantity=each.quantity, unit_price_minor=each.unit_price_minor)
                for each in document.lines
            ])
    database.close()


def product_round(database: Database, folder: Path, workers: int) -> float:
    """Seconds for the whole of one batch, from looking what is there to the report; removes the files."""
    from app.services.jobs import JobContext
    from app.services.printing.batch import print_batch
    from app.services.printing.selection import Selection

    begun = time.perf_counter()
    report = print_batch(database, JobContext(), selection=Selection(), folder=folder, workers=workers)
    seconds = time.perf_counter() - begun
    if report.failed or report.skipped:
        raise RuntimeError(f"{len(report.failed)} invoices were not written, {report.skipped} were there")
    for path in folder.glob("*.pdf"):
        path.unlink()
    return seconds


def measure(database: Database, rounds: int, workers: int, folder: Path) -> tuple[dict[str, list[float]], float]:
    """Seconds per round of the reference, of the batch and of a batch with one worker; bytes of a reference file."""
    from app.services.invoicing.gather import gather_documents

    with database.read() as session:
        documents = gather_documents(session, session.scalars(select(InvoiceStatement.transaction_id)).all())
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    reference = context.Process(target=serve_reference, args=(theirs,), daemon=True)
    reference.start()
    ours.send([record(document) for document in documents])
    ours.recv()
    seconds: dict[str, list[float]] = {"plain": [], "product": [], "one_worker": []}
    for _ in range(rounds):
        ours.send("round")
        seconds["plain"].append(ours.recv())
        seconds["product"].append(product_round(database, folder, workers))
        seconds["one_worker"].append(product_round(database, folder, 1))
    ours.send("stop")
    plain_bytes = ours.recv()
    reference.join()
    return seconds, plain_bytes


def run(count: int = 600, rounds: int = 3, lines: int = 12, workers: int = 2) -> dict[str, Any]:
    """Measure and answer the figures; rates are invoices per second."""
    from app.services.database.opening import open_database

    with tempfile.TemporaryDirectory() as name:
        url = f"{name}/books.db"
        write_books(url, count, lines)
        database = open_database(url)
        seconds, plain_bytes = measure(database, rounds, workers, Path(name) / "out")
        database.close()
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    return {
        "what": f"{count} posted invoices of {lines} lines, one file each, {workers} workers, started each time",
        "invoices_per_s": {name: round(count / value, 1) for name, value in middle.items()},
        "ratio": round(middle["plain"] / middle["product"], 2),
        "ratio_one_worker": round(middle["plain"] / middle["one_worker"], 2),
        "aim": 2.5,
        "seconds": {name: [round(value, 3) for value in values] for name, values in seconds.items()},
        "plain_bytes_per_file": round(plain_bytes),
    }


if __name__ == "__main__":
    figures = run(*map(int, sys.argv[1:3]))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
