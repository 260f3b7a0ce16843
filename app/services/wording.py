"""Small pieces of sentences that services write: days, lists and counts, in plain English.

Sentences made here go to the command line, to logs and to tooltips; screens format dates and money that stand alone
by the language of the operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.models.values import AccountStatus, AccountType, Enterprise

STATUS_WORDS: Final = {
    AccountStatus.CANCELLED: "Cancelled", AccountStatus.PREACTIVE: "Preactive", AccountStatus.INACTIVE: "Inactive",
    AccountStatus.SYSTEM_SUSPENDED: "System suspended", AccountStatus.RESTRICTED_BY_PARENT: "Restricted by parent",
    AccountStatus.SUSPENDED_BILLING_AND_ORDERING: "Suspended – billing and ordering",
    AccountStatus.SUSPENDED: "Suspended", AccountStatus.ACTIVE: "Active",
}
TYPE_WORDS: Final = {
    AccountType.WHOLESALE: "Wholesale provider", AccountType.RETAIL: "Retail provider",
    AccountType.NON_BILLING: "Non-billing provider", AccountType.AGENT: "Agent", AccountType.END_USER: "Customer",
    AccountType.OPERATOR: "Operator", AccountType.SYSTEM: "System account",
}
ENTERPRISE_WORDS: Final = {Enterprise.ORGANISATION: "Organisation", Enterprise.INDIVIDUAL: "Individual"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is as it is: a code for programs, a whole sentence for people. Nobody reads one in the other."""

    code: str
    words: str


def day_text(day: date) -> str:
    """A date in words: "1 Jun 2025"; never figures alone, since 2/7 and 7/2 differ by country."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def listed(parts: Sequence[str]) -> str:
    """A list in a sentence: "a", "a and b", "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def inside(label: str) -> str:
    """A label within a sentence: "trading terms", and "SMS sender" as it is."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def by_count(count: int, one: str, many: str, **places: str) -> str:
    """A whole sentence for one and a whole one for several, with `{count}` and other named places filled."""
    return (one if count == 1 else many).format(count=f"{count:,}", **places)


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 day", "2 days"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
