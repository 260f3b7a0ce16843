"""One page of an invoice as pixels for the screen, drawn in memory: no file, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.parties.powers import Power
from app.services.access.authorize import account_of_document, require_account
from app.services.database.unit_of_work import Database
from app.services.errors import NotFound
from app.services.invoicing.gather import gather_documents
from app.services.jobs import JobContext


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """A page as rows of red, green, blue, alpha bytes without padding."""

    number: str
    page: int
    """Counts from 0."""
    page_count: int
    width: int
    height: int
    rgba: bytes


def preview_page(
    database: Database, context: JobContext, *, invoice_id: int, page: int = 0, scale: float = 1.0
) -> PreviewPage:
    """The page as it is printed; `page` counts from 0 and beyond the last means the last, `scale` 1.0 is 72 dpi.

    An invoice that was never printed shows the figures it would be printed with. Raises NotFound where the invoice is
    not posted or not there, and Cancelled.
    """
    with database.read() as session:
        require_account(session, account_of_document(session, invoice_id), Power.INVOICES_PRINT)
        documents = gather_documents(session, [invoice_id])
    if not documents:
        raise NotFound("This invoice is not among the posted invoices any more.")
    context.raise_if_cancelled()
    from app.services.paper.pdf import page_count, render_invoice, render_page_rgba

    pages = page_count(documents[0])
    shown = max(0, min(page, pages - 1))
    picture = render_page_rgba(render_invoice(documents[0]), shown, scale)
    return PreviewPage(number=documents[0].number, page=shown, page_count=pages, width=picture.width,
                       height=picture.height, rgba=picture.rgba)
