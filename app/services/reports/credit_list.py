"""The accounts behind a figure of the credit cockpit, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from app.models.parties.powers import Power
from app.models.values import Money
from app.services.access.authorize import authorize
from app.services.credit.exceeded import LimitRow, limit_page
from app.services.credit.limits import LimitPart, LimitQuestion
from app.services.credit.words import amount_words, refused_words, used_words
from app.services.database.unit_of_work import Database
from app.services.files.sheets import CellValue, Exported, SheetColumn, writing_sheet
from app.services.jobs import JobContext

_AT_ONCE: Final = 20_000


def export_limit_list(
    database: Database, context: JobContext, *, question: LimitQuestion, part: LimitPart, path: Path
) -> Exported:
    """Write the accounts of a part, the largest amounts first; the ending of the file says how.

    Raises InputRejected for another ending, and where the place cannot be written.
    """
    rows = 0
    with (database.read() as session,
          writing_sheet(path, title="Credit", columns=_columns(question, part),
                        currency=question.currency or "") as write):
        authorize(session, Power.CUSTOMERS_EXPORT)
        for row in limit_rows(session, question=question, part=part):
            context.raise_if_cancelled()
            write(_cells(row))
            rows += 1
    return Exported(path, rows)


def limit_rows(session: Session, *, question: LimitQuestion, part: LimitPart) -> Iterator[LimitRow]:
    """All rows of a part in their order, many at a time."""
    after = None
    while True:
        page = limit_page(session, question=question, part=part, after=after, limit=_AT_ONCE)
        yield from page.rows
        if not page.more:
            return
        after = page.last


def source_words(row: LimitRow) -> str:
    """Where the limit of an account comes from: "Rating A", the name of who sets it, "This account"."""
    if row.limit_tier is None:
        return "No limit"
    if row.is_rated:
        return f"Rating {row.limit_owner}"
    return "This account" if row.limit_tier.value == "account" else row.limit_owner


def _columns(question: LimitQuestion, part: LimitPart) -> list[SheetColumn]:
    behind = f" ({question.currency})" if question.currency else ""
    words = {"Code": 12, "Account": 28, "Provider": 24, "Profile": 20, "Rating": 8, "Limit comes from": 24}
    figures = ("Limit", "Balance", amount_words(part))
    return [*[SheetColumn(title=title, width=width) for title, width in words.items()],
            *[SheetColumn(title=f"{title}{behind}", width=18, is_figure=True) for title in figures],
            SheetColumn(title="Used", width=10), SheetColumn(title="What would be refused", width=40),
            SheetColumn(title="As of", width=12)]


def _cells(row: LimitRow) -> list[CellValue]:
    def money(minor: int | None) -> CellValue:
        return "" if minor is None else Money(minor, row.currency)

    return [row.code, row.name, row.provider_name, row.profile, row.rating or "", source_words(row),
            money(row.limit_minor), money(row.balance_minor), money(row.amount_minor),
            used_words(row.limit_minor, row.balance_minor), refused_words(row.refused_events), row.as_of]
