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


@dataclass(frozen=True, slots=True, kw_only=True)
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
    SheetColumn(key="code", title="Code", value=lambda r: r.code),
    SheetColumn(key="name", title="Name", value=lambda r: r.name, width=32),
    SheetColumn(key="profile", title="Profile", value=lambda r: r.profile, width=20),
    SheetColumn(key="status", title="Status", value=lambda r: STATUS_WORDS[r.status], width=20),
    SheetColumn(key="services", title="Services", value=lambda r: r.service_count, width=10),
    SheetColumn(key="balance", title="Balance", value=_money(lambda r: r.balance_minor), width=18),
    SheetColumn(key="overdue", title="Overdue", value=_money(lambda r: r.outstanding_minor), width=18),
    SheetColumn(key="payable", title="Payable", value=_money(lambda r: r.overdue_payable_minor), width=18),
    SheetColumn(key="oldest", title="Oldest", value=lambda r: r.oldest_overdue_days, width=10),
    SheetColumn(key="credit", title="Credit left", value=_credit, width=18),
    SheetColumn(key="type", title="Type", value=lambda r: TYPE_WORDS[r.type], width=18),
    SheetColumn(key="enterprise", title="Enterprise", value=lambda r: ENTERPRISE_WORDS[r.enterprise], width=14),
    SheetColumn(key="start", title="Start", value=lambda r: r.start_date, width=12),
    SheetColumn(key="contact", title="Billing contact", value=lambda r: r.contact, width=28),
    SheetColumn(key="phone", title="Phone", value=lambda r: r.phone, width=18),
    SheetColumn(key="email", title="E-mail", value=lambda r: r.email, width=30),
    SheetColumn(key="city", title="City", value=lambda r: r.city, width=18),
    SheetColumn(key="reference", title="Reference", value=lambda r: r.reference, width=18),
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
