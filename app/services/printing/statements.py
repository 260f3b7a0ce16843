"""A statement of account as a file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from app.services.database.unit_of_work import Database
from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes
from app.services.invoicing.account_statement import account_statement
from app.services.jobs import JobContext
from app.services.wording import day_text


def save_account_statement(
    database: Database, context: JobContext, *, account_id: int, since: date, until: date, path: Path
) -> str:
    """Write the statement of a period as a PDF and say so in a sentence.

    Raises RefusedByRule where the period is none, and InputRejected where the file cannot be written.
    """
    with database.read() as session:
        statement = account_statement(session, account_id=account_id, since=since, until=until)
    context.raise_if_cancelled()
    from app.services.paper.account_statement import render_statement

    write_bytes(path, PDF, render_statement(statement))
    return f"The statement from {day_text(since)} to {day_text(until)} is saved as {path.name}."
