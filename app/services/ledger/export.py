"""The ledger of an account as a file, as it is shown: as of a day, and filtered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from app.models.parties.powers import Power
from app.models.values import Money
from app.services.access.authorize import authorize, require_account
from app.services.database.unit_of_work import Database
from app.services.files.sheets import CellValue, Exported, SheetColumn, sheet_format, writing_sheet
from app.services.jobs import JobContext
from app.services.ledger.page import LedgerRow, ledger_page

_COLUMNS: Final = (
    SheetColumn(title="Posted", width=12), SheetColumn(title="Number", width=16), SheetColumn(title="Type", width=20),
    SheetColumn(title="Text", width=40), SheetColumn(title="Settles", width=24), SheetColumn(title="Due", width=12),
)
_FIGURES: Final = ("Debit", "Credit", "Balance", "Open", "In dispute")


def export_ledger(
    database: Database, context: JobContext, *, account_id: int, as_of: date, text: str = "", path: Path
) -> Exported:
    """Write the ledger of an account to a file whose ending says how, the newest row first.

    Raises InputRejected for another ending, for more rows than a workbook holds, and where the place cannot be written.
    Stopped or failed, nothing of it stays.
    """
    sheet_format(path)
    with database.read() as session:
        authorize(session, Power.CUSTOMERS_EXPORT)
        currency = require_account(session, account_id, Power.LEDGER).currency
    columns = (*_COLUMNS, *[SheetColumn(title=f"{title} ({currency})", width=14, is_figure=True) for title in _FIGURES],
               SheetColumn(title="State", width=28))
    rows, after, more = 0, None, True
    with writing_sheet(path, title="Ledger", columns=columns, currency=currency) as write:
        while more:
            context.raise_if_cancelled()
            with database.read() as session:
                page = ledger_page(session, account_id=account_id, as_of=as_of, text=text, after=after)
            for row in page.rows:
                write(_cells(row))
            rows, after, more = rows + len(page.rows), page.last, page.more
    return Exported(path, rows)


def _cells(r: LedgerRow) -> list[CellValue]:
    def money(minor: int | None) -> CellValue:
        return "" if minor is None else Money(minor, r.currency)

    return [r.posted_on, r.number, r.kind.value.replace("_", " ").capitalize(), r.description, ", ".join(r.settles),
            "" if r.due_on is None else r.due_on, money(r.debit_minor), money(r.credit_minor), money(r.balance_minor),
            money(r.open_minor), money(r.disputed_minor), r.state_text]
