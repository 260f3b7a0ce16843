"""The invoice that travels with a message: the very page that is printed, and whether it is small enough to be sent."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction, InvoiceLine
from app.models.parties.account import Account
from app.models.parties.provider import Provider
from app.services.database.dialects import among
from app.services.errors import NotFound
from app.services.gateways.mail import Attachment
from app.services.invoicing.gather import gather_documents
from app.services.printing.file_names import invoice_file_name

LARGEST_BYTES = 10_000_000
_LINES_TO_LOOK_AT = 10_000
"""Below so many lines no invoice comes near the limit: a line takes some 300 bytes, a logo is scaled down."""


def draw_attachment(session: Session, invoice_id: int) -> Attachment:
    """The invoice as a PDF, by its frozen statement; raises NotFound where it is not posted.

    Composing freezes the statements of what it attaches, so that the file is the same whenever it is drawn.
    """
    from app.services.paper.pdf import render_invoice

    documents = gather_documents(session, [invoice_id])
    if not documents:
        raise NotFound("This invoice is not among the posted invoices any more.")
    owner = session.scalars(
        select(Account.code).join(FinancialTransaction, FinancialTransaction.provider_id == Account.id)
        .where(FinancialTransaction.id == invoice_id)).one()
    return Attachment(file_name=invoice_file_name(owner, documents[0].number), content=render_invoice(documents[0]))


def logo_of(session: Session, provider_id: int) -> bytes | None:
    """The picture that a mail shows where its HTML names the logo; None where the provider has none."""
    return session.scalar(select(Provider.logo).where(Provider.account_id == provider_id))


def oversized(session: Session, invoice_ids: Iterable[int]) -> dict[int, str]:
    """Those of some invoices that are too large to travel, each with the sentence that says so."""
    ids = sorted(set(invoice_ids))
    if not ids:
        return {}
    long = session.scalars(
        select(InvoiceLine.transaction_id).where(among(session, InvoiceLine.transaction_id, ids))
        .group_by(InvoiceLine.transaction_id).having(func.count() >= _LINES_TO_LOOK_AT))
    found = {}
    for invoice_id in long.all():
        drawn = draw_attachment(session, invoice_id)
        if is_too_large(drawn):
            found[invoice_id] = too_large_words(drawn)
    return found


def is_too_large(attachment: Attachment) -> bool:
    """Whether a file is not sent, because many servers take none of its size."""
    return len(attachment.content) > LARGEST_BYTES


def too_large_words(attachment: Attachment) -> str:
    """Why a message waits whose invoice is too large."""
    size, limit = len(attachment.content) / 1_000_000, LARGEST_BYTES / 1_000_000
    return (f"The invoice {attachment.file_name} has {size:.1f} MB; at most {limit:.0f} MB are sent. Send it another "
            "way, and cancel this message.")
