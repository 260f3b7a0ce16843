"""What the customer list can be asked for: one table that documents fields, completes them and reads their values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.models.values import AccountStatus, AccountType, DeliveryMethod, Enterprise
from app.services.wording import STATUS_WORDS


class Kind(StrEnum):
    """How the value of a field is read."""

    TEXT = "text"
    """Found inside, or at the beginning where the help says so; case does not matter."""
    CHOICE = "choice"
    MONEY = "money"
    """An amount in the provider's currency, or a range of them."""
    DAYS = "days"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice: what is stored, and the words it goes by; the first is shown."""

    value: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the language."""

    name: str
    kind: Kind
    help: str
    example: str
    """A value that reads well after the colon."""
    choices: tuple[Choice, ...] = ()
    none_means: str = ""
    """What `none` asks for; empty where nothing can be missing."""


def _choices(**words: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, tuple(text.split("|"))) for value, text in words.items())


_STATUS: Final = tuple(Choice(status.value, (STATUS_WORDS[status], status.value.replace("_", " ")))
                       for status in AccountStatus)
_TYPE: Final = _choices(**{
    AccountType.END_USER.value: "customer|end user", AccountType.AGENT.value: "agent",
    AccountType.WHOLESALE.value: "wholesale provider", AccountType.RETAIL.value: "retail provider",
    AccountType.NON_BILLING.value: "non-billing provider",
})
_ENTERPRISE: Final = _choices(**{
    Enterprise.ORGANISATION.value: "organisation|organization|company",
    Enterprise.INDIVIDUAL.value: "individual|person",
})
_DELIVERY: Final = _choices(**{
    DeliveryMethod.EMAIL.value: "email", DeliveryMethod.POST.value: "post|paper",
    DeliveryMethod.EMAIL_AND_POST.value: "email and post|both", DeliveryMethod.DO_NOT_SEND.value: "do not send|off",
})

FIELDS: Final = (
    Field(name="code", kind=Kind.TEXT, help="Account code begins with", example="A-0001"),
    Field(name="name", kind=Kind.TEXT, help="Name holds", example="harbour"),
    Field(name="status", kind=Kind.CHOICE, help="Status shown in the list", example="suspended", choices=_STATUS),
    Field(name="type", kind=Kind.CHOICE, help="Customer, agent or kind of provider", example="agent", choices=_TYPE),
    Field(name="enterprise", kind=Kind.CHOICE, help="Organisation or individual", example="individual",
          choices=_ENTERPRISE),
    Field(name="profile", kind=Kind.TEXT, help="Account profile holds", example="business"),
    Field(name="group", kind=Kind.TEXT, help="Code or name of an account group holds", example="vip",
          none_means="in no account group"),
    Field(name="agent", kind=Kind.TEXT, help="Code or name of the recorded agent holds", example="zebra",
          none_means="without an agent"),
    Field(name="service", kind=Kind.TEXT, help="Identifier or name of a service holds", example="0400",
          none_means="without services"),
    Field(name="invoice", kind=Kind.TEXT, help="Number of an invoice begins with", example="HT-10",
          none_means="never invoiced"),
    Field(name="balance", kind=Kind.MONEY, help="All that is posted and not settled", example=">0"),
    Field(name="overdue", kind=Kind.MONEY, help="Unsettled part of invoices past due", example=">500"),
    Field(name="payable", kind=Kind.MONEY, help="Overdue less disputes and credit not allocated", example="100..500"),
    Field(name="oldest", kind=Kind.DAYS, help="Days past due of the oldest payable invoice", example=">30"),
    Field(name="due", kind=Kind.DATE, help="Due date of an unsettled invoice", example="<-30",
          none_means="nothing unsettled"),
    Field(name="credit", kind=Kind.MONEY, help="Credit left, negative once exceeded", example="<0",
          none_means="without a credit limit"),
    Field(name="start", kind=Kind.DATE, help="Start date of the account", example="2025-06"),
    Field(name="delivery", kind=Kind.CHOICE, help="How invoices are delivered, inherited or not", example="post",
          choices=_DELIVERY),
    Field(name="terms", kind=Kind.DAYS, help="Trading terms in days, inherited or not", example="14"),
    Field(name="phone", kind=Kind.TEXT, help="Telephone or mobile of a contact holds; blanks do not matter",
          example="0400",
          none_means="without a telephone"),
    Field(name="email", kind=Kind.TEXT, help="E-mail of a contact holds", example="example",
          none_means="without an e-mail address"),
    Field(name="city", kind=Kind.TEXT, help="City of a contact holds", example="sydney", none_means="without a city"),
    Field(name="postcode", kind=Kind.TEXT, help="Postcode of a contact begins with", example="20",
          none_means="without a postcode"),
    Field(name="reference", kind=Kind.TEXT, help="Export reference holds", example="SAP",
          none_means="without an export reference"),
)
FIELD_OF: Final = {field.name: field for field in FIELDS}
NONE: Final = "none"


def quoted(text: str) -> str:
    """A value as it must be typed: in quotation marks where it would fall apart otherwise."""
    needs = not text or any(c.isspace() or c in ',;"():' for c in text)
    return '"' + text.replace('"', "") + '"' if needs else text
