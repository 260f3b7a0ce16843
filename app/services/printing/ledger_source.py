"""Documents read by a worker process from the database itself, over a connection of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import URL

from app.services.database.unit_of_work import Database
from app.services.invoicing.document import GatheredInvoice
from app.services.invoicing.gather import gather_invoices


class LedgerSource:
    """Reads in short units of work, and nothing is open while a page is drawn; only the address travels."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._database: Database | None = None

    def __reduce__(self) -> tuple[type[LedgerSource], tuple[URL]]:
        return LedgerSource, (self._url,)

    def read(self, invoice_ids: Sequence[int]) -> list[GatheredInvoice]:
        """The documents of posted invoices; raises DatabaseProblem."""
        if self._database is None:
            self._database = Database(self._url)
        with self._database.read() as session:
            return gather_invoices(session, invoice_ids)

    def close(self) -> None:
        """Leave the database."""
        if self._database is not None:
            self._database.close()
            self._database = None
