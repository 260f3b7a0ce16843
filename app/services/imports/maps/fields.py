"""What a row of each kind of import may say: the fields, how each is read, and how long it may be.

Lengths come from the mapped columns, so that the two never drift apart. A field is read into its Python value here;
money stays a `Decimal` until the provider, and with it the currency, is known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from app.models.attributes.catalogue import DEFINITIONS, NOT_INHERITED, AttributeDefinition, AttributeValue
from app.models.credit.control import AccountClassification
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroup
from app.models.parties.contact import Contact, ContactAddress
from app.models.parties.profile import AccountProfile
from app.models.parties.service import Service
from app.models.parties.staff import StaffUser
from app.models.values import AccountType, AddressType, DeliveryMethod, Enterprise, Lifecycle, ServiceState, Tier
from app.models.values import AttributeKind as Kind
from app.services.addresses.new import ADDRESS_FIELDS
from app.services.attributes.values import check_value, parse_value
from app.services.errors import RefusedByRule
from app.services.files.texts import BadText, Formats, shown
from app.services.wording import counted

ImportKind = Literal["accounts", "services", "invoices", "payments"]
ATTRIBUTE = "attribute."
GROUP_SEPARATOR = ";"


class FieldKind(StrEnum):
    """How the text of a field is read."""

    TEXT = "text"
    EMAIL = "email"
    DATE = "date"
    AMOUNT = "amount"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    LIST = "list"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of one kind of row."""

    name: str
    kind: FieldKind = FieldKind.TEXT
    required: bool = False
    length: int = 0
    """Characters that the database has room for; of a list, of each entry."""
    choices: tuple[str, ...] = ()
    definition: AttributeDefinition | None = None


def _length(column: Any) -> int:
    return int(column.type.length)


def _texts(entity: Any, *names: str) -> list[Field]:
    return [Field(name=name, length=_length(getattr(entity, name))) for name in names]


def _choice(name: str, words: Any) -> Field:
    return Field(name=name, kind=FieldKind.CHOICE, choices=tuple(word.value for word in words))


def _dates(*names: str) -> list[Field]:
    return [Field(name=name, kind=FieldKind.DATE) for name in names]


CONTACT_FIELDS = ("attention", "email", "phone", "mobile", "address_line1", "address_line2", "city", "region",
                  "postcode", "country")
_ACCOUNT = Field(name="account", required=True, length=_length(Account.code))

BILLING_ADDRESS = tuple(f"billing_{name}" for name in ADDRESS_FIELDS)
"""An address of its own for the invoices: the fields of an address, each with what it is for before its name."""


def _billing_address() -> list[Field]:
    lines = [Field(name=f"billing_{name}", length=_length(getattr(ContactAddress, name))) for name in ADDRESS_FIELDS
             if name != "address_type"]
    return [_choice("billing_address_type", AddressType), *lines]


_ACCOUNTS = (
    Field(name="code", required=True, length=_length(Account.code)),
    Field(name="start_date", kind=FieldKind.DATE, required=True),
    *_texts(Account, "name", "export_reference"),
    Field(name="currency", length=_length(Account.currency)),
    _choice("type", (AccountType.END_USER, AccountType.AGENT)),
    _choice("enterprise", Enterprise),
    _choice("lifecycle", Lifecycle),
    Field(name="profile", length=_length(AccountProfile.name)),
    Field(name="contact", length=_length(Contact.name)),
    *_texts(Contact, *(name for name in CONTACT_FIELDS if name != "email")),
    Field(name="email", kind=FieldKind.EMAIL, length=_length(Contact.email)),
    Field(name="classification", length=_length(AccountClassification.code)),
    Field(name="account_manager", length=_length(StaffUser.login)),
    *_billing_address(),
    Field(name="groups", kind=FieldKind.LIST, length=_length(AccountGroup.code)),
    *(Field(name=f"{ATTRIBUTE}{d.key}", kind=FieldKind.ATTRIBUTE, definition=d) for d in DEFINITIONS.values()
      if d.allowed_on(Tier.ACCOUNT) and d.key not in NOT_INHERITED),
)
_SERVICES = (
    Field(name="identifier", required=True, length=_length(Service.identifier)),
    _ACCOUNT,
    Field(name="name", required=True, length=_length(Service.name)),
    Field(name="state", kind=FieldKind.CHOICE,
          choices=tuple(s.value for s in ServiceState if s is not ServiceState.RESTRICTED)),
    *_dates("started_on"),
)
_INVOICES = (
    Field(name="number", required=True, length=_length(FinancialTransaction.number)),
    _ACCOUNT,
    Field(name="issued_on", kind=FieldKind.DATE, required=True),
    Field(name="due_on", kind=FieldKind.DATE, required=True),
    Field(name="amount", kind=FieldKind.AMOUNT, required=True),
    Field(name="tax", kind=FieldKind.AMOUNT),
    *_dates("posted_on", "period_from", "period_to"),
    *_texts(FinancialTransaction, "description"),
    _choice("delivery_method", DeliveryMethod),
    Field(name="disputed", kind=FieldKind.BOOLEAN),
    *_dates("disputed_from", "disputed_until"),
)
_PAYMENTS = (
    Field(name="number", required=True, length=_length(FinancialTransaction.number)),
    _ACCOUNT,
    Field(name="received_on", kind=FieldKind.DATE, required=True),
    Field(name="amount", kind=FieldKind.AMOUNT, required=True),
    Field(name="invoice", length=_length(FinancialTransaction.number)),
    *_texts(FinancialTransaction, "method", "description"),
)

