"""All that is printed on one invoice, gathered from the ledger and frozen: the layout draws it, nothing else.

A document is plain data (it is pickled into worker processes) and complete: drawing needs no database, no clock and
no settings. Every amount is an integer of the currency's minor unit, debit positive. Amounts are those of the ledger;
the layout formats them and never computes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.values import InvoiceLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The provider as its invoices show it. Empty texts are left out of the page."""

    name: str
    legal_name: str
    tagline: str
    address_lines: tuple[str, ...]
    email: str
    phone: str
    website: str
    tax_number_label: str
    tax_number: str
    tax_name: str
    """What the tax is called on paper: "GST", "VAT"."""
    bank_lines: tuple[tuple[str, str], ...]
    """Label and value as they stand on the payment slip: ("BSB", "000-000")."""
    return_address: str
    help_text: str
    language: str
    """BCP 47 tag such as "en-AU"; decides dates, figures and the document's language metadata."""
    logo: bytes | None
    """PNG or JPEG bytes; None prints the name alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One line of the table; lines of the same heading stand together under it."""

    heading: str
    """Service or group such as "Service 02 5550 0142"; empty for none."""
    description: str
    note: str
    """Second, smaller line: the period or a remark; may be empty."""
    quantity: str
    """As it is printed, with its unit: "3 months", "1"."""
    unit_price_minor: int | None
    net_minor: int
    tax_minor: int
    tax_rate_bp: int
    """Hundredths of a percent: 1000 is 10 %."""
    total_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxSummaryLine:
    """Tax of one rate over the whole invoice."""

    rate_bp: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDocument:
    """One posted invoice, ready to be drawn."""

    invoice_id: int
    number: str
    layout: InvoiceLayout
    currency: str
    letterhead: Letterhead
    account_code: str
    bill_to_name: str
    bill_to_lines: tuple[str, ...]
    """Attention and address lines under the name, at most six; may be empty."""
    issued_on: date
    due_on: date
    period_from: date | None
    period_to: date | None
    terms_days: int | None
    """Days from posting to due; None where the document was imported with a due date of its own."""
    lines: tuple[DocumentLine, ...]
    taxes: tuple[TaxSummaryLine, ...]
    net_minor: int
    tax_minor: int
    total_minor: int
    previous_balance_minor: int
    """Balance of the account just before this invoice, less the payments named beside it."""
    payments_since_minor: int
    """Credits since the previous invoice, as they change the balance: negative or zero."""
    total_due_minor: int
    """previous_balance + payments_since + total: what is to be paid; negative when the customer is in credit."""


@dataclass(frozen=True, slots=True)
class GatheredInvoice:
    """A document and what the ledger already says is wanting for it."""

    document: InvoiceDocument
    remarks: tuple[str, ...] = ()
    """Sentences about what is not on the page, so that drawing cannot find it: no e-mail address to send it to."""
