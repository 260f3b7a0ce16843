"""Value types that every layer may use: money, identifiers, states and ranges.

Nothing here knows SQLAlchemy or Qt, so views may import this module alone of all models. Money is an integer of the
currency's minor unit beside an ISO 4217 code; no binary float ever touches it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

# ISO 4217: places of the minor unit where it is not 2.
_PLACES = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
_TWO_PLACES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
    "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
).split()
CURRENCIES: dict[str, int] = {**dict.fromkeys(_TWO_PLACES, 2), **_PLACES}
"""ISO 4217 code → places of its minor unit (JPY 0, EUR 2, KWD 3)."""

MAX_MINOR = 10**15
"""No single amount reaches this: a figure beyond it is a slip of the keyboard, and sums stay far inside 64 bits."""


class MoneyError(ValueError):
    """The text or figure is not an amount of this currency; the message says what would be right."""


def places_of(currency: str) -> int:
    """Places of the minor unit of an ISO 4217 code; raises MoneyError for an unknown code."""
    try:
        return CURRENCIES[currency]
    except KeyError:
        raise MoneyError(f'"{currency}" is not an ISO 4217 currency code') from None


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in the minor unit of a currency. Debit is positive: what the customer owes us."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def _same(self, other: Money) -> int:
        if self.currency != other.currency:
            raise MoneyError(f"{self.currency} and {other.currency} are never added or compared without a rate")
        return other.minor

    @property
    def amount(self) -> Decimal:
        """The same amount in the currency's main unit, exactly."""
        return to_decimal(self.minor, self.currency)

    def __str__(self) -> str:
        return f"{plain_amount(self.minor, self.currency)} {self.currency}"


def to_decimal(minor: int, currency: str) -> Decimal:
    """Main-unit amount of a minor-unit figure, exactly: 1250 AUD → 12.50."""
    return Decimal(minor).scaleb(-places_of(currency))


def plain_amount(minor: int, currency: str) -> str:
    """Amount without grouping and without code, for files and JSON: -1250 AUD → "-12.50"."""
    return f"{to_decimal(minor, currency):.{places_of(currency)}f}"


def grouped_amount(minor: int, currency: str) -> str:
    """Amount for sentences: grouped by comma, U+2212 as minus, no code: -123450 AUD → "−1,234.50"."""
    text = f"{abs(to_decimal(minor, currency)):,.{places_of(currency)}f}"
    return f"−{text}" if minor < 0 else text


_AMOUNT = re.compile(r"[+-]?\d+(\.\d+)?")


