"""A customer list as a file: the rows and columns that are shown, as separated values or as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from app.models.parties.powers import Power
from app.services.access.authorize import authorize
from app.services.customers.choice import Selected, selected_rows
from app.services.customers.columns import ListColumn, columns_by_key
from app.services.database.unit_of_work import Database
from app.services.files.sheets import Exported, SheetColumn, sheet_format, writing_sheet
from app.services.jobs import JobContext
from app.services.providers.queries import provider_context

_MONEY_KEYS: Final = frozenset({"balance", "overdue", "payable", "credit"})


def export_customers(
    database: Database, context: JobContext, *, selected: Selected, columns: Sequence[str], path: Path
) -> Exported:
    """Write customers to a file; its ending says how. `columns` are keys in the order shown.

    Raises InputRejected for another ending, an unknown column, a list too long for a workbook, and where the place
    cannot be written. Stopped or failed, nothing of it stays.
    """
    sheet = columns_by_key(columns)
    sheet_format(path)
    with database.read() as session:
        authorize(session, Power.CUSTOMERS_EXPORT)
        currency = provider_context(session, selected.question.provider_id).currency
    rows = 0
    with writing_sheet(path, title="Customers", columns=[_column(each, currency) for each in sheet],
                       currency=currency) as write:
        for row in selected_rows(database, context, selected=selected):
            write([column.value(row) for column in sheet])
            rows += 1
    return Exported(path, rows)


def _column(column: ListColumn, currency: str) -> SheetColumn:
    is_money = column.key in _MONEY_KEYS
    return SheetColumn(title=f"{column.title} ({currency})" if is_money else column.title, width=column.width,
                       is_figure=is_money or column.key in {"services", "oldest"})
