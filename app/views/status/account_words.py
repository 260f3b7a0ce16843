"""What the head of an account, its summary and its preview below a list say alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.models.values import AccountType, CreditStanding
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter

if TYPE_CHECKING:
    from app.services.accounts.header import AccountHeader
    from app.services.accounts.preview import ScanView


def credit_words(header: AccountHeader, formatter: Formatter) -> tuple[str, str, str]:
    """Credit left as figure, currency and ink; words where there is no figure."""
    credit = header.credit
    match credit.standing:
        case CreditStanding.NO_LIMIT:
            return "No limit", "", tk.Ink.TEXT
        case CreditStanding.NO_RATE:
            return "No rate", "", tk.Ink.TEXT
        case CreditStanding.EXCEEDED:
            return formatter.amount(credit.left_minor or 0, header.currency), header.currency, tk.Ink.BAD
    return formatter.amount(credit.left_minor or 0, header.currency), header.currency, tk.Ink.TEXT


def no_scan_words(header: AccountHeader, scan: ScanView) -> str:
    """Why no scan judges an account, by names and not by codes."""
    if header.type is not AccountType.END_USER:
        return "Scans judge customers, not providers and agents."
    if header.since > header.as_of:
        return scan.refusal
    return f"No rule set of {header.provider_name} is in force."
