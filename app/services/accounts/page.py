"""What the page of one account reads, in one place for screens: head, attributes, ledger, disputes and services.

Every query takes the session first and the rest by keyword, and answers with frozen rows; where money is involved it
takes its as-of date. See the modules for the parts.
"""

from __future__ import annotations

from app.services.accounts.header import AccountHeader, CreditFigures, HoldRow, account_header
from app.services.accounts.services import ServiceRow, service_rows
from app.services.attributes.rows import AttributeRow, ChainRow, RoomState, account_attributes
from app.services.ledger.page import (
    DisputeRow,
    InvoiceLineRow,
    LedgerRow,
    LedgerState,
    LedgerSummary,
    disputes_of,
    invoice_lines,
    ledger_page,
    ledger_summary,
)
from app.services.paging import Cursor, Page

__all__ = [
    "AccountHeader", "AttributeRow", "ChainRow", "CreditFigures", "Cursor", "DisputeRow", "HoldRow", "InvoiceLineRow",
    "LedgerRow", "LedgerState", "LedgerSummary", "Page", "RoomState", "ServiceRow", "account_attributes",
    "account_header", "disputes_of", "invoice_lines", "ledger_page", "ledger_summary", "service_rows",
]
