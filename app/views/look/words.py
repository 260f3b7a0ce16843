"""How states and kinds read on the screens about accounts: words, icon and tone in one place each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.models.values import (
    AccountStatus,
    AccountType,
    AddressType,
    GroupLevel,
    HoldKind,
    ScanOutcome,
    ServiceState,
    TransactionKind,
)
from app.services.wording import ENTERPRISE_WORDS, STATUS_WORDS, TYPE_WORDS
from app.views.look.icons import Icon
from app.views.look.tokens import Tone


@dataclass(frozen=True, slots=True)
class Look:
    """A state in words. Without a tone it is the quiet form, a dot and a word."""

    text: str
    tone: Tone | None
    icon: Icon
    dot: str = "good"


def _status(status: AccountStatus, tone: Tone | None, icon: Icon) -> Look:
    return Look(STATUS_WORDS[status], tone, icon)


STATUS: Final = {
    AccountStatus.ACTIVE: _status(AccountStatus.ACTIVE, None, Icon.GOOD),
    AccountStatus.SUSPENDED: _status(AccountStatus.SUSPENDED, Tone.BAD, Icon.SUSPENDED),
    AccountStatus.SUSPENDED_BILLING_AND_ORDERING: Look("Billing suspended", Tone.BAD, Icon.SUSPENDED),
    AccountStatus.SYSTEM_SUSPENDED: _status(AccountStatus.SYSTEM_SUSPENDED, Tone.BAD, Icon.SUSPENDED),
    AccountStatus.RESTRICTED_BY_PARENT: _status(AccountStatus.RESTRICTED_BY_PARENT, Tone.WARN, Icon.WARNING),
    AccountStatus.INACTIVE: _status(AccountStatus.INACTIVE, Tone.NEUTRAL, Icon.INACTIVE),
    AccountStatus.PREACTIVE: _status(AccountStatus.PREACTIVE, Tone.INFO, Icon.CLOCK),
    AccountStatus.CANCELLED: _status(AccountStatus.CANCELLED, Tone.NEUTRAL, Icon.CANCELLED),
}

STATUS_HELP: Final = {
    AccountStatus.SUSPENDED_BILLING_AND_ORDERING: "Suspended: billing and ordering are stopped, services go on",
}

ENTERPRISE: Final = ENTERPRISE_WORDS
TYPE: Final = TYPE_WORDS

TYPE_ICON: Final = {
    AccountType.OPERATOR: Icon.OPERATOR,
    AccountType.WHOLESALE: Icon.WHOLESALE,
    AccountType.RETAIL: Icon.PROVIDER,
    AccountType.NON_BILLING: Icon.PROVIDER,
    AccountType.AGENT: Icon.AGENT,
    AccountType.END_USER: Icon.ACCOUNT,
    AccountType.SYSTEM: Icon.SYSTEM,
}

ADDRESS_TYPE: Final = {
    AddressType.MAIN: "Main address",
    AddressType.HOME: "Home",
    AddressType.BUSINESS: "Business",
    AddressType.BILLING: "Billing",
    AddressType.DELIVERY: "Delivery",
    AddressType.OTHER: "Other",
}

HOLD: Final = {
    HoldKind.OVERDUE: "Overdue hold",
    HoldKind.MANUAL: "Hold by staff",
    HoldKind.PARENT_PROVIDER: "Restricted by the provider above",
    HoldKind.PARENT_GROUP: "Hold of the group account",
    HoldKind.BILLING_AND_ORDERING: "Billing and ordering hold",
    HoldKind.SYSTEM: "System hold",
}

HOLD_STOPS: Final = {
    HoldKind.OVERDUE: "Orders are refused, and the scan restricts services.",
    HoldKind.MANUAL: "Orders are refused until it is lifted.",
    HoldKind.PARENT_PROVIDER: "Orders are refused until it is lifted.",
    HoldKind.PARENT_GROUP: "Orders are refused until it is lifted.",
    HoldKind.BILLING_AND_ORDERING: "Billing and ordering stop until it is lifted.",
    HoldKind.SYSTEM: "Billing and ordering stop until the operator lifts it.",
}

HOLD_TONE: Final = {
    HoldKind.OVERDUE: Tone.BAD,
    HoldKind.MANUAL: Tone.BAD,
    HoldKind.PARENT_PROVIDER: Tone.WARN,
    HoldKind.PARENT_GROUP: Tone.BAD,
    HoldKind.BILLING_AND_ORDERING: Tone.BAD,
    HoldKind.SYSTEM: Tone.BAD,
}

SERVICE: Final = {
    ServiceState.ACTIVE: Look("Active", None, Icon.GOOD),
    ServiceState.PREACTIVE: Look("Preactive", Tone.INFO, Icon.CLOCK),
    ServiceState.RESTRICTED: Look("Restricted", Tone.BAD, Icon.SUSPENDED),
    ServiceState.SUSPENDED: Look("Suspended", Tone.BAD, Icon.SUSPENDED),
    ServiceState.DEACTIVATED: Look("Deactivated", Tone.NEUTRAL, Icon.INACTIVE),
    ServiceState.CANCELLED: Look("Cancelled", Tone.NEUTRAL, Icon.CANCELLED),
}

TRANSACTION: Final = {
    TransactionKind.INVOICE: "Invoice",
    TransactionKind.PAYMENT: "Payment",
    TransactionKind.CREDIT_NOTE: "Credit note",
    TransactionKind.REFUND: "Refund",
    TransactionKind.INVOICE_CANCELLATION: "Invoice cancelled",
    TransactionKind.PAYMENT_CANCELLATION: "Payment cancelled",
    TransactionKind.WRITE_OFF: "Write-off",
}

TRANSACTION_ICON: Final = {
    TransactionKind.INVOICE: Icon.INVOICE,
    TransactionKind.PAYMENT: Icon.BANK,
    TransactionKind.CREDIT_NOTE: Icon.CREDIT_NOTE,
    TransactionKind.REFUND: Icon.PAYMENT,
    TransactionKind.INVOICE_CANCELLATION: Icon.CANCELLED,
    TransactionKind.PAYMENT_CANCELLATION: Icon.CANCELLED,
    TransactionKind.WRITE_OFF: Icon.REMOVE,
}

AGEING: Final = ("Not due", "1–30 days", "31–60 days", "61–90 days", "Over 90 days")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLook:
    """What a scan would do, as a figure card says it, and the badge beside a name where something is due."""

    card: str
    badge: str
    tone: Tone
    icon: Icon


OUTCOME: Final = {
    ScanOutcome.SUSPEND: OutcomeLook(card="Would suspend", badge="Suspension due", tone=Tone.WARN, icon=Icon.CLOCK),
    ScanOutcome.RESTORE: OutcomeLook(card="Would restore", badge="Restoration due", tone=Tone.GOOD, icon=Icon.CLOCK),
    ScanOutcome.EXCLUDED: OutcomeLook(card="Leaves it alone", badge="Left out of suspension", tone=Tone.INFO,
                                      icon=Icon.INFO),
    ScanOutcome.NONE: OutcomeLook(card="No change", badge="", tone=Tone.NEUTRAL, icon=Icon.INFO),
}
LEVEL: Final = {GroupLevel.VIEW: "look", GroupLevel.EDIT: "change"}
"""What staff tied to an account group may do with its members."""
