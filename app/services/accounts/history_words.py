"""The history of an account in words: what an act is called, what kind it is, and how its values read.

Old and new values are stored as short texts ("end_user", "1500", "email_and_post"); here they become what a person
would say ("Customer", "15.00 AUD", "Email and post").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from app.models.attributes.catalogue import DEFINITIONS, AttributeDefinition, AttributeValue
from app.models.parties.provider import OPTIONAL_FOR
from app.models.rules.service_steps import STATE_WORDS as SERVICE_STATE_WORDS
from app.models.values import AccountStatus, HoldKind, KycState, Lifecycle
from app.models.values import AttributeKind as Kind
from app.services.attributes.values import value_text
from app.services.wording import STATUS_WORDS, listed

NOTHING: Final = "Nothing"


class HistoryKind(StrEnum):
    """What part of an account an act concerns; what the history is filtered by."""

    DETAILS = "details"
    CONTACTS = "contacts"
    ATTRIBUTES = "attributes"
    STATUS = "status"
    PROFILE = "profile"
    GROUPS = "groups"
    REQUESTS = "requests"
    SERVICES = "services"


@dataclass(frozen=True, slots=True)
class Act:
    """What one kind of audit row says."""

    kind: HistoryKind
    words: str


ACTS: Final[Mapping[str, Act]] = {
    "accounts_created": Act(HistoryKind.DETAILS, "Account created"),
    "provider_created": Act(HistoryKind.DETAILS, "Provider created"),
    "details_changed": Act(HistoryKind.DETAILS, "Details changed"),
    "provider_settings_changed": Act(HistoryKind.DETAILS, "Provider settings changed"),
    "account_moved": Act(HistoryKind.DETAILS, "Moved below another parent"),
    "contact_added": Act(HistoryKind.CONTACTS, "Contact added"),
    "contact_changed": Act(HistoryKind.CONTACTS, "Contact changed"),
    "contact_removed": Act(HistoryKind.CONTACTS, "Contact removed"),
    "contact_primary": Act(HistoryKind.CONTACTS, "Primary contact changed"),
    "contact_billing": Act(HistoryKind.CONTACTS, "Billing contact changed"),
    "address_added": Act(HistoryKind.CONTACTS, "Address added"),
    "address_changed": Act(HistoryKind.CONTACTS, "Address changed"),
    "address_removed": Act(HistoryKind.CONTACTS, "Address removed"),
    "billing_address_chosen": Act(HistoryKind.CONTACTS, "Billing address chosen"),
    "hold_placed": Act(HistoryKind.STATUS, "Hold placed"),
    "hold_lifted": Act(HistoryKind.STATUS, "Hold lifted"),
    "restored_by_hand": Act(HistoryKind.STATUS, "Restored by hand"),
    "account_activated": Act(HistoryKind.STATUS, "Account activated"),
    "account_deactivated": Act(HistoryKind.STATUS, "Set inactive"),
    "account_cancelled": Act(HistoryKind.STATUS, "Account cancelled"),
    "suspended": Act(HistoryKind.STATUS, "Suspended by the scan"),
    "restored": Act(HistoryKind.STATUS, "Restored by the scan"),
    "promise_entered": Act(HistoryKind.STATUS, "Promise to pay entered"),
    "promise_withdrawn": Act(HistoryKind.STATUS, "Promise to pay withdrawn"),
    "promise_kept": Act(HistoryKind.STATUS, "Promise to pay kept"),
    "promise_broken": Act(HistoryKind.STATUS, "Promise to pay broken"),
    "plan_created": Act(HistoryKind.STATUS, "Payment plan made"),
    "plan_completed": Act(HistoryKind.STATUS, "Payment plan completed"),
    "plan_cancelled": Act(HistoryKind.STATUS, "Payment plan cancelled"),
    "plan_instalment_moved": Act(HistoryKind.STATUS, "Instalment moved"),
    "profile_moved": Act(HistoryKind.PROFILE, "Profile changed"),
    "group_joined": Act(HistoryKind.GROUPS, "Added to a group"),
    "group_account_joined": Act(HistoryKind.GROUPS, "Joined a group account"),
    "group_account_left": Act(HistoryKind.GROUPS, "Left a group account"),
    "group_account_member_added": Act(HistoryKind.GROUPS, "Member added to its group account"),
    "group_account_member_removed": Act(HistoryKind.GROUPS, "Member removed from its group account"),
    "group_left": Act(HistoryKind.GROUPS, "Removed from a group"),
    "request_opened": Act(HistoryKind.REQUESTS, "Service request opened"),
    "request_changed": Act(HistoryKind.REQUESTS, "Service request changed"),
    "request_closed": Act(HistoryKind.REQUESTS, "Service request closed"),
    "request_reopened": Act(HistoryKind.REQUESTS, "Service request opened again"),
    "service_added": Act(HistoryKind.SERVICES, "Service added"),
    "service_changed": Act(HistoryKind.SERVICES, "Service changed"),
    "service_activated": Act(HistoryKind.SERVICES, "Service activated"),
    "service_suspended": Act(HistoryKind.SERVICES, "Service suspended"),
    "service_stopped": Act(HistoryKind.SERVICES, "Service stopped"),
    "service_moved": Act(HistoryKind.SERVICES, "Service moved"),
}
"""By the action of an audit row. One that is not listed reads as its name and counts as a detail."""

FIELDS: Final[Mapping[str, str]] = {
    "name": "Name", "code": "Code", "enterprise": "Enterprise", "start_date": "Start date", "agent": "Agent",
    "parent": "Parent", "export_reference": "Export reference", "ombudsman_case_open": "Ombudsman case",
    "trading_name": "Trading name", "registration_number": "Registration number", "lifecycle": "Lifecycle",
    "status": "Status", "profile": "Profile", "primary": "Primary contact", "billing": "Billing contact",
    "contact": "Contact", "group": "Group", "attention": "Attention", "email": "E-mail", "phone": "Phone",
    "mobile": "Mobile", "address_line1": "Address", "address_line2": "Address, second line", "city": "Town",
    "region": "Region", "postcode": "Postcode", "country": "Country", "legal_name": "Legal name", "logo": "Logo",
    "time_zone": "Time zone", "language": "Language", "realm": "Realm", "tagline": "Tagline", "address": "Address",
    "return_address": "Return address", "website": "Website", "tax_number_label": "Label of the tax number",
    "tax_number": "Tax number", "tax_name": "Name of the tax", "bank_details": "Bank details",
    "account_manager": "Account manager", "account_naming": "Names of accounts",
    "billing_address_rule": "Billing address", "billing_address_optional_for": "Needless for",
    "classification": "Classification", "kyc_profile": "KYC profile", "kyc_state": "KYC state",
    "billing_address": "Billing address", "address_type": "Type of address",
    "help_text": "Help text", "service_state": "State of the service",
    "service_account": "Account of the service", "identifier": "Identifier",
    "request_subject": "Subject", "request_text": "Text", "request_assignee": "Assignee",
}

_STANDINGS: Final = {"standalone": "standalone accounts", "parent": "parents of group accounts",
                     "member": "members of group accounts"}
OPTIONAL_FOR_WORDS: Final[Mapping[str, str]] = {
    stored: listed([_STANDINGS[word] for word in stored.split(",")]).capitalize() if stored else "Nobody"
    for stored in OPTIONAL_FOR}
"""By what is stored: which accounts need no billing address under the rule by conditions."""

_LIFECYCLE: Final = {Lifecycle.PREACTIVE: "Preactive", Lifecycle.ACTIVE: "Active", Lifecycle.INACTIVE: "Inactive",
                     Lifecycle.TERMINATED: "Cancelled"}
_HOLDS: Final = {
    HoldKind.OVERDUE: "Overdue", HoldKind.MANUAL: "By staff", HoldKind.PARENT_PROVIDER: "By the provider above",
    HoldKind.PARENT_GROUP: "By the group account", HoldKind.BILLING_AND_ORDERING: "Billing and ordering",
    HoldKind.SYSTEM: "By the operator",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "enterprise": {"organisation": "Organisation", "individual": "Individual"},
    "ombudsman_case_open": {"True": "Open", "False": "None"},
    "account_naming": {"manual": "Typed", "account_number": "Account code",
                       "account_number_and_contact_name": "Account code and contact"},
    "billing_address_rule": {"always_mandatory": "Always needed", "never_mandatory": "Never needed",
                             "not_mandatory_on_conditions": "Needed, but for some"},
    "billing_address_optional_for": OPTIONAL_FOR_WORDS,
    "service_state": {state.value: words.capitalize() for state, words in SERVICE_STATE_WORDS.items()},
    "kyc_state": {state.value: state.label for state in KycState},
    "address_type": {"main": "Main", "home": "Home", "business": "Business", "billing": "Billing",
                     "delivery": "Delivery", "other": "Other"},
    "lifecycle": {str(state): words for state, words in _LIFECYCLE.items()},
    "status": {str(status): words for status, words in STATUS_WORDS.items()},
}


def act_of(action: str) -> Act:
    """What an audit row is, by its action."""
    return ACTS.get(action) or Act(HistoryKind.DETAILS, action.replace("_", " ").capitalize())


def field_label(field: str) -> str:
    """A field, or an attribute, as screens name it."""
    definition = DEFINITIONS.get(field)
    return FIELDS.get(field) or (definition.label if definition else field.replace("_", " ").capitalize())


def field_value(field: str, stored: str | None) -> str:
    """A stored old or new value of a field of an account or a contact, in words."""
    if not stored:
        return NOTHING
    return _WORDS.get(field, {}).get(stored, stored)


def attribute_value(key: str, stored: str | None, currency: str) -> str:
    """A stored old or new value of an attribute, in words; not set reads "Not set here"."""
    if stored is None:
        return "Not set here"
    definition = DEFINITIONS.get(key)
    return stored if definition is None else value_text(definition, _typed(definition, stored), currency)


def act_detail(action: str, detail: str) -> str:
    """The sentence of an act; a hold is stored as "kind: reason"."""
    kind, colon, reason = detail.partition(": ")
    if action in ("hold_placed", "hold_lifted") and colon and kind in {k.value for k in HoldKind}:
        return f"{_HOLDS[HoldKind(kind)]}: {reason}"
    return detail


def status_words(stored: str | None) -> str:
    """A stored status in words; none is the beginning of an account."""
    return NOTHING if stored is None else STATUS_WORDS[AccountStatus(stored)]


def _typed(definition: AttributeDefinition, stored: str) -> AttributeValue:
    readers: dict[Kind, Any] = {
        Kind.INTEGER: int, Kind.MONEY: int, Kind.RATE: int, Kind.BOOLEAN: lambda text: text == "True",
        Kind.DATE: date.fromisoformat,
    }
    value: AttributeValue = readers.get(definition.kind, str)(stored)
    return value