def parse_amount(text: str, currency: str) -> int:
    """Minor units of a decimal text such as "12.50"; the decimal mark is a point, without grouping.

    Raises MoneyError for anything else, for more places than the currency has, and for absurd sizes. Trailing zeros
    beyond the currency's places are too many places as well: they may hide a slip.
    """
    places = places_of(currency)
    cleaned = text.strip().replace("−", "-")
    if not _AMOUNT.fullmatch(cleaned) or not cleaned.isascii():
        raise MoneyError(f'"{text}" is not an amount; write for instance {Decimal(1250).scaleb(-2):.{places}f}')
    try:
        value = Decimal(cleaned)
    except InvalidOperation:
        raise MoneyError(f'"{text}" is not an amount') from None
    given = -int(value.as_tuple().exponent)
    if given > places:
        of = "decimal place" if given == 1 else "decimal places"
        raise MoneyError(f'"{text}" has {given} {of}, {currency} has {places}')
    minor = int(value.scaleb(places))
    if abs(minor) >= MAX_MINOR:
        raise MoneyError(f'"{text}" is beyond what one amount may be')
    return minor


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date:
    """The day of a text such as "2025-07-02", and of no other form of ISO 8601. Raises ValueError for anything else."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the form is right, the day is not there: said below
    raise ValueError(f'"{text}" is not a date; write it as 2025-07-02')


def storable(text: str) -> str:
    """A text without what no database stores: NUL and lone surrogates."""
    return "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")


def fold(text: str) -> str:
    """Text as it is searched: NFKD without marks, case-folded, ß as ss and ł as l, runs of blanks as one.

    Stored text and query pass through this one function, so "Łukasz" is found by "lukasz" on every database.
    """
    swapped = text.translate(_FOLD)
    bare = "".join(c for c in unicodedata.normalize("NFKD", swapped) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


_FOLD = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "æ": "ae", "Æ": "AE",
                       "œ": "oe", "Œ": "OE", "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D"})


class AccountType(StrEnum):
    """Tier and kind of an account; fixed at the first save (ARCHITECTURE.md, "Hierarchy")."""

    OPERATOR = "operator"
    WHOLESALE = "wholesale_provider"
    RETAIL = "retail_provider"
    NON_BILLING = "non_billing_provider"
    AGENT = "agent"
    END_USER = "end_user"
    SYSTEM = "system"


PROVIDER_TYPES = frozenset({AccountType.OPERATOR, AccountType.WHOLESALE, AccountType.RETAIL, AccountType.NON_BILLING})
CUSTOMER_TYPES = frozenset({AccountType.AGENT, AccountType.END_USER})


class Enterprise(StrEnum):
    """Whether the holder is a company or a person."""

    ORGANISATION = "organisation"
    INDIVIDUAL = "individual"


class Lifecycle(StrEnum):
    """Where an account stands in its life; whatever limits it is a hold (ARCHITECTURE.md, "Holds")."""

    PREACTIVE = "preactive"
    ACTIVE = "active"
    INACTIVE = "inactive"
    TERMINATED = "terminated"


class AccountStatus(StrEnum):
    """The status shown; derived from lifecycle and open holds by one function, never typed in."""

    CANCELLED = "cancelled"
    PREACTIVE = "preactive"
    INACTIVE = "inactive"
    SYSTEM_SUSPENDED = "system_suspended"
    RESTRICTED_BY_PARENT = "restricted_by_parent"
    SUSPENDED_BILLING_AND_ORDERING = "suspended_billing_and_ordering"
    SUSPENDED = "suspended"
    ACTIVE = "active"


STATUS_TARGETS: dict[AccountStatus, str] = {
    AccountStatus.ACTIVE: "Active",
    AccountStatus.INACTIVE: "Inactive",
    AccountStatus.CANCELLED: "Cancelled",
    AccountStatus.RESTRICTED_BY_PARENT: "Restricted by Parent",
    AccountStatus.SUSPENDED: "Suspended",
    AccountStatus.SUSPENDED_BILLING_AND_ORDERING: "Suspended - Billing and Ordering",
}
"""Statuses that may be asked for by name, all but two (ARCHITECTURE.md, "Status changes")."""


class HoldKind(StrEnum):
    """What a hold is for; automation lifts OVERDUE alone, and only those it placed."""

    OVERDUE = "overdue"
    MANUAL = "manual"
    PARENT_PROVIDER = "parent_provider"
    PARENT_GROUP = "parent_group"
    BILLING_AND_ORDERING = "billing_and_ordering"
    SYSTEM = "system"


class StatusReason(StrEnum):
    """Why a status was changed, by the name that is stored, imported and shown."""

    DISPUTE = "Dispute"
    CREDIT_CHECK = "Credit check"
    NON_PAYMENT = "Non-payment"
    CREDIT_LIMIT = "Credit limit exceeded"
    UNBILLED_LIMIT = "Unbilled credit limit exceeded"
    COLLECTION_PENDING = "Debt collection - pending"
    COLLECTION_SUBMITTED = "Debt collection - submitted"
    CLOSURE = "Account closure"
    OTHER = "Other"


class AccountAction(StrEnum):
    """What the *Actions* of an account offer (ARCHITECTURE.md, "Account actions")."""

    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    TERMINATE = "terminate"
    WRITE_OFF = "write_off"
    CLEAR_WRITE_OFF = "clear_write_off"


class AccountNaming(StrEnum):
    """How accounts of a provider come by their names when nobody types one."""

    MANUAL = "manual"
    """They do not: a name is asked for."""
    ACCOUNT_NUMBER = "account_number"
    ACCOUNT_NUMBER_AND_CONTACT_NAME = "account_number_and_contact_name"


class AddressType(StrEnum):
    """What an address of a contact is for."""

    MAIN = "main"
    HOME = "home"
    BUSINESS = "business"
    BILLING = "billing"
    DELIVERY = "delivery"
    OTHER = "other"


class AddressRule(StrEnum):
    """Whether customers of a provider need a billing address."""

    ALWAYS = "always_mandatory"
    NEVER = "never_mandatory"
    CONDITIONS = "not_mandatory_on_conditions"


class AccountStanding(StrEnum):
    """What an account is to group accounts; conditions under which a billing address is not asked for."""

    STANDALONE = "standalone"
    PARENT = "parent"
    MEMBER = "member"


class RequestState(StrEnum):
    """Where a service request stands."""

    OPEN = "open"
    CLOSED = "closed"


class ServiceState(StrEnum):
    """State of one service; RESTRICTED is what automation does, SUSPENDED what staff do."""

    PREACTIVE = "preactive"
    ACTIVE = "active"
    RESTRICTED = "restricted"
    SUSPENDED = "suspended"
    DEACTIVATED = "deactivated"
    CANCELLED = "cancelled"


class GroupKind(StrEnum):
    """A security group limits staff; a distribution group serves lists and exclusions and never limits access."""

    SECURITY = "security"
    DISTRIBUTION = "distribution"


class GroupAccess(StrEnum):
    """Access code of a security group (ARCHITECTURE.md, "Groups"): what the staff of its org units see."""

    SEE_ALL = "see_all"
    ALLOW = "allow"
    DENY = "deny"


class GroupLevel(StrEnum):
    """What staff may do with the accounts that a group lets them reach."""

    VIEW = "view"
    EDIT = "edit"


class FundingScope(StrEnum):
    """How far the parent of a group account pays for a member (ARCHITECTURE.md, "Group accounts")."""

    FULL = "full"
    PARTIAL = "partial"

    @property
    def label(self) -> str:
        return {"full": "Everything that can be funded", "partial": "What is named"}[self.value]


class FundedKind(StrEnum):
    """What is named by its code where funding is partial, in the order in which a line is matched."""

    PRODUCT = "product"
    TYPE = "type"
    FAMILY = "family"

    @property
    def label(self) -> str:
        return {"product": "Product", "type": "Product type", "family": "Product family"}[self.value]


@dataclass(frozen=True, slots=True)
class Named:
    """A product, a type or a family by its code at the provider."""

    kind: FundedKind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Funding:
    """How far the parent pays for one member."""

    scope: FundingScope
    items: frozenset[Named] = frozenset()
    """What is named; of a full funding nothing."""


class LineKind(StrEnum):
    """What a line of a bill is for."""

    TERMED_SERVICE = "termed_service"
    ONE_TIME_SERVICE = "one_time_service"
    USAGE_SERVICE = "usage_service"
    EXPENSE = "expense"
    PHYSICAL_GOOD = "physical_good"


class TransactionKind(StrEnum):
    """The seven classifications of the ledger (ARCHITECTURE.md, "Ledger")."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    REFUND = "refund"
    INVOICE_CANCELLATION = "invoice_cancellation"
    PAYMENT_CANCELLATION = "payment_cancellation"
    WRITE_OFF = "write_off"