_OF_KIND: dict[ImportKind, tuple[Field, ...]] = {
    "accounts": _ACCOUNTS, "services": _SERVICES, "invoices": _INVOICES, "payments": _PAYMENTS,
}
FIELDS: dict[ImportKind, dict[str, Field]] = {
    kind: {field.name: field for field in fields} for kind, fields in _OF_KIND.items()
}
KEY_FIELD: dict[ImportKind, str] = {
    "accounts": "code", "services": "identifier", "invoices": "number", "payments": "number",
}
"""The field that the `key` template of a map fills: what makes a row this row, unique within its provider."""

ALIASES = {"omit_from_auto_restrict": f"{ATTRIBUTE}omit_from_auto_restrict"}


def parse_field(field: Field, text: str, formats: Formats) -> object:
    """The value of a text that is not empty; raises BadText saying what would be right."""
    return _PARSERS[field.kind](field, text, formats)


def _parse_choice(field: Field, text: str, _formats: Formats) -> str:
    word = text.casefold()
    if word not in field.choices:
        raise BadText(f'"{shown(text)}" is none of the words known here. Write one of: {", ".join(field.choices)}.')
    return word


def _parse_list(field: Field, text: str, formats: Formats) -> tuple[str, ...]:
    parts = dict.fromkeys(part.strip() for part in text.split(GROUP_SEPARATOR))
    return tuple(_parse_text(field, part, formats) for part in parts if part)


def _parse_text(field: Field, text: str, _formats: Formats) -> str:
    if len(text) > field.length:
        raise BadText(f"The text has {counted(len(text), 'character')}; there is room for {field.length}.")
    if field.kind is FieldKind.EMAIL:
        name, at, host = text.partition("@")
        if not (name and at and host) or "@" in host or any(c.isspace() for c in text):
            raise BadText(f'"{shown(text)}" is not an e-mail address. Write name@company.example, or nothing.')
    return text


def _parse_attribute(field: Field, text: str, formats: Formats) -> AttributeValue | Decimal:
    """The value of an attribute; money waits as a Decimal for its currency."""
    definition = _definition_of(field)
    match definition.kind:
        case Kind.DATE:
            value: AttributeValue = formats.date.parse(text)
        case Kind.BOOLEAN:
            value = formats.parse_boolean(text)
        case Kind.MONEY:
            return formats.number.parse(text)
        case Kind.RATE:
            figure = formats.number.parse(text.removesuffix("%").strip())
            value = _refused_as_bad(lambda: parse_value(definition, format(figure, "f"), ""))
        case _:
            value = _refused_as_bad(lambda: parse_value(definition, text, ""))
    _refused_as_bad(lambda: check_value(definition, Tier.ACCOUNT, value))
    return value


def _definition_of(field: Field) -> AttributeDefinition:
    if field.definition is None:
        raise LookupError(field.name)
    return field.definition


def _refused_as_bad(read: Any) -> Any:
    try:
        return read()
    except RefusedByRule as error:
        raise BadText(str(error)) from error


_PARSERS: dict[FieldKind, Callable[[Field, str, Formats], object]] = {
    FieldKind.TEXT: _parse_text,
    FieldKind.EMAIL: _parse_text,
    FieldKind.DATE: lambda _field, text, formats: formats.date.parse(text),
    FieldKind.AMOUNT: lambda _field, text, formats: formats.number.parse(text),
    FieldKind.BOOLEAN: lambda _field, text, formats: formats.parse_boolean(text),
    FieldKind.CHOICE: _parse_choice,
    FieldKind.LIST: _parse_list,
    FieldKind.ATTRIBUTE: _parse_attribute,
}


def written(value: object) -> str:
    """A value as messages show it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else shown(str(value))
