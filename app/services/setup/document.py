"""What a set-up file holds: its parts as values, and the tables and keys in which it says them.

A set-up is the same whether it was read from a file or from a database: parts with a kind, a name and values, each
value in the one form that files write it in. Whole numbers, yes and no stand as such; money is text in the provider's
currency ("2.50"), a percentage text ("19"), a day text ("2025-07-01"), a choice its code. So two set-ups are compared
value by value, and a text that was written and read again is the same set-up.

`TABLES` lists every table with its keys in the order in which they are written. Attributes follow the catalogue: a new
one is in the file as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from app.models.attributes.catalogue import CREDIT_RATINGS, DEFINITIONS, INHERITED, AttributeDefinition
from app.models.base import text_limits
from app.models.credit.control import AccountClassification, OverrideRule
from app.models.currencies.rates import RateSource
from app.models.events.library import EVENT_TYPE_AT, Period
from app.models.events.mapping import EventTemplate
from app.models.ledger.types import TransactionCategory, TransactionType
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.contact import Organisation
from app.models.parties.powers import Power
from app.models.parties.profile import AccountProfile
from app.models.parties.provider import OPTIONAL_FOR, Provider
from app.models.parties.staff import OrgUnit, StaffRole
from app.models.products.kinds import ProductFamily
from app.models.rules.quiet_hours import WEEKDAYS
from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.values import (
    CURRENCIES,
    AccountNaming,
    AccountType,
    AddressRule,
    CreditEvent,
    CurrencyState,
    GatewayKind,
    GroupAccess,
    GroupKind,
    GroupLevel,
    PeriodFrequency,
    Rounding,
    TermsMethod,
    Tier,
    TransactionKind,
)
from app.models.values import AttributeKind as AttributeForm
from app.services.events.templates import FIELDS_OF
from app.services.gateways.kinds import GATEWAY_KEYS, LONGEST_TEXT, GatewayKey
from app.services.gateways.kinds import KIND_WORDS as GATEWAY_WORDS
from app.services.providers.modules import Module

SetUpValue: TypeAlias = str | int | bool | tuple[str, ...] | Mapping[str, str]
"""A value as a set-up file writes it; a list as a tuple."""


class Kind(StrEnum):
    """Kinds of parts; the value is what files and JSON documents call them."""

    PROVIDER = "provider"
    OWN_ATTRIBUTES = "own_attributes"
    LETTERHEAD = "letterhead"
    MODULES = "modules"
    SCHEDULE = "schedule"
    BRAKE = "brake"
    PERIODS = "accounting_periods"
    RATES = "rates"
    SMTP = "gateway.smtp"
    SMS = "gateway.sms"
    PROVISIONING = "gateway.provisioning"
    CURRENCY = "currency"
    CREDIT_RATING = "credit_rating"
    CLASSIFICATION = "classification"
    KYC_PROFILE = "kyc_profile"
    OVERRIDE_RULE = "override_rule"
    TRANSACTION_TYPE = "transaction_type"
    PRODUCT_FAMILY = "product_family"
    PRODUCT_TYPE = "product_type"
    PROFILE = "profile"
    GROUP = "group"
    RULE_SET = "rule_set"
    EVENT = "event"
    ROLE = "role"
    ORG_UNIT = "org_unit"


OF_PROVIDER = (Kind.PROVIDER, Kind.OWN_ATTRIBUTES, Kind.LETTERHEAD, Kind.MODULES, Kind.SCHEDULE, Kind.BRAKE,
               Kind.PERIODS, Kind.RATES, Kind.SMTP, Kind.SMS, Kind.PROVISIONING)
"""Parts that a provider has once, under its own code."""


class Form(StrEnum):
    """How the value of a key is written."""

    TEXT = "text"
    LINES = "lines"
    INTEGER = "integer"
    AMOUNT = "amount"
    PERCENT = "percent"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DAY = "day"
    TIME = "time"
    TIMES = "times"
    """Times of day: "08:00"."""
    TEXTS = "texts"
    LEVELS = "levels"
    PICTURE = "picture"
    """Bytes in base64, in as many lines as they need."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a table."""

    name: str
    form: Form
    help: str
    """What it means, in one sentence without the full stop."""
    longest: int | None = None
    """Most characters of a text, or of each text of a list."""
    least: int | None = None
    most: int | None = None
    """Range of a number as it is stored: amounts in minor units, percentages in hundredths."""
    unit: str = ""
    choices: tuple[str, ...] = ()
    """Codes a value, or each of a list, must be one of."""
    required: bool = False
    """Whether a new thing cannot be made without it."""
    filled: bool = False
    """Whether it says something wherever it is written: an empty text is refused, though the key may be left out."""
    fixed: bool = False
    """Whether it stays as it was made."""
    usual: SetUpValue | None = None
    """What holds while it is not set; None where nothing does."""
    without: str = ""
    """What *not set* means, in words."""
    definition: AttributeDefinition | None = None
    """The attribute it sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOfKeys:
    """One table of a set-up file."""

    path: str
    """As in its header: "provider.attributes"."""
    kind: Kind
    keys: tuple[Key, ...]
    help: str
    repeated: bool = False
    """Whether it stands in two brackets, once for each thing of its kind."""
    optional: bool = False
    """Whether a thing may be there without it: a table of overrides."""
    prefix: str = ""
    """What stands before its keys among the values of a thing, where several of its tables have the same keys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that is set up: the provider itself, a profile, a group and so on."""

    kind: Kind
    name: str
    """What it is told apart by: the code of the provider, a group or an org unit, the name of a profile or role, the
    day a rule set begins on."""
    values: Mapping[str, SetUpValue]
    """By key; what is not set is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """What one provider is set up with, as a file says it or a database has it."""

    code: str
    currency: str
    parts: tuple[Part, ...]

    def part(self, kind: Kind, name: str) -> Part | None:
        """The part of a kind with a name; None where there is none."""
        return next((part for part in self.parts if part.kind is kind and part.name == name), None)

    def all_of(self, kind: Kind) -> tuple[Part, ...]:
        """The parts of a kind, in their order."""
        return tuple(part for part in self.parts if part.kind is kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a file."""

    table: str = ""
    """Its header without brackets; empty for the top of the file."""
    entry: str = ""
    """Which of several, by its name or its number."""
    key: str = ""
    line: int | None = None

    def __str__(self) -> str:
        header = f"[{self.table}]" if self.table else ""
        said = " ".join(part for part in (header, self.entry) if part)
        parts = [f"line {self.line}" if self.line else "", said, self.key]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a file cannot be applied: the place, and what would be right."""

    place: Place = field(default_factory=Place)
    message: str

    def __str__(self) -> str:
        place = str(self.place)
        return f"{place}: {self.message}" if place else self.message


# --------------------------------------------------------------------------- attributes as keys


_FORMS = {
    AttributeForm.INTEGER: Form.INTEGER, AttributeForm.MONEY: Form.AMOUNT, AttributeForm.RATE: Form.PERCENT,
    AttributeForm.BOOLEAN: Form.YES_NO, AttributeForm.CHOICE: Form.CHOICE, AttributeForm.TEXT: Form.TEXT,
    AttributeForm.DATE: Form.DAY,
}
MODULE_PREFIX = "module_"
LAYOUT = "invoice_layout"
"""The attribute that a profile says as its `layout`."""


def key_of_attribute(d: AttributeDefinition, *, name: str = "") -> Key:
    """The key that sets an attribute, under its own name or another."""
    is_text = d.kind is AttributeForm.TEXT
    return Key(
        name=name or d.key, form=_FORMS[d.kind], help=f"{d.label}: {d.help}".rstrip("."), unit=d.unit,
        longest=(d.maximum or 200) if is_text else None, least=None if is_text else d.minimum,
        most=None if is_text else d.maximum, choices=tuple(code for code, _ in d.choices), usual=_usual(d),
        without=d.none_text, definition=d)


def _usual(d: AttributeDefinition) -> SetUpValue | None:
    """The system default as a file says it. Of money only 0 is built in, which is 0 in every currency."""
    if d.default is None or isinstance(d.default, bool | str):
        return d.default
    assert isinstance(d.default, int)  # noqa: S101  no default of the catalogue is a day
    if d.kind is AttributeForm.RATE:
        return percent_text(d.default)
    return "0" if d.kind is AttributeForm.MONEY else d.default


def percent_text(hundredths: int) -> str:
    """A percentage as files write it, without idle zeros: 1900 is "19", 250 is "2.5"."""
    whole, rest = divmod(abs(hundredths), 100)
    places = f"{rest:02}".rstrip("0")
    return f"{'-' if hundredths < 0 else ''}{whole}{'.' if places else ''}{places}"


TERMS_KEYS: dict[str, str] = {
    "days": "trading_due_days", "day_of_month": "trading_terms_day", "after_months": "trading_terms_months",
    "proximity": "trading_terms_proximity", "proximity_unit": "trading_terms_proximity_unit",
    "proximity_direction": "trading_terms_proximity_direction",
}
"""Attributes of a provider that [credit_terms] says, by its keys; `days` may stand with the other attributes too."""
TERMS_METHOD = "trading_terms_method"


def _key_of_terms(name: str) -> Key:
    key = key_of_attribute(DEFINITIONS[TERMS_KEYS[name]], name=name)
    if name != "days":
        return key
    return replace(key, help="What trading_due_days above is; one of the two is enough, and an export writes that one")


def holds_anyway(values: Mapping[str, SetUpValue], key: str) -> bool:
    """Whether a provider that says nothing of a key is as these values have it: whoever sets days counts in days."""
    return (key == TERMS_METHOD and values.get(key) == TermsMethod.DAYS_AFTER.value
            and TERMS_KEYS["days"] in values)


# --------------------------------------------------------------------------- tables


_ACCOUNT = text_limits(Account, "code", "name", "export_reference")
_OWN = text_limits(Organisation, "trading_name", "registration_number")
_PROVIDER = text_limits(Provider, "realm", "language", "time_zone", "legal_name", "tagline", "return_address", "email",
                        "phone", "website", "tax_number_label", "tax_number", "tax_name")
_PROFILE = text_limits(AccountProfile, "name", "description", "export_reference")
_GROUP = text_limits(AccountGroup, "code", "name", "description")
_UNIT = text_limits(OrgUnit, "code", "name", "description")
_ROLE = text_limits(StaffRole, "name", "description")
_SOURCE = text_limits(RateSource, "url")
_RULES = text_limits(SuspensionRuleSet, "holidays", "name")
_LABEL = text_limits(AccountClassification, "code", "name")
_OVERRIDE = text_limits(OverrideRule, "name")
_SORTING = text_limits(ProductFamily, "code", "name")
_TYPE = text_limits(TransactionType, "code", "name")
_CATEGORY = text_limits(TransactionCategory, "name")

PROVIDER_TYPES_IN_FILES = (AccountType.RETAIL, AccountType.WHOLESALE, AccountType.NON_BILLING, AccountType.OPERATOR)

_PROVIDER_TABLE = TableOfKeys(path="provider", kind=Kind.PROVIDER, help="The provider itself", keys=(
    Key(name="code", form=Form.TEXT, help="Its code, which the whole database knows it by", longest=_ACCOUNT["code"],
        required=True),
    Key(name="name", form=Form.TEXT, help="Its name", longest=_ACCOUNT["name"], filled=True),
    Key(name="type", form=Form.CHOICE, help="What kind of provider it is; fixed once it is there", fixed=True,
        choices=tuple(kind.value for kind in PROVIDER_TYPES_IN_FILES), usual=AccountType.RETAIL.value),
    Key(name="parent", form=Form.TEXT, help="Code of the provider above; moved by moving the account", fixed=True,
        longest=_ACCOUNT["code"], usual="operator", filled=True),
    Key(name="realm", form=Form.TEXT, help="What the log-ins of its staff end with: @domain; fixed once it is there",
        fixed=True, longest=_PROVIDER["realm"], required=True),
    Key(name="currency", form=Form.CHOICE, help="ISO 4217 code of its books; fixed once it is there", fixed=True,
        choices=tuple(sorted(CURRENCIES)), required=True),
    Key(name="time_zone", form=Form.TEXT, help="IANA name; it says which day is today", usual="UTC",
        longest=_PROVIDER["time_zone"]),
    Key(name="language", form=Form.TEXT, help="Language of its invoices", usual="en", longest=_PROVIDER["language"],
        filled=True),
    Key(name="account_naming", form=Form.CHOICE, help="How its accounts come by a name that nobody types",
        choices=tuple(naming.value for naming in AccountNaming), usual=AccountNaming.MANUAL.value),
    Key(name="billing_address_rule", form=Form.CHOICE, help="Whether its customers need a billing address",
        choices=tuple(rule.value for rule in AddressRule), usual=AddressRule.NEVER.value),
    Key(name="billing_address_optional_for", form=Form.CHOICE,
        help="With the rule by conditions: who needs none, by what an account is to group accounts",
        choices=OPTIONAL_FOR[1:], without="nobody"),
    Key(name="start_date", form=Form.DAY, help="First day of its account", without="today"),
    Key(name="export_reference", form=Form.TEXT, help="What other programs call its account",
        longest=_ACCOUNT["export_reference"]),
    Key(name="trading_name", form=Form.TEXT, help="Trading name of its organisation", longest=_OWN["trading_name"]),
    Key(name="registration_number", form=Form.TEXT, help="Registration number of its organisation",
        longest=_OWN["registration_number"]),
))
_ATTRIBUTES = TableOfKeys(
    path="provider.attributes", kind=Kind.PROVIDER, optional=True,
    help="What it passes on to everybody below who sets nothing nearer. What is not set is as the provider above has "
         "it, at last as the system default, which stands in its line",
    keys=tuple(key_of_attribute(d) for d in INHERITED if d.allowed_on(Tier.PROVIDER) and not d.operator_only
               and (d.key == TERMS_KEYS["days"] or d.key not in TERMS_KEYS.values())))
_CREDIT_TERMS = TableOfKeys(
    path="credit_terms", kind=Kind.PROVIDER, optional=True,
    help="When its invoices are due: so many days after posting, or on a day of a month so many months after it. With "
         "a proximity, own terms of accounts and typed due dates lie within it",
    keys=tuple(map(_key_of_terms, TERMS_KEYS)))
_OWN_ATTRIBUTES = TableOfKeys(
    path="provider.own_attributes", kind=Kind.OWN_ATTRIBUTES, optional=True,
    help="What its own account has as a customer of the provider above. Keys are explained where they stand first",
    keys=tuple(key_of_attribute(d) for d in INHERITED if d.allowed_on(Tier.ACCOUNT)))
_LETTERHEAD = TableOfKeys(path="letterhead", kind=Kind.LETTERHEAD, help="What its invoices show of it", optional=True,
                          keys=(
    Key(name="legal_name", form=Form.TEXT, help="Name in law", longest=_PROVIDER["legal_name"]),
    Key(name="tagline", form=Form.TEXT, help="Line below the name", longest=_PROVIDER["tagline"]),
    Key(name="address", form=Form.LINES, help="Postal address, a line of the envelope a line"),
    Key(name="return_address", form=Form.TEXT, help="Where undelivered post goes",
        longest=_PROVIDER["return_address"]),
    Key(name="email", form=Form.TEXT, help="E-mail address", longest=_PROVIDER["email"]),
    Key(name="phone", form=Form.TEXT, help="Telephone", longest=_PROVIDER["phone"]),
    Key(name="website", form=Form.TEXT, help="Website", longest=_PROVIDER["website"]),
    Key(name="tax_number_label", form=Form.TEXT, help="What its tax number is called",
        longest=_PROVIDER["tax_number_label"]),
    Key(name="tax_number", form=Form.TEXT, help="Tax number", longest=_PROVIDER["tax_number"]),
    Key(name="tax_name", form=Form.TEXT, help="What the tax is called; not set: the word of the language",
        longest=_PROVIDER["tax_name"]),
    Key(name="bank_details", form=Form.LINES, help='One "label: value" a line, as printed on the payment slip'),
    Key(name="help_text", form=Form.LINES, help="Whom to ask about the invoice"),
    Key(name="logo", form=Form.PICTURE, help="A PNG or JPEG picture in base64"),
))
_MODULES = TableOfKeys(
    path="modules", kind=Kind.MODULES, optional=True,
    help="Parts of the program it has or has not; the operator alone switches them. What is not set is as the provider "
         "above has it",
    keys=tuple(key_of_attribute(module.definition, name=module.value.removeprefix(MODULE_PREFIX)) for module in Module))
_SCHEDULE = TableOfKeys(
    path="schedule", kind=Kind.SCHEDULE, optional=True,
    help="When its scheduled work is due and when messages may leave, in its time zone", keys=(
        Key(name="reminders_at", form=Form.TIME, help="When reminders are due each day", usual="08:00"),
        Key(name="suspend_at", form=Form.TIMES, help="When suspensions are due each day",
            without="when a window opens, without windows at 09:00"),
        Key(name="restore_every_minutes", form=Form.INTEGER, help="How often restorations are due", least=1,
            most=10_080, unit="minutes", usual=60),
        Key(name="quiet_from", form=Form.TIME, help="From when on no message leaves", without="no quiet hours"),
        Key(name="quiet_to", form=Form.TIME, help="Until when no message leaves", without="no quiet hours"),
        Key(name="working_days", form=Form.TEXTS, help="Days of the week on which messages leave", choices=WEEKDAYS,
            without="all"),
        Key(name="undo_delay_seconds", form=Form.INTEGER, help="For how long sending a message can be undone", least=0,
            most=86_400, unit="seconds", usual=0),
        Key(name="promise_days", form=Form.INTEGER, help="How far ahead a promise to pay may lie", least=0, most=365,
            unit="days", usual=14)))
_BRAKE = TableOfKeys(
    path="brake", kind=Kind.BRAKE, optional=True,
    help="The safety brake: a scan that would change more than this stops as a proposal. 0 switches a limit off", keys=(
        Key(name="share_percent", form=Form.INTEGER, help="More than this share of the end users judged", least=0,
            most=100, unit="percent", usual=5),
        Key(name="accounts", form=Form.INTEGER, help="And more than so many accounts", least=0, most=1_000_000_000,
            usual=20),
        Key(name="pause_days", form=Form.INTEGER, help="After a pause of more than so many days", least=0, most=3_650,
            unit="days", usual=3)))
_PERIODS = TableOfKeys(
    path="accounting_periods", kind=Kind.PERIODS, optional=True,
    help="How its accounting periods run; set up once, and fixed then", keys=(
        Key(name="frequency", form=Form.CHOICE, help="How long a period is", choices=tuple(PeriodFrequency),
            required=True, fixed=True),
        Key(name="from", form=Form.DAY, help="First day of the first period, today or earlier; nothing is posted "
            "before it any more", required=True, fixed=True)))
_RATES = TableOfKeys(
    path="rates", kind=Kind.RATES, optional=True, help="Where the rates of its currencies are fetched from", keys=(
        Key(name="url", form=Form.TEXT, help="Address of reference rates as XML: what one euro is worth",
            longest=_SOURCE["url"], filled=True),))
_CURRENCY = TableOfKeys(
    path="currency", kind=Kind.CURRENCY, repeated=True,
    help="A currency beside that of its books; accounts may be kept in it with multi_currency on and a rate", keys=(
        Key(name="code", form=Form.CHOICE, help="ISO 4217 code", choices=tuple(sorted(CURRENCIES)), required=True),
        Key(name="state", form=Form.CHOICE, help="Whether new accounts may be kept in it",
            choices=tuple(CurrencyState), usual=CurrencyState.NOT_EFFECTIVE.value),
        Key(name="rounding", form=Form.CHOICE, help="Of amounts that are converted into it",
            choices=tuple(Rounding), usual=Rounding.HALF_UP.value)))


def _key_of_gateway(key: GatewayKey) -> Key:
    forms = {bool: Form.YES_NO, int: Form.INTEGER, tuple: Form.TEXTS, str: Form.CHOICE if key.choices else Form.TEXT}
    is_usual = key.usual not in ("", 0, ())
    return Key(name=key.name, form=forms[type(key.usual)], help=key.help, longest=LONGEST_TEXT, choices=key.choices,
               least=key.least or None, most=key.most or None, required=key.required,
               usual=key.usual if is_usual else None)


_GATEWAYS = tuple(
    TableOfKeys(path=f"gateway.{kind.value}", kind=Kind(f"gateway.{kind.value}"), optional=True,
                help=f"Its {GATEWAY_WORDS[kind]}; passwords are kept elsewhere",
                keys=tuple(map(_key_of_gateway, GATEWAY_KEYS[kind])))
    for kind in GatewayKind)
_RATING = TableOfKeys(
    path="rating", kind=Kind.CREDIT_RATING, repeated=True, help="What a credit rating is worth here", keys=(
        Key(name="code", form=Form.CHOICE, help="Which rating", choices=CREDIT_RATINGS, required=True),
        Key(name="limit", form=Form.AMOUNT, help="Credit limit that it stands for", least=0, without="no limit"),
        Key(name="label", form=Form.TEXT, help="Its name on screen", longest=80)))
_OFF = Key(name="off", form=Form.YES_NO, help="Whether it is switched off")
_CLASSIFICATION_TABLE = TableOfKeys(
    path="classification", kind=Kind.CLASSIFICATION, repeated=True, help="A label of accounts", keys=(
        Key(name="code", form=Form.TEXT, help="Its code", longest=_LABEL["code"], required=True),
        Key(name="name", form=Form.TEXT, help="Its name", longest=_LABEL["name"], filled=True, without="its code"),
        replace(_OFF, help="Whether it is switched off: accounts that have it keep it, and no other gets it"),
        Key(name="units", form=Form.TEXTS, help="Codes of the org units whose staff may give it",
            without="everybody may")))
_KYC_TABLE = TableOfKeys(
    path="kyc_profile", kind=Kind.KYC_PROFILE, repeated=True, help="How much is known of a contact", keys=(
        Key(name="code", form=Form.TEXT, help="Its code", longest=_LABEL["code"], required=True),
        Key(name="name", form=Form.TEXT, help="Its name", longest=_LABEL["name"], filled=True, without="its code")))
_TYPE_TABLE = TableOfKeys(
    path="transaction_type", kind=Kind.TRANSACTION_TYPE, repeated=True,
    help="A type of documents beside the plain one of its kind", keys=(
        Key(name="code", form=Form.TEXT, help="Its code", longest=_TYPE["code"], required=True),
        Key(name="kind", form=Form.CHOICE, help="Of which kind of documents it is; fixed once it is there", fixed=True,
            choices=tuple(kind.value for kind in TransactionKind), required=True),
        Key(name="name", form=Form.TEXT, help="Its name", longest=_TYPE["name"], filled=True, without="its code"),
        Key(name="default", form=Form.YES_NO, help="Whether documents of its kind have it unless another is named"),
        Key(name="categories", form=Form.TEXTS, help="What its documents may be sorted by",
            longest=_CATEGORY["name"])))
_OVERRIDE_TABLE = TableOfKeys(
    path="override_rule", kind=Kind.OVERRIDE_RULE, repeated=True,
    help="What goes through above a credit limit. Of each kind of condition the account must have one value", keys=(
        Key(name="name", form=Form.TEXT, help="Its name", longest=_OVERRIDE["name"], required=True),
        Key(name="events", form=Form.TEXTS, help="What it lets through", choices=tuple(CreditEvent), required=True),
        Key(name="classifications", form=Form.TEXTS, help="Codes of classifications", without="whatever it is"),
        Key(name="ratings", form=Form.TEXTS, help="Credit ratings", choices=CREDIT_RATINGS, without="whatever it is"),
        Key(name="kyc_profiles", form=Form.TEXTS, help="Codes of KYC profiles of the primary contact",
            without="whatever it is"),
        Key(name="verified_only", form=Form.YES_NO, help="Whether the KYC profile must be verified as well"), _OFF))
_SORTINGS = tuple(
    TableOfKeys(path=kind.value, kind=kind, repeated=True, help=f"A {words} that its products are sorted by", keys=(
        Key(name="code", form=Form.TEXT, help="Its code", longest=_SORTING["code"], required=True),
        Key(name="name", form=Form.TEXT, help="Its name", longest=_SORTING["name"], filled=True, without="its code")))
    for kind, words in ((Kind.PRODUCT_FAMILY, "family"), (Kind.PRODUCT_TYPE, "type")))
_PROFILE_TABLE = TableOfKeys(
    path="profile", kind=Kind.PROFILE, repeated=True, help="A way of treating customers; every account has one", keys=(
        Key(name="name", form=Form.TEXT, help="Its name", longest=_PROFILE["name"], required=True),
        Key(name="default", form=Form.YES_NO, help="Whether new accounts get it; exactly one profile says so"),
        key_of_attribute(next(d for d in INHERITED if d.key == LAYOUT), name="layout"),
        Key(name="description", form=Form.TEXT, help="What it is for", longest=_PROFILE["description"]),
        Key(name="export_reference", form=Form.TEXT, help="What other programs call it",
            longest=_PROFILE["export_reference"])))
_OVERRIDES = TableOfKeys(
    path="profile.attributes", kind=Kind.PROFILE, optional=True, help="What its members have that set nothing nearer",
    keys=tuple(key_of_attribute(d) for d in INHERITED if d.allowed_on(Tier.PROFILE) and d.key != LAYOUT))
_GROUP_TABLE = TableOfKeys(
    path="group", kind=Kind.GROUP, repeated=True, help="A set of accounts, without its members", keys=(
        Key(name="code", form=Form.TEXT, help="Its code", longest=_GROUP["code"], required=True),
        Key(name="name", form=Form.TEXT, help="Its name", longest=_GROUP["name"], filled=True),
        Key(name="kind", form=Form.CHOICE, help="A security group limits staff, a distribution group serves lists",
            choices=tuple(GroupKind), usual=GroupKind.DISTRIBUTION.value),
        Key(name="access", form=Form.CHOICE, help="What a security group does to the staff it is tied to",
            choices=tuple(GroupAccess), usual=GroupAccess.SEE_ALL.value),
        Key(name="description", form=Form.TEXT, help="What it is for", longest=_GROUP["description"])))
_RULE_SET = TableOfKeys(
    path="rule_set", kind=Kind.RULE_SET, repeated=True, help="Rules of automatic suspension from a day on", keys=(
        Key(name="from", form=Form.DAY, help="The day they hold from", required=True),
        Key(name="name", form=Form.TEXT, help="Their name", longest=_RULES["name"]),
        Key(name="min_overdue", form=Form.AMOUNT, help="Suspend from this overdue payable amount on", required=True,
            least=1),
        Key(name="min_days", form=Form.INTEGER, help="Suspend when more days late than this", required=True, least=0,
            most=36_500, unit="days"),
        Key(name="restore_at", form=Form.AMOUNT, help="Restore at this amount or less", required=True),
        Key(name="resuspend_days", form=Form.INTEGER, help="Leave alone for so long after a restoration by hand",
            least=0, most=36_500, unit="days", usual=0),
        Key(name="windows", form=Form.TEXTS, help='When suspensions may be applied, such as "Mon-Thu 09:00-16:00"',
            without="at any time"),
        Key(name="holidays", form=Form.TEXT, help='On whose public holidays nobody is suspended, such as "AU-NSW"',
            longest=_RULES["holidays"], without="none"),
        Key(name="excluded_groups", form=Form.TEXTS, help="Codes of distribution groups that are left alone",
            without="none")))
_TEMPLATE = text_limits(EventTemplate, "sender", "recipients", "cc", "bcc", "subject")
_EVENT_TABLE = TableOfKeys(
    path="event", kind=Kind.EVENT, repeated=True, help="What the accounts of a profile are told, and how", keys=(
        Key(name="profile", form=Form.TEXT, help="Name of the profile", longest=_PROFILE["name"], required=True,
            fixed=True),
        Key(name="event", form=Form.CHOICE, help="Which event", choices=tuple(EVENT_TYPE_AT), required=True,
            fixed=True),
        Key(name="period", form=Form.INTEGER, help="Its threshold: days before or after the due date", least=0,
            most=3_650, unit="days", usual=0, fixed=True),
        Key(name="extended_logging", form=Form.YES_NO, help="Whether each firing writes a note to the account")))
_FIELDS: dict[str, Key] = {
    "sender": Key(name="sender", form=Form.TEXT, help="Address it comes from", longest=_TEMPLATE["sender"],
                  without="that of the letterhead, else no-reply at the realm"),
    "recipients": Key(name="recipients", form=Form.TEXT, help="default, primary, secondary, billing, or addresses",
                      longest=_TEMPLATE["recipients"], without="the billing contact, else the primary one"),
    "cc": Key(name="cc", form=Form.TEXT, help="Addresses that get a copy", longest=_TEMPLATE["cc"]),
    "bcc": Key(name="bcc", form=Form.TEXT, help="Addresses that get a copy unseen", longest=_TEMPLATE["bcc"]),
    "subject": Key(name="subject", form=Form.TEXT, help="Its subject", longest=_TEMPLATE["subject"]),
    "html": Key(name="html", form=Form.LINES, help="What it says, as HTML", longest=100_000),
    "text": Key(name="text", form=Form.LINES, help="What it says, as plain text", longest=100_000),
    "attachment": Key(name="attachment", form=Form.CHOICE, help="Whether the invoice goes with it",
                      choices=("none", "invoice"), usual="none"),
    "merge": Key(name="merge", form=Form.YES_NO, help="Whether several at one time are one message"),
}
ACTION_TABLES: dict[str, TableOfKeys] = {
    action.value: TableOfKeys(
        path=f"event.{action.value}", kind=Kind.EVENT, optional=True, prefix=f"{action.value}.",
        help=f"What it does by the action {action.label}",
        keys=(Key(name="enabled", form=Form.YES_NO, help="Whether it is on"),
              *(_FIELDS[name] for name in FIELDS_OF[action])))
    for action in FIELDS_OF}
"""The tables of an event's actions, by action."""
_ROLE_TABLE = TableOfKeys(
    path="role", kind=Kind.ROLE, repeated=True, help="A named set of powers", keys=(
        Key(name="name", form=Form.TEXT, help="Its name", longest=_ROLE["name"], required=True),
        Key(name="description", form=Form.TEXT, help="What it is for", longest=_ROLE["description"]),
        Key(name="powers", form=Form.TEXTS, help="What it allows; a power brings those it is part of",
            choices=tuple(Power))))
_UNIT_TABLE = TableOfKeys(
    path="org_unit", kind=Kind.ORG_UNIT, repeated=True, help="Staff with the same task, without the people", keys=(
        Key(name="code", form=Form.TEXT, help="Its code", longest=_UNIT["code"], required=True),
        Key(name="name", form=Form.TEXT, help="Its name", longest=_UNIT["name"], filled=True),
        Key(name="description", form=Form.TEXT, help="What it is for", longest=_UNIT["description"]),
        Key(name="roles", form=Form.TEXTS, help="Names of its roles", longest=_ROLE["name"]),
        Key(name="groups", form=Form.LEVELS, help="Security groups that limit it, for looking or for changing",
            choices=tuple(GroupLevel))))

TABLES: tuple[TableOfKeys, ...] = (
    _PROVIDER_TABLE, _ATTRIBUTES, _OWN_ATTRIBUTES, _CREDIT_TERMS, _LETTERHEAD, _MODULES, _SCHEDULE, _BRAKE, _PERIODS,
    _RATES, _CURRENCY,
    *_GATEWAYS, _RATING, _CLASSIFICATION_TABLE, _KYC_TABLE, _OVERRIDE_TABLE,
    _TYPE_TABLE, *_SORTINGS, _PROFILE_TABLE, _OVERRIDES, _GROUP_TABLE, _RULE_SET, _EVENT_TABLE, *ACTION_TABLES.values(),
    _ROLE_TABLE,
    _UNIT_TABLE,
)
"""Every table, in the order in which a file is written."""

TABLE_AT: dict[str, TableOfKeys] = {table.path: table for table in TABLES}

NAMED_BY: dict[Kind, str] = {
    Kind.CURRENCY: "code",
    Kind.CREDIT_RATING: "code", Kind.CLASSIFICATION: "code", Kind.KYC_PROFILE: "code", Kind.OVERRIDE_RULE: "name",
    Kind.PROFILE: "name", Kind.GROUP: "code", Kind.RULE_SET: "from", Kind.ROLE: "name",
    Kind.ORG_UNIT: "code", Kind.PRODUCT_FAMILY: "code", Kind.PRODUCT_TYPE: "code", Kind.TRANSACTION_TYPE: "code",
}
"""The key that tells repeated parts apart; events are told apart by three (`name_of_event`)."""


def keys_of(kind: Kind) -> dict[str, Key]:
    """The keys of a kind of part by name, those of its overrides among them."""
    return {table.prefix + key.name: key for table in TABLES if table.kind is kind for key in table.keys}


def name_of_event(values: Mapping[str, SetUpValue]) -> str:
    """What an event of a profile is told apart by: "Business / invoice_overdue / 7"."""
    profile, event, period = values["profile"], str(values["event"]), values.get("period", 0)
    return f"{profile} / {event} / {period}" if has_period(event) else f"{profile} / {event}"


def has_period(event: str) -> bool:
    """Whether mappings of an event are told apart by a period."""
    return EVENT_TYPE_AT[event].period is not Period.NONE
