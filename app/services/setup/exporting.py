"""Writing the set-up of a provider to a file."""

from __future__ import annotations

from pathlib import Path

from app.services.database.unit_of_work import Database
from app.services.files.writing import target_of, write_bytes
from app.services.hierarchy.finding import find_provider
from app.services.jobs import JobContext
from app.services.setup.stored import stored_set_up
from app.services.setup.text import SET_UP_FILE, text_of_set_up


def export_set_up(database: Database, context: JobContext, *, code: str, path: Path) -> str:
    """A job: write everything a provider is set up with; answers what was done, in words.

    Raises InputRejected where the file cannot be written, NotAllowed for a part that the person may not look at.
    """
    target_of(path, SET_UP_FILE)
    with database.read() as session:
        text = text_of_set_up(stored_set_up(session, provider_id=find_provider(session, code).id))
    context.raise_if_cancelled()
    written = write_bytes(path, SET_UP_FILE, text.encode())
    return f"The set-up of {code} is in {written}."
