"""What the window asks for about notes and history of one account: each question and command one job."""

from __future__ import annotations

from app.services.accounts.notes import write_note
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext


def add_note(database: Database, context: JobContext, *, account_id: int, text: str) -> ChangeSet:
    """Write a note on an account."""
    del context
    with database.write() as session:
        return write_note(session, account_id=account_id, text=text)
