"""A pool without processes, for tests of what surrounds the drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

from app.services.invoicing.document import InvoiceDocument
from app.services.invoicing.pdf import MergedFile, write_invoice
from app.services.invoicing.workers import MergeResult, RenderResult, RenderTask


class PoolOfNobody:
    """Draws in the thread that asks, in the order of the tasks."""

    def __init__(self, workers: int) -> None:
        self.workers = workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def render(self, tasks: Iterable[RenderTask], **_: object) -> Iterator[RenderResult]:
        for task in tasks:
            yield self.draw(task)

    def draw(self, task: RenderTask) -> RenderResult:
        written = write_invoice(task.document, task.path)
        return RenderResult(task.document.invoice_id, True, task.path, written.pages, "", written.warnings)

    def merge(self, documents: Iterable[InvoiceDocument], path: Path, **_: object) -> MergeResult:
        with MergedFile(path) as merged:
            for document in documents:
                merged.add(document)
        return MergeResult(path, merged.page_count, ())
