"""Accounts and invoices for the command box: a few of the best, however many there are."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.database.unit_of_work import Database
from app.services.hierarchy.search import InvoiceHit, JumpHit, Matched, find_accounts, find_invoices
from app.services.jobs import JobContext

MOST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What was found for a text."""

    text: str
    accounts: tuple[JumpHit, ...] = ()
    invoices: tuple[InvoiceHit, ...] = ()


def find_records(
    database: Database, context: JobContext, *, text: str, accounts: bool = True, invoices: bool = True
) -> Records:
    """Accounts by code, name or service, and invoices by number, each best match first; a short unit of work each."""
    found: list[JumpHit] = []
    numbered: list[InvoiceHit] = []
    if accounts:
        with database.read() as session:
            hits = find_accounts(session, text=text, limit=2 * MOST)
        found = [hit for hit in hits if hit.matched is not Matched.INVOICE][:MOST]
    context.raise_if_cancelled()
    if invoices:
        with database.read() as session:
            numbered = find_invoices(session, text=text, limit=MOST)
    return Records(text=text, accounts=tuple(found), invoices=tuple(numbered))