DEBIT_KINDS = frozenset({TransactionKind.INVOICE, TransactionKind.REFUND, TransactionKind.PAYMENT_CANCELLATION})
"""Kinds that raise the balance; all others lower it."""


class TransactionState(StrEnum):
    """Drafts may change or be rejected; a posted row never changes again."""

    DRAFT = "draft"
    POSTED = "posted"
    REJECTED = "rejected"


class DeliveryMethod(StrEnum):
    """How an invoice reaches the customer; frozen on the posted invoice."""

    EMAIL = "email"
    POST = "post"
    EMAIL_AND_POST = "email_and_post"
    DO_NOT_SEND = "do_not_send"


class InvoiceLayout(StrEnum):
    """The layouts the program can draw; a profile or provider chooses one."""

    STANDARD = "standard"
    BUSINESS = "business"


class Tier(StrEnum):
    """Where along the chain a value is set, from the top of the hierarchy to the account."""

    SYSTEM = "system"
    UPPER_PROVIDER = "upper_provider"
    PROVIDER = "provider"
    PROFILE = "profile"
    ACCOUNT = "account"


class AttributeKind(StrEnum):
    """Type of an attribute's value."""

    INTEGER = "integer"
    MONEY = "money"
    RATE = "rate"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    TEXT = "text"
    DATE = "date"


class ScanOutcome(StrEnum):
    """What a scan proposes for one account (ARCHITECTURE.md, "Proposals")."""

    SUSPEND = "suspend"
    RESTORE = "restore"
    EXCLUDED = "excluded"
    NONE = "none"


class CreditStanding(StrEnum):
    """Balance against the effective credit limit; equal is still fine (ARCHITECTURE.md, "Credit limit")."""

    NO_LIMIT = "no_limit"
    WITHIN = "within"
    EXCEEDED = "exceeded"
    NO_RATE = "no_rate"
    """The limit is stated in another currency and no rate is on file, so nothing can be said."""


class CreditEvent(StrEnum):
    """What uses the funds of an account, so that its credit limit is asked before."""

    ACTIVATE_SUBSCRIPTION = "activate_subscription"
    ACTIVATE_SERVICE = "activate_service"
    ADD_SERVICE = "add_service"
    UPGRADE_SERVICE = "upgrade_service"
    REACTIVATE_SUBSCRIPTION = "reactivate_subscription"
    """Of no amount: it looks at the standing alone."""
    PURCHASE_PHYSICAL_GOOD = "purchase_physical_good"
    PURCHASE_ONE_TIME_SERVICE = "purchase_one_time_service"
    ADD_EXPENSE = "add_expense"
    POST_MANUAL_INVOICE = "post_manual_invoice"
    WALLET_TOP_UP_ON_ACCOUNT = "wallet_top_up_on_account"
    BILLING_RUN_INVOICE = "billing_run_invoice"
    """Never refused: what a billing run posts above a limit is marked instead."""

    @property
    def label(self) -> str:
        return _CREDIT_EVENTS[self.value]


