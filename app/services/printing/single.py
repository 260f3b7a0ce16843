"""One invoice as a file, from wherever it is looked at."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from app.models.parties.powers import Power
from app.services.access.authorize import account_of_document, require_account
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.files.kinds import PDF
from app.services.files.writing import write_bytes
from app.services.invoicing.gather import gather_documents, without_statement
from app.services.invoicing.statements import freeze_statements
from app.services.jobs import JobContext
from app.services.printing.source import names_of


def invoice_file(database: Database, context: JobContext, *, invoice_id: int, path: Path) -> str:
    """Write one posted invoice as a PDF and say so; a `path` that is a folder takes it under its usual name.

    What it says is frozen by this, as by any print. Raises NotFound where the invoice is not posted, and InputRejected
    where the file cannot be written.
    """
    with database.read() as session:
        require_account(session, account_of_document(session, invoice_id), Power.INVOICES_PRINT)
        lacking = without_statement(session, [invoice_id])
    if lacking:
        database.attempt(partial(freeze_statements, invoice_ids=lacking))
    with database.read() as session:
        documents = gather_documents(session, [invoice_id])
        names = names_of(session, [invoice_id])
    if not documents:
        raise NotFound("This invoice is not among the posted invoices any more.")
    context.raise_if_cancelled()
    from app.services.paper.pdf import render_invoice

    target = path / names[invoice_id].file_name if path.is_dir() else path
    write_bytes(target, PDF, render_invoice(documents[0]))
    return str(target)
