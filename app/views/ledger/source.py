"""Where the ledger of an account reads from: its posted rows as of a date, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from app.services.jobs import JobContext
from app.services.ledger.page import LedgerRow, ledger_count, ledger_page
from app.views.lists.models.keyset_source import KeysetSource


@dataclass(frozen=True, kw_only=True)
class LedgerSource(KeysetSource[LedgerRow]):
    """Pages of one ledger; rows that are known can be read again."""

    def reread(self, database: Any, context: JobContext, row_ids: Sequence[int]) -> Sequence[LedgerRow]:
        """The same rows as they are now, wherever newer ones have moved them."""
        wanted, found, after, more = set(row_ids), [], None, True
        while wanted and more:
            context.raise_if_cancelled()
            with database.read() as session:
                page = self.page(session, after=after)
            found += [row for row in page.rows if row.id in wanted]
            wanted -= {row.id for row in page.rows}
            after, more = page.last, page.more
        return found


def ledger_source(account_id: int, as_of: date, text: str = "") -> LedgerSource:
    """The rows of an account as they stood on the evening of a day, where words are typed those that have them."""
    asked: dict[str, Any] = {"account_id": account_id, "as_of": as_of, "text": text}
    return LedgerSource(page=partial(ledger_page, **asked), number=partial(ledger_count, **asked),
                        ident=lambda row: row.id)
