"""A pool without processes, and sources of documents, for tests of what surrounds the drawing."""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from sqlalchemy import URL

from app.services.invoicing.document import GatheredInvoice, InvoiceDocument
from app.services.paper.pdf import MergedFile
from app.services.printing import worker_process
from app.services.printing.ledger_source import LedgerSource
from app.services.printing.worker_process import DocumentSource, RenderResult, RenderTask
from app.services.printing.workers import MergeResult


class PoolOfNobody:
    """Draws in the thread that asks, in the order of the tasks."""

    def __init__(self, source: DocumentSource, workers: int, **_: object) -> None:
        self.source = source
        self.workers = workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.source.close()

    def render(self, tasks: Iterable[RenderTask], **_: object) -> Iterator[RenderResult]:
        for task in tasks:
            yield self.draw(task)

    def draw(self, task: RenderTask) -> RenderResult:
        answer = worker_process._render(self.source, [task])
        if isinstance(answer, worker_process.SourceLost):
            raise answer.error
        return answer.results[0]

    def merge(self, tasks: Iterable[RenderTask], path: Path, **_: object) -> MergeResult:
        with closing(self.source), MergedFile(path) as merged:
            for task in tasks:
                [found] = self.source.read([task.invoice_id])
                merged.add(found.document)
        return MergeResult(path=path, pages=merged.page_count, failed=())


@dataclass(frozen=True)
class Shelf:
    """A folder with a pickled document for each invoice; unpickled by the worker, document by document."""

    folder: Path

    def put(self, documents: Iterable[InvoiceDocument]) -> None:
        for document in documents:
            (self.folder / str(document.invoice_id)).write_bytes(pickle.dumps(document))

    def read(self, invoice_ids: Sequence[int]) -> list[GatheredInvoice]:
        return [GatheredInvoice(self._take(id_)) for id_ in invoice_ids]

    def _take(self, id_: int) -> InvoiceDocument:
        document: InvoiceDocument = pickle.loads((self.folder / str(id_)).read_bytes())  # noqa: S301  # put by a test
        return document

    def close(self) -> None:
        """Nothing is open."""


class DeadlyLedger(LedgerSource):
    """Kills the process that reads a certain invoice; stands in for a document with which the renderer crashes."""

    def __init__(self, url: URL, number: str) -> None:
        super().__init__(url)
        self.number = number

    def __reduce__(self) -> tuple[type[DeadlyLedger], tuple[URL, str]]:  # type: ignore[override]
        return DeadlyLedger, (self._url, self.number)

    def read(self, invoice_ids: Sequence[int]) -> list[GatheredInvoice]:
        found = super().read(invoice_ids)
        if any(gathered.document.number == self.number for gathered in found):
            os.kill(os.getpid(), signal.SIGKILL)
        return found