_CREDIT_EVENTS = {
    "activate_subscription": "Activate a subscription", "activate_service": "Activate a service",
    "add_service": "Add a service", "upgrade_service": "Upgrade a service",
    "reactivate_subscription": "Reactivate a subscription", "purchase_physical_good": "Sell goods",
    "purchase_one_time_service": "Sell a one-time service", "add_expense": "Add an expense",
    "post_manual_invoice": "Post an invoice by hand", "wallet_top_up_on_account": "Top up a wallet on account",
    "billing_run_invoice": "Invoice of a billing run",
}


class KycState(StrEnum):
    """Whether what a contact said about itself was looked into."""

    NOT_VERIFIED = "not_verified"
    VERIFIED = "verified"

    @property
    def label(self) -> str:
        return {"not_verified": "Not verified", "verified": "Verified"}[self.value]


class TermsMethod(StrEnum):
    """How a due date follows from the day of posting."""

    DAYS_AFTER = "days_after_issue"
    """The code is the one that older databases hold; counted is from the day of posting."""
    DAY_OF_MONTH = "day_of_month"


class TermUnit(StrEnum):
    """What terms are moved by."""

    DAYS = "days"
    MONTHS = "months"


class ProximityDirection(StrEnum):
    """To which side of the usual due date terms may deviate."""

    PLUS = "plus"
    MINUS = "minus"
    BOTH = "both"


class PlanFrequency(StrEnum):
    """How far apart the instalments of a payment plan are."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"

    @property
    def label(self) -> str:
        return {"weekly": "Weekly", "fortnightly": "Fortnightly", "monthly": "Monthly"}[self.value]


class PlanState(StrEnum):
    """Where a payment plan stands."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return {"in_progress": "In Progress", "completed": "Completed", "cancelled": "Cancelled"}[self.value]


class PeriodFrequency(StrEnum):
    """How long an accounting period is."""

    MONTHLY = "monthly"
    YEARLY = "yearly"

    @property
    def label(self) -> str:
        return {"monthly": "Monthly", "yearly": "Yearly"}[self.value]


class PeriodState(StrEnum):
    """Whether an accounting period still takes postings; one that is closed is never opened again."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"open": "Open", "closed": "Closed"}[self.value]


class PromiseState(StrEnum):
    """What became of a promise to pay."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {"open": "Stands", "kept": "Kept", "broken": "Broken", "withdrawn": "Withdrawn"}[self.value]


class EventAction(StrEnum):
    """What an event does when it fires; the first five have a switch each in a mapping."""

    MESSAGE = "message"
    SMS = "sms"
    LETTER = "letter"
    NOTIFICATION = "notification"
    LOG = "log"
    PROVISIONING = "provisioning"
    """A service is restricted or restored outside; it follows the event and has no switch."""

    @property
    def is_switched(self) -> bool:
        return self is not EventAction.PROVISIONING

    @property
    def leaves(self) -> bool:
        """Whether it goes to somebody outside, so that it waits in the outbox."""
        return self not in {EventAction.NOTIFICATION, EventAction.LOG}

    @property
    def has_template(self) -> bool:
        return self is not EventAction.PROVISIONING

    @property
    def label(self) -> str:
        return {"message": "Message", "sms": "SMS", "letter": "On screen", "notification": "Notification",
                "log": "Log", "provisioning": "Provisioning"}[self.value]


class OutboxState(StrEnum):
    """Where a message stands."""

    QUEUED = "queued"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The other side may or may not have it: never repeated by itself."""
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"


class GatewayKind(StrEnum):
    """What a gateway carries."""

    SMTP = "smtp"
    SMS = "sms"
    PROVISIONING = "provisioning"


class CurrencyState(StrEnum):
    """Whether accounts may be kept in a currency."""

    EFFECTIVE = "effective"
    NOT_EFFECTIVE = "not_effective"

    @property
    def label(self) -> str:
        return {"effective": "Effective", "not_effective": "Not effective"}[self.value]


class Rounding(StrEnum):
    """What becomes of a part of the minor unit when an amount is converted into a currency."""

    HALF_UP = "half_up"
    UP = "up"
    DOWN = "down"

    @property
    def label(self) -> str:
        return {"half_up": "Half up", "up": "Up", "down": "Down"}[self.value]


class RateSourceKind(StrEnum):
    """In which form a source says its rates."""

    ECB_XML = "ecb_xml"
    """Reference rates of a central bank as XML: what one euro is worth in other currencies, day by day."""

    @property
    def label(self) -> str:
        return {"ecb_xml": "Reference rates per euro (XML)"}[self.value]
