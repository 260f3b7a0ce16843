"""What the window asks for about the details of one account: each question and command one job."""

from __future__ import annotations

from dataclasses import dataclass

from app.services.accounts.details import (
    DetailSheet,
    account_details,
    deletion_request,
    save_details,
)
from app.services.attributes.rows import AttributeRow, account_attributes
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext
from app.services.saving import Values

BILLING = ("account_billing_day", "period_length_months", "invoice_delivery_method", "invoice_layout",
           "auto_invoice_approval", "paper_invoice_fee", "tax_rate")
"""Attributes that say how an account is billed; shown with their source, changed where attributes are."""


@dataclass(frozen=True, slots=True)
class DetailView:
    """The details of an account, and how it is billed."""

    sheet: DetailSheet
    billing: tuple[AttributeRow, ...]


def read_details(database: Database, context: JobContext, *, account_id: int) -> DetailView:
    """The details of an account."""
    del context
    with database.read() as session:
        rows = {row.key: row for row in account_attributes(session, account_id=account_id)}
        return DetailView(account_details(session, account_id=account_id),
                          tuple(rows[key] for key in BILLING if key in rows))


def keep_details(
    database: Database, context: JobContext, *, account_id: int, before: Values, after: Values
) -> ChangeSet:
    """Save details."""
    del context
    with database.write() as session:
        return save_details(session, account_id=account_id, before=before, after=after)


def ask_for_deletion(database: Database, context: JobContext, *, account_id: int) -> str:
    """The text of a deletion request."""
    del context
    with database.read() as session:
        return deletion_request(session, account_id=account_id)
