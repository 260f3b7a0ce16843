"""The columns of a customer list as typed values, for files: figures, dates, and amounts with their currency.

Screens show the same columns by the same keys and titles; here is what is in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.models.values import AccountType, CreditStanding, Enterprise, Money
from app.services.customers.list import CustomerRow
from app.services.errors import InputRejected
from app.services.suspension.reasons import STATUS_WORDS

CellValue = str | int | date | Money

TYPE_WORDS: Final = {
    AccountType.WHOLESALE: "Wholesale provider", AccountType.RETAIL: "Retail provider",
    AccountType.NON_BILLING: "Non-billing provider", AccountType.AGENT: "Agent", AccountType.END_USER: "Customer",
    AccountType.OPERATOR: "Operator", AccountType.SYSTEM: "System account",
}
ENTERPRISE_WORDS: Final = {Enterprise.ORGANISATION: "Organisation", Enterprise.INDIVIDUAL: "Individual"}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of a file."""

    key: str
    title: str
    value: Callable[[CustomerRow], CellValue]
    width: int = 14
    """In characters."""


def _money(minor: Callable[[CustomerRow], int]) -> Callable[[CustomerRow], CellValue]:
    return lambda row: Money(minor(row), row.currency)


def _credit(row: CustomerRow) -> CellValue:
    match row.credit_standing:
        case CreditStanding.NO_LIMIT:
            return "No limit"
        case CreditStanding.NO_RATE:
            return "No rate"
    left = row.credit_left_minor or 0
    return "No credit" if row.credit_limit_minor == 0 and left >= 0 else Money(left, row.currency)


SHEET_COLUMNS: Final = (
    SheetColumn("code", "Code", lambda r: r.code),
    SheetColumn("name", "Name", lambda r: r.name, 32),
    SheetColumn("profile", "Profile", lambda r: r.profile, 20),
    SheetColumn("status", "Status", lambda r: STATUS_WORDS[r.status], 20),
    SheetColumn("services", "Services", lambda r: r.service_count, 10),
    SheetColumn("balance", "Balance", _money(lambda r: r.balance_minor), 18),
    SheetColumn("overdue", "Overdue", _money(lambda r: r.outstanding_minor), 18),
    SheetColumn("payable", "Payable", _money(lambda r: r.overdue_payable_minor), 18),
    SheetColumn("oldest", "Oldest", lambda r: r.oldest_overdue_days, 10),
    SheetColumn("credit", "Credit left", _credit, 18),
    SheetColumn("type", "Type", lambda r: TYPE_WORDS[r.type], 18),
    SheetColumn("enterprise", "Enterprise", lambda r: ENTERPRISE_WORDS[r.enterprise], 14),
    SheetColumn("start", "Start", lambda r: r.start_date, 12),
    SheetColumn("contact", "Billing contact", lambda r: r.contact, 28),
    SheetColumn("phone", "Phone", lambda r: r.phone, 18),
    SheetColumn("email", "E-mail", lambda r: r.email, 30),
    SheetColumn("city", "City", lambda r: r.city, 18),
    SheetColumn("reference", "Reference", lambda r: r.reference, 18),
)
"""Every column there is; the first ten are shown until somebody chooses others."""

USUAL: Final = tuple(column.key for column in SHEET_COLUMNS[:10])


def columns_by_key(keys: Sequence[str]) -> list[SheetColumn]:
    """Columns in the order asked for. Raises InputRejected for one that does not exist."""
    known = {column.key: column for column in SHEET_COLUMNS}
    unknown = [key for key in keys if key not in known]
    if unknown or not keys:
        says = f'There is no column "{unknown[0]}".' if unknown else "A file needs a column."
        raise InputRejected(f"{says} Columns are {', '.join(known)}.")
    return [known[key] for key in keys]
